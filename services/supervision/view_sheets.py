"""Figures as tables with headings in both languages, for files: see the door's exports.

Guarantee: as for the figures themselves, nobody counts beyond their own sight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import select

from chassis.tables import organizations
from chassis.work import Read
from contracts import terms
from contracts.supervision.figures import FIGURE_SHEETS
from services.supervision import figures_reading as reading
from services.supervision.asking import load
from services.supervision.domain import measures, periods
from services.supervision.domain.periods import Change
from services.supervision.figures_reading import Scope, Sums, Table
from services.supervision.models import Station
from services.supervision.view_figures import period_of, punctuality_of, satisfaction_of, scope_of

Column = dict[str, str]
Row = list[Any]
WORDS: dict[str, Mapping[str, str]] = {
    "recipient_group": terms.RECIPIENT_GROUPS,
    "form_of_aid": terms.FORMS_OF_AID,
    "matter": terms.MATTERS,
    "result": {
        **terms.CASE_OUTCOMES, **terms.GRADES, **terms.COMPLAINT_CONCLUSIONS,
        "granted": "给予援助", "refused": "不予援助",
        **{str(mark): f"{mark} 分" for mark in range(1, 6)},
    },
}  # fmt: skip
TITLES = {
    "recipient_group": ("受援人群", "Recipient group"),
    "form_of_aid": ("援助形式", "Form of aid"),
    "matter": ("事项", "Matter"),
    "result": ("结果", "Result"),
}
SHEET_OF = {"groups": "recipient_group", "forms": "form_of_aid", "matters": "matter", "results": "result"}


def figure_sheets(read: Read, params: dict[str, Any]) -> dict[str, Any]:
    """The figures of a range of days as one table or all."""
    asked = load("supervision.figure_sheets", params)
    (first, last), scope = period_of(read, asked), scope_of(read, asked)
    table = reading.table(read.session, scope, first, last)
    wanted = [asked["sheet"]] if asked["sheet"] else list(FIGURE_SHEETS)
    made = {
        "total": lambda: _total(read, table.total, scope, first, last),
        "stations": lambda: _stations(read, table),
        "months": lambda: _months(table),
        "limits": lambda: _limits(table.total),
        **{name: _maker(name, dimension, table) for name, dimension in SHEET_OF.items()},
    }
    return {"title": f"figures-{first}-{last}", "sheets": [made[name]() for name in wanted], "next": None}


def fact_sheet(read: Read, params: dict[str, Any]) -> dict[str, Any]:
    """A page of what figures are made of, as a table."""
    asked = load("supervision.fact_sheet", params)
    first, last = period_of(read, asked)
    rows = reading.facts(read, scope_of(read, asked), asked, first, last)
    page = rows[: asked["limit"]]
    names = _names(read)
    columns = [
        _column("day", "日期", "Day", "day"),
        _column("measure_zh", "指标", "Measure"),
        _column("measure_en", "指标（英文）", "Measure in English"),
        _column("value", "数值", "Value", "count"),
        _column("yuan", "金额（分）", "Amount (fen)", "fen"),
        _column("organization", "单位", "Organization"),
        _column("station", "工作站", "Station"),
        *(_column(name, *words) for name, words in TITLES.items()),
        _column("number", "编号", "Number"),
        _column("source", "标识", "Id"),
    ]
    found = {"name": "facts", "zh": "统计明细", "en": "Facts", "columns": columns}
    found["rows"] = [_fact(row, case_number or number, names) for row, number, case_number in page]
    following = reading.cursor(page[-1][0]) if len(rows) > len(page) else None
    return {"title": f"facts-{first}-{last}", "sheets": [found], "next": following}


def _fact(row: Any, number: str | None, names: Mapping[tuple[str, str], str]) -> Row:
    money = measures.is_money(row.measure)
    return [
        row.day.isoformat(),
        *measures.words_of(row.measure),
        None if money else row.value,
        row.value if money else None,
        names.get((row.organization, ""), row.organization),
        names.get((row.organization, row.station), row.station) or None,
        *(_word(name, getattr(row, name)) for name in TITLES),
        number,
        str(row.source),
    ]


def _total(read: Read, total: Sums, scope: Scope, first: Any, last: Any) -> dict[str, Any]:
    """Each figure beside the period before and the same one a year ago."""
    before = reading.total(read.session, scope, *periods.before(first, last))
    year = reading.total(read.session, scope, *periods.year_before(first, last))
    columns = [
        _column("measure_zh", "指标", "Measure"),
        _column("measure_en", "指标（英文）", "Measure in English"),
        _column("value", "本期", "This period", "number"),
        _column("previous", "上期", "Period before", "number"),
        _column("previous_change", "比上期增减", "Change", "number"),
        _column("previous_percent", "环比", "Change in percent", "percent"),
        _column("year", "上年同期", "A year ago", "number"),
        _column("year_change", "比上年同期增减", "Change from a year ago", "number"),
        _column("year_percent", "同比", "Change from a year ago in percent", "percent"),
    ]
    rows = [_beside(measure, total, before, year) for measure in _measures(total, before, year)]
    marks = [satisfaction_of(one) for one in (total, before, year)]
    rows.append(["满意度（平均分）", "Satisfaction (average)", marks[0], marks[1], None, None, marks[2], None, None])
    return _sheet("total", columns, rows)


def _beside(measure: str, total: Sums, before: Sums, year: Sums) -> Row:
    zh, en = measures.words_of(measure)
    scale = 100 if measures.is_money(measure) else 1
    now = total.get(measure, 0)
    row: Row = [zh.replace("（分）", "（元）"), en.replace("(fen)", "(yuan)"), now / scale if scale > 1 else now]
    for other in (before, year):
        change = Change(now, other.get(measure, 0))
        row += [other.get(measure, 0) / scale, change.absolute / scale, change.percent]
    return row


def _stations(read: Read, table: Table) -> dict[str, Any]:
    names = _names(read)
    keys = [
        ([names.get((organization, ""), organization), names.get((organization, station), station) or None], sums)
        for (organization, station), sums in table.stations.items()
    ]
    columns = [_column("organization", "单位", "Organization"), _column("station", "工作站", "Station")]
    return _grid("stations", columns, keys)


def _months(table: Table) -> dict[str, Any]:
    keys: list[tuple[Row, Sums]] = [([month.strftime("%Y-%m")], sums) for month, sums in table.months.items()]
    return _grid("months", [_column("month", "月份", "Month")], keys)


def _maker(name: str, dimension: str, table: Table) -> Callable[[], dict[str, Any]]:
    def make() -> dict[str, Any]:
        columns = [_column(dimension, *TITLES[dimension]), _column(f"{dimension}_en", "英文", "In English")]
        keys: list[tuple[Row, Sums]] = [
            ([_word(dimension, key), key.replace("_", " ")], sums) for key, sums in table.by[dimension].items()
        ]
        return _grid(name, columns, keys)

    return make


def _limits(total: Sums) -> dict[str, Any]:
    columns = [
        _column("limit_zh", "期限", "Limit"),
        _column("limit_en", "期限（英文）", "Limit in English"),
        _column("met", "按期", "Met", "count"),
        _column("missed", "逾期", "Missed", "count"),
        _column("rate", "按期率", "Met in percent", "percent"),
    ]
    rows: list[Row] = []
    for one in punctuality_of(total):
        rate = round(100 * one["met"] / (one["met"] + one["missed"]), 1)
        words = [terms.CLOCK_KINDS[one["kind"]], one["kind"].replace("_", " ")]
        rows.append([*words, one["met"], one["missed"], rate])
    return _sheet("limits", columns, rows)


def _grid(name: str, columns: list[Column], keys: list[tuple[Row, Sums]]) -> dict[str, Any]:
    """One row for each key, one column for each measure that anything was counted for."""
    wanted = [
        measure for measure in _measures(*(sums for _, sums in keys)) if any(sums.get(measure) for _, sums in keys)
    ]
    shown = [_column(one, *measures.words_of(one), "fen" if measures.is_money(one) else "count") for one in wanted]
    rows = [[*key, *(sums.get(measure, 0) for measure in wanted)] for key, sums in keys]
    return _sheet(name, [*columns, *shown], rows)


def _measures(*sums: Sums) -> list[str]:
    families = sorted({measure for one in sums for measure in one if ":" in measure})
    return [*measures.MEASURES, *families]


def _sheet(name: str, columns: list[Column], rows: Iterable[Row]) -> dict[str, Any]:
    return {"name": name, "zh": FIGURE_SHEETS[name], "en": name, "columns": columns, "rows": list(rows)}


def _column(key: str, zh: str, en: str, cells: str = "text") -> Column:
    return {"key": key, "zh": zh, "en": en, "cells": cells}


def _word(dimension: str, key: str) -> str | None:
    return WORDS[dimension].get(key, key) or None


def _names(read: Read) -> dict[tuple[str, str], str]:
    """What organizations (with an empty station) and stations are called."""
    found = {
        (code, ""): name for code, name in read.session.execute(select(organizations.c.code, organizations.c.name))
    }
    for row in read.session.execute(select(Station.organization, Station.code, Station.name)):
        found[row.organization, row.code] = row.name
    return found


VIEWS: dict[str, Callable[[Read, dict[str, Any]], dict[str, Any]]] = {
    "supervision.figure_sheets": figure_sheets,
    "supervision.fact_sheet": fact_sheet,
}
