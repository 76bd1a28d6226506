"""The official papers: which there are, who knows their facts, and what a template of each may say.

A service answers with the facts of a paper as plain words; the door puts them into a template. What a template names
and the facts do not have is refused when the template is loaded. The facts here are samples: invented people.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from marshmallow import fields

from contracts.fields import Choice
from contracts.schema import MessageSchema

Fact = str | tuple[str, ...]  # a tuple: one line each


@dataclass(frozen=True)
class Paper:
    """One kind of paper. ``of``: what it belongs to; ``must``: facts that no template of it may leave out, by law."""

    kind: str
    of: t.Literal["application", "case"]
    zh: str
    en: str
    facts: Mapping[str, Fact]
    must: tuple[str, ...]

    @property
    def path(self) -> str:
        """``/v1/cases/{case}/papers/assignment-notice``, without the form of the file."""
        return f"/v1/{self.of}s/{{{self.of}}}/papers/{self.kind.replace('_', '-')}"


_EVERY: Mapping[str, Fact] = {"center": "和阳市法律援助中心", "year": "2026", "serial": "00001"}
_APPLICATION: Mapping[str, Fact] = {
    **_EVERY,
    "application_number": "A2026-00001",
    "applicant": "马秀云",
    "represented_by": "",
    "matter": "婚姻家庭",
    "form_of_aid": "民事、行政、国家赔偿诉讼及非诉讼代理",
    "received_on": "2026年2月12日",
}
_CASE: Mapping[str, Fact] = {
    **_EVERY,
    "application_number": "A2026-00001",
    "case_number": "C2026-00001",
    "recipients": "马秀云",
    "opponents": "王志强",
    "matter": "婚姻家庭",
    "form_of_aid": "民事、行政、国家赔偿诉讼及非诉讼代理",
    "granted_on": "2026年2月13日",
}
_LAWYER: Mapping[str, Fact] = {
    **_CASE,
    "firm": "和阳凤阳律师事务所",
    "lawyer": "周建涛",
    "licence": "14107200211731139",
    "assigned_on": "2026年2月14日",
}


def _paper(
    kind: str, of: t.Literal["application", "case"], zh: str, en: str, facts: Mapping[str, Fact], *must: str
) -> Paper:
    return Paper(kind, of, zh, en, MappingProxyType(dict(facts)), must)


PAPERS: Mapping[str, Paper] = MappingProxyType(
    {
        paper.kind: paper
        for paper in (
            _paper(
                "acceptance_notice",
                "application",
                "法律援助申请受理通知书",
                "Notice of acceptance of an application",
                _APPLICATION,
                "applicant",
                "received_on",
            ),
            _paper(
                "missing_papers_notice",
                "application",
                "补充材料通知书",
                "Notice of missing papers",
                {**_APPLICATION, "papers": ("经济状况说明或者承诺书", "起诉状副本"),
                 "requested_on": "2026年2月13日", "supply_by": "2026年3月15日"},
                "applicant",
                "papers",
                "supply_by",
            ),
            _paper(
                "grant_decision",
                "application",
                "给予法律援助决定书",
                "Decision to grant legal aid",
                {**_APPLICATION, "decided_on": "2026年2月13日", "grounds": ("经济困难条件：不受经济困难条件限制",)},
                "applicant",
                "decided_on",
            ),
            _paper(
                "refusal_decision",
                "application",
                "不予法律援助决定书",
                "Decision to refuse legal aid",
                {**_APPLICATION, "decided_on": "2026年2月13日", "reasons": ("申请事项不属于法律援助范围。",)},
                "applicant",
                "decided_on",
                "reasons",
            ),
            _paper(
                "assignment_notice",
                "case",
                "指派通知书",
                "Notice of assignment",
                {**_LAWYER, "nth": ""},
                "recipients",
                "firm",
                "lawyer",
                "assigned_on",
            ),
            _paper(
                "retainer",
                "case",
                "法律援助委托代理协议",
                "Retainer",
                {**_LAWYER, "signed_on": ""},
                "recipients",
                "firm",
                "lawyer",
            ),
            _paper(
                "power_of_attorney",
                "case",
                "授权委托书",
                "Power of attorney",
                {**_LAWYER, "signed_on": ""},
                "recipients",
                "lawyer",
            ),
            _paper(
                "termination_decision",
                "case",
                "终止法律援助决定书",
                "Decision to terminate legal aid",
                {**_CASE, "terminated_on": "2026年5月6日", "item": "六", "ground": "自行委托律师或者其他代理人",
                 "reasons": ("受援人已于 2026 年 5 月 5 日自行委托律师。",)},
                "recipients",
                "ground",
                "reasons",
                "terminated_on",
            ),
            _paper(
                "termination_review",
                "case",
                "终止法律援助异议审查决定书",
                "Decision on an objection to a termination",
                {**_CASE, "terminated_on": "2026年5月6日", "ground": "自行委托律师或者其他代理人",
                 "objected_on": "2026年5月8日", "decided_on": "2026年5月12日", "outcome": "责令恢复援助",
                 "overturned": "是", "reasons": ("受援人未自行委托律师，终止援助的事实依据不足。",)},
                "recipients",
                "outcome",
                "reasons",
                "decided_on",
            ),
            _paper(
                "closing_report",
                "case",
                "法律援助结案报告表",
                "Closing report",
                {
                    **_LAWYER,
                    "signed_on": "2026年2月16日",
                    "ended_on": "2026年9月1日",
                    "filed_on": "2026年9月10日",
                    "outcome": "胜诉",
                    "amounts": ("经济帮助：10,000.00元", "精神损害赔偿：5,000.00元"),
                    "recovered": "15,000.00",
                    "loss_avoided": "0.00",
                    "costs": ("交通费：120.00元",),
                    "progress": ("2026年3月20日 一审：准予离婚。",),
                    "summary": "经两审结案，判决已生效。",
                    "documents": ("民事判决书",),
                    "grade": "优秀",
                    "remarks": "",
                },
                "recipients",
                "lawyer",
                "outcome",
                "summary",
            ),
        )
    }
)  # fmt: skip


class PaperItem(MessageSchema):
    """A paper that can be fetched, as PDF (``.pdf``) and for a word processor (``.docx``)."""

    kind = Choice(PAPERS, required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)
    on = fields.Date(required=True, metadata={"description": "The day of the act that the paper is about"})


class PaperList(MessageSchema):
    """The official papers that there are by now."""

    items = fields.List(fields.Nested(PaperItem), required=True)


class PaperFacts(MessageSchema):
    """What one paper says: words, or lists of lines, by name."""

    kind = Choice(PAPERS, required=True)
    number = fields.String(required=True)
    facts = fields.Dict(keys=fields.String(), values=fields.Raw(), required=True)


def day_zh(day: dt.date | None) -> str:
    """``2026年2月12日``; empty for no day."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def yuan(fen: int | None) -> str:
    """Fen as yuan: 3005000 -> ``30,050.00``."""
    return f"{(fen or 0) // 100:,}.{(fen or 0) % 100:02d}"


def year_and_serial(number: str) -> tuple[str, str]:
    """``C2026-00001`` -> ``("2026", "00001")``, as a document number is written: 〔2026〕第00001号."""
    year, _, serial = number[1:].partition("-")
    return year, serial
