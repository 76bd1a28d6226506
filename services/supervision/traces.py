"""The audit trail of complaints: who opened one, took its steps, and was shown it.

Guarantee: a step is recorded in its own transaction, a look before its answer leaves; names of what was shown, never
values.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from chassis.ids import new_id
from chassis.principal import Principal
from chassis.work import Read, Work
from services.supervision.models import ComplaintTrace


def acted(work: Work, complaint: UUID, act: str) -> None:
    """Record that the caller opened a complaint or took a step of it."""
    assert work.principal is not None
    work.session.add(_trace(work.principal, work.now, complaint, act, ()))


def looked(read: Read, complaint: UUID, shown: Iterable[str]) -> None:
    """Record that the caller is shown a complaint, and what of it."""
    read.record(_trace(read.principal, read.now, complaint, "looked", shown))


def _trace(caller: Principal, at: dt.datetime, complaint: UUID, act: str, shown: Iterable[str]) -> ComplaintTrace:
    return ComplaintTrace(
        id=new_id(),
        at=at,
        complaint=complaint,
        act=act,
        shown=sorted(shown),
        **caller.as_trace(),
    )
