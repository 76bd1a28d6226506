"""Notification's queries as plain functions taking a session; none commits."""

from __future__ import annotations

import datetime as dt
import typing as t
from collections.abc import Mapping, Sequence
from functools import cache
from uuid import UUID

from sqlalchemy import Table, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session

from chassis import bulk
from services.notification.domain.rules import Post
from services.notification.models import (
    CaseLawyer,
    Endpoint,
    Notification,
    OwnTemplate,
    Person,
    Place,
    Settled,
    Vacancy,
)

LEFT = "left"  # the role of somebody who is not there any more
LANGUAGE_NAMES = {"zh": ("name",), "en": ("name_en", "name")}


def keep_person(session: Session, person: UUID, as_of: dt.datetime, facts: Mapping[str, t.Any], version: int) -> Person:
    """Insert or update a person; what an older message says of them is ignored, but for the name of somebody who had
    left before anything else was heard of them.

    Versions are compared first: ``as_of`` is the time of whichever process said it, and their clocks may differ.
    """
    row = session.get(Person, person, with_for_update=True)
    if row is None:
        row = Person(id=person, as_of=as_of, version=version, **facts)
        session.add(row)
    elif version > row.version or (version == row.version and as_of >= row.as_of):
        for name, value in {**facts, "as_of": as_of, "version": version}.items():
            setattr(row, name, value)
    elif not row.name:
        row.name, row.name_en = facts["name"], facts["name_en"]
    session.flush()
    return row


def retire_person(session: Session, person: UUID, organization: str, as_of: dt.datetime, version: int) -> None:
    """Somebody has left: no post is theirs, and their addresses are removed. Their name is kept.

    Of somebody who is not known yet that is kept, too: an older word of them may still come.
    """
    row = session.get(Person, person, with_for_update=True)
    if row is None:
        session.add(row := Person(id=person, organization=organization, name="", as_of=as_of, version=version))
    if version < row.version:
        return
    row.role, row.station, row.as_of, row.version = LEFT, None, as_of, version
    own = update(Endpoint).where(Endpoint.person == person, Endpoint.state != "removed")
    session.execute(own.values(state="removed", version=Endpoint.version + 1))
    session.flush()


def keep_place(session: Session, organization: str, station: str, told: Mapping[str, t.Any]) -> None:
    """The names of an organization or a station as an event tells them; an older word than the last is ignored."""
    known = session.get(Place, (organization, station), with_for_update=True)
    if known is None or told["version"] >= known.version:
        names = {name: told[name] for name in ("name", "name_en", "version")}
        session.merge(Place(organization=organization, station=station, **names))
        session.flush()


def place_names(session: Session, organization: str, station: str | None) -> dict[str, dict[str, str | None]]:
    """Language -> the names that texts use; the code stands in for a name that is not known yet."""
    asked = {"of": organization, "at": station or ""}
    rows = {row.station: row for row in session.execute(_places(), asked)}

    def names(language: str) -> dict[str, str | None]:
        named = {
            place: next(value for field in LANGUAGE_NAMES[language] if (value := getattr(row, field)))
            for place, row in rows.items()
        }
        return {
            "organization_name": named.get("", organization),
            "station_name": named.get(station, station) if station else None,
        }

    return {language: names(language) for language in LANGUAGE_NAMES}


@cache
def _places() -> t.Any:
    """Made once, as the other statements here that every message asks."""
    wanted = select(Place.station, Place.name, Place.name_en)
    return wanted.where(
        Place.organization == bindparam("of"), or_(Place.station == "", Place.station == bindparam("at"))
    )


def holders(session: Session, post: Post, organization: str, station: str | None) -> list[UUID]:
    """Who holds a post at an organization (``station`` None) or at one of its stations."""
    wanted = select(Person.id).where(Person.organization == organization, Person.role == post.role)
    if station is not None:
        wanted = wanted.where(Person.station == station)
    return list(session.scalars(wanted.order_by(Person.id)))


def keep_lawyer_of_case(session: Session, case: UUID, lawyer: UUID, assigned_at: dt.datetime) -> None:
    row = session.get(CaseLawyer, case, with_for_update=True)
    if row is None:
        session.add(CaseLawyer(case=case, lawyer=lawyer, assigned_at=assigned_at))
    elif assigned_at >= row.assigned_at:
        row.lawyer, row.assigned_at = lawyer, assigned_at
    session.flush()


def lawyer_of_case(session: Session, case: UUID) -> UUID | None:
    return session.scalar(select(CaseLawyer.lawyer).where(CaseLawyer.case == case))


def doers(session: Session, application: UUID, topic: str) -> list[UUID]:
    """Who has the open task of a kind for an application, as they were told."""
    return list(
        session.scalars(
            select(Notification.person)
            .where(
                Notification.application == application,
                Notification.topic == topic,
                Notification.kind == "task_opened",
                Notification.settled_at.is_(None),
            )
            .distinct()
            .order_by(Notification.person)
        )
    )


def add_notifications(session: Session, rows: Sequence[Mapping[str, t.Any]]) -> list[UUID]:
    """Insert what the persons were not told yet, in one statement; returns the ids of the new rows."""
    return _insert_new(session, t.cast(Table, Notification.__table__), rows) if rows else []


def own_templates(session: Session, kinds: Sequence[str]) -> dict[str, dict[tuple[str, str], str]]:
    """The center's own templates of some kinds, by channel (empty: for all) and language."""
    found: dict[str, dict[tuple[str, str], str]] = {}
    for kind, channel, language, source in session.execute(_templates(), {"kinds": kinds}):
        found.setdefault(kind, {})[channel, language] = source
    return found


@cache
def _templates() -> t.Any:
    wanted = select(OwnTemplate.kind, OwnTemplate.channel, OwnTemplate.language, OwnTemplate.source)
    return wanted.where(OwnTemplate.kind.in_(bindparam("kinds", expanding=True)))


def settle(session: Session, about: UUID, at: dt.datetime) -> None:
    """Nothing is left to do about a task: its notifications ask for nothing more, nor will later ones."""
    _insert_new(session, t.cast(Table, Settled.__table__), [{"about": about, "settled_at": at}])
    session.execute(
        update(Notification).where(Notification.about == about, Notification.settled_at.is_(None)).values(settled_at=at)
    )


def settled_at(session: Session, about: UUID | None) -> dt.datetime | None:
    return session.scalar(_settled_at(), {"of": about}) if about else None


@cache
def _settled_at() -> t.Any:
    return select(Settled.settled_at).where(Settled.about == bindparam("of"))


def hold_post(session: Session, organization: str, role: str) -> None:
    """Until this transaction ends nobody else takes the post or leaves something for its next holder.

    Without it, a holder who registers at the very moment in which something is left for them would never hear of it.
    SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{organization} {role}", 0))))


def add_vacancy(session: Session, row: Mapping[str, t.Any]) -> None:
    _insert_new(session, t.cast(Table, Vacancy.__table__), [row])


def take_vacancies(session: Session, person: Person, since: dt.datetime) -> list[Vacancy]:
    """Take out what waits for the post that a person holds; what is older than ``since`` is dropped untold."""
    post = (Vacancy.organization == person.organization, Vacancy.role == person.role)
    place = or_(Vacancy.station.is_(None), Vacancy.station == person.station)
    rows = list(session.scalars(select(Vacancy).where(*post, place).order_by(Vacancy.id).with_for_update()))
    session.execute(delete(Vacancy).where(Vacancy.id.in_([row.id for row in rows])))
    return [row for row in rows if row.created_at >= since]


def page(
    session: Session,
    person: UUID,
    filters: Mapping[str, t.Any],
    words: Sequence[str],
    after: UUID | None,
    limit: int,
) -> list[Notification]:
    """A person's notifications, newest first, before the id ``after``; one more than ``limit`` where there are more."""
    wanted = select(Notification).where(Notification.person == person, *_filters(filters), *map(_has_word, words))
    if after is not None:
        wanted = wanted.where(Notification.id < after)
    return list(session.scalars(wanted.order_by(Notification.id.desc()).limit(limit + 1)))


def _filters(asked: Mapping[str, t.Any]) -> t.Iterator[t.Any]:
    """Conditions for what is asked; what is None is not asked."""
    flags = (
        ("unread", Notification.read_at),
        ("open", Notification.settled_at),
        ("acknowledged", Notification.acknowledged_at),
    )
    for name, column in flags:
        if asked[name] is not None:
            is_null = asked[name] is (name != "acknowledged")
            yield column.is_(None) if is_null else column.is_not(None)
    for name in ("kind", "urgency"):
        if asked[name] is not None:
            yield getattr(Notification, name) == asked[name]
    if asked["since"] is not None:
        yield Notification.created_at >= asked["since"]
    if asked["until"] is not None:
        yield Notification.created_at < asked["until"]


def _has_word(word: str) -> t.Any:
    """Whether a word occurs in what the person reads, whatever the case of its letters."""
    texts = ("title_zh", "title_en", "text_zh", "text_en", "why_zh", "why_en", "number")
    lowered = word.lower()
    return or_(*(func.lower(getattr(Notification, name)).contains(lowered, autoescape=True) for name in texts))


def by_ids(session: Session, ids: Sequence[UUID]) -> list[Notification]:
    return list(session.scalars(select(Notification).where(Notification.id.in_(ids)).order_by(Notification.id)))


def later(session: Session, person: UUID, since: UUID, limit: int) -> list[Notification]:
    """A person's notifications with this id or a later one, the oldest first."""
    wanted = select(Notification).where(Notification.person == person, Notification.id >= since)
    return list(session.scalars(wanted.order_by(Notification.id).limit(limit)))


def counts(session: Session, person: UUID) -> dict[str, t.Any]:
    """What of a person's notifications still asks for something."""
    is_open = (Notification.person == person, Notification.settled_at.is_(None))
    unread = Notification.read_at.is_(None)

    def by(column: t.Any) -> dict[str, int]:
        found = session.execute(select(column, func.count()).where(*is_open, unread).group_by(column)).all()
        return {str(name): int(number) for name, number in found}

    by_kind, by_urgency = by(Notification.kind), by(Notification.urgency)
    urgent = (*is_open, Notification.urgency == "urgent", Notification.acknowledged_at.is_(None))
    return {
        "unread": sum(by_kind.values()),
        "unacknowledged": session.scalar(select(func.count()).where(*urgent)) or 0,
        "open": session.scalar(select(func.count()).where(*is_open)) or 0,
        "by_kind": by_kind,
        "by_urgency": by_urgency,
    }


def count_unread(session: Session, person: UUID) -> int:
    """How many unread notifications of a person still ask for something."""
    unread = (Notification.read_at.is_(None), Notification.settled_at.is_(None))
    return session.scalar(select(func.count()).where(Notification.person == person, *unread)) or 0


def _insert_new(session: Session, table: Table, rows: Sequence[Mapping[str, t.Any]]) -> list[UUID]:
    """Insert rows, leaving out those that a unique key already has; returns the first column of the new ones."""
    return [key[0] for key in bulk.insert_new(session, table, rows)]
