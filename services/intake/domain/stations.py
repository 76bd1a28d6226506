"""The life of a station and the standard that it must meet: who may come when, as data. Every other move is refused.

The items of the standard stand in ``data/station_standard.csv``; which of them a station needs to open, too.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from contracts import terms
from services.intake.domain import tables

MOVES: dict[tuple[str, str], str] = {
    ("planned", "open"): "ready",  # only with every item of the standard that is needed to open
    ("ready", "suspend"): "suspended",
    ("suspended", "resume"): "ready",
    ("planned", "close"): "closed",  # it never opened
    ("ready", "close"): "closed",
    ("suspended", "close"): "closed",
}
COLUMNS = ("item", "zh", "en", "needed_to_open", "source", "since", "verified")


class WrongMove(Exception):
    """``act`` is not possible in ``state``; ``allowed`` lists what is."""

    def __init__(self, state: str, act: str) -> None:
        super().__init__(f"{act} in state {state}")
        self.state, self.act, self.allowed = state, act, allowed(state)


@dataclass(frozen=True)
class Item:
    """One item of the station standard."""

    item: str
    zh: str
    en: str
    needed_to_open: bool
    source: str
    since: dt.date
    verified: bool


def move(state: str, act: str) -> str:
    """The state that ``act`` leads to; raises WrongMove for every move that is not in MOVES."""
    try:
        return MOVES[state, act]
    except KeyError:
        raise WrongMove(state, act) from None


def allowed(state: str) -> list[str]:
    """The acts that are possible in a state."""
    return [act for known, act in MOVES if known == state]


def possible_now(state: str, met: Mapping[str, bool]) -> list[str]:
    """Those of ``allowed`` that would not be refused for what the station lacks of the standard."""
    return [act for act in allowed(state) if act != "open" or not missing_to_open(met)]


def works_on(state: str, since: dt.date, day: dt.date) -> bool:
    """Whether work of ``day`` counts for a station that is in ``state`` since a day.

    What was done before a station was suspended or closed may still be entered; a planned one has done nothing yet.
    """
    return state == "ready" or (state in ("suspended", "closed") and day < since)


@functools.lru_cache(maxsize=4)
def standard(path: Path = tables.DATA / "station_standard.csv") -> tuple[Item, ...]:
    """The station standard; raises TableError with file and row."""
    items = tables.read(path, COLUMNS, _item)
    if sorted(one.item for one in items) != sorted(terms.STATION_STANDARD):
        raise tables.TableError(f"{path.name}: it must name each of {', '.join(terms.STATION_STANDARD)} once")
    return tuple(items)


def _item(row: tables.Row) -> Item:
    if row["item"] not in terms.STATION_STANDARD:
        raise ValueError(f"{row['item']!r} is no item of the standard")
    if not row["source"]:
        raise ValueError("no source")
    return Item(
        row["item"],
        row["zh"],
        row["en"],
        tables.yes_or_no(row["needed_to_open"]),
        row["source"],
        dt.date.fromisoformat(row["since"]),
        tables.yes_or_no(row["verified"]),
    )


def missing(met: Mapping[str, bool]) -> list[str]:
    """What of the standard a station lacks, in the order of the standard."""
    return [one.item for one in standard() if not met.get(one.item)]


def missing_to_open(met: Mapping[str, bool], items: Collection[Item] | None = None) -> list[str]:
    """What a planned station still needs before it may open."""
    return [one.item for one in items or standard() if one.needed_to_open and not met.get(one.item)]
