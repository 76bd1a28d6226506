"""What the records of oversight have in common: only the center keeps them, and their words stay here."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from chassis.errors import Rejected
from chassis.work import Work
from services.supervision.domain import periods
from services.supervision.models import Remark


def center_only(work: Work) -> None:
    """Raise Rejected unless the center's own staff asks."""
    if work.principal is None or not work.principal.is_center:
        raise Rejected("forbidden", role=work.principal.role if work.principal else "none")


def remark(work: Work, source: UUID, words: str, subject: UUID | None = None) -> UUID:
    """Keep the words for a task about ``subject`` (a new id if absent); they travel in no event."""
    row = Remark(id=subject or work.new_id(), source=source, item=None, words=words)
    work.session.add(row)
    return row.id


def refuse_outside(field: str, day: dt.date, earliest: dt.date, latest: dt.date = periods.LAST_DAY) -> None:
    """Raise Rejected unless a day lies between two others."""
    if not earliest <= day <= latest:
        limits = {"earliest": earliest, "latest": latest}
        raise Rejected("impossible-date", pointer=f"/{field}", field=field, value=day, **limits)


def refuse_range(names: tuple[str, str], first: dt.date | None, last: dt.date | None) -> None:
    """Raise Rejected unless two days, where they are given, lie in an order and in times that can be counted."""
    for name, day in zip(names, (first, last), strict=True):
        if day is not None:
            refuse_outside(name, day, periods.FIRST_DAY)
    if first is not None and last is not None:
        refuse_outside(names[1], last, first)
