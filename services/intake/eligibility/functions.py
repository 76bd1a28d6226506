"""The functions that expressions may use beside the operators of CEL.

They answer None where they cannot, which no operator and no comparison accepts: the outcome is unknown then.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from collections.abc import Callable, Mapping
from fractions import Fraction

from services.intake.eligibility import values

Function = Callable[..., t.Any]
NAMES = (
    "min", "max", "percent_of", "share", "convert", "round_down", "round_up", "round_half_up",
    "years_between", "months_between", "days_between", "sum", "sum_above", "sum_below", "sum_capped",
)  # fmt: skip


def own_functions(rounding: str, periods: Mapping[str, Fraction]) -> dict[str, Function]:
    """By name; ``rounding`` and ``periods`` are those of the rule set."""

    def share(amount: t.Any, numerator: t.Any, denominator: t.Any) -> int | None:
        if not all(is_whole(x) for x in (amount, numerator, denominator)) or denominator <= 0:
            return None
        return values.rounded(Fraction(amount * numerator, denominator), rounding)

    def percent_of(amount: t.Any, percent: t.Any) -> int | None:
        if not is_whole(amount) or isinstance(percent, bool) or not isinstance(percent, (int, float)):
            return None
        return values.rounded(Fraction(amount) * Fraction(str(percent)) / 100, rounding)

    def convert(amount: t.Any, from_period: t.Any, to_period: t.Any) -> int | None:
        if not is_whole(amount) or from_period not in periods or to_period not in periods:
            return None
        return values.rounded(Fraction(amount) * periods[from_period] / periods[to_period], rounding)

    return {
        "min": _extreme(min),
        "max": _extreme(max),
        "percent_of": percent_of,
        "share": share,
        "convert": convert,
        **{f"round_{how}": _to_step(how) for how in values.ROUNDINGS},
        "sum": _summed(lambda amount, _: amount),
        "sum_above": _summed(lambda amount, limit: max(0, amount - limit)),
        "sum_below": _summed(lambda amount, limit: max(0, limit - amount)),
        "sum_capped": _summed(lambda amount, cap: max(0, min(amount, cap))),
        "years_between": _between(lambda one, other: months(one, other) // 12),
        "months_between": _between(months),
        "days_between": _between(lambda one, other: (other - one).days),
    }


def is_whole(value: t.Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _extreme(choose: Callable[..., int]) -> Function:
    return lambda *args: choose(args) if args and all(is_whole(x) for x in args) else None


def _summed(part: Callable[[int, int], int]) -> Function:
    """What each amount of a list adds, beside a limit where there is one."""

    def summed(amounts: t.Any, limit: t.Any = 0) -> int | None:
        if not isinstance(amounts, (list, tuple)) or not all(is_whole(x) for x in (*amounts, limit)):
            return None
        return sum(part(amount, limit) for amount in amounts)

    return summed


def _to_step(how: str) -> Function:
    """``round_down(1234, 100)`` is 1200."""

    def to_step(amount: t.Any, step: t.Any) -> int | None:
        if not is_whole(amount) or not is_whole(step) or step <= 0:
            return None
        return values.rounded(Fraction(amount, step), how) * int(step)

    return to_step


def _between(count: Callable[[dt.date, dt.date], int]) -> Function:
    """Whole units from one day to another, 0 where the other is not later."""

    def between(one: t.Any, other: t.Any) -> int | None:
        try:
            first, last = dt.date.fromisoformat(one), dt.date.fromisoformat(other)
        except (TypeError, ValueError):
            return None
        return max(0, count(first, last))

    return between


def months(one: dt.date, other: dt.date) -> int:
    """Completed months; born on 29 February, a year is completed on 1 March."""
    return (other.year - one.year) * 12 + other.month - one.month - (other.day < one.day)
