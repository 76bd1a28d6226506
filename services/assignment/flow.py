"""The flow of least cost over as few pairs as are needed, with the proof of how far it is from the best; needs ortools.

A large backlog has a hundred million pairs of case and lawyer. It is solved over the best few of each group; the prices
that this solution puts on the lawyers then tell which other pairs would have made it better. Those are added and it is
solved again, until there are none: then it is the optimum of all pairs, though most were never in the network.
"""

from __future__ import annotations

import collections
import typing as t
from dataclasses import dataclass

import numpy

from services.assignment.domain.backlog import WITHOUT_LAWYER, Flow, Problem
from services.assignment.rerouting import Rerouting

#: Pairs of a node to begin with, beside one for each case, and how many at least are added in a round.
FIRST_PAIRS, MORE_PAIRS = 10, 12
#: After so many rounds the plan is taken as it is, and says how many points the best could have more.
ROUNDS = 8
#: So many cases at most are moved one by one when a node's lawyers may not take all of its cases.
FEW_ASTRAY = 200

Ranked = tuple[t.Any, t.Any]
"""Numbers of lawyers and their points in hundredths, best first."""


class Lists(t.Protocol):
    """Who may be asked. Groups that differ only in who may not are of one kind."""

    kinds: list[int]

    def of_kind(
        self, kind: int, above: int | None = None, blocked: t.Collection[int] = (), firms: t.Collection[int] = ()
    ) -> Ranked: ...
    def of_group(self, number: int, above: int | None = None) -> Ranked: ...
    def points(self, number: int, lawyer: int) -> int: ...
    def barred(self, ids: t.Any, blocked: t.Collection[int], firms: t.Collection[int]) -> t.Any: ...


@dataclass
class Node:
    """Groups of one kind that stand in the network as one; ``blocked``, ``firms``: who may take none of their cases."""

    kind: int
    members: list[int]
    blocked: frozenset[int]
    firms: frozenset[int]


@dataclass
class Pairs:
    """The pairs of node and lawyer that are in the network, in columns; ``group``: the number of the node."""

    group: t.Any
    lawyer: t.Any
    points: t.Any

    def joined(self, other: Pairs) -> Pairs:
        """Both, each pair once, by group and lawyer."""
        columns = zip((self.group, self.lawyer, self.points), (other.group, other.lawyer, other.points), strict=True)
        group, lawyer, points = (numpy.concatenate(both) for both in columns)
        _, first = numpy.unique(group * (lawyer.max() + 1) + lawyer, return_index=True)
        return Pairs(group[first], lawyer[first], points[first])


@dataclass(frozen=True)
class Priced:
    """A flow over pairs, with the prices that prove how good it is; ``short``: as of Solved."""

    pairs: Pairs
    amounts: t.Any
    prices: t.Any
    costs: t.Any
    short: int


@dataclass(frozen=True)
class Solved:
    """``short``: the best plan of all pairs has at most so many hundredths of a point more; 0: it is the best."""

    flows: list[Flow]
    considered: int
    short: int


def solve(problem: Problem, lists: Lists) -> Solved:
    """Solve, price, add, and solve again; then hand the cases of each node out among its lawyers."""
    nodes = _nodes(problem, lists)
    places = numpy.array(problem.lawyers.places(), dtype=numpy.int64)
    pairs = _first(problem, lists, nodes, places)
    while True:
        priced = _rounds(problem, lists, nodes, pairs, _sizes(problem, nodes), places)
        flows, astray = _handed_out(problem, nodes, priced)
        if len(astray) <= FEW_ASTRAY:
            lost = _reroute(problem, lists, nodes, priced, flows, astray)
            short = priced.short + lost if priced.short else 0
            return Solved([sorted(one.items()) for one in flows], len(priced.pairs.group), short)
        nodes, pairs = _split(problem, lists, nodes, priced.pairs, {node for node, _, _ in astray})


def _sizes(problem: Problem, nodes: list[Node]) -> t.Any:
    return numpy.array([sum(problem.sizes[one] for one in node.members) for node in nodes], dtype=numpy.int64)


def _nodes(problem: Problem, lists: Lists) -> list[Node]:
    members: dict[int, list[int]] = {}
    for number, kind in enumerate(lists.kinds):
        members.setdefault(kind, []).append(number)
    return [_node(problem, kind, numbers) for kind, numbers in members.items()]


def _node(problem: Problem, kind: int, members: list[int]) -> Node:
    blocked = frozenset.intersection(*(frozenset(problem.groups[one].blocked) for one in members))
    firms = frozenset.intersection(*(frozenset(problem.groups[one].firms) for one in members))
    return Node(kind, members, blocked, firms)


def _split(
    problem: Problem, lists: Lists, nodes: list[Node], pairs: Pairs, stuck: set[int]
) -> tuple[list[Node], Pairs]:
    """Nodes whose cases cannot be handed out come apart: each group is a node with the pairs that it may have."""
    found, fresh = list(nodes), []
    for number in sorted(stuck):
        node = nodes[number]
        here = pairs.group == number
        ids, points = pairs.lawyer[here], pairs.points[here]
        for place, member in enumerate(node.members):
            alone = _node(problem, node.kind, [member])
            at = number if place == 0 else len(found)
            if place == 0:
                found[number] = alone
            else:
                found.append(alone)
            allowed = ~lists.barred(ids, alone.blocked, alone.firms)
            fresh.append(Pairs(numpy.full(int(allowed.sum()), at), ids[allowed], points[allowed]))
    kept = ~numpy.isin(pairs.group, sorted(stuck))
    return found, _together([Pairs(pairs.group[kept], pairs.lawyer[kept], pairs.points[kept]), *fresh])


def _rounds(problem: Problem, lists: Lists, nodes: list[Node], pairs: Pairs, sizes: t.Any, places: t.Any) -> Priced:
    for left in range(ROUNDS - 1, -1, -1):
        amounts = _flow(problem, pairs, sizes, places)
        prices, costs = _prices(problem, pairs, amounts, len(nodes))
        more, short = _better(lists, nodes, prices, costs, sizes)
        if not short or not left:
            break
        pairs = pairs.joined(more)
    return Priced(pairs, amounts, prices, costs, short)


#: A case that stands with a lawyer who may not take it: node, group, lawyer.
Astray = tuple[int, int, int]


def _handed_out(problem: Problem, nodes: list[Node], priced: Priced) -> tuple[list[dict[int, int]], list[Astray]]:
    """The lawyers of each group and how many cases each takes; and the cases that are left with a lawyer who may not.

    Cases of one node are alike but for who may not take them: so any of its lawyers may have any that is allowed.
    """
    flows: list[dict[int, int]] = [{} for _ in problem.groups]
    astray: list[Astray] = []
    pairs, amounts = priced.pairs, priced.amounts
    taken: dict[int, list[int]] = {}
    for place in numpy.flatnonzero(amounts):
        taken.setdefault(int(pairs.group[place]), []).extend([int(pairs.lawyer[place])] * int(amounts[place]))
    for number, seats in taken.items():
        members = nodes[number].members
        if len(members) == 1:
            flows[members[0]] = dict(collections.Counter(seats))
            continue
        matched, left = _matched(problem, members, seats)
        for member, lawyer in matched:
            flows[member][lawyer] = flows[member].get(lawyer, 0) + 1
        astray += [(number, member, lawyer) for member, lawyer in left]
    return flows, astray


def _matched(
    problem: Problem, members: list[int], seats: list[int]
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Each seat with a case whose lawyer may take it, by augmenting paths; and seats and cases that are left over."""
    units = [one for one in members for _ in range(problem.sizes[one])]
    firms = [problem.lawyers.firm[lawyer] for lawyer in seats]
    may = {}
    for member in members:
        ask = problem.groups[member]
        may[member] = [
            lawyer not in ask.blocked and firm not in ask.firms for lawyer, firm in zip(seats, firms, strict=True)
        ]
    holder: dict[int, int] = {}  # unit -> seat

    def find(seat: int, tried: set[int]) -> bool:
        fit = [unit for unit in range(len(units)) if unit not in tried and may[units[unit]][seat]]
        for unit in fit:
            if unit not in holder:
                holder[unit] = seat
                return True
        for unit in fit:
            if unit in tried:
                continue
            tried.add(unit)
            if find(holder[unit], tried):
                holder[unit] = seat
                return True
        return False

    alone = [seat for seat in range(len(seats)) if not find(seat, set())]
    idle = [unit for unit in range(len(units)) if unit not in holder]
    matched = [(units[unit], seats[holder[unit]]) for unit in sorted(holder)]
    return matched, [(units[unit], seats[seat]) for unit, seat in zip(idle, alone, strict=False)]


def _reroute(
    problem: Problem, lists: Lists, nodes: list[Node], priced: Priced, flows: list[dict[int, int]], astray: list[Astray]
) -> int:
    """Move the cases that are astray, each at the least loss; changes ``flows``, and tells what was lost at most."""
    if not astray:
        return 0
    costs = numpy.zeros(len(problem.groups), dtype=numpy.int64)
    for node, cost in zip(nodes, priced.costs, strict=True):
        costs[node.members] = cost
    taken = numpy.bincount(priced.pairs.lawyer, weights=priced.amounts, minlength=len(problem.lawyers))
    plan = Rerouting(problem, lists, flows, taken.astype(numpy.int64), priced.prices, costs)
    away = collections.Counter(group for _, group, _ in astray)
    for group, size in enumerate(problem.sizes):
        plan.leave_out(group, size - sum(flows[group].values()) - away[group])
    return sum(plan.move(group, lawyer) for _, group, lawyer in astray)


def _first(problem: Problem, lists: Lists, nodes: list[Node], places: t.Any) -> Pairs:
    """The best lawyers of each node, and those whom a greedy plan would give it, so that nobody is left for nothing."""
    free, sizes = places.copy(), _sizes(problem, nodes)
    found = []
    for number, node in enumerate(nodes):
        ids, points = _of_node(lists, node)
        room, size = free[ids], int(sizes[number])
        open_to = numpy.flatnonzero(room > 0)
        sums = numpy.cumsum(room[open_to])
        taken = open_to[: int(numpy.searchsorted(sums, size)) + 1]
        free[ids[taken]] -= numpy.diff(numpy.minimum(sums[: len(taken)], size), prepend=0)
        chosen = numpy.union1d(numpy.arange(min(FIRST_PAIRS + size, len(ids))), taken)
        found.append(Pairs(numpy.full(len(chosen), number), ids[chosen], points[chosen]))
    return _together(found)


def _of_node(lists: Lists, node: Node, above: int | None = None) -> Ranked:
    """Who may take a node's cases, best first; only those with more points than ``above``."""
    return lists.of_kind(node.kind, above, node.blocked, node.firms)


def _together(found: list[Pairs]) -> Pairs:
    if not found:
        return Pairs(*(numpy.zeros(0, dtype=numpy.int64) for _ in range(3)))
    columns = ([one.group for one in found], [one.lawyer for one in found], [one.points for one in found])
    return Pairs(*(numpy.concatenate(column).astype(numpy.int64) for column in columns))


def load_solver() -> t.Any:
    """The solver's library, which takes a moment to load."""
    from ortools.graph.python import min_cost_flow  # type: ignore[import-untyped,import-not-found,unused-ignore]

    return min_cost_flow


def _flow(problem: Problem, pairs: Pairs, sizes: t.Any, places: t.Any) -> t.Any:
    """How many cases go over each pair."""
    groups = len(sizes)
    source, sink, first = groups, groups + 1, groups + 2
    every = numpy.arange(groups)
    seats = numpy.repeat(numpy.arange(len(places)), places)
    taken = numpy.arange(len(seats)) - numpy.repeat(numpy.cumsum(places) - places, places)
    # Each place on a desk is an arc of its own, the next one dearer: so the flow spreads the load.
    begins = (pairs.group, numpy.full(groups, source), every, first + seats)
    ends = (first + pairs.lawyer, every, numpy.full(groups, sink), numpy.full(len(seats), sink))
    room = (sizes[pairs.group], sizes, sizes, numpy.ones(len(seats), dtype=numpy.int64))
    costs = (-pairs.points, numpy.zeros(groups), numpy.full(groups, WITHOUT_LAWYER), _dearer(problem, seats, taken))
    network = load_solver().SimpleMinCostFlow()
    network.add_arcs_with_capacity_and_unit_cost(
        numpy.concatenate(begins).astype(numpy.int32),
        numpy.concatenate(ends).astype(numpy.int32),
        numpy.concatenate(room).astype(numpy.int64),
        numpy.concatenate(costs).astype(numpy.int64),
    )
    network.set_node_supply(source, int(sizes.sum()))
    network.set_node_supply(sink, -int(sizes.sum()))
    if network.solve() != network.OPTIMAL:
        raise SystemExit("no optimum")
    return network.flows(numpy.arange(len(pairs.group), dtype=numpy.int32))


def _dearer(problem: Problem, lawyers: t.Any, taken: t.Any) -> t.Any:
    """As domain.backlog.fuller, for arrays."""
    capacity = numpy.maximum(numpy.array(problem.lawyers.capacity, dtype=numpy.int64), 1)
    return problem.spread * (1000 * taken // capacity[lawyers]) // 1000


def _better(lists: Lists, nodes: list[Node], prices: t.Any, costs: t.Any, sizes: t.Any) -> tuple[Pairs, int]:
    """The pairs that would make the plan better at its prices, and by how much at most all of them together."""
    found, short, least = [], 0, int(prices.min(initial=0))
    for number, node in enumerate(nodes):
        ids, points = _of_node(lists, node, above=least - int(costs[number]))  # nobody else can gain
        gain = points - prices[ids] + costs[number]
        better = numpy.flatnonzero(gain > 0)
        if len(better):
            best = better[numpy.argsort(-gain[better], kind="stable")[: MORE_PAIRS + int(sizes[number]) // 4]]
            short += int(gain[best[0]]) * int(sizes[number])
            found.append(Pairs(numpy.full(len(best), number), ids[best], points[best]))
    return _together(found), short


def _prices(problem: Problem, pairs: Pairs, amounts: t.Any, nodes: int) -> tuple[t.Any, t.Any]:
    """What one more case costs at each lawyer, and in each node: shortest ways to a free place (or to none at all)."""
    lawyers = problem.lawyers
    number = len(lawyers)
    taken = numpy.bincount(pairs.lawyer, weights=amounts, minlength=number).astype(numpy.int64)
    full = taken >= numpy.array(lawyers.places(), dtype=numpy.int64)
    prices = numpy.where(full, 2 * WITHOUT_LAWYER, _dearer(problem, numpy.arange(number), taken))
    costs = numpy.full(nodes, WITHOUT_LAWYER, dtype=numpy.int64)
    used = amounts > 0
    while True:
        numpy.minimum.at(costs, pairs.group, prices[pairs.lawyer] - pairs.points)
        before = prices.copy()
        numpy.minimum.at(prices, pairs.lawyer[used], (costs[pairs.group] + pairs.points)[used])
        if (before == prices).all():
            return prices, costs
