"""Which stations are image projects: there in name, but for long without training, nameplate or real work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from services.supervision.domain import periods

#: What makes an image project -> the item of the station standard that it lacks.
OF_THE_STANDARD = {"training": "head_trained", "nameplate": "nameplate"}


def lacking(before: Mapping[str, str] | None, missing: Iterable[str], at: dt.datetime) -> dict[str, str]:
    """Item -> since when it is known to be missing (ISO 8601); what was missing before keeps its day."""
    known = before or {}
    return {item: known.get(item, at.isoformat()) for item in missing}


def because(
    lacks: Mapping[str, dt.date], last_work: dt.date | None, opened: dt.date, today: dt.date, months: int
) -> list[str]:
    """Why a station is an image project; nothing if it is none.

    ``lacks``: item -> since which day; a station without any work yet counts from ``opened``; ``months``: how long.
    """

    def is_long_ago(day: dt.date) -> bool:
        return periods.months_between(day, today) >= months

    found = [why for why, item in OF_THE_STANDARD.items() if item in lacks and is_long_ago(lacks[item])]
    return found + (["work"] if is_long_ago(last_work or opened) else [])
