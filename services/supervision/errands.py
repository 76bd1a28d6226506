"""Tasks given by hand, and words about tasks. Handlers, as in handlers.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from chassis import organizations
from chassis.errors import Rejected
from chassis.principal import Principal
from chassis.work import Work
from services.supervision import repository, telling
from services.supervision.domain import counting
from services.supervision.models import Person, TaskAct
from services.supervision.remarks import refuse_outside, remark


def give_task(work: Work, command: dict[str, Any]) -> dict[str, Any]:
    """Give people something to do: the center anybody, an organization's head its own people."""
    caller = work.principal
    if caller is None or not (caller.is_center or _leads(work, caller)):
        raise Rejected("forbidden", role=caller.role if caller else "none")
    organization = command["organization"] or caller.organization
    if organization not in organizations.codes(work.session) or not caller.may_see(organization, command["station"]):
        raise Rejected("unknown-organization", pointer="/organization", code=organization)
    refuse_outside("due_on", command["due_on"], work.today())
    to = _people(work, command, organization)
    if not to or not all(_may_give(caller, person) for person in to.values()):
        raise Rejected("unknown-person", pointer="/to")
    errand = remark(work, work.new_id(), command["words"])
    told = {"errand": errand, "organization": organization, "station": command["station"], "to": list(to)}
    due_at = counting.end_of_day(command["due_on"], work.settings.time_zone)
    telling.say(work, "supervision.errand_given.v1", {**told, "due_at": due_at, "recorded_at": work.now})
    task = repository.task_about(work.session, "errand", errand)
    assert task is not None
    return {"id": str(task.id), "assignees": [str(person) for person in to], "due_on": command["due_on"].isoformat()}


def note_task(work: Work, command: dict[str, Any]) -> dict[str, Any]:
    """A word about a task; it changes nothing of it."""
    caller = work.principal
    task = repository.task(work.session, command["task"])
    if caller is None or caller.role == "auditor":
        raise Rejected("forbidden", role=caller.role if caller else "none")
    mine = task is not None and caller.person in repository.assignees(work.session, task.id)
    seen = task is not None and caller.role != "lawyer" and caller.may_see(task.organization, task.station)
    if task is None or not (mine or seen):
        raise Rejected("not-found", what="task")
    row = TaskAct(id=work.new_id(), task=task.id, act="noted", by=caller.person, reason=command["words"], at=work.now)
    work.session.add(row)
    return {"id": str(row.id), "task": str(task.id)}


def _leads(work: Work, caller: Principal) -> bool:
    person = work.session.get(Person, caller.person) if caller.person else None
    return person is not None and person.role == "organization_head" and caller.role == "liaison"


def _people(work: Work, command: Mapping[str, Any], organization: str) -> dict[UUID, Person]:
    """The named people, or those of a role in the organization (of the station, where one is named)."""
    ids = list(command["to"])
    if command["role"]:
        ids += repository.people(work.session, organization, command["role"], command["station"])
    known: dict[UUID, Person] = repository.names(work.session, ids)
    if len(known) != len(set(ids)):
        raise Rejected("unknown-person", pointer="/to")
    return known


def _may_give(caller: Principal, person: Person) -> bool:
    here = caller.is_center or person.organization == caller.organization
    return here and person.role != repository.LEFT
