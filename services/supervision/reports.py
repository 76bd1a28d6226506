"""The monthly report of a station: what is known of its month, and its submission by the liaison.

Handler and reading, as in handlers.py and views.py. Figures are never typed in: they are what was counted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.errors import Rejected
from chassis.principal import Principal
from chassis.work import Work
from services.supervision import asks, telling
from services.supervision import figures_reading as reading
from services.supervision.domain import measures, periods
from services.supervision.figures_reading import NARROW, Scope, Sums
from services.supervision.models import Station, Task
from services.supervision.models_plans import OccurrenceRow, PlanRow, StationReport

Place = tuple[str, str, dt.date]


def submit_report(work: Work, command: dict[str, Any]) -> dict[str, Any]:
    """Keep a station's report of a month, with its figures as they are known now; the plan's task is fulfilled."""
    principal = work.principal
    if principal is None or principal.role in ("auditor", "lawyer"):
        raise Rejected("forbidden", role=principal.role if principal else "none")
    organization, station, month = place_of(work.session, principal, command, work.today())
    if report_of(work.session, organization, station, month) is not None:
        raise Rejected("duplicate", what="report", key=f"{station} {month:%Y-%m}")
    sums = figures_of(work.session, organization, station, month)
    if "idle_reason" in missing(sums) and not command["idle_reason"]:
        raise Rejected("idle-unexplained", pointer="/idle_reason", month=f"{month:%Y-%m}")
    names = ("progress", "problems", "idle_reason")
    row = StationReport(
        id=work.new_id(),
        organization=organization,
        station=station,
        month=month,
        figures=sums,
        submitted_by=principal.person,
        submitted_at=work.now,
        **{name: command[name] for name in names},
    )
    work.session.add(row)
    told = {"report": row.id, "organization": organization, "station": station, "month": f"{month:%Y-%m}"}
    occurrence = _asked_for(work.session, organization, station, month)
    told |= {"kind": "monthly_report", "occurrence": occurrence, "problems": len(row.problems)}
    telling.say(work, "supervision.report_submitted.v1", told | {"submitted_at": work.now})
    return {"id": str(row.id), "organization": organization, "station": station, "month": f"{month:%Y-%m}"}


def place_of(session: Session, principal: Principal, asked: Mapping[str, Any], today: dt.date) -> Place:
    """Which report a caller means and may see: organization, station, first day of the month; raises Rejected."""
    organization = asked["organization"] or principal.organization
    station = asked["station"] or principal.station
    if station is None:
        raise Rejected("station-needed", pointer="/station")
    if not principal.may_see(organization, station):
        raise Rejected("unknown-station", pointer="/station", code=station)
    if session.get(Station, (organization, station)) is None:
        raise Rejected("unknown-station", pointer="/station", code=station)
    last_month = periods.months_later(periods.month_of(today), -1)
    month = month_of(asked["month"]) if asked["month"] else last_month
    if month > periods.month_of(today):
        limits = {"earliest": "2000-01-01", "latest": today}
        raise Rejected("impossible-date", pointer="/month", field="month", value=month, **limits)
    return organization, station, month


def month_of(text: str) -> dt.date:
    """The first day of a month such as ``2026-09``."""
    return dt.date.fromisoformat(f"{text}-01")


def report_of(session: Session, organization: str, station: str, month: dt.date) -> StationReport | None:
    """The report of a station and month, if it is there."""
    of_station = (StationReport.organization == organization, StationReport.station == station)
    return session.scalars(select(StationReport).where(*of_station, StationReport.month == month)).one_or_none()


def figures_of(session: Session, organization: str, station: str, month: dt.date) -> Sums:
    """What was counted for a station in a month."""
    scope = Scope(organization, {name: station if name == "station" else None for name in NARROW})
    return reading.total(session, scope, month, periods.month_end(month))


def missing(sums: Mapping[str, int]) -> list[str]:
    """What has to be typed in: words, and why there was no real work where none was counted."""
    worked = any(sums.get(measure) for measure in measures.REAL_WORK)
    return ["progress", "problems"] + ([] if worked else ["idle_reason"])


def in_words(sums: Mapping[str, int]) -> list[dict[str, Any]]:
    """Figures as a person reads them, in the order of the published measures."""
    order = [*measures.MEASURES, *sorted(measure for measure in sums if ":" in measure)]
    found = []
    for measure in order:
        if sums.get(measure):
            zh, en = measures.words_of(measure)
            found.append({"measure": measure, "zh": zh, "en": en, "value": sums[measure]})
    return found


def _asked_for(session: Session, organization: str, station: str, month: dt.date) -> UUID | None:
    """The subject of the open task that a plan opened for this station and month."""
    about = (OccurrenceRow.first_day <= month, OccurrenceRow.last_day >= month)
    found = select(OccurrenceRow.id).join(PlanRow, PlanRow.id == OccurrenceRow.plan).where(*about)
    ids = session.scalars(found.where(PlanRow.kind == "monthly_report").order_by(OccurrenceRow.id))
    subjects = [asks.subject_at(id_, organization, station) for id_ in ids]
    still_open = select(Task.subject).where(
        Task.kind == "monthly_report", Task.state == "open", Task.subject.in_(subjects)
    )
    return session.scalars(still_open.order_by(Task.due_at).limit(1)).one_or_none()
