"""The inbox: the ids of the messages that had their effect, in the same transaction as that effect.

Guarantee: a message that is delivered twice has effect once. The key is (message id, attempt), because a retry of a
failed handler is the same message with the next attempt.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from chassis import bulk
from chassis.tables import inbox

Key = tuple[UUID, int]


def claim(session: Session, keys: t.Sequence[Key], now: dt.datetime) -> set[Key]:
    """Enter the keys and return those that are new; a concurrent transaction with the same key is waited for."""
    if not keys:
        return set()
    values = [{"message_id": message_id, "attempt": attempt, "received_at": now} for message_id, attempt in keys]
    return {(message_id, attempt) for message_id, attempt in bulk.insert_new(session, inbox, values)}


def forget(session: Session, before: dt.datetime, limit: int = 5000) -> int:
    """Delete up to ``limit`` ids older than ``before``; returns how many."""
    old = select(inbox.c.message_id).where(inbox.c.received_at < before).limit(limit)
    return session.execute(delete(inbox).where(inbox.c.message_id.in_(old), inbox.c.received_at < before)).rowcount  # type: ignore[attr-defined]


def size(session: Session) -> int:
    """How many ids are remembered."""
    return session.scalar(select(func.count()).select_from(inbox)) or 0


def newest(session: Session) -> dt.datetime | None:
    """When the last message had its effect, by the clock of who handled it."""
    return session.scalar(select(func.max(inbox.c.received_at)))
