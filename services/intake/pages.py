"""Pages of a list, newest first, and the identifiers that queries name."""

from __future__ import annotations

import typing as t
from uuid import UUID

from chassis.work import Read
from services.intake import repository

Params = dict[str, t.Any]
Answer = dict[str, t.Any]


def page(
    read: Read, statement: t.Any, model: t.Any, params: Params, describe: t.Callable[[Read, t.Any], Answer]
) -> Answer:
    limit, cursor = params.get("limit") or 50, params.get("after")
    rows, after = repository.newest_first(read.session, statement, model.id, limit, as_uuid(cursor) if cursor else None)
    return {"items": [describe(read, row) for row in rows], "next": str(after) if after else None}


def as_uuid(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)
