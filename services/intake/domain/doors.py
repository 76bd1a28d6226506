"""Which door is near and open: distance, the travel circle, opening hours, an organization's own half-days.

Speeds and minutes stand in ``data/travel.csv``, what counts as town in ``data/areas.csv``: the first row that fits.
"""

from __future__ import annotations

import datetime as dt
import fnmatch
import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts import terms
from services.intake.domain import tables

EARTH_KM = 6371.0088
NOON = "12:00"
PARTS = {"morning": ("00:00", NOON), "afternoon": (NOON, "24:00"), "day": ("00:00", "24:00")}


@dataclass(frozen=True)
class Travel:
    """How people get around in an area: ``minutes`` is the circle, ``detour`` the way against the crow's flight."""

    area: str
    minutes: int
    kmh: float
    detour: float

    @property
    def reach_km(self) -> float:
        """How far the circle reaches as the crow flies."""
        return self.minutes / 60 * self.kmh / self.detour

    def minutes_for(self, km: float) -> int:
        """Estimated minutes for a distance as the crow flies, rounded up."""
        return math.ceil(km * self.detour / self.kmh * 60)


@functools.lru_cache(maxsize=4)
def travel(path: Path = tables.DATA / "travel.csv") -> dict[str, Travel]:
    """How people get around, by area; raises TableError with file and row."""
    columns = ("area", "minutes", "kmh", "detour", "source", "since", "verified")
    found = {one.area: one for one in tables.read(path, columns, _travel)}
    if set(found) != set(terms.AREAS):
        raise tables.TableError(f"{path.name}: it must name {', '.join(terms.AREAS)}")
    return found


def _travel(row: tables.Row) -> Travel:
    one = Travel(row["area"], int(row["minutes"]), float(row["kmh"]), float(row["detour"]))
    if one.area not in terms.AREAS or one.minutes < 1 or one.kmh <= 0 or one.detour < 1:
        raise ValueError("an area, its minutes and speed above 0, and a detour of at least 1 are needed")
    return one


@functools.lru_cache(maxsize=4)
def areas(path: Path = tables.DATA / "areas.csv") -> tuple[tuple[str, str], ...]:
    """Pattern of a district's name -> area, in the order in which they are tried; raises TableError."""
    rows = tables.read(path, ("district", "area", "source", "since", "verified"), _area)
    if rows[-1][0] != "*":
        raise tables.TableError(f"{path.name}: the last row must be * (every other district)")
    return tuple(rows)


def _area(row: tables.Row) -> tuple[str, str]:
    if row["area"] not in terms.AREAS or not row["district"]:
        raise ValueError(f"{row['area']!r} is no area")
    return row["district"], row["area"]


def area_of(district: str, level: str) -> str:
    """Town or country; a township's station is in the country wherever its district is counted."""
    if level == "township":
        return "country"
    return next(area for pattern, area in areas() if fnmatch.fnmatchcase(district, pattern))


def distance_km(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """The great circle between two places (haversine)."""
    a, b = math.radians(latitude), math.radians(to_latitude)
    half = math.sin((b - a) / 2) ** 2
    half += math.cos(a) * math.cos(b) * math.sin(math.radians(to_longitude - longitude) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def box(latitude: float, longitude: float, km: float) -> tuple[float, float, float, float]:
    """South, north, west, east of a box that holds everything within ``km``; at the poles and the date line, all."""
    up = math.degrees(km / EARTH_KM)
    south, north = latitude - up, latitude + up
    if south <= -89 or north >= 89:
        return max(south, -90.0), min(north, 90.0), -180.0, 180.0
    aside = up / math.cos(math.radians(max(abs(south), abs(north))))
    west, east = longitude - aside, longitude + aside
    return (south, north, -180.0, 180.0) if west < -180 or east > 180 else (south, north, west, east)


def is_open(
    hours: Sequence[Mapping[str, Any]] | None, half_days: Sequence[Mapping[str, Any]], moment: dt.datetime
) -> bool | None:
    """Whether a door is open at a moment of the clock on its wall; None where its hours are not known."""
    if not hours:
        return None
    clock = moment.strftime("%H:%M")
    for own in half_days:
        if (own["month"], own["day"]) == (moment.month, moment.day):
            begins, ends = PARTS[own["part"]]
            if begins <= clock < ends:
                return False
    today = [one for one in hours if one["weekday"] == moment.isoweekday()]
    return any(one["opens"] <= clock < one["closes"] for one in today)
