"""Human numbers of applications."""

from __future__ import annotations


def application_number(year: int, count: int) -> str:
    """``A2026-00001``: the count restarts each year and grows past five digits when it must."""
    return f"A{year}-{count:05d}"
