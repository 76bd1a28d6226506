"""What supervision does with each message: one function per message, and one dict at the foot."""

from __future__ import annotations

from typing import Any

from chassis import organizations
from chassis.errors import Rejected
from chassis.work import Work
from contracts.schema import CaseReference
from services.supervision import asks, hand_overs, records, repository, suspensions, tasks, timers
from services.supervision.by_hand import (
    finish_task,
    hand_over_task,
    import_calendar,
    reopen_task,
    set_stand_in,
    take_task,
)
from services.supervision.complaints import accept_complaint, answer_complaint, conclude_complaint, open_complaint
from services.supervision.domain import readiness
from services.supervision.domain.counting import never_too_early
from services.supervision.erasure import person_erased
from services.supervision.errands import give_task, note_task
from services.supervision.meetings import prepare_meeting, record_meeting
from services.supervision.models import Dossier
from services.supervision.oversight import record_inspection
from services.supervision.plans import change_plan, fire_plan, start_plan, stop_plan
from services.supervision.reports import submit_report
from services.supervision.samples import draw_sample


def organization_registered(work: Work, event: dict[str, Any]) -> None:
    """Know the organization and the one above it: mailboxes and the second line of authority follow."""
    if organizations.hear(work.session, event, work.now):
        repository.set_half_days(work.session, event["code"], event["half_days"] or [])


def station_registered(work: Work, event: dict[str, Any]) -> None:
    """Know the station by name and place; heard after a later word about it, it says nothing new."""
    known = repository.station(work.session, event["organization"], event["code"])
    if known is None or known.version == 0:
        _know(work, event)
        repository.station_known(work.session, event["organization"], event["code"]).state = event["state"]


def _know(work: Work, event: dict[str, Any]) -> None:
    names = ("name", "name_en", "level", "district")
    values = {name: event[name] for name in names}
    repository.save_station(work.session, event["organization"], event["code"], registered_at=work.now, **values)


def staff_registered(work: Work, event: dict[str, Any]) -> None:
    """Know whom a task can be given to; tasks that waited for such a person are given now."""
    names = ("organization", "station", "role", "name", "name_en")
    repository.save_person(work.session, event["person"], event["version"], **{name: event[name] for name in names})
    tasks.assign_waiting(work)


def station_changed(work: Work, event: dict[str, Any]) -> None:
    """Know the station as it is now, what it lacks since when, and whether its work is suspended; of one that is
    closed nothing more is asked."""
    known = repository.station(work.session, event["organization"], event["code"])
    if known is not None and event["version"] < known.version:
        return
    _know(work, event)
    row = repository.station_known(work.session, event["organization"], event["code"])
    row.state, row.version = event["state"], event["version"]
    row.lacks = readiness.lacking(row.lacks, event["missing"], work.message.time)
    work.session.flush()
    suspensions.mirror(work, event)
    if row.state == "closed":
        asks.call_off(work, row.organization, row.code)


def staff_left(work: Work, event: dict[str, Any]) -> None:
    """Somebody is gone: their open tasks go to whoever fits; their name stays in what they did."""
    repository.retire(work.session, event["person"], event["organization"], event["version"])
    tasks.assign_waiting(work)


def lawyer_registered(work: Work, event: dict[str, Any]) -> None:
    """Know the lawyer by name; lawyers belong to the center."""
    repository.save_person(
        work.session,
        event["lawyer"],
        event["version"],
        organization=work.settings.center,
        station=None,
        role="lawyer",
        name=event["name"],
        name_en=event["name_en"],
    )


def service_recorded(work: Work, event: dict[str, Any]) -> None:
    """Count a service short of a case, or a pair."""
    records.count(work, work.message.type, event)


def services_recorded(work: Work, event: dict[str, Any]) -> None:
    """Count services short of a case that a file brought."""
    records.count_services(work, event["services"], event["organization"])


def case_event(work: Work, event: dict[str, Any]) -> None:
    """Follow an application from its receipt to the subsidy: timeline, figures, clocks fulfilled, clocks started.

    One function for all these events, because what each of them counts, fulfils and starts is data.
    """
    message_type = work.message.type
    dossier = _file(work, event)
    records.tell(work, work.message.id, message_type, event)
    records.count(work, message_type, event)
    happened = records.moment_of(work, message_type, event)
    here = {**event, "organization": dossier.organization, "station": dossier.station}
    tasks.follow(work, message_type, here, happened)


def papers_requested(work: Work, event: dict[str, Any]) -> None:
    """Papers are missing; a last day on which no door is open moves to the next working day, and intake is told."""
    case_event(work, event)
    asked = event["supply_by"]
    calendar = repository.calendar(work.session, range(asked.year, asked.year + 2))
    day = never_too_early(asked, calendar)
    if day == asked or event["after_grant"]:
        return
    moved = {name: event.get(name) for name in CaseReference._declared_fields}
    moved |= {"supply_by": day, "was": asked, "moved_at": work.now}
    message = "supervision.papers_day_moved.v1"
    records.tell(work, work.emit(message, moved, organization=event["organization"]), message, moved)


def application_referred(work: Work, event: dict[str, Any]) -> None:
    """The application went to another organization: its dossier and open tasks go with it; no clock starts anew."""
    case_event(work, event)
    dossier = repository.dossier(work.session, event)
    if dossier.referred_at is None or event["referred_at"] > dossier.referred_at:
        dossier.organization, dossier.station = event["organization"], event["station"]
        dossier.referred_at = event["referred_at"]
        tasks.move_to(work, dossier.application, dossier.organization, dossier.station)


def application_amended(work: Work, event: dict[str, Any]) -> None:
    """The application is of another group, form or matter now: so are its figures and its open tasks."""
    case_event(work, event)
    tasks.sort_anew(work, event)


def lawyer_released(work: Work, event: dict[str, Any]) -> None:
    """The lawyer no longer handles the case, and no longer reads its timeline."""
    case_event(work, event)
    tasks.call_off_conflicts(work, event["application"], event["case"], event["released_at"])
    dossier = repository.dossier(work.session, event)
    if dossier.lawyer == event["lawyer"] and dossier.assigned_at and dossier.assigned_at < event["released_at"]:
        dossier.lawyer, dossier.assigned_at = None, event["released_at"]
        hand_overs.to_center(work, event["application"], event["case"], event["lawyer"])


def conflict_found(work: Work, event: dict[str, Any]) -> None:
    """The center must act; heard after the lawyer has parted from the case, nobody need.

    An upgrade tells again what is open (assignment's migration 0018): what is a task already is left as it is.
    """
    if repository.task_about(work.session, "conflict", event["conflict"]):
        return
    case_event(work, event)
    since = repository.dossier(work.session, event).assigned_at
    if since is not None and event["found_at"] < since:
        tasks.call_off_conflicts(work, event["application"], event["case"], since)


def aid_restored(work: Work, event: dict[str, Any]) -> None:
    """Aid that was terminated goes on: what came of the ending is not needed, and the case is its lawyer's again."""
    tasks.drop_round(work, {**event, "restored": event["before"]}, event["restored_at"])
    dossier = repository.dossier(work.session, event)
    former = dossier.lawyer
    case_event(work, event)
    if event["lawyer"] is None and former and dossier.assigned_at and dossier.assigned_at < event["restored_at"]:
        dossier.lawyer, dossier.assigned_at = None, event["restored_at"]
        hand_overs.to_center(work, event["application"], event["case"], former)


def offer_accepted(work: Work, event: dict[str, Any]) -> None:
    """A lawyer has the case, and whatever is open in it from the time of another one."""
    case_event(work, event)
    dossier = repository.dossier(work.session, event)
    if dossier.lawyer == event["lawyer"]:
        hand_overs.to_lawyer(work, event["application"], event["case"], event["lawyer"])


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


def reach_event(work: Work, event: dict[str, Any]) -> None:
    """Somebody could not be told something, or can be again: the liaison's task to put it right starts or ends."""
    tasks.follow(work, work.message.type, event, event.get("reached_at") or event["since"])


def fire_deadline(work: Work, command: dict[str, Any]) -> None:
    """A timer went off: remind, declare overdue or escalate, unless the task is done or due at another time by now."""
    if work.principal is not None:  # only the scheduler sends it
        raise Rejected("forbidden", role=work.principal.role)
    if timers.came_early(work, command, command["task"], command["mark"]):
        return
    task = repository.task(work.session, command["task"])
    if task is None or task.state != "open" or task.due_at != command["due_at"]:
        return
    tasks.sound(work, task, command["mark"], command["fire_at"])


HANDLERS = {
    "intake.organization_registered.v1": organization_registered,
    "intake.organization_changed.v1": organization_registered,
    "intake.station_registered.v1": station_registered,
    "intake.station_changed.v1": station_changed,
    "intake.staff_registered.v1": staff_registered,
    "intake.staff_changed.v1": staff_registered,
    "intake.staff_left.v1": staff_left,
    "intake.service_recorded.v1": service_recorded,
    "intake.services_recorded.v1": services_recorded,
    "intake.pair_registered.v1": service_recorded,
    "intake.pair_ended.v1": service_recorded,
    "intake.application_received.v1": case_event,
    "intake.defence_notified.v1": case_event,
    "intake.application_amended.v1": application_amended,
    "intake.person_erased.v1": person_erased,
    "intake.application_granted.v1": case_event,
    "intake.application_refused.v1": case_event,
    "intake.application_withdrawn.v1": case_event,
    "intake.papers_requested.v1": papers_requested,
    "intake.papers_supplied.v1": case_event,
    "intake.application_referred.v1": application_referred,
    "intake.objection_filed.v1": case_event,
    "intake.objection_decided.v1": case_event,
    "assignment.lawyer_registered.v1": lawyer_registered,
    "assignment.lawyers_proposed.v1": case_event,
    "assignment.offer_made.v1": case_event,
    "assignment.offer_accepted.v1": offer_accepted,
    "assignment.offer_declined.v1": case_event,
    "assignment.candidates_exhausted.v1": case_event,
    "assignment.retainer_recorded.v1": case_event,
    "assignment.progress_reported.v1": case_event,
    "assignment.case_ended.v1": case_event,
    "assignment.closing_file_submitted.v1": case_event,
    "assignment.closing_file_checked.v1": case_event,
    "assignment.closing_file_returned.v1": case_event,
    "assignment.subsidy_corrected.v1": case_event,
    "assignment.subsidy_due.v1": case_event,
    "assignment.subsidy_lapsed.v1": case_event,
    "assignment.subsidy_paid.v1": case_event,
    "assignment.party_added.v1": case_event,
    "assignment.conflict_found.v1": conflict_found,
    "assignment.conflict_cleared.v1": case_event,
    "assignment.conflict_decided.v1": case_event,
    "assignment.replacement_requested.v1": case_event,
    "assignment.replacement_decided.v1": case_event,
    "assignment.lawyer_released.v1": lawyer_released,
    "assignment.lawyer_state_changed.v1": hand_overs.lawyer_state_changed,
    "assignment.hearing_scheduled.v1": case_event,
    "assignment.hearing_cancelled.v1": case_event,
    "assignment.labour_step_recorded.v1": case_event,
    "assignment.case_date_set.v1": case_event,
    "assignment.case_date_closed.v1": case_event,
    "assignment.case_terminated.v1": case_event,
    "assignment.termination_objected.v1": case_event,
    "assignment.termination_objection_decided.v1": case_event,
    "assignment.aid_restored.v1": aid_restored,
    "notification.person_notified.v1": person_notified,
    "notification.undeliverable.v1": reach_event,
    "notification.reachable_again.v1": reach_event,
    "supervision.finish_task.v1": finish_task,
    "supervision.take_task.v1": take_task,
    "supervision.hand_over_task.v1": hand_over_task,
    "supervision.reopen_task.v1": reopen_task,
    "supervision.set_stand_in.v1": set_stand_in,
    "supervision.import_calendar.v1": import_calendar,
    "supervision.open_complaint.v1": open_complaint,
    "supervision.accept_complaint.v1": accept_complaint,
    "supervision.conclude_complaint.v1": conclude_complaint,
    "supervision.answer_complaint.v1": answer_complaint,
    "supervision.lift_suspension.v1": suspensions.lift_suspension,
    "supervision.record_inspection.v1": record_inspection,
    "supervision.prepare_meeting.v1": prepare_meeting,
    "supervision.record_meeting.v1": record_meeting,
    "supervision.start_plan.v1": start_plan,
    "supervision.change_plan.v1": change_plan,
    "supervision.stop_plan.v1": stop_plan,
    "supervision.fire_plan.v1": fire_plan,
    "supervision.draw_sample.v1": draw_sample,
    "supervision.submit_report.v1": submit_report,
    "supervision.give_task.v1": give_task,
    "supervision.note_task.v1": note_task,
    "supervision.fire_deadline.v1": fire_deadline,
}
