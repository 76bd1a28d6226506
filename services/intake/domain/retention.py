"""When one person's data may be erased: no matter is open, and the time for which files are kept is over."""

from __future__ import annotations

import datetime as dt
import typing as t
from collections.abc import Iterable

from services.intake.domain.application import UNDECIDED


class Matter(t.NamedTuple):
    """What erasure asks of one application."""

    number: str
    state: str
    case_closed_at: dt.datetime | None
    last_act_at: dt.datetime


def open_matters(matters: Iterable[Matter]) -> list[str]:
    """Numbers of the matters that are undecided, or granted with a case that is not closed."""
    return [one.number for one in matters if is_open(one)]


def is_open(matter: Matter) -> bool:
    return matter.state in UNDECIDED or (matter.state == "granted" and matter.case_closed_at is None)


def kept_until(matters: Iterable[Matter], days: int) -> dt.datetime | None:
    """Until when files are kept: ``days`` after the last thing that happened; None without any matter."""
    moments = [max(one.last_act_at, one.case_closed_at or one.last_act_at) for one in matters]
    return max(moments) + dt.timedelta(days=days) if moments else None
