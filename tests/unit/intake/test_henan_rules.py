"""The rule sets of Henan: articles 25, 31, 32, 34, 41 and 42 of the Legal Aid Law, and what must hold of any case."""

from __future__ import annotations

import datetime as dt
import typing as t

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import terms
from services.intake.eligibility import Judgement, RuleBook

BOOK = RuleBook.load()
DAY = dt.date(2026, 9, 1)
PLAIN: dict[str, t.Any] = {
    "form_of_aid": "civil_litigation",
    "matter": "labour_or_pay",
    "recipient_group": "worker",
    "facts": [],
    "age": 40,
    "area": None,
    "household_size": 3,
    "monthly_income": 900_000,
    "pledge": False,
}
RANK = {"eligible": 2, "unknown": 1, "not_eligible": 0}

maybe_money = st.none() | st.integers(0, 2_000_000)
cases = st.fixed_dictionaries(
    {
        "form_of_aid": st.sampled_from(sorted(terms.FORMS_OF_AID)),
        "matter": st.sampled_from(sorted(terms.MATTERS)),
        "recipient_group": st.sampled_from(sorted(terms.RECIPIENT_GROUPS)),
        "facts": st.lists(st.sampled_from(sorted(terms.FACTS)), max_size=3, unique=True),
        "age": st.none() | st.integers(0, 110),
        "area": st.none() | st.just("凤泉区"),
        "household_size": st.none() | st.integers(1, 12),
        "monthly_income": maybe_money,
        "pledge": st.booleans(),
    }
)
days = st.dates(dt.date(2022, 1, 1), dt.date(2027, 12, 31))


def judged(day: dt.date = DAY, **changes: t.Any) -> Judgement:
    return BOOK.judge("henan", day, {**PLAIN, **changes})


def articles(judgement: Judgement) -> set[str]:
    return {reason.get("article", "") for reason in judgement.reasons()}


@pytest.mark.parametrize(
    ("changes", "outcome", "hardship", "article"),
    [
        ({}, "not_eligible", "not_met", "LA 31, 34"),
        ({"monthly_income": 468_000}, "eligible", "met", "LA 31, 34"),
        ({"monthly_income": 468_001}, "not_eligible", "not_met", "LA 31, 34"),
        ({"monthly_income": None}, "unknown", "unknown", "LA 31, 34"),
        ({"monthly_income": 0, "household_size": None}, "unknown", "unknown", "LA 31, 34"),
        ({"matter": "domestic_violence"}, "eligible", "waived", "LA 32"),
        ({"matter": "marriage_family", "facts": ["abused"]}, "eligible", "waived", "LA 32"),
        ({"matter": "labour_or_pay", "facts": ["abused"]}, "not_eligible", "not_met", "LA 31, 34"),
        ({"matter": "heroes_honour"}, "eligible", "waived", "LA 32"),
        ({"matter": "good_samaritan"}, "eligible", "waived", "LA 32"),
        ({"matter": "state_compensation", "facts": ["retrial_acquitted"]}, "eligible", "waived", "LA 32"),
        ({"recipient_group": "migrant_worker"}, "eligible", "presumed", "LA 42"),
        ({"recipient_group": "migrant_worker", "matter": "pollution_damage"}, "not_eligible", "not_met", "LA 31, 34"),
        ({"facts": ["migrant_worker_claim"]}, "eligible", "presumed", "LA 42"),
        ({"facts": ["migrant_worker_claim"], "matter": "injury_compensation"}, "eligible", "presumed", "LA 42"),
        ({"facts": ["migrant_worker_claim"], "matter": "marriage_family"}, "not_eligible", "not_met", "LA 31, 34"),
        ({"facts": ["social_relief"]}, "eligible", "presumed", "LA 42"),
        ({"facts": ["no_fixed_income"]}, "not_eligible", "not_met", "LA 31, 34"),
        ({"facts": ["no_fixed_income"], "age": 60}, "eligible", "presumed", "LA 42"),
        ({"facts": ["no_fixed_income"], "age": 59}, "not_eligible", "not_met", "LA 31, 34"),
        ({"facts": ["no_fixed_income"], "recipient_group": "disabled"}, "eligible", "presumed", "LA 42"),
        ({"form_of_aid": "advice"}, "eligible", "not_required", "LA 22, 30"),
        (
            {"form_of_aid": "criminal_defence", "matter": "criminal_defence", "age": 17},
            "eligible",
            "not_required",
            "LA 25",
        ),
        (
            {"form_of_aid": "criminal_defence", "matter": "criminal_defence", "facts": ["trial_in_absentia"]},
            "eligible",
            "not_required",
            "LA 25",
        ),
        # LA 24: other reasons than means also count, so failing the means test alone decides nothing
        ({"form_of_aid": "criminal_defence", "matter": "criminal_defence"}, "unknown", "unknown", "LA 24, 34"),
        (
            {"form_of_aid": "criminal_defence", "matter": "criminal_defence", "age": None},
            "unknown",
            "unknown",
            "LA 24, 34",
        ),
        ({"matter": "other", "monthly_income": 0}, "unknown", "met", "LA 22, 24, 31, 32"),
    ],
)
def test_the_law_says(changes: dict[str, t.Any], outcome: str, hardship: str, article: str) -> None:
    judgement = judged(**changes)
    assert (judgement.outcome, judgement.hardship) == (outcome, hardship)
    assert article in articles(judgement)


@pytest.mark.parametrize("day", [DAY, dt.date(2025, 12, 31)])
@pytest.mark.parametrize(("group", "age"), [("elderly", 59), ("elderly", 20), ("minor", 18), ("minor", 46)])
def test_an_age_that_is_known_says_who_is_old_or_a_minor_and_not_the_group_of_the_register(
    day: dt.date, group: str, age: int
) -> None:
    told: dict[str, t.Any] = {"facts": ["no_fixed_income"], "recipient_group": group}
    assert judged(day, **told, age=age).outcome == "not_eligible"
    assert judged(day, **told, age=None).missing == ("age",)


def test_an_age_that_nobody_has_is_not_taken_for_old_age() -> None:
    assert judged(facts=["no_fixed_income"], age=200).missing == ("age",)
    for day in (DAY, dt.date(2025, 9, 1)):
        rules = BOOK.find("henan", day)
        assert rules is not None
        assert rules.objections({"age": 131}) == {"age": "a whole number, from 0 to 130"}


def test_an_age_that_could_waive_is_named_where_it_is_missing() -> None:
    judgement = judged(facts=["no_fixed_income"], age=None)
    assert (judgement.outcome, judgement.missing) == ("unknown", ("age",))


def test_a_missing_age_does_not_matter_where_the_means_test_is_met() -> None:
    assert judged(facts=["no_fixed_income"], age=None, monthly_income=0).outcome == "eligible"


def test_a_pledge_is_noted_with_its_article_and_replaces_no_figure() -> None:
    assert "LA 41" in articles(judged(pledge=True))
    assert judged(pledge=True, monthly_income=None).outcome == "unknown"


def test_the_day_of_the_application_chooses_the_rules() -> None:
    one_person = {"household_size": 1, "monthly_income": 150_000}
    before, after = judged(dt.date(2025, 12, 31), **one_person), judged(dt.date(2026, 1, 1), **one_person)
    assert (before.outcome, after.outcome) == ("not_eligible", "eligible")
    assert (before.rule_set, after.rule_set) == ("henan/2022-01-01", "henan/2026-01-01")


def test_before_any_rule_set_nothing_is_decided() -> None:
    judgement = judged(dt.date(2010, 8, 1))
    assert (judgement.outcome, judgement.missing, judgement.rule_set) == ("unknown", ("rule_set",), None)
    assert judgement.reasons()[0]["key"] == "rule_set.unknown"


def test_an_unverified_hardship_line_says_so_in_every_sentence_that_rests_on_it() -> None:
    [reason] = [reason for reason in judged().reasons() if reason["key"] == "hardship.not_met"]
    assert "not verified" in reason["en"]
    assert "尚待核实" in reason["zh"]


def test_the_trail_shows_figure_limit_article_source_and_first_day() -> None:
    [step] = [step for step in judged().as_dict()["trail"] if step["section"] == "hardship"]
    assert (step["figure"], step["limit"], step["result"]) == (900_000, 468_000, "not_met")
    assert (step["article"], step["since"], step["verified"]) == ("LA 31, 34", "2026-01-01", False)
    assert step["source"].startswith("Legal Aid Law")


@pytest.mark.parametrize(
    "rule_set", [one for sets in BOOK.by_jurisdiction.values() for one in sets], ids=lambda one: one.key
)
def test_the_rules_know_every_term_of_the_contracts(rule_set: t.Any) -> None:
    assert set(rule_set.inputs["matter"].terms) == set(terms.MATTERS)
    assert set(rule_set.inputs["form_of_aid"].terms) == set(terms.FORMS_OF_AID)
    assert set(rule_set.inputs["recipient_group"].terms) == set(terms.RECIPIENT_GROUPS)
    assert set(rule_set.inputs["facts"].terms) == set(terms.FACTS)


@pytest.mark.slow
@settings(max_examples=200)
@given(cases, days, st.integers(0, 2_000_000))
def test_more_income_never_helps(case: dict[str, t.Any], day: dt.date, more: int) -> None:
    if case["monthly_income"] is None:
        case["monthly_income"] = 0
    poorer = BOOK.judge("henan", day, case)
    richer = BOOK.judge("henan", day, {**case, "monthly_income": case["monthly_income"] + more})
    assert RANK[richer.outcome] <= RANK[poorer.outcome]


@pytest.mark.slow
@settings(max_examples=200)
@given(cases, days, st.data())
def test_what_is_eligible_without_a_figure_is_eligible_with_any(
    case: dict[str, t.Any], day: dt.date, data: st.DataObject
) -> None:
    """So the unknown never becomes eligible by being unknown."""
    name = data.draw(st.sampled_from(["age", "household_size", "monthly_income"]))
    if BOOK.judge("henan", day, {**case, name: None}).outcome == "eligible":
        value = data.draw(st.integers(1, 100) if name != "monthly_income" else st.integers(0, 10**12))
        assert BOOK.judge("henan", day, {**case, name: value}).outcome == "eligible"


@pytest.mark.slow
@settings(max_examples=200)
@given(cases, days)
def test_unknown_names_what_is_missing_and_nothing_else_does(case: dict[str, t.Any], day: dt.date) -> None:
    judgement = BOOK.judge("henan", day, case)
    assert bool(judgement.missing) == (judgement.outcome == "unknown")
    assert judgement.reasons()
    assert all(reason["zh"] and reason["en"] and len(reason["zh"]) <= 1000 for reason in judgement.reasons())


@settings(max_examples=100)
@given(cases, days)
def test_the_same_case_is_judged_the_same(case: dict[str, t.Any], day: dt.date) -> None:
    assert BOOK.judge("henan", day, case) == BOOK.judge("henan", day, dict(reversed(case.items())))


@pytest.mark.parametrize("value", [-1, True, "5", 1.5, 2**60, {"amount": 1}, float("nan")])
def test_an_impossible_income_counts_as_not_known(value: object) -> None:
    if value == {"amount": 1}:
        assert judged(monthly_income=value).outcome == "eligible"
    else:
        assert judged(monthly_income=value).missing == ("monthly_income",)
