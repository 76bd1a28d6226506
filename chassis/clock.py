"""The time of the platform: aware UTC, from the system or from a clock that tests move.

All services of one network must agree on the time, so a movable clock may stand in a file that every process reads.
"""

from __future__ import annotations

import datetime as dt
import os
import threading
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> dt.datetime:
        """The present moment as aware UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)


class MovableClock:
    """A clock that runs on from wherever a test puts it, or stands still when ``frozen``."""

    def __init__(self, start: dt.datetime | None = None, *, frozen: bool = False) -> None:
        self._lock = threading.Lock()
        self._offset = dt.timedelta(0)
        self._frozen: dt.datetime | None = None
        if start is not None:
            self._offset = start - dt.datetime.now(dt.UTC)
        if frozen:
            self._frozen = start or dt.datetime.now(dt.UTC)

    def now(self) -> dt.datetime:
        return self._frozen or dt.datetime.now(dt.UTC) + self._offset

    def move(self, **delta: float) -> None:
        """Move the clock, e.g. ``move(days=7)``."""
        step = dt.timedelta(**delta)
        with self._lock:
            self._offset += step
            if self._frozen is not None:
                self._frozen += step

    def set(self, moment: dt.datetime) -> None:
        """Put the clock to a moment."""
        with self._lock:
            self._offset = moment - dt.datetime.now(dt.UTC)
            if self._frozen is not None:
                self._frozen = moment


class FileClock:
    """The machine's clock plus the seconds that stand in a file; a test moves every process by rewriting the file."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)
        self._stamp: int | None = None
        self._offset = dt.timedelta(0)

    def now(self) -> dt.datetime:
        try:
            stamp = self._path.stat().st_mtime_ns
            if stamp != self._stamp:
                self._offset = dt.timedelta(seconds=float(self._path.read_text().strip() or 0))
                self._stamp = stamp
        except FileNotFoundError:
            self._offset = dt.timedelta(0)
        return dt.datetime.now(dt.UTC) + self._offset


def clock_for(path: str) -> Clock:
    """The clock that the settings ask for: the file's, or the machine's when no file is named."""
    return FileClock(path) if path else SystemClock()


def local_text(moment: dt.datetime, zone: ZoneInfo) -> str:
    """A moment as the people of a zone say it, to the minute; as it is where the calendar of the zone has ended."""
    try:
        return moment.astimezone(zone).isoformat(timespec="minutes")
    except OverflowError:  # in the last hours of the year 9999, or the first of the year 1
        return moment.isoformat(timespec="minutes")
