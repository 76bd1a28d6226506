"""Inspections of stations against the station standard; what they find becomes tasks.

Handlers, as in handlers.py.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from chassis.errors import Rejected
from chassis.work import Work
from contracts import terms
from services.supervision import asks, repository, suspensions, telling
from services.supervision.domain import counting, readiness
from services.supervision.models import Inspection, Remark, Station


def record_inspection(work: Work, command: dict[str, Any]) -> dict[str, Any]:
    """Keep what an inspection found; every finding is a task of the station's liaison until its day.

    It is the re-inspection that an earlier one asked for, if one did; it can suspend the station, or open it again.
    """
    _center_only(work)
    organization, station = command["organization"], command["station"]
    known = work.session.get(Station, (organization, station), with_for_update=True)
    if known is None:
        raise Rejected("unknown-station", pointer="/station", code=station)
    if command["suspend"] and command["reopen"]:
        raise Rejected("invalid", pointer="/reopen")
    on = command["on"] or work.today()
    _refuse_outside("on", on, dt.date(2000, 1, 1), work.today())
    missing = [item for item in terms.STATION_STANDARD if item not in command["met"]]
    if command["reopen"] and missing:
        raise Rejected("standard-not-met", code=station, missing=", ".join(missing))
    row = Inspection(
        id=work.new_id(),
        organization=organization,
        station=station,
        on=on,
        items={item: item not in missing for item in terms.STATION_STANDARD},
        remarks=command["remarks"],
        reinspect_by=command["reinspect_by"],
        recorded_by=work.principal.person if work.principal else None,
        recorded_at=work.now,
    )
    work.session.add(row)
    known.lacks = readiness.lacking(
        known.lacks, missing, counting.local_instant(on, dt.time(12), work.settings.time_zone)
    )
    place = {"organization": organization, "station": station}
    for finding in command["findings"]:
        _refuse_outside("put_right_by", finding["put_right_by"], work.today())
        found = _remark(work, row.id, finding["words"], finding["item"])
        told = {"finding": found, **place, **_until(work, finding["put_right_by"])}
        telling.say(work, "supervision.finding_recorded.v1", told)
    told = {"inspection": row.id, **place, "on": on, "missing": missing, "recorded_at": work.now}
    telling.say(work, "supervision.station_inspected.v1", told)
    asks.fulfil(work, "inspection", organization, station)
    _look_again(work, row, place)
    _stop_or_go_on(work, row, command, place)
    return {"id": str(row.id), "on": on.isoformat(), "missing": missing, "findings": len(command["findings"])}


def _look_again(work: Work, row: Inspection, place: dict[str, str]) -> None:
    """It answers the earlier inspections that asked for another one, and may ask for one itself."""
    for earlier in repository.to_be_reinspected(work.session, row.id, **place):
        earlier.again = row.id
        told = {"inspection": earlier.id, "again": row.id, **place, "recorded_at": work.now}
        telling.say(work, "supervision.station_reinspected.v1", told)
    if row.reinspect_by is not None:
        _refuse_outside("reinspect_by", row.reinspect_by, work.today())
        told = {"inspection": row.id, **place, **_until(work, row.reinspect_by)}
        telling.say(work, "supervision.reinspection_due.v1", told)


def _stop_or_go_on(work: Work, row: Inspection, command: dict[str, Any], place: dict[str, str]) -> None:
    if command["suspend"]:
        suspensions.suspend(work, row.id, place["organization"], station=place["station"])
    standing = repository.standing_suspensions(work.session, lawyer=None, **place) if command["reopen"] else []
    if standing:
        suspensions.lift(work, standing, command["remarks"] or f"复查合格 · inspected again on {row.on.isoformat()}")


def _center_only(work: Work) -> None:
    if work.principal is None or not work.principal.is_center:
        raise Rejected("forbidden", role=work.principal.role if work.principal else "none")


def _remark(work: Work, source: UUID, words: str, item: str | None = None) -> UUID:
    row = Remark(id=work.new_id(), source=source, item=item, words=words)
    work.session.add(row)
    return row.id


def _until(work: Work, day: dt.date) -> dict[str, dt.datetime]:
    return {"due_at": counting.end_of_day(day, work.settings.time_zone), "recorded_at": work.now}


def _refuse_outside(field: str, day: dt.date, earliest: dt.date, latest: dt.date = dt.date(2999, 12, 31)) -> None:
    if not earliest <= day <= latest:
        raise Rejected("impossible-date", field=field, value=day, earliest=earliest, latest=latest)
