"""The kinds of section that calculate: named figures and conditions, deductions, disregards. None of them judges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.intake.eligibility.expressions import Expression, Unknown
from services.intake.eligibility.sections import Progress, Section

OF = "of"  # what deductions are taken from, in the trail


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


@dataclass(frozen=True)
class Deductions(Amount):
    """``value`` less deductions, never below ``floor`` (None: may go below zero)."""

    take: tuple[Deduction, ...]
    floor: int | None

    def act(self, progress: Progress) -> None:
        scope = progress.scope
        left = self.value.value(scope)
        parts = {OF: left}
        for item in self.take:
            if item.when is not None and not item.when.value(scope):
                continue
            amount = max(0, item.amount.value(scope))
            if item.cap is not None:
                amount = min(amount, max(0, item.cap.value(scope)))
            parts[item.key] = parts.get(item.key, 0) + amount
            left -= amount
        self.done(progress, left if self.floor is None else max(self.floor, left), parts)

    def pass_over(self, progress: Progress) -> None:
        """Where the section does not apply, nothing is deducted."""
        try:
            progress.make(self.rule.key, self.value.value(progress.scope))
        except Unknown as unknown:
            progress.lack(self.rule.key, unknown.missing)


@dataclass(frozen=True)
class Disregard:
    """One draw: takes from an asset what its pool still holds. ``pool`` None: no pool; ``up_to``: the most of it."""

    key: str
    of: tuple[str, ...]
    pool: str | None
    up_to: Expression | None
    when: Expression | None


@dataclass(frozen=True)
class Disregards(Section):
    """Assets less disregards taken in order, several of which may draw on one pool; the figure is what is left."""

    assets: Mapping[str, Expression]
    pools: Mapping[str, Expression]
    take: tuple[Disregard, ...]

    def act(self, progress: Progress) -> None:
        scope = progress.scope
        left = {name: asset.value(scope) for name, asset in self.assets.items()}
        pools = {name: max(0, pool.value(scope)) for name, pool in self.pools.items()}
        parts = dict(left)
        for item in self.take:
            if item.when is not None and not item.when.value(scope):
                continue
            room = max(0, item.up_to.value(scope)) if item.up_to is not None else None
            drawn = 0
            for name in item.of:
                amount = max(0, left[name])
                if room is not None:
                    amount = min(amount, room - drawn)
                if item.pool is not None:
                    amount = min(amount, pools[item.pool])
                    pools[item.pool] -= amount
                left[name] -= amount
                drawn += amount
            parts[item.key] = parts.get(item.key, 0) + drawn
        total = sum(left.values())
        progress.make(self.rule.key, total)
        progress.leave(self.rule, "calculated", {**parts, self.rule.key: total})

    def pass_over(self, progress: Progress) -> None:
        progress.make(self.rule.key, 0)

    def give_up(self, progress: Progress, missing: frozenset[str]) -> None:
        progress.lack(self.rule.key, missing)
        progress.leave(self.rule, "open", missing=missing)
