"""What an occurrence of a plan asks of whom: a task at each place, once for the center, or for each who is drawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.tables import organizations
from chassis.work import Work
from services.supervision import asks, repository, samples
from services.supervision.asks import Place, ask, subject_at
from services.supervision.domain import periods
from services.supervision.domain.plans import OF_STATIONS, PER
from services.supervision.domain.recurrence import Falls, Moved, Recurrence
from services.supervision.domain.sampling import SampleRule
from services.supervision.models_plans import HalfDayRow, OccurrenceRow, PlanRow

YEARS_AHEAD = 12


def falls(session: Session, plan: PlanRow, after: dt.date) -> Iterator[Falls]:
    """The coming occurrences of a plan, by the working calendars as they are known now."""
    calendar = repository.calendar(session, range(after.year, after.year + YEARS_AHEAD))
    return _recurrence(session, plan).falls(after, calendar)


def coming(session: Session, plan: PlanRow, count: int) -> list[Falls]:
    """The next so many occurrences."""
    if plan.next_planned_on is None:
        return []
    return list(islice(falls(session, plan, plan.next_planned_on - dt.timedelta(1)), count))


def due_on(session: Session, plan: PlanRow, opened_on: dt.date) -> dt.date:
    """By which day what is opened on a day is to be done; moved off rest days as the plan moves, never before it."""
    day = opened_on + dt.timedelta(plan.due_days)
    calendar = repository.calendar(session, range(day.year - 1, day.year + 2))
    return max(opened_on, _recurrence(session, plan).of(day, calendar).on)


def covered(plan: PlanRow, planned_on: dt.date) -> tuple[dt.date, dt.date]:
    """The whole months before a planned day that it is about."""
    month = periods.month_of(planned_on)
    return periods.months_later(month, -plan.covers), periods.day_before(month)


def _recurrence(session: Session, plan: PlanRow) -> Recurrence:
    moved: Any = plan.moved
    of_its_own = select(HalfDayRow.month, HalfDayRow.day).where(HalfDayRow.organization == plan.organization)
    half_days = {(month, day) for month, day in session.execute(of_its_own)} if plan.organization else set()
    kind: Moved = moved
    return Recurrence(plan.rule, plan.starts_on, kind, half_days)


def open_tasks(work: Work, plan: PlanRow, row: OccurrenceRow) -> None:
    """Open the tasks of an occurrence; the row keeps how many."""
    asked, row.left_out = _stations(work, plan, row) if plan.kind in OF_STATIONS else (_places(work, plan), [])
    if PER[plan.kind] == "sample":
        rule = SampleRule.from_data(plan.sample or {})
        scope = samples.Scope(plan.kind, row.first_day, row.last_day, plan.organization)
        drawn = samples.draw(work, scope, rule, samples.new_seed(), plan.id)
        row.sample, row.tasks = drawn.id, samples.open_tasks(work, drawn, row.due_on)
        return
    for place in asked:
        subject = subject_at(row.id, place["organization"], place.get("station"))
        about = f"{row.first_day:%Y-%m}" if plan.covers == 1 else f"{row.first_day:%Y-%m} – {row.last_day:%Y-%m}"
        ask(work, plan.kind, subject, row.due_on, place, row.id, f"{plan.title_zh} {about}")
        row.tasks += 1


def _stations(work: Work, plan: PlanRow, row: OccurrenceRow) -> tuple[list[Place], list[dict[str, str]]]:
    """The stations that are asked, and those that are left out with the reason."""
    asked: list[Place] = []
    left_out: list[dict[str, str]] = []
    for one, why in asks.stations(work, plan.kind, row.first_day, plan.organization, plan.station):
        place = {"organization": one.organization, "station": one.code}
        if why is None:
            asked.append(place)
        else:
            left_out.append({**place, "why": why})
    return asked, left_out


def _places(work: Work, plan: PlanRow) -> list[Place]:
    if PER[plan.kind] == "center":
        return [{"organization": work.settings.center}]
    if PER[plan.kind] == "organization":
        codes = select(organizations.c.code).where(organizations.c.code != work.settings.center)
        if plan.organization:
            codes = codes.where(organizations.c.code == plan.organization)
        return [{"organization": code} for code in work.session.scalars(codes.order_by(organizations.c.code))]
    return []
