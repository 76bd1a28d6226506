"""Deductions and disregards only lower a figure: what is not known of them is not asked for where that cannot matter."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.eligibility import RuleSet, load_rule_set

RULES = """
format: 1
jurisdiction: lower
from: 2026-07-01
title: Means test
source: Imaginary Act
verified: true
inputs:
  wages:    {type: money}
  rent:     {type: money}
  employed: {type: flag}
  costs:    {type: money}
  home:     {type: money}
  car:      {type: money}
  savings:  {type: money}
  old:      {type: flag}
  assessed: {type: flag}
sections:
  - {section: rest, kind: deductions, title: Rest, of: wages, take: [{key: rent, amount: rent}, {key: own, amount: "100"}]}
  - {section: net, kind: deductions, title: Net, of: rest, applies: employed, take: [{key: costs, amount: costs}]}
  - {section: net_test, kind: test, title: Net test, figure: net, limit: "1000"}
  - section: capital
    kind: disregards
    title: Capital
    applies: assessed
    assets: {house: home, vehicle: car, cash: savings}
    pools: {shared: "500"}
    take:
      - {key: kept, of: [cash], pool: shared, up_to: costs}
      - {key: house_kept, of: [house], up_to: home}
      - {key: vehicle_kept, of: [vehicle], pool: shared, when: old}
  - {section: capital_test, kind: test, title: Capital test, figure: capital, limit: "1000"}
  - {section: to_pay, kind: amount, title: To pay, value: rest / 10}
"""
CASE: dict[str, t.Any] = {
    "wages": 3000, "rent": 1900, "employed": True, "costs": 0, "home": 0, "car": 0, "savings": 0, "old": False,
    "assessed": True,
}  # fmt: skip


@pytest.fixture(scope="module")
def lower(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    folder: Path = tmp_path_factory.mktemp("rules") / "lower" / "2026-07-01"
    folder.mkdir(parents=True)
    (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
    return load_rule_set(folder)


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"employed": None, "costs": 5}, ()),
        ({"employed": None, "costs": None}, ()),
        ({"employed": False, "rent": None, "wages": 1100}, ()),
        ({"employed": None, "rent": None, "wages": 1100}, ()),
        ({"employed": None, "costs": 5, "rent": 1899}, ("employed",)),
        ({"employed": None, "costs": 5, "rent": None, "wages": 1101}, ("employed", "rent")),
        ({"assessed": None, "savings": 1000}, ()),
        ({"assessed": None, "savings": 1501, "costs": 500}, ("assessed",)),
    ],
)
def test_whether_a_whole_section_of_them_applies_does_no_harm_either(
    lower: RuleSet, changes: dict[str, t.Any], missing: tuple[str, ...]
) -> None:
    judged = lower.judge({**CASE, **changes})
    assert (judged.outcome, judged.missing) == ("unknown" if missing else "eligible", missing)


def test_a_draw_that_shares_nothing_with_an_open_one_counts(lower: RuleSet) -> None:
    case = {**CASE, "costs": None, "employed": False, "savings": 900, "home": 900_000}
    assert lower.judge(case).outcome == "eligible"
    shared = lower.judge(
        {**case, "car": 400, "old": True}
    )  # what the open draw takes of the pool, the car does not get
    assert (shared.outcome, shared.missing) == ("unknown", ("costs",))


def test_where_deductions_have_left_nothing_the_figure_is_known_whatever_others_take(lower: RuleSet) -> None:
    judged = lower.judge({**CASE, "wages": 90, "rent": None})
    assert (judged.outcome, judged.figures["rest"], judged.figures["to_pay"]) == ("eligible", 0, 0)
    assert judged.not_worked_out() == []
    more = lower.judge({**CASE, "wages": 110, "rent": None})
    assert [one["name"] for one in more.not_worked_out()] == ["to_pay"]


SOME = st.integers(0, 2500)
VALUES: dict[str, t.Any] = {name: st.booleans() if isinstance(value, bool) else SOME for name, value in CASE.items()}


@pytest.mark.slow
@settings(max_examples=300)
@given(whole=st.fixed_dictionaries(VALUES), hidden=st.sets(st.sampled_from(sorted(VALUES)), max_size=4))
def test_what_is_decided_or_calculated_while_something_is_open_stays_so(
    lower: RuleSet, whole: dict[str, t.Any], hidden: set[str]
) -> None:
    told, known = lower.judge({name: whole[name] for name in whole if name not in hidden}), lower.judge(whole)
    assert told.outcome in ("unknown", known.outcome)
    assert dict(told.figures).items() <= dict(known.figures).items()
    asked = lower.judge({name: whole[name] for name in whole if name not in hidden or name in told.missing})
    assert asked.outcome == known.outcome
