"""An input of type ``amounts``: what several people have, each held to a limit of their own."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.eligibility import RuleSet, RuleSetError, load_rule_set

RULES = """
format: 1
jurisdiction: place
from: 2026-01-01
title: A means test
source: A law
verified: true
inputs:
  income: {type: money, per: month}
  children: {type: amounts, per: month, max: 1000000, title: own income of each child}
  childcare: {type: amounts, per: month, default: []}
standards:
  allowance: {money: 393}
  cap: {money: 100}
  limit: {money: 1000}
sections:
  - section: net
    kind: deductions
    title: Disposable income
    of: income + sum_above(children, allowance)
    take:
      - {key: children, amount: "sum_below(children, allowance)"}
      - {key: childcare, amount: "sum_capped(childcare, cap)"}
  - {section: means, kind: test, title: Means, figure: net, limit: limit}
  - {section: all, kind: amount, title: All, value: "sum(children) + size(childcare)"}
"""


def write(folder: Path, text: str = RULES) -> RuleSet:
    made = folder / "place" / "2026-01-01"
    made.mkdir(parents=True)
    (made / "rules.yaml").write_text(text, encoding="utf-8")
    return load_rule_set(made)


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    return write(tmp_path_factory.mktemp("rules"))


AMOUNTS = st.lists(st.integers(0, 1_000_000), max_size=12)


@given(income=st.integers(0, 10_000_000), children=AMOUNTS, childcare=AMOUNTS)
def test_each_of_several_people_is_held_to_the_limit_alone(
    rules: RuleSet, income: int, children: list[int], childcare: list[int]
) -> None:
    allowances = sum(max(0, 39_300 - own) for own in children)
    counted = income + sum(max(0, own - 39_300) for own in children)
    net = max(0, counted - allowances - sum(min(cost, 10_000) for cost in childcare))
    judgement = rules.judge({"income": income, "children": children, "childcare": childcare})
    assert judgement.figures == {"net": net, "all": sum(children) + len(childcare)}
    assert judgement.outcome == ("eligible" if net <= 100_000 else "not_eligible")


def test_each_has_a_period_of_its_own_and_nobody_is_known_too(rules: RuleSet) -> None:
    weekly = rules.judge({"income": 0, "children": [{"amount": 1_200, "per": "year"}, 7, [3, 4]]})
    assert weekly.figures["all"] == 114
    assert rules.judge({"income": 0, "children": []}).outcome == "eligible"
    assert rules.judge({"income": 100_001}).missing == ("children",)


@pytest.mark.parametrize("children", [5, "5", [-1], [1_000_001], [True], [{"amount": 1, "pr": "week"}], {"amount": 1}])
def test_what_is_no_list_of_amounts_is_refused_in_both_languages(rules: RuleSet, children: t.Any) -> None:
    assert "children" in rules.judge({"income": 0, "children": children}).missing
    assert rules.objections({"children": children})["children"].startswith("a list, each of it a whole number of 1/100")
    assert rules.objections({"children": children}, "zh")["children"].startswith(
        "须为列表，每项为以 1/100 CNY 计的整数"
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("of: income + sum_above(children, allowance)", "of: children", "it gives a list of amounts"),
        ("sum(children)", "sum(income)", "in sum belongs a list of amounts, not an amount"),
        ("sum(children)", "sum(children, 3)", "sum takes 1 arguments, not 2"),
        ("sum(children)", "children + 1", "beside + belongs an amount, not a list of amounts"),
        ("default: []", "default: 0", "default: childcare: not a value of type amounts"),
    ],
)
def test_a_list_of_amounts_is_no_amount(tmp_path: Path, old: str, new: str, expected: str) -> None:
    with pytest.raises(RuleSetError) as refused:
        write(tmp_path, RULES.replace(old, new))
    assert expected in str(refused.value)
