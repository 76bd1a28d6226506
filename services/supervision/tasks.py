"""The life of a task: opened by a clock's trigger, sounded at its marks, finished by the act or by a person.

Nothing here decides how long a limit is or whom it concerns: the clock's row does (domain/clocks.yaml).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from chassis import bulk
from chassis.work import Work
from services.supervision import people, records, repository, timers
from services.supervision.domain.clocks import Clock, Stop
from services.supervision.domain.counting import DAY_COUNTS, Due
from services.supervision.models import DueChange, Task


def follow(work: Work, message_type: str, event: Mapping[str, Any], happened: dt.datetime) -> None:
    """What an event does to clocks: fulfil or cancel, stop or restart, start."""
    clocks = work.settings.clocks
    for (kind, subject), outcome in clocks.settled_by(message_type, event).items():
        settle(work, kind, subject, outcome, happened)
    for (kind, subject), one in clocks.stops_of(message_type, event).items():
        stop(work, kind, subject, one)
    for clock in clocks.started_by(message_type, event, work.settings.time_zone):
        open_for(work, clock, event)


def open_for(work: Work, clock: Clock, event: Mapping[str, Any]) -> None:
    """Open the task that an event starts, at the organization that the event names.

    Heard after the act that fulfils it, it is closed at once and silently.
    """
    subject = clock.subject_of(event)
    known = repository.known(work.session, clock.kind, subject) if subject else None
    if subject is None or known is None or known.has_task:
        return
    task = _new(work, clock, event, subject, known.stops)
    bulk.insert_object(work.session, task)
    if known.settled:
        _close(work, task, *known.settled)
        return
    persons = people.assignees(work, clock.assignees, event)
    repository.assign(work.session, task.id, persons)
    plan(work, clock, task)
    announce(work, task, persons, people.informed(work, clock.informed, event))


def _new(work: Work, clock: Clock, event: Mapping[str, Any], subject: UUID, stops: Sequence[Stop]) -> Task:
    started_at, started_on = clock.start_of(event, work.settings.time_zone)
    due = due_of(work, clock, started_at, started_on, stops, clock.given_by(event, work.settings.time_zone))
    return Task(
        id=work.new_id(),
        kind=clock.kind,
        subject=subject,
        **records.place_of(event) | {"station": event.get("station")},
        application=event.get("application"),
        case_id=event.get("case"),
        number=event.get("case_number") or event.get("application_number") or event.get("number"),
        state="open",
        started_at=started_at,
        started_on=started_on,
        due_at=due.at,
        due_on=due.on,
        provisional=due.provisional,
        stopped_at=_stopped_since(stops),
        article=clock.article,
        opened_at=work.now,
        version=1,
    )


def due_of(
    work: Work,
    clock: Clock,
    started_at: dt.datetime,
    started_on: dt.date,
    stops: Sequence[Stop] = (),
    given: dt.datetime | None = None,
) -> Due:
    """When a clock that started so runs out, by the working calendar as it is known now."""
    ended = [(stop.at, stop.until) for stop in stops if stop.until is not None]
    stopped = sum(((until - at).days + 1 for at, until in ended), 0)
    last_year = (started_on + dt.timedelta(2 * (clock.days + stopped) + 30)).year
    calendar = repository.calendar(work.session, range(started_on.year, last_year + 1))
    return clock.due_of(started_at, started_on, given, calendar, work.settings.time_zone, ended)


def _stopped_since(stops: Sequence[Stop]) -> dt.datetime | None:
    """Since when a clock stands still, if it does."""
    return next((stop.at for stop in stops if stop.until is None), None)


def stop(work: Work, kind: str, subject: UUID, stop: Stop) -> None:
    """A clock stands still, or goes on: remember it, and count the due day of its task anew, if that is open."""
    repository.note_stop(work.session, kind, subject, stop)
    work.session.flush()
    task = repository.task_about(work.session, kind, subject)
    if task is None or task.state != "open":
        return
    stops = repository.stops(work.session, kind, subject)
    clock = work.settings.clocks.of(kind, task.started_on)
    was_stopped, task.stopped_at = task.stopped_at, _stopped_since(stops)
    if task.stopped_at is not None:
        repository.cancel_marks(work.session, task.id)
        task.version += 1
        return
    due = due_of(work, clock, task.started_at, task.started_on, stops)
    if not _move(work, clock, task, due, "the clock stood still") and was_stopped:
        plan(work, clock, task)


def move_to(work: Work, application: UUID, organization: str, station: str | None) -> None:
    """An application went to another organization: so do its open tasks and their timers."""
    for task in repository.open_tasks_of(work.session, application):
        task.organization, task.station = organization, station
        task.version += 1
        records.count_task(work, task)
        repository.move_marks(work.session, task.id, organization)


def sort_anew(work: Work, event: Mapping[str, Any]) -> None:
    """An application was corrected: its open tasks count under its new group, form and matter."""
    for task in repository.open_tasks_of(work.session, event["application"]):
        task.recipient_group, task.form_of_aid = event["recipient_group"], event["form_of_aid"]
        task.matter = event["matter"]
        records.count_task(work, task)


def plan(work: Work, clock: Clock, task: Task) -> None:
    """Set the timers of a task; one whose clock stands still has none."""
    if task.stopped_at is not None:
        return
    due = Due(task.due_at, task.due_on)
    marks = clock.marks(task.started_at, due, work.settings.time_zone, work.now)
    timers.plan(work, task.id, task.organization, task.due_at, marks)


def announce(work: Work, task: Task, persons: list[UUID], informed: list[UUID] | None = None) -> None:
    """Tell the network that named people have something to do."""
    data = {
        **reference(task),
        "task": task.id,
        "kind": task.kind,
        "assignees": persons,
        "informed": informed or [],
        "due_at": task.due_at,
        "due_on": task.due_on,
        "provisional": task.provisional,
        "article": task.article,
        "opened_at": task.opened_at,
    }
    say(work, task, "supervision.task_opened.v1", data)


def assign_waiting(work: Work) -> None:
    """Give tasks that were opened before anybody fit for them was registered to whoever fits now."""
    for task in repository.tasks_of_nobody(work.session):
        clock = work.settings.clocks.of(task.kind, task.started_on)
        persons = people.assignees(work, clock.assignees, people.of_task(work, task))
        if persons:
            repository.assign(work.session, task.id, persons)
            announce(work, task, persons)


def settle(work: Work, kind: str, subject: UUID, outcome: str, at: dt.datetime) -> None:
    """An act was heard: remember it, and finish the task that it fulfils or makes needless, if that is open."""
    repository.settle_once(work.session, kind, subject, outcome, at)
    task = repository.task_about(work.session, kind, subject)
    if task is not None and task.state == "open":
        _close(work, task, outcome, at)
        say_finished(work, task, "act", outcome)


def call_off_conflicts(work: Work, application: UUID, case: UUID, until: dt.datetime) -> None:
    """The case left the hands of the lawyer whose conflicts were found before: nobody need decide on them."""
    for task in repository.open_tasks_of(work.session, application):
        if task.kind == "conflict" and task.case_id == case and task.started_at < until:
            settle(work, task.kind, task.subject, "not_needed", until)


def drop_round(work: Work, event: Mapping[str, Any], at: dt.datetime) -> None:
    """What runs again from now on (``again`` of a clock) is not needed any more as it ran until now."""
    for clock in work.settings.clocks.rows:
        subject = clock.subject_of(event) if clock.again else None
        if subject is not None:
            settle(work, clock.kind, subject, "not_needed", at)


def finish_by_hand(work: Work, task: Task, outcome: str, minutes: int | None) -> None:
    """A person finishes a task that no act fulfils. ``minutes``: time spent on it."""
    _close(work, task, outcome, work.now)
    task.finished_by = work.principal.person if work.principal else None
    task.minutes = minutes
    say_finished(work, task, "person", outcome)


def reopen(work: Work, task: Task) -> None:
    """A task is not done after all: its due day stands, what was counted of it is taken back, its timers run again."""
    task.state, task.outcome, task.finished_at, task.finished_by = "open", None, None, None
    task.version += 1
    records.count_task(work, task)
    plan(work, work.settings.clocks.of(task.kind, task.started_on), task)
    repository.take_from_who_left(work.session, task.id)
    if persons := repository.assignees(work.session, task.id):
        announce(work, task, persons)
    else:
        assign_waiting(work)


def recompute(work: Work, year: int, why: str) -> int:
    """Count the due days anew that the calendar of a year can change; logs old and new; returns how many changed."""
    changed = 0
    for task in repository.open_tasks_near(work.session, year):
        clock = work.settings.clocks.of(task.kind, task.started_on)
        if clock.counting in DAY_COUNTS:
            stops = repository.stops(work.session, task.kind, task.subject)
            due = due_of(work, clock, task.started_at, task.started_on, stops)
            changed += _move(work, clock, task, due, why)
    return changed


def _move(work: Work, clock: Clock, task: Task, due: Due, why: str) -> bool:
    """Give a task its new due day; its timers are set anew and its people told when the day is another one."""
    task.provisional = due.provisional
    if due.on == task.due_on:
        return False
    change = DueChange(id=work.new_id(), task=task.id, old_due_on=task.due_on, new_due_on=due.on, why=why, at=work.now)
    work.session.add(change)
    repository.cancel_marks(work.session, task.id)
    task.due_at, task.due_on, task.overdue_at = due.at, due.on, None
    task.version += 1
    records.count_task(work, task)
    plan(work, clock, task)
    announce(work, task, repository.assignees(work.session, task.id))
    return True


def _close(work: Work, task: Task, outcome: str, at: dt.datetime) -> None:
    task.state = "cancelled" if outcome == "not_needed" else "finished"
    task.outcome = outcome
    task.finished_at = at
    task.version += 1
    repository.cancel_marks(work.session, task.id)
    records.count_task(work, task)


def is_on_time(task: Task) -> bool:
    """Whether the act came before the due instant."""
    return task.finished_at is not None and task.finished_at < task.due_at


def say_finished(work: Work, task: Task, by: str, outcome: str) -> None:
    """Tell the network that a task is done; the timeline shows an act itself, so only a person's finishing is told."""
    data = {
        **reference(task),
        "task": task.id,
        "kind": task.kind,
        "by": by,
        "outcome": outcome,
        "on_time": is_on_time(task),
        "finished_at": task.finished_at,
    }
    say(work, task, "supervision.task_finished.v1", data, tell=by == "person")


def sound(work: Work, task: Task, mark: str, fire_at: dt.datetime) -> None:
    """One mark of an open task is due: remind, declare overdue, or escalate on each line."""
    if mark == "reminder":
        if work.now < task.due_at:  # later, the overdue mark says it
            _deadline(work, task, "supervision.deadline_reminded.v1", fire_at, people.responsible(work, task))
    elif mark == "overdue" and work.settings.clocks.of(task.kind, task.started_on).appointment:
        _close(work, task, "done", task.due_at - dt.timedelta(microseconds=1))  # its last moment: nobody was late
        say_finished(work, task, "act", "done")
    elif mark == "overdue":
        task.overdue_at = work.now
        task.version += 1
        records.count_task(work, task)
        _deadline(work, task, "supervision.deadline_overdue.v1", fire_at, people.responsible(work, task))
    else:
        for line in _lines(work, task, fire_at):
            superiors = people.superiors(work, line, task.organization)
            _deadline(work, task, "supervision.deadline_escalated.v1", fire_at, superiors, line=line)


def _lines(work: Work, task: Task, fire_at: dt.datetime) -> list[str]:
    """Which lines an escalation goes to; both, when the clock's row changed since the timer was set."""
    clock = work.settings.clocks.of(task.kind, task.started_on)
    lines = clock.lines_at(fire_at, Due(task.due_at, task.due_on), work.settings.time_zone)
    return lines or ["center", "organization"]


def _deadline(
    work: Work, task: Task, message_type: str, fire_at: dt.datetime, recipients: list[UUID], **more: str
) -> None:
    data = {
        **reference(task),
        "task": task.id,
        "kind": task.kind,
        "subject": task.subject,
        "due_at": task.due_at,
        "due_on": task.due_on,
        "article": task.article,
        "fired_at": work.now,
        "late_seconds": max(0, int((work.now - fire_at).total_seconds())),
        "recipients": recipients,
        **more,
    }
    say(work, task, message_type, data)


def say(work: Work, task: Task, message_type: str, data: Mapping[str, Any], *, tell: bool = True) -> None:
    """Emit an event about a task in its organization's mailbox, and put it into the timeline."""
    message_id = work.emit(message_type, data, organization=task.organization, subject=task.subject)
    if tell:
        records.tell(work, message_id, message_type, data)


def reference(task: Task) -> dict[str, Any]:
    """What every event about a task carries."""
    return {
        "organization": task.organization,
        "station": task.station,
        "application": task.application,
        "case": task.case_id,
        "number": task.number,
    }
