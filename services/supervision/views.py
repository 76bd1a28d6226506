"""Read-only queries for the gateway: tasks, timelines, figures, deadlines and the limits themselves.

Guarantee: a row that the caller may not see is answered exactly like one that does not exist.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from chassis.errors import Rejected
from chassis.work import Read
from contracts import terms
from services.supervision import (
    oversight_reading,
    reading,
    view_figures,
    view_half_year,
    view_oversight,
    view_plans,
    view_sheets,
)
from services.supervision.asking import load
from services.supervision.domain import counting, periods
from services.supervision.models import DueChange, Feedback, Mark, Task, TaskAct
from services.supervision.remarks import refuse_range


def tasks(read: Read, params: dict[str, Any]) -> dict[str, Any]:
    """Tasks in the caller's sight, newest first."""
    asked = load("supervision.tasks", params)
    rows = reading.tasks(read, asked)
    page = rows[: asked["limit"]]
    return {"items": _items(read, page), "next": str(page[-1].id) if len(rows) > len(page) else None}


def task(read: Read, params: dict[str, Any]) -> dict[str, Any]:
    """One task with its timers, recomputed days and, for a return visit, what was said."""
    asked = load("supervision.task", params)
    row = reading.task(read, asked["task"])
    if row is None:
        raise Rejected("not-found", what="task")
    feedback = read.session.get(Feedback, row.id)
    return {
        **_items(read, [row])[0],
        "marks": [_mark(mark) for mark in reading.marks(read, row.id)],
        "due_changes": [_due_change(change) for change in reading.due_changes(read, row.id)],
        "feedback": _feedback(feedback) if feedback else None,
        "acts": [_act(act) for act in reading.acts(read, row.id)],
    }


def deadlines(read: Read, params: dict[str, Any]) -> dict[str, Any]:
    """Open deadlines in the caller's sight, soonest first."""
    asked = load("supervision.deadlines", params)
    rows = reading.deadlines(read, asked)
    page = rows[: asked["limit"]]
    last = reading.cursor(page[-1].due_at, page[-1].id) if len(rows) > len(page) else None
    return {"items": _items(read, page), "next": last}


def undated(read: Read, params: dict[str, Any]) -> dict[str, Any]:
    """Cases under way in which nothing has a day, by number."""
    asked = load("supervision.undated", params)
    rows = reading.undated(read, asked)
    page = rows[: asked["limit"]]
    items = [
        {
            "case": str(row.case_id),
            "number": row.case_number,
            "application": str(row.application),
            "organization": row.organization,
            "station": row.station,
            "lawyer": _text(row.lawyer),
            "assigned_at": _text(row.assigned_at),
            "last_at": _text(last_at),
        }
        for row, last_at in page
    ]
    return {"items": items, "next": page[-1][0].case_number if len(rows) > len(page) else None}


def timeline(read: Read, params: dict[str, Any]) -> dict[str, Any]:
    """What happened to an application, oldest first; to who referred it on, its own acts without those of its case."""
    asked = load("supervision.timeline", params)
    dossier, with_case = reading.dossier(read, asked["application"])
    if dossier is None:
        raise Rejected("not-found", what="application")
    rows = reading.entries(read, asked, with_case=with_case)
    page = rows[: asked["limit"]]
    items = [
        {"id": str(e.id), "at": e.at.isoformat(), "type": e.type, "actor": e.actor, "zh": e.zh, "en": e.en}
        for e in page
    ]
    return {
        "application": str(dossier.application),
        "number": dossier.number,
        "case": _text(dossier.case_id) if with_case else None,
        "case_number": dossier.case_number if with_case else None,
        "organization": dossier.organization,
        "station": dossier.station,
        "items": items,
        "next": reading.cursor(page[-1].at, page[-1].id) if len(rows) > len(page) else None,
    }


def workload(read: Read, params: dict[str, Any]) -> dict[str, Any]:
    """Who has how much to do, and did how much in a range of days."""
    asked = load("supervision.workload", params)
    principal, zone = read.principal, read.settings.time_zone
    if not principal.may_see(asked["organization"] or principal.organization):
        raise Rejected("forbidden", role=principal.role)
    first, last = asked["first_day"] or read.today().replace(day=1), asked["last_day"] or read.today()
    refuse_range(("first_day", "last_day"), first, last)
    organization = asked["organization"] if principal.sees_all else principal.organization
    since, until = counting.local_instant(first, dt.time.min, zone), counting.end_of_day(last, zone)
    return {"items": reading.workload(read, organization, since, until)}


def meetings(read: Read, params: dict[str, Any]) -> dict[str, Any]:
    """Joint meetings with their decisions, newest first."""
    asked = load("supervision.meetings", params)
    if read.principal.role == "lawyer":
        raise Rejected("forbidden", role=read.principal.role)
    rows = oversight_reading.meetings(read, asked["limit"])
    items = [
        {
            "id": str(row.id),
            "state": row.state,
            "on": row.on.isoformat(),
            "starts_at": _text(row.starts_at),
            "place": row.place,
            "participants": row.participants,
            "agenda": row.agenda,
            "report": _report_for(read, row.report),
            "minutes": row.minutes,
            "decisions": _items(read, oversight_reading.decisions(read, row.id)),
        }
        for row in rows
    ]
    held = next((row.on for row in rows if row.state == "held"), None)
    due = periods.months_later(held, read.settings.meeting_months) if held else None
    return {"items": items, "next_due_on": _text(due)}


def clocks(read: Read, params: dict[str, Any]) -> dict[str, Any]:
    """The limits in force on a day, as dated data with their sources."""
    day = load("supervision.clocks", params)["on"] or read.today()
    rows = [clock for clock in read.settings.clocks.rows if clock.holds_on(day)]
    items = [
        {
            "kind": clock.kind,
            "title_zh": terms.CLOCK_KINDS[clock.kind],
            "since": clock.since.isoformat(),
            "until": _text(clock.until),
            "trigger": ", ".join(clock.triggers),
            "counting": clock.counting,
            "days": clock.days or None,
            "hours": clock.hours or None,
            "article": clock.article,
            "source": clock.source,
            "verified": clock.verified,
        }
        for clock in rows
    ]
    return {"items": items, "published_years": reading.published_years(read)}


def _items(read: Read, rows: Sequence[Task]) -> list[dict[str, Any]]:
    assigned = reading.assigned(read, [row.id for row in rows])
    words = oversight_reading.words(read, [row.subject for row in rows])
    half = reading.half_days(read, {row.organization for row in rows})
    return [
        {
            **_item(read, row, assigned.get(row.id, [])),
            "words": words.get(row.subject),
            "half_day": half.get((row.organization, row.due_on.month, row.due_on.day)),
        }
        for row in rows
    ]


def _item(read: Read, row: Task, persons: list[dict[str, Any]]) -> dict[str, Any]:
    today = counting.local_day(read.now, read.settings.time_zone)
    return {
        "id": str(row.id),
        "kind": row.kind,
        "title_zh": terms.CLOCK_KINDS.get(row.kind, row.kind),
        "title_en": row.kind.replace("_", " "),
        "subject": str(row.subject),
        "state": row.state,
        "outcome": row.outcome,
        "organization": row.organization,
        "station": row.station,
        "application": _text(row.application),
        "case": _text(row.case_id),
        "number": row.number,
        "assignees": persons,
        "due_at": row.due_at.isoformat(),
        "due_on": row.due_on.isoformat(),
        "days_left": (row.due_on - today).days,
        "overdue": row.state == "open" and row.stopped_at is None and row.due_at <= read.now,
        "stopped_at": _text(row.stopped_at),
        "provisional": row.provisional,
        "article": row.article,
        "opened_at": row.opened_at.isoformat(),
        "finished_at": _text(row.finished_at),
        "minutes": row.minutes,
        "by_hand": reading.is_by_hand(read, row),
        "version": row.version,
    }


def _mark(mark: Mark) -> dict[str, Any]:
    return {"mark": mark.kind, "fire_at": mark.fire_at.isoformat(), "state": mark.state}


def _due_change(change: DueChange) -> dict[str, Any]:
    return {
        "old_due_on": change.old_due_on.isoformat(),
        "new_due_on": change.new_due_on.isoformat(),
        "why": change.why,
        "at": change.at.isoformat(),
    }


def _act(row: TaskAct) -> dict[str, Any]:
    return {"act": row.act, "by": _text(row.by), "words": row.reason, "at": row.at.isoformat()}


def _report_for(read: Read, report: dict[str, Any] | None) -> dict[str, Any] | None:
    """The report as the caller may read it: an organization the network's figures and its own part."""
    if report is None or read.principal.sees_all:
        return report
    own = read.principal.organization
    return report | {
        name: [one for one in report[name] if one["organization"] == own] for name in ("organizations", "open_points")
    }


def _feedback(row: Feedback) -> dict[str, Any]:
    return {
        "satisfaction": row.satisfaction,
        "words": row.words,
        "gift": row.gift,
        "grade": row.grade,
        "recorded_at": row.recorded_at.isoformat(),
    }


def _text(value: UUID | dt.date | dt.datetime | None) -> str | None:
    if value is None:
        return None
    return str(value) if isinstance(value, UUID) else value.isoformat()


VIEWS: dict[str, Callable[[Read, dict[str, Any]], dict[str, Any]]] = {
    "supervision.tasks": tasks,
    "supervision.task": task,
    "supervision.timeline": timeline,
    **view_figures.VIEWS,
    **view_sheets.VIEWS,
    **view_plans.VIEWS,
    **view_half_year.VIEWS,
    "supervision.deadlines": deadlines,
    "supervision.undated": undated,
    "supervision.workload": workload,
    **view_oversight.VIEWS,
    "supervision.meetings": meetings,
    "supervision.clocks": clocks,
}
