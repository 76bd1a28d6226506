"""The backlog: all cases that wait for a lawyer are solved together, looked at, and then offered at once."""

from __future__ import annotations

import typing as t
from uuid import UUID

from chassis.errors import Rejected
from chassis.work import Work
from services.assignment import choosing, repository, waiting
from services.assignment import models as m
from services.assignment.access import center_only, known_organization
from services.assignment.domain.backlog import Choice, Solution
from services.assignment.resources import plan_resource
from services.assignment.solve import solver

Data = dict[str, t.Any]
ALTERNATIVES = 3
#: So many lines of a plan are told with the answer of the command; the others are read page by page.
LINES_TOLD = 100


def plan_backlog(work: Work, command: Data) -> Data:
    """Match the waiting cases with the lawyers who may be asked; nothing is offered yet."""
    center_only(work)
    if command["organization"] is not None:
        known_organization(work, command["organization"])
    tables = work.settings.assignment_tables
    with solver() as solve:
        wanted = command["organization"], command["most"], work.today(), work.now, tables
        asked = waiting.backlog(work.session, *wanted, ahead=solve.prepare)
        solution = solve(asked.problem)
    lines, left = _lines(asked, solution)
    row = m.BacklogPlan(
        id=work.new_id(),
        made_at=work.now,
        state="made",
        method=solution.method,
        left=left,
        lines=lines,
        sums=_sums(asked, solution, lines),
    )
    work.session.add(row)
    return plan_resource(row, 0, LINES_TOLD)


def _lines(asked: waiting.Backlog, solution: Solution) -> tuple[list[Data], list[str]]:
    """Every case with its lawyer, and the numbers of those without; the longest waiting get the best of a group."""
    lines, left = [], []
    ids = [str(lawyer) for lawyer in asked.lawyers]
    for group, cases in enumerate(asked.cases):
        taken = dict(solution.flows[group])
        points = dict(solution.choices[group])
        best = [lawyer for lawyer, _ in solution.choices[group] for _ in range(taken.get(lawyer, 0))]
        ways = {lawyer: asked.metres(group, lawyer) for lawyer in {*taken, *_first(solution.choices[group])}}
        others = {lawyer: _others(solution.choices[group], lawyer, ids, ways) for lawyer in taken}
        for case, lawyer in zip(cases, best, strict=False):
            shown = {"case": str(case), "number": asked.numbers[case], "lawyer": ids[lawyer]}
            brought = {"points": points[lawyer] / 100, "metres": ways[lawyer], "alternatives": others[lawyer]}
            lines.append({**shown, **brought})
        left += [asked.numbers[case] for case in cases[len(best) :]]
    return lines, left


def _first(choices: list[Choice]) -> list[int]:
    return [lawyer for lawyer, _ in choices[: ALTERNATIVES + 1]]


def _others(choices: list[Choice], chosen: int, ids: list[str], ways: dict[int, int | None]) -> list[Data]:
    """The best other lawyers, and what each would cost in points."""
    points = dict(choices)[chosen]
    others = [(lawyer, worth) for lawyer, worth in choices[: ALTERNATIVES + 1] if lawyer != chosen][:ALTERNATIVES]
    return [
        {"lawyer": ids[lawyer], "points_less": (points - worth) / 100, "metres": ways[lawyer]}
        for lawyer, worth in others
    ]


def _sums(asked: waiting.Backlog, solution: Solution, lines: list[Data]) -> Data:
    """How far all ways are together and the longest, how full the desks get, how much was looked at."""
    ways = [line["metres"] for line in lines if line["metres"] is not None]
    lawyers = asked.problem.lawyers
    taken: dict[int, int] = {}
    for flow in solution.flows:
        for lawyer, amount in flow:
            taken[lawyer] = taken.get(lawyer, 0) + amount
    full = [100 * (lawyers.load[one] + more) // lawyers.capacity[one] for one, more in taken.items()]
    return {
        "travel_metres": sum(ways),
        "longest_metres": max(ways, default=None),
        "fullest_percent": max(full, default=None),
        "emptiest_percent": min(full, default=None),
        "considered": solution.considered,
        "points_short_at_most": None if solution.short is None else solution.short / 100,
    }


def offer_backlog(work: Work, command: Data) -> Data:
    """Offer every case of a plan to its lawyer; a case or lawyer that changed since is left for the next plan."""
    center_only(work)
    row = work.session.get(m.BacklogPlan, command["plan"], with_for_update=True)
    if row is None:
        raise Rejected("not-found", what="plan")
    if row.state != "made":
        raise Rejected("wrong-state", of="backlog_plan", state=row.state, act="offer", allowed="")
    row.state = "offered"
    offered = 0
    for line in row.lines:
        case = repository.lock_case(work.session, UUID(line["case"]))
        lawyer_id = UUID(line["lawyer"])
        if case is not None and choosing.may_still_be_offered(work, case, lawyer_id):
            choosing.offer(work, case, lawyer_id, command["answer_within_hours"], by_rule=True)
            offered += 1
    return {"id": str(row.id), "state": row.state, "offered": offered, "passed_over": len(row.lines) - offered}


HANDLERS: dict[str, t.Callable[[Work, Data], Data | None]] = {
    "assignment.plan_backlog.v1": plan_backlog,
    "assignment.offer_backlog.v1": offer_backlog,
}
