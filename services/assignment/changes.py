"""What turns a case off its straight way: a new party, a conflict, another lawyer, a lawyer who leaves, an early end.

Nothing of a case is lost when it changes hands: reports, parties and dates stay, the engagement of the former lawyer
is closed with its reason, and the search for the next one begins at once.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID

from chassis.errors import Rejected
from chassis.work import Work
from services.assignment import choosing, closing, hearings, labour, limits, repository, watch
from services.assignment import models as m
from services.assignment.access import (
    advance,
    caller,
    case_for,
    center_only,
    handler_of,
    say,
    sees,
    still_known,
    tell,
    wrong_state,
)
from services.assignment.domain.conflicts import must
from services.assignment.domain.lifecycle import IN_HAND, MOVES
from services.assignment.resources import case_resource, finding_resource, offer_resource, request_resource

Data = dict[str, t.Any]


def finish(
    work: Work, case: m.Case, outcome: str, ended_on: dt.date, amounts: list[Data], sums: tuple[int, int]
) -> None:
    """The work on a case is over: the desk is free, the matter is past. ``sums``: recovered, loss avoided, in fen."""
    lawyer_id = handler_of(case)
    case.outcome, case.ended_on = outcome, ended_on
    case.recovered_fen, case.loss_avoided_fen = sums
    work.session.add_all(m.CaseAmount(id=work.new_id(), case_id=case.id, **amount) for amount in amounts)
    repository.add_load(work.session, lawyer_id, -1)
    repository.disengage(work.session, case, ended_on)
    _let_wishes_lapse(work, case)
    _drop_dates(work, case)
    tell(
        work,
        "assignment.case_ended.v1",
        case,
        lawyer=lawyer_id,
        outcome=outcome,
        amounts=amounts,
        recovered_fen=sums[0],
        loss_avoided_fen=sums[1],
        ended_on=ended_on,
        ended_at=work.now,
    )


def _drop_dates(work: Work, case: m.Case) -> None:
    """A case that is over waits for nothing any more."""
    labour.drop_dates(work, case)
    limits.drop_dates(work, case)
    hearings.drop_hearings(work, case)


def _let_wishes_lapse(work: Work, case: m.Case) -> None:
    """A case that is over needs no other lawyer: an open wish for one lapses, and its five days with it."""
    wish = repository.open_request(work.session, case.id)
    if wish is not None:
        wish.state, wish.decided_at = "lapsed", work.now
        said = {"request": wish.id, "lawyer": wish.lawyer_id, "decision": "lapsed", "decided_at": work.now}
        tell(work, "assignment.replacement_decided.v1", case, **said)


def add_party(work: Work, command: Data) -> Data:
    """A party becomes known later, to the lawyer or at the station; whoever handles the case is looked at again."""
    case = case_for(work, command, "lawyer", "liaison")
    still_known(case)
    number = command["identity_number"] if command["kind"] == "person" else command["credit_code"]
    party = repository.add_party(work.session, case.id, {**command, "number": number}, work.settings.party_secret)
    if repository.entered_before(work.session, party):
        raise Rejected("duplicate", what="party", key=case.number, pointer="/name")
    case.version += 1
    found = watch.look(work, case, "party_added")
    _withdraw_if_forbidden(work, case)
    said = {"party": party.id, "side": party.side, "conflicts": len(found), "added_at": work.now}
    tell(work, "assignment.party_added.v1", case, **said)
    return {**case_resource(case), "party": str(party.id), **_shown(work, conflicts=found)}


def identify_party(work: Work, command: Data) -> Data:
    """Number or further names of a party become known: what was found is looked at again, and what was not, now."""
    party = work.session.get(m.Party, command["party"])
    case = repository.lock_case(work.session, party.matter_id) if party else None
    if party is None or case is None or not sees(caller(work), case):
        raise Rejected("not-found", what="party")
    case_for(work, {"case": case.id}, "lawyer", "liaison")
    still_known(case)
    number = command["identity_number"] if party.kind == "person" else command["credit_code"]
    if number is None and not command["former_names"]:
        raise Rejected("nothing-said")
    party.former_names = list(dict.fromkeys([*party.former_names, *command["former_names"]]))
    repository.keep_keys(work.session, party, number, work.settings.party_secret)
    case.version += 1
    work.session.flush()
    cleared = watch.look_again(work, case)
    found = watch.look(work, case, "party_identified")
    _withdraw_if_forbidden(work, case)
    return {**case_resource(case), "party": str(party.id), **_shown(work, conflicts=found, cleared=cleared)}


def _shown(work: Work, **found: list[m.ConflictFinding]) -> dict[str, list[Data]]:
    """What was found, for who may read a case's conflicts: a station is not told whom the lawyer acts for elsewhere."""
    hides = caller(work).role == "liaison"
    return {name: [] if hides else watch.shown(work, findings) for name, findings in found.items()}


def _withdraw_if_forbidden(work: Work, case: m.Case) -> None:
    """An unanswered offer to a lawyer whom an exact conflict now forbids the case is taken back; the next is asked."""
    pending = repository.open_offer(work.session, case.id)
    if pending is not None and watch.forbids(work, case, pending.lawyer_id):
        choosing.release(work, case, pending, "recalled", "conflict")
        choosing.go_on(work, case)


def decide_conflict(work: Work, command: Data) -> Data:
    """A named person of the center clears a likely conflict, or replaces the lawyer; an exact one only the latter.

    At a case that has ended nobody can be replaced: a named person takes note, with reason.
    """
    principal = center_only(work)
    if principal.person is None:
        raise Rejected("no-person")
    finding = work.session.get(m.ConflictFinding, command["conflict"])
    if finding is None:
        raise Rejected("not-found", what="conflict")
    case = repository.lock_case(work.session, finding.case_id)
    work.session.refresh(finding)
    if case is None or finding.state != "open":
        raise Rejected("wrong-state", of="conflict", state=finding.state, act=command["decision"], allowed="")
    if command["decision"] == "clear" and must(finding.certainty, replaceable=case.state in IN_HAND) == "replace":
        raise Rejected("conflict-open", number=finding.other_matter)
    if command["decision"] == "replace" and case.state not in IN_HAND:
        raise wrong_state(case, "replace")
    still_known(case)
    finding.state = "cleared" if command["decision"] == "clear" else "replaced"
    finding.decided_by, finding.decided_at, finding.reason = principal.person, work.now, command["reason"]
    said = {"decision": command["decision"], "decided_by": principal.person, "decided_at": work.now}
    tell(work, "assignment.conflict_decided.v1", case, conflict=finding.id, lawyer=finding.lawyer_id, **said)
    if finding.state == "replaced" and _still_handles(case, finding.lawyer_id):
        choosing.part(work, case, "conflict", command["reason"])
    return finding_resource(finding, case.state)


def request_replacement(work: Work, command: Data) -> Data:
    """The recipient asks for another lawyer (LA 55); noted by the station or the center, decided by the center."""
    case = case_for(work, command, "liaison")
    lawyer_id = handler_of(case)
    if "part" not in MOVES[case.state]:
        raise wrong_state(case, "replace")
    if repository.open_request(work.session, case.id) is not None:
        raise Rejected("duplicate", what="replacement_request", key=case.number)
    request = m.ReplacementRequest(
        id=work.new_id(),
        case_id=case.id,
        lawyer_id=lawyer_id,
        reason=command["reason"],
        requested_at=work.now,
        state="open",
    )
    work.session.add(request)
    said = {"request": request.id, "lawyer": lawyer_id, "requested_at": work.now}
    tell(work, "assignment.replacement_requested.v1", case, **said)
    return request_resource(request)


def decide_replacement(work: Work, command: Data) -> Data:
    """The center agrees, and the next lawyer is looked for; or refuses, with a reason."""
    principal = center_only(work)
    request = work.session.get(m.ReplacementRequest, command["request"])
    if request is None:
        raise Rejected("not-found", what="replacement_request")
    case = repository.lock_case(work.session, request.case_id)
    work.session.refresh(request)
    if case is None or request.state != "open":
        raise Rejected(
            "wrong-state", of="replacement_request", state=request.state, act=command["decision"], allowed=""
        )
    request.state = "agreed" if command["decision"] == "agree" else "refused"
    request.decided_by, request.decided_at = principal.person, work.now
    request.decision_reason = command["reason"]
    said = {"request": request.id, "lawyer": request.lawyer_id, "decision": command["decision"], "decided_at": work.now}
    tell(work, "assignment.replacement_decided.v1", case, **said)
    if request.state == "agreed" and _still_handles(case, request.lawyer_id):
        choosing.part(work, case, "replaced", request.reason)
    return request_resource(request)


def _still_handles(case: m.Case, lawyer_id: UUID) -> bool:
    return case.lawyer_id == lawyer_id and "part" in MOVES[case.state]


def return_case(work: Work, command: Data) -> Data:
    """The lawyer gives the case back, or the center takes it; the next lawyer is looked for."""
    case = case_for(work, command, "lawyer")
    handler_of(case)
    choosing.part(work, case, "returned", command["reason"])
    return case_resource(case)


def change_lawyer_state(work: Work, command: Data) -> Data:
    """A lawyer becomes inactive: every case and open offer goes on to others at once, in one transaction."""
    center_only(work)
    lawyer = work.session.get(m.Lawyer, command["lawyer"], with_for_update=True)
    if lawyer is None:
        raise Rejected("not-found", what="lawyer")
    if command["version"] not in (None, lawyer.version):
        raise Rejected("version-conflict", expected=command["version"], actual=lawyer.version)
    if lawyer.state == command["state"]:
        raise Rejected("wrong-state", of="lawyer", state=lawyer.state, act=command["state"], allowed="")
    (counts,) = _set_state(work, [lawyer], command["state"], command["reason"])
    work.session.refresh(lawyer)
    return {"id": str(lawyer.id), "state": lawyer.state, "version": lawyer.version, **counts}


def release_firm(work: Work, command: Data) -> Data:
    """A firm leaves the network: none of its lawyers is asked any more, and all that they had goes on to others."""
    center_only(work)
    firm = work.session.get(m.Firm, command["firm"])
    if firm is None:
        raise Rejected("not-found", what="firm")
    lawyers = repository.active_lawyers_of(work.session, firm.id)
    counts = _set_state(work, lawyers, "inactive", command["reason"])
    sums = {name: sum(one[name] for one in counts) for name in ("cases", "offers")}
    return {"id": str(firm.id), "lawyers": [str(one.id) for one in lawyers], **sums}


def _set_state(work: Work, lawyers: list[m.Lawyer], state: str, reason: str) -> list[dict[str, int]]:
    """All change before the first case goes on, so that none goes to a colleague who leaves as well."""
    for lawyer in lawyers:
        lawyer.state = state
        lawyer.version += 1
    work.session.flush()
    found = []
    for lawyer in lawyers:
        cases, offers = ([], []) if state == "active" else _hand_over(work, lawyer, reason)
        found.append({"cases": len(cases), "offers": len(offers)})
        said = {"lawyer": lawyer.id, "state": state, "changed_at": work.now, **found[-1]}
        say(work, "assignment.lawyer_state_changed.v1", said, work.settings.center, lawyer.id)
    return found


def withdraw_offer(work: Work, command: Data) -> Data:
    """The center takes an open offer back, with a reason; the next candidate is asked only if it says so."""
    center_only(work)
    offer = repository.lock_offer(work.session, command["offer"])
    if offer is None:
        raise Rejected("not-found", what="offer")
    if offer.state != "open":
        raise Rejected("wrong-state", of="offer", state=offer.state, act="withdraw", allowed="")
    case = work.session.get_one(m.Case, offer.case_id)
    choosing.release(work, case, offer, "recalled", "center", command["reason"])
    if command["offer_next"]:
        choosing.go_on(work, case)
    return offer_resource(offer, case)


def _hand_over(work: Work, lawyer: m.Lawyer, reason: str) -> tuple[list[t.Any], list[t.Any]]:
    in_hand, asked = repository.work_of(work.session, lawyer.id)
    for case_id in in_hand:
        case = repository.lock_case(work.session, case_id)
        if case is not None and case.lawyer_id == lawyer.id:
            choosing.part(work, case, "inactive", reason, offer_next=True)
    take_offers_back(work, lawyer.id, asked, reason)
    return in_hand, asked


def take_offers_back(work: Work, lawyer_id: UUID, asked: list[UUID], reason: str) -> None:
    """The open offers of these cases to a lawyer are taken back, and the next candidates are asked."""
    for case_id in asked:
        case = repository.lock_case(work.session, case_id)
        offer = repository.open_offer(work.session, case_id)
        if case is not None and offer is not None and offer.lawyer_id == lawyer_id:
            choosing.release(work, case, offer, "recalled", "center", reason)
            choosing.go_on(work, case)


def terminate_case(work: Work, command: Data) -> Data:
    """Aid ends before its time, on a ground of LA 48, by the center's written decision with reasons.

    A lawyer who had the case files it as ended; a case that nobody has is closed, and what lawyers bore who had it is
    due. An open offer is taken back.
    """
    case = case_for(work, command)
    pending = repository.open_offer(work.session, case.id)
    if pending is not None:
        choosing.release(work, case, pending, "recalled", "center", command["reason"])
    advance(work, case, "terminate")
    case.termination_ground, case.termination_reason = command["ground"], command["reason"]
    release = repository.latest_release(work.session, case.id)
    said = {"ground": command["ground"], "lawyer": case.lawyer_id, "release": release, "terminated_at": work.now}
    tell(work, "assignment.case_terminated.v1", case, **said)
    if case.lawyer_id is not None:
        finish(work, case, "terminated", work.today(), [], (0, 0))
    else:
        case.outcome, case.ended_on = "terminated", work.today()
        _drop_dates(work, case)  # those that a lawyer who has parted from it left behind
        closing.settle_without_file(work, case)
    return case_resource(case)


HANDLERS: dict[str, t.Callable[[Work, Data], Data | None]] = {
    "assignment.add_party.v1": add_party,
    "assignment.identify_party.v1": identify_party,
    "assignment.decide_conflict.v1": decide_conflict,
    "assignment.request_replacement.v1": request_replacement,
    "assignment.decide_replacement.v1": decide_replacement,
    "assignment.return_case.v1": return_case,
    "assignment.change_lawyer_state.v1": change_lawyer_state,
    "assignment.terminate_case.v1": terminate_case,
    "assignment.release_firm.v1": release_firm,
    "assignment.withdraw_offer.v1": withdraw_offer,
}
