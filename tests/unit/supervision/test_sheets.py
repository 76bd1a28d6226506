"""Figures as tables: each table fits its contract, says in both languages what it shows, and hides what is not the caller's."""

from __future__ import annotations

import pytest

from chassis.errors import Rejected
from contracts.supervision.figures import FIGURE_SHEETS
from tests.unit.supervision.conftest import Network, caller
from tests.unit.supervision.test_ledger import THERE, YEAR, hear, service, story


@pytest.fixture
def told(network: Network) -> Network:
    network.people()
    hear(network, [*story(0, "plain"), *story(1, "referred"), service(1)])
    return network


def test_all_tables_of_a_year(told: Network) -> None:
    found = told.ask("figure_sheets", **YEAR)
    assert [sheet["name"] for sheet in found["sheets"]] == list(FIGURE_SHEETS)
    for sheet in found["sheets"]:
        assert sheet["rows"], sheet["name"]
        assert all(len(row) == len(sheet["columns"]) for row in sheet["rows"]), sheet["name"]
        assert all(column["zh"] and column["en"] for column in sheet["columns"])


def test_the_table_of_stations_names_them(told: Network) -> None:
    (sheet,) = told.ask("figure_sheets", sheet="stations", **YEAR)["sheets"]
    rows = {(row[0], row[1]) for row in sheet["rows"]}
    assert ("妇女联合会", "凤泉站") in rows


def test_the_total_table_compares_and_shows_money_in_yuan(told: Network) -> None:
    (sheet,) = told.ask("figure_sheets", sheet="total", **YEAR)["sheets"]
    rows = {row[1]: row for row in sheet["rows"]}
    assert rows["Recovered (yuan)"][2] == 10.0
    assert rows["Applications"][2:6] == [2, 0.0, 2.0, None]
    assert "Amount: pay (yuan)" in rows


def test_the_facts_are_one_table_page_by_page(told: Network) -> None:
    seen, after = [], None
    while True:
        found = told.ask("fact_sheet", limit=5, **YEAR, **({"after": after} if after else {}))
        seen += found["sheets"][0]["rows"]
        after = found["next"]
        if after is None:
            break
    whole = told.ask("fact_sheet", **YEAR)["sheets"][0]["rows"]
    assert seen == whole
    assert any(row[1] == "法律咨询（人次）" and row[3] == 2 for row in whole)
    assert any(row[4] == 500 and row[9] == "婚姻家庭" and row[10] == "胜诉" and row[11] == "C-0" for row in whole)


def test_a_table_shows_nothing_of_another_organization(told: Network) -> None:
    stranger = caller("liaison", THERE["organization"])
    (sheet,) = told.ask("figure_sheets", stranger, sheet="stations", **YEAR)["sheets"]
    assert {row[0] for row in sheet["rows"]} == {"trade-union"}
    assert {row[5] for row in told.ask("fact_sheet", stranger, **YEAR)["sheets"][0]["rows"]} == {"trade-union"}
    for name in ("figure_sheets", "fact_sheet"):
        with pytest.raises(Rejected, match="unknown-organization"):
            told.ask(name, stranger, organization="womens-federation")
