"""Means tests of other countries, written with nothing but the format's README: they judge as their law does.

The rule sets in ``rule_sets/`` try the format out; they are not shipped and state no law.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.eligibility import Judgement, RuleBook

BOOK = RuleBook.load(Path(__file__).parent / "rule_sets")
DAY = dt.date(2026, 9, 1)
LONDONER: dict[str, t.Any] = {
    "matter": "general", "benefits": [], "born_on": dt.date(1986, 5, 1), "has_partner": False,
    "earnings": {"amount": 20_000, "per": "week"}, "employed_people": 1, "tax_and_ni": 5_000,
    "housing_costs": 60_000, "savings": 100_000,
}  # fmt: skip
DUBLINER: dict[str, t.Any] = {
    "matter": "family", "income": {"amount": 60_000, "per": "week"}, "income_tax": 150_000, "has_spouse": True,
    "children": 2, "childcare": 1_500_000, "rent_or_mortgage": 1_000_000, "savings": 100_000,
}  # fmt: skip


GLASWEGIAN: dict[str, t.Any] = {
    "kind": "civil_legal_aid", "benefits": [], "age": 40, "partner": False, "net_income": 0, "savings": 0,
}  # fmt: skip


def glasgow(**changes: t.Any) -> Judgement:
    return BOOK.judge("scotland", DAY, {**GLASWEGIAN, **changes})


def utrecht(**case: t.Any) -> Judgement:
    return BOOK.judge("netherlands", dt.date(2022, 6, 1), {"household": "single", "case": "regular", "box3": 0, **case})


def london(**changes: t.Any) -> Judgement:
    return BOOK.judge("england_and_wales", DAY, {**LONDONER, **changes})


def dublin(**changes: t.Any) -> Judgement:
    return BOOK.judge("ireland", DAY, {**DUBLINER, **changes})


def paris(**case: t.Any) -> Judgement:
    return BOOK.judge("france", DAY, {"household": 1, "reference": 1_200_000, **case})


def test_gross_income_less_what_the_regulations_allow_is_disposable_income() -> None:
    judgement = london()
    gross = 20_000 * 52 // 12
    assert judgement.figures["disposable"] == max(0, gross - 5_000 - 4_500 - 54_500)
    assert london(children_under_16=1).figures["disposable"] == max(0, gross - 5_000 - 4_500 - 33_927 - 60_000)
    assert judgement.outcome == "eligible"


@pytest.mark.parametrize(("children", "outcome"), [(4, "not_eligible"), (5, "eligible"), (6, "eligible")])
def test_from_the_fifth_child_on_the_gross_limit_rises(children: int, outcome: str) -> None:
    judged = london(earnings=287_900, children_under_16=children, has_partner=True)
    assert judged.outcome == outcome


def test_a_passporting_benefit_settles_income_and_leaves_capital() -> None:
    rich = {"earnings": None, "tax_and_ni": None, "housing_costs": None, "has_partner": None}
    assert london(benefits=["universal_credit"], **rich).outcome == "eligible"
    assert london(benefits=["universal_credit"], **rich, savings=800_001).outcome == "not_eligible"
    assert london(benefits=["universal_credit"], **rich, savings=None).missing == ("savings",)


def test_who_seeks_protection_from_domestic_abuse_has_no_limits_and_may_still_contribute() -> None:
    protected = london(matter="domestic_abuse_protection", earnings=500_000, savings=9_000_000)
    assert (protected.outcome, protected.hardship) == ("eligible", "waived")
    assert protected.figures["capital_contribution"] == 9_000_000 - 300_000
    assert london(matter="domestic_abuse_protection", role="respondent", earnings=500_000).outcome == "not_eligible"


def test_mortgage_dispute_and_equity_are_disregarded_in_order_and_pensioners_by_bands() -> None:
    home = {"home_value": 35_000_000, "mortgage": 12_000_000}  # of the mortgage 100,000 count: equity 250,000
    assert london(**home).figures["capital"] == 15_000_000 + 100_000
    assert london(**home, home_in_dispute=True).figures["capital"] == 5_000_000 + 100_000
    retired = {"born_on": dt.date(1966, 9, 1), "earnings": 0, "tax_and_ni": 0, "employed_people": 0}
    assert london(**home, home_in_dispute=True, **retired).figures["capital"] == 0
    the_day_before = {**retired, "born_on": dt.date(1966, 9, 2)}
    assert london(**home, home_in_dispute=True, **the_day_before).figures["capital"] == 5_100_000


@pytest.mark.parametrize(("disposable", "monthly"), [(31_100, 0), (31_101, 0), (46_500, 5_390), (61_600, 12_185)])
def test_contributions_rise_by_bands(disposable: int, monthly: int) -> None:
    judged = london(earnings=disposable, tax_and_ni=0, employed_people=0, housing_costs=0)
    assert judged.figures["monthly_contribution"] == monthly


def test_in_ireland_weekly_income_becomes_yearly_and_allowances_have_caps() -> None:
    judgement = dublin()
    # childcare counts up to 6,000 for each child, rent up to 8,000
    assert judgement.figures["disposable"] == 60_000 * 52 - 150_000 - 350_000 - 320_000 - 1_200_000 - 800_000
    assert judgement.figures["fee"] == 13_000


def test_a_limit_that_must_not_be_reached_and_one_that_may() -> None:
    single = {"has_spouse": False, "children": 0, "income_tax": 0, "childcare": 0, "rent_or_mortgage": 0}
    assert dublin(**single, income=1_799_999).outcome == "eligible"
    assert dublin(**single, income=1_800_000).outcome == "not_eligible"
    assert dublin(**single, income=1_000_000, savings=10_000_000).outcome == "eligible"
    assert dublin(**single, income=1_000_000, savings=10_000_001).outcome == "not_eligible"


def test_the_irish_contribution_is_in_whole_euro() -> None:
    single = {"has_spouse": False, "children": 0, "income_tax": 0, "childcare": 0, "rent_or_mortgage": 0}
    # 130 + 25 % of what exceeds 11,500: of 12,345.67 it is 341.4175
    assert dublin(**single, income=1_234_567).figures["fee"] == 34_100


def test_an_excluded_matter_is_refused_whoever_asks_and_an_unlisted_one_is_for_a_person() -> None:
    assert dublin(matter="defamation", income=None).outcome == "not_eligible"
    assert dublin(matter="other").outcome == "unknown"
    assert dublin(matter="child_protection", income=None, savings=None).hardship == "waived"


@pytest.mark.parametrize(
    ("case", "outcome", "percent"),
    [
        ({}, "eligible", 100),
        ({"reference": 1_295_700}, "eligible", 100),
        ({"reference": 1_295_701}, "eligible", 55),
        ({"reference": 1_900_000}, "eligible", 25),
        ({"reference": 1_943_301}, "not_eligible", 0),
        ({"household": 5, "reference": 1_762_100 + 2 * 147_350}, "eligible", 100),
        ({"reference": None, "benefits": ["rsa"]}, "eligible", 100),
        ({"reference": 9_000_000, "crime": True, "movables": 99_000_000}, "eligible", 100),
    ],
)
def test_in_france_aid_is_whole_or_partial_by_tiers_and_household(
    case: dict[str, t.Any], outcome: str, percent: int
) -> None:
    judgement = paris(**case)
    assert (judgement.outcome, judgement.figures["percent"]) == (outcome, percent)


@pytest.mark.parametrize(
    ("yearly", "pays"),
    [
        (352_100, 0),
        (352_400, 100),
        (1_154_000, 267_300),
        (1_154_200, 267_400),
        (1_574_300, 477_450),
        (2_623_900, 1_527_050),
    ],
)
def test_in_scotland_a_third_then_half_then_all_of_what_exceeds_is_paid(yearly: int, pays: int) -> None:
    judged = glasgow(net_income=yearly)
    assert (judged.outcome, judged.figures["cla_pays"]) == ("eligible", pays)


def test_in_scotland_weekly_income_is_taken_to_the_nearest_pound_less_allowances() -> None:
    advice = glasgow(kind="advice_and_assistance", net_income={"amount": 106_210, "per": "month"})
    assert advice.figures["aa_disposable"] == 24_500  # 1,062.10 x 12 / 52 = 245.10
    assert (advice.outcome, advice.figures["aa_pays"]) == ("eligible", 13_500)
    over = {"kind": "advice_and_assistance", "net_income": {"amount": 24_550, "per": "week"}}
    assert glasgow(**over).outcome == "not_eligible"
    assert glasgow(**over, dependants=1).figures["aa_disposable"] == 24_600 - 7_250
    assert glasgow(**over, police_station=True, savings=None).hardship == "not_required"


def test_in_scotland_too_much_income_ends_it_and_too_much_capital_is_for_the_board() -> None:
    assert glasgow(net_income=2_623_901).outcome == "not_eligible"
    assert glasgow(savings=1_301_701).outcome == "unknown"
    assert glasgow(savings=1_301_701).missing == ("cla_capital_test",)
    assert glasgow(savings=1_301_700).figures["capital_pays"] == 1_301_700 - 785_300
    assert glasgow(savings=4_000_000, age=60).outcome == "eligible", "a pensioner without income keeps 35,000"


def test_in_scotland_a_benefit_settles_income_and_contribution_and_leaves_capital() -> None:
    on_benefit = {"benefits": ["universal_credit"], "net_income": None}
    assert (glasgow(**on_benefit).outcome, glasgow(**on_benefit).figures["cla_pays"]) == ("eligible", 0)
    assert glasgow(benefits=["child_benefit"], net_income=None).missing == ("net_income",)
    assert glasgow(**on_benefit, savings=None).missing == ("savings",)


@pytest.mark.parametrize(
    ("case", "outcome", "pays"),
    [
        ({"income": 2_090_000}, "eligible", 21_400),
        ({"income": 2_090_001}, "eligible", 39_400),
        ({"income": 2_940_000}, "eligible", 90_100),
        ({"income": 2_940_001}, "not_eligible", 90_100),
        ({"income": 2_940_001, "household": "lone_parent"}, "eligible", 39_400),
        ({"income": 2_000_000, "partner_income": 1_500_000, "household": "couple"}, "eligible", 73_300),
        ({"income": 2_480_000, "case": "family", "advised": True}, "eligible", 78_900 - 5_300),
        ({"income": 2_480_000, "debt_restructuring": True}, "eligible", 21_400),
        ({"income": 0, "box3": 3_000_001}, "not_eligible", 21_400),
        ({"income": 0, "box3": 6_000_000, "household": "couple"}, "eligible", 21_400),
        ({"case": "asylum", "box3": None}, "eligible", 0),
    ],
)
def test_in_the_netherlands_the_contribution_is_read_off_a_table(
    case: dict[str, t.Any], outcome: str, pays: int
) -> None:
    judgement = utrecht(**case)
    assert (judgement.outcome, judgement.figures["contribution"]) == (outcome, pays)


def test_rules_that_begin_in_the_middle_of_a_year_judge_from_that_day() -> None:
    assert BOOK.judge("ireland", dt.date(2025, 6, 30), DUBLINER).missing == ("rule_set",)
    assert BOOK.judge("ireland", dt.date(2025, 7, 1), DUBLINER).rule_set == "ireland/2025-07-01"


def test_each_jurisdiction_speaks_in_its_own_currency() -> None:
    assert "EUR" in dublin().reasons()[-1]["en"]
    assert "GBP" in next(r["en"] for r in london().reasons() if r["key"] == "gross_income.met")


def test_nothing_known_is_unknown_and_zero_is_known() -> None:
    assert london(savings=None).missing == ("savings",)
    assert london(savings=0).outcome == "eligible"
    for jurisdiction in BOOK.by_jurisdiction:
        assert BOOK.judge(jurisdiction, DAY, {}).outcome == "unknown"


RANK = {"eligible": 2, "unknown": 1, "not_eligible": 0}
amounts = st.none() | st.integers(0, 2_000_000)
londoners = st.fixed_dictionaries(
    {
        "matter": st.none() | st.sampled_from(["general", "domestic_abuse_protection", "immigration"]),
        "benefits": st.none() | st.sampled_from([[], ["universal_credit"]]),
        "born_on": st.none() | st.dates(dt.date(1930, 1, 1), dt.date(2008, 1, 1)),
        "has_partner": st.none() | st.booleans(),
        "children_under_16": st.integers(0, 7),
        "earnings": amounts,
        "tax_and_ni": amounts,
        "housing_costs": amounts,
        "home_value": st.integers(0, 60_000_000),
        "savings": amounts,
    }
)


@settings(max_examples=60)
@given(case=londoners, figure=st.sampled_from(["earnings", "savings", "home_value"]), more=st.integers(0, 500_000))
def test_more_means_never_help(case: dict[str, t.Any], figure: str, more: int) -> None:
    case[figure] = case[figure] or 0
    richer = london(**{**case, figure: case[figure] + more})
    assert RANK[richer.outcome] <= RANK[london(**case).outcome]


@settings(max_examples=60)
@given(case=londoners, data=st.data())
def test_who_is_judged_without_a_value_is_judged_the_same_with_any(case: dict[str, t.Any], data: st.DataObject) -> None:
    """An outcome that is certain while something is unknown does not change when that becomes known."""
    name = data.draw(st.sampled_from(["matter", "benefits", "has_partner", "earnings", "tax_and_ni", "savings"]))
    without = london(**{**case, name: None}).outcome
    if without == "unknown":
        return
    filled = data.draw(londoners.map(lambda other: other[name]).filter(lambda value: value is not None))
    assert london(**{**case, name: filled}).outcome == without


@settings(max_examples=30)
@given(case=londoners, order=st.randoms(use_true_random=False))
def test_the_order_of_the_facts_does_not_matter(case: dict[str, t.Any], order: t.Any) -> None:
    names = list(LONDONER | case)
    order.shuffle(names)
    shuffled = BOOK.judge("england_and_wales", DAY, {name: (LONDONER | case)[name] for name in names})
    assert shuffled.as_dict() == london(**case).as_dict()


OSAKAN: dict[str, t.Any] = {
    "area": "special", "household": 3, "salary": 299_200, "savings": 2_700_000, "spouse_is_adversary": True,
    "prospects": True,
}  # fmt: skip
HONGKONGER: dict[str, t.Any] = {
    "scheme": "ordinary", "income": 20_000_000, "dependants": 1, "born_on": dt.date(1990, 1, 1), "capital": 35_492_000,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, "eligible"),
        ({"salary": 299_201}, "not_eligible"),
        ({"bonus": 11}, "eligible"),
        ({"bonus": 12}, "not_eligible"),
        ({"salary": 384_200, "rent": 100_000}, "eligible"),
        ({"salary": 384_201, "rent": 100_000}, "not_eligible"),
        ({"area": "other", "household": 7, "salary": 389_000}, "eligible"),
        ({"savings": 2_700_001}, "not_eligible"),
        ({"welfare": True, "salary": None, "savings": None, "area": None}, "eligible"),
        ({"prospects": False}, "unknown"),
    ],
)
def test_yen_have_no_smaller_unit_and_a_capped_rent_raises_the_limit(changes: dict[str, t.Any], outcome: str) -> None:
    assert BOOK.judge("japan", DAY, {**OSAKAN, **changes}).outcome == outcome


@pytest.mark.parametrize(
    ("changes", "outcome", "contribution"),
    [
        ({}, "eligible", 11_308_000),
        ({"capital": 35_492_001}, "not_eligible", 11_308_000),
        ({"capital": 35_492_001, "bill_of_rights": True}, "eligible", 11_308_000),
        ({"born_on": dt.date(1966, 9, 1), "capital": 80_000_000}, "eligible", 11_127_000),
        ({"scheme": "supplementary", "capital": 200_000_000}, "eligible", 20_974_000),
    ],
)
def test_a_contribution_is_a_percentage_of_all_that_somebody_has(
    changes: dict[str, t.Any], outcome: str, contribution: int
) -> None:
    judged = BOOK.judge("hong_kong", DAY, {**HONGKONGER, **changes})
    assert (judged.outcome, judged.figures["contribution"]) == (outcome, contribution)


AUCKLANDER: dict[str, t.Any] = {"matter": "civil", "partner": False, "dependants": 0, "wages": 0, "savings": 0}
KERALITE: dict[str, t.Any] = {
    "state": "kerala", "categories": [], "income": 29_999_999, "age": 40, "prima_facie": True,
}  # fmt: skip


@pytest.mark.parametrize(
    ("day", "changes", "outcome"),
    [
        ((2026, 6, 30), {"wages": 3_001_900}, "eligible"),
        ((2026, 6, 30), {"wages": 3_001_901}, "not_eligible"),
        ((2026, 7, 1), {"wages": 3_001_901}, "eligible"),
        ((2026, 7, 1), {"wages": 3_100_001}, "not_eligible"),
        ((2026, 7, 1), {"wages": {"amount": 59_615, "per": "week"}}, "eligible"),
        ((2026, 7, 1), {"wages": [{"amount": 59_615, "per": "week"}, {"amount": 400, "per": "four_weeks"}]}, "not_eligible"),
        ((2026, 7, 1), {"wages": 3_100_001, "dependants": 1}, "eligible"),
        ((2026, 7, 1), {"dependants": 7, "wages": 9_711_100 + 2 * 900_000}, "eligible"),
        ((2026, 7, 1), {"dependants": 7, "wages": 9_711_101 + 2 * 900_000}, "not_eligible"),
        ((2026, 7, 1), {"savings": 350_001}, "not_eligible"),
        ((2026, 7, 1), {"savings": 350_001, "debts": 1}, "eligible"),
        ((2026, 7, 1), {"savings": 0, "home_equity": 8_350_001}, "not_eligible"),
        ((2026, 7, 1), {"matter": "refugee", "wages": None, "savings": None}, "eligible"),
        ((2025, 6, 30), {}, "unknown"),
    ],
)  # fmt: skip
def test_in_new_zealand_standards_rise_on_the_first_of_july(
    day: tuple[int, int, int], changes: dict[str, t.Any], outcome: str
) -> None:
    assert BOOK.judge("new_zealand", dt.date(*day), {**AUCKLANDER, **changes}).outcome == outcome


def test_in_new_zealand_nobody_without_a_partner_is_asked_what_the_partner_earns() -> None:
    assert BOOK.judge("new_zealand", DAY, {**AUCKLANDER, "wages": None}).missing == ("wages",)
    both = {**AUCKLANDER, "wages": None, "partner": True}
    assert BOOK.judge("new_zealand", DAY, both).missing == ("partner_income", "wages")


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, "eligible"),
        ({"income": 30_000_000}, "not_eligible"),
        ({"state": "bihar", "income": 15_000_000}, "not_eligible"),
        ({"state": "delhi", "age": 60, "income": 39_999_999}, "eligible"),
        ({"state": "delhi", "age": 59, "income": 39_999_999}, "not_eligible"),
        ({"state": "supreme_court", "income": 49_999_999}, "eligible"),
        ({"state": None}, "unknown"),
        ({"state": None, "categories": ["woman"], "income": None, "age": None}, "eligible"),
        ({"prima_facie": False}, "unknown"),
    ],
)
def test_in_india_the_ceiling_is_the_states_and_some_have_none(changes: dict[str, t.Any], outcome: str) -> None:
    assert BOOK.judge("india", DAY, {**KERALITE, **changes}).outcome == outcome
