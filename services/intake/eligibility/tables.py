"""Tables that a non-programmer edits (CSV or XLSX), checked when they are read: no gap, no overlap, no missing row.

A table becomes a function of the same name in expressions. Its arguments are the ``by`` columns in their order, then
the ``per`` or ``band`` number. A lookup that finds no row never guesses: it reports a miss.
"""

from __future__ import annotations

import typing as t
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from pathlib import Path

from services.intake.eligibility import values
from services.intake.eligibility.cells import Row, read_rows
from services.intake.eligibility.faults import Faults

T = t.TypeVar("T")
ANY = "*"
FLAG = ("true", "false")
MORE = "more"
VERIFIED = {
    "": True,
    "true": True,
    "yes": True,
    "1": True,
    "是": True,
    "false": False,
    "no": False,
    "0": False,
    "否": False,
}


@dataclass
class Scale:
    """The rows that share the same ``by`` cells, by their number: starts in rising order."""

    starts: list[int] = field(default_factory=list)
    amounts: list[int | float] = field(default_factory=list)
    shares: list[Fraction] = field(default_factory=list)
    more: int | float | None = None


@dataclass(frozen=True)
class Table:
    """A checked table; ``lookup`` is what expressions call."""

    name: str
    by: tuple[str, ...]
    number: str  # "": none; "per": household size and the like; "band": ranges
    number_name: str
    inclusive_start: bool
    rounding: str
    verified: bool
    title: Mapping[str, str]
    scales: Mapping[tuple[str, ...], Scale]
    closed: tuple[str, ...] = ()
    complete: bool = True  # False: its file or its description is refused, and says nothing of who calls it

    @property
    def arity(self) -> int:
        return len(self.by) + bool(self.number)

    def lookup(self, misses: list[str], *args: t.Any) -> int | float | None:
        """The value for these arguments; None, and the table's name added to ``misses``, where no row answers."""
        found = self._find(args)
        if found is None:
            misses.append(self.name)
        return found

    def _find(self, args: tuple[t.Any, ...]) -> int | float | None:
        if len(args) != self.arity:
            return None
        scale = self._scale(tuple(_cell(arg) for arg in args[: len(self.by)]))
        if scale is None:
            return None
        if not self.number:
            return scale.amounts[0]
        x = args[-1]
        if isinstance(x, bool) or not isinstance(x, int):
            return None
        return self._per(scale, x) if self.number == "per" else self._band(scale, x)

    def _scale(self, key: tuple[str, ...]) -> Scale | None:
        """The rows for exact cells; else the nearest with ``*``, the last column given up first."""
        scale = self.scales.get(key)
        if scale is not None or not self.by:
            return scale
        for pattern in _patterns(key):
            if pattern in self.scales:
                return self.scales[pattern]
        return None

    def _per(self, scale: Scale, x: int) -> int | float | None:
        place = x - scale.starts[0]
        if place < 0:
            return None
        if place < len(scale.amounts):
            return scale.amounts[place]
        if scale.more is None:
            return None
        last, further = scale.amounts[-1], x - scale.starts[-1]
        if isinstance(last, int) and isinstance(scale.more, int):
            return last + scale.more * further
        return float(Decimal(str(last)) + Decimal(str(scale.more)) * further)  # percentages, as they are written

    def _band(self, scale: Scale, x: int) -> int | float | None:
        place = (bisect_right if self.inclusive_start else bisect_left)(scale.starts, x) - 1
        if place < 0:
            if self.inclusive_start or x != scale.starts[0]:
                return None
            place = 0  # (above, to] tables: zero itself belongs to the first row
        share = (x - scale.starts[place]) * scale.shares[place]
        return scale.amounts[place] + values.rounded(share, self.rounding)


def _cell(value: t.Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _patterns(key: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """``(a, b)`` -> ``(a, *)``, ``(*, b)``, ``(*, *)``."""
    for mask in range(1, 2 ** len(key)):
        yield tuple(ANY if mask >> (len(key) - 1 - i) & 1 else cell for i, cell in enumerate(key))


@dataclass(frozen=True)
class TableShape:
    """What the YAML file says of a table."""

    name: str
    file: Path
    by: tuple[str, ...]
    closed: tuple[str, ...]  # of these, the columns whose cells are all there is: expressions name one in quotes
    per: str | None
    band: str | None
    parse_value: Callable[[str], int | float]
    parse_number: Callable[[str], int]
    rounding: str
    verified: bool
    title: Mapping[str, str]
    terms: Mapping[str, tuple[str, ...]]  # by column -> the values that must have a row
    counts: Mapping[str, tuple[int, int | None]]  # by column whose cells are whole numbers -> the least and the most


def read_table(shape: TableShape, faults: Faults) -> Table:
    """Read and check one table; whatever is wrong is added to ``faults`` with its row."""
    keys = [*shape.by, *([shape.per] if shape.per else [])]
    sheet = read_rows(shape.file, faults, [*keys, *(["from", "below", "above", "to"] if shape.band else []), "value"])
    pair = ("above", "to") if "above" in sheet.columns else ("from", "below")
    needed = [*keys, *(pair if shape.band else ()), "value"]
    known = {*needed, "source", "verified", "note", *(["percent", "share"] if shape.band else [])}
    for column in [c for c in needed if c not in sheet.columns] if sheet.columns else []:
        faults.add(shape.file, sheet.head, f"column {column!r} is missing")
    for column in [c for c in sheet.columns if c not in known]:
        text = f"column {column!r} is not known here; known: {', '.join(sorted(known))}"
        faults.add(shape.file, sheet.head, text)
    complete = bool(sheet.rows) and known.issuperset(sheet.columns) and set(sheet.columns).issuperset(needed)
    before = len(faults.found)
    grouped = _grouped(shape, sheet.rows, faults) if complete else {}
    keys_are_right = len(faults.found) == before  # else nobody knows which values the wrong rows were meant for
    scales = {key: _scale(shape, pair, rows, faults) for key, rows in grouped.items()}
    if complete and keys_are_right:
        _check_coverage(shape, scales, faults)
    elif sheet.columns and not sheet.rows:
        faults.add(shape.file, sheet.head, "the table has no rows")
    read_in_the_law = [_is_verified(shape, row, faults) for row in sheet.rows]
    number = "per" if shape.per else "band" if shape.band else ""
    name = shape.per or shape.band or ""
    return Table(
        shape.name,
        shape.by,
        number,
        name,
        pair[0] == "from",
        shape.rounding,
        shape.verified and all(read_in_the_law),
        shape.title,
        scales,
        shape.closed,
        complete,
    )


def _grouped(shape: TableShape, rows: Sequence[Row], faults: Faults) -> dict[tuple[str, ...], list[Row]]:
    """The rows of each combination of the ``by`` columns."""
    grouped: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        key = tuple(_key_cell(shape, row, column, faults) for column in shape.by)
        grouped.setdefault(key, []).append(row)
    return grouped


def _scale(shape: TableShape, pair: tuple[str, str], rows: list[Row], faults: Faults) -> Scale:
    scale = Scale()
    if shape.per:
        _read_sizes(shape, rows, scale, faults)
    elif shape.band:
        _read_bands(shape, pair, rows, scale, faults)
    else:
        for row in rows[1:]:
            faults.add(shape.file, row.number, f"overlap: row {rows[0].number} already has these keys")
        scale.amounts.append(_value(shape, rows[0], faults))
    return scale


def _key_cell(shape: TableShape, row: Row, column: str, faults: Faults) -> str:
    """A cell that a row is found by; one that no value of its input can equal would quietly never be found."""
    cell, terms = row.cells[column], shape.terms.get(column, ())
    if cell == "":
        faults.add(
            shape.file,
            row.number,
            f"{column}: an empty cell; write {ANY} for any other value (of merged cells only the first has it)",
        )
    if cell in ("", ANY):
        return cell
    if column in shape.counts:
        count, (least, most) = _parsed(values.whole, shape, row, column, faults), shape.counts[column]
        if count is None:
            return cell
        if count < least or (most is not None and count > most):
            limits = f"from {least} to {most}" if most is not None else f"{least} or more"
            faults.add(shape.file, row.number, f"{column}: {count} is out of range: {limits}")
        return str(count)
    if terms == FLAG:
        cell = cell.lower()  # a spreadsheet writes TRUE
    if terms and cell not in terms:
        faults.add(shape.file, row.number, f"{column}: {cell!r} is none of {', '.join(terms)}, nor {ANY}")
    return cell


def _is_verified(shape: TableShape, row: Row, faults: Faults) -> bool:
    cell = row.cells.get("verified", "").lower()
    if cell not in VERIFIED:
        faults.add(shape.file, row.number, f"verified: {cell!r} is neither true nor false")
    return VERIFIED.get(cell, False)


def _read_sizes(shape: TableShape, rows: list[Row], scale: Scale, faults: Faults) -> None:
    column = t.cast(str, shape.per)
    for row in rows:
        amount = _value(shape, row, faults)
        if row.cells[column].lower() == MORE:
            if scale.more is not None:
                faults.add(shape.file, row.number, f"overlap: a second row {MORE!r}")
            scale.more = amount
            continue
        size = _parsed(values.whole, shape, row, column, faults)
        if size is None:  # as if it were the one that belongs there
            size = scale.starts[-1] + 1 if scale.starts else 1
        if scale.more is not None:
            faults.add(shape.file, row.number, f"the row {MORE!r} comes last")
        if not scale.starts and size not in (0, 1):
            faults.add(shape.file, row.number, f"gap: {column} begins with 1 (or 0), not with {size}")
        if scale.starts and size != scale.starts[-1] + 1:
            word = "overlap" if size <= scale.starts[-1] else "gap"
            faults.add(shape.file, row.number, f"{word}: {column} {size} follows {scale.starts[-1]}")
        scale.starts.append(size)
        scale.amounts.append(amount)
    if not scale.starts:
        faults.add(shape.file, rows[0].number, f"only a row {MORE!r}; the sizes before it are missing")
        scale.starts, scale.amounts = [0], [0]


def _read_bands(shape: TableShape, pair: tuple[str, str], rows: list[Row], scale: Scale, faults: Faults) -> None:
    first, last = pair
    end: int | None = 0  # of the row before; None: not known, or it has none
    goes_on = False
    for row in rows:
        start = _parsed(shape.parse_number, shape, row, first, faults) if row.cells[first] else 0
        if goes_on:
            faults.add(shape.file, row.number, f"overlap: the row before has no {last!r}, it goes on for ever")
        elif start is not None and end is not None and start != end:
            word = "overlap" if start < end else "gap"
            faults.add(
                shape.file, row.number, f"{word}: {first} {row.cells[first] or 0} does not follow the row before"
            )
        start = (end or 0) if start is None else start
        goes_on = not row.cells[last]
        end = None if goes_on else _parsed(shape.parse_number, shape, row, last, faults)
        if end is not None and end <= start:
            faults.add(shape.file, row.number, f"{last} must be greater than {first}")
        scale.starts.append(start)
        scale.amounts.append(_value(shape, row, faults))
        scale.shares.append(_share(shape, row, faults))
    if end is not None:
        faults.add(shape.file, rows[-1].number, f"gap: nothing after the last row; leave its {last!r} empty")


def _check_coverage(shape: TableShape, scales: Mapping[tuple[str, ...], Scale], faults: Faults) -> None:
    """Every value that an input may have needs a row of its own or a row ``*`` (area-dependent standards)."""
    others = [list(_without_a_row(shape, column, {key[n] for key in scales})) for n, column in enumerate(shape.by)]
    for place, column in enumerate(shape.by):
        if any(key[place] == ANY for key in scales):
            continue
        for other in others[place]:
            if other == ANY:
                kind = "a number without 'max'" if column in shape.counts else "free text"
                faults.add(shape.file, 1, f"{column} is {kind}: a row {ANY!r} for every other value is missing")
            else:
                faults.add(shape.file, 1, f"no row for {column} {other!r}, and no row {ANY!r}")
        others[place] = []  # not once more for each value of the other columns
    if len(shape.by) > 1:
        _check_product(shape, scales, others, faults)


def _without_a_row(shape: TableShape, column: str, present: set[str]) -> Iterator[str]:
    """The values of a column that no row names; ``*``: any others that there may be."""
    least, most = shape.counts.get(column, (0, None))
    if column in shape.terms:
        yield from (term for term in shape.terms[column] if term not in present)
    elif most is not None:
        yield from islice((str(n) for n in range(least, most + 1) if str(n) not in present), 1)
    elif column not in shape.closed:
        yield ANY


def _check_product(
    shape: TableShape, scales: Mapping[tuple[str, ...], Scale], others: list[list[str]], faults: Faults
) -> None:
    """With several key columns every combination needs an answer, those of the values without a row too."""
    probe = Table(shape.name, shape.by, "", "", True, shape.rounding, True, shape.title, scales)
    combinations: list[tuple[str, ...]] = [()]
    for place in range(len(shape.by)):
        cells = sorted({key[place] for key in scales} - {ANY}) + [ANY] * bool(others[place])
        combinations = [(*before, cell) for before in combinations for cell in cells]
    for key in combinations:
        if probe._scale(key) is None:
            faults.add(shape.file, 1, f"no row for {', '.join(key)}")


def _value(shape: TableShape, row: Row, faults: Faults) -> int | float:
    return _parsed(shape.parse_value, shape, row, "value", faults) or 0


def _share(shape: TableShape, row: Row, faults: Faults) -> Fraction:
    """What a row adds of all that exceeds its beginning: ``percent`` 35, or ``share`` 1/3; nothing where empty."""
    percent, share = row.cells.get("percent", ""), row.cells.get("share", "")
    if percent and share:
        faults.add(shape.file, row.number, "a row has a percent or a share, not both")
    if "/" in percent:
        faults.add(shape.file, row.number, f"percent: {percent!r} is a fraction: write it in a column 'share'")
        return Fraction(0)
    if share:
        return _parsed(values.ratio, shape, row, "share", faults) or Fraction(0)
    return (_parsed(values.percentage, shape, row, "percent", faults) or Fraction(0)) / 100 if percent else Fraction(0)


def _parsed(parse: Callable[[str], T], shape: TableShape, row: Row, column: str, faults: Faults) -> T | None:
    """A cell as ``parse`` reads it; None where it cannot."""
    try:
        return parse(row.cells[column])
    except ValueError as error:
        faults.add(shape.file, row.number, f"{column}: {error}")
        return None
