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

from services.assignment.domain.points import Weights
from services.assignment.domain.subsidy import Rate, RateTable, Share, TableError

SHIPPED = Path(__file__).parent / "data"


def weights_for(organization: str, folder: str = "") -> Weights:
    """The ranking weights of an organization. ``folder``: the center's own tables; empty: those that are shipped."""
    default, own = _weights(folder)
    return own.get(organization, default)


@cache
def rate_table(jurisdiction: str, folder: str = "") -> RateTable:
    """The subsidy rates and shares of a jurisdiction; raises TableError with file and row."""
    rates = [
        Rate(*_dated(row), form_of_aid=row["form_of_aid"], fen=_whole(row["fen"]))
        for row in _rows("subsidy_rates.csv", jurisdiction, folder)
    ]
    shares = [
        Share(*_dated(row), grade=row["grade"], percent=_whole(row["percent"]), costs_only=row["costs_only"] == "true")
        for row in _rows("subsidy_shares.csv", jurisdiction, folder)
    ]
    if not rates or not shares:
        raise TableError(f"no subsidy rates for jurisdiction {jurisdiction}")
    return RateTable(rates, shares)


def missing_documents(form_of_aid: str, kinds: t.Collection[str], settings: t.Any) -> list[str]:
    """The kinds of documents that the closing file of such a case should hold and does not, in the list's order."""
    needed = _checklist(settings.assignment_tables).get(form_of_aid, ())
    return [kind for kind in needed if kind not in kinds]


def _file(name: str, folder: str) -> Path:
    own = Path(folder) / name if folder else None
    return own if own is not None and own.exists() else SHIPPED / name


@cache
def _weights(folder: str) -> tuple[Weights, dict[str, Weights]]:
    path = _file("weights.yaml", folder)
    document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    known = {field.name for field in fields(Weights)}
    for where, row in [("default", document.get("default") or {}), *(document.get("organizations") or {}).items()]:
        wrong = [key for key, value in row.items() if key not in known or not _points(value)]
        if wrong:
            raise TableError(f"{path.name}, {where}: {', '.join(map(str, wrong))} cannot be a weight from 0 to 1000")
    default = Weights(**(document.get("default") or {}))
    return default, {code: replace(default, **row) for code, row in (document.get("organizations") or {}).items()}


@cache
def _checklist(folder: str) -> dict[str, tuple[str, ...]]:
    path = _file("closing_checklist.yaml", folder)
    document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    for form, kinds in document.items():
        if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
            raise TableError(f"{path.name}, {form}: a list of kinds of documents is needed")
    return {form: tuple(kinds) for form, kinds in document.items()}


def _points(value: t.Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1000


def _rows(name: str, jurisdiction: str, folder: str) -> t.Iterator[dict[str, str]]:
    path = _file(name, folder)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines), start=2):
            if row.get("jurisdiction") != jurisdiction:
                continue
            try:
                _dated(row)
                _whole(row.get("fen") or row.get("percent") or "")
            except (KeyError, ValueError) as error:
                raise TableError(f"{path.name}, row {number}: {error}") from None
            yield row


def _dated(row: dict[str, str]) -> tuple[dt.date, dt.date | None, str, bool]:
    until = dt.date.fromisoformat(row["until"]) if row["until"] else None
    return dt.date.fromisoformat(row["since"]), until, row["source"], row["verified"] == "true"


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ValueError(f"{text!r} is not a whole number from 0")
    return int(text)
