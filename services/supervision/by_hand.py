"""What people do by hand: finish, take, hand over and reopen tasks, name a stand-in, import a working calendar.

Handlers, as in handlers.py; a task that the caller may not see is answered like one that does not exist.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from chassis.errors import Rejected
from chassis.principal import Principal
from chassis.work import Work
from services.supervision import people, plans, records, repository, tasks
from services.supervision.domain.working_calendar import BadYear, exceptions_of
from services.supervision.models import Feedback, Person, StandIn, Task, TaskAct

VISITS = ("return_visit", "sampled_visit")


def finish_task(work: Work, command: dict[str, Any]) -> dict[str, Any]:
    """Finish a task that no act fulfils, such as a return visit, with what the recipient said."""
    task = _own_task(work, command, act="finish", state="open")
    if not work.settings.clocks.of(task.kind, task.started_on).by_hand:
        raise Rejected("finished-by-act", kind=task.kind)
    if task.kind == "peer_review" and command["outcome"] == "done" and command["grade"] is None:
        raise Rejected("grade-needed", pointer="/grade", kind=task.kind)
    tasks.finish_by_hand(work, task, command["outcome"], command["minutes"])
    _note(work, task, "finished", None, version=False)
    _record_feedback(work, task, command)
    return _answer(work, task)


def take_task(work: Work, command: dict[str, Any]) -> dict[str, Any]:
    """Make a task of several people one's own."""
    task = _own_task(work, command, act="take", state="open")
    person = _caller(work).person
    if person is None:
        raise Rejected("unknown-person")
    _refuse_a_lawyers(work, task)
    repository.reassign(work.session, task.id, [person])
    _note(work, task, "taken", None)
    return _answer(work, task)


def hand_over_task(work: Work, command: dict[str, Any]) -> dict[str, Any]:
    """Give a task to other people of the center or of its organization; those who are new to it are told."""
    task = _own_task(work, command, act="hand_over", state="open")
    _refuse_a_lawyers(work, task)
    known = repository.names(work.session, command["to"])
    if not all(_may_have(work, task, known.get(person)) for person in command["to"]):
        raise Rejected("unknown-person", pointer="/to")
    new = repository.reassign(work.session, task.id, command["to"])
    _note(work, task, "handed_over", command["reason"])
    if new:
        tasks.announce(work, task, people.present(work, new))
    return _answer(work, task)


def reopen_task(work: Work, command: dict[str, Any]) -> dict[str, Any]:
    """Open a task again that a person had finished; what an act has fulfilled stays fulfilled."""
    task = _own_task(work, command, act="reopen", state="finished")
    if not work.settings.clocks.of(task.kind, task.started_on).by_hand:
        raise Rejected("finished-by-act", kind=task.kind)
    tasks.reopen(work, task)
    _note(work, task, "reopened", command["reason"], version=False)
    return _answer(work, task)


def set_stand_in(work: Work, command: dict[str, Any]) -> dict[str, Any]:
    """Name who stands in for a person while that one is away."""
    caller = _caller(work)
    person = command["person"] or caller.person
    if person != caller.person and not caller.is_center:
        raise Rejected("forbidden", role=caller.role)
    first, last = command["first_day"], command["last_day"]
    if last < first or last < work.today():
        earliest = max(first, work.today())
        raise Rejected("impossible-date", field="last_day", value=last, earliest=earliest, latest="9999-12-31")
    if person is None or not _are_colleagues(work, person, command["stand_in"]):
        raise Rejected("unknown-person", pointer="/stand_in")
    row = StandIn(
        id=work.new_id(),
        person=person,
        stand_in=command["stand_in"],
        first_day=first,
        last_day=last,
        set_at=work.now,
    )
    work.session.add(row)
    return {
        "id": str(row.id),
        "person": str(person),
        "stand_in": str(row.stand_in),
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
    }


def import_calendar(work: Work, command: dict[str, Any]) -> dict[str, Any]:
    """Know which days of a year are worked, and count every open due day anew that depends on it."""
    caller = _caller(work)
    if caller.role != "center_admin":
        raise Rejected("forbidden", role=caller.role)
    year = command["year"]
    try:
        exceptions = exceptions_of(year, command["rest_days"], command["worked_days"])
    except BadYear as error:
        raise Rejected("impossible-calendar", year=year, why=error.why) from None
    repository.replace_year(work.session, year, exceptions, command["source"], work.now)
    work.session.flush()
    moved = tasks.recompute(work, year, f"working calendar of {year}")
    plans.moved_by_calendar(work, year)
    working_days = repository.calendar(work.session, [year]).working_days(year)
    return {"year": year, "working_days": working_days, "due_days_moved": moved}


def _caller(work: Work) -> Principal:
    if work.principal is None:
        raise Rejected("forbidden", role="none")
    return work.principal


def _own_task(work: Work, command: dict[str, Any], *, act: str, state: str) -> Task:
    """A task that the caller may act on, unchanged since it was seen, in the state that the act needs; locked."""
    caller = _caller(work)
    task = repository.task(work.session, command["task"])
    if task is None:
        raise Rejected("not-found", what="task")
    mine = caller.person in repository.assignees(work.session, task.id)
    if not mine and not caller.may_see(task.organization, task.station):
        raise Rejected("not-found", what="task")
    if not mine and not caller.is_center and not _is_shared(work, caller, task):
        raise Rejected("forbidden", role=caller.role)
    if command["version"] is not None and command["version"] != task.version:
        raise Rejected("version-conflict", expected=command["version"], actual=task.version)
    if task.state != state:
        raise Rejected(
            "wrong-state", of="task", state=task.state, act=act, allowed="finish" if task.state == "open" else ""
        )
    return task


def _is_shared(work: Work, caller: Principal, task: Task) -> bool:
    """Whether a liaison may act on a task that is not given to them: a colleague's, not the center's."""
    rule = work.settings.clocks.of(task.kind, task.started_on).assignees
    return caller.role == "liaison" and rule == "liaison_or_center"


def _refuse_a_lawyers(work: Work, task: Task) -> None:
    """What the lawyer of a case owes goes to another person only with the case itself (LA 55)."""
    if work.settings.clocks.of(task.kind, task.started_on).assignees == "lawyer":
        raise Rejected("not-handed-over", kind=task.kind)


def _may_have(work: Work, task: Task, person: Person | None) -> bool:
    """Whether a task can be handed over to somebody: a colleague of the center or of its organization, still there."""
    if person is None or person.role in ("lawyer", repository.LEFT):
        return False
    return person.organization in (work.settings.center, task.organization)


def _are_colleagues(work: Work, person: UUID, other: UUID) -> bool:
    known: dict[UUID, Person] = repository.names(work.session, [person, other])
    if person == other or len(known) < 2 or known[other].role == repository.LEFT:
        return False
    return known[person].organization == known[other].organization


def _note(work: Work, task: Task, act: str, reason: str | None, *, version: bool = True) -> None:
    task.version += version
    by = _caller(work).person
    work.session.add(TaskAct(id=work.new_id(), task=task.id, act=act, by=by, reason=reason, at=work.now))


def _answer(work: Work, task: Task) -> dict[str, Any]:
    return {
        "id": str(task.id),
        "state": task.state,
        "outcome": task.outcome,
        "assignees": [str(person) for person in repository.assignees(work.session, task.id)],
        "due_on": task.due_on.isoformat(),
        "version": task.version,
    }


def _record_feedback(work: Work, task: Task, command: dict[str, Any]) -> None:
    """Keep the words here; of a visit the network hears only the mark and whether there was a gift of thanks."""
    if not any(command[name] for name in ("satisfaction", "feedback", "gift", "grade")):
        return
    is_visit = task.kind in VISITS
    feedback = Feedback(
        task=task.id,
        satisfaction=command["satisfaction"] if is_visit else None,
        words=command["feedback"],
        grade=command["grade"],
        gift=command["gift"] if is_visit else None,
        recorded_at=work.now,
        recorded_by=_caller(work).person,
    )
    work.session.merge(feedback)  # a visit that was reopened is told anew
    if not is_visit:
        return
    data = {
        **tasks.reference(task),
        "task": task.id,
        "satisfaction": command["satisfaction"],
        "gift": bool(command["gift"]),
        "recorded_at": work.now,
    }
    tasks.say(work, task, "supervision.feedback_recorded.v1", data)
    work.session.flush()
    records.count_task(work, task)
