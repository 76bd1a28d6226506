"""The minimum-cost flow in a process of its own, because the solver keeps the interpreter's lock while it works.

Needs the extra ``[optimize]`` (ortools). Run as a module it reads one JSON problem and writes one JSON answer.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import typing as t
from uuid import UUID

import orjson

from services.assignment.domain.backlog import WITHOUT_LAWYER, Flow

SECONDS = 60


def by_flow(sizes: list[int], arcs: list[tuple[int, UUID, int]], free: t.Mapping[UUID, int]) -> Flow | None:
    """The flow of least cost, or None where the solver is not installed, fails or takes too long."""
    if importlib.util.find_spec("ortools") is None or not arcs:
        return None
    lawyers = sorted({lawyer for _, lawyer, _ in arcs})
    place = {lawyer: number for number, lawyer in enumerate(lawyers)}
    problem = {
        "sizes": sizes,
        "free": [free[lawyer] for lawyer in lawyers],
        "arcs": [[group, place[lawyer], cost] for group, lawyer, cost in arcs],
    }
    command = [sys.executable, "-m", "services.assignment.solve"]
    try:
        done = subprocess.run(command, input=orjson.dumps(problem), capture_output=True, timeout=SECONDS, check=True)
    except (subprocess.SubprocessError, OSError):
        return None
    flows = orjson.loads(done.stdout)
    return {(arcs[number][0], arcs[number][1]): amount for number, amount in flows}


def solve(problem: dict[str, t.Any]) -> list[tuple[int, int]]:
    """(arc, amount) for every arc that carries something."""
    from ortools.graph.python import min_cost_flow  # type: ignore[import-untyped,import-not-found,unused-ignore]

    sizes, free, arcs = problem["sizes"], problem["free"], problem["arcs"]
    flow = min_cost_flow.SimpleMinCostFlow()
    source, sink, first_lawyer = len(sizes), len(sizes) + 1, len(sizes) + 2
    for group, lawyer, cost in arcs:
        flow.add_arc_with_capacity_and_unit_cost(group, first_lawyer + lawyer, sizes[group], cost)
    for group, size in enumerate(sizes):
        flow.add_arc_with_capacity_and_unit_cost(source, group, size, 0)
        flow.add_arc_with_capacity_and_unit_cost(group, sink, size, WITHOUT_LAWYER)
    for lawyer, places in enumerate(free):
        flow.add_arc_with_capacity_and_unit_cost(first_lawyer + lawyer, sink, places, 0)
    flow.set_node_supply(source, sum(sizes))
    flow.set_node_supply(sink, -sum(sizes))
    if flow.solve() != flow.OPTIMAL:
        raise SystemExit("no optimum")
    return [(number, flow.flow(number)) for number in range(len(arcs)) if flow.flow(number)]


if __name__ == "__main__":
    sys.stdout.buffer.write(orjson.dumps(solve(orjson.loads(sys.stdin.buffer.read()))))
