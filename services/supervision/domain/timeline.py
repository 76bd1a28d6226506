"""The words of a timeline, made from an event and a small template table, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import yaml

from contracts import terms
from contracts.assignment.changes import RELEASED_WHY, TERMINATION_GROUNDS
from contracts.assignment.conduct import LABOUR_STEPS
from contracts.assignment.objections import TERMINATION_OUTCOMES
from contracts.wording import law_in_words

TEMPLATES = Path(__file__).with_name("timeline.yaml")
TERMS: Mapping[str, Mapping[str, str]] = {
    "eligibility": terms.ELIGIBILITY_OUTCOMES,
    "stage": terms.STAGES,
    "step": LABOUR_STEPS,
    "grade": terms.GRADES,
    "ground": TERMINATION_GROUNDS,
    "termination_outcome": TERMINATION_OUTCOMES,
    "why": RELEASED_WHY,
    "decision": {
        "clear": "排除",
        "replace": "更换律师",
        "agree": "同意更换",
        "refuse": "不同意更换",
        "lapsed": "案件已结束，无需更换",
    },
    "by": {
        "lawyer": "律师谢绝",
        "silence": "逾期未答复",
        "center": "中心收回",
        "conflict": "利益冲突",
        "act": "已办理",
        "person": "人工确认",
    },
    "office": terms.OFFICE_KINDS,
    "line": {"center": "中心", "organization": "主管单位"},
}
OUTCOMES = {**terms.CASE_OUTCOMES, **terms.TASK_OUTCOMES, **terms.OBJECTION_OUTCOMES}
KINDS = {**terms.CLOCK_KINDS, **terms.NOTIFICATION_KINDS}
NOTHING = {"zh": "无", "en": "none"}
YES_NO = {True: {"zh": "有", "en": "yes"}, False: {"zh": "无", "en": "no"}}


@dataclass(frozen=True)
class Words:
    """How one event is told. ``at``: the field with its moment, None: the time of the message.

    ``also``: what is added, in each language, when the flag of that name is true.
    """

    zh: str
    en: str
    actor: Literal["organization", "center", "lawyer"]
    at: str | None = None
    also: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def tell(self, event: Mapping[str, Any], zone: ZoneInfo) -> tuple[str, str]:
        """The sentence in Chinese and in English; raises KeyError for a field that the event does not have."""
        added = [more for flag, more in self.also.items() if event.get(flag) is True]
        zh, en = _Spoken(event, "zh", zone), _Spoken(event, "en", zone)
        return (
            "".join([self.zh.format_map(zh), *(more["zh"] for more in added)]),
            " ".join([self.en.format_map(en), *(more["en"] for more in added)]),
        )


class _Spoken(dict[str, str]):
    """The fields of an event for a reader, each worded when a template asks for it."""

    def __init__(self, event: Mapping[str, Any], language: Literal["zh", "en"], zone: ZoneInfo) -> None:
        super().__init__()
        self._event, self._language, self._zone = event, language, zone

    def __missing__(self, name: str) -> str:
        return word(name, self._event[name], self._language, self._zone)


def word(name: str, value: Any, language: Literal["zh", "en"], zone: ZoneInfo) -> str:
    """One field for a reader: terms translated, fen as yuan, instants as local time."""
    if value is None:
        return NOTHING[language]
    if isinstance(value, bool):
        return YES_NO[value][language]
    if name.endswith("_fen"):
        return yuan(value)
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return _term(name, value, language)
    return str(value)


def yuan(fen: int) -> str:
    """Fen as yuan with two decimals: 3005000 -> ``30,050.00``."""
    return f"{fen // 100:,}.{fen % 100:02d}"


def _term(name: str, value: str, language: Literal["zh", "en"]) -> str:
    if name == "article":
        return law_in_words(value, language)
    chinese = {"kind": KINDS, "outcome": OUTCOMES, **TERMS}.get(name, {})
    if value not in chinese:
        return value
    return chinese[value] if language == "zh" else value.replace("_", " ")


@lru_cache(maxsize=1)
def templates() -> Mapping[str, Words]:
    """Event type -> its words."""
    table = yaml.safe_load(TEMPLATES.read_text("utf-8"))
    return {event_type: Words(**row) for event_type, row in table.items()}
