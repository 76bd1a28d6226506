"""Read-only queries for the gateway: what a person was told."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID

from sqlalchemy import select

from chassis.errors import Rejected
from services.notification import callbacks, deliveries, endpoints, planning, repository, wording
from services.notification.items import as_item, as_text
from services.notification.models import Attempt, Delivery, Endpoint, Notification

MOST_NOTICES = 200
MAY_READ_OTHERS = frozenset({"center_admin", "auditor"})


def notifications(read: t.Any, params: dict[str, t.Any]) -> dict[str, t.Any]:
    """The caller's notifications, newest first; the center's administrator and the auditor may name another person."""
    return _page(read, params)


def search(read: t.Any, params: dict[str, t.Any]) -> dict[str, t.Any]:
    """The caller's notifications in which all words of a text occur."""
    return _page(read, params, (params.get("text") or "").split())


def counts(read: t.Any, params: dict[str, t.Any]) -> dict[str, t.Any]:
    """How many of the caller's notifications still ask for something."""
    return repository.counts(read.session, _whose(read.principal, _uuid(params.get("person"))))


def notices(read: t.Any, params: dict[str, t.Any]) -> dict[str, t.Any]:
    """For the gateway's live streams alone: notifications by their ids, or of a person from an id on."""
    if read.principal.role != "platform":
        raise Rejected("forbidden", role=read.principal.role)
    if params.get("ids"):
        rows = repository.by_ids(read.session, [UUID(str(one)) for one in params["ids"]])
        return {"items": [as_item(row) for row in rows], "more": False}
    since, person = _uuid(params.get("since")), _uuid(params.get("person"))
    if since is None or person is None:
        return {"items": [], "more": False}
    rows = repository.later(read.session, person, since, MOST_NOTICES + 1)
    return {"items": [as_item(row) for row in rows[:MOST_NOTICES]], "more": len(rows) > MOST_NOTICES}


def _page(read: t.Any, params: dict[str, t.Any], words: t.Sequence[str] = ()) -> dict[str, t.Any]:
    person = _whose(read.principal, _uuid(params.get("person")))
    limit = params.get("limit") or 50
    wanted = {name: params.get(name) for name in ("unread", "acknowledged", "open", "urgency", "kind")}
    wanted |= {name: _moment(params.get(name)) for name in ("since", "until")}
    rows = repository.page(read.session, person, wanted, words, _uuid(params.get("after")), limit)
    return {
        "items": [as_item(row) for row in rows[:limit]],
        "next": str(rows[limit - 1].id) if len(rows) > limit else None,
        "unread": repository.count_unread(read.session, person),
    }


def notification(read: t.Any, params: dict[str, t.Any]) -> dict[str, t.Any]:
    """One of the caller's own; anybody else's does not exist for them."""
    row = read.session.get(Notification, _uuid(params["notification"]))
    person = read.principal.person
    if row is None or (row.person != person and read.principal.role not in MAY_READ_OTHERS):
        raise Rejected("not-found", what="notification")
    return as_item(row)


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
    return {"items": [endpoints.as_item(row, read.settings.vault) for row in rows], "next": None}


def own_deliveries(read: t.Any, params: dict[str, t.Any]) -> dict[str, t.Any]:
    """Deliveries to the caller, or to one address of theirs, newest first, each with its attempts."""
    endpoint, after = _uuid(params.get("endpoint")), _uuid(params.get("after"))
    if endpoint is not None:
        row = read.session.get(Endpoint, endpoint)
        if row is None or not endpoints.may_see(read.principal, row):
            raise Rejected("not-found", what="endpoint")
    person = None if endpoint is not None else _whose(read.principal, None)
    wanted = deliveries.wanted(person, endpoint, params.get("state"))
    if after is not None:
        wanted = wanted.where(Delivery.id < after)
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
        "ended_at": as_text(row.ended_at),
        "attempts": [
            {
                "number": one.number,
                "began_at": one.began_at.isoformat(),
                "ended_at": as_text(one.ended_at),
                "outcome": one.outcome,
                "detail": one.detail,
            }
            for one in attempts
        ],
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


def _moment(value: dt.datetime | str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(value) if isinstance(value, str) else value


VIEWS = {
    "notification.notifications": notifications,
    "notification.search": search,
    "notification.counts": counts,
    "notification.notification": notification,
    "notification.notices": notices,
    "notification.callback": callbacks.callback,
    "notification.callback_reply": callbacks.callback_reply,
    "notification.preferences": preferences,
    "notification.endpoints": own_endpoints,
    "notification.deliveries": own_deliveries,
    "notification.templates": wording.templates,
    "notification.template_preview": wording.preview,
}
