"""What happens while a case is handled, beside its straight way: hearings, direct costs, the labour path."""

from __future__ import annotations

import typing as t

from chassis.errors import Rejected
from chassis.work import Work
from services.assignment import models as m
from services.assignment import repository
from services.assignment.access import caller, case_for, handler_of, lawful_day, sees, tell
from services.assignment.domain import labour
from services.assignment.domain.lifecycle import IN_HAND
from services.assignment.resources import cost_resource, hearing_resource, labour_resource

Data = dict[str, t.Any]
MOST_COSTS_FEN = 1_000_000_00  # a million yuan of direct costs in one case is a typing error
LABOUR_FORM, LABOUR_MATTER = "labour_mediation_arbitration", "labour_or_pay"


def schedule_hearing(work: Work, command: Data) -> Data:
    """A hearing with date and place."""
    case = _in_hand(work, command, "schedule a hearing")
    hearing = m.Hearing(
        id=work.new_id(),
        case_id=case.id,
        state="scheduled",
        **{key: command[key] for key in ("stage", "at", "place", "note")},
    )
    work.session.add(hearing)
    said = {"hearing": hearing.id, "stage": hearing.stage, "at": hearing.at, "scheduled_at": work.now}
    tell(work, "assignment.hearing_scheduled.v1", case, lawyer=case.lawyer_id, **said)
    return hearing_resource(hearing, case.number)


def cancel_hearing(work: Work, command: Data) -> Data:
    """A hearing does not take place."""
    hearing = work.session.get(m.Hearing, command["hearing"], with_for_update=True)
    case = work.session.get(m.Case, hearing.case_id) if hearing else None
    principal = caller(work)
    if hearing is None or case is None or not sees(principal, case):
        raise Rejected("not-found", what="hearing")
    if not principal.is_center and principal.role != "lawyer":
        raise Rejected("forbidden", role=principal.role)
    if hearing.state != "scheduled":
        raise Rejected("wrong-state", state=hearing.state, act="cancel", allowed="")
    hearing.state, hearing.reason = "cancelled", command["reason"]
    tell(work, "assignment.hearing_cancelled.v1", case, hearing=hearing.id, cancelled_at=work.now)
    return hearing_resource(hearing, case.number)


def record_cost(work: Work, command: Data) -> Data:
    """A direct cost in fen, until the closing file is checked; repaid with the subsidy (LA 52)."""
    case = case_for(work, command, "lawyer")
    lawyer_id = handler_of(case)
    if case.state == "closed":
        raise Rejected("wrong-state", state=case.state, act="record a cost", allowed="pay")
    total = command["fen"] + repository.costs_of(work.session, case.id)
    if command["fen"] == 0 or total > MOST_COSTS_FEN:
        raise Rejected("impossible-amount", pointer="/fen", most=MOST_COSTS_FEN)
    cost = m.Cost(
        id=work.new_id(),
        case_id=case.id,
        kind=command["kind"],
        fen=command["fen"],
        on=lawful_day(work, command, "on", since=case.assigned_on),
        note=command["note"],
    )
    work.session.add(cost)
    said = {"kind": cost.kind, "fen": cost.fen, "recorded_at": work.now}
    tell(work, "assignment.cost_recorded.v1", case, cost=cost.id, lawyer=lawyer_id, **said)
    return cost_resource(cost)


def record_labour_step(work: Work, command: Data) -> Data:
    """A step of a labour dispute: mediation first, then arbitration, then court; answers with the next date."""
    case = _in_hand(work, command, "record a step")
    if not is_labour(case):
        raise Rejected("not-a-labour-dispute", number=case.number)
    if command["step"] == "mediation_waived" and command["note"] is None:
        raise Rejected("reason-needed", pointer="/note")
    steps = repository.labour_steps(work.session, case.id)
    on = lawful_day(work, command, "on", since=steps[-1].on if steps else None)
    try:
        labour.check_step([labour.Step(one.step, one.on) for one in steps], command["step"], on)
    except labour.MediationFirst:
        raise Rejected("mediation-first", step="arbitration_filed") from None
    except labour.OutOfOrder as wrong:
        allowed = ", ".join(wrong.allowed)
        raise Rejected("not-in-order", after=wrong.after, step=wrong.step, allowed=allowed) from None
    knew_on = command["knew_on"] or next((one.knew_on for one in steps if one.knew_on), None)
    if knew_on is not None and knew_on > on:
        limits = {"earliest": "0001-01-01", "latest": on.isoformat()}
        raise Rejected("impossible-date", pointer="/knew_on", field="knew_on", value=knew_on.isoformat(), **limits)
    row = m.LabourStep(
        id=work.new_id(), case_id=case.id, step=command["step"], on=on, knew_on=knew_on, note=command["note"]
    )
    work.session.add(row)
    shown = labour_resource(row)
    due = labour.due_after(row.step, on, knew_on)
    said = {"step": row.step, "on": on, "next": due.next if due else None, "due_on": due.on if due else None}
    tell(work, "assignment.labour_step_recorded.v1", case, lawyer=case.lawyer_id, recorded_at=work.now, **said)
    return shown


def is_labour(case: m.Case) -> bool:
    """Whether a case is a labour dispute, by its form of aid or its matter."""
    return case.form_of_aid == LABOUR_FORM or case.matter == LABOUR_MATTER


def require_mediation(work: Work, case: m.Case, stage: str) -> None:
    """Refuse to report a later stage of a labour dispute while mediation is not behind it."""
    if not is_labour(case) or stage not in labour.LATER_STAGES:
        return
    steps = [labour.Step(one.step, one.on) for one in repository.labour_steps(work.session, case.id)]
    if not labour.mediated(steps, work.today()):
        raise Rejected("mediation-first", step=stage)


def _in_hand(work: Work, command: Data, act: str) -> m.Case:
    case = case_for(work, command, "lawyer")
    if case.state not in IN_HAND:
        raise Rejected("wrong-state", state=case.state, act=act, allowed="")
    return case


HANDLERS: dict[str, t.Callable[[Work, Data], Data | None]] = {
    "assignment.schedule_hearing.v1": schedule_hearing,
    "assignment.cancel_hearing.v1": cancel_hearing,
    "assignment.record_cost.v1": record_cost,
    "assignment.record_labour_step.v1": record_labour_step,
}
