"""eligibility: full judgements a second on one core, with the whole trail; rules_load: reading 1,000 rows of rules.

The rules are a civil means test of 13 sections: deductions with caps, a banded disregard, pools, contributions. Peers,
in the same run on the same cases: the expression library alone, each expression once and nothing kept of why; and the same law written out in Python by hand. CPU seconds of this process.
"""

from __future__ import annotations

import datetime as dt
import random
import tempfile
import time
import typing as t
from functools import partial
from pathlib import Path

from benchmarks.environment import ROOT, Environment
from benchmarks.peers.means_test import means_test
from benchmarks.results import Row
from services.intake.eligibility import RuleSet, load_rule_set
from services.intake.eligibility.load_sections import expressions_in

RULES = ROOT / "tests" / "unit" / "intake" / "rule_sets" / "england_and_wales" / "2026-04-01"
DAY = dt.date(2026, 9, 1)
ROWS = 1_000
Case = dict[str, t.Any]


def cases(count: int) -> list[Case]:
    """People as they come to a desk: one in five on a benefit, half with a partner, a third with a home."""
    chance = random.Random(20260901)
    whole = chance.randint
    return [
        {
            "matter": chance.choice(("general", "general", "immigration", "domestic_abuse_protection")),
            "benefits": ("universal_credit",) if chance.random() < 0.2 else (),
            "born_on": dt.date(whole(1936, 2007), whole(1, 12), 3),
            "has_partner": chance.random() < 0.5,
            "children_under_16": whole(0, 3),
            "children_over_15": whole(0, 1),
            "earnings": whole(0, 280_000),
            "employed_people": whole(0, 2),
            "tax_and_ni": whole(0, 50_000),
            "childcare": whole(0, 20_000),
            "housing_costs": whole(0, 90_000),
            "home_value": whole(8_000_000, 40_000_000) if chance.random() < 0.33 else 0,
            "mortgage": whole(0, 9_000_000),
            "savings": whole(0, 1_200_000),
        }
        for _ in range(count)
    ]


def rate(judge: t.Callable[[Case], t.Any], people: list[Case], rounds: int) -> float:
    """The best round, in cases per CPU second."""
    best = 0.0
    for _ in range(rounds):
        began = time.process_time()
        for person in people:
            judge(person)
        best = max(best, len(people) / (time.process_time() - began))
    return best


def by_library_alone(rules: RuleSet) -> t.Callable[[Case], list[t.Any]]:
    """Every expression of the rule set once, handed no more than the names that it uses: the careful way."""
    expressions = [one for section in rules.sections for one in expressions_in(vars(section).values())]
    helpers = [one.functions | {table.name: partial(table.lookup, []) for table in one.tables} for one in expressions]

    def judge(person: Case) -> list[t.Any]:
        return [
            one.program.execute({name: person[name] for name in one.names} | helper)
            for one, helper in zip(expressions, helpers, strict=True)
        ]

    return judge


def completed(rules: RuleSet, people: list[Case]) -> list[Case]:
    """The cases with every figure that the engine would calculate, which the library alone cannot name."""
    return [dict(rules.judge(person, DAY).known) for person in people]


def load_seconds(rounds: int) -> float:
    """The best of some loads of the rule set with a table of 1,000 rows."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "england_and_wales" / "2026-04-01"
        folder.mkdir(parents=True)
        for file in RULES.iterdir():
            (folder / file.name).write_bytes(file.read_bytes())
        text = (folder / "rules.yaml").read_text().replace(
            "tables:\n", "tables:\n  by_area: {file: by_area.csv, by: [borough], per: household, unit: money}\n", 1
        )  # fmt: skip
        (folder / "rules.yaml").write_text(text)
        boroughs = ["*", *(f"borough {number}" for number in range(ROWS // 10 - 1))]
        lines = [
            f"{name},{size},{500 + size}.50" for name in boroughs for size in (*range(1, 10), "more") if size != "more"
        ]
        lines += [f"{name},more,100" for name in boroughs]
        lines.sort(key=lambda line: (line.split(",")[0], line.split(",")[1] == "more"))
        (folder / "by_area.csv").write_text("borough,household,value\n" + "\n".join(lines) + "\n")
        best = float("inf")
        for _ in range(rounds):
            began = time.process_time()
            load_rule_set(folder)
            best = min(best, time.process_time() - began)
        return best


def run(environment: Environment, quick: bool, say: t.Callable[[str], None]) -> list[Row]:
    count, rounds = (3_000, 2) if quick else (20_000, 5)
    rules, people = load_rule_set(RULES), cases(count)
    ours = rate(lambda person: rules.judge(person, DAY), people, rounds)
    say(f"{len(rules.sections)} sections with their trail: {ours:,.0f} judgements/s")
    alone = rate(by_library_alone(rules), completed(rules, people), rounds)
    say(f"the expression library alone: {alone:,.0f}/s")
    by_hand = rate(means_test, people, rounds)
    say(f"by hand in Python, yes or no: {by_hand:,.0f}/s")
    agree(rules, people[:2_000])
    seconds = load_seconds(rounds)
    say(f"{ROWS} rows of rules read and checked in {seconds:.3f} s")
    details = {"sections": len(rules.sections), "by_hand_without_trail": round(by_hand)}
    return [
        Row("eligibility", round(ours), "judgements/s", target=">= 10000", details=details),
        Row("eligibility_beside_library", round(ours), "judgements/s", "cel alone, no trail", round(alone), ">= 1"),
        Row("rules_load", round(seconds, 3), "s for 1,000 rows", target="<= 1"),
    ]


def agree(rules: RuleSet, people: list[Case]) -> None:
    """The peer by hand must say the same, or the comparison says nothing."""
    for person in people:
        if (rules.judge(person, DAY).outcome == "eligible") != means_test(person):
            raise RuntimeError(f"the engine and the law by hand differ: {person}")
