"""What the kind of an organization says of it until it says otherwise: half-days of its own, and whom it serves."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts import terms
from services.intake.domain import tables

COLUMNS = ("kind", "half_day", "part", "half_day_zh", "half_day_en", "groups", "source", "since", "verified")


@dataclass(frozen=True)
class Kind:
    """``half_days``: as the contract writes them. ``groups``: empty for a door for everybody."""

    kind: str
    half_days: tuple[dict[str, Any], ...]
    groups: tuple[str, ...]


@functools.lru_cache(maxsize=4)
def kinds(path: Path = tables.DATA / "organization_kinds.csv") -> dict[str, Kind]:
    """Every kind of organization; several rows of a kind add half-days. Raises TableError with file and row."""
    found: dict[str, Kind] = {}
    for row in tables.read(path, COLUMNS, _kind):
        known = found.get(row.kind)
        found[row.kind] = Kind(row.kind, known.half_days + row.half_days, known.groups) if known else row
    if set(found) != set(terms.ORGANIZATION_KINDS):
        raise tables.TableError(f"{path.name}: it must name {', '.join(terms.ORGANIZATION_KINDS)}")
    return found


def _kind(row: tables.Row) -> Kind:
    if row["kind"] not in terms.ORGANIZATION_KINDS:
        raise ValueError(f"{row['kind']!r} is no kind of organization")
    groups = tuple(row["groups"].split(";")) if row["groups"] else ()
    unknown = [group for group in groups if group not in terms.RECIPIENT_GROUPS]
    if unknown:
        raise ValueError(f"{', '.join(unknown)} is no recipient group")
    if not row["half_day"]:
        return Kind(row["kind"], (), groups)
    if row["part"] not in terms.PARTS_OF_DAY or not row["source"]:
        raise ValueError("a half-day needs its part of the day and its source")
    month, day = (int(part) for part in row["half_day"].split("-"))
    own = {"month": month, "day": day, "part": row["part"], "name": row["half_day_zh"], "name_en": row["half_day_en"]}
    return Kind(row["kind"], (own,), groups)
