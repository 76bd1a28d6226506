"""Queries of supervision as plain functions that take a session; none commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Date, Table, bindparam, delete, exists, literal_column, null, or_, select, union_all, update
from sqlalchemy import cast as cast_sql
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, make_transient_to_detached

from chassis import bulk
from chassis.bulk import insert_ignore
from chassis.database import UtcDateTime
from chassis.tables import organizations
from services.supervision.domain.clocks import Stop
from services.supervision.domain.working_calendar import WorkingCalendar
from services.supervision.models import (
    Assignment,
    Complaint,
    Counter,
    Dossier,
    Entry,
    Inspection,
    Mark,
    Person,
    Remark,
    Settlement,
    StandIn,
    Station,
    StopRow,
    Suspension,
    Task,
    WorkingException,
    WorkingYear,
)
from services.supervision.models_plans import HalfDayRow

# people


LEFT = "left"  # the role of somebody who is not there any more


def save_person(session: Session, person: UUID, version: int, **values: Any) -> None:
    """Take a person into the register or bring them up to date; an older word than the last is ignored.

    Only the name of somebody who had left before anything else was heard of them is taken from it.
    """
    known = session.get(Person, person, with_for_update=True)
    if known is None or version >= known.version:
        session.merge(Person(person=person, version=version, **values))
    elif not known.name:
        known.name, known.name_en = values["name"], values["name_en"]
    session.flush()


def save_station(session: Session, organization: str, code: str, **values: Any) -> None:
    """Take a station into the register or bring it up to date."""
    known = session.get(Station, (organization, code))
    values["registered_at"] = known.registered_at if known else values["registered_at"]
    session.merge(Station(organization=organization, code=code, **values))


def station(session: Session, organization: str, code: str) -> Station | None:
    """A station, if it is known."""
    return session.get(Station, (organization, code))


def station_known(session: Session, organization: str, code: str) -> Station:
    """A station that is known."""
    session.flush()
    return session.get_one(Station, (organization, code))


def suspension_to_lift(session: Session, suspension: UUID) -> Suspension | None:
    """One suspension, locked."""
    return session.scalars(_locked(select(Suspension).where(Suspension.id == suspension))).one_or_none()


def standing_suspensions(
    session: Session, *, organization: str, station: str | None, lawyer: UUID | None
) -> list[Suspension]:
    """The suspensions of a station or a lawyer that were not lifted, oldest first; locked."""
    whose = Suspension.lawyer == lawyer if lawyer else Suspension.station == station
    found = select(Suspension).where(Suspension.organization == organization, whose, Suspension.lifted_at.is_(None))
    return list(session.scalars(_locked(found.order_by(Suspension.since, Suspension.id))))


def retire(session: Session, person: UUID, organization: str, version: int) -> None:
    """Somebody has left: nothing more is given to them, and what they had open is nobody's; their name is kept.

    Of somebody who is not known yet that is kept, too: an older word of them may still come.
    """
    row = session.get(Person, person, with_for_update=True)
    if row is None:
        session.add(row := Person(person=person, organization=organization, name="", version=version))
    if version < row.version:
        return
    row.role, row.station, row.version = LEFT, None, version
    still_open = select(Task.id).where(Task.state == "open")
    session.execute(delete(Assignment).where(Assignment.person == person, Assignment.task.in_(still_open)))
    session.flush()


def take_from_who_left(session: Session, task: UUID) -> None:
    """What is open again is not for those who have left since it was done."""
    left = select(Person.person).where(Person.role == LEFT)
    session.execute(delete(Assignment).where(Assignment.task == task, Assignment.person.in_(left)))
    session.flush()


def people(session: Session, organization: str, role: str, station: str | None = None) -> list[UUID]:
    """Who has a role in an organization (and at a station, where one is named), in the order of their registration."""
    found = _people(station is not None)
    return list(session.scalars(found, {"of": organization, "role": role, "station": station}))


@cache
def _people(at_station: bool) -> Any:
    """Made once, as all statements here that an application's every step asks."""
    found = select(Person.person).where(Person.organization == bindparam("of"), Person.role == bindparam("role"))
    if at_station:
        found = found.where(Person.station == bindparam("station"))
    return found.order_by(Person.person)


def names(session: Session, persons: Collection[UUID]) -> dict[UUID, Person]:
    """The register's rows of some persons."""
    return {p.person: p for p in session.scalars(select(Person).where(Person.person.in_(persons)))}


def superior_of(session: Session, organization: str) -> str | None:
    """The organization above one in its own line of authority."""
    return session.scalar(select(organizations.c.superior).where(organizations.c.code == organization))


# working calendar


def calendar(session: Session, years: Collection[int]) -> WorkingCalendar:
    """The published ones of some years. A count that leaves them meets YearNotPublished, never a wrong answer."""
    rows = session.execute(_calendar(), {"years": list(years)}).all()
    exceptions = {row.day: row.worked for row in rows if row.day is not None}
    return WorkingCalendar(frozenset(row.year for row in rows), exceptions)


@cache
def _calendar() -> Any:
    of_year = WorkingException.year == WorkingYear.year
    found = select(WorkingYear.year, WorkingException.day, WorkingException.worked).outerjoin(WorkingException, of_year)
    return found.where(WorkingYear.year.in_(bindparam("years", expanding=True)))


# dossiers


def dossier(session: Session, event: Mapping[str, Any]) -> Dossier:
    """The dossier of an event's application, made when it is new, locked until the end of the transaction."""
    values = {
        "application": event["application"],
        "organization": event["organization"],
        "station": event.get("station"),
        "number": event["application_number"],
    }
    if bulk.insert_new(session, cast(Table, Dossier.__table__), [values]):
        new = Dossier(**{column.key: values.get(column.key) for column in Dossier.__table__.columns})
        make_transient_to_detached(new)  # as it stands there now: nobody else has seen it, nothing is to be read
        session.add(new)
        return new
    return session.scalars(_locked(select(Dossier).where(Dossier.application == event["application"]))).one()


# tasks


def task(session: Session, task_id: UUID) -> Task | None:
    """One task, locked until the end of the transaction."""
    return session.scalars(_locked(select(Task).where(Task.id == task_id))).one_or_none()


def task_about(session: Session, kind: str, subject: UUID) -> Task | None:
    """The task of a kind about something, locked until the end of the transaction."""
    return session.scalars(_locked(select(Task).where(Task.kind == kind, Task.subject == subject))).one_or_none()


def assignees(session: Session, task_id: UUID) -> list[UUID]:
    """Whose task it is."""
    return list(
        session.scalars(select(Assignment.person).where(Assignment.task == task_id).order_by(Assignment.person))
    )


def assign(session: Session, task_id: UUID, persons: Iterable[UUID]) -> None:
    """Make a task theirs as well."""
    rows = [{"task": task_id, "person": person} for person in persons]
    if rows:
        bulk.insert_new(session, cast(Table, Assignment.__table__), rows)


def reassign(session: Session, task_id: UUID, persons: Iterable[UUID]) -> list[UUID]:
    """Make a task theirs and nobody else's; returns those who did not have it before."""
    before = assignees(session, task_id)
    wanted = list(dict.fromkeys(persons))
    gone = [person for person in before if person not in wanted]
    session.execute(delete(Assignment).where(Assignment.task == task_id, Assignment.person.in_(gone)))
    new = [person for person in wanted if person not in before]
    assign(session, task_id, new)
    return new


def stand_ins(session: Session, persons: Collection[UUID], day: dt.date) -> list[UUID]:
    """Who stands in for some people on a day."""
    return list(session.scalars(_stand_ins(), {"persons": list(persons), "day": day})) if persons else []


@cache
def _stand_ins() -> Any:
    day = bindparam("day", type_=Date)
    theirs = StandIn.person.in_(bindparam("persons", expanding=True))
    is_gone = exists().where(Person.person == StandIn.stand_in, Person.role == LEFT)
    found = select(StandIn.stand_in).where(theirs, StandIn.first_day <= day, StandIn.last_day >= day, ~is_gone)
    return found.order_by(StandIn.id)


def open_tasks_near(session: Session, year: int) -> list[Task]:
    """Open tasks whose due day can depend on the calendar of a year: its own, those around it, all provisional ones."""
    first, last = dt.date(year, 1, 1) - dt.timedelta(90), dt.date(year, 12, 31) + dt.timedelta(90)
    near = or_(Task.provisional, Task.due_on.between(first, last))
    return list(session.scalars(_locked(select(Task).where(Task.state == "open", near).order_by(Task.id))))


def replace_year(
    session: Session, year: int, exceptions: Mapping[dt.date, bool], source: str, now: dt.datetime
) -> None:
    """Put the published calendar of a year in place of what was known of it."""
    session.execute(delete(WorkingException).where(WorkingException.year == year))
    session.merge(WorkingYear(year=year, source=source, imported_at=now))
    rows = [{"day": d, "year": year, "worked": worked, "occasion": None} for d, worked in exceptions.items()]
    if rows:
        session.execute(insert_ignore(session, WorkingException.__table__), rows)


def tasks_of_nobody(session: Session, limit: int = 500) -> list[Task]:
    """Open tasks that have no assignee yet, oldest first."""
    unassigned = ~exists().where(Assignment.task == Task.id)
    found = select(Task).where(Task.state == "open", unassigned).order_by(Task.id).limit(limit)
    return list(session.scalars(_locked(found)))


def settle_once(session: Session, kind: str, subject: UUID, outcome: str, at: dt.datetime) -> None:
    """Remember the act for a task; the first word stands."""
    values = {"kind": kind, "subject": subject, "outcome": outcome, "at": at}
    session.execute(insert_ignore(session, Settlement.__table__), [values])


def note_stop(session: Session, kind: str, subject: UUID, stop: Stop) -> None:
    """Remember that a clock stood still; an end that is known is never forgotten."""
    row = session.get(StopRow, (kind, subject, stop.at))
    if row is None:
        session.add(StopRow(kind=kind, subject=subject, at=stop.at, until=stop.until))
    elif row.until is None:
        row.until = stop.until


def stops(session: Session, kind: str, subject: UUID) -> list[Stop]:
    """When the clock of a task stood still, in order."""
    found = select(StopRow).where(StopRow.kind == kind, StopRow.subject == subject).order_by(StopRow.at)
    return [Stop(row.at, row.until) for row in session.scalars(found)]


def open_tasks_of(session: Session, application: UUID) -> list[Task]:
    """The open tasks about one application."""
    return list(session.scalars(_locked(select(Task).where(Task.application == application, Task.state == "open"))))


def open_tasks_of_person(session: Session, person: UUID) -> list[Task]:
    """The open tasks that somebody has, oldest first."""
    mine = select(Assignment.task).where(Assignment.person == person)
    return list(session.scalars(_locked(select(Task).where(Task.id.in_(mine), Task.state == "open").order_by(Task.id))))


def move_marks(session: Session, task_id: UUID, organization: str) -> None:
    """The timers of a task fire into another organization's mailbox from now on."""
    session.execute(update(Mark).where(Mark.subject == task_id).values(organization=organization))


def complaint(session: Session, complaint_id: UUID) -> Complaint | None:
    """One complaint, locked until the end of the transaction."""
    return session.scalars(_locked(select(Complaint).where(Complaint.id == complaint_id))).one_or_none()


def to_be_reinspected(session: Session, but: UUID, organization: str, station: str) -> list[Inspection]:
    """Inspections of a station that asked for another one, which has not taken place yet; locked."""
    found = select(Inspection).where(
        Inspection.organization == organization,
        Inspection.station == station,
        Inspection.reinspect_by.is_not(None),
        Inspection.again.is_(None),
        Inspection.id != but,
    )
    return list(session.scalars(_locked(found.order_by(Inspection.id))))


def next_number(session: Session, letter: str, year: int) -> str:
    """The next human number of a kind in a year: ``T2026-00001``; the row's lock keeps two from being the same."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    new = dialect.insert(Counter).values(name=f"{letter}{year}", last=1)
    again = new.on_conflict_do_update(index_elements=["name"], set_={"last": Counter.last + 1})
    return f"{letter}{year}-{session.execute(again.returning(Counter.last)).scalar_one():05d}"


def remarked(session: Session, source: UUID) -> set[UUID]:
    """The subjects of what an inspection, meeting, plan or draw has words about."""
    return set(session.scalars(select(Remark.id).where(Remark.source == source)))


def set_half_days(session: Session, organization: str, half_days: Iterable[Mapping[str, Any]]) -> None:
    """An organization's own days of each year on which it works a part of the day only, as they are now."""
    session.execute(delete(HalfDayRow).where(HalfDayRow.organization == organization))
    rows = [{name: one[name] for name in ("month", "day", "part", "name")} for one in half_days]
    if rows:
        values = [{"organization": organization, **row} for row in rows]
        session.execute(insert_ignore(session, HalfDayRow.__table__), values)


@dataclass(frozen=True)
class Known:
    """What is there about a kind of task and its subject before it is opened; ``settled``: outcome and moment."""

    has_task: bool
    settled: tuple[str, dt.datetime] | None
    stops: list[Stop]


def known(session: Session, kind: str, subject: UUID) -> Known:
    """Whether there is such a task, the act that was heard about it, and when its clock stood still."""
    rows = session.execute(_known(), {"kind_": kind, "subject_": subject}).all()
    settled = next(((row.outcome, row.at) for row in rows if row.what == "settled"), None)
    stops = sorted((Stop(row.at, row.until) for row in rows if row.what == "stop"), key=lambda stop: stop.at)
    return Known(any(row.what == "task" for row in rows), settled, stops)


@cache
def _known() -> Any:
    nothing, never = null().label("outcome"), cast_sql(null(), UtcDateTime)
    kind: Any = bindparam("kind_")
    subject: Any = bindparam("subject_")
    task: Any = select(literal_column("'task'").label("what"), nothing, never.label("at"), never.label("until"))
    settled: Any = select(literal_column("'settled'"), Settlement.outcome, Settlement.at, never)
    stop: Any = select(literal_column("'stop'"), nothing, StopRow.at, StopRow.until)
    return union_all(
        task.where(Task.kind == kind, Task.subject == subject),
        settled.where(Settlement.kind == kind, Settlement.subject == subject),
        stop.where(StopRow.kind == kind, StopRow.subject == subject),
    )


def plan_marks(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Set timers: one that was cancelled runs again, one that has fired never does."""
    new = {key for (key,) in bulk.insert_new(session, cast(Table, Mark.__table__), rows)}
    known = [row["id"] for row in rows if row["id"] not in new]
    if known:
        again = update(Mark).where(Mark.id.in_(known), Mark.state == "cancelled")
        session.execute(again.values(state="pending"))


def cancel_marks(session: Session, task_id: UUID) -> None:
    """Stop the timers of a task that have not fired."""
    session.execute(update(Mark).where(Mark.subject == task_id, Mark.state == "pending").values(state="cancelled"))


# timeline


def tell(session: Session, **values: Any) -> None:
    """Add a line to a timeline; an event that stands there already is left as it is."""
    bulk.insert_new(session, cast(Table, Entry.__table__), [values])


def _locked(statement: Any) -> Any:
    """Rows as they are now, held until the end of the transaction."""
    return statement.with_for_update().execution_options(populate_existing=True)
