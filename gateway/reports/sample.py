"""The facts of a half-year as supervision answers them, for previews: seven organizations with invented figures."""

from __future__ import annotations

import typing as t

from contracts import terms

ORGANIZATIONS = {
    "womens-federation": ("和阳市妇女联合会", "Women's Federation"),
    "trade-unions": ("和阳市总工会", "Federation of Trade Unions"),
    "youth-league": ("共青团和阳市委员会", "Youth League"),
    "disabled-persons": ("和阳市残疾人联合会", "Disabled Persons' Federation"),
    "garrison": ("和阳军分区", "Garrison"),
    "aging-committee": ("和阳市老龄工作委员会", "Committee on Aging"),
    "university": ("和阳师范学院法学院", "Law School"),
}
MEASURES = {
    "advice": ("法律咨询（人次）", "Advice (person-times)", 5210, 4387),
    "drafting": ("代拟法律文书（份）", "Documents drafted", 812, 640),
    "guided": ("引导申请（人次）", "People guided to apply", 463, 0),
    "applications": ("申请（件）", "Applications", 704, 655),
    "granted": ("决定给予援助（件）", "Granted", 661, 613),
    "refused": ("决定不予援助（件）", "Refused", 21, 26),
    "cases": ("办理案件（件）", "Cases handled", 648, 601),
    "mediated": ("调解结案（件）", "Mediated", 154, 120),
    "lectures": ("法治讲座（场）", "Lectures", 96, 81),
    "recovered_fen": ("取得利益（分）", "Recovered (fen)", 3_005_000_00, 2_610_000_00),
}


def facts(**more: t.Any) -> dict[str, t.Any]:
    """A whole answer of ``supervision.half_year_report``."""
    sums = {measure: now for measure, (_, _, now, _) in MEASURES.items()}
    organizations = [
        {
            **_named(code, ORGANIZATIONS),
            "sums": {measure: value // (place + 2) for measure, value in sums.items()} | {"lecture_audience": 1200},
            "previous": {"cases": 601 // (place + 2)},
            "satisfaction": 4.85 if place else None,
            "on_time": 98.5,
        }
        for place, code in enumerate(ORGANIZATIONS)
    ]
    return {
        "from": "2026-01-01",
        "to": "2026-06-30",
        "drawn_up_on": "2026-07-03",
        "image_project_months": 6,
        "center": {"key": "center", "zh": "和阳市法律援助中心", "en": "Heyang Legal Aid Center"},
        "organization": None,
        "station": None,
        "previous": {"from": "2025-07-01", "to": "2025-12-31"},
        "year_before": {"from": "2025-01-01", "to": "2025-06-30"},
        "figures": [_figure(measure, *words) for measure, words in MEASURES.items()],
        "satisfaction": 4.81,
        "previous_satisfaction": None,
        "organizations": organizations,
        "months": [
            {"month": f"2026-0{n}-01", "sums": {"applications": 90 + 9 * n, "cases": 80 + 11 * n}} for n in range(1, 7)
        ],
        "groups": _shares(terms.RECIPIENT_GROUPS),
        "forms": _shares(terms.FORMS_OF_AID),
        "matters": _shares(terms.MATTERS),
        "amounts": [
            {**_of(terms.AMOUNT_KINDS, kind), "fen": 86_000_00, "previous_fen": 0}
            for kind in list(terms.AMOUNT_KINDS)[:4]
        ],
        "limits": [
            {**_of(terms.CLOCK_KINDS, kind), "met": 640, "missed": 8, "on_time": 98.8, "previous_on_time": 97.1}
            for kind in ("decide", "assign", "retainer", "closing_file", "return_visit")
        ],
        "problems": {
            "overdue": [
                {**_of(terms.CLOCK_KINDS, "closing_file"), "organization": "garrison", "count": 3, **_at("garrison")}
            ],
            "stations": [
                {
                    **_at("youth-league"),
                    "zh": "河滨区团委法律援助工作站",
                    "en": "Hebin Station",
                    "because": ["nameplate", "work"],
                    "suspended": False,
                    "has_liaison": False,
                },
                {
                    **_at("womens-federation"),
                    "zh": "凤泉区妇联法律援助工作站",
                    "en": "Fengquan Station",
                    "because": [],
                    "suspended": True,
                    "has_liaison": True,
                },
            ],
            "complaints": [{"key": "fee", "zh": "收取费用或者财物：1 件", "en": "fee: 1"}],
            "suspended_lawyers": 1,
            "findings": [{**_at("garrison"), "words": "职责、流程上墙", "due_on": "2026-06-15"}],
            "decisions": [{**_at("trade-unions"), "words": "<培训> 各站负责人 & 联络员", "due_on": "2026-08-31"}],
        },
        **more,
    }


def _named(key: str, words: dict[str, tuple[str, str]]) -> dict[str, str]:
    return {"key": key, "zh": words[key][0], "en": words[key][1]}


def _of(words: t.Mapping[str, str], key: str) -> dict[str, str]:
    return {"key": key, "zh": words[key], "en": key.replace("_", " ")}


def _at(code: str) -> dict[str, str]:
    zh, en = ORGANIZATIONS[code]
    return {"organization_zh": zh, "organization_en": en}


def _shares(words: t.Mapping[str, str]) -> list[dict[str, t.Any]]:
    return [{**_of(words, key), "applications": 60 - place, "cases": 55 - place} for place, key in enumerate(words)]


def _figure(measure: str, zh: str, en: str, now: int, before: int) -> dict[str, t.Any]:
    percent = round(100 * (now - before) / before, 1) if before else None
    previous = {"value": before, "change": now - before, "percent": percent}
    return {"measure": measure, "zh": zh, "en": en, "value": now, "previous": previous, "year_before": previous}
