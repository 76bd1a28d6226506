"""The arithmetic of the choice: one set of formulas for a lawyer, for the columns of a query and for whole arrays.

Everything is a whole number (thousandths of a share, hundredths of a point, metres, seconds), so that Python,
PostgreSQL, SQLite and numpy come to the same result to the last digit, and sorting there is sorting here.
"""

from __future__ import annotations

import datetime as dt
import math
import typing as t
from dataclasses import dataclass

#: Years beyond this many add no more points.
FULL_SPECIALTY_YEARS = 10
FULL_PRACTICE_YEARS = 20
#: A lawyer not assigned for this many seconds (90 days) has the full points of rotation.
FULL_ROTATION = 90 * 86_400
#: Whoever is this far away, or farther, has no points for nearness; in metres.
FAR = 50_000
#: What is not known (years with a matter, a distance) among whole numbers.
UNKNOWN = -1


@dataclass(frozen=True)
class Weights:
    """The most points that each consideration can bring; an organization may have weights of its own."""

    specialty: float = 40
    experience: float = 10
    load: float = 20
    standing: float = 10
    rotation: float = 15
    near: float = 5
    wish: float = 25
    priority: float = 10

    def hundredths(self, key: str) -> int:
        return round(getattr(self, key) * 100)


class Facts(t.Protocol):
    """What the formulas read of a lawyer: whole numbers, columns or arrays. ``UNKNOWN`` where nothing is known."""

    @property
    def capacity(self) -> t.Any: ...
    @property
    def load(self) -> t.Any: ...
    @property
    def specialty_years(self) -> t.Any: ...
    @property
    def practice_years(self) -> t.Any: ...
    @property
    def rested_from(self) -> t.Any: ...
    @property
    def distance(self) -> t.Any: ...
    @property
    def near(self) -> t.Any: ...
    @property
    def standing(self) -> t.Any: ...
    @property
    def wished(self) -> t.Any: ...


@dataclass(frozen=True)
class Algebra:
    """How a reader takes the lesser of two, and chooses by a condition."""

    least: t.Callable[[t.Any, t.Any], t.Any]
    pick: t.Callable[[t.Any, t.Any, t.Any], t.Any]


PLAIN = Algebra(min, lambda condition, yes, no: yes if condition else no)


def shares(one: Facts, now: int, with_: Algebra = PLAIN) -> dict[str, t.Any]:
    """How far each consideration speaks for a lawyer, in thousandths. ``now``: seconds since 1970."""
    pick, least = with_.pick, with_.least
    room = pick(one.capacity > one.load, one.capacity - one.load, 0)
    rest = now - one.rested_from
    return {
        # Practising the matter at all is half of it; the years bring the rest.
        "specialty": pick(one.specialty_years >= 0, 500 + 50 * least(one.specialty_years, FULL_SPECIALTY_YEARS), 0),
        "experience": 50 * least(one.practice_years, FULL_PRACTICE_YEARS),
        "load": 1000 * room // pick(one.capacity > 0, one.capacity, 1),
        "standing": pick(one.standing, 1000, 0),
        "rotation": 1000 * pick(rest > 0, least(rest, FULL_ROTATION), 0) // FULL_ROTATION,
        "near": pick(one.distance >= 0, 1000 * (FAR - least(one.distance, FAR)) // FAR, pick(one.near, 1000, 0)),
        "wish": pick(one.wished, 1000, 0),
    }


def parts(one: Facts, weights: Weights, now: int, urgent: bool, with_: Algebra = PLAIN) -> dict[str, t.Any]:
    """What each consideration brings, in hundredths of a point; their sum is the score."""
    share = shares(one, now, with_)
    brought = {key: weights.hundredths(key) * value // 1000 for key, value in share.items()}
    if urgent:
        # Urgent and military matters go to whoever is free now and knows the work.
        ready = share["load"] + share["specialty"] + share["experience"]
        brought["priority"] = weights.hundredths("priority") * ready // 3000
    return brought


def score(one: Facts, weights: Weights, now: int, urgent: bool, with_: Algebra = PLAIN) -> t.Any:
    """All considerations together, in hundredths of a point."""
    first, *others = parts(one, weights, now, urgent, with_).values()
    for brought in others:
        first = first + brought
    return first


def most_without_practice(weights: Weights, now: int, urgent: bool, wished: bool) -> int:
    """What nobody who does not practise the matter can exceed, in hundredths. ``wished``: a lawyer is wished for."""
    return int(score(Best(wished=wished), weights, now, urgent))


@dataclass(frozen=True)
class Best:
    """Whoever has everything that brings points, but does not practise the matter."""

    wished: bool
    capacity: int = 1
    load: int = 0
    specialty_years: int = UNKNOWN
    practice_years: int = FULL_PRACTICE_YEARS
    rested_from: int = 0
    distance: int = 0
    near: bool = True
    standing: bool = True


def seconds(moment: dt.datetime | None) -> int:
    """Whole seconds since 1970; 0 for never."""
    return math.floor(moment.timestamp()) if moment else 0
