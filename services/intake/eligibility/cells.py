"""The cells of a table file as text: CSV in UTF-8, or the first sheet of an XLSX workbook.

Nothing is guessed: another encoding, another separator, a formula that was never calculated and a column that stands
twice are complaints. A spreadsheet's number counts in full, whatever its format hides; 0.125 in a cell that is shown in
percent is ``12.5%``.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import typing as t
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

from services.intake.eligibility.faults import Faults

NOT_UTF8 = (
    "the file is not UTF-8 (older spreadsheet programs save GBK or Windows-1252): save it as 'CSV UTF-8', or as .xlsx"
)
# How reading ends of what is no workbook, or a damaged one; parsers of XML raise SyntaxError.
DAMAGED = (BadZipFile, zlib.error, SyntaxError, EOFError, KeyError, ValueError, IndexError)
OLDER = bytes.fromhex("D0CF11E0A1B11AE1")
Line = tuple[int, list[str]]


@dataclass(frozen=True)
class Row:
    """One row of a file: its number there, and its cells by column."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Sheet:
    """A file that could be read. ``head``: the row that names the columns."""

    head: int = 1
    columns: Sequence[str] = ()
    rows: Sequence[Row] = ()


class Unreadable(Exception):
    """A file that is no table; ``row`` where it shows."""

    def __init__(self, text: str, row: int = 1) -> None:
        super().__init__(text)
        self.row = row


def read_rows(file: Path, faults: Faults, needed: Collection[str] = ()) -> Sheet:
    """What a file holds without blank rows and rows that start with #; what is wrong goes to ``faults``.

    A first row that names none of the ``needed`` columns is one complaint, not one for every row below it.
    """
    try:
        lines = [(n, cells) for n, cells in _lines(file) if any(cells) and not cells[0].startswith("#")]
        if not lines:
            raise Unreadable("the table is empty")
        head, columns = lines[0][0], _columns(lines[0][1])
        if len(columns) == 1 and (";" in columns[0] or "\t" in columns[0]):
            raise Unreadable("the cells are separated by semicolons or tabs: a CSV file here has commas", head)
        if needed and not set(columns) & set(needed):
            raise Unreadable(f"the first row names no column that belongs here: {', '.join(needed)}", head)
    except FileNotFoundError:
        faults.add(file, 1, "the file is missing")
        return Sheet()
    except OSError as error:
        faults.add(file, 1, f"the file cannot be read: {error.strerror}")
        return Sheet()
    except Unreadable as error:
        faults.add(file, error.row, str(error))
        return Sheet()
    for column in {name for name in columns if columns.count(name) > 1}:
        faults.add(file, head, f"the column {column!r} stands here twice")
    return Sheet(head, columns, _body(file, columns, lines[1:], faults))


def _columns(cells: list[str]) -> list[str]:
    """The names of the columns; empty ones at the end are a spreadsheet's leftovers."""
    columns = list(cells)
    while columns and not columns[-1]:
        columns.pop()
    return columns


def _body(file: Path, columns: list[str], lines: list[Line], faults: Faults) -> list[Row]:
    rows = []
    for n, cells in lines:
        if len(cells) > len(columns) and any(cells[len(columns) :]):
            faults.add(file, n, "more cells than columns")
        rows.append(Row(n, dict(zip(columns, cells + [""] * (len(columns) - len(cells)), strict=False))))
    return rows


def _lines(file: Path) -> Iterator[Line]:
    kind = file.suffix.lower()
    if kind in (".xlsx", ".xlsm"):
        return _xlsx(file)
    if kind in (".xls", ".ods", ".et", ".numbers"):
        raise Unreadable(f"{kind} files are not read: save it as .xlsx or .csv")
    return csv_lines(file)


def csv_lines(file: Path) -> Iterator[Line]:
    """The rows of a CSV file, each with the number of its first line; raises Unreadable."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(NOT_UTF8, _row_of(file, error.start)) from None
    if "\x00" in text:
        raise Unreadable("the file holds zero characters (saved as UTF-16?): save it as 'CSV UTF-8'")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begun = 1
    try:
        for cells in reader:
            yield begun, [cell.strip() for cell in cells]
            begun = reader.line_num + 1
    except csv.Error as error:
        hint = ": a quote is opened here and not closed" if "end of data" in str(error) else f": {error}"
        raise Unreadable(f"not a CSV file{hint}", begun) from None


def _row_of(file: Path, place: int) -> int:
    return file.read_bytes()[:place].count(b"\n") + 1


def _xlsx(file: Path) -> Iterator[Line]:
    from openpyxl import load_workbook  # type: ignore[import-untyped]  # only who edits tables as XLSX pays for its import
    from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped]

    try:
        shown = load_workbook(file, read_only=True, data_only=True).worksheets[0]
        written = load_workbook(file, read_only=True).worksheets[0]
        for sheet in (shown, written):
            sheet.reset_dimensions()  # what a sheet says of its own size need not be true: rows outside were not read
        for n, (cells, formulas) in enumerate(zip(shown.iter_rows(), written.iter_rows(), strict=True), start=1):
            yield n, [_text(cell, formula, n) for cell, formula in zip(cells, formulas, strict=True)]
    except (InvalidFileException, *DAMAGED):
        raise Unreadable(not_a_workbook(file)) from None


def not_a_workbook(file: Path) -> str:
    """What is wrong with a file that is not read as XLSX; a password puts a workbook into the container of old ones."""
    with file.open("rb") as opened:
        is_locked = opened.read(len(OLDER)) == OLDER
    if is_locked:
        return "protected with a password, or of an older program: take the password off"
    return "not an XLSX workbook, or a damaged one"


def _text(cell: t.Any, formula: t.Any, row: int) -> str:
    """A cell as a reader of the sheet sees it."""
    value = cell.value
    if value is None:
        if isinstance(formula.value, str) and formula.value.startswith("="):
            raise Unreadable(f"{formula.value!r} has no calculated value: save the workbook, or write a number", row)
        return ""
    if cell.data_type == "e":
        raise Unreadable(f"{value} is the failure of a formula: mend it, or write the value", row)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        if "%" in (cell.number_format or ""):
            return f"{value * 100:.12g}%"
        return f"{value:.15g}"  # 53.900000000000006 is 53.9 to whoever wrote it
    if isinstance(value, dt.datetime):  # what a spreadsheet makes of 1-2
        return value.date().isoformat()
    return str(value).strip()
