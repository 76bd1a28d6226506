"""The law of benchmarks/eligibility.py by hand: yes or no, no trail, nothing unknown, figures in the code."""

from __future__ import annotations

import typing as t

PENSIONER = ((2_600, 10), (5_100, 9), (7_600, 8), (10_100, 7), (12_600, 6), (15_100, 5), (17_600, 4), (20_100, 3),
             (22_600, 2), (31_600, 1))  # fmt: skip


def disposable_income(case: dict[str, t.Any]) -> int:
    children = case["children_under_16"] + case["children_over_15"]
    left = case["earnings"] - case["tax_and_ni"] - case["childcare"] - 33_927 * children
    left -= 21_132 * case["has_partner"] + 4_500 * case["employed_people"]
    alone = not case["has_partner"] and not children
    return max(0, left - (min(case["housing_costs"], 54_500) if alone else case["housing_costs"]))


def capital(case: dict[str, t.Any], disposable: int) -> int:
    equity = max(0, case["home_value"] - min(case["mortgage"], 10_000_000))
    total = max(0, equity - 10_000_000) + case["savings"]
    born = case["born_on"]
    if 2026 - born.year - ((born.month, born.day) > (9, 1)) >= 60:
        tens = 10 if case["benefits"] else next((share for end, share in PENSIONER if disposable < end), 0)
        total = max(0, total - tens * 1_000_000)
    return int(total)


def means_test(case: dict[str, t.Any]) -> bool:
    """Whether aid is due."""
    if case["matter"] == "domestic_abuse_protection":
        return True
    disposable = disposable_income(case)
    if not case["benefits"]:
        children = case["children_under_16"] + case["children_over_15"]
        if case["earnings"] > 265_700 + 22_200 * max(0, children - 4) or disposable > 73_300:
            return False
    return capital(case, disposable) <= (300_000 if case["matter"] == "immigration" else 800_000)
