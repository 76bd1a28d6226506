"""Read-only queries about plans, samples, monthly reports and the agenda of the joint meeting.

Guarantee: a row that the caller may not see is answered exactly like one that does not exist.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy import Select, or_, select

from chassis.errors import Rejected
from chassis.work import Read
from services.supervision import occurrences, reports, samples
from services.supervision.agenda import draw_up, open_points
from services.supervision.asking import load
from services.supervision.domain import plans
from services.supervision.domain.sampling import SampleRule
from services.supervision.models_plans import OccurrenceRow, PlanChange, PlanRow, SampleRow, StationReport


def list_plans(read: Read, params: dict[str, Any]) -> dict[str, Any]:
    """Plans in the caller's sight, by kind."""
    asked = load("supervision.plans", params)
    statement = _visible(read, select(PlanRow))
    for name in ("state", "kind"):
        if asked[name] is not None:
            statement = statement.where(getattr(PlanRow, name) == asked[name])
    rows = read.session.scalars(statement.order_by(PlanRow.kind, PlanRow.id))
    return {"items": [_plan(read, row, asked["next"]) for row in rows]}


def plan(read: Read, params: dict[str, Any]) -> dict[str, Any]:
    """One plan with what came of it and what was changed."""
    asked = load("supervision.plan", params)
    row = read.session.scalars(_visible(read, select(PlanRow).where(PlanRow.id == asked["plan"]))).one_or_none()
    if row is None:
        raise Rejected("not-found", what="plan")
    past = select(OccurrenceRow).where(OccurrenceRow.plan == row.id).order_by(OccurrenceRow.planned_on.desc())
    changes = select(PlanChange).where(PlanChange.plan == row.id).order_by(PlanChange.id)
    names = ("field", "old", "new", "why")
    return {
        **_plan(read, row, asked["next"]),
        "occurrences": [_occurrence(one) for one in read.session.scalars(past.limit(1000))],
        "changes": [
            {**{name: getattr(one, name) for name in names}, "at": one.at.isoformat()}
            for one in read.session.scalars(changes.limit(1000))
        ],
    }


def plan_templates(read: Read, params: dict[str, Any]) -> dict[str, Any]:
    """The plans that can be started on a day, with their sources."""
    day = load("supervision.plan_templates", params)["on"] or read.today()
    items = [
        {
            "template": row.name,
            "since": row.since.isoformat(),
            "until": _text(row.until),
            **row.values,
            "sample": _rule(row.values["sample"]),
            "article": row.article,
            "source": row.source,
            "verified": row.verified,
        }
        for row in plans.load(read.settings.plans_file)
        if row.holds_on(day)
    ]
    return {"items": items}


def list_samples(read: Read, params: dict[str, Any]) -> dict[str, Any]:
    """Samples, newest first."""
    asked = load("supervision.samples", params)
    _refuse_others(read)
    statement = select(SampleRow)
    for name in ("kind", "plan"):
        if asked[name] is not None:
            statement = statement.where(getattr(SampleRow, name) == asked[name])
    if asked["after"]:
        statement = statement.where(SampleRow.id < asked["after"])
    rows = list(read.session.scalars(statement.order_by(SampleRow.id.desc()).limit(asked["limit"] + 1)))
    page = rows[: asked["limit"]]
    return {"items": [_sample(row) for row in page], "next": str(page[-1].id) if len(rows) > len(page) else None}


def sample(read: Read, params: dict[str, Any]) -> dict[str, Any]:
    """One draw with every candidate's lot; done again, to show that it gives the same."""
    asked = load("supervision.sample", params)
    _refuse_others(read)
    row = read.session.get(SampleRow, asked["sample"])
    if row is None:
        raise Rejected("not-found", what="sample")
    return {**_sample(row), "lots": [_lot(one) for one in row.pool], "reproduced": samples.again(row)}


def report_draft(read: Read, params: dict[str, Any]) -> dict[str, Any]:
    """What is known of a station's month, and what is left to type in."""
    asked = load("supervision.report_draft", params)
    organization, station, month = reports.place_of(read.session, read.principal, asked, read.today())
    sums = reports.figures_of(read.session, organization, station, month)
    there = reports.report_of(read.session, organization, station, month)
    return {
        "organization": organization,
        "station": station,
        "month": f"{month:%Y-%m}",
        "figures": reports.in_words(sums),
        "open_points": open_points(read.session, read.now, organization, station),
        "missing": [] if there else reports.missing(sums),
        "submitted": str(there.id) if there else None,
    }


def list_reports(read: Read, params: dict[str, Any]) -> dict[str, Any]:
    """Monthly reports in the caller's sight, newest first."""
    asked, principal = load("supervision.reports", params), read.principal
    statement = select(StationReport)
    if not principal.sees_all:
        statement = statement.where(StationReport.organization == principal.organization)
        if principal.station:
            statement = statement.where(StationReport.station == principal.station)
    for name in ("organization", "station"):
        if asked[name] is not None:
            statement = statement.where(getattr(StationReport, name) == asked[name])
    if asked["month"]:
        statement = statement.where(StationReport.month == reports.month_of(asked["month"]))
    if asked["after"]:
        statement = statement.where(StationReport.id < asked["after"])
    rows = list(read.session.scalars(statement.order_by(StationReport.id.desc()).limit(asked["limit"] + 1)))
    page = rows[: asked["limit"]]
    return {"items": [_report(row) for row in page], "next": str(page[-1].id) if len(rows) > len(page) else None}


def agenda(read: Read, params: dict[str, Any]) -> dict[str, Any]:
    """What a joint meeting would have to speak about: for the center and auditors, as it shows every organization."""
    asked = load("supervision.agenda", params)
    _refuse_others(read)
    return draw_up(read, asked["first_day"], asked["last_day"])


def _refuse_others(read: Read) -> None:
    if not read.principal.sees_all:
        raise Rejected("forbidden", role=read.principal.role)


def _visible(read: Read, statement: Select[Any]) -> Select[Any]:
    """The center and auditors see all plans; an organization those of the network and its own, a station its own."""
    principal = read.principal
    if principal.sees_all:
        return statement
    if principal.role == "lawyer":
        raise Rejected("forbidden", role=principal.role)
    statement = statement.where(or_(PlanRow.organization.is_(None), PlanRow.organization == principal.organization))
    if principal.station:
        statement = statement.where(or_(PlanRow.station.is_(None), PlanRow.station == principal.station))
    return statement


def _plan(read: Read, row: PlanRow, count: int) -> dict[str, Any]:
    names = ("kind", "title_zh", "title_en", "organization", "station", "template", "state", "rule", "moved", "opens")
    numbers = ("due_days", "covers", "misfire", "stop_reason", "version")
    return {
        "id": str(row.id),
        **{name: getattr(row, name) for name in (*names, *numbers)},
        "sample": _rule(row.sample),
        "starts_on": row.starts_on.isoformat(),
        "stopped_at": _text(row.stopped_at),
        "next": [
            {
                "planned_on": one.planned.isoformat(),
                "on": one.on.isoformat(),
                "due_on": occurrences.due_on(read.session, row, one.on).isoformat(),
                "provisional": one.provisional,
            }
            for one in occurrences.coming(read.session, row, count)
        ],
    }


def _occurrence(row: OccurrenceRow) -> dict[str, Any]:
    days = ("planned_on", "on", "first_day", "last_day", "due_on")
    return {
        "id": str(row.id),
        **{name: getattr(row, name).isoformat() for name in days},
        "state": row.state,
        "late_seconds": row.late_seconds,
        "tasks": row.tasks,
        "sample": str(row.sample) if row.sample else None,
        "left_out": row.left_out or [],
    }


def _sample(row: SampleRow) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "kind": row.kind,
        "plan": str(row.plan) if row.plan else None,
        "organization": row.organization,
        "first_day": row.first_day.isoformat(),
        "last_day": row.last_day.isoformat(),
        "rule": row.rule,
        "seed": row.seed,
        "candidates": len(row.pool),
        "drawn": row.drawn,
        "drawn_at": row.drawn_at.isoformat(),
    }


def _lot(one: dict[str, Any]) -> dict[str, Any]:
    zh, en = samples.WHY.get(one["why"] or "", (None, None))
    return {
        **{name: one.get(name) for name in ("id", "organization", "station", "case", "stratum", "place", "of", "why")},
        "number": one.get("case_number"),
        "drawn": one["why"] is not None,
        "why_zh": zh,
        "why_en": en,
    }


def _report(row: StationReport) -> dict[str, Any]:
    names = ("organization", "station", "progress", "problems", "idle_reason")
    return {
        "id": str(row.id),
        **{name: getattr(row, name) for name in names},
        "month": f"{row.month:%Y-%m}",
        "figures": reports.in_words(row.figures),
        "submitted_by": str(row.submitted_by) if row.submitted_by else None,
        "submitted_at": row.submitted_at.isoformat(),
    }


def _rule(data: dict[str, Any] | None) -> dict[str, Any] | None:
    return samples.plain(SampleRule.from_data(data)) if data else None


def _text(value: dt.date | dt.datetime | None) -> str | None:
    return value.isoformat() if value is not None else None


VIEWS: dict[str, Callable[[Read, dict[str, Any]], dict[str, Any]]] = {
    "supervision.plans": list_plans,
    "supervision.plan": plan,
    "supervision.plan_templates": plan_templates,
    "supervision.samples": list_samples,
    "supervision.sample": sample,
    "supervision.report_draft": report_draft,
    "supervision.reports": list_reports,
    "supervision.agenda": agenda,
}
