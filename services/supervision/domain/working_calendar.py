"""Which days are worked: the State Council's calendar, year by year, and no guess about a year that is not published.

China shifts weekends: a Saturday or Sunday can be a working day, a weekday a rest day. The calendar keeps only these
exceptions; in a published year every other Monday to Friday is worked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from services.supervision.domain.refusing import Unusable

SATURDAY = 5


class BadYear(Unusable):
    """The lists of days are not the calendar of a year."""


class YearNotPublished(LookupError):
    """The working calendar of this year is not published yet: nobody may say which of its days are worked."""

    def __init__(self, year: int) -> None:
        super().__init__(f"the working calendar of {year} is not published")
        self.year = year


@dataclass(frozen=True)
class WorkingCalendar:
    """``years``: the published ones. ``exceptions``: day -> whether it is worked, where its weekday says otherwise."""

    years: frozenset[int] = frozenset()
    exceptions: Mapping[date, bool] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        """Whether ``day`` is worked; raises YearNotPublished rather than guess."""
        if day.year not in self.years:
            raise YearNotPublished(day.year)
        return self.exceptions.get(day, day.weekday() < SATURDAY)

    def working_days(self, year: int) -> int:
        """How many days of a year are worked (2026: 248)."""
        first = date(year, 1, 1)
        days = (date(year + 1, 1, 1) - first).days
        return sum(self.is_working(first + timedelta(n)) for n in range(days))


def exceptions_of(year: int, rest: Collection[date], worked: Collection[date]) -> dict[date, bool]:
    """The exceptions of a published year from its list of rest days and of worked weekend days.

    A listed rest day that is a weekend anyway is no exception. Raises BadYear for a day of another year, a day in
    both lists, or a "worked" day that is Monday to Friday (a sign of a typing error).
    """
    rest, worked = set(rest), set(worked)
    for day in sorted(rest | worked):
        if day.year != year:
            raise BadYear(f"{day} 不在 {year} 年", f"{day} is not in {year}")
        if day in rest and day in worked:
            raise BadYear(f"{day} 既列为休息日又列为上班日", f"{day} is both a rest day and a worked day")
    for day in sorted(worked):
        if day.weekday() < SATURDAY:
            raise BadYear(f"{day} 本来就是工作日", f"{day} is worked anyway")
    return {**{day: False for day in sorted(rest) if day.weekday() < SATURDAY}, **dict.fromkeys(sorted(worked), True)}
