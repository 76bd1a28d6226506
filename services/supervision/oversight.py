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
from services.supervision import asks, complaints
from services.supervision.domain import counting
from services.supervision.models import Inspection, Remark, Station


def record_inspection(work: Work, command: dict[str, Any]) -> dict[str, Any]:
    """Keep what an inspection found; every finding is a task of the station's liaison until its day."""
    _center_only(work)
    organization, station = command["organization"], command["station"]
    if work.session.get(Station, (organization, station)) is None:
        raise Rejected("unknown-station", pointer="/station", code=station)
    on = command["on"] or work.today()
    _refuse_outside("on", on, dt.date(2000, 1, 1), work.today())
    missing = [item for item in terms.STATION_STANDARD if item not in command["met"]]
    row = Inspection(
        id=work.new_id(),
        organization=organization,
        station=station,
        on=on,
        items={item: item not in missing for item in terms.STATION_STANDARD},
        remarks=command["remarks"],
        recorded_by=work.principal.person if work.principal else None,
        recorded_at=work.now,
    )
    work.session.add(row)
    place = {"organization": organization, "station": station}
    for finding in command["findings"]:
        _refuse_outside("put_right_by", finding["put_right_by"], work.today())
        found = _remark(work, row.id, finding["words"], finding["item"])
        told = {"finding": found, **place, **_until(work, finding["put_right_by"])}
        complaints.say(work, "supervision.finding_recorded.v1", told)
    told = {"inspection": row.id, **place, "on": on, "missing": missing, "recorded_at": work.now}
    complaints.say(work, "supervision.station_inspected.v1", told)
    asks.fulfil(work, "inspection", organization, station)
    if command["suspend"]:
        complaints.suspend(work, row.id, organization, station=station)
    return {"id": str(row.id), "on": on.isoformat(), "missing": missing, "findings": len(command["findings"])}


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
