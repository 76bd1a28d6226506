"""Named figures: what a rule set of another country asks for can be checked before filing, filed, and judged."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from marshmallow import ValidationError

from chassis.errors import Rejected
from contracts.intake.eligibility import CheckEligibility
from tests.unit.intake.conftest import AUDITOR, BOUND, LIAISON, MA, Desk, identity_number

FOREIGN = str(Path(__file__).parent / "rule_sets")
FIGURES: dict[str, t.Any] = {
    "matter": "general", "benefits": [], "born_on": "1986-05-01", "has_partner": False, "savings": 100_000,
    "earnings": [{"amount": 20_000, "per": "week"}, {"amount": 1_200, "per": "year"}], "tax_and_ni": 5_000,
    "housing_costs": 60_000,
}  # fmt: skip


@pytest.fixture(scope="module")
def abroad() -> Desk:
    made = Desk(rules=FOREIGN, jurisdiction="england_and_wales")
    made.network()
    return made


def test_a_check_judges_by_what_the_rule_set_asks_and_stores_nothing(abroad: Desk) -> None:
    judged = abroad.ask("eligibility_check", LIAISON, figures=FIGURES)
    assert (judged["outcome"], judged["rule_set"]) == ("eligible", "england_and_wales/2026-04-01")
    assert judged["figures"]["gross"] == (20_000 * 52 + 1_200) // 12
    without = {name: value for name, value in FIGURES.items() if name != "savings"}
    assert [one["name"] for one in abroad.ask("eligibility_check", figures=without)["missing"]] == ["savings"]
    assert abroad.ask("persons")["items"] == []


def test_another_jurisdiction_may_be_asked_for(abroad: Desk) -> None:
    case = {"household": 1, "reference": 1_295_701}
    judged = abroad.ask("eligibility_check", jurisdiction="france", figures=case)
    assert (judged["outcome"], judged["figures"]["percent"]) == ("eligible", 55)
    with pytest.raises(Rejected) as refused:
        abroad.ask("eligibility_check", jurisdiction="atlantis", figures={})
    assert (refused.value.problem, refused.value.params["known"]) == (
        "unknown-jurisdiction",
        "england_and_wales, france, hong_kong, india, ireland, japan, netherlands, new_zealand, scotland",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("figures", "pointer", "why"),
    [
        ({"earning": 1}, "/figures/earning", "these rules have no such input"),
        ({"earnings": "12"}, "/figures/earnings", "a whole number of 1/100 GBP"),
        ({"benefits": ["dole"]}, "/figures/benefits", "a list out of: universal_credit"),
        ({"has_partner": 1}, "/figures/has_partner", "true or false"),
    ],
)
def test_a_figure_that_the_rules_cannot_use_is_refused_and_not_taken_for_unknown(
    abroad: Desk, figures: dict[str, t.Any], pointer: str, why: str
) -> None:
    with pytest.raises(Rejected) as refused:
        abroad.ask("eligibility_check", figures=figures)
    assert (refused.value.problem, refused.value.pointer) == ("unusable-figure", pointer)
    assert why in refused.value.params["why"]["en"]


def test_an_application_is_judged_by_its_figures_and_shows_them(abroad: Desk) -> None:
    filed = abroad.file(figures=FIGURES, applicant={"identity_number": identity_number(4, born="19860501")})
    assert filed["eligibility"] == "eligible"
    assert abroad.see(filed["id"])["figures"] == FIGURES
    amended = abroad.do("amend_application", LIAISON, application=filed["id"], reason="更正",
                        figures={**FIGURES, "savings": 900_000})  # fmt: skip
    assert amended["eligibility"] == "not_eligible"
    assert abroad.see(filed["id"])["applicant"]["identity_number"] != MA


def test_a_typed_age_does_not_take_the_place_of_the_birth_that_is_known(desk: Desk) -> None:
    young = {
        "recipient_group": "other",
        "matter": "labour_or_pay",
        "facts": ["no_fixed_income"],
        "opposing_parties": [],
    }
    with pytest.raises(Rejected) as refused:
        desk.file(figures={"age": 70}, **young)
    assert (refused.value.problem, refused.value.pointer) == ("unusable-figure", "/figures/age")
    assert "day of birth" in refused.value.params["why"]["en"]
    filed = desk.file(**young)
    assert filed["eligibility"] == "unknown"
    with pytest.raises(Rejected, match="unusable-figure"):
        desk.do("amend_application", application=filed["id"], reason="更正", figures={"age": 70})
    amended = desk.do("amend_application", application=filed["id"], reason="更正", figures={"age": 56})
    assert amended["eligibility"] == "unknown"


def test_an_age_typed_while_no_birth_was_known_gives_way_to_one_that_comes(desk: Desk) -> None:
    applicant = {"name": "马某", "identity_number": None, "document": {"kind": "passport", "number": "E1234567"}}
    old = {"recipient_group": "other", "matter": "labour_or_pay", "facts": ["no_fixed_income"], "opposing_parties": []}
    filed = desk.file(applicant=applicant, figures={"age": 70}, **old)
    assert filed["eligibility"] == "eligible"
    desk.file(applicant={**applicant, "born_on": "1990-01-01"}, matter="marriage_family")
    amended = desk.do("amend_application", application=filed["id"], reason="更正", statement="追索劳动报酬")
    assert amended["eligibility"] == "unknown"


def test_a_check_without_a_person_takes_the_age_that_is_typed(desk: Desk) -> None:
    case = {"matter": "labour_or_pay", "facts": ["no_fixed_income"]}
    assert desk.ask("eligibility_check", age=70, **case)["outcome"] == "eligible"
    assert desk.ask("eligibility_check", figures={"age": 70}, **case)["outcome"] == "eligible"
    assert desk.ask("eligibility_check", **case)["outcome"] == "unknown"


def test_a_birth_in_the_figures_is_the_known_one_however_it_is_written(abroad: Desk) -> None:
    known = {"born_on": "19700101", "matter": "general"}
    assert abroad.see(abroad.file(matter="other", figures=known)["id"])["figures"] == known
    with pytest.raises(Rejected) as refused:
        abroad.file(matter="labour_or_pay", figures={"born_on": "1986-05-01"})
    assert (refused.value.problem, refused.value.pointer) == ("unusable-figure", "/figures/born_on")


def test_front_ends_are_told_what_the_rules_ask(abroad: Desk, desk: Desk) -> None:
    rules = abroad.ask("eligibility_rules", LIAISON)
    asked = {one["name"]: one for one in rules["inputs"]}
    assert (asked["earnings"]["per"], asked["childcare"]["needed"], rules["currency"]) == ("month", False, "GBP")
    assert asked["benefits"]["terms"][0] == "universal_credit"
    assert (asked["applied_on"]["needed"], asked["born_on"]["needed"]) == (False, True)
    assert desk.ask("eligibility_rules", AUDITOR, day="2025-12-31")["rule_set"] == "henan/2022-01-01"
    with pytest.raises(Rejected, match="unknown-jurisdiction"):
        desk.ask("eligibility_rules", day="2021-12-31")


@pytest.mark.parametrize(
    ("figures", "name", "part"),
    [
        ({"savings": 12.5}, "savings", "without decimals"),
        ({"earnings": {"amount": 1.5, "per": "week"}}, "earnings", "without decimals"),
        ({"earnings": [[[1]]]}, "earnings", "payments such as"),
        ({"Savings": 1}, "Savings", "lower-case letters"),
    ],
)
def test_what_no_figure_can_be_is_refused_at_its_own_name(figures: dict[str, t.Any], name: str, part: str) -> None:
    with pytest.raises(ValidationError) as refused:
        CheckEligibility().load({"figures": figures})
    (message,) = t.cast(dict[str, t.Any], refused.value.messages)["figures"][name]
    assert part in message


BY_DISTRICT = """format: 1
jurisdiction: sample
from: 2026-01-01
title: Sample
source: none
verified: false
inputs:
  {name}: {{type: {type}}}
  monthly_income: {{type: money, per: month}}
tables:
  line: {{file: line.csv, by: [{name}], unit: money}}
sections:
  - {{section: income, kind: test, title: Income, figure: monthly_income, limit: line({name})}}
"""


def with_limits_by(tmp_path: Path, name: str, *, type: str = "text", others: str = "*,10\n") -> Desk:
    folder = tmp_path / "sample" / "2026-01-01"
    folder.mkdir(parents=True)
    folder.joinpath("rules.yaml").write_text(BY_DISTRICT.format(name=name, type=type))
    folder.joinpath("line.csv").write_text(f"{name},value\n凤泉区,1000\n卫滨区,2000\n{others}", encoding="utf-8")
    made = Desk(rules=str(tmp_path), jurisdiction="sample")
    made.network()
    return made


@pytest.mark.parametrize("name", ["area", "district", "region"])
def test_a_limit_by_district_is_that_of_where_the_applicant_lives_whatever_the_rules_call_it(
    tmp_path: Path, name: str
) -> None:
    sample = with_limits_by(tmp_path, name)
    first = sample.file(applicant={"district": "卫滨区"}, monthly_income_fen=150_000)
    assert first["eligibility"] == "eligible"
    assert sample.file(matter="other", monthly_income_fen=150_000)["eligibility"] == "eligible"  # as the record knows
    unsaid = {"identity_number": identity_number(6)}
    assert sample.file(applicant=unsaid, monthly_income_fen=1_000)["eligibility"] == "unknown"
    judged = sample.ask("eligibility_check", district="凤泉区", monthly_income_fen=150_000)
    assert judged["outcome"] == "not_eligible"


@pytest.mark.parametrize("name", ["station_district", "office_district", "arose_district"])
def test_a_limit_may_be_that_of_the_station_the_office_or_where_the_matter_arose(tmp_path: Path, name: str) -> None:
    sample = with_limits_by(tmp_path, name)
    case = {} if name == "station_district" else {name: "凤泉区"}
    filed = sample.file(monthly_income_fen=90_000, applicant={"district": "卫滨区"}, **case)
    assert filed["eligibility"] == "eligible"
    amended = sample.do("amend_application", application=filed["id"], reason="更正", monthly_income_fen=150_000)
    assert amended["eligibility"] == "not_eligible"


@pytest.mark.parametrize("income", [1, 150_000, 900_000])
def test_a_district_that_the_rules_do_not_list_is_judged_by_no_other_ones_limit(tmp_path: Path, income: int) -> None:
    """Also where all that are listed would say the same; one that nobody told is one of them."""
    sample = with_limits_by(tmp_path, "area", type="term, terms: [凤泉区, 卫滨区]", others="")
    judged = sample.file(applicant={"district": "延津县"}, monthly_income_fen=income)
    assert (judged["eligibility"], [one["name"] for one in judged["missing"]]) == ("unknown", ["area"])
    untold = sample.ask("eligibility_check", monthly_income_fen=income)["outcome"]
    assert untold == {1: "eligible", 150_000: "unknown", 900_000: "not_eligible"}[income]


def test_a_check_at_a_station_takes_its_district_as_the_application_will(tmp_path: Path) -> None:
    sample = with_limits_by(tmp_path, "station_district")
    assert sample.ask("eligibility_check", BOUND, monthly_income_fen=90_000)["outcome"] == "eligible"
    assert sample.ask("eligibility_check", LIAISON, monthly_income_fen=90_000)["outcome"] == "unknown"
