"""What the closing file of a case must hold: a dated list for each form of aid, and for matters that need more.

The list of the day on which the case ended holds. A matter's own list goes before the general one of its form.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass

from services.assignment.domain.dated import Dated, TableError, by_key, in_force

BEGINNING = dt.date(2000, 1, 1)  # from when on every form of aid must have a list


@dataclass(frozen=True)
class Needed:
    """A kind of document with its words."""

    kind: str
    zh: str
    en: str


@dataclass(frozen=True)
class ChecklistRow(Dated):
    """What a closing file needs. ``matter``: "" for every matter of the form that has no list of its own."""

    form_of_aid: str
    matter: str
    documents: tuple[Needed, ...]


class Checklist:
    """All lists; refuses gaps, overlaps and forms without a list when it is built."""

    def __init__(self, rows: t.Sequence[ChecklistRow], forms: t.Collection[str], where: str = "") -> None:
        self._rows = by_key(rows, lambda row: (row.form_of_aid, row.matter))
        for form in forms:
            _refuse_gaps(form, self._rows.get((form, ""), []), where)

    def on(self, form_of_aid: str, matter: str, day: dt.date) -> ChecklistRow:
        """The list for a case that ended on a day (before 2000: that of 2000)."""
        day = max(day, BEGINNING)
        found = in_force(self._rows, (form_of_aid, matter), day) or in_force(self._rows, (form_of_aid, ""), day)
        assert found is not None  # every form has a list for every day: see _refuse_gaps
        return found


def missing(row: ChecklistRow, there: t.Collection[str]) -> list[Needed]:
    """What a file that holds these kinds of documents lacks, in the list's order."""
    return [one for one in row.documents if one.kind not in there]


def _refuse_gaps(form: str, rows: t.Sequence[ChecklistRow], where: str) -> None:
    if not rows:
        raise TableError(f"{where}: {form}: there is no list for it")
    first, last = rows[0], rows[-1]
    if first.since > BEGINNING:
        raise TableError(f"{first.where}: {form}: no list between {BEGINNING} and {first.since}")
    if last.until is not None:
        raise TableError(f"{last.where}: {form}: no list after {last.until}")
