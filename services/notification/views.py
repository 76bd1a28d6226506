"""Read-only queries for the gateway: what a person was told."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID

from sqlalchemy import select

from chassis.errors import Rejected
from services.notification import deliveries, endpoints, planning, repository, wording
from services.notification.models import Attempt, Delivery, Endpoint, Notification

MAY_READ_OTHERS = frozenset({"center_admin", "auditor"})


def notifications(read: t.Any, params: dict[str, t.Any]) -> dict[str, t.Any]:
    """The caller's notifications, newest first; the center's administrator and the auditor may name another person."""
    person = _whose(read.principal, _uuid(params.get("person")))
    limit = params.get("limit") or 50
    rows = repository.page(
        read.session, person, params.get("unread"), params.get("kind"), _uuid(params.get("after")), limit
    )
    return {
        "items": [as_item(row) for row in rows[:limit]],
        "next": str(rows[limit - 1].id) if len(rows) > limit else None,
        "unread": repository.count_unread(read.session, person),
    }


def preferences(read: t.Any, params: dict[str, t.Any]) -> dict[str, t.Any]:
    """The caller's preferences as they are in force."""
    person = _whose(read.principal, None)
    return endpoints.as_settings(planning.preferences_of(read, [person])[person])


def own_endpoints(read: t.Any, params: dict[str, t.Any]) -> dict[str, t.Any]:
    """The caller's addresses, or the webhooks of the caller's organization."""
    wanted = select(Endpoint).where(Endpoint.state != "removed").order_by(Endpoint.id)
    if params.get("of") == "organization":
        wanted = wanted.where(Endpoint.organization == read.principal.organization, Endpoint.person.is_(None))
    else:
        wanted = wanted.where(Endpoint.person == _whose(read.principal, None))
    rows = [row for row in read.session.scalars(wanted) if endpoints.may_see(read.principal, row)]
    return {"items": [endpoints.as_item(row) for row in rows], "next": None}


def own_deliveries(read: t.Any, params: dict[str, t.Any]) -> dict[str, t.Any]:
    """Deliveries to the caller, or to one address of theirs, newest first, each with its attempts."""
    endpoint = params.get("endpoint")
    if endpoint is not None:
        row = read.session.get(Endpoint, endpoint)
        if row is None or not endpoints.may_see(read.principal, row):
            raise Rejected("not-found", what="endpoint")
    person = None if endpoint is not None else _whose(read.principal, None)
    wanted = deliveries.wanted(person, endpoint, params.get("state"))
    if params.get("after") is not None:
        wanted = wanted.where(Delivery.id < params["after"])
    limit = params.get("limit") or 50
    rows = list(read.session.scalars(wanted.limit(limit + 1)))
    attempts = deliveries.attempts_of(read.session, [row.id for row in rows[:limit]])
    return {
        "items": [_delivery(row, attempts[row.id]) for row in rows[:limit]],
        "next": str(rows[limit - 1].id) if len(rows) > limit else None,
    }


def _delivery(row: Delivery, attempts: list[Attempt]) -> dict[str, t.Any]:
    return {
        "id": str(row.id),
        "notification": str(row.notification) if row.notification else None,
        "endpoint": str(row.endpoint),
        "channel": row.channel,
        "state": row.state,
        "due_at": row.due_at.isoformat(),
        "reason": row.reason,
        "created_at": row.created_at.isoformat(),
        "ended_at": _text(row.ended_at),
        "attempts": [
            {
                "number": one.number,
                "began_at": one.began_at.isoformat(),
                "ended_at": _text(one.ended_at),
                "outcome": one.outcome,
                "detail": one.detail,
            }
            for one in attempts
        ],
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


def _uuid(value: UUID | str | None) -> UUID | None:
    """Parameters come as JSON from the door, and as values in tests."""
    return UUID(value) if isinstance(value, str) else value


def _text(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None


VIEWS = {
    "notification.notifications": notifications,
    "notification.preferences": preferences,
    "notification.endpoints": own_endpoints,
    "notification.deliveries": own_deliveries,
    "notification.templates": wording.templates,
    "notification.template_preview": wording.preview,
}
