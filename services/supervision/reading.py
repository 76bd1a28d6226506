"""What the queries read: each caller's own sight, keyset pages, and sums from rollups and loose days."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, case, exists, false, func, literal, or_, select, tuple_, union_all
from sqlalchemy.orm import Session

from chassis.errors import Rejected
from chassis.work import Read
from services.supervision.domain import figures
from services.supervision.models import (
    Assignment,
    Dossier,
    DueChange,
    Entry,
    FactRow,
    Mark,
    Person,
    Rollup,
    Task,
    WorkingYear,
)


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
    own = Task.organization == principal.organization
    if principal.station:
        own = and_(own, or_(Task.station == principal.station, Task.station.is_(None)))
    return or_(own, _is_mine(read))


def _visible(read: Read, statement: Select[Any]) -> Select[Any]:
    sight = _in_sight(read)
    return statement if sight is None else statement.where(sight)


def tasks(read: Read, asked: Mapping[str, Any]) -> list[Task]:
    """Tasks by the filters asked for, newest first, one more than the page."""
    statement = _visible(read, select(Task))
    for name in ("state", "kind", "organization", "application"):
        if asked[name] is not None:
            statement = statement.where(getattr(Task, name) == asked[name])
    if asked["mine"]:
        statement = statement.where(_is_mine(read))
    if asked["overdue"] is not None:
        late = and_(Task.state == "open", Task.stopped_at.is_(None), Task.due_at <= read.now)
        statement = statement.where(late if asked["overdue"] else ~late)
    if asked["after"]:
        statement = statement.where(Task.id < asked["after"])
    return list(read.session.scalars(statement.order_by(Task.id.desc()).limit(asked["limit"] + 1)))


def task(read: Read, task_id: UUID) -> Task | None:
    """One task, if the caller may see it."""
    return read.session.scalars(_visible(read, select(Task).where(Task.id == task_id))).one_or_none()


def deadlines(read: Read, asked: Mapping[str, Any]) -> list[Task]:
    """Open tasks, soonest first, one more than the page."""
    statement = _visible(read, select(Task).where(Task.state == "open"))
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
    return list(read.session.scalars(select(Mark).where(Mark.task == task_id).order_by(Mark.fire_at, Mark.id)))


def due_changes(read: Read, task_id: UUID) -> list[DueChange]:
    """The recomputed due days of a task, oldest first."""
    return list(read.session.scalars(select(DueChange).where(DueChange.task == task_id).order_by(DueChange.id)))


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


def dossier(read: Read, application: UUID) -> Dossier | None:
    """The dossier of an application, if the caller may see it: a lawyer their own cases'."""
    row = read.session.get(Dossier, application)
    if row is None:
        return None
    own_case = read.principal.role == "lawyer" and row.lawyer is not None and row.lawyer == read.principal.person
    return row if own_case or read.principal.may_see(row.organization, row.station) else None


def entries(read: Read, asked: Mapping[str, Any]) -> list[Entry]:
    """The lines of a timeline, oldest first, one more than the page."""
    statement = select(Entry).where(Entry.application == asked["application"])
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


# figures


def facts(read: Read, asked: Mapping[str, Any], first: dt.date, last: dt.date) -> list[FactRow]:
    """Facts by the filters asked for, by day, one more than the page."""
    statement = select(FactRow).where(FactRow.day.between(first, last))
    for name in ("measure", "organization", "station", "recipient_group", "form_of_aid", "matter"):
        if asked[name] is not None:
            statement = statement.where(getattr(FactRow, name) == asked[name])
    place = (FactRow.day, FactRow.source, FactRow.measure)
    if asked["after"]:
        statement = statement.where(tuple_(*place) > _fact_position(asked["after"]))
    return list(read.session.scalars(statement.order_by(*place).limit(asked["limit"] + 1)))


def fact_cursor(row: FactRow) -> str:
    """The place of a fact in the order of facts, as an opaque text."""
    return base64.urlsafe_b64encode(f"{row.day.isoformat()}/{row.source}/{row.measure}".encode()).decode()


def _fact_position(text: str) -> Any:
    try:
        day, source, measure = base64.urlsafe_b64decode(text).decode().split("/")
        values = dt.date.fromisoformat(day), UUID(source), measure
    except ValueError:
        raise Rejected("invalid", pointer="/after") from None
    columns = (FactRow.day, FactRow.source, FactRow.measure)
    return tuple_(*(literal(value, column.type) for value, column in zip(values, columns, strict=True)))


@dataclass
class Counted:
    """Sums over a period in one scope: whole months from their rollups, the loose days around them from the facts."""

    session: Session
    period: figures.Period
    organization: str | None
    station: str | None

    def total(self) -> dict[str, int]:
        """Measure -> sum."""
        return self._sums(()).get((), {})

    def by_station(self) -> list[dict[str, Any]]:
        sums = self._sums(("organization", "station"))
        return [{"organization": o, "station": s or None, "sums": v} for (o, s), v in sorted(sums.items())]

    def by_month(self) -> list[dict[str, Any]]:
        months: dict[dt.date, dict[str, int]] = {}
        for (day,), values in self._sums(("day",)).items():
            month = months.setdefault(figures.month_of(day), {})
            for measure, value in values.items():
                month[measure] = month.get(measure, 0) + value
        return [{"month": month.isoformat(), "sums": sums} for month, sums in sorted(months.items())]

    def by_group(self) -> list[dict[str, Any]]:
        sums = self._sums(("recipient_group",))
        return [{"recipient_group": group, "sums": values} for (group,), values in sorted(sums.items()) if group]

    def _sums(self, by: tuple[str, ...]) -> dict[tuple[Any, ...], dict[str, int]]:
        parts = self._parts(by)
        if not parts:
            return {}
        rows = union_all(*parts).subquery()
        keys = [rows.c[name] for name in by]
        statement = select(*keys, rows.c.measure, func.sum(rows.c.value)).group_by(*keys, rows.c.measure)
        found: dict[tuple[Any, ...], dict[str, int]] = {}
        for *key, measure, value in self.session.execute(statement):
            if value:
                found.setdefault(tuple(key), {})[measure] = int(value)
        return found

    def _parts(self, by: tuple[str, ...]) -> list[Select[Any]]:
        parts = []
        if self.period.months:
            first, last = self.period.months
            parts.append(self._part(Rollup, Rollup.month, by).where(Rollup.month.between(first, last)))
        for first, last in self.period.days:
            parts.append(self._part(FactRow, FactRow.day, by).where(FactRow.day.between(first, last)))
        return parts

    def _part(self, table: Any, day: Any, by: tuple[str, ...]) -> Select[Any]:
        """One table's sums; grouped here already, so that the union is small."""
        keys = [day.label("day") if name == "day" else getattr(table, name) for name in by]
        statement = select(*keys, table.measure, func.sum(table.value).label("value"))
        for name in ("organization", "station"):
            if getattr(self, name):
                statement = statement.where(getattr(table, name) == getattr(self, name))
        return statement.group_by(*keys, table.measure)
