"""Many waiting cases solved together: as many as possible get a lawyer, and with as many points as possible.

Cases that ask for the same are one group, so that thousands of cases stay a small problem. The optimum is a
minimum-cost flow, group -> lawyer -> places on the desk, where each further place on one desk costs what a fuller
desk costs in the ranking: so the load is spread. Whoever cannot solve that takes the greedy plan, which says so.

A problem is plain lists and numbers, because it is solved in a process of its own. Lawyers, firms and groups are
numbered; the same problem always has the same plan.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from services.assignment.domain.points import UNKNOWN, Weights, score

#: A case without a lawyer is worse than any loss of points, in hundredths.
WITHOUT_LAWYER = 10_000_000
#: So many pairs of a group and a lawyer are looked at in full; in a larger problem each group keeps its best lawyers.
ALL_PAIRS = 400_000
#: What a group keeps then: this many lawyers at least, and this many times as many free places as it has cases.
KEPT_LAWYERS, KEPT_PLACES = 50, 3


@dataclass(frozen=True)
class Ask:
    """What the cases of a group ask of a lawyer. ``wished``: the number of a lawyer.

    ``blocked``: the numbers of lawyers who may not take them, ``firms``: of firms none of whose lawyers may.
    """

    matter: str
    organization: str
    district: str | None = None
    place: str | None = None
    gender: str | None = None
    language: str | None = None
    wished: int | None = None
    grave: bool = False
    minor: bool = False
    priority: bool = False
    blocked: tuple[int, ...] = ()
    firms: tuple[int, ...] = ()


@dataclass(frozen=True)
class Lawyers:
    """The active lawyers in columns, ordered by id; what they have several of as numbers of lawyers."""

    capacity: list[int]
    load: list[int]
    practice_years: list[int]
    rested_from: list[int]
    criminal_years: list[int]
    for_minors: list[bool]
    everywhere: list[bool]
    absent: list[bool]
    gender: list[str | None]
    firm: list[int]
    firm_district: list[str]
    specialties: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    districts: dict[str, list[int]] = field(default_factory=dict)
    languages: dict[str, list[int]] = field(default_factory=dict)
    standing: dict[str, list[int]] = field(default_factory=dict)
    #: district -> metres of each firm, UNKNOWN where a place is not known
    metres: dict[str, list[int]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.capacity)

    def places(self) -> list[int]:
        """How many more cases each can take."""
        return [max(capacity - load, 0) for capacity, load in zip(self.capacity, self.load, strict=True)]


@dataclass(frozen=True)
class Problem:
    """All that a plan depends on. ``sizes``: cases of each group; ``now``: seconds since 1970."""

    lawyers: Lawyers
    groups: list[Ask]
    sizes: list[int]
    weights: list[Weights]
    spread: int
    now: int
    years_for_grave: int


#: A lawyer who may be asked for a group's cases: number of the lawyer, points in hundredths.
Choice = tuple[int, int]
#: The lawyers of one group, and how many of its cases each takes.
Flow = list[tuple[int, int]]


@dataclass(frozen=True)
class Solution:
    """``flows``: for each group the lawyers and how many of its cases each takes; ``choices``: who else could.

    ``considered``: pairs of a group and a lawyer that were weighed one against the other. ``short``: a better plan has
    at most so many hundredths of a point more; 0: there is none; None: nobody knows.
    """

    method: str
    flows: list[Flow]
    choices: list[list[Choice]]
    considered: int
    short: int | None = None


def choices(problem: Problem, number: int) -> list[Choice]:
    """Every lawyer who may be asked for a group's cases, best first: the ranking, lawyer by lawyer."""
    ask, lawyers, weights = problem.groups[number], problem.lawyers, problem.weights[number]
    there, speaking = _set(lawyers.districts, ask.district), _set(lawyers.languages, ask.language)
    standing, years = _set(lawyers.standing, ask.organization), dict(lawyers.specialties.get(ask.matter, ()))
    place = ask.place or ask.district or ""
    metres = lawyers.metres.get(place)
    blocked, of_firms = set(ask.blocked), set(ask.firms)
    found = []
    for one in range(len(lawyers)):
        allowed = (
            one not in blocked
            and lawyers.firm[one] not in of_firms
            and not lawyers.absent[one]
            and lawyers.load[one] < lawyers.capacity[one]
            and (not ask.grave or lawyers.criminal_years[one] >= problem.years_for_grave)
            and (not ask.minor or lawyers.for_minors[one])
            and (ask.district is None or lawyers.everywhere[one] or one in there)
            and (ask.gender is None or lawyers.gender[one] == ask.gender)
            and (ask.language is None or one in speaking)
        )
        if allowed:
            firm = lawyers.firm[one]
            facts = _Facts(
                capacity=lawyers.capacity[one],
                load=lawyers.load[one],
                specialty_years=years.get(one, UNKNOWN),
                practice_years=lawyers.practice_years[one],
                rested_from=lawyers.rested_from[one],
                distance=metres[firm] if metres else UNKNOWN,
                near=lawyers.firm_district[firm] == place,
                standing=one in standing,
                wished=one == ask.wished,
            )
            found.append((one, int(score(facts, weights, problem.now, ask.priority))))
    return sorted(found, key=lambda choice: (-choice[1], lawyers.rested_from[choice[0]], choice[0]))


@dataclass(frozen=True)
class _Facts:
    capacity: int
    load: int
    specialty_years: int
    practice_years: int
    rested_from: int
    distance: int
    near: bool
    standing: bool
    wished: bool


def _set(table: t.Mapping[str, list[int]], key: str | None) -> set[int]:
    return set(table.get(key, ())) if key is not None else set()


def keep_enough(found: t.Sequence[Choice], cases: int, places: t.Sequence[int], groups: int) -> list[Choice]:
    """The choices of a group that are looked at: all in a small problem, else the best ones with room to spare."""
    if groups * len(places) <= ALL_PAIRS:
        return list(found)
    kept: list[Choice] = []
    room = 0
    for choice in found:
        if len(kept) >= KEPT_LAWYERS and room >= KEPT_PLACES * cases:
            break
        kept.append(choice)
        room += places[choice[0]]
    return kept


def fuller(problem: Problem, lawyer: int, taken: int) -> int:
    """What the next case of a plan costs on a desk that has taken ``taken`` of it already, in hundredths."""
    return problem.spread * (1000 * taken // max(problem.lawyers.capacity[lawyer], 1)) // 1000


def worth(
    problem: Problem, flows: t.Sequence[t.Sequence[tuple[int, int]]], points: t.Sequence[t.Sequence[Choice]]
) -> int:
    """What a plan is worth: the points of its pairs, less what the fuller desks cost, less the cases left without."""
    taken: dict[int, int] = {}
    total = placed = 0
    for flow, group in zip(flows, points, strict=True):
        of = dict(group)
        for lawyer, amount in flow:
            total += of[lawyer] * amount
            placed += amount
            taken[lawyer] = taken.get(lawyer, 0) + amount
    desks = sum(fuller(problem, lawyer, number) for lawyer, amount in taken.items() for number in range(amount))
    return total - desks - WITHOUT_LAWYER * (sum(problem.sizes) - placed)


def greedy(problem: Problem, found: t.Sequence[t.Sequence[Choice]]) -> list[list[tuple[int, int]]]:
    """The best single choice first, again and again: fast, but not the optimum."""
    waiting, places = list(problem.sizes), problem.lawyers.places()
    arcs = [(-points, number, lawyer) for number, group in enumerate(found) for lawyer, points in group]
    flows: list[list[tuple[int, int]]] = [[] for _ in problem.groups]
    for _, number, lawyer in sorted(arcs):
        taken = min(waiting[number], places[lawyer])
        if taken > 0:
            flows[number].append((lawyer, taken))
            waiting[number] -= taken
            places[lawyer] -= taken
    return flows


def solve_greedily(problem: Problem) -> Solution:
    """The plan without any library: every choice in Python, the best pair first."""
    every, places = range(len(problem.groups)), problem.lawyers.places()
    found = [keep_enough(choices(problem, one), problem.sizes[one], places, len(problem.groups)) for one in every]
    return Solution("greedy", greedy(problem, found), found, sum(map(len, found)))
