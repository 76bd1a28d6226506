"""What follows from an attempt, which way is chosen, and from when: rules on plain values."""

from __future__ import annotations

import datetime as dt
import typing as t
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.notification import CHANNELS
from services.notification.domain.choice import (
    Plan,
    Preferences,
    Step,
    after_quiet,
    choose,
    next_morning,
    next_week,
    read_plans,
)
from services.notification.domain.delivery import LONGEST_THROTTLE, WAYS, Outcome, decide, of_status
from services.notification.domain.rules import RuleError
from services.notification.planning import is_working_day, plans

ZONE = ZoneInfo("Asia/Shanghai")
NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)  # Monday, 09:30
ways = st.sampled_from(sorted(WAYS.values(), key=lambda way: way.name))
moments = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2026, 12, 20), timezones=st.just(dt.UTC))
clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZONE)


def test_the_ways_are_the_channels_of_the_contract() -> None:
    assert set(WAYS) == set(CHANNELS)


@given(ways, st.integers(1, 100))
def test_a_permanent_failure_is_never_tried_again(way: t.Any, attempt: int) -> None:
    assert decide(way, attempt, Outcome("permanent"), NOW).state == "failed"


@given(ways, st.sampled_from(["temporary", "throttled"]))
def test_every_way_gives_up_after_a_bounded_number_of_attempts(way: t.Any, kind: t.Any) -> None:
    states = [decide(way, attempt, Outcome(kind), NOW).state for attempt in range(1, len(way.pauses) + 2)]
    assert states == ["pending"] * len(way.pauses) + ["failed"]


def test_a_mail_server_that_is_dead_over_a_weekend_and_a_front_end_that_is_dead_for_three_days_lose_nothing() -> None:
    assert sum(WAYS["email"].pauses) >= 62 * 3600
    assert 71 * 3600 <= sum(WAYS["webhook"].pauses) <= 73 * 3600


@given(ways)
def test_an_unknown_end_is_repeated_only_where_the_far_side_knows_the_message_again(way: t.Any) -> None:
    expected = "pending" if way.repeatable else "failed"
    assert decide(way, 1, Outcome("unknown"), NOW).state == expected


@given(st.floats(0, 1e9))
def test_a_throttled_message_waits_as_long_as_the_far_side_says_within_reason(seconds: float) -> None:
    due = decide(WAYS["webhook"], 1, Outcome("throttled", retry_after=seconds), NOW).due_at
    assert due is not None
    waited = (due - NOW).total_seconds()
    assert waited == pytest.approx(min(max(seconds, 1), LONGEST_THROTTLE), abs=1e-3)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, "sent"),
        (204, "sent"),
        (429, "throttled"),
        (500, "temporary"),
        (503, "temporary"),
        (408, "temporary"),
        (400, "permanent"),
        (410, "permanent"),
        (302, "permanent"),
    ],
)
def test_an_http_status_means_one_kind_of_outcome(status: int, kind: str) -> None:
    assert of_status(status).kind == kind


def test_a_busy_server_that_names_a_time_is_throttling() -> None:
    assert of_status(503, retry_after=7).kind == "throttled"


def test_an_urgent_matter_goes_out_at_once_even_at_night_and_another_way_an_hour_later() -> None:
    night = at("2026-03-02 23:00")
    chosen = choose(plans()["urgent"], Preferences(), {"email", "sms"}, night, ZONE, is_working_day)
    assert [(one.channel, one.due_at) for one in chosen] == [("email", night), ("sms", night + dt.timedelta(hours=1))]


def test_a_normal_matter_waits_for_the_end_of_the_quiet_hours() -> None:
    night = at("2026-03-02 23:00")
    (one,) = choose(plans()["normal"], Preferences(), {"email"}, night, ZONE, is_working_day)
    assert one.due_at == at("2026-03-03 07:30")


def test_the_person_s_own_order_of_ways_comes_first_and_what_they_left_out_is_never_used() -> None:
    has = {"email", "sms", "wecom"}
    mine = Preferences(channels=("sms",))
    assert [one.channel for one in choose(plans()["urgent"], mine, has, NOW, ZONE, is_working_day)] == ["sms"]
    assert choose(plans()["normal"], mine, has, NOW, ZONE, is_working_day) == []
    either = Preferences(channels=("email", "wecom"))
    assert [one.channel for one in choose(plans()["normal"], either, has, NOW, ZONE, is_working_day)] == ["email"]


def test_who_has_no_address_is_told_in_the_inbox_alone() -> None:
    assert all(choose(plan, Preferences(), set(), NOW, ZONE, is_working_day) == [] for plan in plans().values())


def test_what_is_not_pressing_comes_in_the_next_morning_list_or_not_at_all() -> None:
    (one,) = choose(plans()["low"], Preferences(), {"email"}, NOW, ZONE, is_working_day)
    assert (one.in_digest, one.due_at) == (True, at("2026-03-03 08:30"))
    assert choose(plans()["low"], Preferences(digest=False), {"email"}, NOW, ZONE, is_working_day) == []


def test_a_rest_day_that_is_worked_counts_as_a_working_day_and_a_holiday_does_not() -> None:
    before_festival = at("2026-02-14 22:00")  # a Saturday that is worked; the Spring Festival follows
    assert after_quiet(before_festival, Preferences(), ZONE, is_working_day) == at("2026-02-24 07:30")
    assert after_quiet(at("2026-02-28 10:00"), Preferences(), ZONE, is_working_day) == at("2026-02-28 10:00")
    assert next_morning(at("2026-02-13 09:00"), Preferences(), ZONE, is_working_day) == at("2026-02-14 08:30")


def test_in_a_year_that_is_not_published_monday_to_friday_are_worked() -> None:
    assert is_working_day(dt.date(2040, 1, 2))
    assert not is_working_day(dt.date(2040, 1, 1))


@given(moments, clocks, clocks, st.booleans())
def test_nothing_is_ever_planned_into_the_quiet_time_or_before_it_was_said(
    moment: dt.datetime, begin: dt.time, end: dt.time, working_days_only: bool
) -> None:
    wants = Preferences(quiet=(begin, end), working_days_only=working_days_only)
    due = after_quiet(moment, wants, ZONE, is_working_day)
    local = due.astimezone(ZONE)
    clock = local.time()
    assert due >= moment
    if begin < end:
        assert not begin <= clock < end
    elif begin > end:
        assert end <= clock < begin
    assert not working_days_only or is_working_day(local.date())
    assert after_quiet(due, wants, ZONE, is_working_day) == due


@given(moments, clocks)
def test_the_next_morning_is_always_later_and_at_the_wanted_minute(moment: dt.datetime, clock: dt.time) -> None:
    wants = Preferences(digest_at=clock)
    morning = next_morning(moment, wants, ZONE, is_working_day)
    assert morning > moment
    assert morning.astimezone(ZONE).time() == clock
    assert is_working_day(morning.astimezone(ZONE).date())


@given(moments)
def test_the_weekly_list_comes_in_the_week_after_on_its_first_working_day(moment: dt.datetime) -> None:
    due = next_week(moment, Preferences(), ZONE, is_working_day).astimezone(ZONE)
    today = moment.astimezone(ZONE).date()
    monday = today + dt.timedelta(days=7 - today.weekday())
    assert due.date() >= monday
    between = [monday + dt.timedelta(days=number) for number in range((due.date() - monday).days)]
    assert not any(is_working_day(day) for day in between)
    assert due.time() == dt.time(8, 30)


def test_a_plan_with_an_unknown_way_or_without_an_urgency_is_refused() -> None:
    with pytest.raises(RuleError, match="one plan"):
        read_plans("low: {}")
    text = "low: {in_digest: true}\nnormal: {}\nurgent: {steps: [{any_of: [%s], after_minutes: 0}]}"
    for channel in ("pigeon", "webhook"):
        with pytest.raises(RuleError, match=channel):
            read_plans(text % channel)


def test_one_way_is_not_used_twice_for_the_same_thing() -> None:
    plan = Plan((Step(("email", "sms"), 0), Step(("email",), 60)))
    assert len(choose(plan, Preferences(quiet=None), {"email"}, NOW, ZONE, is_working_day)) == 1
