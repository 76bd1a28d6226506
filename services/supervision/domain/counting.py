"""How a limit is counted: the starting day does not count, and a due day ends with the local midnight after it.

Guarantee: a date that depends on a year without a published calendar is never guessed. It is counted without rolling,
which can only be too early, never too late, and is marked provisional until the year is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from services.supervision.domain.working_calendar import WorkingCalendar, YearNotPublished

Counting = Literal["calendar", "calendar-rolled", "working", "hours", "given"]


@dataclass(frozen=True)
class Due:
    """``at``: the instant from which the act is late (UTC). ``on``: the last local day for it."""

    at: datetime
    on: date
    provisional: bool = False


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """The day that the clock on the wall shows."""
    return instant.astimezone(zone).date()


def local_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A time of day in the network's zone, as UTC."""
    return datetime.combine(day, at, zone).astimezone(UTC)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The local midnight that ends ``day``, as UTC."""
    return local_instant(day + timedelta(1), time.min, zone)


def calendar_days(start: date, days: int, calendar: WorkingCalendar) -> date:
    """Every day counts; day 1 is the day after ``start``; the last day is the last, rest day or not."""
    return start + timedelta(days)


def rolled_days(start: date, days: int, calendar: WorkingCalendar) -> date:
    """Every day counts, but a last day that is a rest day moves to the next working day (Civil Code 203)."""
    day = start + timedelta(days)
    while not calendar.is_working(day):
        day += timedelta(1)
    return day


def never_too_early(day: date, calendar: WorkingCalendar) -> date:
    """A person's last day, moved as ``rolled_days`` moves it; of a year that is not published weekends alone are known.

    A weekend that turns out to be worked gives two days more, which takes nothing from anybody.
    """
    while _may_be_rest(day, calendar):
        day += timedelta(1)
    return day


def _may_be_rest(day: date, calendar: WorkingCalendar) -> bool:
    try:
        return not calendar.is_working(day)
    except YearNotPublished:
        return day.weekday() >= 5


def working_days(start: date, days: int, calendar: WorkingCalendar) -> date:
    """Only working days count; day 1 is the first working day after ``start``."""
    day = start
    while days:
        day += timedelta(1)
        days -= calendar.is_working(day)
    return day


DAY_COUNTS: dict[str, Callable[[date, int, WorkingCalendar], date]] = {
    "calendar": calendar_days,
    "calendar-rolled": rolled_days,
    "working": working_days,
}


def due_in_days(
    start: date,
    days: int,
    counting: str,
    calendar: WorkingCalendar,
    zone: ZoneInfo,
    stops: Sequence[tuple[date, date]] = (),
) -> Due:
    """The last day of a limit of ``days`` that starts on ``start``; ``counting`` is a key of DAY_COUNTS.

    ``stops``: from which day to which the clock stood still; days after the first, up to the second, do not count.
    """
    try:
        days_in_all = days + days_stopped(stops, counting, calendar)
        day, provisional = DAY_COUNTS[counting](start, days_in_all, calendar), False
    except YearNotPublished:
        day, provisional = calendar_days(start, days + days_stopped(stops, "calendar", calendar), calendar), True
    return Due(end_of_day(day, zone), day, provisional)


def days_stopped(stops: Sequence[tuple[date, date]], counting: str, calendar: WorkingCalendar) -> int:
    """How many days that would have counted a clock stood still; raises YearNotPublished when that is not known."""
    days = [stop + timedelta(n + 1) for stop, restart in stops for n in range((restart - stop).days)]
    return sum(calendar.is_working(day) for day in days) if counting == "working" else len(days)


def due_in_hours(start: datetime, hours: int, zone: ZoneInfo) -> Due:
    """A limit in hours runs through nights and holidays and never rolls."""
    at = start + timedelta(hours=hours)
    return Due(at.astimezone(UTC), local_day(at, zone))


def due_at_instant(at: datetime, zone: ZoneInfo) -> Due:
    """A limit that the trigger itself names as an instant; midnight belongs to the day that it ends."""
    return Due(at.astimezone(UTC), local_day(at - timedelta(microseconds=1), zone))
