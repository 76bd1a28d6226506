"""What notification does with each message: the dict at the foot is the whole map."""

from __future__ import annotations

import typing as t
from uuid import UUID

from chassis import organizations, versions
from chassis.errors import Rejected
from chassis.work import Work
from services.notification import repository
from services.notification.endpoints import (
    change_endpoint,
    keep_addresses,
    known_addresses,
    register_endpoint,
    replay_deliveries,
    set_preferences,
)
from services.notification.erasure import person_erased
from services.notification.items import as_item
from services.notification.models import Notification, Person
from services.notification.rulebook import rules
from services.notification.telling import tell_all, tell_newcomer
from services.notification.wording import set_template

Body = dict[str, t.Any]


def tell(work: Work, event: Body) -> None:
    """Tell those concerned, by the rules."""
    tell_all(work, event)


def tell_lawyer_assigned(work: Work, event: Body) -> None:
    """Remember who has the case, then tell those concerned."""
    repository.keep_lawyer_of_case(work.session, event["case"], event["lawyer"], event["assigned_at"])
    tell_and_settle(work, event)


def settle(work: Work, event: Body) -> None:
    """A task is done or an offer answered: what was said about it asks for nothing more."""
    about = event[rules().settles[work.message.type]]
    repository.settle(work.session, about, event.get("finished_at") or work.message.time)


def tell_and_settle(work: Work, event: Body) -> None:
    """Tell those concerned; what was said before about the same thing asks for nothing more."""
    tell_all(work, event)
    settle(work, event)


def keep_organization(work: Work, event: Body) -> None:
    """An organization's mailbox opens, and its name is known to the texts."""
    organizations.hear(work.session, event, work.now)
    repository.keep_place(work.session, event["code"], "", event)


def keep_station(work: Work, event: Body) -> None:
    """A station's name is known to the texts."""
    repository.keep_place(work.session, event["organization"], event["code"], event)


def keep_staff(work: Work, event: Body) -> None:
    """A person is known; what waited for the post is told to them."""
    names = ("organization", "station", "role", "name", "name_en")
    facts = {name: event[name] for name in names} | _reach(work, event)
    repository.hold_post(work.session, event["organization"], event["role"])
    person = _keep_person(work, event["person"], facts, event["version"])
    if person.role != repository.LEFT:  # else an older word
        tell_newcomer(work, person)


def _keep_person(work: Work, id_: UUID, facts: Body, version: int) -> Person:
    """A person, with the addresses that the network knows of them; those of who has left stay removed."""
    known = work.session.get(Person, id_)
    is_there = known is not None and known.role != repository.LEFT  # else they had no address in use
    before = known_addresses(work.settings.vault, known if is_there else None)
    person = repository.keep_person(work.session, id_, work.message.time, facts, version)
    if person.role != repository.LEFT:
        keep_addresses(work, person, before)
    return person


def _reach(work: Work, event: Body) -> Body:
    """Mobile number and mail address, sealed."""
    return {f"{name}_sealed": work.settings.vault.seal(event[name]) for name in ("phone", "email")}


def staff_left(work: Work, event: Body) -> None:
    """A person has left: they hold no post any more, and nothing goes to their addresses."""
    repository.retire_person(work.session, event["person"], event["organization"], work.message.time, event["version"])


def keep_lawyer(work: Work, event: Body) -> None:
    """A lawyer is known; lawyers belong to the center's network, not to a station."""
    facts = {name: event[name] for name in ("name", "name_en")} | _reach(work, event)
    facts |= {"organization": work.settings.center, "station": None, "role": "lawyer"}
    _keep_person(work, event["lawyer"], facts, event["version"])


def acknowledge(work: Work, command: Body) -> Body:
    """The person has read it, or confirms to act on it; somebody else's notification does not exist for them."""
    row = work.session.get(Notification, command["notification"], with_for_update=True)
    person = work.principal.person if work.principal else None
    if row is None or person is None or row.person != person:
        raise Rejected("not-found", what="notification")
    row.read_at = row.read_at or work.now
    if command["state"] == "acknowledged":
        row.acknowledged_at = row.acknowledged_at or work.now
    return as_item(row)


HANDLERS = {
    "notification.acknowledge.v1": acknowledge,
    "notification.set_preferences.v1": set_preferences,
    "notification.register_endpoint.v1": register_endpoint,
    "notification.change_endpoint.v1": versions.of_old(change_endpoint),
    "notification.change_endpoint.v2": change_endpoint,
    "notification.replay_deliveries.v1": replay_deliveries,
    "notification.set_template.v1": set_template,
    "notification.endpoint_failed.v1": tell,
    "notification.unacknowledged.v1": tell,
    "intake.organization_registered.v1": keep_organization,
    "intake.organization_changed.v1": keep_organization,
    "intake.station_registered.v1": keep_station,
    "intake.station_changed.v1": keep_station,
    "intake.staff_registered.v1": keep_staff,
    "intake.staff_changed.v1": keep_staff,
    "intake.staff_left.v1": staff_left,
    "intake.application_refused.v1": tell,
    "intake.application_referred.v1": tell,
    "intake.person_erased.v1": person_erased,
    "assignment.lawyer_registered.v1": keep_lawyer,
    "assignment.offer_made.v1": tell,
    "assignment.offer_accepted.v1": tell_lawyer_assigned,
    "assignment.offer_declined.v1": tell_and_settle,
    "assignment.progress_reported.v1": tell,
    "assignment.lawyer_released.v1": tell,
    "assignment.case_terminated.v1": tell,
    "assignment.termination_objection_decided.v1": tell,
    "assignment.candidates_exhausted.v1": tell,
    "assignment.hearing_scheduled.v1": tell,
    "assignment.hearing_cancelled.v1": tell,
    "assignment.closing_file_checked.v1": tell,
    "assignment.closing_file_returned.v1": tell,
    "assignment.subsidy_paid.v1": tell,
    "supervision.task_opened.v1": tell,
    "supervision.task_finished.v1": settle,
    "supervision.deadline_reminded.v1": tell,
    "supervision.deadline_overdue.v1": tell,
    "supervision.deadline_escalated.v1": tell,
    "supervision.feedback_recorded.v1": tell,
    "supervision.complaint_opened.v1": tell,
    "supervision.work_suspended.v1": tell,
    "supervision.work_resumed.v1": tell,
    "assignment.lawyer_suspended.v1": tell,
}
