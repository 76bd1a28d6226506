"""When a hearing of a case can be: no rule of law, but what keeps a slip of the pen out of everybody's calendars.

Aid may be granted in the middle of a trial, so a hearing can lie before the grant; a court names no day years ahead.
"""

from __future__ import annotations

import datetime as dt

BEFORE_THE_GRANT = dt.timedelta(days=365)
FROM_TODAY = dt.timedelta(days=3 * 365)
#: The first and the last day that begin and end at moments of every time zone.
FIRST, LAST = dt.date(1, 1, 2), dt.date(9999, 12, 30)


def possible_days(granted_on: dt.date, today: dt.date) -> tuple[dt.date, dt.date]:
    """The first and the last day on which a hearing of a case can be, both included."""
    return granted_on - BEFORE_THE_GRANT, today + FROM_TODAY


def asked_days(since: dt.date, until: dt.date | None) -> tuple[dt.date, dt.date | None]:
    """Two days that somebody asks for, both included, each as near as the calendar has moments for its midnights."""
    return _within(since), None if until is None else _within(until)


def _within(day: dt.date) -> dt.date:
    return min(max(day, FIRST), LAST)
