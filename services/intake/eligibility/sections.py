"""The kinds of section that judge: requirements, tests, exemptions, notes. Those that calculate are in amounts.py.

A section reads figures made above it, may make figures of its own, and leaves one step in the trail.
"""

from __future__ import annotations

import operator
import typing as t
from collections.abc import Mapping
from dataclasses import dataclass, field

from services.intake.eligibility.expressions import Expression, Scope, Unknown
from services.intake.eligibility.judgement import NO_FIGURES, NOTHING_MISSING, Rule, Step

COMPARISONS: Mapping[str, t.Callable[[int, int], bool]] = {
    "at_most": operator.le,
    "below": operator.lt,
    "at_least": operator.ge,
    "above": operator.gt,
}

CEILINGS = ("at_most", "below")


@dataclass
class Progress:
    """The state of one judgement."""

    scope: Scope
    figures: dict[str, int] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    skipped: dict[str, tuple[str, str]] = field(default_factory=dict)  # section -> (how, by which section)
    doubtful: dict[str, frozenset[str]] = field(default_factory=dict)  # section -> missing of an open exemption

    def trial(self) -> Progress:
        """A copy that may be run ahead and thrown away."""
        scope = Scope(dict(self.scope.known), dict(self.scope.missing), self.scope.unlisted)
        scope.most = dict(self.scope.most)
        return Progress(scope, dict(self.figures), [], dict(self.skipped), dict(self.doubtful))

    def make(self, name: str, value: int) -> None:
        self.scope.known[name] = value
        self.figures[name] = value

    def lack(self, name: str, missing: frozenset[str]) -> None:
        self.scope.missing[name] = missing

    def doubt(self, name: str, missing: frozenset[str]) -> None:
        """Whether a judged section counts is open: it may be met, it must not fail."""
        self.doubtful[name] = self.doubtful.get(name, frozenset()) | missing

    def leave(
        self,
        rule: Rule,
        result: str,
        figures: Mapping[str, int] = NO_FIGURES,
        *,
        names: tuple[str, ...] = (),
        missing: frozenset[str] = NOTHING_MISSING,
        by: str | None = None,
    ) -> None:
        self.steps.append(Step(rule, result, figures, None, missing, by, names))


@dataclass(frozen=True)
class Section:
    """What all kinds share. ``applies``: a condition without which the section is passed over."""

    rule: Rule
    applies: Expression | None

    judged = False  # whether the section says yes or no

    def run(self, progress: Progress) -> None:
        """Do the section's part, or leave a step that says why not."""
        skipped = progress.skipped.get(self.rule.key)
        if skipped is not None:
            progress.leave(self.rule, "skipped", by=skipped[1])
            return
        try:
            if self.applies is not None and not self.applies.value(progress.scope):
                self.pass_over(progress)
                progress.leave(self.rule, "not_applicable")
                return
        except Unknown as unknown:
            if not self.judged:
                self.hesitate(progress, unknown.missing)
                return
            progress.doubt(self.rule.key, unknown.missing)  # met in any case is met; not met is open
        try:
            self.act(progress)
        except Unknown as unknown:
            self.give_up(progress, unknown.missing | progress.doubtful.get(self.rule.key, frozenset()))

    def hesitate(self, progress: Progress, missing: frozenset[str]) -> None:
        """Whether the section applies is open: no harm where it would change nothing, else all that is missing."""
        applied, passed_over = progress.trial(), progress.trial()
        self.pass_over(passed_over)
        missing |= passed_over.scope.missing.get(self.rule.key, NOTHING_MISSING)
        try:
            self.act(applied)
        except Unknown as unknown:
            missing |= unknown.missing
        else:
            if (applied.scope.known, applied.skipped) == (passed_over.scope.known, passed_over.skipped):
                self.act(progress)
                return
        bounds = [trial.scope.bound(self.rule.key) for trial in (applied, passed_over)]
        if None not in bounds:
            progress.scope.most[self.rule.key] = max(t.cast(list[int], bounds))
        self.give_up(progress, missing)

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

    def hesitate(self, progress: Progress, missing: frozenset[str]) -> None:
        self.give_up(progress, missing)

    def give_up(self, progress: Progress, missing: frozenset[str]) -> None:
        progress.leave(self.rule, "open", missing=missing)


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
        progress.leave(self.rule, self.gives, names=self.when.names)

    def give_up(self, progress: Progress, missing: frozenset[str]) -> None:
        """An open exemption: a test that it would skip may still be met, but must not fail."""
        for key in self.skips:
            progress.doubt(key, missing)
        progress.leave(self.rule, "open", missing=missing)


@dataclass(frozen=True)
class Require(Section):
    """A condition that must hold; ``otherwise``: not_met, or refer (a person must decide)."""

    must: Expression
    otherwise: str

    judged = True

    def act(self, progress: Progress) -> None:
        met = self.must.value(progress.scope)
        conclude(self.rule, progress, met, self.otherwise, None, self.must.names)


@dataclass(frozen=True)
class Test(Section):
    """A figure against a limit. ``compare``: one of COMPARISONS."""

    figure: Expression
    limit: Expression
    compare: str
    otherwise: str
    unit: str

    judged = True

    def act(self, progress: Progress) -> None:
        try:
            figure = self.figure.value(progress.scope)
        except Unknown as unknown:
            if self._is_low_enough(progress):
                return
            raise Unknown(unknown.missing | self._lacking_of_limit(progress)) from None
        limit, bound = self._limit(progress.scope, figure)
        met = COMPARISONS[self.compare](figure, limit)
        compared = (figure, limit, self.unit)
        conclude(self.rule, progress, met, self.otherwise, compared, self.figure.names + self.limit.names, bound)

    def _limit(self, scope: Scope, figure: int) -> tuple[int, str]:
        """The limit; where it waits for a truth or a term and the test ends alike under all of them, the nearest."""
        try:
            return self.limit.value(scope), ""
        except Unknown:
            limits = self.limit.possible(scope)
            if len({COMPARISONS[self.compare](figure, limit) for limit in limits}) != 1:
                raise
        nearest: int = min(limits, key=lambda limit: abs(figure - limit))
        return nearest, "at_least" if max(limits) > nearest else "at_most" if min(limits) < nearest else ""

    def _is_low_enough(self, progress: Progress) -> bool:
        """A figure that is not known is met all the same where what it cannot exceed is within the limit."""
        most = progress.scope.most.get(self.figure.names[0]) if self.figure.bare else None
        if most is None or self.compare not in CEILINGS or self._lacking_of_limit(progress):
            return False
        limit = self.limit.value(progress.scope)
        if not COMPARISONS[self.compare](most, limit):
            return False
        compared = (most, limit, self.unit)
        progress.steps.append(Step(self.rule, "met", NO_FIGURES, compared, names=self.limit.names, at_most=True))
        return True

    def _lacking_of_limit(self, progress: Progress) -> frozenset[str]:
        """What is missing on the other side is named as well."""
        try:
            self.limit.value(progress.scope)
        except Unknown as unknown:
            return unknown.missing
        return NOTHING_MISSING


def conclude(
    rule: Rule,
    progress: Progress,
    met: bool,
    otherwise: str,
    compared: tuple[int, int, str] | None,
    names: tuple[str, ...],
    bound: str = "",
) -> None:
    """Met; else what the section says, unless an exemption that is still open could skip it."""
    result, missing = ("met" if met else otherwise), frozenset[str]()
    if not met and rule.key in progress.doubtful:
        result, missing = "unknown", progress.doubtful[rule.key]
    progress.steps.append(Step(rule, result, NO_FIGURES, compared, missing, None, names, bound=bound))
