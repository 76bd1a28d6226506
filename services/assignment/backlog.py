"""The backlog: all cases that wait for a lawyer are solved together, looked at, and then offered at once."""

from __future__ import annotations

import typing as t
from uuid import UUID

from chassis.errors import Rejected
from chassis.work import Work
from services.assignment import choosing, repository
from services.assignment import models as m
from services.assignment.access import center_only
from services.assignment.domain import backlog
from services.assignment.domain.ranking import Need
from services.assignment.resources import plan_resource
from services.assignment.solve import by_flow

Data = dict[str, t.Any]
ALTERNATIVES = 3


def plan_backlog(work: Work, command: Data) -> Data:
    """Match the waiting cases with the lawyers who may be asked; nothing is offered yet."""
    center_only(work)
    cases = repository.waiting_cases(work.session, command["organization"], command["most"])
    numbers = {case.id: case.number for case in cases}
    groups = _groups(work, cases)
    made = backlog.plan(groups, repository.free_places(work.session), by_flow)
    choices = {case: group.choices for group in groups for case in group.cases}
    row = m.BacklogPlan(
        id=work.new_id(),
        made_at=work.now,
        state="made",
        method=made.method,
        left=[numbers[case] for case in made.left],
        lines=[_line(pair, numbers[pair.case], choices[pair.case]) for pair in made.pairs],
    )
    work.session.add(row)
    return plan_resource(row)


def offer_backlog(work: Work, command: Data) -> Data:
    """Offer every case of a plan to its lawyer; a case or lawyer that changed since is left for the next plan."""
    center_only(work)
    row = work.session.get(m.BacklogPlan, command["plan"], with_for_update=True)
    if row is None:
        raise Rejected("not-found", what="plan")
    if row.state != "made":
        raise Rejected("wrong-state", state=row.state, act="offer", allowed="")
    row.state = "offered"
    offered = 0
    for line in row.lines:
        case = repository.lock_case(work.session, UUID(line["case"]))
        lawyer_id = UUID(line["lawyer"])
        if case is not None and choosing.may_still_be_offered(work, case, lawyer_id):
            choosing.offer(work, case, lawyer_id, command["answer_within_hours"], by_rule=True)
            offered += 1
    return {"id": str(row.id), "state": row.state, "offered": offered, "passed_over": len(row.lines) - offered}


def _groups(work: Work, cases: list[m.Case]) -> list[backlog.Group]:
    """Cases that ask for the same together; one with a conflict or a refusal behind it stands alone."""
    alike: dict[tuple[Need, UUID | None], list[m.Case]] = {}
    for case in cases:
        special = repository.conflicts(work.session, case.id) or repository.asked(work.session, case.id)
        alike.setdefault((choosing.need_of(case), case.id if special else None), []).append(case)
    free = repository.free_places(work.session)
    groups = []
    for members in alike.values():
        choices = choosing.choices_for(work, members[0])
        kept = backlog.keep_enough(choices, len(members), free)
        groups.append(backlog.Group(tuple(case.id for case in members), kept))
    return groups


def _line(pair: backlog.Pair, number: str, choices: tuple[tuple[UUID, float], ...]) -> Data:
    others = [(lawyer, points) for lawyer, points in choices if lawyer != pair.lawyer][:ALTERNATIVES]
    return {
        "case": str(pair.case),
        "number": number,
        "lawyer": str(pair.lawyer),
        "points": pair.points,
        "alternatives": [
            {"lawyer": str(lawyer), "points_less": round(pair.points - points, 2)} for lawyer, points in others
        ],
    }


HANDLERS: dict[str, t.Callable[[Work, Data], Data | None]] = {
    "assignment.plan_backlog.v1": plan_backlog,
    "assignment.offer_backlog.v1": offer_backlog,
}
