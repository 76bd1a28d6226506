"""The kinds of section that calculate: named figures and conditions, deductions, disregards. None of them judges."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from dataclasses import dataclass

from services.intake.eligibility.expressions import Expression, Scope, Unknown
from services.intake.eligibility.judgement import NOTHING_MISSING
from services.intake.eligibility.sections import Progress, Section

Holds = dict[str, int | None]  # assets or pools by name; None: not known
OF = "of"  # what deductions are taken from, in the trail
POOL = "pool "  # before the name of a pool, which may be that of an asset


class Gaps:
    """Values of several expressions, and all that is missing for them, so that it is named at once."""

    __slots__ = ("missing", "scope")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.missing: frozenset[str] = NOTHING_MISSING

    def value(self, expression: Expression) -> t.Any:
        """The answer; None where there is none."""
        try:
            return expression.value(self.scope)
        except Unknown as unknown:
            self.missing |= unknown.missing
            return None

    def most(self, expression: Expression) -> int | None:
        """The answer, or else what it cannot exceed."""
        try:
            value: int = expression.value(self.scope)
            return value
        except Unknown as unknown:
            self.missing |= unknown.missing
            return self.scope.most.get(expression.names[0]) if expression.bare else None


@dataclass(frozen=True)
class Condition(Section):
    """A named condition that later sections use; false where the section does not apply."""

    value: Expression

    def act(self, progress: Progress) -> None:
        holds = self.value.value(progress.scope)
        progress.scope.known[self.rule.key] = holds
        progress.leave(self.rule, "holds" if holds else "holds_not", names=self.value.names)

    def pass_over(self, progress: Progress) -> None:
        progress.scope.known[self.rule.key] = False

    def give_up(self, progress: Progress, missing: frozenset[str]) -> None:
        progress.lack(self.rule.key, missing)
        progress.leave(self.rule, "open", missing=missing)


@dataclass(frozen=True)
class Amount(Section):
    """A named figure; zero where the section does not apply. ``unit``: money or count."""

    value: Expression
    unit: str

    def act(self, progress: Progress) -> None:
        value = self.value.value(progress.scope)
        progress.make(self.rule.key, value)
        progress.leave(self.rule, "calculated", {self.rule.key: value}, names=self.value.names)

    def done(self, progress: Progress, value: int, parts: Mapping[str, int]) -> None:
        progress.make(self.rule.key, value)
        progress.leave(self.rule, "calculated", {**parts, self.rule.key: value})

    def pass_over(self, progress: Progress) -> None:
        progress.make(self.rule.key, 0)

    def give_up(self, progress: Progress, missing: frozenset[str]) -> None:
        progress.lack(self.rule.key, missing)
        progress.leave(self.rule, "open", missing=missing)


@dataclass(frozen=True)
class Deduction:
    """One thing taken off. ``cap``: the most that counts."""

    key: str
    amount: Expression
    cap: Expression | None
    when: Expression | None

    def taken(self, gaps: Gaps) -> int | None:
        """None where it does not apply, or is not known."""
        scope = gaps.scope
        try:
            if self.when is not None and not self.when.value(scope):
                return None
            amount: int = self.amount.value(scope)
            return max(0, amount if self.cap is None else min(amount, self.cap.value(scope)))
        except Unknown:
            return self._as_far_as_known(gaps)

    def _as_far_as_known(self, gaps: Gaps) -> int | None:
        """What is missing goes to ``gaps``; where it would be nothing in any case, nothing is."""
        own = Gaps(gaps.scope)
        applies = self.when is None or own.value(self.when)
        if applies is False:
            return None
        amount = own.value(self.amount)
        cap = amount if self.cap is None else own.value(self.cap)
        if any(figure is not None and figure <= 0 for figure in (amount, cap)):
            return 0 if applies else None
        gaps.missing |= own.missing
        return None


@dataclass(frozen=True)
class Deductions(Amount):
    """``value`` less deductions, never below ``floor`` (None: may go below zero)."""

    take: tuple[Deduction, ...]
    floor: int | None

    def act(self, progress: Progress) -> None:
        gaps = Gaps(progress.scope)
        left = gaps.most(self.value)
        parts = {} if gaps.missing else {OF: t.cast(int, left)}
        taken = 0
        for item in self.take:
            amount = item.taken(gaps)
            if amount is not None:
                parts[item.key] = parts.get(item.key, 0) + amount
                taken += amount
        if left is not None:
            left = left - taken if self.floor is None else max(self.floor, left - taken)
        if gaps.missing and (left is None or left != self.floor):  # of nothing that is left, nothing can be taken
            if left is not None:
                progress.scope.most[self.rule.key] = left  # what is open could only be taken off
            raise Unknown(gaps.missing)
        self.done(progress, t.cast(int, left), parts)

    def pass_over(self, progress: Progress) -> None:
        """Where the section does not apply, nothing is deducted."""
        gaps = Gaps(progress.scope)
        left = gaps.most(self.value)
        if gaps.missing:
            progress.lack(self.rule.key, gaps.missing)
            if left is not None:
                progress.scope.most[self.rule.key] = left
        else:
            progress.make(self.rule.key, t.cast(int, left))


@dataclass(frozen=True)
class Disregard:
    """One draw: takes from an asset what its pool still holds. ``pool`` None: no pool; ``up_to``: the most of it."""

    key: str
    of: tuple[str, ...]
    pool: str | None
    up_to: Expression | None
    when: Expression | None

    def drawn(self, gaps: Gaps, left: Holds, pools: Holds, unsure: set[str]) -> int | None:
        """What it takes from ``left`` and ``pools``; None where it does not apply, or is not known.

        ``unsure``: assets and pools of which an open draw may have taken something; what draws on one of them is open
        too, and takes nothing here.
        """
        if not unsure or unsure.isdisjoint(self.touches):
            try:
                if self.when is not None and not self.when.value(gaps.scope):
                    return None
                room = None if self.up_to is None else max(0, self.up_to.value(gaps.scope))
                return self._take(t.cast(dict[str, int], left), t.cast(dict[str, int], pools), room)
            except Unknown:
                pass
        return self._as_far_as_known(gaps, left, pools, unsure)

    @property
    def touches(self) -> set[str]:
        """The assets and the pool that it draws on."""
        return {*self.of, *([POOL + self.pool] if self.pool else [])}

    def _as_far_as_known(self, gaps: Gaps, left: Holds, pools: Holds, unsure: set[str]) -> int | None:
        """What is missing goes to ``gaps``; where it would be nothing in any case, nothing is."""
        own = Gaps(gaps.scope)
        applies = self.when is None or own.value(self.when)
        if applies is False:
            return None
        if self._finds_nothing(left, pools):
            return 0 if applies else None
        room = None if self.up_to is None else own.value(self.up_to)
        if room is not None and room <= 0:
            return 0 if applies else None
        gaps.missing |= own.missing
        unsure |= self.touches
        return None

    def _finds_nothing(self, left: Holds, pools: Holds) -> bool:
        """Whether nothing is left to take, whatever it could."""
        amounts = [left[name] for name in self.of]
        pool = None if self.pool is None else pools[self.pool]
        return all(amount is not None and amount <= 0 for amount in amounts) or (pool is not None and pool <= 0)

    def _take(self, left: dict[str, int], pools: dict[str, int], room: int | None) -> int:
        drawn = 0
        for name in self.of:
            amount = max(0, left[name])
            if room is not None:
                amount = min(amount, room - drawn)
            if self.pool is not None:
                amount = min(amount, max(0, pools[self.pool]))
                pools[self.pool] -= amount
            left[name] -= amount
            drawn += amount
        return drawn


@dataclass(frozen=True)
class Disregards(Section):
    """Assets less disregards taken in order, several of which may draw on one pool; the figure is what is left."""

    assets: Mapping[str, Expression]
    pools: Mapping[str, Expression]
    take: tuple[Disregard, ...]

    def act(self, progress: Progress) -> None:
        gaps = Gaps(progress.scope)
        left: Holds = {name: gaps.most(asset) for name, asset in self.assets.items()}
        pools: Holds = {name: gaps.value(pool) for name, pool in self.pools.items()}
        unsure = self._unsure(gaps.scope) if gaps.missing else set()
        parts = {name: value or 0 for name, value in left.items()}
        for item in self.take:
            drawn = item.drawn(gaps, left, pools, unsure)
            if drawn is not None:
                parts[item.key] = parts.get(item.key, 0) + drawn
        known = [value for value in left.values() if value is not None]
        total = sum(known)
        if gaps.missing:
            if len(known) == len(left):
                progress.scope.most[self.rule.key] = total  # what is open could only draw from it
            raise Unknown(gaps.missing)
        progress.make(self.rule.key, total)
        progress.leave(self.rule, "calculated", {**parts, self.rule.key: total})

    def _unsure(self, scope: Scope) -> set[str]:
        """The assets and pools whose amounts are not known."""
        named = [*self.assets.items(), *((POOL + name, pool) for name, pool in self.pools.items())]
        return {name for name, expression in named if Gaps(scope).value(expression) is None}

    def pass_over(self, progress: Progress) -> None:
        progress.make(self.rule.key, 0)

    def give_up(self, progress: Progress, missing: frozenset[str]) -> None:
        progress.lack(self.rule.key, missing)
        progress.leave(self.rule, "open", missing=missing)
