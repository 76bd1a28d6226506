"""Amounts, shares and periods as exact whole numbers: money never meets a binary fraction."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction

LARGEST = 2**53  # above every amount and count: sums of such figures never overflow
LONGEST = 40  # signs of a number as it is written
ROUNDINGS = ("half_up", "down", "up")
PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
SPACED = re.compile(r"[+-]?\d{1,3}([ \u00a0\u202f\u2009]\d{3})+")  # 128 000, as in Sweden, France, South Africa
THOUSANDS = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d{1,2}(,\d{2})+,\d{3})(\.\d*)?")  # 1,200,000 and, in India, 12,00,000
DAY = re.compile(r"\d{4}-\d\d-\d\d")
# How many of each period make a year.
PERIODS: Mapping[str, Fraction] = {
    "day": Fraction(365),
    "week": Fraction(52),
    "two_weeks": Fraction(26),
    "four_weeks": Fraction(13),
    "month": Fraction(12),
    "quarter": Fraction(4),
    "half_year": Fraction(2),
    "year": Fraction(1),
}


def rounded(value: Fraction, how: str = "half_up") -> int:
    """A whole number of minor units; ``how`` is one of ROUNDINGS (half_up: halves away from zero)."""
    floor = value.numerator // value.denominator
    if how == "down":
        return floor
    if how == "up":
        return -((-value.numerator) // value.denominator)
    sign = -1 if value < 0 else 1
    doubled = abs(value) * 2 + 1
    return sign * (doubled.numerator // (doubled.denominator * 2))


def number(text: t.Any) -> Fraction:
    """An exact number from a cell or a YAML value (``12``, ``12.5``, ``1,200.00``, ``1 200``); raises ValueError.

    A comma stands between thousands and nowhere else, so that ``437,50`` is never read as 43,750.
    """
    if isinstance(text, bool) or text is None:
        raise ValueError(f"{text!r} is not a number")
    plain = str(text).strip() if not isinstance(text, float) else f"{Decimal(str(text)):f}"
    if len(plain) > LONGEST:
        raise ValueError(f"a number has at most {LONGEST} signs")
    plain = _closed_up(plain)
    if "," in plain and not THOUSANDS.fullmatch(plain):
        raise ValueError(f"{text!r} is not a number (decimals follow a point, a comma stands between thousands)")
    plain = plain.replace(",", "")
    if not PLAIN.fullmatch(plain):
        hint = " (the cell holds a day)" if DAY.fullmatch(plain) else ""
        raise ValueError(f"{str(text)!r} is not a number{hint}")
    return Fraction(Decimal(plain))


def _closed_up(plain: str) -> str:
    """Without the blanks between thousands; a blank anywhere else stays, and makes it no number."""
    head, point, decimals = plain.partition(".")
    return "".join(head.split()) + point + decimals if SPACED.fullmatch(head) else plain


def ratio(text: t.Any) -> Fraction:
    """A number that may be a fraction (``1/3``, ``365/7``); raises ValueError."""
    top, slash, bottom = str(text).partition("/")
    if not slash:
        return number(text)
    below = number(bottom)
    if below == 0:
        raise ValueError(f"{text!r} divides by zero")
    return number(top) / below


def money(text: t.Any, digits: int = 2) -> int:
    """Minor units (fen, pence) of an amount written as on paper (``733`` or ``733.00``); raises ValueError."""
    value = number(text) * 10**digits
    if value.denominator != 1:
        raise ValueError(f"{text!r} has more than {digits} decimals")
    return value.numerator


def whole(text: t.Any) -> int:
    """A whole number; raises ValueError."""
    value = number(text)
    if value.denominator != 1:
        raise ValueError(f"{text!r} is not a whole number")
    return value.numerator


def percentage(text: t.Any) -> Fraction:
    """An exact percentage, written ``12.5`` or ``12.5%``; raises ValueError."""
    return number(text.strip().removesuffix("%") if isinstance(text, str) else text)


def percent(text: t.Any) -> int | float:
    """A percentage for ``percent_of``, which reads its decimals back exactly; raises ValueError."""
    value = percentage(text)
    return value.numerator if value.denominator == 1 else float(value)


PAYMENT = frozenset({"amount", "per"})


def figure(read: Callable[[t.Any], int | float], text: t.Any) -> int | float:
    """A figure of the law, which is neither below zero nor beyond all sense; raises ValueError."""
    found = read(text)
    if not 0 <= found < LARGEST:
        raise ValueError(f"{str(text)!r} is {'below zero' if found < 0 else 'too large'}")
    return found


Ratios = Mapping[str, tuple[int, int]]  # period -> numerator and denominator into the wanted period


def ratios(per: str | None, periods: Mapping[str, Fraction]) -> Ratios:
    """How payments of each period become one of ``per``."""
    if per is None:
        return {}
    found = {name: number / periods[per] for name, number in periods.items()}
    return {name: (share.numerator, share.denominator) for name, share in found.items()}


def converted(payments: t.Any, per: str | None, into: Ratios, rounding: str) -> int:
    """Payments as one amount per ``per``, rounded once at the end.

    ``payments``: minor units (already in the wanted period), ``{"amount": units, "per": period}``, or a list of
    either, which is added up. Raises ValueError on anything else, also on a misspelled ``per``.
    """
    top, bottom = 0, 1
    for item in payments if isinstance(payments, (list, tuple)) else (payments,):
        amount, (numerator, denominator) = (item, (1, 1)) if type(item) is int else _payment(item, per, into)
        if amount < 0:
            raise ValueError("a payment is 0 or more")
        top, bottom = top * denominator + amount * numerator * bottom, bottom * denominator
    return top if bottom == 1 else rounded(Fraction(top, bottom), rounding)


def _payment(item: t.Any, per: str | None, into: Ratios) -> tuple[int, tuple[int, int]]:
    """Amount and ratio of ``{"amount": units, "per": period}``; a misspelled ``per`` is not the usual one."""
    if (
        per is None
        or not isinstance(item, Mapping)
        or not item.keys() <= PAYMENT
        or type(item.get("amount")) is not int
    ):
        raise ValueError("a payment is a whole number of minor units, or has amount and per")
    period = item.get("per", per)
    if not isinstance(period, str) or period not in into:
        raise ValueError(f"'per' is one of {', '.join(into)}")
    return item["amount"], into[period]
