"""The dated tables that a center edits, read from files: ranking weights and subsidy rates.

A table that cannot be right is refused when it is read, with its file and row. Each file is read once per process.
"""

from __future__ import annotations

import csv
import datetime as dt
import typing as t
from dataclasses import fields, replace
from functools import cache
from pathlib import Path

import yaml

from contracts import terms
from services.assignment import models as m
from services.assignment.domain.checklist import Checklist, ChecklistRow, Needed
from services.assignment.domain.dated import TableError
from services.assignment.domain.points import Weights
from services.assignment.domain.subsidy import Rate, RateTable, Share

SHIPPED = Path(__file__).parent / "data"


def weights_for(organization: str, folder: str = "") -> Weights:
    """The ranking weights of an organization. ``folder``: the center's own tables; empty: those that are shipped."""
    default, own = _weights(folder)
    return own.get(organization, default)


@cache
def rate_table(jurisdiction: str, folder: str = "") -> RateTable:
    """The subsidy rates and shares of a jurisdiction; raises TableError with file and row."""
    rates = [
        Rate(*_dated(row), form_of_aid=row["form_of_aid"], fen=_whole(row["fen"]), where=row["where"])
        for row in _rows("subsidy_rates.csv", jurisdiction, folder)
    ]
    shares = [
        Share(
            *_dated(row),
            grade=row["grade"],
            percent=_whole(row["percent"]),
            costs_only=row["costs_only"] == "true",
            where=row["where"],
        )
        for row in _rows("subsidy_shares.csv", jurisdiction, folder)
    ]
    if not rates or not shares:
        raise TableError(f"no subsidy rates for jurisdiction {jurisdiction}")
    return RateTable(rates, shares)


def checklist_for(case: m.Case, today: dt.date, settings: t.Any) -> ChecklistRow:
    """What the closing file of a case must hold, by the day on which it ended; before its end, by today."""
    return _checklist(settings.assignment_tables).on(case.form_of_aid, case.matter, case.ended_on or today)


def problem_of(folder: str) -> str | None:
    """What is wrong with the tables in a folder, with file and row; None: they can be used."""
    if folder and not Path(folder).is_dir():
        return "is not a folder"
    try:
        _weights(folder)
        _checklist(folder)
        for jurisdiction in sorted({row["jurisdiction"] for row in _all_rows("subsidy_rates.csv", folder)}):
            rate_table(jurisdiction, folder)
    except (TableError, yaml.YAMLError, KeyError) as error:
        return f"cannot be used: {' '.join(str(error).split())}"
    return None


def _file(name: str, folder: str) -> Path:
    own = Path(folder) / name if folder else None
    return own if own is not None and own.exists() else SHIPPED / name


@cache
def _weights(folder: str) -> tuple[Weights, dict[str, Weights]]:
    """The default weights and those of organizations; raises TableError that names the row of the file, and the key."""
    path = _file("weights.yaml", folder)
    text = path.read_text(encoding="utf-8")
    try:
        document, lines = yaml.safe_load(text) or {}, _lines(yaml.compose(text))
    except (yaml.YAMLError, TableError) as error:
        raise TableError(f"{path.name}, {error}") from None
    known = {field.name for field in fields(Weights)}

    def refuse(wrong: str, *where: t.Any) -> t.NoReturn:
        keys = tuple(map(str, where))
        raise TableError(f"{path.name}, row {lines.get(keys, 1)}: {', '.join(keys)}{wrong}")

    if not isinstance(document, dict):
        refuse("default and organizations are needed")
    for name in document:
        if name not in ("default", "organizations"):
            refuse(" is neither default nor organizations", name)
    own = document.get("organizations") or {}
    if not isinstance(own, dict):
        refuse(": for each organization its weights are needed", "organizations")
    rows: dict[tuple[t.Any, ...], t.Any] = {
        ("default",): document.get("default") or {},
        **{("organizations", code): own[code] for code in own},
    }
    for where, row in rows.items():
        if not isinstance(row, dict):
            refuse(": names of weights and their points are needed", *where)
        for key, value in row.items():
            if key not in known:
                refuse(f" is no weight; known are {', '.join(sorted(known))}", *where, key)
            if not _points(value):
                refuse(" is not a number from 0 to 1000", *where, key)
    default = Weights(**rows["default",])
    return default, {code: replace(default, **row) for code, row in own.items()}


def _lines(node: t.Any, where: tuple[t.Any, ...] = ()) -> dict[tuple[t.Any, ...], int]:
    """In which row of a YAML file each of its keys stands, counted from 1; a key that stands twice is refused."""
    found: dict[tuple[t.Any, ...], int] = {}
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        here, row = (*where, key.value), key.start_mark.line + 1
        if here in found:
            raise TableError(f"row {row}: {', '.join(here)} stands there twice, in row {found[here]} already")
        found[here] = row
        found |= _lines(value, here)
    return found


@cache
def _checklist(folder: str) -> Checklist:
    path = _file("closing_checklist.yaml", folder)
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(document, dict) or set(document) != {"documents", "lists"}:
        raise TableError(f"{path.name}: documents and lists are needed, and nothing else")
    words = {kind: _needed(path.name, kind, said) for kind, said in (document["documents"] or {}).items()}
    rows = [_list(f"{path.name}, row {n}", row, words) for n, row in enumerate(document["lists"] or [], start=1)]
    return Checklist(rows, terms.FORMS_OF_AID, path.name)


def _needed(name: str, kind: str, said: t.Any) -> Needed:
    if (
        not isinstance(said, dict)
        or set(said) != {"zh", "en"}
        or not all(isinstance(one, str) for one in said.values())
    ):
        raise TableError(f"{name}, document {kind}: words in zh and en are needed")
    return Needed(kind, said["zh"], said["en"])


def _list(where: str, row: t.Any, words: t.Mapping[str, Needed]) -> ChecklistRow:
    """One row of the checklist; raises TableError that names it."""
    known = {"form_of_aid", "matter", "from", "until", "documents", "source", "verified"}
    absent = known - {"matter", "until"} - set(row) if isinstance(row, dict) else known
    if absent or set(row) - known:
        raise TableError(f"{where}: missing {sorted(absent)}, unknown {sorted(set(row) - known) if row else []}")
    form, matter, kinds = row["form_of_aid"], row.get("matter") or "", row["documents"]
    if form not in terms.FORMS_OF_AID or (matter and matter not in terms.MATTERS):
        raise TableError(f"{where}: no such form of aid or matter: {form} {matter}")
    days = (row["from"], row.get("until"))
    if not isinstance(days[0], dt.date) or not isinstance(days[1], dt.date | None):
        raise TableError(f"{where}: from and until are days such as 2026-01-01")
    strange = [str(kind) for kind in kinds if kind not in words] if isinstance(kinds, list) else [str(kinds)]
    if strange or not kinds or not isinstance(row["source"], str) or not isinstance(row["verified"], bool):
        raise TableError(
            f"{where}: documents without words ({', '.join(strange)}), or no source, or verified not true/false"
        )
    needed = tuple(words[kind] for kind in kinds)
    return ChecklistRow(*days, row["source"], row["verified"], form, matter, needed, where=where)


def _points(value: t.Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1000


COLUMNS = {
    "subsidy_rates.csv": ("jurisdiction", "form_of_aid", "since", "until", "fen", "source", "verified"),
    "subsidy_shares.csv": ("jurisdiction", "grade", "since", "until", "percent", "costs_only", "source", "verified"),
}
#: Columns with one of a few words.
WORDS: dict[str, t.Collection[str]] = {
    "form_of_aid": terms.FORMS_OF_AID, "grade": terms.GRADES,
    "verified": ("true", "false"), "costs_only": ("true", "false"),
}  # fmt: skip


def _rows(name: str, jurisdiction: str, folder: str) -> t.Iterator[dict[str, str]]:
    """The rows of a jurisdiction, each of them checked; raises TableError with file, row and column."""
    for row in _all_rows(name, folder):
        if row["jurisdiction"] != jurisdiction:
            continue
        for column in COLUMNS[name]:
            try:
                _check(column, row[column] or "")
            except ValueError as error:
                raise TableError(f"{row['where']}, {column}: {error}") from None
        yield row


def _check(column: str, cell: str) -> None:
    if column in WORDS and cell not in WORDS[column]:
        raise ValueError(f"{cell!r} is none of {', '.join(WORDS[column])}")
    if column in ("fen", "percent"):
        _whole(cell)
    if column == "since" or (column == "until" and cell):
        dt.date.fromisoformat(cell)
    if column == "source" and not cell.strip():
        raise ValueError("where it comes from is needed")


def _all_rows(name: str, folder: str) -> t.Iterator[dict[str, str]]:
    """Every row of a CSV table; ``where`` is its file and row."""
    path = _file(name, folder)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        table = csv.DictReader(lines)
        missing = [column for column in COLUMNS[name] if column not in (table.fieldnames or ())]
        if missing:
            raise TableError(f"{path.name}, row 1: the column {', '.join(missing)} is missing")
        for number, row in enumerate(table, start=2):
            yield {**row, "where": f"{path.name}, row {number}"}


def _dated(row: dict[str, str]) -> tuple[dt.date, dt.date | None, str, bool]:
    until = dt.date.fromisoformat(row["until"]) if row["until"] else None
    return dt.date.fromisoformat(row["since"]), until, row["source"], row["verified"] == "true"


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ValueError(f"{text!r} is not a whole number from 0")
    return int(text)
