"""Expressions are checked as a whole when rules are loaded, also in branches that no trial would reach."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.intake.eligibility import RuleSet, RuleSetError, load_rule_set

RULES = """
format: 1
jurisdiction: place
from: 2026-01-01
title: A means test
source: A law
verified: true
inputs:
  area: {{type: term, terms: [north, south]}}
  village: {{type: text}}
  group: {{type: term, terms: [north, worker]}}
  facts: {{type: terms, terms: [abused, abandoned]}}
  partner: {{type: flag}}
  people: {{type: count}}
  income: {{type: money}}
  born_on: {{type: date}}
  applied_on: {{type: date}}
standards:
  cap: {{money: 100}}
  part: {{percent: 12.5}}
tables:
  line: {{file: line.csv, by: [area], per: people, unit: money}}
  scale: {{file: scale.csv, by: [tier, village], closed: [tier], band: income, unit: percent}}
  rate: {{file: rate.csv, by: [partner], unit: percent}}
sections:
  - section: free
    kind: exempt
    title: Free
    when: {when}
    gives: waived
    skips: [means]
  - section: means
    kind: test
    title: Means
    figure: income
    limit: {limit}
"""
TABLES = {
    "line.csv": "area,people,value\nnorth,1,5\nsouth,1,4\n",
    "scale.csv": "tier,village,from,below,value\nlow,*,0,,10\nhigh,*,0,,20\n",
    "rate.csv": "partner,value\ntrue,12.5\nfalse,10\n",
}


def loaded(folder: Path, when: str = "partner", limit: str = "cap") -> RuleSet:
    target = folder / "place" / "2026-01-01"
    target.mkdir(parents=True)
    for name, text in TABLES.items():
        (target / name).write_text(text)
    quoted = [f'"{text}"' for text in (when, limit)]
    (target / "rules.yaml").write_text(RULES.format(when=quoted[0], limit=quoted[1]))
    return load_rule_set(target)


@pytest.mark.parametrize(
    ("when", "complaint"),
    [
        ("people", r"should give a condition \(true or false\), it gives an amount \(people\)"),
        ("partner ? people > 1 : people", r"it gives a condition or an amount \(people\)"),
        ("partner || people", r"beside \|\| belongs a condition, not an amount \(people\)"),
        ("!people", "after ! belongs a condition"),
        ("people ? partner : true", r"before \? belongs a condition"),
        ("partner == 1", r"a condition \(partner\) is never an amount"),
        ("facts == 'abused'", r"a list \(facts\) is never the text 'abused'"),
        ("facts == ['abused']", "two lists are not compared"),
        ("'abused' in area", r"after 'in' comes a list, not a text \(area\)"),
        ("'worker' in facts", "'worker' is not a term of facts"),
        ("area in ['north', 'worker']", "'worker' is not a term of area"),
        ("people in [1, 'north']", "a list has texts in quotes or whole numbers, not both"),
        ("area == (partner ? 'north' : 'worker')", "'worker' is not a term of area"),
        ("area == 'worker'", "'worker' is not a term of area"),
        ("area < 'south'", "neither more nor less"),
        ("village == 'north'", "'north' is not a term of village, which is free text: give it 'terms'"),
        ("born_on < '2026-02-30'", "'2026-02-30' is not a day such as"),
        ("born_on < 'north'", "'north' is not a day such as"),
        ("born_on < 2026", r"a day \(born_on\) is never an amount"),
        ("people == null", "null is no value"),
        ("facts.size() > 1", "'.' has no meaning here: the README lists"),
        ("area.startsWith('n')", "there is no function or table 'startsWith'"),
    ],
)
def test_a_condition_that_mixes_things_up_is_refused_with_its_row(tmp_path: Path, when: str, complaint: str) -> None:
    with pytest.raises(RuleSetError, match=rf"rules\.yaml:29: when: .*{complaint}"):
        loaded(tmp_path, when=when)


@pytest.mark.parametrize(
    ("limit", "complaint"),
    [
        ("people > 7 ? partner : cap", r"it gives a condition \(partner\) or an amount \(cap\)"),
        ("part", r"it gives a percentage with decimals \(part\)"),
        ("rate(partner)", "it gives a percentage with decimals"),
        (
            "cap + 0.5",
            r"beside \+ belongs an amount, not a percentage with decimals: write percent_of\(amount, 150\) or",
        ),
        ("free ? cap : 0", "'free' makes no figure: put what it asks into a 'condition' above"),
        ("-partner", "after - belongs an amount"),
        ("line(people, area)", r"as area of line belongs a text, not an amount \(people\)"),
        ("line(area, area)", r"as people of line belongs an amount, not a text \(area\)"),
        ("line('worker', people)", "'worker' is not a term of area"),
        ("line(group, people)", "'worker' is not a term of area"),
        ("line(area)", r"line takes 2 arguments \(area, people\), not 1"),
        ("percent_of(cap, rate(people))", "as partner of rate belongs a condition"),
        ("scale(area, village, income)", "scale: tier is closed"),
        ("scale('low', facts, income)", "as village of scale belongs a text, not a list"),
        ("percent_of(part, cap)", "in percent_of belongs an amount, not a percentage"),
        ("convert(cap, 'month')", "convert takes 3 arguments, not 2"),
        ("convert(cap, 'weak', 'month')", "'weak' is not a period; known: day, "),
        ("years_between(born_on, people)", "in years_between belongs a day, not an amount"),
        ("years_between(born_on, '2026-13-01')", "'2026-13-01' is not a day such as"),
        ("born_on < '20080101' ? cap : 0", "'20080101' is not a day such as '2026-01-31'"),
        ("born_on < '2008-W01-1' ? cap : 0", "'2008-W01-1' is not a day such as '2026-01-31'"),
        ("min()", "min takes 1 arguments, not 0"),
        ("size(area)", "in size belongs a list"),
        ("round_down(cap, 0)", "has no answer for any value"),
        ("int(cap)", "there is no function or table 'int'"),
        ("percent_of(cap, 1e3)", "'e3' has no meaning here"),
        ("line(r'north', people)", "'r' has no meaning here"),
    ],
)
def test_an_amount_that_mixes_things_up_is_refused_with_its_row(tmp_path: Path, limit: str, complaint: str) -> None:
    with pytest.raises(RuleSetError, match=rf"rules\.yaml:36: limit: .*{complaint}"):
        loaded(tmp_path, limit=limit)


@pytest.mark.parametrize(
    ("when", "limit"),
    [
        ("area in ['north', 'south'] && !(people in [1, 2])", "line(area, people)"),
        ("'abused' in facts || size(facts) > 1", "line(partner ? 'north' : 'south', max(1, people))"),
        ("born_on < '2008-01-01' || applied_on >= born_on", "percent_of(cap, partner ? 12.5 : rate(true))"),
        ("(partner ? people : 2) == 1 || area == group", "scale('low', village, income) * -1 + income % 3"),
        ("partner == true", "years_between(partner ? born_on : '1999-12-31', applied_on)"),
    ],
)
def test_whatever_the_readme_lists_is_accepted(tmp_path: Path, when: str, limit: str) -> None:
    assert loaded(tmp_path, when, limit).judge({}).outcome == "unknown"
