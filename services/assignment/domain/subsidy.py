"""The subsidy of a case (LA 52): the rate of its form of aid on the day it ended, times the share of its grade.

Rates and shares are dated rows of a table that a center edits; each row names its source and whether it was verified.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass
from uuid import UUID

from services.assignment.domain.dated import Dated, Row, TableError, by_key, in_force

MOST_COSTS_FEN = 1_000_000_00  # more direct costs in one case than a million yuan are a typing error


@dataclass(frozen=True)
class Rate(Dated):
    """The full subsidy of one form of aid, in fen."""

    form_of_aid: str
    fen: int


@dataclass(frozen=True)
class Share(Dated):
    """What part of the rate a grade brings, in per cent; ``costs_only``: the direct costs instead (a failed check)."""

    grade: str
    percent: int
    costs_only: bool


@dataclass(frozen=True)
class Subsidy:
    """What is due, in fen, and from which row; ``costs_fen`` is the part that repays direct costs."""

    amount_fen: int
    rate_fen: int
    costs_fen: int
    source: str
    verified: bool


class RateTable:
    """The rates and shares of one jurisdiction; refuses gaps and overlaps when it is built."""

    def __init__(self, rates: t.Sequence[Rate], shares: t.Sequence[Share]) -> None:
        self.rates = by_key(rates, lambda row: row.form_of_aid)
        self.shares = by_key(shares, lambda row: row.grade)

    def subsidy(self, form_of_aid: str, grade: str, ended_on: dt.date, costs_fen: int = 0) -> Subsidy:
        """The subsidy in fen, half a fen rounded up; direct costs come on top, or alone after a failed check.

        Raises TableError where no row covers the form, the grade or the day: nothing is guessed.
        """
        rate = self.rate(form_of_aid, ended_on)
        share = _covering(self.shares, grade, ended_on)
        fee = 0 if share.costs_only else (rate.fen * share.percent + 50) // 100
        return Subsidy(fee + costs_fen, rate.fen, costs_fen, rate.source, rate.verified and share.verified)

    def rate(self, form_of_aid: str, ended_on: dt.date) -> Rate:
        """The row of a form of aid on the day; raises TableError where there is none."""
        return _covering(self.rates, form_of_aid, ended_on)


def spread(claims: t.Sequence[tuple[int, int]], total: int) -> tuple[list[int], int]:
    """Bring what is due to one lawyer for one case to ``total`` fen; ``claims``: (due, paid), oldest first.

    Returns what is due by each claim from now on, and the rest that needs a new one. Less is taken from the newest
    first. More goes to what was paid too much, then to the claim that is open; what was paid in full stays as it is.
    """
    dues = [due for due, _ in claims]
    more = total - sum(dues)
    for place in reversed(range(len(dues))):
        less = min(max(-more, 0), dues[place])
        dues[place] -= less
        more += less
    for place, (_, paid) in enumerate(claims):
        added = min(max(more, 0), max(paid - dues[place], 0))
        dues[place] += added
        more -= added
    if more and dues and dues[-1] > claims[-1][1]:
        dues[-1] += more
        more = 0
    return dues, more


def spread_costs(claims: t.Sequence[tuple[int, int]], total: int) -> list[int]:
    """Which part of each claim repays direct costs, ``total`` fen in all.

    ``claims``: (due, costs so far), oldest first. What was said of a claim stays, so that one that is due no more takes
    its own costs along and no others; the newest changes first.
    """
    costs = [min(due, so_far) for due, so_far in claims]
    more = total - sum(costs)
    for place in reversed(range(len(costs))):
        changed = max(min(more, claims[place][0] - costs[place]), -costs[place])
        costs[place] += changed
        more -= changed
    return costs


def borne(
    costs: t.Iterable[tuple[UUID, UUID | None, int]], corrected: t.Iterable[tuple[UUID, UUID | None, int]]
) -> dict[UUID | None, int]:
    """The direct costs of a case in fen by lawyer; None: those of which it is not known who bore them.

    ``costs``, ``corrected``: (id, lawyer, fen), their ids in the order in which they were made. A corrected figure
    holds for all that its lawyer had recorded until then; what is recorded later, should the aid go on, comes on top.
    """
    base = {lawyer: (made, fen) for made, lawyer, fen in sorted(corrected, key=lambda one: one[0])}
    if base:  # it was of all costs of the case: among them those of nobody known
        base[None] = (max(made for made, _ in base.values()), 0)
    sums = {lawyer: fen for lawyer, (_, fen) in base.items()}
    for made, lawyer, fen in costs:
        if lawyer not in base or made > base[lawyer][0]:
            sums[lawyer] = sums.get(lawyer, 0) + fen
    return sums


def _covering(rows: dict[str, list[Row]], key: str, day: dt.date) -> Row:
    found = in_force(rows, key, day)
    if found is None:
        raise TableError(f"{key}: no row is in force on {day}")
    return found
