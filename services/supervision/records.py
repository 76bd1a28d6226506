"""What stays of an event: its line in the timeline and its facts. Both are idempotent: heard twice, kept once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from chassis.work import Work
from services.supervision import repository
from services.supervision.domain import counting, figures, timeline
from services.supervision.models import Task

DIMENSIONS = ("organization", "station", "recipient_group", "form_of_aid", "matter")


def moment_of(work: Work, message_type: str, event: Mapping[str, Any]) -> dt.datetime:
    """When that happened which an event tells: the event's own word for it, or the time of the message."""
    words = timeline.templates().get(message_type)
    moment = event[words.at] if words and words.at else None
    return moment or work.message.time


def tell(work: Work, message_id: UUID, message_type: str, event: Mapping[str, Any]) -> None:
    """Put an event into the timeline of its application, if it has one and has words."""
    words = timeline.templates().get(message_type)
    if words is None or not event.get("application"):
        return
    zh, en = words.tell(event, work.settings.time_zone)
    own = event.get("organization") or work.organization
    repository.tell(
        work.session,
        id=message_id,
        application=event["application"],
        at=moment_of(work, message_type, event),
        type=message_type,
        actor=own if words.actor == "organization" else work.settings.center,
        zh=zh,
        en=en,
    )


def count(work: Work, message_type: str, event: Mapping[str, Any], where: Mapping[str, Any] | None = None) -> None:
    """Count what an event counts, under the organization, station, group, form and matter of ``where`` (or its own)."""
    place = place_of(where or event)
    for fact in figures.facts_of(message_type, event):
        day = event[fact.day_of]
        if isinstance(day, dt.datetime):
            day = counting.local_day(day, work.settings.time_zone)
        repository.count(work.session, fact, day, place)


def count_deadline(work: Work, task: Task, *, on_time: bool) -> None:
    """Count a limit once: as met on the day of the act, or as missed on its due day.

    Where an act in time is heard late, it takes the place of the miss.
    """
    repository.uncount(work.session, task.id, figures.deadline_measure(task.kind, on_time=not on_time))
    day = task.due_on
    if on_time and task.finished_at:
        day = counting.local_day(task.finished_at, work.settings.time_zone)
    fact = figures.Fact(task.id, figures.deadline_measure(task.kind, on_time=on_time), 1, "")
    repository.count(work.session, fact, day, place_of_task(task))


def place_of(where: Mapping[str, Any]) -> dict[str, str]:
    """The dimensions of a figure; what does not apply is empty."""
    return {name: where.get(name) or "" for name in DIMENSIONS}


def place_of_task(task: Task) -> dict[str, Any]:
    """The dimensions of a task's figures."""
    return {name: getattr(task, name) or "" for name in DIMENSIONS}
