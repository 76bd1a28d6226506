"""Tables as files: CSV that Excel opens rightly, and XLSX.

Guarantee: a text is never taken for a formula, whatever somebody typed into it; money is exact, in yuan.
"""

from __future__ import annotations

import csv
import io
import tempfile
import typing as t
from collections.abc import Iterable, Iterator, Mapping, Sequence

import xlsxwriter  # type: ignore[import-untyped]

Sheet = Mapping[str, t.Any]
BOM = "\ufeff"  # without it Excel reads UTF-8 as the local encoding
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # what a spreadsheet takes for the beginning of a formula
WIDTHS = {"text": 22, "day": 12, "count": 14, "fen": 16, "number": 14, "percent": 10}
FORMATS = {"count": "#,##0", "fen": "#,##0.00", "percent": '0.0"%"'}


def heading(column: Mapping[str, str]) -> str:
    """A column's name in both languages; money is written in yuan."""
    zh, en = column["zh"], column["en"]
    if column["cells"] == "fen":
        zh, en = zh.replace("（分）", "（元）"), en.replace("(fen)", "(yuan)")
    return zh if zh == en else f"{zh} {en}"


def plain(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe in front marks it as text."""
    return f"'{text}" if text.startswith(FORMULA) else text


def yuan(fen: int) -> str:
    """Exact to the fen: ``30050.00``."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def csv_head(sheet: Sheet) -> str:
    """The mark by which Excel knows UTF-8, and the line of headings."""
    return BOM + _lines([[heading(column) for column in sheet["columns"]]])


def csv_rows(sheet: Sheet) -> str:
    """The rows of a sheet, or of a page of it."""
    kinds = [column["cells"] for column in sheet["columns"]]
    return _lines([_csv_cell(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in sheet["rows"])


def _csv_cell(value: t.Any, kind: str) -> str:
    if value is None:
        return ""
    if kind == "fen":
        return yuan(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.2f}"
    return plain(value) if isinstance(value, str) else str(value)


def _lines(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


class Workbook:
    """An XLSX file that is written row by row: memory does not grow with its length."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the last byte was read
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self._book = xlsxwriter.Workbook(self._file, options)
        self._formats = {kind: self._book.add_format({"num_format": code}) for kind, code in FORMATS.items()}
        look = {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#DCE6F1", "bottom": 1}
        self._head = self._book.add_format(look)
        self._sheets: dict[str, tuple[t.Any, int]] = {}

    def add(self, sheet: Sheet) -> None:
        """Write a sheet, or go on with the one of this name."""
        if sheet["name"] not in self._sheets:
            self._sheets[sheet["name"]] = self._begin(sheet), 1
        page, place = self._sheets[sheet["name"]]
        kinds = [column["cells"] for column in sheet["columns"]]
        for row in sheet["rows"]:
            for number, (value, kind) in enumerate(zip(row, kinds, strict=True)):
                self._cell(page, place, number, value, kind)
            place += 1
        self._sheets[sheet["name"]] = page, place

    def _begin(self, sheet: Sheet) -> t.Any:
        page = self._book.add_worksheet(sheet["zh"])
        page.freeze_panes(1, 1)
        page.set_row(0, 48)
        for number, column in enumerate(sheet["columns"]):
            page.set_column(number, number, WIDTHS[column["cells"]])
            page.write_string(0, number, heading(column), self._head)
        return page

    def _cell(self, page: t.Any, row: int, column: int, value: t.Any, kind: str) -> None:
        if value is None:
            return
        if isinstance(value, str):
            page.write_string(row, column, value)
        else:
            page.write_number(row, column, value / 100 if kind == "fen" else value, self._formats.get(kind))

    def finish(self) -> Iterator[bytes]:
        """The bytes of the file, a block at a time."""
        self._book.close()
        self._file.seek(0)
        return self._blocks()

    def _blocks(self) -> Iterator[bytes]:
        with self._file:
            while block := self._file.read(64 * 1024):
                yield block
