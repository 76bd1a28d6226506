"""Rows of a spreadsheet as bodies of commands: headings in three ways, cells as people write them.

Pure. The columns stand in ``data/import_columns.csv``: a heading is the Chinese or English name or the field itself.
What cannot be read becomes a Fault that names row and column and says what to do; it never repeats the cell.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
import typing as t
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from contracts import terms
from contracts.messages import in_chinese
from services.intake.domain import tables

Body = dict[str, t.Any]
Cells = Sequence[str | None]
COLUMNS = ("kind", "field", "zh", "en", "form", "needed", "example")
YES, NO = ("yes", "true", "1", "是", "y", "√"), ("no", "false", "0", "否", "n", "×")
DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]00:00(?::00)?)?")
WEEKDAY = "(?:周|星期)?([1-7一二三四五六日])"
HOURS = re.compile(rf"{WEEKDAY}(?:\s*[-至到]\s*{WEEKDAY})?\s+(\S+?)\s*[-至到]\s*(\S+)")
WEEKDAYS = {name: number for names in ("1234567", "一二三四五六日") for number, name in enumerate(names, start=1)}


#: What a spreadsheet shows where a formula has no result.
FAILED = {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
#: A licence or an identity number that stood in a cell as a number: of more than 15 digits the others are lost.
CUT = re.compile(r"[0-9](\.[0-9]+)?[eE]\+[0-9]+")


class Unreadable(ValueError):
    """A cell that does not say what its column asks for; ``en`` and ``zh`` say what to write."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en, self.zh = en, zh


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a row; ``column``: the heading, None for the row as a whole."""

    row: int
    column: str | None
    en: str
    zh: str


@dataclass(frozen=True)
class Column:
    """A column of a register: ``field`` is where its value stands in the body, ``liaison.name`` one level down."""

    kind: str
    field: str
    zh: str
    en: str
    form: str
    needed: bool
    example: str

    @property
    def names(self) -> set[str]:
        """What its heading may be."""
        return {heading(name) for name in (self.field, self.zh, self.en)}


@dataclass(frozen=True)
class Sheet:
    """The headings of a sheet, understood: ``columns`` has None where a heading is not known."""

    kind: str
    headings: tuple[str, ...]
    columns: tuple[Column | None, ...]

    @functools.cached_property
    def places(self) -> tuple[tuple[int, str, str, str, Callable[[str], t.Any]], ...]:
        """For each known column: where it is, its heading, the field above, the field, how its cells are read."""
        return tuple(
            (place, name, *_split(column.field), reader(column.form))
            for place, (name, column) in enumerate(zip(self.headings, self.columns, strict=True))
            if column is not None
        )

    def heading_of(self, field: str) -> str:
        """The heading under which the file has a field, or its Chinese name."""
        found: str | None = None
        for name, column in zip(self.headings, self.columns, strict=True):
            if column and (field == column.field or field.startswith(column.field + ".")):
                found = name
        of_kind = (one.zh for one in columns()[self.kind] if field.startswith(one.field.partition(".")[0]))
        return found or next(of_kind, field)


@functools.lru_cache(maxsize=4)
def columns(path: Path = tables.DATA / "import_columns.csv") -> dict[str, tuple[Column, ...]]:
    """The columns of each register, in order; raises TableError with file and row."""
    rows = tables.read(path, COLUMNS, _column)
    found = {kind: tuple(one for one in rows if one.kind == kind) for kind in terms.IMPORT_KINDS}
    for kind, of_kind in found.items():
        names = [name for one in of_kind for name in one.names]
        if not of_kind or len(set(names)) != len(names):
            raise tables.TableError(f"{path.name}: {kind} has no columns, or two of the same name")
    return found


def _column(row: tables.Row) -> Column:
    if row["kind"] not in terms.IMPORT_KINDS or not row["field"] or not row["zh"] or not row["en"]:
        raise ValueError("a register, the field and its names in both languages are needed")
    reader(row["form"])
    needed = tables.yes_or_no(row["needed"])
    return Column(row["kind"], row["field"], row["zh"], row["en"], row["form"], needed, row["example"])


def heading(text: str) -> str:
    """A heading as it is compared: width, case, blanks and a star for "needed" do not matter."""
    return unicodedata.normalize("NFKC", text).replace("*", "").strip().casefold()


@functools.lru_cache(maxsize=64)
def understand(kind: str, headings: tuple[str, ...]) -> tuple[Sheet, tuple[Fault, ...]]:
    """The sheet behind a row of headings, and what is wrong with them (row 1)."""
    by_name = {name: one for one in columns()[kind] for name in one.names}
    found = tuple(by_name.get(heading(text)) for text in headings)
    faults = [
        Fault(1, text, f"This column is not known; {_known(kind, 'en')}.", f"没有这一列；{_known(kind, 'zh')}。")
        for text, column in zip(headings, found, strict=True)
        if column is None
    ]
    for column in columns()[kind]:
        times = found.count(column)
        if times > 1:
            faults.append(Fault(1, column.zh, "This column is there twice: keep one.", "此列重复，请只保留一列。"))
        if column.needed and not times:
            text = f"The column {column.en} is missing: add it."
            faults.append(Fault(1, column.zh, text, f"缺少“{column.zh}”列，请补上。"))
    return Sheet(kind, headings, found), tuple(faults)


def _known(kind: str, language: str) -> str:
    names = ", ".join(getattr(one, language) for one in columns()[kind])
    return f"known are {names}" if language == "en" else f"可用的列：{names}"


def body_of(sheet: Sheet, row: int, cells: Cells) -> tuple[Body, list[Fault]]:
    """A row as the body of its command; empty cells are left out, so that what is missing is said by the contract."""
    body: Body = {}
    faults = []
    width = len(cells)
    for place, name, above, field, read in sheet.places:
        text = cells[place] if place < width else None
        if not text or not (text := text.strip()):
            continue
        try:
            _refuse_spoilt(text)
            value = read(text)
        except Unreadable as error:
            faults.append(Fault(row, name, error.en, error.zh))
            continue
        (body.setdefault(above, {}) if above else body)[field] = value
    return body, faults


def _refuse_spoilt(text: str) -> None:
    """Raise Unreadable for what a spreadsheet made of a cell, whatever its column asks for."""
    if text in FAILED:
        raise Unreadable(
            "The formula in this cell has failed: mend it, or write the value.",
            "单元格公式出错，请修正公式或者直接填写内容。",
        )
    if CUT.fullmatch(text):
        raise Unreadable(
            "The spreadsheet has cut this long number: make the column text, and enter it again.",
            "数字过长，已被表格软件截断：请将该列设为文本格式后重新填写。",
        )


def _split(field: str) -> tuple[str, str]:
    above, _, last = field.rpartition(".")
    return above, last


def is_empty(cells: Cells) -> bool:
    """Whether nothing stands in a row."""
    return not any(text and text.strip() for text in cells)


def faults_of(sheet: Sheet, row: int, errors: Mapping[str, t.Any]) -> list[Fault]:
    """What a contract says of a body (field -> messages, nested) as faults of the row's columns."""
    return [
        Fault(row, sheet.heading_of(field), *_both(text)) for field, texts in _flat(errors) for text in texts
    ]  # fmt: skip


def _flat(errors: Mapping[t.Any, t.Any], above: str = "") -> t.Iterator[tuple[str, list[str]]]:
    for name, inside in errors.items():
        field = above if name == "_schema" else f"{above}.{name}" if above else str(name)
        if isinstance(inside, Mapping):
            yield from _flat(inside, field)
        else:
            yield field, list(inside)


def _both(text: str) -> tuple[str, str]:
    """A message in English and Chinese: texts of the contracts hold both, the library's own are translated."""
    en, _, zh = text.rpartition("; ")
    return (f"{en}.", zh) if en and not zh.isascii() else (text, in_chinese(text))


# how a cell is read, by the column's form


@functools.lru_cache(maxsize=64)
def reader(form: str) -> Callable[[str], t.Any]:
    """The function that reads a cell of this form; raises ValueError for a form that there is not."""
    name, _, words = form.partition(":")
    if name in ("one", "some"):
        known = _words(getattr(terms, words))
        choose = functools.partial(_one, known, words)
        return choose if name == "one" else lambda text: [choose(part) for part in _parts(text)]
    plain: dict[str, Callable[[str], t.Any]] = {
        "text": _text, "texts": _parts, "years": _years, "integer": _integer, "number": _number,
        "yes_or_no": _yes_or_no, "day": _day, "hours": _hours,
    }  # fmt: skip
    if name not in plain:
        raise ValueError(f"{form!r} is no form of a column")
    return plain[name]


def _words(known: Mapping[str, str]) -> dict[str, str]:
    """Every way to write a term -> its key."""
    return {
        heading(name): key for key, zh in reversed(list(known.items())) for name in (key, key.replace("_", " "), zh)
    }


def _one(known: Mapping[str, str], words: str, text: str) -> str:
    if text in known:
        return known[text]
    if heading(text) not in known:
        of = getattr(terms, words)
        raise Unreadable(f"Write one of: {', '.join(of)}.", f"请填写下列之一：{'、'.join(of.values())}。")
    return known[heading(text)]


def _parts(text: str) -> list[str]:
    return [part for part in re.split(r"\s*[;；,，、\n]\s*", text) if part]


YEARS = re.compile(r"(\S.*?)\s*[:：]?\s*([0-9]{1,2})\s*(?:年|years?)?")


def _years(text: str) -> list[Body]:
    """``婚姻家庭 8；工伤 5年`` or ``marriage_family: 8``: matters with the years for which they were practised."""
    known = _words(terms.MATTERS)
    found = []
    parts = re.split(r"\s*[;,\n]\s*", unicodedata.normalize("NFKC", text))  # not "、", which stands in names of matters
    for part in filter(None, parts):
        one = YEARS.fullmatch(part)
        if one is None:
            how = next(iter(terms.MATTERS.items()))
            raise Unreadable(
                f"Write each matter with its years, such as {how[0]} 8.", f"请逐项填写年限，例如 {how[1]} 8。"
            )
        found.append({"matter": _one(known, "MATTERS", one[1]), "years": int(one[2])})
    return found


def _text(text: str) -> str:
    return text


def _integer(text: str) -> int:
    digits = re.fullmatch(r"([0-9]{1,9})(?:\.0+)?", unicodedata.normalize("NFKC", text))
    if digits is None:
        raise Unreadable("Write a whole number in digits, such as 12.", "请填写整数，例如 12。")
    return int(digits[1])


def _number(text: str) -> float:
    if not re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,15})?", unicodedata.normalize("NFKC", text)):
        raise Unreadable("Write a number in digits, such as 35.38.", "请填写数字，例如 35.38。")
    return float(unicodedata.normalize("NFKC", text))


def _yes_or_no(text: str) -> bool:
    if heading(text) not in (*YES, *NO):
        raise Unreadable("Write yes or no.", "请填写“是”或者“否”。")
    return heading(text) in YES


def _day(text: str) -> str:
    found = DAY.fullmatch(unicodedata.normalize("NFKC", text))
    try:
        return dt.date(*(int(part) for part in found.groups())).isoformat() if found else _no_day()
    except ValueError:
        return _no_day()


def _no_day() -> t.NoReturn:
    raise Unreadable("Write a day as 2026-03-08.", "请填写日期，例如 2026-03-08。") from None


def _hours(text: str) -> list[Body]:
    """``1-5 09:00-12:00; 6 09:00-11:00`` or ``周一至周五 09:00-17:00``; 1 is Monday."""
    found = []
    for part in re.split(r"\s*[;；,，\n]\s*", unicodedata.normalize("NFKC", text).strip(" ;,")):
        one = HOURS.fullmatch(part)
        if one is None:
            how = "1-5 09:00-17:00; 6 09:00-12:00"
            raise Unreadable(f"Write hours as {how} (1: Monday).", f"请按“{how}”填写（1 为周一）。")
        first, last = WEEKDAYS[one[1]], WEEKDAYS[one[2] or one[1]]
        found += [{"weekday": day, "opens": _clock(one[3]), "closes": _clock(one[4])} for day in range(first, last + 1)]
    return found


def _clock(text: str) -> str:
    return text.zfill(5)  # 9:00 is 09:00; what is no time of day is refused by the contract
