"""What supervision does with each message: one function per message, and one dict at the foot."""

from __future__ import annotations

from typing import Any

from chassis import organizations
from chassis.errors import Rejected
from chassis.work import Work
from services.supervision import records, repository, tasks
from services.supervision.models import Dossier, Feedback, Task


def organization_registered(work: Work, event: dict[str, Any]) -> None:
    """Know the organization and the one above it: mailboxes and the second line of authority follow."""
    organizations.register(
        work.session,
        event["code"],
        event["name"],
        event["name_en"],
        event["kind"],
        superior=event["superior"],
        now=work.now,
    )


def station_registered(work: Work, event: dict[str, Any]) -> None:
    """Know the station by name and place."""
    names = ("name", "name_en", "level", "district")
    values = {name: event[name] for name in names}
    repository.save_station(work.session, event["organization"], event["code"], registered_at=work.now, **values)


def staff_registered(work: Work, event: dict[str, Any]) -> None:
    """Know whom a task can be given to; tasks that waited for such a person are given now."""
    names = ("organization", "station", "role", "name", "name_en")
    repository.save_person(work.session, event["person"], **{name: event[name] for name in names})
    tasks.assign_waiting(work)


def lawyer_registered(work: Work, event: dict[str, Any]) -> None:
    """Know the lawyer by name; lawyers belong to the center."""
    repository.save_person(
        work.session,
        event["lawyer"],
        organization=work.settings.center,
        station=None,
        role="lawyer",
        name=event["name"],
        name_en=event["name_en"],
    )


def service_recorded(work: Work, event: dict[str, Any]) -> None:
    """Count a service short of a case."""
    records.count(work, work.message.type, event)


def case_event(work: Work, event: dict[str, Any]) -> None:
    """Follow an application from its receipt to the subsidy: timeline, figures, clocks fulfilled, clocks started.

    One function for all these events, because what each of them counts, fulfils and starts is data.
    """
    message_type = work.message.type
    _file(work, event)
    records.tell(work, work.message.id, message_type, event)
    records.count(work, message_type, event)
    happened = records.moment_of(work, message_type, event)
    clocks = work.settings.clocks
    for (kind, subject), outcome in clocks.settled_by(message_type).items():
        tasks.settle(work, kind, event[subject], outcome, happened)
    for clock in clocks.started_by(message_type, event, work.settings.time_zone):
        tasks.open_for(work, clock, event)


def _file(work: Work, event: dict[str, Any]) -> Dossier:
    """Keep what says who may read: never going back to an earlier lawyer when events come in another order."""
    dossier = repository.dossier(work.session, event)
    if event.get("case"):
        dossier.case_id, dossier.case_number = event["case"], event["case_number"]
    assigned_at = event.get("assigned_at")
    if assigned_at and (dossier.assigned_at is None or assigned_at > dossier.assigned_at):
        dossier.lawyer, dossier.assigned_at = event["lawyer"], assigned_at
    return dossier


def person_notified(work: Work, event: dict[str, Any]) -> None:
    """Show in the timeline that somebody was told."""
    records.tell(work, work.message.id, work.message.type, event)


def finish_task(work: Work, command: dict[str, Any]) -> dict[str, Any]:
    """Finish a task that no act fulfils, such as a return visit, with what the recipient said."""
    task = _own_task(work, command["task"])
    if command["version"] is not None and command["version"] != task.version:
        raise Rejected("version-conflict", expected=command["version"], actual=task.version)
    if task.state != "open":
        raise Rejected("wrong-state", state=task.state, act="finish", allowed="none")
    if not work.settings.clocks.of(task.kind, task.started_on).by_hand:
        raise Rejected("finished-by-act", kind=task.kind)
    tasks.finish_by_hand(work, task, command["outcome"])
    if task.kind == "return_visit":
        _record_feedback(work, task, command)
    return {"id": str(task.id), "state": task.state, "outcome": task.outcome, "version": task.version}


def _own_task(work: Work, task_id: Any) -> Task:
    """A task that the caller may act on: an assignee's own, one of the caller's organization, any for the center."""
    principal = work.principal
    task = repository.task(work.session, task_id)
    if task is None or principal is None:
        raise Rejected("not-found", what="task")
    mine = principal.person in repository.assignees(work.session, task.id)
    if not mine and not principal.may_see(task.organization, task.station):
        raise Rejected("not-found", what="task")
    if principal.role == "auditor":
        raise Rejected("forbidden", role=principal.role)
    return task


def _record_feedback(work: Work, task: Task, command: dict[str, Any]) -> None:
    """Keep the words here; the network hears only the mark and whether there was a gift of thanks."""
    if not any(command[name] for name in ("satisfaction", "feedback", "gift")):
        return
    work.session.add(
        Feedback(
            task=task.id,
            satisfaction=command["satisfaction"],
            words=command["feedback"],
            gift=command["gift"],
            recorded_at=work.now,
            recorded_by=work.principal.person if work.principal else None,
        )
    )
    data = {
        **tasks.reference(task),
        "task": task.id,
        "satisfaction": command["satisfaction"],
        "gift": bool(command["gift"]),
        "recorded_at": work.now,
    }
    tasks.say(work, task, "supervision.feedback_recorded.v1", data)
    records.count(work, "supervision.feedback_recorded.v1", data, records.place_of_task(task))


def fire_deadline(work: Work, command: dict[str, Any]) -> None:
    """A timer went off: remind, declare overdue or escalate, unless the task is done or due at another time by now."""
    if work.principal is not None:  # only the scheduler sends it
        raise Rejected("forbidden", role=work.principal.role)
    task = repository.task(work.session, command["task"])
    if task is None or task.state != "open" or task.due_at != command["due_at"]:
        return
    tasks.sound(work, task, command["mark"], command["fire_at"])


HANDLERS = {
    "intake.organization_registered.v1": organization_registered,
    "intake.station_registered.v1": station_registered,
    "intake.staff_registered.v1": staff_registered,
    "intake.service_recorded.v1": service_recorded,
    "intake.application_received.v1": case_event,
    "intake.application_granted.v1": case_event,
    "intake.application_refused.v1": case_event,
    "intake.application_withdrawn.v1": case_event,
    "assignment.lawyer_registered.v1": lawyer_registered,
    "assignment.lawyers_proposed.v1": case_event,
    "assignment.offer_made.v1": case_event,
    "assignment.offer_accepted.v1": case_event,
    "assignment.offer_declined.v1": case_event,
    "assignment.candidates_exhausted.v1": case_event,
    "assignment.retainer_recorded.v1": case_event,
    "assignment.progress_reported.v1": case_event,
    "assignment.case_ended.v1": case_event,
    "assignment.closing_file_submitted.v1": case_event,
    "assignment.closing_file_checked.v1": case_event,
    "assignment.subsidy_due.v1": case_event,
    "assignment.subsidy_paid.v1": case_event,
    "notification.person_notified.v1": person_notified,
    "supervision.finish_task.v1": finish_task,
    "supervision.fire_deadline.v1": fire_deadline,
}
