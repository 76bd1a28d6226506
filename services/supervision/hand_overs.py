"""A case or a lawyer's desk changes hands: every open task goes along with its due day, and none is left to nobody.

Guarantee: while a case has no lawyer its tasks are the center's; who takes the case gets them, and is told.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from chassis.work import Work
from services.supervision import people, repository, tasks
from services.supervision.models import Task

PERSONAL = frozenset({"answer_offer"})  # about the lawyer alone: it never goes to another one


def to_lawyer(work: Work, application: UUID, case: UUID, lawyer: UUID) -> None:
    """The lawyer who took a case gets what has to be done in it."""
    for task in repository.open_tasks_of(work.session, application):
        if task.case_id == case and _is_lawyers(work, task):
            _give(work, task, [lawyer])


def to_center(work: Work, application: UUID, case: UUID, lawyer: UUID) -> None:
    """A lawyer parted from a case: what was theirs in it is the center's, until another lawyer has the case."""
    for task in repository.open_tasks_of(work.session, application):
        if task.case_id == case and lawyer in repository.assignees(work.session, task.id):
            _give(work, task, people.center(work, "officer", "director"))


def lawyer_state_changed(work: Work, event: dict[str, Any]) -> None:
    """A lawyer who left does nothing more: what is still theirs (a closing file, say) goes to the center."""
    if event["state"] == "active":
        return
    for task in repository.open_tasks_of_person(work.session, event["lawyer"]):
        _give(work, task, people.center(work, "officer", "director"))


def _is_lawyers(work: Work, task: Task) -> bool:
    clock = work.settings.clocks.of(task.kind, task.started_on)
    return clock.assignees == "lawyer" and clock.per is None and task.kind not in PERSONAL


def _give(work: Work, task: Task, persons: list[UUID]) -> None:
    if task.kind in PERSONAL or not persons:
        return
    new = repository.reassign(work.session, task.id, persons)
    task.version += 1
    if new:
        tasks.announce(work, task, new)
