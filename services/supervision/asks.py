"""What is asked of whom because a plan or a draw says so: one task, at a place or about a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import func, select

from chassis.work import Work
from services.supervision import repository, tasks, telling
from services.supervision.domain import counting, plans
from services.supervision.models import Station, Suspension, Task
from services.supervision.remarks import remark

Place = Mapping[str, Any]


def subject_at(occurrence: UUID, organization: str, station: str | None) -> UUID:
    """What the task of an occurrence at a place is about."""
    return uuid5(occurrence, f"{organization}/{station or ''}")


def ask(work: Work, kind: str, subject: UUID, due_on: dt.date, place: Place, source: UUID, words: str) -> None:
    """Open one task until a day; opened before, it stays as it is."""
    if repository.task_about(work.session, kind, subject):
        return
    remark(work, source, words, subject)
    due_at = counting.end_of_day(due_on, work.settings.time_zone)
    data = {"occurrence": subject, "kind": kind, **place, "due_at": due_at, "recorded_at": work.now}
    telling.say(work, "supervision.plan_due.v1", data)


def fulfil(work: Work, kind: str, organization: str, station: str | None = None) -> UUID | None:
    """Something that a plan asks for was done: its oldest open task there is finished; returns its subject."""
    there = select(Task).where(Task.kind == kind, Task.state == "open", Task.organization == organization)
    if station is not None:
        there = there.where(Task.station == station)
    task = work.session.scalars(there.order_by(Task.due_at, Task.id).limit(1).with_for_update()).one_or_none()
    if task is None:
        return None
    tasks.settle(work, kind, task.subject, "done", work.now)
    return task.subject


def stations(
    work: Work, kind: str, first_day: dt.date, organization: str | None, station: str | None = None
) -> list[tuple[Station, str | None]]:
    """Every station of a scope (null: all), and why nothing of a kind is asked there, if nothing is.

    They are held until the end of the transaction, so that one that is being closed is closed before or afterwards.
    """
    since = (
        select(func.min(Suspension.since))
        .where(Suspension.organization == Station.organization, Suspension.station == Station.code)
        .where(Suspension.lifted_at.is_(None))
        .correlate(Station)
    )
    found = select(Station, since.scalar_subquery())
    if organization:
        found = found.where(Station.organization == organization)
    if station:
        found = found.where(Station.code == station)
    found = found.order_by(Station.organization, Station.code).with_for_update(read=True, of=Station)
    found = found.execution_options(populate_existing=True)
    zone = work.settings.time_zone
    return [
        (row, plans.left_out(kind, row.state, counting.local_day(at, zone) if at else None, first_day))
        for row, at in work.session.execute(found)
    ]


def call_off(work: Work, organization: str, station: str) -> None:
    """A station is closed: what plans and inspections ask of it is not needed any more."""
    there = select(Task).where(Task.organization == organization, Task.station == station, Task.state == "open")
    kinds = (*plans.OF_STATIONS, "reinspection")
    for task in work.session.scalars(there.where(Task.kind.in_(kinds)).order_by(Task.id).with_for_update()):
        tasks.settle(work, task.kind, task.subject, "not_needed", work.now)
