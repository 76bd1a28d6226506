"""Case numbers that people can say on the telephone: ``C2026-00001``, counted anew each year."""

from __future__ import annotations


def case_number(year: int, count: int) -> str:
    """The number of the ``count``-th case of a year; more than 99,999 cases simply get more digits."""
    if not 1000 <= year <= 9999 or count < 1:
        raise ValueError("a case number needs a four-digit year and a count from 1")
    return f"C{year}-{count:05d}"


def counter_name(year: int) -> str:
    """The row that counts a year's cases."""
    return f"case-{year}"
