"""What the queries read: each caller's own sight, keyset pages."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, case, exists, false, func, literal, or_, select, tuple_

from chassis.errors import Rejected
from chassis.work import Read
from services.supervision.models import (
    Assignment,
    Dossier,
    DueChange,
    Entry,
    LedgerRow,
    Mark,
    Person,
    Task,
    TaskAct,
    WorkingYear,
)
from services.supervision.models_plans import HalfDayRow

REFERRED = "intake.application_referred.v1"
ABOUT_THEM = ("complaint_accept", "complaint_conclude", "complaint_answer")  # not for those complained about


def _is_mine(read: Read) -> Any:
    person = read.principal.person
    if person is None:
        return false()
    return exists().where(Assignment.task == Task.id, Assignment.person == person)


def _in_sight(read: Read) -> Any:
    """Which tasks the caller may see: a lawyer their own; a liaison the organization's, or the station's; else all."""
    principal = read.principal
    if principal.sees_all:
        return None
    if principal.role == "lawyer":
        return _is_mine(read)
    own = and_(Task.organization == principal.organization, Task.kind.not_in(ABOUT_THEM))
    if principal.station:
        own = and_(own, or_(Task.station == principal.station, Task.station.is_(None)))
    return or_(own, _is_mine(read))


def visible(read: Read, statement: Select[Any]) -> Select[Any]:
    """Only the tasks that the caller may see."""
    sight = _in_sight(read)
    return statement if sight is None else statement.where(sight)


def tasks(read: Read, asked: Mapping[str, Any]) -> list[Task]:
    """Tasks by the filters asked for, newest first, one more than the page."""
    statement = visible(read, select(Task))
    for name in ("state", "kind", "organization", "station", "application"):
        if asked[name] is not None:
            statement = statement.where(getattr(Task, name) == asked[name])
    if asked["mine"]:
        statement = statement.where(_is_mine(read))
    if asked["person"] is not None:
        statement = statement.where(_given_to(Assignment.person == asked["person"]))
    if asked["people"]:
        statement = statement.where(_given_to(Assignment.person.in_(_colleagues(read))))
    if asked["overdue"] is not None:
        late = and_(Task.state == "open", Task.stopped_at.is_(None), Task.due_at <= read.now)
        statement = statement.where(late if asked["overdue"] else ~late)
    if asked["after"]:
        statement = statement.where(Task.id < asked["after"])
    return list(read.session.scalars(statement.order_by(Task.id.desc()).limit(asked["limit"] + 1)))


def _given_to(whom: Any) -> Any:
    return exists().where(Assignment.task == Task.id, whom)


def _colleagues(read: Read) -> Any:
    """Everybody of the caller's organization (at a station: of it) but the caller."""
    principal = read.principal
    found = select(Person.person).where(Person.organization == principal.organization)
    if principal.station:
        found = found.where(Person.station == principal.station)
    return found.where(Person.person != principal.person) if principal.person else found


def task(read: Read, task_id: UUID) -> Task | None:
    """One task, if the caller may see it."""
    return read.session.scalars(visible(read, select(Task).where(Task.id == task_id))).one_or_none()


def deadlines(read: Read, asked: Mapping[str, Any]) -> list[Task]:
    """Open tasks, soonest first, one more than the page."""
    statement = visible(read, select(Task).where(Task.state == "open"))
    if asked["organization"]:
        statement = statement.where(Task.organization == asked["organization"])
    if asked["until"]:
        statement = statement.where(Task.due_on <= asked["until"])
    if asked["after"]:
        statement = statement.where(tuple_(Task.due_at, Task.id) > _position(asked["after"], Task.due_at, Task.id))
    return list(read.session.scalars(statement.order_by(Task.due_at, Task.id).limit(asked["limit"] + 1)))


def assigned(read: Read, task_ids: Iterable[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """Whose each task is, with their names and roles."""
    statement = (
        select(Assignment.task, Assignment.person, Person.name, Person.role)
        .outerjoin(Person, Person.person == Assignment.person)
        .where(Assignment.task.in_(list(task_ids)))
        .order_by(Assignment.person)
    )
    found: dict[UUID, list[dict[str, Any]]] = {}
    for task_id, person, name, role in read.session.execute(statement):
        found.setdefault(task_id, []).append({"person": str(person), "name": name, "role": role})
    return found


def workload(read: Read, organization: str | None, since: dt.datetime, until: dt.datetime) -> list[dict[str, Any]]:
    """Per person: open and overdue tasks now, finished ones and minutes between two instants; most open ones first."""
    is_open = Task.state == "open"
    done = and_(Task.state == "finished", Task.finished_at >= since, Task.finished_at < until)
    columns = {
        "open": func.sum(case((is_open, 1), else_=0)),
        "overdue": func.sum(case((and_(is_open, Task.stopped_at.is_(None), Task.due_at <= read.now), 1), else_=0)),
        "finished": func.sum(case((done, 1), else_=0)),
        "minutes": func.sum(case((done, func.coalesce(Task.minutes, 0)), else_=0)),
    }
    statement = (
        select(Assignment.person, Person.name, Person.role, Person.organization, *columns.values())
        .join(Task, Task.id == Assignment.task)
        .outerjoin(Person, Person.person == Assignment.person)
        .where(or_(is_open, done))
        .group_by(Assignment.person, Person.name, Person.role, Person.organization)
    )
    if organization:
        statement = statement.where(Person.organization == organization)
    names = ("person", "name", "role", "organization", *columns)
    rows = [dict(zip(names, row, strict=True)) for row in read.session.execute(statement)]
    rows.sort(key=lambda row: (-row["open"], str(row["person"])))
    return [{**row, "person": str(row["person"]), **{name: int(row[name]) for name in columns}} for row in rows]


def marks(read: Read, task_id: UUID) -> list[Mark]:
    """The timers of a task, earliest first."""
    return list(read.session.scalars(select(Mark).where(Mark.subject == task_id).order_by(Mark.fire_at, Mark.id)))


def due_changes(read: Read, task_id: UUID) -> list[DueChange]:
    """The recomputed due days of a task, oldest first."""
    return list(read.session.scalars(select(DueChange).where(DueChange.task == task_id).order_by(DueChange.id)))


def half_days(read: Read, codes: Iterable[str]) -> dict[tuple[str, int, int], str]:
    """(organization, month, day) -> the part of the day on which nobody works there."""
    found = select(HalfDayRow).where(HalfDayRow.organization.in_(list(codes)))
    return {(row.organization, row.month, row.day): row.part for row in read.session.scalars(found)}


def acts(read: Read, task_id: UUID) -> list[TaskAct]:
    """What people did with a task or said about it, oldest first."""
    return list(read.session.scalars(select(TaskAct).where(TaskAct.task == task_id).order_by(TaskAct.id)))


OVER = ("assignment.closing_file_checked.v1", "assignment.case_terminated.v1")


def undated(read: Read, asked: Mapping[str, Any]) -> list[tuple[Dossier, dt.datetime | None]]:
    """Cases that are not over and have no open task, with the last that was heard of them; one more than the page."""
    last = select(func.max(Entry.at)).where(Entry.application == Dossier.application).scalar_subquery()
    over = exists().where(Entry.application == Dossier.application, Entry.type.in_(OVER))
    dated = exists().where(Task.application == Dossier.application, Task.state == "open", Task.stopped_at.is_(None))
    statement = select(Dossier, last).where(Dossier.case_id.is_not(None), ~over, ~dated)
    principal = read.principal
    if principal.role == "lawyer":
        statement = statement.where(Dossier.lawyer == principal.person)
    elif not principal.sees_all:
        statement = statement.where(Dossier.organization == principal.organization)
        if principal.station:
            statement = statement.where(Dossier.station == principal.station)
    if asked["organization"]:
        statement = statement.where(Dossier.organization == asked["organization"])
    if asked["after"]:
        statement = statement.where(Dossier.case_number > asked["after"])
    rows = read.session.execute(statement.order_by(Dossier.case_number).limit(asked["limit"] + 1))
    return [(row[0], row[1]) for row in rows]


def is_by_hand(read: Read, row: Task) -> bool:
    """Whether a person finishes a task of this kind."""
    try:
        return bool(read.settings.clocks.of(row.kind, row.started_on).by_hand)
    except LookupError:
        return False


def published_years(read: Read) -> list[int]:
    """The years whose working calendar is known."""
    return list(read.session.scalars(select(WorkingYear.year).order_by(WorkingYear.year)))


# timelines


def dossier(read: Read, application: UUID) -> tuple[Dossier | None, bool]:
    """The dossier of an application, if the caller may see it, and whether with its case: a lawyer their own cases'.

    Who referred the application on sees where it is, but not what others do with its case.
    """
    row = read.session.get(Dossier, application)
    if row is None:
        return None, False
    own_case = read.principal.role == "lawyer" and row.lawyer is not None and row.lawyer == read.principal.person
    if own_case or read.principal.may_see(row.organization, row.station):
        return row, True
    return (row if _sent_on(read, application) else None), False


def _sent_on(read: Read, application: UUID) -> bool:
    """Whether the caller's organization, or station, once referred the application to another one."""
    principal = read.principal
    if principal.role == "lawyer":
        return False
    referrals = select(LedgerRow.data).where(LedgerRow.subject == application, LedgerRow.type == REFERRED)
    return any(
        data["from_organization"] == principal.organization and principal.station in (None, data.get("from_station"))
        for data in read.session.scalars(referrals)
    )


def entries(read: Read, asked: Mapping[str, Any], *, with_case: bool) -> list[Entry]:
    """The lines of a timeline, oldest first, one more than the page; without its case: the application's own acts."""
    statement = select(Entry).where(Entry.application == asked["application"])
    if not with_case:
        statement = statement.where(Entry.type.startswith("intake.", autoescape=True))
    if asked["after"]:
        statement = statement.where(tuple_(Entry.at, Entry.id) > _position(asked["after"], Entry.at, Entry.id))
    return list(read.session.scalars(statement.order_by(Entry.at, Entry.id).limit(asked["limit"] + 1)))


def cursor(at: dt.datetime, row_id: UUID) -> str:
    """The place of a row in an order by time and id, as an opaque text."""
    return base64.urlsafe_b64encode(f"{at.isoformat()}/{row_id}".encode()).decode()


def _position(text: str, at: Any, row_id: Any) -> Any:
    try:
        moment, _, key = base64.urlsafe_b64decode(text).decode().partition("/")
        values = dt.datetime.fromisoformat(moment), UUID(key)
    except ValueError:
        raise Rejected("invalid", pointer="/after") from None
    return tuple_(literal(values[0], at.type), literal(values[1], row_id.type))
