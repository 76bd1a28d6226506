"""Which figures an event makes, and how a range of days is cut."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import terms
from services.supervision.domain import figures, measures, periods
from tests.unit.supervision.conftest import ZONE


def of_service(kind: str, persons: int = 7, guided: bool = False) -> dict[str, int]:
    event = {"service": uuid4(), "kind": kind, "persons": persons, "guided_to_apply": guided, "on": date(2026, 9, 1)}
    return {fact.measure: fact.value for fact in figures.facts_of("intake.service_recorded.v1", event, ZONE)}


@pytest.mark.parametrize(
    ("kind", "counted"),
    [
        ("advice", {"advice": 7}),
        ("drafting", {"drafting": 1}),
        ("guidance", {"guided": 7}),
        ("lecture", {"lectures": 1, "lecture_audience": 7}),
        ("exhibition", {"exhibitions": 1, "exhibition_audience": 7}),
        ("dispute_investigation", {"dispute_investigations": 1}),
        ("counselling", {"counselling": 7}),
        ("tutoring", {"tutoring": 7}),
        ("pairing_visit", {"pairing_visits": 1}),
    ],
)
def test_what_each_service_counts(kind: str, counted: dict[str, int]) -> None:
    assert of_service(kind) == counted


def test_every_kind_of_service_counts_something() -> None:
    assert all(of_service(kind) for kind in terms.SERVICE_KINDS)


def test_a_person_guided_to_apply_is_counted_once() -> None:
    assert of_service("guidance", guided=True) == {"guided": 7}
    assert of_service("advice", 1, guided=True) == {"advice": 1, "guided": 1}


def test_every_measure_that_is_made_has_words() -> None:
    made = {measure for kind in terms.SERVICE_KINDS for measure in of_service(kind, guided=True)}
    amounts = [{"kind": "pay", "fen": 1}, {"kind": "loss_avoided", "fen": 1}]
    case = {
        "case": uuid4(),
        "recovered_fen": 1,
        "loss_avoided_fen": 1,
        "ended_on": date(2026, 9, 1),
        "amounts": amounts,
    }
    for outcome in terms.CASE_OUTCOMES:
        made |= {f.measure for f in figures.facts_of("assignment.case_ended.v1", {**case, "outcome": outcome}, ZONE)}
    assert {"amount_fen:pay", "amount_fen:loss_avoided"} < made
    assert all(measures.words_of(measure) != (measure, measure) for measure in made)
    assert {measure for measure in made if ":" not in measure} <= set(measures.MEASURES)


def test_an_event_that_counts_nothing_makes_no_fact() -> None:
    assert figures.facts_of("assignment.progress_reported.v1", {}, ZONE) == []


DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(DAYS, st.integers(-3, 1200))
def test_a_range_cut_into_months_and_days_has_every_day_once(first: date, length: int) -> None:
    last = first + timedelta(length)
    period = periods.split(first, last)
    days = []
    for one, other in period.days:
        days += [one + timedelta(n) for n in range((other - one).days + 1)]
    if period.months:
        month, last_month = period.months
        assert month.day == last_month.day == 1
        while month <= last_month:
            days += [month + timedelta(n) for n in range((periods.next_month(month) - month).days)]
            month = periods.next_month(month)
    assert sorted(days) == [first + timedelta(n) for n in range(length + 1)]


@given(DAYS, st.integers(62, 800))
def test_a_range_of_two_months_or_more_is_never_summed_day_by_day_alone(first: date, length: int) -> None:
    period = periods.split(first, first + timedelta(length))
    assert period.months is not None
    assert sum((b - a).days + 1 for a, b in period.days) <= 60


@pytest.mark.parametrize(
    ("first", "last", "previous", "year_ago"),
    [
        ("2026-07-01", "2026-12-31", ("2026-01-01", "2026-06-30"), ("2025-07-01", "2025-12-31")),
        ("2026-01-01", "2026-06-30", ("2025-07-01", "2025-12-31"), ("2025-01-01", "2025-06-30")),
        ("2024-02-01", "2024-02-29", ("2024-01-01", "2024-01-31"), ("2023-02-01", "2023-02-28")),
        ("2025-02-01", "2025-02-28", ("2025-01-01", "2025-01-31"), ("2024-02-01", "2024-02-29")),
        ("2026-03-05", "2026-03-11", ("2026-02-26", "2026-03-04"), ("2025-03-05", "2025-03-11")),
        ("2024-02-29", "2024-02-29", ("2024-02-28", "2024-02-28"), ("2023-02-28", "2023-02-28")),
    ],
)
def test_a_period_has_one_before_it_and_one_a_year_ago(
    first: str, last: str, previous: tuple[str, str], year_ago: tuple[str, str]
) -> None:
    days = date.fromisoformat(first), date.fromisoformat(last)
    assert tuple(day.isoformat() for day in periods.before(*days)) == previous
    assert tuple(day.isoformat() for day in periods.year_before(*days)) == year_ago


@given(DAYS, st.integers(0, 800))
def test_the_period_before_ends_the_day_before(first: date, length: int) -> None:
    begins, ends = periods.before(first, first + timedelta(length))
    assert ends == first - timedelta(1)
    assert begins <= ends


def test_nothing_grows_by_a_percentage_of_nothing() -> None:
    assert (periods.Change(5, 0).absolute, periods.Change(5, 0).percent) == (5, None)
    assert (periods.Change(0, 0).percent, periods.Change(3, 4).percent) == (None, -25.0)


def test_a_half_year_has_a_first_and_a_last_day() -> None:
    assert periods.half_year_of(date(2026, 11, 24)) == (date(2026, 7, 1), date(2026, 12, 31))
    assert periods.half_year_of(date(2024, 2, 29)) == (date(2024, 1, 1), date(2024, 6, 30))
