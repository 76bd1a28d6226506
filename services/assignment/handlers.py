"""What assignment does with each message: from the grant to the closing file. The dict at the foot is the map.

Every function runs inside one transaction that also holds what it emits; it never commits, publishes or acknowledges.
The states and moves of a case stand in domain/lifecycle.py, the way to a lawyer in choosing.py.
"""

from __future__ import annotations

import typing as t

from chassis.errors import NotYet, Rejected
from chassis.work import Work
from services.assignment import (
    backlog,
    changes,
    choosing,
    closing,
    conduct,
    labour,
    objections,
    reassigning,
    register,
    repository,
    roster,
    subsidies,
    suspensions,
    taking,
    volunteers,
    watch,
)
from services.assignment import models as m
from services.assignment.access import advance, caller, case_for, handler_of, lawful_day, tell, wrong_state
from services.assignment.domain.lifecycle import MOVES
from services.assignment.domain.numbers import case_number, counter_name
from services.assignment.domain.points import seconds
from services.assignment.erasure import person_erased
from services.assignment.resources import case_resource, offer_resource, wishes_of

Data = dict[str, t.Any]
MOST_FEN = 100_000_000_000_00


# The choice: from the grant to a lawyer who said yes.


def application_granted(work: Work, event: Data) -> None:
    """Open the case, once per application, and propose lawyers; offer at once where the organization lets the rule."""
    if repository.case_of_application(work.session, event["application"]):
        return
    year = work.today().year
    number = case_number(year, repository.count_up(work.session, counter_name(year)))
    case = repository.open_case(work.session, work.new_id(), number, event, work.now)
    for party in event["parties"]:
        repository.add_party(work.session, case.id, party, work.settings.party_secret)
    choosing.start(work, case)


def set_wishes(work: Work, command: Data) -> Data:
    """The recipient asks for a lawyer of a gender, who speaks a language, or whom they name; proposed anew with it."""
    case = case_for(work, command, "liaison")
    wished = command["lawyer"]
    if wished is not None and work.session.get(m.Lawyer, wished) is None:
        raise Rejected("not-found", what="lawyer", pointer="/lawyer")
    if "offer" not in MOVES[case.state] and "release" not in MOVES[case.state]:
        raise wrong_state(case, "wish")
    case.wished_gender, case.wished_language, case.wished_lawyer_id = command["gender"], command["language"], wished
    case.version += 1
    if "offer" in MOVES[case.state] and not choosing.propose(work, case) and "exhaust" in MOVES[case.state]:
        choosing.exhaust(work, case)
    return {**case_resource(case), "wishes": wishes_of(case)}


def offer_case(work: Work, command: Data) -> Data:
    """The center confirms a lawyer, or leaves the choice to the rule; with a reason it may replace an open offer."""
    case = case_for(work, command)
    pending = repository.open_offer(work.session, case.id)
    if pending is not None:
        if command["reason"] is None:
            raise Rejected("reason-needed", pointer="/reason")
        choosing.release(work, case, pending, "recalled", "center", command["reason"])
    if "offer" not in MOVES[case.state]:  # before anybody writes a reason for what cannot be
        raise wrong_state(case, "offer")
    lawyer_id = command["lawyer"]
    if lawyer_id is not None:
        choosing.check_named(work, case, lawyer_id, command["reason"])
    else:
        lawyer_id = choosing.next_candidate(work, case)
    if lawyer_id is None:
        raise Rejected("no-candidate")
    offer = choosing.offer(work, case, lawyer_id, command["answer_within_hours"], reason=command["reason"])
    watch.keep_decision(work, case, lawyer_id, command["reason"])
    return offer_resource(offer, case)


def answer_offer(work: Work, command: Data) -> Data:
    """The lawyer says yes, and the case is theirs; or no, and the next candidate is asked.

    A late yes still counts while nobody else was asked; a conflict that came up meanwhile takes the offer back. The
    center may note an answer given by telephone.
    """
    principal = caller(work)
    offer = repository.lock_offer(work.session, command["offer"])
    own = offer is not None and (principal.is_center or offer.lawyer_id == principal.person)
    if offer is None or not own:
        raise Rejected("not-found", what="offer")
    if offer.state != "open":
        raise Rejected("wrong-state", of="offer", state=offer.state, act=command["answer"], allowed="")
    case = work.session.get_one(m.Case, offer.case_id)
    if command["answer"] == "decline":
        choosing.release(work, case, offer, "declined", "lawyer", command["reason"])
        choosing.go_on(work, case)
    elif watch.forbids(work, case, offer.lawyer_id):
        choosing.release(work, case, offer, "recalled", "conflict")
        choosing.go_on(work, case)
    else:
        _assign(work, case, offer)
    return offer_resource(offer, case)


def _assign(work: Work, case: m.Case, offer: m.Offer) -> None:
    """The case is the lawyer's; five days for the retainer run from now (D148 27)."""
    found = repository.lawyer_with_firm(work.session, offer.lawyer_id)
    assert found is not None  # held by a foreign key
    lawyer, firm = found
    advance(work, case, "accept")
    offer.state, offer.answered_at = "accepted", work.now
    case.lawyer_id, case.assigned_at, case.assigned_on = lawyer.id, work.now, work.today()
    subsidies.show_of(work, case)
    lawyer.last_assigned_at, lawyer.rested_from = work.now, seconds(work.now)
    release = repository.latest_release(work.session, case.id)
    repository.engage(work.session, case, lawyer, work.today())
    said = {"lawyer_name": lawyer.name, "firm_name": firm.name, "assigned_at": work.now}
    tell(work, "assignment.offer_accepted.v1", case, offer=offer.id, lawyer=lawyer.id, release=release, **said)
    watch.look(work, case, "accepted")


def deadline_overdue(work: Work, event: Data) -> None:
    """Silence until the answer's time is a no: the offer lapses and the next candidate is asked."""
    if event["kind"] != "answer_offer":
        return
    offer = repository.lock_offer(work.session, event["subject"])
    if offer is None:
        raise NotYet("offer")
    if offer.state == "open":
        case = work.session.get_one(m.Case, offer.case_id)
        choosing.release(work, case, offer, "lapsed", "silence")
        choosing.go_on(work, case)


# The handling: by the case's lawyer, or by the center for them.


def record_retainer(work: Work, command: Data) -> Data:
    """Retainer and power of attorney are signed (D148 27)."""
    case = case_for(work, command, "lawyer")
    watch.stop_if_open(work, case)
    advance(work, case, "retain")
    case.signed_on = lawful_day(work, command, "signed_on", since=case.assigned_on)
    said = {"lawyer": case.lawyer_id, "signed_on": case.signed_on, "recorded_at": work.now}
    tell(work, "assignment.retainer_recorded.v1", case, **said)
    return case_resource(case)


def report_progress(work: Work, command: Data) -> Data:
    """The lawyer reports how the case goes, and at once what may end the aid: the center is told (LA 46-48, 55).

    The words stay here; the event carries only stage, day and ground.
    """
    case = case_for(work, command, "lawyer")
    watch.stop_if_open(work, case)
    labour.require_mediation(work, case, command["stage"])
    advance(work, case, "report")
    report = m.Progress(
        id=work.new_id(),
        case_id=case.id,
        lawyer_id=handler_of(case),
        stage=command["stage"],
        summary=command["summary"],
        on=lawful_day(work, command, "on", since=case.assigned_on),
        may_end=command["may_end"],
        reported_at=work.now,
    )
    work.session.add(report)
    said = {"lawyer": report.lawyer_id, "stage": report.stage, "on": report.on, "reported_at": work.now}
    said["may_end"] = report.may_end
    tell(work, "assignment.progress_reported.v1", case, **said)
    return {**case_resource(case), "progress": str(report.id)}


def end_case(work: Work, command: Data) -> Data:
    """The case is over: outcome and amounts in fen; thirty days for the closing file begin."""
    case = case_for(work, command, "lawyer")
    watch.stop_if_open(work, case)
    if command["outcome"] == "terminated":  # the center's written decision, with its ground (changes.terminate_case)
        raise Rejected("ground-needed", pointer="/outcome")
    advance(work, case, "end")
    ended_on = lawful_day(work, command, "ended_on", since=case.signed_on)
    changes.finish(work, case, command["outcome"], ended_on, command["amounts"], _sums(command["amounts"]))
    return case_resource(case)


def _sums(amounts: list[Data]) -> tuple[int, int]:
    """What was recovered and what loss was avoided, in fen; an amount of nothing is refused."""
    for place, amount in enumerate(amounts):
        if amount["fen"] == 0:
            raise Rejected("impossible-amount", pointer=f"/amounts/{place}/fen", most=MOST_FEN)
    avoided = sum(one["fen"] for one in amounts if one["kind"] == "loss_avoided")
    recovered = sum(one["fen"] for one in amounts) - avoided
    if max(avoided, recovered) > MOST_FEN:
        raise Rejected("impossible-amount", pointer="/amounts", most=MOST_FEN)
    return recovered, avoided


HANDLERS: dict[str, t.Callable[[Work, Data], Data | None]] = {
    # events that assignment hears
    "intake.organization_registered.v1": register.organization_registered,
    "intake.organization_changed.v1": register.organization_registered,
    "intake.station_registered.v1": register.station_registered,
    "intake.station_changed.v1": register.station_registered,
    "intake.application_granted.v1": application_granted,
    "intake.person_erased.v1": person_erased,
    "intake.rows_read.v1": taking.rows_read,
    "supervision.deadline_overdue.v1": deadline_overdue,
    **suspensions.HANDLERS,
    # commands: the network, with its volunteers
    **register.HANDLERS,
    **volunteers.HANDLERS,
    # commands: the choice
    "assignment.set_wishes.v1": set_wishes,
    "assignment.offer_case.v1": offer_case,
    "assignment.answer_offer.v1": answer_offer,
    # commands: the handling
    "assignment.record_retainer.v1": record_retainer,
    "assignment.report_progress.v1": report_progress,
    "assignment.end_case.v1": end_case,
    # commands: the closing file, its check, the money
    **closing.HANDLERS,
    # commands: when a case changes hands, gains a party or ends early
    **changes.HANDLERS,
    **objections.HANDLERS,
    **reassigning.HANDLERS,
    # commands: hearings, costs, the labour path; absences and duties
    **conduct.HANDLERS,
    **roster.HANDLERS,
    # commands: many waiting cases together
    **backlog.HANDLERS,
}
