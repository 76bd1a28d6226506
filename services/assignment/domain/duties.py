"""The days of a roster: how far back and ahead people plan, and the days of one that comes again."""

from __future__ import annotations

import datetime as dt
import typing as t

from dateutil.rrule import WEEKLY, rrule

FIRST_DAY = dt.date(2000, 1, 1)  # nothing of the network is older
LAST_MINUTE = "23:59"  # a duty until then is one until midnight: it has this minute, too
AHEAD = dt.timedelta(days=3 * 365)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def planned_days(today: dt.date) -> tuple[dt.date, dt.date]:
    """The first and the last day for which a duty is planned or an absence told, both included."""
    return FIRST_DAY, today + AHEAD


def recurring_days(
    since: dt.date, until: dt.date, weekdays: t.Iterable[str], every_weeks: int, without: t.Iterable[dt.date] = ()
) -> list[dt.date]:
    """The days between two days, both included, that are one of ``weekdays`` in every ``every_weeks``-th week.

    Weeks begin on Monday and are counted from that of ``since``; none of ``without``.
    """
    chosen = [WEEKDAYS.index(day) for day in weekdays]
    if not chosen:
        return []
    start = dt.datetime.combine(since, dt.time.min)
    end = dt.datetime.combine(until, dt.time.min)
    skipped = set(without)
    found = rrule(WEEKLY, interval=every_weeks, byweekday=chosen, dtstart=start, until=end, wkst=0)
    return [moment.date() for moment in found if moment.date() not in skipped]
