"""The objection to a termination (LA 49): noted, decided by the bureau in five days; what was ended wrongly goes on.

Guarantee: a case that is given back keeps all that was done in it; labour dates and hearings that were dropped with the
ending and still lie ahead are set again. What followed from the ending alone (closing file, grade) is undone. What its
lawyer was paid counts towards what becomes due to them later; what a former lawyer earned stays due to that one.
"""

from __future__ import annotations

import typing as t
from uuid import UUID

from chassis.errors import Rejected
from chassis.work import Work
from services.assignment import choosing, hearings, labour, limits, repository, subsidies, watch
from services.assignment import models as m
from services.assignment.access import advance, case_for, still_known, tell
from services.assignment.domain.lifecycle import possible
from services.assignment.resources import case_resource, objection_resource

Data = dict[str, t.Any]


def object_to_termination(work: Work, command: Data) -> Data:
    """The recipient objects to a termination, once to each; five days for the bureau's decision run."""
    case = case_for(work, command, "liaison")
    if case.termination_ground is None or case.ended_on is None:
        raise Rejected("wrong-state", of="case", state=case.state, act="object", allowed=_ends(case))
    if repository.standing_objection(work.session, case.id) is not None:
        raise Rejected("duplicate", what="objection", key=case.number)
    still_known(case)
    objection = m.TerminationObjection(
        id=work.new_id(),
        case_id=case.id,
        ground=case.termination_ground,
        reason=case.termination_reason,
        terminated_on=case.ended_on,
        grounds=command["grounds"],
        objected_at=work.now,
        state="open",
        reasons=[],
        reassign=False,
    )
    work.session.add(objection)
    case.version += 1
    tell(work, "assignment.termination_objected.v1", case, objection=objection.id, objected_at=work.now)
    return {**case_resource(case), "objection": objection_resource(objection, inside=True)}


def _ends(case: m.Case) -> str:
    """What would have to come first, where it still can."""
    return "terminate" if "terminate" in possible(case.state) else ""


def decide_termination_objection(work: Work, command: Data) -> Data:
    """Enter the bureau's decision: the termination stands, or the aid goes on by its order."""
    case = case_for(work, command)
    objection = repository.standing_objection(work.session, case.id)
    if objection is None or objection.state != "open":
        state = objection.state if objection else "none"
        raise Rejected("wrong-state", of="termination_objection", state=state, act="decide", allowed="")
    still_known(case)
    objection.state, objection.reasons = command["outcome"], command["reasons"]
    objection.decided_at, objection.decided_by = work.now, work.principal.person if work.principal else None
    case.version += 1
    back = command["outcome"] == "overturned"
    lawyer = _who_takes_it_back(work, case) if back else case.lawyer_id
    said = {"objection": objection.id, "termination_outcome": command["outcome"], "lawyer": lawyer}
    tell(work, "assignment.termination_objection_decided.v1", case, decided_at=work.now, **said)
    if back:
        _restore(work, case, objection, lawyer)
    return {**case_resource(case), "objection": objection_resource(objection, inside=True)}


def _who_takes_it_back(work: Work, case: m.Case) -> UUID | None:
    """The lawyer who had the case, unless they left or a conflict that came up meanwhile forbids it."""
    lawyer = work.session.get(m.Lawyer, case.lawyer_id) if case.lawyer_id else None
    if lawyer is None or lawyer.state != "active" or watch.forbids(work, case, lawyer.id):
        return None
    return lawyer.id


def _restore(work: Work, case: m.Case, objection: m.TerminationObjection, lawyer_id: UUID | None) -> None:
    """Undo the ending; then the lawyer has the case again, or another one is looked for."""
    back = repository.open_return(work.session, case.id)
    claim = subsidies.before_restoring(work, case, lawyer_id)
    said = {
        "objection": objection.id,
        "claim": claim.task_key if claim else None,
        "before": case.restored_by,
        "completion": back.id if back else None,
        "restored_at": work.now,
    }
    if back is not None:
        back.answered_at = work.now
    _undo_the_ending(case)
    case.restored_by, case.lawyer_id = objection.id, lawyer_id
    subsidies.show_of(work, case)
    if lawyer_id is None:
        objection.reassign = True
        case.assigned_at = case.assigned_on = None
        advance(work, case, "reopen")
        work.session.flush()
        tell(work, "assignment.aid_restored.v1", case, lawyer=None, assigned_at=None, release=objection.id, **said)
        choosing.start(work, case)
    else:
        case.assigned_at, case.assigned_on = work.now, work.today()
        advance(work, case, "restore")
        repository.add_load(work.session, lawyer_id, +1)
        repository.engage(work.session, case, work.session.get_one(m.Lawyer, lawyer_id), work.today())
        tell(work, "assignment.aid_restored.v1", case, lawyer=lawyer_id, assigned_at=work.now, release=None, **said)
        watch.look(work, case, "accepted")
    subsidies.after_restoring(work, case, claim)
    labour.set_dates_again(work, case)
    limits.set_dates_again(work, case)
    hearings.set_again(work, case)


def _undo_the_ending(case: m.Case) -> None:
    case.outcome = case.ended_on = case.recovered_fen = case.loss_avoided_fen = None
    case.filed_at = case.closing_summary = case.grade = case.remarks = case.checked_on = None
    case.subsidy_fen = case.rate_fen = case.rate_source = case.rate_verified = case.paid_on = None
    case.termination_ground = case.termination_reason = case.signed_on = None


HANDLERS: dict[str, t.Callable[[Work, Data], Data | None]] = {
    "assignment.object_to_termination.v1": object_to_termination,
    "assignment.decide_termination_objection.v1": decide_termination_objection,
}
