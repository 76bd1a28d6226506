"""What the benchmark of eligibility compares is the same law, and a fraction of its target holds on any machine."""

from __future__ import annotations

from benchmarks import eligibility
from services.intake.eligibility import load_rule_set


def test_the_engine_and_the_law_by_hand_judge_the_same_people_the_same() -> None:
    eligibility.agree(load_rule_set(eligibility.RULES), eligibility.cases(300))


def test_judging_and_loading_are_not_ten_times_slower_than_they_should_be() -> None:
    """CPU seconds, so that a busy machine does not matter; the target itself is held by ``make bench``."""
    rules = load_rule_set(eligibility.RULES)
    assert len(rules.sections) >= 12
    judged = eligibility.rate(lambda person: rules.judge(person, eligibility.DAY), eligibility.cases(300), rounds=2)
    assert judged > 1_000, "judgements a second; the target is 10,000"
    assert eligibility.load_seconds(rounds=1) < 1, "seconds for 1,000 rows"
