"""Two limits of civil cases that lawyers must not miss: the limitation of the claim, and the appeal.

Sources: Civil Code 188 (three years from the day on which the creditor knew of the infringement and of who is liable;
it is watched to its plain last day, the safe one), Civil Procedure Law 171 (15 days from the day on which the judgment
was served). Days are calendar days; whoever watches the appeal rolls it over rest days.
"""

from __future__ import annotations

import datetime as dt

LIMITATION_YEARS = 3
APPEAL_DAYS = 15
ARTICLES = {"civil_limitation": "CC 188", "civil_appeal": "CPL 171"}


def last_day(kind: str, since: dt.date) -> dt.date:
    """The last calendar day of a limit that runs from ``since``; the 29 February becomes the 28th."""
    if kind == "civil_appeal":
        return since + dt.timedelta(days=APPEAL_DAYS)
    try:
        return since.replace(year=since.year + LIMITATION_YEARS)
    except ValueError:
        return dt.date(since.year + LIMITATION_YEARS, 2, 28)
