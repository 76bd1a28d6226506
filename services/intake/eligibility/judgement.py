"""What a judgement says: the outcome, what is missing, and the trail with figures, limits and articles."""

from __future__ import annotations

import datetime as dt
import typing as t
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Text = Mapping[str, str]  # "zh" and "en"

EXEMPTIONS = ("waived", "presumed", "passported", "not_required")
SAYS: Mapping[str, tuple[str, str]] = {
    "met": ("条件成立", "met"),
    "not_met": ("条件不成立", "not met"),
    "waived": ("不受经济困难条件限制", "no means condition applies"),
    "presumed": ("条件视为成立，免予核查", "the means condition stands, its check is waived"),
    "passported": ("凭所领救助直接认定", "taken as met because of a benefit received"),
    "not_required": ("无需经济困难条件", "no means condition is required"),
    "unknown": ("尚不能确定，缺少：{missing}", "cannot be said yet; missing: {missing}"),
    "refer": ("须由工作人员审查决定", "a person must decide"),
    "noted": ("", ""),
}
NOT_WORKED_OUT = {"zh": "尚未算出；尚不知道：", "en": "not worked out; not known: "}
BOUNDS = {"": ("", ""), "at_least": ("至少 ", "at least "), "at_most": ("至多 ", "at most ")}
NO_ANSWER = {"zh": "无法算出", "en": "it cannot be worked out"}
SILENT = ("open", "not_applicable", "calculated", "holds", "holds_not", "skipped")


@dataclass(frozen=True, slots=True)
class Rule:
    """Where a section stands: words, article, source, first day, and whether its text was read."""

    key: str
    kind: str
    title: Text
    article: str | None
    source: str
    since: dt.date
    verified: bool
    note: Text | None = None


NO_FIGURES: Mapping[str, int] = MappingProxyType({})
NOTHING_MISSING: frozenset[str] = frozenset()


class Step(t.NamedTuple):
    """One section of the trail. ``figures``: minor units or counts; ``compared``: figure and limit of a test;
    ``names``: what was looked at, of which the figures are shown; ``at_most``: the figure is not known, only that it
    cannot exceed what was compared; ``bound``: nor is the limit, only that it is ``at_least`` or ``at_most`` that."""

    rule: Rule
    result: str
    figures: Mapping[str, int] = NO_FIGURES
    compared: tuple[int, int, str] | None = None
    missing: frozenset[str] = NOTHING_MISSING
    by: str | None = None
    names: tuple[str, ...] = ()
    at_most: bool = False
    bound: str = ""

    def is_part(self, name: str) -> bool:
        """Whether a figure was made by this section out of amounts."""
        return name in self.figures and self.rule.kind in ("deductions", "disregards")


@dataclass(frozen=True)
class Judgement:
    """``outcome``: eligible | not_eligible | unknown; ``hardship``: a result of the means tests taken together.

    ``results``: the sections whose figures nothing else reads: they are what comes out, such as a contribution.
    """

    outcome: str
    hardship: str
    steps: tuple[Step, ...]
    missing: tuple[str, ...] = ()
    figures: Mapping[str, int] = field(default_factory=dict)
    rule_set: str | None = None
    day: dt.date | None = None
    names: Mapping[str, Text] = field(default_factory=dict)
    money: tuple[str, int] = ("CNY", 2)
    units: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, t.Any] = field(default_factory=dict)
    results: frozenset[str] = frozenset()

    def reasons(self) -> list[dict[str, t.Any]]:
        """The sections that mattered, in words: ``{"key", "article", "zh", "en"}``."""
        return [self._reason(step) for step in self.steps if step.result not in SILENT]

    def not_worked_out(self) -> list[dict[str, t.Any]]:
        """Of whoever is eligible all the same: the figures that should come out and do not, and what they wait for."""
        if self.outcome != "eligible":
            return []
        waiting = [step for step in self.steps if step.result == "open" and step.rule.key in self.results]
        return [
            {
                "name": step.rule.key,
                "missing": sorted(step.missing - {step.rule.key}),  # itself: its expression has no answer at all
                "zh": f"{step.rule.title['zh']}：{self._waits_for(step, 'zh')}",
                "en": f"{step.rule.title['en']}: {self._waits_for(step, 'en')}",
            }
            for step in waiting
        ]

    def _waits_for(self, step: Step, language: str) -> str:
        inputs = step.missing - {step.rule.key}
        return NOT_WORKED_OUT[language] + self._named(inputs, language) if inputs else NO_ANSWER[language]

    def as_dict(self) -> dict[str, t.Any]:
        """The whole judgement as plain JSON values."""
        return {
            "outcome": self.outcome,
            "hardship": self.hardship,
            "missing": [{"name": name, **self.title_of(name)} for name in self.missing],
            "rule_set": self.rule_set,
            "day": self.day.isoformat() if self.day else None,
            "figures": dict(self.figures),
            "not_worked_out": self.not_worked_out(),
            "reasons": self.reasons(),
            "trail": [self._step(step) for step in self.steps],
        }

    def title_of(self, name: str) -> dict[str, str]:
        """What a person calls an input, a table or a section."""
        title = self.names.get(name, {})
        return {"zh": title.get("zh", name), "en": title.get("en", name)}

    def figures_of(self, step: Step) -> dict[str, int]:
        """The figures of one section: what it looked at, and what it calculated."""
        seen = ((name, self.known.get(name)) for name in step.names)
        looked_at = {name: value for name, value in seen if isinstance(value, int) and not isinstance(value, bool)}
        return looked_at | dict(step.figures)

    def shown(self, step: Step, name: str, value: int) -> str:
        """A figure of the trail as people read it; parts of deductions and disregards are money, whatever their key."""
        is_money = step.is_part(name) or self.units.get(name, "money") == "money"
        return self._amount(value) if is_money else f"{value:,}"

    def words_of(self, step: Step, name: str, language: str) -> str:
        """What a figure of the trail is called beside its name; empty where nothing more is known.

        A deduction may have the key of an input that is no amount (``partner``), whose title then says something else.
        """
        if step.is_part(name) and self.units.get(name, "money") != "money":
            return ""
        title = self.title_of(name)[language]
        return "" if title == name else title

    def _reason(self, step: Step) -> dict[str, t.Any]:
        reason: dict[str, t.Any] = {"key": f"{step.rule.key}.{step.result}"}
        if step.rule.article:
            reason["article"] = step.rule.article
        return reason | {"zh": self._sentence(step, "zh"), "en": self._sentence(step, "en")}

    def _sentence(self, step: Step, language: str) -> str:
        zh = language == "zh"
        said = SAYS[step.result][0 if zh else 1].format(missing=self._named(step.missing, language))
        parts = [part for part in (said, self.compared_in_words(step, language)) if part]
        text = step.rule.title[language] + ("：" if zh else ": ") * bool(parts) + ("，" if zh else ", ").join(parts)
        if step.rule.article:
            text += f"（{step.rule.article}）" if zh else f" ({step.rule.article})"
        if step.rule.note and step.result != "unknown":
            text += ("。" if zh else ". ") + step.rule.note[language]
        if not step.rule.verified:
            text += "【所依规则尚待核实】" if zh else " [rule not verified yet]"
        return text[:1000]

    def _named(self, missing: frozenset[str], language: str) -> str:
        """What is missing, in the words of people."""
        titles = [self.title_of(name)[language] for name in sorted(missing)]
        return ("、" if language == "zh" else ", ").join(titles)

    def compared_in_words(self, step: Step, language: str) -> str:
        """``7,600.00 CNY against a limit of 4,680.00 CNY``; empty where nothing was compared."""
        if step.compared is None:
            return ""
        figure, limit, unit = step.compared
        left, right = (self._amount(figure), self._amount(limit)) if unit == "money" else (str(figure), str(limit))
        if language == "zh":
            return f"{'至多 ' * step.at_most}{left}，限额 {BOUNDS[step.bound][0]}{right}"
        return f"{'at most ' * step.at_most}{left} against a limit of {BOUNDS[step.bound][1]}{right}"

    def _amount(self, minor: int) -> str:
        return on_paper(minor, self.money)

    def _step(self, step: Step) -> dict[str, t.Any]:
        rule = step.rule
        return {
            "section": rule.key,
            "kind": rule.kind,
            "title": dict(rule.title),
            "result": step.result,
            "by": step.by,
            "figures": self.figures_of(step),
            "figure": step.compared[0] if step.compared and not step.at_most else None,
            "limit": step.compared[1] if step.compared and not step.bound else None,
            "missing": sorted(step.missing),
            "article": rule.article,
            "source": rule.source,
            "since": rule.since.isoformat(),
            "verified": rule.verified,
        }


def on_paper(minor: int, money: tuple[str, int]) -> str:
    """An amount as people write it: ``1,733.00 CNY``. ``money``: currency and decimals."""
    code, digits = money
    sign, minor = ("-" if minor < 0 else ""), abs(minor)
    whole, rest = divmod(minor, 10**digits)
    return f"{sign}{whole:,}" + (f".{rest:0{digits}d}" if digits else "") + f" {code}"
