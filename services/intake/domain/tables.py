"""Tables of rules as CSV: read once, checked row by row, refused with file and row. Pure: the files are the input."""

from __future__ import annotations

import csv
import typing as t
from pathlib import Path

DATA = Path(__file__).parents[1] / "data"
Row = dict[str, str]
T = t.TypeVar("T")


class TableError(ValueError):
    """A table that cannot be used; the text names file and row."""


def read(path: Path, columns: t.Collection[str], make: t.Callable[[Row], T]) -> list[T]:
    """Every row through ``make``; raises TableError for a missing column or a row that ``make`` refuses."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        if missing:
            raise TableError(f"{path.name}: the column {', '.join(missing)} is missing")
        found = []
        for number, row in enumerate(reader, start=2):
            try:
                found.append(make(row))
            except (ValueError, KeyError, TypeError) as error:
                raise TableError(f"{path.name}, row {number}: {error}") from None
    if not found:
        raise TableError(f"{path.name}: no rows")
    return found


def yes_or_no(cell: str) -> bool:
    """``true`` or ``false``; raises ValueError for anything else."""
    if cell not in ("true", "false"):
        raise ValueError(f"{cell!r} is neither true nor false")
    return cell == "true"
