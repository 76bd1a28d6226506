"""A file of rows as an operator has it, XLSX or CSV, cut into pieces that are small enough to send.

Cells become text as the sheet shows them. What cannot be read is a StartError: one line that says what to do.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import typing as t
from codecs import BOM_UTF8
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import orjson

from chassis.errors import StartError
from contracts import terms
from services.intake.domain.sheets import columns, heading
from services.intake.eligibility.cells import DAMAGED, Unreadable, csv_lines, not_a_workbook

ROWS_AT_ONCE, BYTES_AT_ONCE = 250, 120_000  # of a piece: well below what the door takes in one body
OTHER_NAMES = {"人员": "staff", "服务": "services", "organisations": "organizations"}
MERGED = re.compile(rb'mergeCell [^>]*ref="([^"]+)"')
BESIDE_LATIN = re.compile(r"[A-Za-z][^\x00-\x7f]|[^\x00-\x7f][A-Za-z]")
SIGNS = set("×·°±§")  # written between plain letters and figures; × is a "no" here
OTHER_SEPARATORS = set(";\t|；，")
Cells = list[str | None]


@dataclass(frozen=True)
class SheetOfFile:
    """One sheet: the register it is for, its headings, and its rows from row 2 on, blank ones too."""

    kind: str
    headings: list[str]
    rows: list[Cells]

    @property
    def filled(self) -> int:
        return sum(1 for row in self.rows if any(row))


@dataclass(frozen=True)
class Piece:
    """As many rows as go into one request."""

    kind: str
    headings: list[str]
    first_row: int
    rows: list[Cells]

    def body(self) -> dict[str, t.Any]:
        return {"kind": self.kind, "headings": self.headings, "first_row": self.first_row, "rows": self.rows}


def read(file: Path, kind: str | None = None) -> list[SheetOfFile]:
    """The sheets of a file in the order in which they can be entered. ``kind``: what its only sheet is for."""
    suffix = file.suffix.lower()
    if suffix not in (".csv", ".xlsx", ".xlsm"):
        raise StartError(f"{file.name}: only .xlsx and .csv are read; save it as one of these")
    named = [(file.stem, _csv(file))] if suffix == ".csv" else _xlsx(file)
    named = [(name, rows) for name, rows in named if any(any(row) for row in rows)]
    if kind and len(named) > 1:
        raise StartError(f"{file.name}: --kind is for a file with one sheet; this one has {len(named)}")
    sheets = [_sheet(file, name, kind, rows) for name, rows in named]
    if not any(sheet.filled for sheet in sheets):
        raise StartError(f"{file.name}: there are no rows below the headings")
    order = list(terms.IMPORT_KINDS)
    return sorted((sheet for sheet in sheets if sheet.filled), key=lambda sheet: order.index(sheet.kind))


def _sheet(file: Path, name: str, kind: str | None, rows: list[Cells]) -> SheetOfFile:
    found = kind or _kinds().get(heading(name))
    if found is None:
        known = ", ".join(f"{key} ({zh})" for key, zh in terms.IMPORT_KINDS.items())
        raise StartError(f"{file.name}: the sheet {name!r} is of no known kind; name it one of {known}, or use --kind")
    headings = [cell or "" for cell in rows[0]]
    while headings and not headings[-1]:
        headings.pop()
    if len(headings) == 1 and set(headings[0]) & OTHER_SEPARATORS:
        separated = "its cells are not separated by commas (but by semicolons or tabs)"
        raise StartError(f"{file.name}: {separated}; save it as 'CSV UTF-8' with commas, or as .xlsx")
    if not headings or not all(headings):
        place = headings.index("") + 1 if headings else 1
        raise StartError(f"{file.name}: column {place} of the sheet {name!r} has no heading in row 1")
    for number, row in enumerate(rows[1:], start=2):
        if any(row[len(headings) :]):
            raise StartError(f"{file.name}: row {number} of the sheet {name!r} has more cells than row 1 has headings")
    return SheetOfFile(found, headings, [row[: len(headings)] for row in rows[1:]])


def _kinds() -> dict[str, str]:
    plain = {heading(name): kind for kind, zh in terms.IMPORT_KINDS.items() for name in (kind, zh)}
    return plain | OTHER_NAMES


def pieces(sheets: t.Sequence[SheetOfFile]) -> list[Piece]:
    """The sheets in pieces; the same file is always cut in the same way, so that an interrupted import can go on."""
    found = []
    for sheet in sheets:
        start, size = 0, 0
        for place, row in enumerate(sheet.rows):
            bytes_of_row = len(orjson.dumps(row))
            if place > start and (place - start >= ROWS_AT_ONCE or size + bytes_of_row > BYTES_AT_ONCE):
                found.append(Piece(sheet.kind, sheet.headings, start + 2, sheet.rows[start:place]))
                start, size = place, 0
            size += bytes_of_row
        found.append(Piece(sheet.kind, sheet.headings, start + 2, sheet.rows[start:]))
    return found


def sha256(cut: t.Sequence[Piece]) -> str:
    """What a file says, whatever its name, colours and day of saving."""
    return hashlib.sha256(orjson.dumps([piece.body() for piece in cut])).hexdigest()


def _csv(file: Path) -> list[Cells]:
    try:
        rows = [[cell or None for cell in row] for _, row in csv_lines(file)]
    except Unreadable as error:
        raise StartError(f"{file.name}: row {error.row}: {error}") from None
    content = file.read_bytes()
    if not content.startswith(BOM_UTF8) and _may_be_gbk(content):
        raise StartError(
            f"{file.name}: it cannot be told whether this file is GBK or UTF-8: save it as 'CSV UTF-8', or as .xlsx"
        )
    return rows


def _may_be_gbk(content: bytes) -> bool:
    """Whether what was read as UTF-8 may be a few Chinese characters in GBK, whose bytes happen to be UTF-8, too.

    They come out as letters of other scripts, and never stand beside a Latin one as the é of José does. A name in
    Cyrillic, Greek, Arabic or Hebrew nearly always holds bytes that begin none of the usual characters (GB 2312).
    """
    try:
        content.decode("gb2312")
    except UnicodeDecodeError:
        return False  # at the first few characters of nearly every Chinese file: the rest is not gone through again
    text = content.decode()
    foreign = {sign for sign in text if not sign.isascii()} - SIGNS
    return bool(foreign) and max(foreign) < "\u0800" and not BESIDE_LATIN.search(text)


def _xlsx(file: Path) -> list[tuple[str, list[Cells]]]:
    from openpyxl import load_workbook  # type: ignore[import-untyped]  # only who imports XLSX pays for its import
    from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped]

    try:
        book = load_workbook(file, read_only=True, data_only=True)
        shown = [one for one in book.worksheets if _is_shown(file, one)]
        _refuse_merged_cells(file, shown)
        return [(one.title, _rows(one)) for one in shown]
    except (InvalidFileException, *DAMAGED):
        raise StartError(f"{file.name}: it is {not_a_workbook(file)}; save it anew as .xlsx") from None


def _is_shown(file: Path, sheet: t.Any) -> bool:
    """Whether a sheet is for us: lists behind drop-downs are hidden. Raises StartError where rows would come unseen."""
    if sheet.sheet_state == "visible":
        return True
    if heading(sheet.title) in _kinds():
        raise StartError(f"{file.name}: the sheet {sheet.title!r} is hidden: show it, or delete it")
    return False


def _refuse_merged_cells(file: Path, shown: t.Sequence[t.Any]) -> None:
    """Raise StartError where cells are merged: all but the first hold nothing, and rows would lose what they show."""
    with ZipFile(file) as parts:
        for sheet in shown:  # who reads row by row is not told of it
            if merged := MERGED.search(parts.read(sheet._worksheet_path)):
                where = f"the cells {merged[1].decode()} of the sheet {sheet.title!r} are merged"
                raise StartError(f"{file.name}: {where}, and only the first holds a value: part them, and fill each")


def _rows(sheet: t.Any) -> list[Cells]:
    """All that stands in a sheet, whatever the sheet says of its own size; without the empty rows at its end."""
    sheet.reset_dimensions()  # some programs write A1, or leave the size of before: what lies outside was not read
    rows = [[_cell(cell) for cell in row] for row in sheet.iter_rows()]
    while rows and not any(rows[-1]):
        rows.pop()
    width = max(map(len, rows), default=0)
    return [row + [None] * (width - len(row)) for row in rows]


def _cell(cell: t.Any) -> str | None:
    value = cell.value
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, int | float):
        shown = f"{value:.15g}"
        return shown.zfill(len(cell.number_format)) if set(cell.number_format) == {"0"} else shown
    return str(value).strip() or None


def write_example(file: Path) -> None:
    """A workbook with every sheet: headings, a star where a cell is needed, and one row to show how."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for kind, zh in terms.IMPORT_KINDS.items():
        sheet = book.create_sheet(zh)
        sheet.append([f"{one.zh}{'*' if one.needed else ''}" for one in columns()[kind]])
        sheet.append([one.example or None for one in columns()[kind]])
        for place in range(1, len(columns()[kind]) + 1):
            sheet.column_dimensions[sheet.cell(1, place).column_letter].width = 20
        sheet.freeze_panes = "A2"
    book.save(file)
