"""Identifiers: UUIDv7, so that rows made together stand together and lists are ordered by time."""

from __future__ import annotations

from uuid import UUID

import uuid_utils.compat


def new_id() -> UUID:
    """A new UUIDv7."""
    return uuid_utils.compat.uuid7()
