"""Files of many rows: every bad row is said, nothing is entered half, nothing twice."""

from __future__ import annotations

import datetime as dt
import re
import typing as t
from collections import Counter
from contextlib import suppress
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from sqlalchemy import select

from chassis.errors import Rejected, StartError
from chassis.tables import outbox
from contracts import terms
from services.intake import files
from services.intake.domain import sheets
from services.intake.models import ImportBatch, ImportKey
from tests.unit.assignment.conftest import Office
from tests.unit.intake.conftest import AUDITOR, CENTER, LIAISON, Desk

SHA = "ab" * 32
ORGANIZATIONS = ["单位代码", "单位名称", "单位类型", "上级单位代码"]
STATIONS = ["organization", "code", "name", "level", "district", "liaison.name", "opening_hours"]
STAFF = ["Organization", "Station", "Name*", "Post", "Telephone"]
SERVICES = ["单位代码", "工作站代码", "登记编号", "日期", "服务类型", "服务对象", "事项", "人次"]
Rows = list[list[str | None]]


def send(desk: Desk, *parts: tuple[str, list[str], Rows], **more: t.Any) -> dict[str, t.Any]:
    """Announce and send a file of these sheets, each of them one piece; returns the import as it ended."""
    rows = sum(len(rows) for _, _, rows in parts)
    begun = desk.do(
        "begin_import", **{"file": "network.xlsx", "sha256": SHA, "rows": rows, "batches": len(parts), **more}
    )
    for number, (kind, headings, cells) in enumerate(parts):
        body = {"kind": kind, "headings": headings, "first_row": 2, "rows": cells}
        desk.do("stage_rows", upload=begun["id"], piece=number, **body)
    go_on(desk)
    return desk.ask("import", upload=begun["id"])


def go_on(desk: Desk, steps: int = 1000) -> None:
    """Handle what intake said to itself, and to assignment and that to it, as the bus would bring it."""
    for _ in range(steps):
        if not (_next(desk, "go_on_with_import") or _next(desk, "rows_read")):
            return


def _next(desk: Desk, kind: str) -> bool:
    """The oldest message of a kind that was not handled yet, if there is one."""
    waiting, gone = desk.said(kind), desk.__dict__.setdefault("gone_on", Counter())
    if len(waiting) <= gone[kind]:
        return False
    message = waiting[gone[kind]]
    gone[kind] += 1
    if kind == "rows_read":
        office(desk).bench.handle("intake.rows_read.v1", message, principal=CENTER)
        message = office(desk).said("rows_taken")[-1]
        desk.bench.handle("assignment.rows_taken.v1", message, principal=CENTER)
    else:
        desk.bench.handle(f"intake.{kind}.v1", message, principal=CENTER)
    return True


def office(desk: Desk) -> Office:
    """Assignment, which keeps the registers of firms, lawyers and volunteers."""
    return t.cast(Office, desk.__dict__.setdefault("office", Office()))


def faults(desk: Desk, ended: dict[str, t.Any]) -> list[tuple[str, int, str | None]]:
    items = desk.ask("import_faults", upload=ended["id"])["items"]
    assert all(item["zh"] and item["en"] and item["zh"] != item["en"] for item in items)
    return [(item["kind"], item["row"], item["column"]) for item in items]


NETWORK: tuple[tuple[str, list[str], Rows], ...] = (
    ("organizations", ORGANIZATIONS, [["province", "省妇联", "妇女联合会", None], ["city", "市妇联", "womens_federation", "province"]]),
    ("stations", STATIONS, [["city", "city-hall", "市妇联工作站", "市级", "凤泉区", "蒋淑琳", "周一至周五 9:00-17:00"]]),
    ("staff", STAFF, [["city", "city-hall", "沈嘉涛", "工作站负责人", "13000000003"], ["center", None, "姚秀萍", "officer", None]]),
    ("services", SERVICES, [["city", "city-hall", "1", "2025/6/1", "法律咨询", "妇女", "离婚", "2"]]),
)  # fmt: skip


def test_a_network_in_one_file_is_entered_with_its_events(desk: Desk) -> None:
    ended = send(desk, *NETWORK)
    assert (ended["state"], ended["entered"], ended["faulty"]) == ("done", 6, 0)
    assert desk.ask("organization", organization="city")["superior"] == "province"
    (station,) = desk.ask("stations", organization="city")["items"]
    assert station["opening_hours"][0] == {"weekday": 1, "opens": "09:00", "closes": "17:00"}
    assert station["liaison"] is not None
    assert {one["name"] for one in desk.ask("staff", organization="city")["items"]} == {"蒋淑琳", "沈嘉涛"}
    (service,) = desk.ask("services", station="city-hall")["items"]
    assert (service["on"], service["persons"], service["channel"]) == ("2025-06-01", 2, "window")
    [told] = desk.said("services_recorded")
    assert (told["organization"], [one["station"] for one in told["services"]]) == ("city", ["city-hall"])
    assert desk.said("organization_registered")[-1]["code"] == "city"


def test_a_dry_run_enters_nothing_and_says_that_all_is_right(desk: Desk) -> None:
    ended = send(desk, *NETWORK, dry_run=True)
    assert (ended["state"], ended["checked"], ended["entered"]) == ("checked", 6, 0)
    assert desk.ask("stations", organization="city")["items"] == []
    assert send(desk, *NETWORK)["state"] == "done"


BAD: tuple[tuple[str, list[str], Rows], ...] = (
    ("organizations", ORGANIZATIONS, [["good", "好单位", "其他", None], ["Bad Code", "单位", "其他", None], ["b3", "单位", "什么", "nobody"], ["good", "再来", "其他", None], [None, None, None, None], ["orphan", "单位", "其他", "nowhere"], ["womens-federation", "另一个名称", "其他", None]]),
    ("stations", STATIONS, [["nowhere", "s1", "站", "市级", "区", None, None], ["good", "s2", "站", None, "区", None, "whenever"], ["good", "s3", "站", "市级", "区", None, "1 17:00-09:00"]]),
    ("staff", STAFF, [["good", "s9", "某", "联络员", None], ["good", None, None, "联络员", None]]),
    ("services", SERVICES, [["womens-federation", "fengquan", "1", "2099-01-01", "法律咨询", "妇女", "x", None], ["womens-federation", "fengquan", "2", "yesterday", "法律咨询", "妇女", "x", "two"]]),
)  # fmt: skip


def test_a_second_center_and_posts_that_only_the_center_has_are_refused_in_a_file(desk: Desk) -> None:
    ended = send(
        desk,
        ("organizations", ORGANIZATIONS, [["second", "第二中心", "center", None], ["district", "区中心", "center", "center"]]),
        ("staff", STAFF, [["trade-union", None, "某", "director", None], ["center", None, "某", "director", None]]),
    )  # fmt: skip
    assert ended["state"] == "refused"
    assert faults(desk, ended) == [("organizations", 2, "上级单位代码"), ("staff", 2, "Post")]


@pytest.mark.parametrize("dry_run", [True, False])
def test_every_bad_row_is_listed_and_nothing_is_entered(desk: Desk, dry_run: bool) -> None:
    ended = send(desk, *BAD, dry_run=dry_run)
    assert (ended["state"], ended["entered"], ended["faulty"]) == ("refused", 0, 12)
    assert faults(desk, ended) == [
        ("organizations", 3, "单位代码"), ("organizations", 4, "单位类型"), ("organizations", 5, None),
        ("organizations", 7, "上级单位代码"), ("organizations", 8, "单位代码"),
        ("stations", 2, "organization"), ("stations", 3, "opening_hours"), ("stations", 3, "level"), ("stations", 4, "opening_hours"),
        ("staff", 2, "Station"), ("staff", 3, "Name*"),
        ("services", 2, "日期"), ("services", 3, "日期"), ("services", 3, "人次"),
    ]  # fmt: skip
    assert [one["code"] for one in desk.ask("organizations")["items"]] == ["center", "trade-union", "womens-federation"]


def test_a_slip_in_a_cell_that_stands_for_several_days_is_said_once(desk: Desk) -> None:
    row = ["trade-union", "tu-x", "站", "city", "河滨区", "韩晓梅"]
    hours: Rows = [[*row, "1-5 12:00-09:00"], [*row, "1-5 09:00-12:00; 3 11:00-13:00"]]
    hours[1][1] = "tu-y"
    ended = send(desk, ("stations", STATIONS, hours))
    assert faults(desk, ended) == [("stations", 2, "opening_hours"), ("stations", 3, "opening_hours")]


def test_the_head_of_a_station_in_a_file_is_not_trained_on_a_day_to_come(desk: Desk) -> None:
    heads: Rows = [["trade-union", "tu-x", "站", "city", "河滨区", "甲", "2030-05-12"]]
    headings = ["organization", "code", "name", "level", "district", "head.name", "head.trained_on"]
    ended = send(desk, ("stations", headings, heads))
    assert faults(desk, ended) == [("stations", 2, "head.trained_on")]


def test_a_bad_row_in_a_later_sheet_keeps_the_earlier_sheets_out(desk: Desk) -> None:
    ended = send(desk, NETWORK[0], ("staff", STAFF, [["city", None, "某", "dancer", None]]))
    assert (ended["state"], faults(desk, ended)) == ("refused", [("staff", 2, "Post")])
    with pytest.raises(Rejected, match="not-found"):
        desk.ask("organization", organization="city")


def test_a_row_that_stands_twice_is_found_across_pieces_too(desk: Desk) -> None:
    row: Rows = [["center", None, "姚秀萍", "officer", None]]
    ended = send(desk, ("staff", STAFF, row), ("staff", STAFF, row))
    assert (ended["state"], ended["faulty"]) == ("refused", 1)
    (fault,) = desk.ask("import_faults", upload=ended["id"])["items"]
    assert "row 2" in fault["en"]


def test_headings_that_are_missing_twice_or_unknown_are_said_once(desk: Desk) -> None:
    ended = send(desk, ("staff", ["单位代码", "职务", "职务", "星座"], [["center", "联络员", "联络员", "x"]] * 3))
    assert ended["state"] == "refused"
    assert sorted(faults(desk, ended), key=str) == [("staff", 1, "姓名"), ("staff", 1, "星座"), ("staff", 1, "职务")]


def test_wrong_headings_are_told_wherever_the_rows_begin(desk: Desk) -> None:
    begun = desk.do("begin_import", file="n.xlsx", sha256=SHA, rows=2, batches=2)
    body = {"kind": "staff", "headings": ["姓名", "星座"]}
    for number, first_row in enumerate((5, 6)):
        desk.do("stage_rows", upload=begun["id"], piece=number, first_row=first_row, rows=[["某", "x"]], **body)
    go_on(desk)
    ended = desk.ask("import", upload=begun["id"])
    assert ended["state"] == "refused"
    told = [fault["column"] for fault in desk.ask("import_faults", upload=ended["id"])["items"]]
    assert sorted(told) == ["单位代码", "星座", "职务"]


def test_the_failure_of_a_formula_is_no_name(desk: Desk) -> None:
    ended = send(desk, ("staff", STAFF, [["center", None, "#REF!", "officer", None]]))
    assert ended["state"] == "refused"
    (fault,) = desk.ask("import_faults", upload=ended["id"])["items"]
    assert (fault["row"], fault["column"], "formula" in fault["en"]) == (2, "Name*", True)


def test_the_same_file_again_is_that_same_import(desk: Desk) -> None:
    first, again = send(desk, *NETWORK), send(desk, *NETWORK)
    assert again == first
    assert len(desk.ask("staff", organization="city")["items"]) == 2


def test_a_file_with_more_rows_enters_only_the_new_ones(desk: Desk) -> None:
    send(desk, *NETWORK)
    more = [(kind, headings, [*rows]) for kind, headings, rows in NETWORK]
    more[3][2].append(["city", "city-hall", "2", "2025-06-02", "drafting", "woman", "起诉状", None])
    ended = send(desk, *more, sha256="cd" * 32)
    assert (ended["state"], ended["entered"], ended["already_there"]) == ("done", 1, 6)
    assert len(desk.said("staff_registered")) == len(desk.ask("staff")["items"])


def test_an_interrupted_sending_goes_on_with_what_is_missing(desk: Desk) -> None:
    announced = {"file": "n.xlsx", "sha256": SHA, "rows": 6, "batches": 4}
    begun = desk.do("begin_import", **announced)
    kind, headings, rows = NETWORK[1]
    for _ in range(2):  # the answer to the first was lost
        desk.do("stage_rows", upload=begun["id"], piece=1, kind=kind, headings=headings, first_row=2, rows=rows)
    again = desk.do("begin_import", **announced)
    assert (again["id"], again["received"], again["missing"]) == (begun["id"], 1, [0, 2, 3])
    assert send(desk, *NETWORK)["entered"] == 6


def test_an_entering_that_was_interrupted_anywhere_ends_once(desk: Desk) -> None:
    begun = desk.do("begin_import", file="n.xlsx", sha256=SHA, rows=6, batches=4)
    for number, (kind, headings, rows) in enumerate(NETWORK):
        desk.do("stage_rows", upload=begun["id"], piece=number, kind=kind, headings=headings, first_row=2, rows=rows)
    go_on(desk, steps=6)  # checked, and two pieces entered
    half = desk.ask("import", upload=begun["id"])
    assert (half["state"], half["entered"]) == ("waiting", 3)
    with desk.bench.session() as session:
        kept = {batch.number for batch in session.query(ImportBatch) if batch.rows_sealed is not None}
    assert kept == {2, 3}  # what was entered is not kept
    again = send(desk, *NETWORK)  # run again: nothing is received anew, the chain goes on
    assert (again["id"], again["state"], again["entered"], again["already_there"]) == (begun["id"], "done", 6, 0)


def test_what_others_entered_between_check_and_entering_is_not_entered_twice(desk: Desk) -> None:
    begun = desk.do("begin_import", file="n.xlsx", sha256=SHA, rows=2, batches=1)
    kind, headings, rows = NETWORK[0]
    desk.do("stage_rows", upload=begun["id"], piece=0, kind=kind, headings=headings, first_row=2, rows=rows)
    go_on(desk, steps=1)
    desk.do("register_organization", code="city", name="市妇联", kind="womens_federation")
    go_on(desk)
    ended = desk.ask("import", upload=begun["id"])
    assert (ended["state"], ended["entered"], ended["already_there"]) == ("done", 1, 1)


def test_rows_are_sealed_while_they_wait_and_gone_when_they_were_entered(desk: Desk) -> None:
    begun = desk.do("begin_import", file="n.csv", sha256=SHA, rows=1, batches=1)
    row: Rows = [["center", None, "姚秀萍", "officer", "13000000009"]]
    desk.do("stage_rows", upload=begun["id"], piece=0, kind="staff", headings=STAFF, first_row=2, rows=row)
    with desk.bench.session() as session:
        (batch,) = session.query(ImportBatch)
        assert "姚秀萍" not in str(batch.rows_sealed)
    go_on(desk)
    with desk.bench.session() as session:
        assert [batch.rows_sealed for batch in session.query(ImportBatch)] == [None]
        assert session.query(ImportKey).count() == 0


def test_a_piece_that_was_not_announced_is_refused(desk: Desk) -> None:
    begun = desk.do("begin_import", file="n.csv", sha256=SHA, rows=1, batches=1)
    body = {"kind": "staff", "headings": STAFF, "first_row": 2}
    with pytest.raises(Rejected, match="wrong-batch"):
        desk.do("stage_rows", upload=begun["id"], piece=1, rows=[["x"]], **body)
    with pytest.raises(Rejected, match="more-rows-than-announced"):
        desk.do("stage_rows", upload=begun["id"], piece=0, rows=[["x"], ["y"]], **body)


def test_only_the_center_imports_and_only_it_and_auditors_look(desk: Desk) -> None:
    with pytest.raises(Rejected, match="forbidden"):
        desk.do("begin_import", LIAISON, file="n.csv", sha256=SHA, rows=1, batches=1)
    begun = desk.do("begin_import", file="n.csv", sha256=SHA, rows=1, batches=1)
    with pytest.raises(Rejected, match="forbidden"):
        desk.do(
            "stage_rows", LIAISON, upload=begun["id"], piece=0, kind="staff", headings=STAFF, first_row=2, rows=[["x"]]
        )
    for view in ("import", "import_faults"):
        with pytest.raises(Rejected, match="forbidden"):
            desk.ask(view, LIAISON, upload=begun["id"])
    with pytest.raises(Rejected, match="forbidden"):
        desk.ask("imports", LIAISON)
    assert len(desk.ask("imports", AUDITOR, state="receiving")["items"]) == 1


@pytest.mark.slow
@pytest.mark.parametrize("form", sorted({one.form for of in sheets.columns().values() for one in of}))
@settings(max_examples=25)
@given(st.text(max_size=30))
def test_any_cell_is_read_or_said_to_be_unreadable(form: str, text: str) -> None:
    with suppress(sheets.Unreadable):
        sheets.reader(form)(text)


@pytest.mark.parametrize(
    ("form", "text", "value"),
    [
        ("day", "2026年3月8日", "2026-03-08"), ("day", "2026/03/08", "2026-03-08"), ("integer", "１２", 12), ("integer", "12.0", 12),
        ("yes_or_no", "是", True), ("yes_or_no", "No", False), ("number", "35.5", 35.5),
        ("one:RECIPIENT_GROUPS", "农民工", "migrant_worker"), ("some:RECIPIENT_GROUPS", "妇女、未成年人", ["woman", "minor"]),
        ("hours", "6 9:00-12:00", [{"weekday": 6, "opens": "09:00", "closes": "12:00"}]),
    ],
)  # fmt: skip
def test_cells_are_read_as_people_write_them(form: str, text: str, value: t.Any) -> None:
    assert sheets.reader(form)(text) == value


@pytest.mark.parametrize(
    ("form", "text"), [("day", "2026-02-30"), ("integer", "1.5"), ("number", "nan"), ("hours", "morning")]
)
def test_cells_that_mean_nothing_are_not_guessed(form: str, text: str) -> None:
    with pytest.raises(sheets.Unreadable):
        sheets.reader(form)(text)


def test_the_example_workbook_is_right_in_itself(desk: Desk, tmp_path: t.Any) -> None:
    file = tmp_path / "example.xlsx"
    files.write_example(file)
    parts = files.read(file)
    assert [part.kind for part in parts] == list(terms.IMPORT_KINDS)
    rename = {"womens-federation": "example-federation", "wf-fengquan": "ef-fengquan"}
    renamed = [
        (part.kind, part.headings, [[rename.get(c or "", c) for c in row] for row in part.rows]) for part in parts
    ]
    ended = send(desk, *renamed, dry_run=True)
    assert faults(desk, ended) == []
    assert ended["state"] == "checked"


def test_a_workbook_that_is_damaged_inside_is_refused_in_one_line(tmp_path: t.Any) -> None:
    file = tmp_path / "example.xlsx"
    files.write_example(file)
    with ZipFile(file) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    with ZipFile(file, "w") as damaged:
        for name, content in parts.items():
            damaged.writestr(name, content[: len(content) // 2] if "sheet1" in name else content)
    with pytest.raises(StartError, match=r"example\.xlsx: it is not an XLSX workbook, or a damaged one"):
        files.read(file)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("organization;name;role\ncenter;某;officer\n".encode(), "its cells are not separated by commas"),
        ("organization\tname\trole\ncenter\t某,二\tofficer\n".encode(), "its cells are not separated by commas"),
        ("organization,name,role\ncenter,张三,officer\n".encode("gbk"), "row 2: the file is not UTF-8"),
        ("organization,name,role\ncenter,谭学远,officer\n".encode("gbk"), "cannot be told whether this file is GBK"),
        ("organization,name,role\ncenter,某,officer\n".encode("utf-16"), "the file is not UTF-8"),
        (b"organization,name,role\ncenter,\0,officer\n", "the file holds zero characters"),
        ('organization,name,role\ncenter,"某,officer\n'.encode(), "row 2: not a CSV file: a quote is opened here"),
        ("\norganization,name,role\ncenter,某,officer\n".encode(), "column 1 of the sheet 'staff' has no heading"),
        (b"", "there are no rows below the headings"),
    ],
)
def test_a_csv_file_in_another_form_is_said_to_be_so(tmp_path: t.Any, content: bytes, expected: str) -> None:
    (tmp_path / "staff.csv").write_bytes(content)
    with pytest.raises(StartError, match=re.escape(expected)):
        files.read(tmp_path / "staff.csv")


@pytest.mark.parametrize("name", ["José Müller", "×", "Σ", "谭学远"])
def test_names_in_other_scripts_are_read_where_their_file_says_how(tmp_path: t.Any, name: str) -> None:
    """José cannot be Chinese; of a Greek letter alone the mark of UTF-8 tells, which spreadsheets write."""
    encoding = "utf-8" if name in ("José Müller", "×") else "utf-8-sig"
    (tmp_path / "staff.csv").write_text(f"organization,name,role\ncenter,{name},officer\n", encoding=encoding)
    (sheet,) = files.read(tmp_path / "staff.csv")
    assert sheet.rows == [["center", name, "officer"]]


@pytest.mark.parametrize("name", ["Иван Петров", "Γιώργος Παπαδόπουλος", "محمد علي", "דוד לוי"])
def test_a_file_in_another_script_that_cannot_be_chinese_needs_no_mark_of_utf_8(tmp_path: t.Any, name: str) -> None:
    (tmp_path / "staff.csv").write_text(f"organization,name,role\ncenter,{name},officer\n", encoding="utf-8")
    (sheet,) = files.read(tmp_path / "staff.csv")
    assert sheet.rows == [["center", name, "officer"]]


def workbook(folder: t.Any, *rows: list[t.Any]) -> tuple[t.Any, t.Any]:
    """A workbook of staff, and where ``read_again`` will find it."""
    book = Workbook()
    book.active.title = "staff"
    for row in rows:
        book.active.append(row)
    return book, folder / "staff.xlsx"


def test_a_workbook_behind_a_password_is_said_to_be_one(tmp_path: t.Any) -> None:
    (tmp_path / "staff.xlsx").write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600))
    with pytest.raises(StartError, match="it is protected with a password"):
        files.read(tmp_path / "staff.xlsx")


def test_merged_cells_are_refused_where_rows_would_lose_what_they_show(tmp_path: t.Any) -> None:
    book, file = workbook(tmp_path, STAFF, ["center", None, "某"], [None, None, "二"])
    book.active.merge_cells("A2:A3")
    book.save(file)
    with pytest.raises(StartError, match="the cells A2:A3 of the sheet 'staff' are merged"):
        files.read(file)


def test_nothing_comes_in_from_a_sheet_that_is_hidden(tmp_path: t.Any) -> None:
    book, file = workbook(tmp_path, STAFF, ["center", None, "某"])
    lists = book.create_sheet("drop-downs")
    lists.append(["officer"])
    lists.sheet_state = "hidden"
    book.save(file)
    assert [sheet.kind for sheet in files.read(file)] == ["staff"]
    lists.title = "律师"
    book.save(file)
    with pytest.raises(StartError, match="the sheet '律师' is hidden"):
        files.read(file)


def test_zeros_that_a_sheet_shows_in_front_of_a_number_are_read(tmp_path: t.Any) -> None:
    book, file = workbook(tmp_path, ["organization", "phone"], ["center", 3731234567], ["center", 13000000001])
    book.active["B2"].number_format = book.active["B3"].number_format = "00000000000"
    book.save(file)
    assert [row[1] for row in files.read(file)[0].rows] == ["03731234567", "13000000001"]


def test_a_number_that_a_spreadsheet_has_cut_does_not_become_a_licence(tmp_path: t.Any) -> None:
    book, file = workbook(tmp_path, ["name", "licence"], ["某", 14107200211731139], ["二", "14107200211731139"])
    book.save(file)
    cut, whole = files.read(file, "lawyers")[0].rows
    sheet, _ = sheets.understand("lawyers", ("name", "licence"))
    body, (fault,) = sheets.body_of(sheet, 2, cut)
    assert (body, fault.column, "make the column text" in fault.en) == ({"name": "某"}, "licence", True)
    assert sheets.body_of(sheet, 3, whole) == ({"name": "二", "licence": "14107200211731139"}, [])


def test_a_file_is_cut_into_pieces_that_keep_the_numbers_of_its_rows(tmp_path: t.Any) -> None:
    file = tmp_path / "staff.csv"
    file.write_text(
        "organization,name,role\n" + "\n".join(f"center,某{n},officer" for n in range(450)), encoding="utf-8"
    )
    pieces = files.pieces(files.read(file))
    assert [(piece.first_row, len(piece.rows)) for piece in pieces] == [(2, 250), (252, 200)]
    assert files.sha256(pieces) == files.sha256(files.pieces(files.read(file)))


def begun(desk: Desk, **more: t.Any) -> str:
    """A file that is announced in four pieces, of which one has come."""
    row = desk.do("begin_import", **{"file": "n.xlsx", "sha256": SHA, "rows": 6, "batches": 4, **more})
    kind, headings, cells = NETWORK[1]
    desk.do("stage_rows", upload=row["id"], piece=1, kind=kind, headings=headings, first_row=2, rows=cells)
    return str(row["id"])


def lapses(desk: Desk) -> None:
    """Handle the newest word for the day on which the file is given up."""
    desk.bench.handle("intake.lapse_import.v1", desk.said("lapse_import")[-1])


def sealed(desk: Desk) -> list[str | None]:
    with desk.bench.session() as session:
        return [one.rows_sealed for one in session.query(ImportBatch)]


def test_a_file_that_is_never_sent_whole_is_given_up_with_its_rows(desk: Desk) -> None:
    upload = begun(desk)
    desk.bench.clock.move(days=3)
    lapses(desk)
    ended = desk.ask("import", upload=upload)
    assert (ended["state"], ended["entered"], sealed(desk)) == ("expired", 0, [None])
    assert ended["finished_at"]
    kind, headings, cells = NETWORK[0]
    late = desk.do("stage_rows", upload=upload, piece=0, kind=kind, headings=headings, first_row=2, rows=cells)
    assert (late["state"], sealed(desk)) == ("expired", [None]), "what comes too late is not kept"
    assert send(desk, *NETWORK)["state"] == "done", "the same file may be sent anew"


def test_a_file_on_its_way_has_as_long_again_after_every_piece(desk: Desk) -> None:
    upload = begun(desk)
    desk.bench.clock.move(days=2)
    kind, headings, cells = NETWORK[2]
    desk.do("stage_rows", upload=upload, piece=2, kind=kind, headings=headings, first_row=2, rows=cells)
    desk.bench.clock.move(days=1)
    lapses(desk)
    assert desk.ask("import", upload=upload)["state"] == "receiving"
    assert len(desk.said("lapse_import")) == 2, "it is looked at again"
    desk.bench.clock.move(days=2)
    lapses(desk)
    assert desk.ask("import", upload=upload)["state"] == "expired"


def test_how_long_is_a_setting_and_a_file_that_came_whole_is_not_touched() -> None:
    desk = Desk(import_days=30)
    desk.network()
    upload = begun(desk)
    (moment,) = [row.available_at for row in waiting_for(desk)]
    assert moment - desk.bench.clock.now() == dt.timedelta(days=30)
    ended = send(desk, *NETWORK, sha256="ef" * 32)
    desk.bench.clock.move(days=31)
    for told in desk.said("lapse_import"):
        desk.bench.handle("intake.lapse_import.v1", told)
    assert desk.ask("import", upload=ended["id"])["state"] == "done"
    assert desk.ask("import", upload=upload)["state"] == "expired"


def waiting_for(desk: Desk) -> list[t.Any]:
    """The rows of the outbox that wait for a day, of the newest announcement."""
    command = desk.bench.envelope(
        "intake.begin_import.v1",
        {"file": "w.xlsx", "sha256": "99" * 32, "rows": 1, "batches": 1, "dry_run": False},
        principal=CENTER,
    )
    desk.bench.consumer.consume([command.encode()])
    with desk.bench.session() as session:
        return list(session.execute(select(outbox).where(outbox.c.type == "intake.lapse_import.v1")))


@pytest.mark.parametrize("said", ["A1", "A1:C3"])
def test_a_workbook_that_says_less_of_its_size_than_it_holds_is_read_whole(tmp_path: t.Any, said: str) -> None:
    """Programs that write row by row say ``A1``; one that adds rows to another's file leaves its size as it was."""
    book = Workbook()
    book.active.title = "staff"
    for row in (["organization", "name", "role"], ["center", "某甲", "officer"], [], ["center", "某乙", "officer"]):
        book.active.append(row)
    book.save(tmp_path / "whole.xlsx")
    with ZipFile(tmp_path / "whole.xlsx") as whole, ZipFile(tmp_path / "said.xlsx", "w") as other:
        for name in whole.namelist():
            content = whole.read(name)
            other.writestr(name, content.replace(b'<dimension ref="A1:C4"', f'<dimension ref="{said}"'.encode()))
    assert (tmp_path / "said.xlsx").read_bytes() != (tmp_path / "whole.xlsx").read_bytes()
    (sheet,) = files.read(tmp_path / "said.xlsx")
    assert sheet == files.read(tmp_path / "whole.xlsx")[0]
    assert sheet.rows == [["center", "某甲", "officer"], [None] * 3, ["center", "某乙", "officer"]]
