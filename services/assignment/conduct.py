"""What happens while a case is handled, beside its straight way: hearings, direct costs, the labour path."""

from __future__ import annotations

import typing as t

from chassis.errors import Rejected
from chassis.work import Work
from services.assignment import hearings, labour, limits, repository
from services.assignment import models as m
from services.assignment.access import case_for, handler_of, lawful_day, tell
from services.assignment.domain.subsidy import MOST_COSTS_FEN
from services.assignment.resources import cost_resource

Data = dict[str, t.Any]


def record_cost(work: Work, command: Data) -> Data:
    """A direct cost in fen, until the closing file is checked; repaid to the lawyer who bears it (LA 52)."""
    case = case_for(work, command, "lawyer")
    lawyer_id = handler_of(case)
    if case.state == "closed":
        raise Rejected("wrong-state", of="case", state=case.state, act="record_cost", allowed="pay")
    total = command["fen"] + repository.costs_of(work.session, case.id)
    if command["fen"] == 0 or total > MOST_COSTS_FEN:
        raise Rejected("impossible-amount", pointer="/fen", most=MOST_COSTS_FEN)
    cost = m.Cost(
        id=work.new_id(),
        case_id=case.id,
        lawyer_id=lawyer_id,
        kind=command["kind"],
        fen=command["fen"],
        on=lawful_day(work, command, "on", since=case.assigned_on),
        note=command["note"],
    )
    work.session.add(cost)
    said = {"kind": cost.kind, "fen": cost.fen, "recorded_at": work.now}
    tell(work, "assignment.cost_recorded.v1", case, cost=cost.id, lawyer=lawyer_id, **said)
    return cost_resource(cost)


HANDLERS: dict[str, t.Callable[[Work, Data], Data | None]] = {
    "assignment.record_cost.v1": record_cost,
    **hearings.HANDLERS,
    **labour.HANDLERS,
    **limits.HANDLERS,
}
