"""The kinds of section that a rule set is made of, each with what it does during a judgement.

A section reads figures made above it, may make figures of its own, and leaves one step in the trail.
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from dataclasses import dataclass, field

from services.intake.eligibility.expressions import Expression, Scope, Unknown
from services.intake.eligibility.judgement import Rule, Step


@dataclass
class Progress:
    """The state of one judgement."""

    scope: Scope
    figures: dict[str, int] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    skipped: dict[str, tuple[str, str]] = field(default_factory=dict)  # section -> (how, by which section)
    doubtful: dict[str, frozenset[str]] = field(default_factory=dict)  # section -> missing of an open exemption

    def make(self, name: str, value: int) -> None:
        self.scope.known[name] = value
        self.figures[name] = value

    def lack(self, name: str, missing: frozenset[str]) -> None:
        self.scope.missing[name] = missing

    def leave(self, rule: Rule, result: str, **kw: t.Any) -> None:
        self.steps.append(Step(rule, result, **kw))


@dataclass(frozen=True)
class Section:
    """What all kinds share. ``applies``: a condition without which the section is passed over."""

    rule: Rule
    applies: Expression | None

    judged = False  # whether the section says yes or no

    def run(self, progress: Progress) -> None:
        """Do the section's part, or leave a step that says why not."""
        if self.rule.key in progress.skipped:
            progress.leave(self.rule, "skipped", by=progress.skipped[self.rule.key][1])
            return
        try:
            if self.applies is not None and not self.applies.value(progress.scope):
                self.pass_over(progress)
                progress.leave(self.rule, "not_applicable")
                return
            self.act(progress)
        except Unknown as unknown:
            self.give_up(progress, unknown.missing)

    def pass_over(self, progress: Progress) -> None:
        """What is known when the section does not apply."""

    def give_up(self, progress: Progress, missing: frozenset[str]) -> None:
        progress.leave(self.rule, "unknown", missing=missing)

    def act(self, progress: Progress) -> None:
        raise NotImplementedError


@dataclass(frozen=True)
class Note(Section):
    """Words for the people who decide; no effect."""

    def act(self, progress: Progress) -> None:
        progress.leave(self.rule, "noted")

    def give_up(self, progress: Progress, missing: frozenset[str]) -> None:
        progress.leave(self.rule, "not_applicable", missing=missing)


@dataclass(frozen=True)
class Exempt(Section):
    """When the condition holds, the named sections are skipped: waived, presumed, passported or not required."""

    when: Expression
    gives: str
    skips: tuple[str, ...]

    def act(self, progress: Progress) -> None:
        if not self.when.value(progress.scope):
            progress.leave(self.rule, "not_applicable")
            return
        for key in self.skips:
            progress.skipped.setdefault(key, (self.gives, self.rule.key))
        progress.leave(self.rule, self.gives)

    def give_up(self, progress: Progress, missing: frozenset[str]) -> None:
        """An open exemption: a test that it would skip may still be met, but must not fail."""
        for key in self.skips:
            progress.doubtful[key] = progress.doubtful.get(key, frozenset()) | missing
        progress.leave(self.rule, "not_applicable", missing=missing)


@dataclass(frozen=True)
class Require(Section):
    """A condition that must hold; ``otherwise``: not_met, or refer (a person must decide)."""

    must: Expression
    otherwise: str

    judged = True

    def act(self, progress: Progress) -> None:
        conclude(self.rule, progress, self.must.value(progress.scope), self.otherwise, None, {})


@dataclass(frozen=True)
class Test(Section):
    """A figure against a limit. ``inclusive``: at most the limit; else below it."""

    figure: Expression
    limit: Expression
    inclusive: bool
    otherwise: str
    unit: str

    judged = True

    def act(self, progress: Progress) -> None:
        scope, lacking = progress.scope, frozenset[str]()
        found: list[int] = []
        for side in (self.figure, self.limit):
            try:
                found.append(side.value(scope))
            except Unknown as unknown:
                lacking |= unknown.missing
        if lacking:
            raise Unknown(lacking)
        figure, limit = found
        met = figure <= limit if self.inclusive else figure < limit
        figures = {n: scope.known[n] for n in (*self.figure.names, *self.limit.names) if _shown(scope.known.get(n))}
        conclude(self.rule, progress, met, self.otherwise, (figure, limit, self.unit), figures)


def _shown(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def conclude(
    rule: Rule,
    progress: Progress,
    met: bool,
    otherwise: str,
    compared: tuple[int, int, str] | None,
    figures: Mapping[str, int],
) -> None:
    """Met; else what the section says, unless an exemption that is still open could skip it."""
    result, missing = ("met" if met else otherwise), frozenset[str]()
    if not met and rule.key in progress.doubtful:
        result, missing = "unknown", progress.doubtful[rule.key]
    progress.leave(rule, result, compared=compared, figures=figures, missing=missing)


@dataclass(frozen=True)
class Amount(Section):
    """A named figure; zero where the section does not apply."""

    value: Expression

    def act(self, progress: Progress) -> None:
        self.done(progress, self.value.value(progress.scope), {})

    def done(self, progress: Progress, value: int, parts: Mapping[str, int]) -> None:
        progress.make(self.rule.key, value)
        progress.leave(self.rule, "calculated", figures={**parts, self.rule.key: value})

    def pass_over(self, progress: Progress) -> None:
        progress.make(self.rule.key, 0)

    def give_up(self, progress: Progress, missing: frozenset[str]) -> None:
        progress.lack(self.rule.key, missing)
        progress.leave(self.rule, "calculated", missing=missing)


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
        parts = {"from": left}
        for item in self.take:
            if item.when is not None and not item.when.value(scope):
                continue
            amount = max(0, item.amount.value(scope))
            if item.cap is not None:
                amount = min(amount, max(0, item.cap.value(scope)))
            parts[item.key] = amount
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
            parts[item.key] = drawn
        total = sum(left.values())
        progress.make(self.rule.key, total)
        progress.leave(self.rule, "calculated", figures={**parts, self.rule.key: total})

    def pass_over(self, progress: Progress) -> None:
        progress.make(self.rule.key, 0)

    def give_up(self, progress: Progress, missing: frozenset[str]) -> None:
        progress.lack(self.rule.key, missing)
        progress.leave(self.rule, "calculated", missing=missing)
