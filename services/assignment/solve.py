"""The backlog in a process of its own: scoring whole arrays and solving the flow keep the interpreter's lock.

Needs the extra ``[optimize]`` (ortools, which brings numpy). Run as a module it reads one problem as JSON and writes
one solution. Where the extra is not installed, or the process fails, the greedy plan is made and says so.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import typing as t
from dataclasses import asdict
from types import SimpleNamespace

import orjson

from services.assignment.domain.backlog import (
    WITHOUT_LAWYER,
    Ask,
    Choice,
    Lawyers,
    Problem,
    Solution,
    fuller,
    keep_enough,
    solve_greedily,
)
from services.assignment.domain.points import UNKNOWN, Algebra, Weights, score

SECONDS = 60


def solve(problem: Problem) -> Solution:
    """The best plan that can be had: the optimum, or the greedy one where there is no solver."""
    if importlib.util.find_spec("ortools") is None or not problem.groups or not len(problem.lawyers):
        return solve_greedily(problem)
    command = [sys.executable, "-m", "services.assignment.solve"]
    try:
        done = subprocess.run(
            command, input=orjson.dumps(asdict(problem)), capture_output=True, timeout=SECONDS, check=True
        )
    except (subprocess.SubprocessError, OSError):
        return solve_greedily(problem)
    return _solution(orjson.loads(done.stdout))


def optimum(problem: Problem) -> Solution:
    """The flow of least cost; needs ortools."""
    scored = Scored(problem)
    places = problem.lawyers.places()
    found = [
        keep_enough(scored.choices(number), size, places, len(problem.groups))
        for number, size in enumerate(problem.sizes)
    ]
    flows = _flow(problem, found, places)
    return Solution("optimum", flows, found, sum(map(len, found)))


def _flow(problem: Problem, found: list[list[Choice]], places: list[int]) -> list[list[tuple[int, int]]]:
    import numpy
    from ortools.graph.python import min_cost_flow  # type: ignore[import-untyped,import-not-found,unused-ignore]

    groups = len(problem.groups)
    source, sink, first = groups, groups + 1, groups + 2
    pairs = [(number, lawyer, points) for number, group in enumerate(found) for lawyer, points in group]
    arcs = [(number, first + lawyer, problem.sizes[number], -points) for number, lawyer, points in pairs]
    for number, size in enumerate(problem.sizes):
        arcs += [(source, number, size, 0), (number, sink, size, WITHOUT_LAWYER)]
    for lawyer in sorted({lawyer for _, lawyer, _ in pairs}):
        # Each place on a desk is an arc of its own, the next one dearer: so the flow spreads the load.
        arcs += [(first + lawyer, sink, 1, fuller(problem, lawyer, taken)) for taken in range(places[lawyer])]
    network = min_cost_flow.SimpleMinCostFlow()
    table = numpy.array(arcs, dtype=numpy.int64)
    network.add_arcs_with_capacity_and_unit_cost(
        table[:, 0].astype(numpy.int32), table[:, 1].astype(numpy.int32), table[:, 2], table[:, 3]
    )
    network.set_node_supply(source, sum(problem.sizes))
    network.set_node_supply(sink, -sum(problem.sizes))
    if network.solve() != network.OPTIMAL:
        raise SystemExit("no optimum")
    amounts = network.flows(numpy.arange(len(pairs), dtype=numpy.int32))
    flows: list[list[tuple[int, int]]] = [[] for _ in problem.groups]
    for place in numpy.flatnonzero(amounts):
        number, lawyer, _ = pairs[place]
        flows[number].append((lawyer, int(amounts[place])))
    return flows


class Scored:
    """The ranking over whole arrays: the formulas of domain/points.py for all lawyers at once."""

    def __init__(self, problem: Problem) -> None:
        import numpy

        self.numpy, self.problem = numpy, problem
        self.algebra = Algebra(numpy.minimum, numpy.where)
        lawyers = problem.lawyers
        self.number = len(lawyers)
        whole = ("capacity", "load", "practice_years", "rested_from", "criminal_years", "firm")
        self.columns = {name: numpy.array(getattr(lawyers, name), dtype=numpy.int64) for name in whole}
        flags = ("for_minors", "everywhere", "absent")
        self.flags = {name: numpy.array(getattr(lawyers, name), dtype=bool) for name in flags}
        self.gender = numpy.array([one or "" for one in lawyers.gender])
        self.firm_district = numpy.array(lawyers.firm_district)
        self.ready = ~self.flags["absent"] & (self.columns["load"] < self.columns["capacity"])
        self.known: dict[tuple[str, str], t.Any] = {}

    def choices(self, number: int) -> list[Choice]:
        """As domain.backlog.choices."""
        numpy, problem = self.numpy, self.problem
        ask, columns = problem.groups[number], self.columns
        place = ask.place or ask.district or ""
        facts = SimpleNamespace(
            capacity=columns["capacity"],
            load=columns["load"],
            specialty_years=self._years(ask.matter),
            practice_years=columns["practice_years"],
            rested_from=columns["rested_from"],
            distance=self._metres(place),
            near=self.firm_district[columns["firm"]] == place,
            standing=self._has("standing", ask.organization),
            wished=numpy.arange(self.number) == (UNKNOWN if ask.wished is None else ask.wished),
        )
        points = score(facts, problem.weights[number], problem.now, ask.priority, self.algebra)
        (fit,) = numpy.nonzero(self._allowed(ask))
        order = numpy.lexsort((fit, columns["rested_from"][fit], -points[fit]))
        best = fit[order]
        return list(zip(best.tolist(), points[best].tolist(), strict=True))

    def _allowed(self, ask: Ask) -> t.Any:
        allowed = self.ready.copy()
        allowed[list(ask.blocked)] = False
        if ask.grave:
            allowed &= self.columns["criminal_years"] >= self.problem.years_for_grave
        if ask.minor:
            allowed &= self.flags["for_minors"]
        if ask.district is not None:
            allowed &= self.flags["everywhere"] | self._has("districts", ask.district)
        if ask.gender is not None:
            allowed &= self.gender == ask.gender
        if ask.language is not None:
            allowed &= self._has("languages", ask.language)
        return allowed

    def _has(self, table: str, key: str) -> t.Any:
        if (table, key) not in self.known:
            has = self.numpy.zeros(self.number, dtype=bool)
            has[getattr(self.problem.lawyers, table).get(key, [])] = True
            self.known[table, key] = has
        return self.known[table, key]

    def _years(self, matter: str) -> t.Any:
        if ("years", matter) not in self.known:
            years = self.numpy.full(self.number, UNKNOWN, dtype=self.numpy.int64)
            for lawyer, practised in self.problem.lawyers.specialties.get(matter, ()):
                years[lawyer] = practised
            self.known["years", matter] = years
        return self.known["years", matter]

    def _metres(self, place: str) -> t.Any:
        if ("metres", place) not in self.known:
            of_firms = self.problem.lawyers.metres.get(place)
            metres = self.numpy.array(of_firms or [UNKNOWN] * len(self.firm_district), dtype=self.numpy.int64)
            self.known["metres", place] = metres[self.columns["firm"]]
        return self.known["metres", place]


def _problem(data: dict[str, t.Any]) -> Problem:
    groups = [Ask(**{**one, "blocked": tuple(one["blocked"])}) for one in data["groups"]]
    weights = [Weights(**one) for one in data["weights"]]
    return Problem(**{**data, "lawyers": Lawyers(**data["lawyers"]), "groups": groups, "weights": weights})


def _solution(data: dict[str, t.Any]) -> Solution:
    lists = {name: [[tuple(pair) for pair in group] for group in data[name]] for name in ("flows", "choices")}
    return Solution(data["method"], lists["flows"], lists["choices"], data["considered"])


if __name__ == "__main__":
    found = optimum(_problem(orjson.loads(sys.stdin.buffer.read())))
    sys.stdout.buffer.write(orjson.dumps(asdict(found)))
