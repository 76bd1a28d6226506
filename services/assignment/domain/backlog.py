"""Many waiting cases solved together: as many as possible get a lawyer, and with as many points as possible.

Cases that ask for the same are one group, so that thousands of cases stay a small problem. The optimum is a
minimum-cost flow, group -> lawyer -> free places; whoever cannot solve that takes the greedy plan, which says so.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from uuid import UUID

#: A case without a lawyer is worse than any loss of points.
WITHOUT_LAWYER = 10_000_000


@dataclass(frozen=True)
class Group:
    """Cases that ask for the same, the longest waiting first, and the lawyers who may be asked, best first."""

    cases: tuple[UUID, ...]
    choices: tuple[tuple[UUID, float], ...]


@dataclass(frozen=True)
class Pair:
    """A case, its lawyer, and the points of that choice."""

    case: UUID
    lawyer: UUID
    points: float


@dataclass(frozen=True)
class Plan:
    """Who takes which case. ``method``: ``optimum`` or ``greedy``."""

    method: str
    pairs: tuple[Pair, ...]
    left: tuple[UUID, ...]


#: (group, lawyer) -> how many cases flow along.
Flow = t.Mapping[tuple[int, UUID], int]
#: Finds the flow of least cost: sizes of the groups, arcs (group, lawyer, cost), free places. None: cannot.
Solver = t.Callable[[list[int], list[tuple[int, UUID, int]], t.Mapping[UUID, int]], Flow | None]


def plan(groups: t.Sequence[Group], free: t.Mapping[UUID, int], solver: Solver | None = None) -> Plan:
    """Match cases and lawyers, none beyond their free places; greedy where ``solver`` is absent or gives up."""
    arcs = [
        (number, lawyer, -round(points * 100))
        for number, group in enumerate(groups)
        for lawyer, points in group.choices
        if free.get(lawyer, 0) > 0
    ]
    flow = solver([len(group.cases) for group in groups], arcs, free) if solver else None
    method = "optimum" if flow is not None else "greedy"
    return _deal(method, groups, greedy(groups, arcs, free) if flow is None else flow)


def greedy(groups: t.Sequence[Group], arcs: t.Iterable[tuple[int, UUID, int]], free: t.Mapping[UUID, int]) -> Flow:
    """The best single choice first, again and again: fast, but not the optimum."""
    waiting = [len(group.cases) for group in groups]
    places = dict(free)
    flow: dict[tuple[int, UUID], int] = {}
    for number, lawyer, _ in sorted(arcs, key=lambda arc: (arc[2], arc[0], arc[1])):
        taken = min(waiting[number], places[lawyer])
        if taken > 0:
            flow[number, lawyer] = taken
            waiting[number] -= taken
            places[lawyer] -= taken
    return flow


def keep_enough(
    choices: t.Sequence[tuple[UUID, float]], cases: int, free: t.Mapping[UUID, int], margin: int = 3
) -> tuple[tuple[UUID, float], ...]:
    """The best choices of a group: at least 50, and ``margin`` times as many free places as it has cases."""
    kept: list[tuple[UUID, float]] = []
    places = 0
    for lawyer, points in choices:
        if len(kept) >= 50 and places >= margin * cases:
            break
        kept.append((lawyer, points))
        places += free.get(lawyer, 0)
    return tuple(kept)


def _deal(method: str, groups: t.Sequence[Group], flow: Flow) -> Plan:
    """Give the lawyers of a flow to the cases of each group: the longest waiting case gets the best of them."""
    pairs: list[Pair] = []
    left: list[UUID] = []
    for number, group in enumerate(groups):
        places = [(lawyer, points) for lawyer, points in group.choices for _ in range(flow.get((number, lawyer), 0))]
        pairs += [Pair(case, *place) for case, place in zip(group.cases, places, strict=False)]
        left += group.cases[len(places) :]
    return Plan(method, tuple(pairs), tuple(left))
