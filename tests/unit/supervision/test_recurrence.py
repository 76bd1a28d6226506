"""On which days plans fall, and who is drawn: rules on plain values."""

from __future__ import annotations

import datetime as dt
import re
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.supervision import calendars
from services.supervision.domain import plans, recurrence
from services.supervision.domain.recurrence import BadRule, Falls, Moved, Recurrence
from services.supervision.domain.refusing import Unusable
from services.supervision.domain.sampling import BadSample, SampleRule, draw
from services.supervision.domain.working_calendar import WorkingCalendar

DAY = dt.date
CHINESE = re.compile("[一-鿿]")
CALENDAR = WorkingCalendar(frozenset({2026}), {row["day"]: row["worked"] for row in calendars.shipped(2026, 2026)})
RULES = (
    "FREQ=MONTHLY;BYMONTHDAY=1",
    "FREQ=WEEKLY;BYDAY=SA",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=9",
)


def first(rule: str, starts_on: dt.date, moved: Moved, count: int = 1, **more: object) -> list[Falls]:
    found = Recurrence(rule, starts_on, moved, **more)  # type: ignore[arg-type]
    return list(islice(found.falls(starts_on - dt.timedelta(1), CALENDAR), count))


@pytest.mark.parametrize(
    ("moved", "on"), [("next", DAY(2026, 10, 8)), ("previous", DAY(2026, 9, 30)), ("stay", DAY(2026, 10, 1))]
)
def test_the_national_day_is_moved_by_the_plans_own_rule(moved: Moved, on: dt.date) -> None:
    assert first("FREQ=MONTHLY;BYMONTHDAY=1", DAY(2026, 10, 1), moved) == [Falls(DAY(2026, 10, 1), on)]


def test_a_saturday_that_is_worked_is_no_rest_day() -> None:
    assert first("FREQ=MONTHLY;BYMONTHDAY=14", DAY(2026, 2, 1), "next") == [Falls(DAY(2026, 2, 14), DAY(2026, 2, 14))]


def test_a_half_day_of_the_organization_is_no_day_for_its_plans() -> None:
    (one,) = first("FREQ=MONTHLY;BYMONTHDAY=4", DAY(2026, 5, 1), "next", half_days={(5, 4)})
    assert one == Falls(DAY(2026, 5, 4), DAY(2026, 5, 6))  # the fourth and fifth are holidays in any case
    (one,) = first("FREQ=MONTHLY;BYMONTHDAY=1", DAY(2026, 6, 1), "previous", half_days={(6, 1)})
    assert one.on == DAY(2026, 5, 29)


def test_a_year_that_is_not_published_is_not_guessed() -> None:
    (one,) = first("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1", DAY(2027, 1, 1), "next")
    assert one == Falls(DAY(2027, 1, 1), DAY(2027, 1, 1), provisional=True)


@given(st.sampled_from(RULES), st.dates(DAY(2026, 1, 1), DAY(2026, 9, 1)), st.sampled_from(["next", "previous"]))
@settings(max_examples=30, deadline=None)
def test_what_was_moved_falls_on_a_working_day_and_never_the_wrong_way(
    rule: str, starts_on: dt.date, moved: Moved
) -> None:
    found = first(rule, starts_on, moved, 3)
    assert [one.planned for one in found] == sorted({one.planned for one in found})
    for one in found:
        assert one.provisional or CALENDAR.is_working(one.on)
        assert one.on >= one.planned if moved == "next" else one.on <= one.planned


@pytest.mark.parametrize(
    "rule",
    [
        "", "FREQ=DAILY", "FREQ=HOURLY", "BYDAY=MO", "FREQ=MONTHLY;BYDAY=XX", "FREQ=MONTHLY;INTERVAL=0",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYDAY=6MO", "FREQ=MONTHLY;DTSTART=20260101",
        "FREQ=MONTHLY;FREQ=WEEKLY", "FREQ=WEEKLY;UNTIL=20200101", "FREQ=WEEKLY;UNTIL=20270101T000000Z",
        "FREQ=MONTHLY\nRDATE:20260101",
    ],
)  # fmt: skip
def test_a_rule_that_cannot_recur_is_refused(rule: str) -> None:
    with pytest.raises(BadRule) as refused:
        recurrence.check(rule, DAY(2026, 1, 1))
    assert_worded(refused.value)


def assert_worded(refused: Unusable) -> None:
    """It says why in Chinese and in English."""
    assert CHINESE.search(refused.why["zh"])
    assert refused.why["en"]
    assert not CHINESE.search(refused.why["en"])


def test_every_shipped_plan_can_recur_and_says_where_it_comes_from() -> None:
    rows = plans.load()
    assert {row.values["kind"] for row in rows} == set(plans.PER)
    assert all(row.source for row in rows)
    assert not any(row.verified for row in rows), "how often is the center's own everywhere"


# samples

RULE = SampleRule("closed_cases", share=0.25, at_least=1, per="organization", always={"result": ["fail"]})
POOL = [
    {"id": f"case-{n}", "organization": "one" if n % 3 else "other", "result": "fail" if n == 5 else "good"}
    for n in range(12)
]


def test_the_same_seed_draws_the_same_in_whatever_order_candidates_come() -> None:
    assert draw(POOL, RULE, "a seed") == draw(list(reversed(POOL)), RULE, "a seed")
    seeds = {tuple(lot.id for lot in draw(POOL, RULE, str(n)) if lot.why) for n in range(20)}
    assert len(seeds) > 5


def test_a_draw_is_kept_for_ever() -> None:
    """What was drawn from a seed years ago must come out again; only a new version of the rule may draw otherwise."""
    drawn = [(lot.id, lot.place, lot.of, lot.why) for lot in draw(POOL, RULE, "2026-04-05") if lot.why]
    assert drawn == [("case-7", 1, 8, "lot"), ("case-5", 3, 8, "always:result"), ("case-3", 1, 4, "lot")]


@given(st.integers(0, 40), st.floats(0.01, 1), st.integers(0, 5), st.integers(1, 9))
@settings(max_examples=40, deadline=None)
def test_a_draw_takes_as_many_as_its_rule_says(size: int, share: float, least: int, most: int) -> None:
    rule = SampleRule("closed_cases", share=share, at_least=least, at_most=most)
    drawn = [lot for lot in draw([{"id": n} for n in range(size)], rule, "seed") if lot.why]
    assert len(drawn) == rule.number(size) <= min(size, max(most, 0))
    assert [lot.place for lot in drawn] == list(range(1, len(drawn) + 1))


@pytest.mark.parametrize(
    "data",
    [{"of": "closed_cases"}, {"of": "people", "share": 1}, {"of": "stations", "share": 2}, {"of": "stations", "x": 1}],
)
def test_a_rule_that_draws_nobody_or_from_nowhere_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(BadSample) as refused:
        SampleRule.from_data(data)
    assert_worded(refused.value)
