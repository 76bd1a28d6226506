"""Ranges of days: cut into whole months and loose days, and set beside the range before and the same one a year ago."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)  # the periods before and after these are days as well


@dataclass(frozen=True)
class Period:
    """Days from ``first`` to ``last``, both inclusive, as whole months and the loose days around them.

    ``months`` is (first day of the first whole month, first day of the last one) or None; ``days`` are ranges.
    """

    months: tuple[date, date] | None
    days: tuple[tuple[date, date], ...]


@dataclass(frozen=True)
class Change:
    """A figure beside an earlier one. ``percent``: None where the earlier is 0: nothing grows by a part of nothing."""

    now: float
    before: float

    @property
    def absolute(self) -> float:
        return round(self.now - self.before, 2)

    @property
    def percent(self) -> float | None:
        return round(100 * (self.now - self.before) / self.before, 1) if self.before else None


def month_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """The first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def months_later(day: date, months: int) -> date:
    """The same day some months later (or earlier), or the last day of that month where it is shorter."""
    count = day.year * 12 + day.month - 1 + months
    month = date(count // 12, count % 12 + 1, 1)
    return min(month + timedelta(day.day - 1), month_end(month))


def months_between(first: date, last: date) -> int:
    """How many whole months lie between two days; never negative."""
    whole = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
    return max(0, whole)


def split(first: date, last: date) -> Period:
    """Cut a range of days into whole months, which are summed from their rollups, and loose days."""
    if last < first:
        return Period(None, ())
    after = date.fromordinal(last.toordinal() + 1)
    start = first if first.day == 1 else next_month(first)
    stop = month_of(after)
    if start >= stop:
        return Period(None, ((first, last),))
    edges = [(first, day_before(start)), (stop, last)]
    last_whole = month_of(day_before(stop))
    return Period((start, last_whole), tuple((a, b) for a, b in edges if a <= b))


def before(first: date, last: date) -> tuple[date, date]:
    """The range just before, as long: in months where this one is whole months, else in days."""
    if first.day == 1 and last == month_end(last):
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        return months_later(first, -months), day_before(first)
    return first - timedelta((last - first).days + 1), day_before(first)


def year_before(first: date, last: date) -> tuple[date, date]:
    """The same range a year ago; the end of February stays the end of February."""
    end = months_later(last, -12)
    return months_later(first, -12), month_end(end) if last == month_end(last) else end


def half_year_of(day: date) -> tuple[date, date]:
    """The half-year in which a day lies."""
    first = date(day.year, 1 if day.month <= 6 else 7, 1)
    return first, day_before(months_later(first, 6))


def day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
