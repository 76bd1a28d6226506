"""The backlog: all cases that wait for a lawyer are solved together, looked at, and then offered at once."""

from __future__ import annotations

import typing as t
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from chassis.errors import Rejected
from chassis.work import Work
from services.assignment import choosing, repository, waiting
from services.assignment import models as m
from services.assignment.access import center_only, known_organization
from services.assignment.domain.backlog import Choice, Problem, Solution, fuller
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
    desks = _Desks(asked.problem, _taken(solution))
    for group, cases in enumerate(asked.cases):
        taken = dict(solution.flows[group])
        points = dict(solution.choices[group])
        best = [lawyer for lawyer, _ in solution.choices[group] for _ in range(taken.get(lawyer, 0))]
        ways = {lawyer: asked.metres(group, lawyer) for lawyer in {*taken, *_first(solution.choices[group])}}
        others = {lawyer: _others(solution.choices[group], lawyer, ids, ways, desks) for lawyer in taken}
        for case, lawyer in zip(cases, best, strict=False):
            shown = {"case": str(case), "number": asked.numbers[case], "lawyer": ids[lawyer]}
            brought = {"points": points[lawyer] / 100, "metres": ways[lawyer], "alternatives": others[lawyer]}
            lines.append({**shown, **brought})
        left += [asked.numbers[case] for case in cases[len(best) :]]
    return lines, left


def _first(choices: list[Choice]) -> list[int]:
    return [lawyer for lawyer, _ in choices[: ALTERNATIVES + 1]]


@dataclass(frozen=True)
class _Desks:
    """How full the plan makes each desk. ``taken``: its cases, by the number of the lawyer."""

    problem: Problem
    taken: dict[int, int]

    def is_full(self, lawyer: int) -> bool:
        """Whether the plan leaves no place: another case would have to go to somebody else."""
        lawyers = self.problem.lawyers
        return self.taken.get(lawyer, 0) >= lawyers.capacity[lawyer] - lawyers.load[lawyer]

    def moved(self, chosen: int, other: int) -> int:
        """What it costs, in hundredths, that one desk becomes emptier by a case and the other fuller."""
        fuller_by, emptier_by = self.taken.get(other, 0), self.taken[chosen] - 1
        return fuller(self.problem, other, fuller_by) - fuller(self.problem, chosen, emptier_by)


def _taken(solution: Solution) -> dict[int, int]:
    taken: Counter[int] = Counter()
    for flow in solution.flows:
        for lawyer, amount in flow:
            taken[lawyer] += amount
    return taken


def _others(
    choices: list[Choice], chosen: int, ids: list[str], ways: dict[int, int | None], desks: _Desks
) -> list[Data]:
    """The best other lawyers, the cheapest first, each with what the plan would be worth less, in points.

    Of one whose desk the plan fills it is the difference in this case alone.
    """
    points = dict(choices)[chosen]
    others = [(lawyer, worth) for lawyer, worth in choices[: ALTERNATIVES + 1] if lawyer != chosen][:ALTERNATIVES]
    found = []
    for lawyer, worth in others:
        full = desks.is_full(lawyer)
        less = points - worth + (0 if full else desks.moved(chosen, lawyer))
        found.append({"lawyer": ids[lawyer], "points_less": less / 100, "full": full, "metres": ways[lawyer]})
    return sorted(found, key=lambda one: (one["full"], one["points_less"]))


def _sums(asked: waiting.Backlog, solution: Solution, lines: list[Data]) -> Data:
    """How far all ways are together and the longest, how full the desks get, how much was looked at."""
    ways = [line["metres"] for line in lines if line["metres"] is not None]
    lawyers = asked.problem.lawyers
    full = [100 * (lawyers.load[one] + more) // lawyers.capacity[one] for one, more in _taken(solution).items()]
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
