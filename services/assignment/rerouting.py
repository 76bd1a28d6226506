"""Cases that stand with a lawyer who may not take them are moved, each at the least loss: the plan stays the best.

The plan is a flow of least cost with the prices that prove it. A case that may not stay where it stands is sent along
the shortest way, at these prices, that leaves every desk as full as the prices allow: it takes another's place, who
takes a third one's. After each way the prices are put right, so that the next one is the shortest again.
"""

from __future__ import annotations

import typing as t

import numpy

from services.assignment.domain.backlog import WITHOUT_LAWYER, Problem, fuller

FAR = numpy.iinfo(numpy.int64).max // 4
#: The far end of the network, where a place on a desk is paid for; and where a way begins.
SINK, START = -1, -2
#: A kind of stop on a way (group, lawyer or sink) and its number.
Stop = tuple[str, int]


class OfGroup(t.Protocol):
    def of_group(self, number: int, above: int | None = None) -> tuple[t.Any, t.Any]: ...
    def points(self, number: int, lawyer: int) -> int: ...


class Rerouting:
    """A plan in the middle of being changed.

    ``flows``: for each group its lawyers and how many cases each takes; ``taken``: cases on each desk, with those that
    stand wrongly. ``prices``: what one more case costs at each lawyer, ``costs``: what it costs in each group.
    """

    def __init__(
        self, problem: Problem, lists: OfGroup, flows: list[dict[int, int]], taken: t.Any, prices: t.Any, costs: t.Any
    ) -> None:
        self.problem, self.lists, self.flows = problem, lists, flows
        self.taken, self.places = taken.tolist(), problem.lawyers.places()
        self.prices, self.costs = prices.copy(), costs.copy()
        self.holders: list[dict[int, int]] = [{} for _ in self.places]
        for group, lawyers in enumerate(flows):
            for lawyer, amount in lawyers.items():
                self.holders[lawyer][group] = amount
        self.without: dict[int, int] = {}

    def leave_out(self, group: int, cases: int) -> None:
        """So many cases of a group have no lawyer in the plan."""
        if cases:
            self.without[group] = cases

    def move(self, group: int, lawyer: int) -> int:
        """Move a case of a group away from a lawyer who may not take it; what that loses at most, in hundredths.

        Where the prices are those of the best plan it loses exactly that, and the plan stays the best.
        """
        way = _Way(self, group, lawyer)
        way.go()
        for start, end in list(way.steps()):
            self._shift(start, end)
        gained = int(self.prices[lawyer] - self.costs[group])
        way.put_prices_right()
        return int(way.far[lawyer]) - gained + self.lists.points(group, lawyer)

    def _shift(self, start: Stop, end: Stop) -> None:
        """Send one case along one arc; against an arc, what is there is taken back."""
        match start, end:
            case ("group", group), ("lawyer", lawyer):
                _add(self.flows[group], lawyer, 1)
                _add(self.holders[lawyer], group, 1)
            case ("lawyer", lawyer), ("group", group):
                _add(self.flows[group], lawyer, -1)
                _add(self.holders[lawyer], group, -1)
            case ("lawyer", lawyer), _:
                self.taken[lawyer] += 1
            case _, ("lawyer", lawyer):
                self.taken[lawyer] -= 1
            case ("group", group), _:
                _add(self.without, group, 1)
            case _, (_, group):
                _add(self.without, group, -1)


def _add(amounts: dict[int, int], key: int, more: int) -> None:
    amounts[key] = amounts.get(key, 0) + more
    if not amounts[key]:
        del amounts[key]


class _Way:
    """The shortest ways from a group to a lawyer and to all who are nearer: Dijkstra's, with the groups that a lawyer
    serves at no cost."""

    def __init__(self, plan: Rerouting, start: int, target: int) -> None:
        self.plan = plan
        self.far = numpy.full(len(plan.places), FAR, dtype=numpy.int64)
        self.open = self.far.copy()  # as far, and FAR where the way is known
        self.before = numpy.full(len(plan.places), START, dtype=numpy.int64)  # the group, or SINK
        self.groups: dict[int, tuple[int, int]] = {}  # group -> how far, and the lawyer before it, or SINK or START
        self.sink: tuple[int, Stop] = FAR, ("group", start)
        self.is_sink_known = False
        self.least = int(plan.prices.min())
        self.target = target
        self._reach(start, 0, START)

    def go(self) -> None:
        while True:
            lawyer = int(self.open.argmin())
            far = int(self.open[lawyer])
            if not self.is_sink_known and self.sink[0] <= far:
                self._pass_sink()
            elif lawyer == self.target:
                return
            else:
                self._pass(lawyer, far)

    def steps(self) -> t.Iterator[tuple[Stop, Stop]]:
        """The arcs of the way, from its end."""
        here: Stop = ("lawyer", self.target)
        while True:
            kind, one = here
            before: Stop
            if kind == "sink":
                before = self.sink[1]
            elif kind == "lawyer":
                before = ("sink", SINK) if self.before[one] == SINK else ("group", int(self.before[one]))
            elif (lawyer := self.groups[one][1]) == START:
                return
            else:
                before = ("sink", SINK) if lawyer == SINK else ("lawyer", lawyer)
            yield before, here
            here = before

    def put_prices_right(self) -> None:
        plan, end = self.plan, int(self.far[self.target])
        shift = max(end - self.sink[0], 0)
        plan.prices += numpy.maximum(end - self.far, 0) - shift
        plan.costs -= shift
        for group, (far, _) in self.groups.items():
            plan.costs[group] += max(end - far, 0)

    def _reach(self, group: int, far: int, before: int) -> None:
        if group in self.groups:
            return
        plan = self.plan
        self.groups[group] = far, before
        cost, enough = int(plan.costs[group]), int(self.far[self.target])
        # whoever is as far as the target, or farther, changes nothing
        above = None if enough == FAR else self.least - cost + far - enough
        ids, points = plan.lists.of_group(group, above)
        # prices of a plan that was cut short may say less than nothing: taken as nothing, so that ways come to an end
        ways = far + numpy.maximum(plan.prices[ids] - points - cost, 0)
        nearer = ways < self.far[ids]
        ids, ways = ids[nearer], ways[nearer]
        self.far[ids] = self.open[ids] = ways
        self.before[ids] = group
        self._to_sink(far + max(WITHOUT_LAWYER - cost, 0), ("group", group))

    def _pass(self, lawyer: int, far: int) -> None:
        plan = self.plan
        self.open[lawyer] = FAR
        if plan.taken[lawyer] < plan.places[lawyer]:
            dearer = fuller(plan.problem, lawyer, plan.taken[lawyer])
            self._to_sink(far + max(dearer - int(plan.prices[lawyer]), 0), ("lawyer", lawyer))
        for group in plan.holders[lawyer]:
            self._reach(group, far, lawyer)

    def _to_sink(self, far: int, before: Stop) -> None:
        if far < self.sink[0]:
            self.sink = far, before

    def _pass_sink(self) -> None:
        plan, far = self.plan, self.sink[0]
        self.is_sink_known = True
        for lawyer, taken in enumerate(plan.taken):
            if taken:
                way = far + max(int(plan.prices[lawyer]) - fuller(plan.problem, lawyer, taken - 1), 0)
                if way < self.far[lawyer]:
                    self.far[lawyer] = self.open[lawyer] = way
                    self.before[lawyer] = SINK
        for group in plan.without:
            self._reach(group, far, SINK)
