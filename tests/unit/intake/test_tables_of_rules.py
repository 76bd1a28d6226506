"""Tables as people save them: other encodings, separators, typed cells; each is read right or refused with its row."""

from __future__ import annotations

import datetime as dt
import typing as t
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook

from services.intake.eligibility import RuleSet, RuleSetError, load_rule_set

RULES = """
format: 1
jurisdiction: place
from: 2026-01-01
title: A means test
source: A law
verified: true
inputs:
  area: {{type: term, terms: [城区, 乡镇]}}
  income: {{type: money, per: month}}
tables:
  line: {{file: {file}, by: [area], unit: {unit}}}
sections:
  - {{section: allowed, kind: amount, title: Share, value: "{value}"}}
  - {{section: means, kind: test, title: Means, figure: income, limit: allowed}}
"""
TEXT = "area,value\n城区,1200\n乡镇,900.50\n"


def loaded(folder: Path, file: str, unit: str = "money", value: str = "line(area)") -> RuleSet:
    (folder / "rules.yaml").write_text(RULES.format(file=file, unit=unit, value=value), encoding="utf-8")
    return load_rule_set(folder)


def limit(rules: RuleSet, area: str = "乡镇") -> int:
    return rules.judge({"area": area, "income": 1}).figures["allowed"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "place" / "2026-01-01"
    made.mkdir(parents=True)
    return made


def complaint(folder: Path, file: str, **kw: t.Any) -> str:
    with pytest.raises(RuleSetError) as refused:
        loaded(folder, file, **kw)
    return str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_utf8_is_read_with_and_without_its_mark_and_with_either_end_of_line(
    folder: Path, encoding: str, newline: str
) -> None:
    (folder / "line.csv").write_bytes(TEXT.replace("\n", newline).encode(encoding))
    assert limit(loaded(folder, "line.csv")) == 90_050


def test_rules_with_a_byte_order_mark_are_read(folder: Path) -> None:
    (folder / "line.csv").write_text(TEXT, encoding="utf-8")
    loaded(folder, "line.csv")
    text = (folder / "rules.yaml").read_text(encoding="utf-8")
    (folder / "rules.yaml").write_text(text.lstrip(), encoding="utf-8-sig")
    assert limit(load_rule_set(folder)) == 90_050


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (TEXT.encode("gbk"), r"line.csv:2: the file is not UTF-8"),
        (TEXT.encode("utf-16"), "line.csv:1: the file is not UTF-8"),
        (TEXT.replace(",", ";").encode(), "line.csv:1: the cells are separated by semicolons"),
        (b"area,value,value\n\xe5\x9f\x8e\xe5\x8c\xba,1,2\n", "the column 'value' stands here twice"),
        (TEXT.replace("1200", '"1200').encode(), "not a CSV file"),
        (TEXT.replace("1200", "1200,7").encode(), "line.csv:2: more cells than columns"),
        (TEXT.replace("1200", "十二").encode(), "line.csv:2: value: '十二' is not a number"),
        (TEXT.replace("1200", "").encode(), "line.csv:2: value: '' is not a number"),
        (TEXT.replace("1200", "NaN").encode(), "line.csv:2: value: 'NaN' is not a number"),
        (TEXT.replace("乡镇", "城区").encode(), "line.csv:3: overlap: row 2 already has these keys"),
        (TEXT.replace("1200", "1e3").encode(), "line.csv:2: value: '1e3' is not a number"),
        (b"", "line.csv:1: the table is empty"),
    ],
)
def test_what_cannot_be_read_safely_is_refused_with_its_row(folder: Path, content: bytes, expected: str) -> None:
    (folder / "line.csv").write_bytes(content)
    assert expected in complaint(folder, "line.csv")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            TEXT.replace(",", ";"),
            "line.csv:1: the cells are separated by semicolons or tabs: a CSV file here has commas",
        ),
        ("# a decree\nThe line,\n" + TEXT, "line.csv:2: the first row names no column that belongs here: area, value"),
        ("# a decree\narea,value\n", "line.csv:2: the table has no rows"),
        ('area,value\n城区,1200\n乡镇,"900.50\n\n\n', "line.csv:3: not a CSV file: a quote is opened here and not"),
    ],
)
def test_one_mistake_is_one_complaint_where_it_was_made(folder: Path, content: str, expected: str) -> None:
    (folder / "line.csv").write_text(content, encoding="utf-8")
    said = complaint(folder, "line.csv")
    assert expected in said
    assert "\n" not in said


TIERS = "area,adults,value\n城区,1,5\n城区,2,5\n"


@pytest.mark.parametrize(
    ("by", "table", "expected"),
    [
        ("by: [people]", "people,value\n1,5\nx,5\n*,1\n", "line.csv:3: people: 'x' is not a number"),
        ("per: people", "people,value\n1,5\n2,5\nx,5\n4,5\nmore,1\n", "line.csv:4: people: 'x' is not a number"),
        ("band: people", "from,below,value\n0,1O0,5\n100,,6\n", "line.csv:2: below: '1O0' is not a number"),
        ("band: people", "from,below,value\n0,100,5\n1O0,200,6\n200,,7\n", "line.csv:3: from: '1O0' is not a number"),
        ("band: people", "from,below,value\n0,100,5\n100,2O0,6\n", "line.csv:3: below: '2O0' is not a number"),
        ("per: people", f"people,value\n1,5\n{'9' * 5000},5\n", "line.csv:3: people: a number has at most 40 signs"),
        ("by: [people]", f"people,value\n*,5\n{'9' * 5000},5\n", "line.csv:3: people: a number has at most 40 signs"),
        ("by: [area, adults]", TIERS, "line.csv:1: no row for area '乡镇', and no row '*'"),
        (
            "by: [area, adults]",
            f"{TIERS}乡镇,1,5\n乡 镇,2,5\n",
            "line.csv:5: area: '乡 镇' is none of 城区, 乡镇, nor *",
        ),
    ],
)
def test_one_wrong_cell_or_one_missing_value_is_one_complaint(folder: Path, by: str, table: str, expected: str) -> None:
    keys = by.partition(": ")[2].strip("[]")
    with pytest.raises(RuleSetError) as refused:
        with_keys(folder, by, table, f"line({keys})")
    assert [f"{one.file.name}:{one.row}: {one.text}" for one in refused.value.faults] == [expected]


def test_a_table_whose_description_is_refused_draws_no_complaints_about_its_rows_and_calls(folder: Path) -> None:
    with pytest.raises(RuleSetError, match=r"rules\.yaml:[0-9]+: 'by' must be a list$"):
        with_keys(folder, "by: area", TEXT, "line(area)")


def test_cells_that_a_spreadsheet_merged_are_named(folder: Path) -> None:
    sheet(folder, [["area", "value"], ["城区", 1200], [None, 900]])
    assert "line.xlsx:3: area: an empty cell; write * for any other value (of merged" in complaint(folder, "line.xlsx")


def sheet(folder: Path, rows: list[list[t.Any]], formats: dict[str, str] | None = None) -> None:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for cell, form in (formats or {}).items():
        book.active[cell].number_format = form
    book.save(folder / "line.xlsx")


def test_typed_cells_of_a_spreadsheet_read_as_they_are_shown(folder: Path) -> None:
    sheet(folder, [["area", "value", None, None], ["城区", 1200.0], ["乡镇", 300.1 * 3, None, ""], [None, None]])
    assert limit(loaded(folder, "line.xlsx")) == 90_030


def test_a_cell_that_is_shown_in_percent_is_a_percentage(folder: Path) -> None:
    sheet(folder, [["area", "value"], ["城区", 0.35], ["乡镇", 0.07]], {"B2": "0%", "B3": "0.0%"})
    rules = loaded(folder, "line.xlsx", unit="percent", value="percent_of(10000, line(area))")
    assert (limit(rules, "城区"), limit(rules)) == (3_500, 700)


def test_a_percentage_may_have_decimals_and_its_sign(folder: Path) -> None:
    (folder / "line.csv").write_text("area,value\n城区,12.5\n乡镇,7.25%\n", encoding="utf-8")
    rules = loaded(folder, "line.csv", unit="percent", value="percent_of(10000, line(area))")
    assert (limit(rules, "城区"), limit(rules)) == (1_250, 725)


def test_a_percentage_is_refused_where_money_belongs(folder: Path) -> None:
    sheet(folder, [["area", "value"], ["城区", 0.35], ["乡镇", 900]], {"B2": "0%"})
    assert "line.xlsx:2: value: '35%' is not a number" in complaint(folder, "line.xlsx")


def test_a_number_counts_in_full_whatever_its_format_hides(folder: Path) -> None:
    sheet(folder, [["area", "value"], ["城区", 1_200_000.5], ["乡镇", 900]], {"B2": "#,##0,", "B3": '"$"#,##0'})
    rules = loaded(folder, "line.xlsx")
    assert (limit(rules, "城区"), limit(rules)) == (120_000_050, 90_000)


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        ("12,00,000", 120_000_000),
        ("1,200,000", 120_000_000),
        ("１２００", 120_000),
        ("1 200 000.50", 120_000_050),
        ("128\u00a0000", 12_800_000),
        ("128\u202f000", 12_800_000),
    ],
)
def test_thousands_and_lakhs_and_wide_digits_are_read(folder: Path, cell: str, fen: int) -> None:
    (folder / "line.csv").write_text(TEXT.replace("1200", f'"{cell}"'), encoding="utf-8")
    assert limit(loaded(folder, "line.csv"), "城区") == fen


@pytest.mark.parametrize("cell", ["12 00", "1 2000", "1 200,000", "1200 000", "0.1 000"])
def test_blanks_that_do_not_stand_between_thousands_make_no_number(folder: Path, cell: str) -> None:
    (folder / "line.csv").write_text(TEXT.replace("1200", f'"{cell}"'), encoding="utf-8")
    assert "is not a number" in complaint(folder, "line.csv")


def test_a_row_for_a_term_that_there_is_not_is_refused_although_others_have_an_answer(folder: Path) -> None:
    (folder / "line.csv").write_text("area,value\n城 区,1200\n*,900\n", encoding="utf-8")
    assert complaint(folder, "line.csv").endswith("line.csv:2: area: '城 区' is none of 城区, 乡镇, nor *")


@pytest.mark.parametrize(("cell", "verified"), [("FALSE", False), ("否", False), ("", True), ("TRUE", True)])
def test_a_row_says_whether_somebody_read_its_law(folder: Path, cell: str, verified: bool) -> None:
    text = TEXT.replace("value\n", "value,verified\n").replace("1200\n", f"1200,{cell}\n")
    (folder / "line.csv").write_text(text, encoding="utf-8")
    assert loaded(folder, "line.csv").sections[0].rule.verified is verified


def test_a_row_that_says_something_else_of_its_law_is_refused(folder: Path) -> None:
    (folder / "line.csv").write_text("area,value,verified\n城区,1,true\n乡镇,1,soon\n", encoding="utf-8")
    assert "line.csv:3: verified: 'soon' is neither true nor false" in complaint(folder, "line.csv")


def with_keys(folder: Path, by: str, table: str, limit: str, unit: str = "money") -> RuleSet:
    """Rules with a flag, a count and a money input, and one table."""
    (folder / "line.csv").write_text(table, encoding="utf-8")
    text = RULES.format(file="line.csv", unit=unit, value=limit).replace("by: [area]", by)
    keys = "inputs:\n  partner: {type: flag}\n  people: {type: count}\n  adults: {type: count, min: 1, max: 2}\n"
    (folder / "rules.yaml").write_text(text.replace("inputs:\n", keys), encoding="utf-8")
    return load_rule_set(folder)


def test_a_percentage_that_no_computer_can_keep_is_refused(folder: Path) -> None:
    (folder / "line.csv").write_text(f"area,value\n*,{'9' * 400}.5\n", encoding="utf-8")
    said = complaint(folder, "line.csv", unit="percent", value="percent_of(income, line(area))")
    assert said.endswith("line.csv:2: value: a number has at most 40 signs")


def test_percentages_of_larger_households_are_added_up_as_they_are_written(folder: Path) -> None:
    rules = with_keys(
        folder, "per: people", "people,value\n1,10.1\nmore,0.1\n", "percent_of(500, line(people))", "percent"
    )
    assert rules.judge({"people": 3}).figures["allowed"] == 52  # 10.3 percent are 51.5


def test_a_flag_is_found_as_a_spreadsheet_writes_it(folder: Path) -> None:
    rules = with_keys(folder, "by: [partner]", "partner,value\nTRUE,5\nFALSE,3\n", "line(partner)")
    assert [rules.judge({"partner": flag}).figures["allowed"] for flag in (True, False)] == [500, 300]


def test_a_count_is_found_however_its_cell_is_written(folder: Path) -> None:
    rules = with_keys(folder, "by: [people]", "people,value\n1.0,5\n２,3\n*,1\n", "line(people)")
    assert [rules.judge({"people": people}).figures["allowed"] for people in (1, 2, 3)] == [500, 300, 100]


@pytest.mark.parametrize(
    ("by", "table", "call", "expected"),
    [
        ("by: [people]", "people,value\n1+,5\n*,1\n", "line(people)", "line.csv:2: people: '1+' is not a number"),
        ("by: [income]", "income,value\n1,5\n*,1\n", "line(income)", "'income' is of type money: 'by' has term, flag"),
        ("per: people", "people,value\n2,5\nmore,1\n", "line(people)", "line.csv:2: gap: people begins with 1 (or 0)"),
        ("per: people", "people,value\nmore,1\n1,5\n", "line(people)", "line.csv:3: the row 'more' comes last"),
    ],
)
def test_a_row_that_would_never_be_found_is_refused(
    folder: Path, by: str, table: str, call: str, expected: str
) -> None:
    with pytest.raises(RuleSetError) as refused:
        with_keys(folder, by, table, call)
    assert expected in str(refused.value)


def test_a_column_may_name_both_truths_in_some_rows_and_a_star_in_others(folder: Path) -> None:
    table = "area,partner,value\n城区,true,7\n城区,false,5\n乡镇,*,3\n"
    rules = with_keys(folder, "by: [area, partner]", table, "line(area, partner)")
    cases = [("城区", True), ("城区", False), ("乡镇", True), ("乡镇", False)]
    found = [rules.judge({"area": area, "partner": partner}).figures["allowed"] for area, partner in cases]
    assert found == [700, 500, 300, 300]


def test_a_value_without_a_row_beside_a_star_elsewhere_is_refused(folder: Path) -> None:
    table = "area,partner,value\n城区,true,7\n乡镇,*,3\n"
    with pytest.raises(RuleSetError, match=r"line\.csv:1: no row for 城区, \*"):
        with_keys(folder, "by: [area, partner]", table, "line(area, partner)")


def test_a_number_with_a_greatest_value_needs_no_star_where_every_one_has_a_row(folder: Path) -> None:
    table = "adults,value\n1,5\n2,3\n"
    rules = with_keys(folder, "by: [adults]", table, "line(adults)")
    assert [rules.judge({"adults": adults}).figures["allowed"] for adults in (1, 2)] == [500, 300]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("adults,value\n1,5\n", "line.csv:1: no row for adults '2', and no row '*'"),
        ("adults,value\n1,5\n2,5\n3,5\n", "line.csv:4: adults: 3 is out of range: from 1 to 2"),
        ("people,value\n1,5\n2,5\n", "line.csv:1: people is a number without 'max': a row '*' for every other value"),
    ],
)
def test_a_number_without_a_row_and_a_row_without_a_number_are_refused(folder: Path, table: str, expected: str) -> None:
    name = table.partition(",")[0]
    with pytest.raises(RuleSetError) as refused:
        with_keys(folder, f"by: [{name}]", table, f"line({name})")
    assert expected in str(refused.value)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (dt.datetime(2026, 1, 2), "line.xlsx:2: value: '2026-01-02' is not a number (the cell holds a day)"),
        (True, "line.xlsx:2: value: 'true' is not a number"),
        ("#DIV/0!", "line.xlsx:2: #DIV/0! is the failure of a formula: mend it, or write the value"),
        (dt.time(1, 30), "line.xlsx:2: value: '01:30:00' is not a number"),
        ("1.200,00", "line.xlsx:2: value: '1.200,00' is not a number (decimals follow a point"),
    ],
)
def test_a_typed_cell_that_is_no_number_is_refused_with_its_row(folder: Path, cell: t.Any, expected: str) -> None:
    sheet(folder, [["area", "value"], ["城区", cell], ["乡镇", 900]])
    assert expected in complaint(folder, "line.xlsx")


def test_the_failure_of_a_formula_is_no_area(folder: Path) -> None:
    sheet(folder, [["area", "value"], ["城区", 1200], ["#REF!", 900]])
    assert "line.xlsx:3: #REF! is the failure of a formula" in complaint(folder, "line.xlsx")


def test_rows_outside_of_the_size_that_a_sheet_says_of_itself_are_read(folder: Path) -> None:
    sheet(folder, [["area", "value"], ["城区", 1200], ["乡镇", 900.5]])
    with ZipFile(folder / "line.xlsx") as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    with ZipFile(folder / "line.xlsx", "w") as said:
        for name, content in parts.items():
            said.writestr(name, content.replace(b'<dimension ref="A1:B3"', b'<dimension ref="A1:B2"'))
    assert limit(loaded(folder, "line.xlsx")) == 90_050


def test_a_number_that_a_spreadsheet_keeps_as_text_is_read(folder: Path) -> None:
    sheet(folder, [["area", "value"], ["城区", "1,200.00"], ["乡镇", " 900.5 "]])
    assert limit(loaded(folder, "line.xlsx")) == 90_050


def test_a_formula_without_a_saved_value_is_refused(folder: Path) -> None:
    sheet(folder, [["area", "value"], ["城区", "=600*2"], ["乡镇", 900]])
    assert "line.xlsx:2: '=600*2' has no calculated value" in complaint(folder, "line.xlsx")


@pytest.mark.parametrize("name", ["line.xlsx", "line.xls", "line.ods"])
def test_a_file_that_only_looks_like_a_spreadsheet_is_refused(folder: Path, name: str) -> None:
    (folder / name).write_text(TEXT, encoding="utf-8")
    assert f"{name}:1: " in complaint(folder, name)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_workbook_that_is_damaged_inside_is_refused(folder: Path, part: str) -> None:
    sheet(folder, [["area", "value"], ["城区", 1200], ["乡镇", 900]])
    with ZipFile(folder / "line.xlsx") as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    with ZipFile(folder / "line.xlsx", "w") as damaged:
        for name, content in parts.items():
            damaged.writestr(name, content[: len(content) // 2] if name == part else content)
    assert complaint(folder, "line.xlsx").endswith("line.xlsx:1: not an XLSX workbook, or a damaged one")


def test_a_workbook_whose_bytes_were_changed_on_the_way_is_refused(folder: Path) -> None:
    sheet(folder, [["area", "value"], ["城区", 1200], ["乡镇", 900]])
    content = bytearray((folder / "line.xlsx").read_bytes())
    place = content.find(b"xl/worksheets/sheet1.xml")
    content[place + 40 : place + 60] = bytes(20)
    (folder / "line.xlsx").write_bytes(bytes(content))
    assert complaint(folder, "line.xlsx").endswith("line.xlsx:1: not an XLSX workbook, or a damaged one")


def test_a_term_of_another_input_is_refused_where_it_could_never_match(folder: Path) -> None:
    (folder / "line.csv").write_text(TEXT, encoding="utf-8")
    loaded(folder, "line.csv")
    file = folder / "rules.yaml"
    text = file.read_text(encoding="utf-8").replace("sections:", "sections:\n" + EXEMPT)
    file.write_text(text.replace("  income:", "  work: {type: term, terms: [farmer]}\n  income:"), encoding="utf-8")
    with pytest.raises(RuleSetError, match="'farmer' is not a term of area"):
        load_rule_set(folder)


EXEMPT = "  - {section: free, kind: exempt, title: Free, when: \"area == 'farmer'\", gives: waived, skips: [means]}"


@pytest.mark.parametrize(
    ("compare", "verdicts"),
    [("at_most", "yyn"), ("below", "ynn"), ("at_least", "nyy"), ("above", "nny")],
)
def test_a_limit_is_inclusive_or_exclusive_as_the_law_says(folder: Path, compare: str, verdicts: str) -> None:
    (folder / "line.csv").write_text(TEXT, encoding="utf-8")
    loaded(folder, "line.csv")
    file = folder / "rules.yaml"
    text = file.read_text(encoding="utf-8").replace("limit: allowed", f"limit: allowed, compare: {compare}")
    file.write_text(text, encoding="utf-8")
    rules = load_rule_set(folder)
    outcomes = [rules.judge({"area": "城区", "income": income}).outcome for income in (119_999, 120_000, 120_001)]
    assert outcomes == [{"y": "eligible", "n": "not_eligible"}[verdict] for verdict in verdicts]


@pytest.mark.parametrize(
    ("value", "share"),
    [
        ("convert(income, 'week', 'month')", 433),
        ("round_down(income * 10, 300)", 900),
        ("round_up(income * 10, 300)", 1200),
        ("years_between('2008-02-29', '2026-02-28')", 17),
        ("years_between('2008-02-29', '2026-03-01')", 18),
        ("months_between('2026-01-31', '2026-02-28')", 0),
        ("days_between('2026-03-01', '2026-02-01')", 0),
        ("max(line('城区'), 7)", 120_000),
    ],
)
def test_what_means_tests_calculate_with_days_and_periods(folder: Path, value: str, share: int) -> None:
    (folder / "line.csv").write_text(TEXT, encoding="utf-8")
    rules = loaded(folder, "line.csv", value=value)
    assert rules.judge({"area": "城区", "income": 100}).figures["allowed"] == share


def test_a_star_answers_for_every_value_and_for_none_that_is_not_known(folder: Path) -> None:
    (folder / "line.csv").write_text("area,value\n城区,1200\n*,900\n", encoding="utf-8")
    rules = loaded(folder, "line.csv")
    assert limit(rules) == 90_000
    unknown = rules.judge({"income": 1})
    assert (unknown.outcome, unknown.missing) == ("unknown", ("area",))
