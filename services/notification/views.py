"""Read-only queries for the gateway: what a person was told."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID

from chassis.errors import Rejected
from services.notification import repository
from services.notification.models import Notification

MAY_READ_OTHERS = frozenset({"center_admin", "auditor"})


def notifications(read: t.Any, params: dict[str, t.Any]) -> dict[str, t.Any]:
    """The caller's notifications, newest first; the center's administrator and the auditor may name another person."""
    person = _whose(read.principal, params.get("person"))
    limit = params.get("limit") or 50
    rows = repository.page(read.session, person, params.get("unread"), params.get("kind"), params.get("after"), limit)
    return {
        "items": [as_item(row) for row in rows[:limit]],
        "next": str(rows[limit - 1].id) if len(rows) > limit else None,
        "unread": repository.count_unread(read.session, person),
    }


def as_item(row: Notification) -> dict[str, t.Any]:
    """A notification as its person reads it."""
    return {
        "id": str(row.id),
        "person": str(row.person),
        "kind": row.kind,
        "title": {"zh": row.title_zh, "en": row.title_en},
        "text": {"zh": row.text_zh, "en": row.text_en},
        "why": {"zh": row.why_zh, "en": row.why_en},
        "link": row.link,
        "urgency": row.urgency,
        "organization": row.organization,
        "station": row.station,
        "number": row.number,
        "channel": row.channel,
        "created_at": row.created_at.isoformat(),
        "read_at": _text(row.read_at),
        "acknowledged_at": _text(row.acknowledged_at),
        "settled_at": _text(row.settled_at),
    }


def _whose(principal: t.Any, asked: UUID | None) -> UUID:
    if asked is not None and asked != principal.person and principal.role not in MAY_READ_OTHERS:
        raise Rejected("forbidden", role=principal.role)
    person = asked or principal.person
    if person is None:
        raise Rejected("no-person")
    return t.cast(UUID, person)


def _text(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None


VIEWS = {
    "notification.notifications": notifications,
}
