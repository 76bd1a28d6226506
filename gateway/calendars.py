"""Calendar feeds (RFC 5545): one person's open tasks, or a station's, behind a secret address that can be revoked.

Guarantee: the address is shown once and kept as a keyed hash only; it is written to no log (the route stands there
without it). A feed sees what its maker's key sees, and ends with that key. It has kind, number and day of each task,
and never a name or a word that people wrote.
"""

from __future__ import annotations

import datetime as dt
import secrets
import typing as t
from uuid import UUID

from flask import Flask, Response, g
from icalendar import Calendar, Event
from marshmallow import RAISE, Schema
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.errors import Rejected
from chassis.ids import new_id
from chassis.principal import Principal
from contracts.fields import Choice, Code
from contracts.schema import optional
from gateway import answers
from gateway.answers import Refused
from gateway.auth import hash_secret
from gateway.documentation import own_document
from gateway.door import Door
from gateway.guard import acceptable, require
from gateway.models import ApiKey, CalendarFeed
from gateway.own import Own, View
from gateway.requests import ask_nothing, checked, read_body

PERMISSION = "tasks:finish"
PATH, ENDING = "/v1/calendars/", ".ics"
PAGE, MOST_PAGES = 200, 10  # tasks
LANGUAGES = ("zh", "en")
WITH_BODY = ("400", "403", "413", "415")  # how a path that takes a body may refuse
ANOTHER = "It knows no `Idempotency-Key`, for no address is kept to be shown again: sent again, it makes another feed."
NAMES = {"zh": "法律援助待办期限", "en": "Legal aid: what is due"}


class MakeCalendar(Schema):
    """Whose tasks the feed has: the caller's own, or those of a station in the caller's sight."""

    class Meta:
        unknown = RAISE

    station = Code(**optional(metadata={"description": "Absent: the caller's own tasks"}))
    organization = Code(**optional(metadata={"description": "Of the station; absent: the caller's"}))
    language = Choice(LANGUAGES, load_default="zh")


class RevokeCalendar(Schema):
    """The feed ends at once; nothing needs to be said."""

    class Meta:
        unknown = RAISE


def is_feed(path: str) -> bool:
    """Whether a path is a feed's own: it needs no key, its secret is in it."""
    return path.startswith(PATH) and path.endswith(ENDING)


def views(door: Door) -> t.Iterator[tuple[Own, dict[str, t.Any], View]]:
    """The paths by which people make, list and revoke feeds."""
    schema, nothing = MakeCalendar(), RevokeCalendar()

    def make_calendar() -> Response:
        require(g.principal, PERMISSION)
        acceptable(*answers.JSON)
        ask_nothing()
        asked = checked(schema, read_body(door.settings.body_limit))
        secret = secrets.token_urlsafe(32)
        row = _feed(door, g.principal, asked, secret)
        shown = _shown(row)
        with door.database.session() as session:
            session.add(row)
        return answers.as_json({**shown, "address": f"{PATH}{secret}{ENDING}"}, 201)

    def calendars() -> Response:
        require(g.principal, PERMISSION)
        acceptable(*answers.JSON)
        ask_nothing()
        with door.database.session() as session:
            items = [_shown(row) for row in _own(session, g.principal)]
        return answers.as_json({"items": items})

    def revoke_calendar(calendar: UUID) -> Response:
        require(g.principal, PERMISSION)
        acceptable(*answers.JSON)
        ask_nothing()
        checked(nothing, read_body(door.settings.body_limit))
        with door.database.session() as session:
            row = next((row for row in _own(session, g.principal) if row.id == calendar), None)
            if row is None:
                raise Rejected("not-found", what="calendar")
            row.revoked_at = row.revoked_at or door.clock.now()
            shown = _shown(row)
        return answers.as_json(shown)

    summary = "Make a calendar feed; its secret address is shown once · 生成日历订阅地址（仅显示一次）"
    document = _refusing(
        own_document("make_calendar", summary, "Resource", "201", requestBody=_body(MakeCalendar), description=ANOTHER),
        *WITH_BODY,
    )
    yield Own("/v1/calendars", "make_calendar", "tasks", "POST"), document, make_calendar
    summary = "My calendar feeds, without their addresses · 我的日历订阅"
    document = _refusing(own_document("calendars", summary, "Resource"), "403")
    yield Own("/v1/calendars", "calendars", "tasks"), document, calendars
    summary = "End a calendar feed · 注销日历订阅"
    document = _refusing(
        own_document("revoke_calendar", summary, "Resource", requestBody=_body(RevokeCalendar)), *WITH_BODY
    )
    yield Own("/v1/calendars/{calendar}/revoke", "revoke_calendar", "tasks", "POST"), document, revoke_calendar


def add(app: Flask, door: Door) -> None:
    """The feeds themselves."""

    @app.get(f"{PATH}<secret>{ENDING}", endpoint="calendar_feed")
    def calendar_feed(secret: str) -> Response:
        feed = _open(door, secret)
        return Response(_text(door, feed), content_type="text/calendar; charset=utf-8")


def _refusing(document: dict[str, t.Any], *statuses: str) -> dict[str, t.Any]:
    """The document with more ways to say no."""
    document["responses"] |= dict.fromkeys(statuses, document["responses"]["401"])
    return document


def _body(schema: type[Schema]) -> dict[str, t.Any]:
    return {"required": False, "content": {"application/json": {"schema": schema}}}


def _feed(door: Door, principal: Principal, asked: t.Mapping[str, t.Any], secret: str) -> CalendarFeed:
    organization = asked["organization"] or principal.organization
    if asked["organization"] is not None and asked["station"] is None:  # it would be a feed of the caller's own tasks
        raise Rejected("station-needed", pointer="/station")
    if asked["station"] is None and principal.person is None:
        raise Rejected("no-person")
    if asked["station"] and not _is_there(door, principal, organization, asked["station"]):
        raise Rejected("unknown-station", pointer="/station", code=asked["station"])
    return CalendarFeed(
        id=new_id(),
        secret_hash=hash_secret(door.settings.pepper, secret),
        key=principal.key,
        role=principal.role,
        organization=principal.organization,
        person=principal.person,
        station=principal.station,
        of_organization=organization if asked["station"] else None,
        of_station=asked["station"],
        language=asked["language"],
        made_at=door.clock.now(),
    )


def _is_there(door: Door, principal: Principal, organization: str, code: str) -> bool:
    """Whether there is such a station in the caller's sight: the feed of a misspelt one would stay empty for good."""
    if not principal.may_see(organization, code):
        return False
    params = {"organization": organization, "code": code, "limit": 1}
    return bool(door.ask("intake", "intake.stations", params, principal)["items"])


def _own(session: Session, principal: Principal) -> list[CalendarFeed]:
    """The feeds of the caller: of their person, whatever key it was; else of the key."""
    mine = CalendarFeed.key == principal.key
    if principal.person is not None:
        mine |= CalendarFeed.person == principal.person
    return list(session.scalars(select(CalendarFeed).where(mine).order_by(CalendarFeed.id)))


def _open(door: Door, secret: str) -> CalendarFeed:
    """The feed behind an address; raises Refused for one that never was, or that has ended."""
    with door.database.session() as session:
        hashed = hash_secret(door.settings.pepper, secret)
        row = session.scalars(select(CalendarFeed).where(CalendarFeed.secret_hash == hashed)).one_or_none()
        if row is None:
            raise Refused("not-found", what="calendar")
        key = session.get(ApiKey, row.key)
        if row.revoked_at is not None or key is None or key.revoked_at is not None:
            raise Refused("calendar-ended")
        session.expunge(row)
    return row


def _text(door: Door, feed: CalendarFeed) -> bytes:
    """The feed: every open task as an event of its due day in the network's zone."""
    found = Calendar()
    found.add("prodid", "-//aidbus//calendar//")
    found.add("version", "2.0")
    found.add("x-wr-calname", NAMES[feed.language])
    found.add("x-wr-timezone", door.settings.zone)
    for task in _tasks(door, feed):
        found.add_component(_event(task, feed.language))
    return t.cast(bytes, found.to_ical())


def _tasks(door: Door, feed: CalendarFeed) -> t.Iterator[dict[str, t.Any]]:
    principal = Principal(feed.key, feed.role, feed.organization, feed.person, feed.station)
    of = {"organization": feed.of_organization, "station": feed.of_station} if feed.of_station else {"mine": True}
    params: dict[str, t.Any] = {"state": "open", "limit": PAGE, **of}
    for _ in range(MOST_PAGES):
        page = door.ask("supervision", "supervision.tasks", params, principal)
        yield from page["items"]
        if not page["next"]:
            return
        params = {**params, "after": page["next"]}


def _event(task: t.Mapping[str, t.Any], language: str) -> Event:
    day = dt.date.fromisoformat(task["due_on"])
    event = Event()
    event.add("uid", f"{task['id']}@aidbus")
    event.add("dtstamp", dt.datetime.fromisoformat(task["opened_at"]).astimezone(dt.UTC))
    event.add("dtstart", day)
    event.add("dtend", day + dt.timedelta(1))
    event.add("sequence", task["version"])
    event.add("transp", "TRANSPARENT")
    event.add("summary", " ".join(filter(None, (task[f"title_{language}"], task["number"]))))
    return event


def _shown(row: CalendarFeed) -> dict[str, t.Any]:
    return {
        "id": str(row.id),
        "organization": row.of_organization,
        "station": row.of_station,
        "language": row.language,
        "made_at": row.made_at.isoformat(),
        "revoked_at": row.revoked_at.isoformat() if row.revoked_at else None,
    }
