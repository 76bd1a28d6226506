"""From a new inbox row to its deliveries: by the person's preferences, the urgency's plan and quiet hours.

Everything happens in the transaction that writes the inbox row, so a delivery exists if and only if the row does.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from collections.abc import Mapping, Sequence
from functools import cache
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import chinese_calendar
from sqlalchemy import select

from chassis.work import Work
from services.notification import deliveries
from services.notification.domain.choice import CHANNELS_FILE, Plan, Preferences, choose, next_week, read_plans
from services.notification.models import Endpoint, Notification, Person, Preference

Row = Mapping[str, t.Any]
DIGEST = UUID("7f4ad1f6-24f1-5d4c-8f0e-9e2a4c1b7d10")
STILL_NEWS = dt.timedelta(days=1)


@cache
def plans() -> dict[str, Plan]:
    """The plans of channels.yaml; raises RuleError."""
    return read_plans(CHANNELS_FILE.read_text("utf-8"))


def is_working_day(day: dt.date) -> bool:
    """By the published calendar; in a year that is not published yet, Monday to Friday (no legal day hangs on it)."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def plan(work: Work, rows: Sequence[Row], *, in_weekly_list: bool = False) -> None:
    """Plan the deliveries of new inbox rows; ``in_weekly_list``: they stand in the weekly list as well."""
    enabled = work.settings.enabled_channels
    if not enabled or not rows:
        return
    persons = [row["person"] for row in rows]
    endpoints = [one for one in deliveries.active_endpoints(work.session, persons) if one.channel in enabled]
    wants = preferences_of(work, persons)
    planned = []
    for row in rows:
        own = {one.channel: one for one in endpoints if one.person == row["person"]}
        if row["settled_at"] is None:
            planned += _of_person(work, row, own, wants[row["person"]])
            if in_weekly_list:
                planned += _weekly(work, row["person"], own, wants[row["person"]])
    if "webhook" in enabled:
        planned += _of_front_ends(work, rows)
    deliveries.add(work.session, planned)


def plan_for_new_endpoint(work: Work, person: UUID) -> None:
    """What a person was told within a day and has not read goes also to the address that is known only now."""
    unread = (Notification.read_at.is_(None), Notification.settled_at.is_(None))
    since = work.now - STILL_NEWS
    wanted = select(Notification).where(Notification.person == person, *unread, Notification.created_at >= since)
    fields = ("id", "person", "urgency", "settled_at")
    rows = [{name: getattr(row, name) for name in fields} for row in work.session.scalars(wanted)]
    endpoints = {one.channel: one for one in deliveries.active_endpoints(work.session, [person])}
    usable = {name: one for name, one in endpoints.items() if name in work.settings.enabled_channels}
    wants = preferences_of(work, [person])[person]
    deliveries.add(work.session, [planned for row in rows for planned in _of_person(work, row, usable, wants)])


def preferences_of(work: t.Any, persons: Sequence[UUID]) -> dict[UUID, Preferences]:
    """Each person's preferences, or what is usual. ``work``: a Work or a Read."""
    stored = work.session.scalars(select(Preference).where(Preference.person.in_(persons)))
    found = {row.person: as_preferences(row) for row in stored}
    usual = Preferences(language=work.settings.language)
    return {person: found.get(person, usual) for person in persons}


def as_preferences(row: Preference) -> Preferences:
    quiet = (row.quiet_from, row.quiet_until) if row.quiet_from is not None and row.quiet_until is not None else None
    channels = tuple(row.channels) if row.channels is not None else None
    return Preferences(row.language, channels, quiet, row.working_days_only, row.digest, row.digest_at)


def _of_person(work: Work, row: Row, own: Mapping[str, Endpoint], wants: Preferences) -> list[dict[str, t.Any]]:
    zone = ZoneInfo(work.settings.zone)
    chosen = choose(plans()[row["urgency"]], wants, own.keys(), work.now, zone, is_working_day)
    return [
        _delivery(
            work,
            row["person"],
            own[one.channel],
            one.due_at,
            source=_list_id(row["person"], "morning", one.due_at) if one.in_digest else row["id"],
            notification=None if one.in_digest else row["id"],
            digest="morning" if one.in_digest else None,
        )
        for one in chosen
    ]


def _weekly(work: Work, person: UUID, own: Mapping[str, Endpoint], wants: Preferences) -> list[dict[str, t.Any]]:
    if "email" not in own or not wants.digest or (wants.channels is not None and "email" not in wants.channels):
        return []
    due_at = next_week(work.now, wants, ZoneInfo(work.settings.zone), is_working_day)
    source = _list_id(person, "weekly", due_at)
    return [_delivery(work, person, own["email"], due_at, source=source, notification=None, digest="weekly")]


def _list_id(person: UUID, digest: str, due_at: dt.datetime) -> UUID:
    return uuid5(DIGEST, f"{person} {digest} {due_at.isoformat()}")


def _of_front_ends(work: Work, rows: Sequence[Row]) -> list[dict[str, t.Any]]:
    """Every notification goes to the front ends of the person's own organization."""
    persons = {row["person"] for row in rows}
    known = work.session.execute(select(Person.id, Person.organization).where(Person.id.in_(persons))).all()
    homes: dict[UUID, str] = dict(known)
    webhooks = deliveries.webhooks_of(work.session, sorted(set(homes.values())))
    return [
        _delivery(
            work,
            row["person"],
            webhook,
            work.now,
            source=row["id"],
            notification=row["id"],
            state="pending" if webhook.state == "active" else "held",
        )
        for row in rows
        for webhook in webhooks
        if homes.get(row["person"]) == webhook.organization
    ]


def _delivery(
    work: Work,
    person: UUID,
    endpoint: Endpoint,
    due_at: dt.datetime,
    *,
    source: UUID,
    notification: UUID | None,
    digest: str | None = None,
    state: str = "pending",
) -> dict[str, t.Any]:
    return {
        "id": work.new_id(),
        "source": source,
        "notification": notification,
        "person": person,
        "endpoint": endpoint.id,
        "channel": endpoint.channel,
        "state": state,
        "due_at": due_at,
        "attempts": 0,
        "digest": digest,
        "created_at": work.now,
    }
