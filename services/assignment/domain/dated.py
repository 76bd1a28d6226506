"""Dated rows of tables that a center edits: which one holds on a day, and which tables cannot be used.

Guarantee: the rows of one key follow each other without a gap or an overlap, or the table is refused, naming the row.
"""

from __future__ import annotations

import datetime as dt
import itertools
import typing as t
from dataclasses import dataclass, field


class TableError(ValueError):
    """A table cannot be used; the message names the file, the row and what is wrong with it."""


@dataclass(frozen=True)
class Dated:
    """What every row has: the days on which it is in force (``until`` included, None: still) and its origin.

    ``where``: file and row, for whoever must correct it.
    """

    since: dt.date
    until: dt.date | None
    source: str
    verified: bool
    where: str = field(default="", kw_only=True, compare=False)

    def covers(self, day: dt.date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


Row = t.TypeVar("Row", bound=Dated)
Key = t.TypeVar("Key")


def by_key(rows: t.Sequence[Row], key: t.Callable[[Row], Key]) -> dict[Key, list[Row]]:
    """The rows of each key in their order; raises TableError for a gap or an overlap."""
    found: dict[Key, list[Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    for name, dated in found.items():
        dated.sort(key=lambda row: row.since)
        for row in dated:
            if row.until is not None and row.until < row.since:
                raise TableError(f"{_at(row)}{name}: until {row.until} lies before {row.since}")
        for earlier, later in itertools.pairwise(dated):
            if earlier.until is None or earlier.until >= later.since:
                raise TableError(f"{_at(later)}{name}: the rows of {earlier.since} and {later.since} overlap")
            if earlier.until + dt.timedelta(days=1) != later.since:
                raise TableError(f"{_at(later)}{name}: no row between {earlier.until} and {later.since}")
    return found


def in_force(rows: t.Mapping[Key, t.Sequence[Row]], key: Key, day: dt.date) -> Row | None:
    """The row of a key that holds on a day."""
    return next((row for row in rows.get(key, ()) if row.covers(day)), None)


def _at(row: Dated) -> str:
    return f"{row.where}: " if row.where else ""
