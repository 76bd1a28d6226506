"""Files of tables: what opens in a spreadsheet is what the service answered, and nothing in it is a formula."""

from __future__ import annotations

import csv
import io
import typing as t
from dataclasses import replace

import openpyxl
import pytest

from chassis.errors import Rejected, ServiceUnavailable
from gateway import exports, sheets
from tests.unit.gateway.conftest import Bus, Caller, Network, app_over

PATH, QUERY = "/v1/figures/facts/export", "supervision.fact_sheet"
COLUMNS = [
    {"key": "day", "zh": "日期", "en": "Day", "cells": "day"},
    {"key": "station", "zh": "工作站", "en": "Station", "cells": "text"},
    {"key": "value", "zh": "数值", "en": "Value", "cells": "count"},
    {"key": "amount", "zh": "金额（分）", "en": "Amount (fen)", "cells": "fen"},
]


def page(rows: list[list[t.Any]], following: str | None = None) -> dict[str, t.Any]:
    sheet = {"name": "facts", "zh": "统计明细", "en": "Facts", "columns": COLUMNS, "rows": rows}
    return {"title": "facts-2026", "sheets": [sheet], "next": following}


def read_csv(answer: t.Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def read_xlsx(answer: t.Any) -> t.Any:
    return openpyxl.load_workbook(io.BytesIO(answer.data))


@pytest.fixture
def facts(bus: Bus) -> None:
    bus.reads[QUERY] = page([["2026-09-17", "凤泉站", 3, None], ["2026-09-18", "=1+1", None, 3_005_001]])


@pytest.mark.usefixtures("facts")
def test_a_csv_file_opens_in_excel_with_chinese_headings_and_money_in_yuan(network: Network) -> None:
    answer = network.client("liaison").get(PATH + "?format=csv")
    assert answer.data.startswith("\ufeff".encode())
    assert answer.headers["Content-Disposition"] == 'attachment; filename="facts-2026.csv"'
    assert read_csv(answer) == [
        ["日期 Day", "工作站 Station", "数值 Value", "金额（元） Amount (yuan)"],
        ["2026-09-17", "凤泉站", "3", ""],
        ["2026-09-18", "'=1+1", "", "30050.01"],
    ]


@pytest.mark.usefixtures("facts")
def test_an_xlsx_file_holds_numbers_as_numbers_and_a_formula_as_text(network: Network) -> None:
    sheet = read_xlsx(network.client("liaison").get(PATH))["统计明细"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["日期 Day", "工作站 Station", "数值 Value", "金额（元） Amount (yuan)"]
    assert rows[1:] == [["2026-09-17", "凤泉站", 3, None], ["2026-09-18", "=1+1", None, 30050.01]]
    assert sheet["B3"].data_type == "s", "a text, not a formula"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1"])
def test_no_text_is_taken_for_a_formula(text: str) -> None:
    assert sheets.plain(text) == f"'{text}"
    assert sheets.plain("马某 = 甲方") == "马某 = 甲方"


def test_money_is_exact() -> None:
    assert [sheets.yuan(fen) for fen in (0, 5, 100, 3_005_001, -250)] == ["0.00", "0.05", "1.00", "30050.01", "-2.50"]


def paged(network: Network, pages: list[t.Any]) -> Caller:
    """A door behind which a service answers page after page."""
    asked = iter(pages)

    def ask(*_: t.Any) -> dict[str, t.Any]:
        found = next(asked)
        if isinstance(found, Exception):
            raise found
        return t.cast(dict[str, t.Any], found)

    return Caller(app_over(replace(network.door, ask=ask)).test_client(), network.keys["auditor"])


def test_a_long_table_comes_page_by_page_with_one_heading(network: Network) -> None:
    pages = [page([["2026-09-17", "一", 1, None]], "more"), page([["2026-09-18", "二", 2, None]])]
    answer = paged(network, pages).get(PATH + "?format=csv")
    assert [row[1] for row in read_csv(answer)] == ["工作站 Station", "一", "二"]
    book = read_xlsx(paged(network, pages).get(PATH))
    assert [row[1].value for row in book["统计明细"].iter_rows()] == ["工作站 Station", "一", "二"]


def test_a_service_that_fails_in_the_middle_breaks_the_file_off(network: Network) -> None:
    pages = [page([["2026-09-17", "一", 1, None]], "more"), ServiceUnavailable("supervision", 3)]
    begun = paged(network, pages).get(PATH + "?format=csv", buffered=False)
    with pytest.raises(ServiceUnavailable):
        begun.get_data()
    assert paged(network, pages).get(PATH).status_code == 503, "a spreadsheet is answered when it is whole"


def test_a_spreadsheet_of_too_many_rows_is_refused_and_a_csv_file_is_not(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST_ROWS", 1)
    pages = [page([["2026-09-17", "一", 1, None]], "more"), page([["2026-09-18", "二", 2, None]])]
    answer = paged(network, pages).get(PATH)
    assert (answer.status_code, answer.json["type"]) == (422, "/problems/too-many-rows")
    assert paged(network, pages).get(PATH + "?format=csv").status_code == 200


def test_a_csv_file_holds_one_table(network: Network, bus: Bus) -> None:
    two = page([])
    two["sheets"] = [two["sheets"][0], {**two["sheets"][0], "name": "other"}]
    bus.reads["supervision.figure_sheets"] = two
    answer = network.client("liaison").get("/v1/figures/export?format=csv")
    assert (answer.status_code, answer.json["type"]) == (422, "/problems/one-sheet")
    assert "facts, other" in answer.json["detail"]


def test_a_refusal_comes_before_the_first_byte(network: Network, bus: Bus) -> None:
    bus.reads[QUERY] = Rejected("unknown-organization", code="nowhere")
    assert network.client("liaison").get(PATH + "?format=csv").status_code == 422
    assert network.client("lawyer").get(PATH).status_code == 403
    assert network.client(None).get(PATH).status_code == 401
    assert network.client("liaison").get(PATH + "?format=pdf").status_code == 422
    assert network.client("liaison").get(PATH + "?after=x").status_code == 422, "the door pages by itself"
