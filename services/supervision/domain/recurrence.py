"""On which days a plan falls: an RRULE (RFC 5545) of days, each moved off rest days by the plan's own rule.

Guarantee: a day of a year whose working calendar is not published stays where the rule puts it and is marked
provisional; it is never guessed. A rule that can never fall on a day is refused when it is read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, Literal, cast

from dateutil.rrule import MONTHLY, rrule, rrulestr

from services.supervision.domain.refusing import Unusable
from services.supervision.domain.working_calendar import WorkingCalendar, YearNotPublished

Moved = Literal["next", "previous", "stay"]
MonthDay = tuple[int, int]
ALLOWED = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS", "WKST"}
PARTS_OF = {
    "WEEKLY": ALLOWED - {"BYMONTH", "BYMONTHDAY", "BYSETPOS"},
    "MONTHLY": ALLOWED,
    "YEARLY": ALLOWED,
}
LONGEST = 200  # characters
LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
REST = 31  # no rest of the calendar is as long: a move that went so far would be a broken calendar


class BadRule(Unusable):
    """The text is no rule by which a plan can recur."""


@dataclass(frozen=True)
class Falls:
    """``planned``: the day of the rule. ``on``: the day after the move. ``provisional``: that year is not published."""

    planned: date
    on: date
    provisional: bool = False


@dataclass(frozen=True)
class Recurrence:
    """A rule such as ``FREQ=MONTHLY;BYMONTHDAY=1`` from a day on, and how it moves off rest days.

    ``half_days``: (month, day) on which the organization works only a part of the day: no day for a plan of its own.
    """

    rule: str
    starts_on: date
    moved: Moved
    half_days: Collection[MonthDay] = ()

    def falls(self, after: date, calendar: WorkingCalendar) -> Iterator[Falls]:
        """The occurrences whose planned day is later than ``after``, in order."""
        days = parsed(self.rule, self.starts_on)
        for moment in days.xafter(datetime.combine(after, time.max)):
            yield self.of(moment.date(), calendar)

    def of(self, planned: date, calendar: WorkingCalendar) -> Falls:
        """Where one planned day falls."""
        step = {"next": timedelta(1), "previous": timedelta(-1)}.get(self.moved)
        if step is None:
            return Falls(planned, planned)
        day = planned
        try:
            for _ in range(REST):
                if self._is_free(day, calendar):
                    return Falls(planned, day)
                day += step
        except YearNotPublished:
            return Falls(planned, planned, provisional=True)
        return Falls(planned, planned)

    def _is_free(self, day: date, calendar: WorkingCalendar) -> bool:
        return calendar.is_working(day) and (day.month, day.day) not in self.half_days


def check(rule: str, starts_on: date) -> None:
    """Raise BadRule unless the rule falls on a day at all."""
    if not list(islice(parsed(rule, starts_on), 1)):
        raise BadRule("按此规则没有任何一天", "it never falls on a day")


def parsed(rule: str, starts_on: date) -> rrule:
    """The rule as dateutil knows it; raises BadRule."""
    parts = _parts(rule)
    try:
        found = rrulestr(";".join(f"{k}={v}" for k, v in parts.items()), dtstart=datetime.combine(starts_on, time.min))
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise BadRule("规则无法识别", f"it cannot be read: {error}") from None
    _refuse_impossible(cast(Any, found))
    return cast(rrule, found)


def _parts(rule: str) -> dict[str, str]:
    if len(rule) > LONGEST or not rule.isascii():
        raise BadRule(
            f"规则超过 {LONGEST} 个字符，或者含 ASCII 以外的字符",
            f"it is longer than {LONGEST} characters or not plain text",
        )
    pairs = [part.partition("=") for part in rule.strip().upper().split(";") if part]
    parts = {name: value for name, _, value in pairs}
    allowed = PARTS_OF.get(parts.get("FREQ", ""))
    if allowed is None:
        raise BadRule(f"FREQ 应为下列之一：{'、'.join(PARTS_OF)}", f"FREQ must be one of {', '.join(PARTS_OF)}")
    if len(parts) != len(pairs) or not set(parts) <= allowed or not all(parts.values()):
        freq, names = parts["FREQ"], sorted(allowed)
        raise BadRule(
            f"FREQ={freq} 时只能使用下列各项，且各限一次：{'、'.join(names)}",
            f"beside FREQ={freq} only these are possible, each once: {', '.join(names)}",
        )
    if "UNTIL" in parts and len(parts["UNTIL"]) != len("20261231"):
        raise BadRule("UNTIL 应为日期，例如 20261231", "UNTIL must be a day such as 20261231")
    return parts


def _refuse_impossible(found: Any) -> None:
    """A rule without any day would be searched for until the year 9999."""
    months, days = found._bymonth or range(1, 13), [*found._bymonthday, *found._bynmonthday]
    if found._interval < 1:
        raise BadRule("INTERVAL 不得小于 1", "INTERVAL must be at least 1")
    if days and not any(abs(day) <= LONGEST_MONTHS[month - 1] for month in months for day in days):
        raise BadRule("没有哪个月有这一天", "no month has such a day")
    if any(not 1 <= abs(position) <= 5 for position in found._bysetpos or ()):
        raise BadRule("BYSETPOS 应在 -5 与 5 之间，且不为 0", "BYSETPOS must be between -5 and 5, and not 0")
    if found._freq == MONTHLY and any(abs(which) > 5 for _, which in found._bynweekday or ()):
        raise BadRule("没有哪个月有这么多周", "no month has so many weeks")
