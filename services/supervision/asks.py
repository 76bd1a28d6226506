"""What is asked of whom because a plan or a draw says so: one task, at a place or about a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.work import Work
from services.supervision import repository, tasks, telling
from services.supervision.domain import counting
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


def stations(session: Session, scope: Any) -> list[Station]:
    """The stations of a scope (``organization``, ``station``; null: all) whose work is not suspended."""
    suspended = select(Suspension.station).where(
        Suspension.organization == Station.organization, Suspension.station == Station.code
    )
    found = select(Station).where(~suspended.exists())
    if scope.organization:
        found = found.where(Station.organization == scope.organization)
    if getattr(scope, "station", None):
        found = found.where(Station.code == scope.station)
    return list(session.scalars(found.order_by(Station.organization, Station.code)))
