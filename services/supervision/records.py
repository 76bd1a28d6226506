"""What stays of an event: its line in the timeline and its facts. Both are idempotent: heard twice, kept once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis.work import Work
from services.supervision import ledger, repository
from services.supervision.domain import counting, figures, timeline
from services.supervision.domain.figures import Counted
from services.supervision.models import Feedback, Task


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


def count(work: Work, message_type: str, event: Mapping[str, Any], message_id: UUID | None = None) -> None:
    """Count what an event counts, under its own organization, station, group, form and matter."""
    ledger.hear(work.session, message_id or work.message.id, message_type, event, work.settings.time_zone)


def count_services(work: Work, services: Sequence[Mapping[str, Any]], organization: str) -> None:
    """Count services short of a case that a file brought, as if each had been told by itself."""
    told = [{**service, "organization": organization} for service in services]
    ledger.hear_alone(work.session, "intake.service_recorded.v1", told, work.settings.time_zone)


def count_task(work: Work, task: Task) -> None:
    """Bring up to date what a task counts: its limit as met or missed, and what was said at a return visit."""
    said = work.session.get(Feedback, task.id)
    ledger.settle(work.session, task.id, counted_of_task(task, said, work.settings.time_zone))


def counted_of_task(task: Task, said: Feedback | None, zone: ZoneInfo) -> dict[tuple[UUID, str], Counted]:
    """What a task counts as it stands: a limit met on the day of the act, or missed on its due day, once."""
    facts = list(_limit(task, zone))
    if said is not None and task.state == "finished":
        gift = {"task": task.id, "satisfaction": said.satisfaction, "gift": bool(said.gift)}
        facts += figures.facts_of("supervision.feedback_recorded.v1", gift | {"recorded_at": said.recorded_at}, zone)
    place = place_of_task(task)
    return {(fact.source, fact.measure): Counted(fact, place) for fact in facts}


def _limit(task: Task, zone: ZoneInfo) -> Iterator[figures.Fact]:
    if task.state == "finished" and task.finished_at and task.finished_at < task.due_at:
        day = counting.local_day(task.finished_at, zone)
        yield figures.Fact(task.id, figures.deadline_measure(task.kind, on_time=True), 1, day)
    elif task.state == "finished" or task.overdue_at:
        yield figures.Fact(task.id, figures.deadline_measure(task.kind, on_time=False), 1, task.due_on)


def place_of(where: Mapping[str, Any]) -> dict[str, str]:
    """The dimensions of a figure; what does not apply is empty."""
    return figures.place_of(where)


def place_of_task(task: Task) -> dict[str, str]:
    """The dimensions of a task's figures."""
    return {name: getattr(task, name) or "" for name in figures.DIMENSIONS}
