"""Where people are: straight distances on the globe, and the middle of a district."""

from __future__ import annotations

import math
import typing as t

EARTH_METRES = 6_371_009

Point = tuple[float, float]
"""Latitude and longitude in degrees."""


def metres(one: Point, other: Point) -> int:
    """The distance along the globe's surface, to a metre (haversine)."""
    (north, east), (north_, east_) = (tuple(map(math.radians, point)) for point in (one, other))
    half = math.sin((north_ - north) / 2) ** 2 + math.cos(north) * math.cos(north_) * math.sin((east_ - east) / 2) ** 2
    return round(2 * EARTH_METRES * math.asin(math.sqrt(min(half, 1.0))))


def middle(points: t.Collection[Point]) -> Point | None:
    """The mean of some points of a district; None of none. The order does not matter."""
    if not points:
        return None
    count = len(points)
    return math.fsum(point[0] for point in points) / count, math.fsum(point[1] for point in points) / count
