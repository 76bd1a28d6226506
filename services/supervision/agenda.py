"""What a joint meeting has to speak about, read from figures, reports and open tasks; for handlers and views alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from chassis.tables import organizations
from chassis.work import Read, Work
from contracts import terms
from services.supervision import figures_reading as reading
from services.supervision.domain import agenda, periods
from services.supervision.domain.measures import REAL_WORK
from services.supervision.figures_reading import NARROW, Scope
from services.supervision.models import FactRow, Meeting, Remark, Station, Task
from services.supervision.models_plans import StationReport
from services.supervision.remarks import refuse_range
from services.supervision.reports import in_words

OPEN_KINDS = ("decision", "follow_up", "complaint_accept", "complaint_conclude", "complaint_answer", "monthly_report")
MOST_POINTS = 200


def draw_up(source: Work | Read, first: dt.date | None, last: dt.date | None) -> dict[str, Any]:
    """Participants, agenda and report over a range of days; absent: since the last meeting, up to last month."""
    session, today = source.session, source.today()
    refuse_range(("first_day", "last_day"), first, last)
    last = last or periods.day_before(periods.month_of(today))
    first = first or _since(session, last, source.settings.meeting_months)
    names: dict[str, str] = dict(map(tuple, session.execute(select(organizations.c.code, organizations.c.name))))
    points = open_points(session, source.now)
    report = {
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
        "figures": in_words(reading.total(session, _scope(None), first, last)),
        "organizations": [
            _organization(session, code, name, (first, last))
            for code, name in sorted(names.items())
            if code != source.settings.center
        ],
        "open_points": points,
    }
    undone = [point["words"] for point in points if point["kind"] == "decision" and point["words"]]
    lines = [{"zh": zh, "en": en} for zh, en in agenda.agenda(report, undone)][:50]
    return {"participants": sorted(names), "agenda": lines, "report": report}


def open_points(
    session: Session, now: dt.datetime, organization: str | None = None, station: str | None = None
) -> list[dict[str, Any]]:
    """What is open and concerns a meeting, or late, soonest due first; of a station, all that is open there."""
    found = select(Task).where(Task.state == "open")
    if organization is not None:
        found = found.where(Task.organization == organization, Task.station == station)
    else:
        found = found.where(Task.kind.in_(OPEN_KINDS) | (Task.due_at <= now))
    rows = list(session.scalars(found.order_by(Task.due_at, Task.id).limit(MOST_POINTS)))
    ids = [row.subject for row in rows]
    words = {row.id: row.words for row in session.scalars(select(Remark).where(Remark.id.in_(ids)))}
    return [_point(row, words.get(row.subject), now) for row in rows]


def _point(row: Task, words: str | None, now: dt.datetime) -> dict[str, Any]:
    return {
        "task": str(row.id),
        "kind": row.kind,
        "title_zh": terms.CLOCK_KINDS[row.kind],
        "number": row.number,
        "words": words,
        "organization": row.organization,
        "station": row.station,
        "due_on": row.due_on.isoformat(),
        "overdue": row.stopped_at is None and row.due_at <= now,
    }


def _organization(session: Session, code: str, name: str, days: tuple[dt.date, dt.date]) -> dict[str, Any]:
    first, last = days
    asked = select(Task.state).where(Task.kind == "monthly_report", Task.organization == code)
    asked = asked.where(Task.state != "cancelled")  # the station is closed
    states = list(session.scalars(asked.where(Task.started_on.between(first, last))))
    problems = select(StationReport.problems).where(
        StationReport.organization == code, StationReport.month.between(first, last)
    )
    return {
        "organization": code,
        "name": name,
        "figures": in_words(reading.total(session, _scope(code), first, last)),
        "reports_due": len(states),
        "reports_missing": states.count("open"),
        "image_projects": _idle(session, code, first, last),
        "problems": [words for listed in session.scalars(problems.order_by(StationReport.id)) for words in listed],
    }


def _idle(session: Session, code: str, first: dt.date, last: dt.date) -> list[str]:
    """Stations of an organization where nothing real was done in these days."""
    worked = select(FactRow.station).where(
        FactRow.organization == code, FactRow.measure.in_(REAL_WORK), FactRow.day.between(first, last)
    )
    works = or_(Station.state.is_(None), Station.state.not_in(("planned", "closed")))
    stations = select(Station.code).where(Station.organization == code, Station.code.not_in(worked), works)
    return list(session.scalars(stations.order_by(Station.code)))


def _since(session: Session, last: dt.date, months: int) -> dt.date:
    """The day after the last meeting that was held, or so many months before the last day."""
    held = select(Meeting.on).where(Meeting.state == "held", Meeting.on < last).order_by(Meeting.on.desc()).limit(1)
    day: Sequence[dt.date] = session.scalars(held).all()
    return day[0] + dt.timedelta(1) if day else periods.months_later(periods.month_of(last), 1 - months)


def _scope(organization: str | None) -> Scope:
    return Scope(organization, dict.fromkeys(NARROW))
