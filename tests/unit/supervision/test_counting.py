"""How days are counted: the table of the field, and what must hold for every date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.supervision import calendars
from services.supervision.domain import counting
from services.supervision.domain.working_calendar import WorkingCalendar, YearNotPublished, exceptions_of

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkingCalendar(
    frozenset(range(2004, 2027)), {row["day"]: row["worked"] for row in calendars.shipped(2004, 2026)}
)
STARTS = st.dates(date(2004, 1, 1), date(2026, 9, 1))
LENGTHS = st.integers(1, 40)


def due(start: date, days: int, how: str) -> counting.Due:
    return counting.due_in_days(start, days, how, CALENDAR, ZONE)


@pytest.mark.parametrize(
    ("trigger", "days", "how", "last_day"),
    [
        ("2026-02-12", 7, "calendar", "2026-02-19"),
        ("2026-02-12", 7, "calendar-rolled", "2026-02-24"),
        ("2026-02-12", 7, "working", "2026-02-28"),
        ("2026-02-12", 3, "calendar-rolled", "2026-02-24"),
        ("2026-02-12", 3, "working", "2026-02-24"),
        ("2026-02-14", 7, "calendar", "2026-02-21"),
        ("2026-02-14", 7, "calendar-rolled", "2026-02-24"),
        ("2026-02-14", 7, "working", "2026-03-03"),
        ("2026-02-14", 3, "calendar-rolled", "2026-02-24"),
        ("2026-02-14", 3, "working", "2026-02-26"),
        ("2026-09-28", 7, "calendar", "2026-10-05"),
        ("2026-09-28", 7, "calendar-rolled", "2026-10-08"),
        ("2026-09-28", 7, "working", "2026-10-13"),
        ("2026-09-28", 3, "calendar-rolled", "2026-10-08"),
        ("2026-09-28", 3, "working", "2026-10-08"),
        ("2026-09-17", 7, "calendar", "2026-09-24"),
        ("2026-09-17", 7, "calendar-rolled", "2026-09-24"),
        ("2026-09-17", 7, "working", "2026-09-28"),
        ("2026-09-17", 3, "calendar-rolled", "2026-09-20"),
        ("2026-09-17", 3, "working", "2026-09-21"),
    ],
)
def test_the_table_of_dates_of_2026(trigger: str, days: int, how: str, last_day: str) -> None:
    found = due(date.fromisoformat(trigger), days, how)
    assert (found.on.isoformat(), found.provisional) == (last_day, False)


def test_2026_has_248_working_days() -> None:
    assert CALENDAR.working_days(2026) == 248


def test_the_shipped_calendar_is_the_one_of_chinesecalendar_day_by_day() -> None:
    day = date(2004, 1, 1)
    while day.year < 2027:
        assert CALENDAR.is_working(day) == chinese_calendar.is_workday(day), day
        day += timedelta(1)


def test_a_due_day_ends_with_the_local_midnight_after_it() -> None:
    assert due(date(2026, 9, 17), 7, "calendar").at == datetime(2026, 9, 24, 16, tzinfo=UTC)


def test_a_rule_in_hours_never_rolls() -> None:
    friday_evening = datetime(2026, 9, 30, 10, tzinfo=UTC)
    found = counting.due_in_hours(friday_evening, 24, ZONE)
    assert found == counting.Due(datetime(2026, 10, 1, 10, tzinfo=UTC), date(2026, 10, 1))


def test_a_year_that_is_not_published_is_not_guessed() -> None:
    with pytest.raises(YearNotPublished):
        CALENDAR.is_working(date(2027, 1, 4))


@pytest.mark.parametrize("how", ["calendar-rolled", "working"])
def test_a_limit_that_ends_in_an_unpublished_year_is_counted_plainly_and_marked(how: str) -> None:
    found = due(date(2026, 12, 28), 7, how)
    assert (found.on, found.provisional) == (date(2027, 1, 4), True)


def test_a_plain_count_into_an_unpublished_year_is_certain() -> None:
    assert not due(date(2026, 12, 28), 7, "calendar").provisional


@given(STARTS, LENGTHS, st.sampled_from(["calendar-rolled", "working"]))
def test_no_way_of_counting_ends_before_the_plain_count_nor_on_a_rest_day(start: date, days: int, how: str) -> None:
    found = due(start, days, how)
    assert found.on >= start + timedelta(days)
    assert CALENDAR.is_working(found.on)


@given(STARTS, LENGTHS)
def test_nothing_but_rest_days_lies_between_the_plain_and_the_rolled_day(start: date, days: int) -> None:
    plain, rolled = due(start, days, "calendar").on, due(start, days, "calendar-rolled").on
    between = [plain + timedelta(n) for n in range((rolled - plain).days)]
    assert not any(CALENDAR.is_working(day) for day in between)


@given(STARTS, LENGTHS)
def test_a_limit_in_working_days_has_as_many_working_days_as_it_says(start: date, days: int) -> None:
    last = due(start, days, "working").on
    counted = [start + timedelta(n + 1) for n in range((last - start).days)]
    assert sum(CALENDAR.is_working(day) for day in counted) == days


@given(STARTS, STARTS, LENGTHS, LENGTHS, st.sampled_from(sorted(counting.DAY_COUNTS)))
def test_who_starts_earlier_or_has_less_time_is_never_due_later(
    one: date, other: date, few: int, many: int, how: str
) -> None:
    (one, other), (few, many) = sorted((one, other)), sorted((few, many))
    assert due(one, few, how).on <= due(other, many, how).on


@given(st.dates(date(2026, 11, 1), date(2027, 3, 1)), LENGTHS, st.sampled_from(sorted(counting.DAY_COUNTS)))
def test_a_provisional_day_is_never_later_than_the_day_of_the_published_calendar(
    start: date, days: int, how: str
) -> None:
    every_monday_off = {date(2027, 1, 4) + timedelta(7 * n): False for n in range(40)}
    published = WorkingCalendar(CALENDAR.years | {2027}, {**CALENDAR.exceptions, **every_monday_off})
    assert due(start, days, how).on <= counting.due_in_days(start, days, how, published, ZONE).on


def test_the_exceptions_of_a_year_leave_out_weekends_that_are_rest_days_anyway() -> None:
    friday, saturday, worked_sunday = date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3)
    assert exceptions_of(2027, [friday, saturday], [worked_sunday]) == {friday: False, worked_sunday: True}


@pytest.mark.parametrize(
    ("rest", "worked", "why"),
    [
        ([date(2026, 1, 1)], [], "not in 2027"),
        ([date(2027, 1, 2)], [date(2027, 1, 2)], "both"),
        ([], [date(2027, 1, 4)], "worked anyway"),
    ],
)
def test_a_list_of_days_with_a_typing_error_is_refused(rest: list[date], worked: list[date], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        exceptions_of(2027, rest, worked)
