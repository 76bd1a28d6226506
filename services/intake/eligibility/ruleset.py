"""A rule set that passed every check, and the judgement of one case by it."""

from __future__ import annotations

import datetime as dt
import typing as t
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from services.intake.eligibility import values
from services.intake.eligibility.amounts import Amount, Disregards
from services.intake.eligibility.expressions import Scope, names_read
from services.intake.eligibility.judgement import Judgement, Text, on_paper
from services.intake.eligibility.kinds import Kind
from services.intake.eligibility.sections import Progress, Section, Test

NOTHING: t.Any = object()
RANGED = ("money", "amounts", "count")  # types of inputs that have a range
PAID = ("money", "amounts")  # types of inputs that have a period
DAY = "applied_on"  # an input of this name is the day of the application


@dataclass(frozen=True)
class Input:
    """Something that may be known of a case. ``terms``: the closed list it comes from, empty where it is free;
    ``least`` and ``most``: the range of an amount or a count, in the values that expressions see."""

    name: str
    type: str  # money | amounts | count | flag | term | terms | text | date
    title: Text
    terms: tuple[str, ...] = ()
    per: str | None = None
    default: t.Any = NOTHING
    ratios: values.Ratios = field(default_factory=dict)
    least: int = 0
    most: int | None = None

    @property
    def kind(self) -> Kind:
        """What it is in expressions."""
        kinds = {
            "money": "amount",
            "amounts": "amounts",
            "count": "amount",
            "flag": "condition",
            "date": "day",
            "terms": "list",
        }
        return Kind(kinds.get(self.type, "text"), self.terms, self.name)

    def wanted(self, money: tuple[str, int], tongue: str = "en") -> str:
        """What a value of this input must be, in words."""
        return _wanted_zh(self, money) if tongue == "zh" else _wanted_en(self, money)

    def ends(self, money: tuple[str, int] | None) -> list[str]:
        """Least and most as people read them."""
        return [f"{end} ({on_paper(end, money)})" if money and end else str(end) for end in (self.least, self.most)]

    def read(self, value: t.Any, rounding: str) -> t.Any:
        """The value as expressions see it; raises ValueError when it cannot be one of this input's."""
        if self.type == "money":
            if type(value) is not int:
                value = values.converted(value, self.per, self.ratios, rounding)
            return self._in_range(value)
        if self.type == "amounts" and isinstance(value, (list, tuple)):
            each = (values.converted(item, self.per, self.ratios, rounding) for item in value)
            return tuple(self._in_range(amount) for amount in each)
        if self.type == "count" and isinstance(value, int) and not isinstance(value, bool):
            return self._in_range(value)
        if self.type == "flag" and isinstance(value, bool):
            return value
        if self.type == "date" and isinstance(value, (dt.date, str)):
            day = value.date() if isinstance(value, dt.datetime) else value
            return dt.date.fromisoformat(str(day)).isoformat()
        if self.type in ("text", "term") and isinstance(value, str) and (not self.terms or value in self.terms):
            return value
        if self.type == "terms" and isinstance(value, (list, tuple)) and all(item in self.terms for item in value):
            return tuple(sorted(set(value)))
        raise ValueError(f"{self.name}: not a value of type {self.type}")

    def _in_range(self, value: int) -> int:
        if not self.least <= value < values.LARGEST or (self.most is not None and value > self.most):
            raise ValueError(f"{value} is out of range: {_range_en(self, None)}")
        return value


def _wanted_en(item: Input, money: tuple[str, int]) -> str:
    per = f" per {item.per}, or {{amount, per}} with per one of {', '.join(item.ratios)}" if item.per else ""
    amount = f"a whole number of 1/{10 ** money[1]} {money[0]}, {_range_en(item, money)}{per}"
    return {
        "money": amount,
        "amounts": f"a list, each of it {amount}",
        "count": f"a whole number, {_range_en(item, None)}",
        "flag": "true or false",
        "term": f"one of: {', '.join(item.terms)}",
        "terms": f"a list out of: {', '.join(item.terms)}",
        "text": "text",
        "date": "a day such as 2026-01-31",
    }[item.type]


def _range_en(item: Input, money: tuple[str, int] | None) -> str:
    least, most = item.ends(money)
    return f"{least} or more" if item.most is None else f"from {least} to {most}"


def _wanted_zh(item: Input, money: tuple[str, int]) -> str:
    per = f"，按 {item.per} 计，或者 {{amount, per}}，per 为 {'、'.join(item.ratios)} 之一" if item.per else ""
    amount = f"以 1/{10 ** money[1]} {money[0]} 计的整数，{_range_zh(item, money)}{per}"
    return {
        "money": f"须为{amount}",
        "amounts": f"须为列表，每项为{amount}",
        "count": f"须为整数，{_range_zh(item, None)}",
        "flag": "须为 true 或者 false",
        "term": f"须为下列之一：{'、'.join(item.terms)}",
        "terms": f"须为下列各项组成的列表：{'、'.join(item.terms)}",
        "text": "须为文字",
        "date": "须为日期，例如 2026-01-31",
    }[item.type]


def _range_zh(item: Input, money: tuple[str, int] | None) -> str:
    least, most = item.ends(money)
    return f"不小于 {least}" if item.most is None else f"从 {least} 到 {most}"


NO_SUCH_INPUT = {"en": "these rules have no such input; they have: {}", "zh": "该规则没有这一数据项；现有：{}"}


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
    units: Mapping[str, str]

    @cached_property
    def key(self) -> str:
        return f"{self.jurisdiction}/{self.since.isoformat()}"

    def judge(self, given: Mapping[str, t.Any], day: dt.date | None = None) -> Judgement:
        """Judge a case by what is ``given`` (input -> value; None or absent: not known).

        A value that an input cannot have counts as not known. Money is in minor units, or has amount and per.
        """
        if day is not None and DAY in self.inputs:
            given = {**given, DAY: day}
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
            units=self.units,
            known=progress.scope.known,
            results=self._results,
        )

    def objections(self, given: Mapping[str, t.Any], tongue: str = "en") -> dict[str, str]:
        """What cannot be used of a case, by name and why: for people who type; ``judge`` takes it as not known."""
        found = {}
        for name, value in given.items():
            item = self.inputs.get(name)
            if item is None:
                found[name] = NO_SUCH_INPUT[tongue].format(("、" if tongue == "zh" else ", ").join(self.inputs))
            elif value is not None:
                try:
                    item.read(value, self.rounding)
                except ValueError:
                    found[name] = item.wanted(self.money, tongue)
        return found

    @cached_property
    def unread(self) -> tuple[str, ...]:
        """Inputs and standards that no expression reads: somebody is asked for nothing, or a rule was forgotten."""
        read = {name for section in self.sections for name in names_read(section)}
        return tuple(name for name in (*self.inputs, *self.standards) if name not in read)

    @cached_property
    def _results(self) -> frozenset[str]:
        """Sections that calculate an amount which no other section reads."""
        read = {name for section in self.sections for name in names_read(section)}
        return frozenset(one.rule.key for one in self.sections if isinstance(one, (Amount, Disregards))) - read

    @cached_property
    def _known_before(self) -> dict[str, t.Any]:
        """Standards, and the inputs whose silence means something."""
        silent = [item for item in self.inputs.values() if item.default is not NOTHING]
        return {**self.standards, **{item.name: item.read(item.default, self.rounding) for item in silent}}

    @cached_property
    def _blame(self) -> dict[str, frozenset[str]]:
        return {name: frozenset({name}) for name in self.inputs}

    def _scope(self, given: Mapping[str, t.Any]) -> Scope:
        known, inputs, wrong = dict(self._known_before), self.inputs, []
        for name, value in given.items():
            item = inputs.get(name)
            if item is None or value is None:
                continue
            try:
                known[name] = item.read(value, self.rounding)
            except (ValueError, TypeError):
                wrong.append(name)
        for name in wrong:
            known.pop(name, None)
        missing = {name: blame for name, blame in self._blame.items() if name not in known}
        return Scope(known, missing, frozenset(wrong))

    @cached_property
    def _judging(self) -> tuple[tuple[int, bool], ...]:
        """Places of the sections that say yes or no, and whether each is a means test."""
        return tuple((n, isinstance(one, Test)) for n, one in enumerate(self.sections) if one.judged)

    def _outcome(self, progress: Progress) -> tuple[str, frozenset[str]]:
        """Failing one judged section is final; a doubt in any other leaves everything open."""
        judged = [progress.steps[place] for place, _ in self._judging]
        if any(step.result == "not_met" for step in judged):
            return "not_eligible", frozenset()
        open_steps = [step for step in judged if step.result in ("unknown", "refer")]
        if not open_steps:
            return "eligible", frozenset()
        return "unknown", frozenset().union(*(step.missing or {step.rule.key} for step in open_steps))

    def _hardship(self, progress: Progress) -> str:
        """The means tests taken together."""
        results = []
        for place, is_means_test in self._judging:
            step = progress.steps[place]
            if is_means_test and step.result != "not_applicable":
                skipped = progress.skipped.get(step.rule.key)
                results.append(skipped[0] if skipped else step.result)
        for decisive in ("not_met", "unknown", "refer"):
            if decisive in results:
                return "unknown" if decisive == "refer" else decisive
        if not results:
            return "not_required"
        return "met" if "met" in results else results[0]
