"""The sample network as bodies for the API, read from CSV files whose columns are the contracts' fields.

``liaison.name`` is a nested field; an empty cell is absent; lists are separated by semicolons.
"""

from __future__ import annotations

import csv
import typing as t
from pathlib import Path

FOLDER = Path(__file__).parent / "network"
NUMBERS: dict[str, t.Callable[[str], t.Any]] = {
    "latitude": float,
    "longitude": float,
    "capacity": int,
    "criminal_defence_years": int,
    "auto_assign": lambda cell: cell == "true",
    "trained_for_minors": lambda cell: cell == "true",
    "districts": lambda cell: cell.split(";"),
    "standing_for": lambda cell: cell.split(";"),
    "specialties": lambda cell: [_specialty(part) for part in cell.split(";")],
}
Body = dict[str, t.Any]


def rows(name: str) -> list[Body]:
    """The bodies of one file: organizations, stations, staff, firms or lawyers. A lawyer's ``firm`` is its name."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [_body(row) for row in csv.DictReader(file)]


def _body(row: dict[str, str]) -> Body:
    body: Body = {}
    for column, cell in row.items():
        if cell == "":
            continue
        value = NUMBERS.get(column, str)(cell)
        outer, _, inner = column.partition(".")
        if inner:
            body.setdefault(outer, {})[inner] = value
        else:
            body[column] = value
    return body


def _specialty(text: str) -> Body:
    matter, _, years = text.partition(":")
    return {"matter": matter, "years": int(years)}
