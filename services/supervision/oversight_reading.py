"""What the queries about complaints, stations and joint meetings read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, select, true

from chassis.work import Read
from contracts import terms
from services.supervision.domain import counting, periods
from services.supervision.domain import readiness as rules
from services.supervision.domain.measures import REAL_WORK
from services.supervision.models import (
    Complaint,
    ComplaintTrace,
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
    statement = select(Complaint).where(_complaint_in_sight(read))
    for name in ("state", "subject", "organization"):
        if asked[name] is not None:
            statement = statement.where(getattr(Complaint, name) == asked[name])
    if asked["after"]:
        statement = statement.where(Complaint.id < asked["after"])
    return list(read.session.scalars(statement.order_by(Complaint.id.desc()).limit(asked["limit"] + 1)))


def complaint(read: Read, complaint_id: UUID) -> Complaint | None:
    """One complaint, if the caller may see it."""
    statement = select(Complaint).where(Complaint.id == complaint_id, _complaint_in_sight(read))
    return read.session.scalars(statement).one_or_none()


def complaint_traces(read: Read, asked: Mapping[str, Any]) -> list[ComplaintTrace]:
    """The audit trail of a complaint, newest first, one more than the page."""
    statement = select(ComplaintTrace).where(ComplaintTrace.complaint == asked["complaint"])
    if asked["after"]:
        statement = statement.where(ComplaintTrace.id < asked["after"])
    return list(read.session.scalars(statement.order_by(ComplaintTrace.id.desc()).limit(asked["limit"] + 1)))


def _complaint_in_sight(read: Read) -> ColumnElement[bool]:
    """The center and auditors see all; an organization those about its stations; a station's people only what their
    station reported about others, never what is said about their own organization; a lawyer nothing."""
    principal = read.principal
    if principal.sees_all:
        return true()
    if principal.role != "liaison":
        return false()
    station = own_station(read)
    if station is None:
        return Complaint.organization == principal.organization
    reported = and_(Complaint.from_organization == principal.organization, Complaint.from_station == station)
    own = and_(
        Complaint.organization == principal.organization,
        or_(Complaint.station == station, Complaint.station.is_(None)),
    )
    return and_(reported, not_(own))


def own_station(read: Read) -> str | None:
    """Where the caller works: the station of the key, else of the person; None at an organization or the center."""
    principal = read.principal
    person = read.session.get(Person, principal.person) if principal.person else None
    return principal.station or (person.station if person else None)


def tracked(read: Read, fingerprint: str) -> Complaint | None:
    """The complaint of a tracking code."""
    return read.session.scalars(select(Complaint).where(Complaint.tracking == fingerprint)).one_or_none()


def open_task(read: Read, subject: UUID) -> Task | None:
    """What has to be done next about a complaint."""
    statement = select(Task).where(Task.subject == subject, Task.state == "open").order_by(Task.due_at).limit(1)
    return read.session.scalars(statement).one_or_none()


def suspensions(read: Read, asked: Mapping[str, Any]) -> list[Suspension]:
    """Suspensions by the filters asked for, newest first, one more than the page; a lawyer sees the own ones."""
    principal = read.principal
    statement = select(Suspension)
    if principal.role == "lawyer":
        statement = statement.where(Suspension.lawyer == principal.person if principal.person else false())
    elif not principal.sees_all:
        statement = _visible(read, statement.where(Suspension.lawyer.is_(None)), Suspension)
    for name in ("organization", "lawyer"):
        if asked[name] is not None:
            statement = statement.where(getattr(Suspension, name) == asked[name])
    if asked["standing"] is not None:
        stands = Suspension.lifted_at.is_(None)
        statement = statement.where(stands if asked["standing"] else not_(stands))
    if asked["after"]:
        statement = statement.where(Suspension.id < asked["after"])
    return list(read.session.scalars(statement.order_by(Suspension.id.desc()).limit(asked["limit"] + 1)))


def inspections(read: Read, asked: Mapping[str, Any]) -> list[Inspection]:
    """Inspections by the filters asked for, newest first, one more than the page."""
    statement = _visible(read, select(Inspection), Inspection)
    for name in ("organization", "station"):
        if asked[name] is not None:
            statement = statement.where(getattr(Inspection, name) == asked[name])
    if asked["after"]:
        statement = statement.where(Inspection.id < asked["after"])
    return list(read.session.scalars(statement.order_by(Inspection.id.desc()).limit(asked["limit"] + 1)))


def findings(read: Read, inspected: list[UUID]) -> dict[UUID, list[tuple[Remark, Task | None]]]:
    """The findings of inspections, each with its task of putting it right."""
    of_finding = and_(Task.subject == Remark.id, Task.kind == "follow_up")
    statement = select(Remark, Task).outerjoin(Task, of_finding).where(Remark.source.in_(inspected)).order_by(Remark.id)
    found: dict[UUID, list[tuple[Remark, Task | None]]] = {}
    for remark, task in read.session.execute(statement):
        found.setdefault(remark.source, []).append((remark, task))
    return found


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
    zone, today, months = read.settings.time_zone, read.today(), read.settings.image_project_months
    known = station.lacks is not None
    lacks = {
        item: counting.local_day(dt.datetime.fromisoformat(at), zone) for item, at in (station.lacks or {}).items()
    }
    met = [item for item in terms.STATION_STANDARD if known and item not in lacks]
    opened = counting.local_day(station.registered_at, zone)
    works = station.state in (None, "ready", "suspended")  # one that is planned or closed is expected to do nothing
    why = rules.because(lacks, last_work, opened, today, months) if works else []
    return {
        "organization": station.organization,
        "station": station.code,
        "name": station.name,
        "name_en": station.name_en,
        "state": station.state,
        "has_liaison": has_liaison,
        "inspected_on": inspection.on.isoformat() if inspection else None,
        "met": met,
        "missing": [item for item in terms.STATION_STANDARD if item not in met],
        "last_work_on": last_work.isoformat() if last_work else None,
        "idle_months": periods.months_between(last_work or opened, today),
        "image_project": bool(why),
        "image_project_because": why,
        "suspended": suspended,
    }


def _inspections(read: Read) -> dict[tuple[str, str], Inspection]:
    """The latest inspection of each station."""
    rows = read.session.scalars(select(Inspection).order_by(Inspection.on, Inspection.id))
    return {(row.organization, row.station): row for row in rows}


def _last_work(read: Read) -> dict[tuple[str, str], dt.date]:
    """The last day of real work of each station, looked up from its newest fact backwards."""
    of_station = (FactRow.organization == Station.organization, FactRow.station == Station.code)
    last = select(func.max(FactRow.day)).where(*of_station, FactRow.measure.in_(sorted(REAL_WORK)))
    statement = select(Station.organization, Station.code, last.correlate(Station).scalar_subquery())
    return {(organization, station): day for organization, station, day in read.session.execute(statement) if day}


def _liaisons(read: Read) -> set[tuple[str, str | None]]:
    statement = select(Person.organization, Person.station).where(Person.role == "liaison", Person.station.is_not(None))
    return {(organization, station) for organization, station in read.session.execute(statement)}


def _suspended(read: Read) -> set[tuple[str, str | None]]:
    statement = select(Suspension.organization, Suspension.station).where(
        Suspension.station.is_not(None), Suspension.lifted_at.is_(None)
    )
    return {(organization, station) for organization, station in read.session.execute(statement)}
