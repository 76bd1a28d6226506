"""A rule set that passed every check, and the judgement of one case by it."""

from __future__ import annotations

import datetime as dt
import typing as t
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from services.intake.eligibility import values
from services.intake.eligibility.expressions import Scope
from services.intake.eligibility.judgement import Judgement, Text
from services.intake.eligibility.sections import Progress, Section, Test

NOTHING: t.Any = object()
DAY = "applied_on"  # an input of this name is the day of the application


@dataclass(frozen=True)
class Input:
    """Something that may be known of a case. ``terms``: the closed list it comes from, empty where it is free."""

    name: str
    type: str  # money | count | flag | term | terms | text | date
    title: Text
    terms: tuple[str, ...] = ()
    per: str | None = None
    default: t.Any = NOTHING

    @property
    def sample(self) -> t.Any:
        """A value of the right type, with which expressions are tried when they are loaded."""
        kinds: dict[str, t.Any] = {"money": 1, "count": 1, "flag": True, "text": "", "date": "2000-01-01"}
        first = self.terms[0] if self.terms else ""
        return {"term": first, "terms": [first], **kinds}[self.type]

    def read(self, value: t.Any, periods: Mapping[str, Fraction], rounding: str) -> t.Any:
        """The value as expressions see it; raises ValueError when it cannot be one of this input's."""
        if self.type == "money":
            if type(value) is int:
                return _at_least_zero(value)
            amount = values.converted(value, self.per, periods, rounding)
            return _at_least_zero(amount)
        if self.type == "count" and isinstance(value, int) and not isinstance(value, bool):
            return _at_least_zero(value)
        if self.type == "flag" and isinstance(value, bool):
            return value
        if self.type == "date" and isinstance(value, dt.date):
            return value.isoformat()[:10]
        if self.type in ("text", "term") and isinstance(value, str) and (not self.terms or value in self.terms):
            return value
        if self.type == "terms" and isinstance(value, (list, tuple)) and all(item in self.terms for item in value):
            return tuple(value)
        raise ValueError(f"{self.name}: not a value of type {self.type}")


def _at_least_zero(value: int) -> int:
    if not 0 <= value < 2**53:
        raise ValueError("out of range")
    return value


@dataclass(frozen=True)
class RuleSet:
    """One jurisdiction's rules from one day on; they end where the next set begins, or on ``until``."""

    jurisdiction: str
    since: dt.date
    until: dt.date | None
    title: Text
    source: str
    verified: bool
    money: tuple[str, int]
    rounding: str
    periods: Mapping[str, Fraction]
    inputs: Mapping[str, Input]
    standards: Mapping[str, int | float]
    sections: tuple[Section, ...]
    names: Mapping[str, Text]

    @cached_property
    def key(self) -> str:
        return f"{self.jurisdiction}/{self.since.isoformat()}"

    def judge(self, given: Mapping[str, t.Any], day: dt.date | None = None) -> Judgement:
        """Judge a case by what is ``given`` (input -> value; None or absent: not known).

        A value that an input cannot have counts as not known. Money is in minor units, or has amount and per.
        """
        if day is not None and DAY in self.inputs:
            given = {DAY: day, **given}
        progress = Progress(self._scope(given))
        for section in self.sections:
            section.run(progress)
        outcome, missing = self._outcome(progress)
        return Judgement(
            outcome=outcome,
            hardship=self._hardship(progress),
            steps=tuple(progress.steps),
            missing=tuple(sorted(missing)),
            figures=progress.figures,
            rule_set=self.key,
            day=day,
            names=self.names,
            money=self.money,
        )

    def _scope(self, given: Mapping[str, t.Any]) -> Scope:
        known: dict[str, t.Any] = dict(self.standards)
        missing: dict[str, frozenset[str]] = {}
        for name, item in self.inputs.items():
            value = given.get(name)
            if value is None and item.default is not NOTHING:
                value = item.default
            try:
                if value is not None:
                    known[name] = item.read(value, self.periods, self.rounding)
                    continue
            except ValueError:
                pass
            missing[name] = frozenset({name})
        return Scope(known, missing)

    def _outcome(self, progress: Progress) -> tuple[str, frozenset[str]]:
        """Failing one judged section is final; a doubt in any other leaves everything open."""
        judged = [step for step, section in zip(progress.steps, self.sections, strict=True) if section.judged]
        if any(step.result == "not_met" for step in judged):
            return "not_eligible", frozenset()
        open_steps = [step for step in judged if step.result in ("unknown", "refer")]
        missing = frozenset[str]().union(*(step.missing or {step.rule.key} for step in open_steps))
        return ("unknown", missing) if open_steps else ("eligible", missing)

    def _hardship(self, progress: Progress) -> str:
        """The means tests taken together."""
        results = []
        for step, section in zip(progress.steps, self.sections, strict=True):
            if isinstance(section, Test) and step.result != "not_applicable":
                skipped = progress.skipped.get(step.rule.key)
                results.append(skipped[0] if skipped else step.result)
        for decisive in ("not_met", "unknown", "refer"):
            if decisive in results:
                return "unknown" if decisive == "refer" else decisive
        if not results:
            return "not_required"
        return "met" if "met" in results else results[0]
