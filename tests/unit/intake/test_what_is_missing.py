"""What is not known: it is named in one round, it does no harm where it cannot matter, and it never helps.

And what cannot be: a value outside its range is refused by name, not judged as it is written.
"""

from __future__ import annotations

import datetime as dt
import json
import typing as t
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Rejected
from services.intake.commands_rules import rules
from services.intake.eligibility import Judgement, RuleSet, RuleSetError, load_rule_set
from tests.unit.intake.conftest import Desk

RULES = """
format: 1
jurisdiction: sample
from: 2026-07-01
title: Means test
source: Imaginary Act
verified: false
currency: NZD
inputs:
  household:      {type: count, title: people in the household}
  partner:        {type: flag}
  children:       {type: count, max: 20}
  benefits:       {type: terms, terms: [jobseeker, sickness]}
  wages:          {type: money, per: month, max: 5000000}
  partner_wages:  {type: money, per: month}
  rent:           {type: money, per: month}
  childcare:      {type: money, per: month}
  home:           {type: money, default: 0}
  savings:        {type: money}
  age:            {type: count, min: 16, max: 120}
standards:
  rent_cap:    {money: 600}
  capital_cap: {money: 8000}
tables:
  line:     {file: line.csv, per: household, unit: money}
  for_kids: {file: for_kids.csv, per: children, unit: money}
  kept:     {file: kept.csv, band: income, unit: money}
sections:
  - section: on_benefit
    kind: exempt
    title: On a benefit
    when: size(benefits) > 0
    gives: passported
    skips: [income_test]
  - {section: income, kind: amount, title: Income, value: "wages + (partner ? partner_wages : 0)"}
  - section: net
    kind: deductions
    title: Disposable income
    of: income
    take:
      - {key: rent, amount: rent, cap: rent_cap}
      - {key: childcare, amount: childcare, when: children > 0}
      - {key: children, amount: for_kids(children)}
  - {section: income_test, kind: test, title: Income test, figure: net, limit: line(household)}
  - section: capital
    kind: disregards
    title: Capital
    assets: {house: home, cash: savings}
    take:
      - {key: house_kept, of: [house], up_to: "10000000"}
      - {key: pensioner, of: [cash, house], up_to: kept(net), when: age >= 60}
  - {section: capital_test, kind: test, title: Capital test, figure: capital, limit: capital_cap}
"""
TABLES = {
    "line.csv": "household,value\n1,1000\n2,1500\nmore,400\n",
    "for_kids.csv": "children,value\n0,0\n1,300\nmore,300\n",
    "kept.csv": "from,below,value\n0,300,100000\n300,,10000\n",
}
CASE: dict[str, t.Any] = {
    "household": 1, "partner": False, "children": 0, "benefits": [], "wages": 150_000, "rent": 60_000,
    "childcare": 0, "savings": 500_000, "age": 40,
}  # fmt: skip


def write(folder: Path, old: str = "", new: str = "") -> Path:
    target = folder / "sample" / "2026-07-01"
    target.mkdir(parents=True, exist_ok=True)
    assert old in RULES
    (target / "rules.yaml").write_text(RULES.replace(old, new, 1) if old else RULES, encoding="utf-8")
    for name, text in TABLES.items():
        (target / name).write_text(text, encoding="utf-8")
    return target


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    return load_rule_set(write(tmp_path_factory.mktemp("rules")))


def judged(sample: RuleSet, **changes: t.Any) -> Judgement:
    return sample.judge({**CASE, **changes})


def test_everything_that_is_missing_is_named_in_one_round(sample: RuleSet) -> None:
    assert judged(sample).outcome == "eligible"
    asked = judged(sample, wages=None, rent=None, childcare=None, children=None, household=None)
    assert asked.missing == ("childcare", "children", "household", "rent", "wages")
    assert sample.judge({}).missing == (
        "age", "benefits", "childcare", "children", "household", "partner", "partner_wages", "rent", "savings", "wages",
    )  # fmt: skip


def test_what_the_rest_of_an_expression_makes_irrelevant_is_not_asked_for(sample: RuleSet) -> None:
    assert judged(sample, wages=None, partner_wages=None).missing == ("wages",)
    assert judged(sample, wages=None, partner=True).missing == ("partner_wages", "wages")
    assert judged(sample, wages=None, partner=None).missing == ("partner", "partner_wages", "wages")


def test_a_deduction_that_does_not_apply_is_not_asked_for(sample: RuleSet) -> None:
    assert judged(sample, rent=None, childcare=None).missing == ("rent",)
    assert judged(sample, rent=None, childcare=None, children=2, wages=250_000).missing == ("childcare", "rent")


def test_what_could_only_lower_a_figure_that_is_low_enough_does_no_harm(sample: RuleSet) -> None:
    on_benefit = judged(sample, benefits=["jobseeker"], wages=None, rent=None, age=None)
    assert (on_benefit.outcome, on_benefit.missing) == ("eligible", ())
    poor = judged(sample, wages=100_000, rent=None)
    assert poor.outcome == "eligible"
    step = next(step for step in poor.steps if step.rule.key == "income_test")
    assert poor.compared_in_words(step, "en") == "at most 1,000.00 NZD against a limit of 1,000.00 NZD"
    assert poor.compared_in_words(step, "zh") == "至多 1,000.00 NZD，限额 1,000.00 NZD"
    trail = {one["section"]: one for one in poor.as_dict()["trail"]}
    assert (trail["income_test"]["figure"], trail["income_test"]["limit"]) == (None, 100_000)


@pytest.mark.parametrize(
    "changes",
    [
        {"wages": 100_001, "rent": None},
        {"savings": 800_001, "age": None},
        {"benefits": ["jobseeker"], "savings": 800_001, "age": 70, "wages": None},
        {"wages": 100_000, "rent": None, "household": None},
        {"wages": None},
    ],
)
def test_what_might_matter_leaves_it_open(sample: RuleSet, changes: dict[str, t.Any]) -> None:
    judgement = judged(sample, **changes)
    assert judgement.outcome == "unknown"
    assert set(judgement.missing) == {name for name, value in changes.items() if value is None}


def contributing(folder: Path) -> RuleSet:
    """The rules with a contribution that is made from what is left."""
    old = "  - section: capital\n"
    share = '  - {section: monthly_share, kind: amount, title: {zh: 每月分担, en: Monthly share}, value: "percent_of(net, 10)"}\n'
    return load_rule_set(write(folder, old, share + old))


def test_a_contribution_that_waits_for_a_deduction_is_named_and_the_outcome_stays_eligible(tmp_path: Path) -> None:
    rules = contributing(tmp_path)
    eligible = rules.judge({**CASE, "wages": 100_000, "rent": None})
    assert (eligible.outcome, eligible.missing, "monthly_share" in eligible.figures) == ("eligible", (), False)
    assert eligible.as_dict()["not_worked_out"] == [
        {
            "name": "monthly_share",
            "missing": ["rent"],
            "zh": "每月分担：尚未算出；尚不知道：rent",
            "en": "Monthly share: not worked out; not known: rent",
        }
    ]
    assert rules.judge({**CASE, "wages": 100_000, "rent": 0}).not_worked_out() == []


def test_a_figure_that_only_other_sections_read_and_one_of_who_is_not_eligible_are_not_named(
    sample: RuleSet, tmp_path: Path
) -> None:
    assert judged(sample, wages=100_000, rent=None).not_worked_out() == []
    rules = contributing(tmp_path)
    for changes, outcome in (({"savings": 900_000, "wages": 100_000}, "not_eligible"), ({}, "unknown")):
        judgement = rules.judge({**CASE, "rent": None, **changes})
        assert (judgement.outcome, judgement.not_worked_out()) == (outcome, [])


def test_the_command_line_and_the_door_name_what_is_not_worked_out(tmp_path: Path) -> None:
    contributing(tmp_path)
    given = {**CASE, "wages": 100_000, "rent": None}
    asked = ["explain", str(tmp_path), "--day", "2026-07-02", "--given", "-"]
    said = CliRunner().invoke(rules, asked, input=json.dumps(given)).output
    assert "每月分担：尚未算出；尚不知道：rent Monthly share: not worked out; not known: rent" in said
    abroad = Desk(rules=str(tmp_path), jurisdiction="sample")
    abroad.network()
    found = abroad.ask("eligibility_check", figures={name: one for name, one in given.items() if name != "age"}, age=40)
    assert [(one["name"], one["missing"]) for one in found["not_worked_out"]] == [("monthly_share", ["rent"])]


def test_a_section_that_fails_for_certain_decides_whatever_is_missing(sample: RuleSet) -> None:
    failed = judged(sample, age=40, savings=800_001, wages=None, household=None, benefits=None)
    assert (failed.outcome, failed.missing) == ("not_eligible", ())


def test_an_exemption_that_cannot_hold_is_not_waited_for(tmp_path: Path) -> None:
    old = "    gives: passported"
    applying = load_rule_set(write(tmp_path, old, f"    applies: age < 60\n{old}"))
    failed = applying.judge({**CASE, "wages": 900_000, "age": None})
    assert failed.outcome == "not_eligible"
    assert applying.judge({**CASE, "wages": 900_000, "age": None, "benefits": None}).missing == ("age", "benefits")


values: dict[str, st.SearchStrategy[t.Any]] = {
    "household": st.integers(1, 8),
    "partner": st.booleans(),
    "children": st.integers(0, 6),
    "benefits": st.sampled_from([[], ["sickness"]]),
    "wages": st.integers(0, 400_000),
    "partner_wages": st.integers(0, 200_000),
    "rent": st.integers(0, 100_000),
    "childcare": st.integers(0, 100_000),
    "home": st.integers(0, 40_000_000),
    "savings": st.integers(0, 20_000_000),
    "age": st.integers(16, 100),
}


@given(
    case=st.fixed_dictionaries({name: some if name == "home" else st.none() | some for name, some in values.items()}),
    full=st.fixed_dictionaries(values),
)
def test_what_is_certain_while_something_is_missing_stays_so_and_no_second_round_is_needed(
    sample: RuleSet, case: dict[str, t.Any], full: dict[str, t.Any]
) -> None:
    judgement = sample.judge(case)
    if judgement.outcome != "unknown":
        completed = {name: full[name] if value is None else value for name, value in case.items()}
        assert sample.judge(completed).outcome == judgement.outcome
        return
    answered = {**case, **{name: full[name] for name in judgement.missing}}
    assert sample.judge(answered).outcome != "unknown"


def test_a_household_has_at_least_one_person_and_no_number_of_children_is_none(sample: RuleSet) -> None:
    assert sample.objections({"household": 0}) == {"household": "a whole number, 1 or more"}
    assert sample.objections({"household": 1, "children": 0, "age": 16, "wages": 5_000_000}) == {}
    assert judged(sample, household=0).missing == ("household",)


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("age", 15, "a whole number, from 16 to 120"),
        ("age", 121, "a whole number, from 16 to 120"),
        ("children", 21, "a whole number, from 0 to 20"),
        ("children", -1, "a whole number, from 0 to 20"),
        ("wages", 5_000_001, "a whole number of 1/100 NZD, from 0 to 5000000 (50,000.00 NZD) per month"),
        ("wages", {"amount": 5_000_000, "per": "week"}, "from 0 to 5000000 (50,000.00 NZD) per month"),
    ],
)
def test_a_value_outside_its_range_is_refused_by_name(
    sample: RuleSet, tmp_path: Path, name: str, value: t.Any, why: str
) -> None:
    assert why in sample.objections({name: value})[name]
    assert name in sample.judge({**CASE, "rent": 0, "benefits": [], name: value}).missing or name == "age"
    write(tmp_path)
    run = CliRunner().invoke(rules, ["explain", str(tmp_path), "--day", "2026-07-01"], input=f"{{{name}: {value}}}")
    assert f"{name}: " in str(run.exception)


def test_why_a_value_is_refused_is_said_in_both_languages(sample: RuleSet) -> None:
    given = {"age": 15, "wages": 5_000_001, "partner": 3, "benefits": ["x"], "shoes": 1}
    english, chinese = sample.objections(given), sample.objections(given, "zh")
    assert list(english) == list(chinese) == list(given)
    assert (english["age"], chinese["age"]) == ("a whole number, from 16 to 120", "须为整数，从 16 到 120")
    assert chinese["wages"].startswith("须为以 1/100 NZD 计的整数，从 0 到 5000000 (50,000.00 NZD)，按 month 计")


def test_at_the_door_it_is_a_problem_that_names_the_figure(tmp_path: Path) -> None:
    write(tmp_path)
    abroad = Desk(rules=str(tmp_path), jurisdiction="sample")
    abroad.network()
    for name in ("household", "age"):
        with pytest.raises(Rejected) as refused:
            abroad.ask("eligibility_check", figures={**CASE, name: 0})
        assert (refused.value.problem, refused.value.pointer) == ("unusable-figure", f"/figures/{name}")
        assert set(refused.value.params["why"]) == {"zh", "en"}
    with pytest.raises(Rejected) as refused:
        abroad.ask("eligibility_check", age=12, figures={})
    assert (refused.value.problem, refused.value.pointer) == ("unusable-figure", "/age")
    asked = {one["name"]: one for one in abroad.ask("eligibility_rules")["inputs"]}
    assert [(asked[name]["min"], asked[name]["max"]) for name in ("household", "age", "children", "rent")] == [
        (1, None), (16, 120), (0, 20), (0, None),
    ]  # fmt: skip


def test_an_application_out_of_range_is_not_filed_and_not_amended(tmp_path: Path) -> None:
    write(
        tmp_path, "  savings:        {type: money}", "  savings: {type: money}\n  household_size: {type: count, max: 9}"
    )
    abroad = Desk(rules=str(tmp_path), jurisdiction="sample")
    abroad.network()
    filed = abroad.file(household_size=9)
    for act in (
        lambda: abroad.file(household_size=10, matter="other"),
        lambda: abroad.do("amend_application", application=filed["id"], reason="更正", household_size=10),
    ):
        with pytest.raises(Rejected) as refused:
            act()
        assert (refused.value.problem, refused.value.pointer) == ("unusable-figure", "/household_size")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("{type: count, min: 16, max: 120}", "{type: count, min: 16, max: 12}", "'min' is above 'max'"),
        ("{type: count, min: 16, max: 120}", "{type: count, min: -1}", "'min' must be 0 or more"),
        ("{type: count, min: 16, max: 120}", "{type: count, min: 16.5}", "'min' must be a whole number"),
        ("{type: flag}", "{type: flag, min: 1}", "only money and count have a range"),
        ("{type: money, default: 0}", "{type: money, default: 0, min: 1}", "default: "),
        ("rent_cap:    {money: 600}", "rent_cap: {money: 600, from: 2026-10-01}", "'from' lies after the first day"),
        ("{file: line.csv,", "{file: line.csv, from: 2026-10-01,", "'from' lies after the first day"),
        ("title: Capital\n", "title: Capital\n    from: 2026-10-01\n", "'from' lies after the first day"),
    ],
)
def test_a_range_that_cannot_be_and_a_figure_of_later_days_are_refused(
    tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    with pytest.raises(RuleSetError, match=complaint):
        load_rule_set(write(tmp_path, old, new))


def test_the_command_line_says_results_in_both_languages(tmp_path: Path) -> None:
    write(tmp_path)
    asked = ["explain", str(tmp_path), "--day", "2026-07-02", "--given", "-"]
    said = CliRunner().invoke(rules, asked, input=json.dumps({**CASE, "benefits": ["sickness"], "wages": None})).output
    first, *lines = said.splitlines()
    assert first == "sample/2026-07-01: eligible 符合 (means: met 成立)"
    by_section = {line.split()[0]: line for line in lines if line[2] != " " and "missing" not in line}
    assert "passported 凭救助认定" in by_section["on_benefit"]
    assert "skipped by on_benefit 免除" in by_section["income_test"]
    assert "open 待定" in by_section["net"]
    assert "met 成立" in by_section["capital_test"]


def test_days_before_and_after_a_rule_set_are_known_by_name(tmp_path: Path) -> None:
    write(tmp_path)
    asked = ["explain", str(tmp_path), "--day", "2026-06-30"]
    said = CliRunner().invoke(rules, asked, input="{age: 40}").output
    assert said.startswith("no rule set on that day: unknown 未定")
    assert dt.date(2026, 7, 1) == load_rule_set(tmp_path / "sample" / "2026-07-01").since


TRIED = """
format: 1
jurisdiction: tried
from: 2026-07-01
title: Means test
source: Imaginary Act
verified: true
inputs:
  violence: {type: flag, title: violence at home}
  area:     {type: term, terms: [north, south, far]}
  factors:  {type: terms, terms: [medical, debts]}
  people:   {type: count, max: 3}
  income:   {type: money}
  savings:  {type: money}
tables:
  line: {file: line.csv, by: [area], per: people, unit: money}
sections:
  - section: hard
    kind: condition
    title: Hard case
    value: violence || size(factors) > 0
  - {section: income_test, kind: test, title: Income, figure: income, limit: "line(area, people) * (hard ? 2 : 1)"}
  - {section: savings_test, kind: test, title: Savings, figure: savings, limit: "violence ? 500 : 300", compare: below}
"""
LINES = "area,people,value\nnorth,1,1\nnorth,more,1\nsouth,1,2\nsouth,more,1\nfar,1,4\nfar,more,1\n"


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    folder = tmp_path_factory.mktemp("rules") / "tried" / "2026-07-01"
    folder.mkdir(parents=True)
    (folder / "rules.yaml").write_text(TRIED, encoding="utf-8")
    (folder / "line.csv").write_text(LINES, encoding="utf-8")
    return load_rule_set(folder)


def test_a_flag_that_no_value_of_makes_a_difference_is_not_asked_for(tried: RuleSet) -> None:
    known = {"area": "north", "people": 1, "factors": [], "income": 100}
    least = tried.judge({**known, "savings": 299})
    assert (least.outcome, least.missing) == ("eligible", ())
    assert least.reasons()[-1]["en"] == "Savings: met, 2.99 CNY against a limit of at least 3.00 CNY"
    assert least.reasons()[-1]["zh"] == "Savings：条件成立，2.99 CNY，限额 至少 3.00 CNY"
    assert [step["limit"] for step in least.as_dict()["trail"] if step["kind"] == "test"] == [None, None]
    most = tried.judge({**known, "savings": 500})
    assert (most.outcome, most.reasons()[-1]["en"].endswith("5.00 CNY against a limit of at most 5.00 CNY")) == (
        "not_eligible",
        True,
    )
    between = tried.judge({**known, "savings": 300})
    assert (between.outcome, between.missing) == ("unknown", ("violence",))


OPEN: dict[str, t.Any] = {
    "violence": st.booleans(),
    "area": st.sampled_from(["north", "south", "far"]),
    "factors": st.lists(st.sampled_from(["medical", "debts"]), unique=True),
}


@given(
    given=st.fixed_dictionaries({}, optional=OPEN),
    people=st.integers(0, 3),
    income=st.integers(0, 1300),
    savings=st.integers(200, 600),
)
def test_what_is_decided_without_a_flag_or_a_term_is_decided_so_with_each_of_its_values(
    tried: RuleSet, given: dict[str, t.Any], people: int, income: int, savings: int
) -> None:
    case = {"people": people, "income": income, "savings": savings, **given}
    whole = [
        tried.judge({"violence": violence, "area": area, "factors": factors, **case}).outcome
        for violence in (True, False)
        for area in ("north", "south", "far")
        for factors in ([], ["medical"], ["medical", "debts"])
    ]
    outcome = tried.judge(case).outcome
    assert outcome == "unknown" or {outcome} == set(whole)
