"""What the queries about complaints, stations and joint meetings read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Select, false, func, or_, select

from chassis.work import Read
from contracts import terms
from services.supervision.domain import counting, periods
from services.supervision.domain.measures import REAL_WORK
from services.supervision.models import (
    Complaint,
    FactRow,
    Inspection,
    Meeting,
    Person,
    Remark,
    Station,
    Suspension,
    Task,
)


def complaints(read: Read, asked: Mapping[str, Any]) -> list[Complaint]:
    """Complaints by the filters asked for, newest first, one more than the page."""
    statement = _visible(read, select(Complaint), Complaint)
    for name in ("state", "subject", "organization"):
        if asked[name] is not None:
            statement = statement.where(getattr(Complaint, name) == asked[name])
    if asked["after"]:
        statement = statement.where(Complaint.id < asked["after"])
    return list(read.session.scalars(statement.order_by(Complaint.id.desc()).limit(asked["limit"] + 1)))


def complaint(read: Read, complaint_id: UUID) -> Complaint | None:
    """One complaint, if the caller may see it."""
    statement = _visible(read, select(Complaint).where(Complaint.id == complaint_id), Complaint)
    return read.session.scalars(statement).one_or_none()


def readiness(read: Read, organization: str | None) -> list[dict[str, Any]]:
    """Every station in sight: standard, last real work, suspension."""
    statement = _visible(read, select(Station), Station, station=Station.code)
    if organization:
        statement = statement.where(Station.organization == organization)
    stations = list(read.session.scalars(statement.order_by(Station.organization, Station.code)))
    inspected, worked, staffed, stopped = _inspections(read), _last_work(read), _liaisons(read), _suspended(read)
    return [
        _station(
            read,
            station,
            inspected.get((station.organization, station.code)),
            worked.get((station.organization, station.code)),
            has_liaison=(station.organization, station.code) in staffed,
            suspended=(station.organization, station.code) in stopped,
        )
        for station in stations
    ]


def meetings(read: Read, limit: int) -> list[Meeting]:
    """Joint meetings, newest first."""
    return list(read.session.scalars(select(Meeting).order_by(Meeting.on.desc(), Meeting.id.desc()).limit(limit)))


def decisions(read: Read, meeting: UUID) -> list[Task]:
    """The tasks that a meeting decided on."""
    statement = (
        select(Task).join(Remark, Remark.id == Task.subject).where(Remark.source == meeting, Task.kind == "decision")
    )
    return list(read.session.scalars(statement.order_by(Task.due_at, Task.id)))


def words(read: Read, subjects: Iterable[UUID]) -> dict[UUID, str]:
    """What findings and decisions say, by the task's subject."""
    wanted = list(subjects)
    if not wanted:
        return {}
    return {row.id: row.words for row in read.session.scalars(select(Remark).where(Remark.id.in_(wanted)))}


def _visible(read: Read, statement: Select[Any], table: Any, *, station: Any = None) -> Select[Any]:
    """The center and auditors see all, a liaison the organization's or the station's, a lawyer nothing."""
    principal = read.principal
    if principal.sees_all:
        return statement
    if principal.role == "lawyer":
        return statement.where(false())
    statement = statement.where(table.organization == principal.organization)
    if principal.station:
        column = station if station is not None else table.station
        statement = statement.where(or_(column == principal.station, column.is_(None)))
    return statement


def _station(
    read: Read,
    station: Station,
    inspection: Inspection | None,
    last_work: dt.date | None,
    *,
    has_liaison: bool,
    suspended: bool,
) -> dict[str, Any]:
    met = [item for item in terms.STATION_STANDARD if inspection and inspection.items.get(item)]
    since = last_work or counting.local_day(station.registered_at, read.settings.time_zone)
    idle = periods.months_between(since, read.today())
    return {
        "organization": station.organization,
        "station": station.code,
        "name": station.name,
        "has_liaison": has_liaison,
        "inspected_on": inspection.on.isoformat() if inspection else None,
        "met": met,
        "missing": [item for item in terms.STATION_STANDARD if item not in met],
        "last_work_on": last_work.isoformat() if last_work else None,
        "idle_months": idle,
        "image_project": idle >= read.settings.image_project_months,
        "suspended": suspended,
    }


def _inspections(read: Read) -> dict[tuple[str, str], Inspection]:
    """The latest inspection of each station."""
    rows = read.session.scalars(select(Inspection).order_by(Inspection.on, Inspection.id))
    return {(row.organization, row.station): row for row in rows}


def _last_work(read: Read) -> dict[tuple[str, str], dt.date]:
    """The last day of real work of each station."""
    place = (FactRow.organization, FactRow.station)
    statement = select(*place, func.max(FactRow.day)).where(FactRow.measure.in_(REAL_WORK)).group_by(*place)
    return {(organization, station): day for organization, station, day in read.session.execute(statement)}


def _liaisons(read: Read) -> set[tuple[str, str | None]]:
    statement = select(Person.organization, Person.station).where(Person.role == "liaison", Person.station.is_not(None))
    return {(organization, station) for organization, station in read.session.execute(statement)}


def _suspended(read: Read) -> set[tuple[str, str | None]]:
    statement = select(Suspension.organization, Suspension.station).where(Suspension.station.is_not(None))
    return {(organization, station) for organization, station in read.session.execute(statement)}
