"""A lawyer whom the center has suspended is asked for nothing; what is in hand is shown to the center, which decides.

Open offers go to the next candidates at once. Cases stay with the lawyer until the center takes them: a hearing
tomorrow is better held by them than by nobody.
"""

from __future__ import annotations

import typing as t
from uuid import UUID

from chassis.work import Work
from services.assignment import models as m
from services.assignment import repository
from services.assignment.access import say
from services.assignment.changes import take_offers_back

Data = dict[str, t.Any]
WHY = "律师已被暂停承办案件 · the lawyer is suspended"


def work_suspended(work: Work, event: Data) -> None:
    """A suspension by supervision: no proposals, no offers; the center is told what the lawyer has in hand."""
    lawyer, row = _kept(work, event["lawyer"])
    if lawyer is None or row is None:
        return
    row.suspended_at = max(filter(None, (row.suspended_at, event["since"])))
    work.session.flush()
    if not repository.suspended_since(work.session, [lawyer.id]):
        return
    in_hand, asked = repository.work_of(work.session, lawyer.id)
    take_offers_back(work, lawyer.id, asked, WHY)
    told = {"lawyer": lawyer.id, "name": lawyer.name, "cases": len(in_hand), "offers": len(asked)}
    center = work.settings.center
    told |= {"organization": center, "since": event["since"]}
    say(work, "assignment.lawyer_suspended.v1", told, center, lawyer.id)


def work_resumed(work: Work, event: Data) -> None:
    """The suspension is lifted: the lawyer is proposed and asked again."""
    _, row = _kept(work, event["lawyer"])
    if row is not None:
        row.resumed_at = max(filter(None, (row.resumed_at, event["since"])))


def _kept(work: Work, lawyer_id: UUID | None) -> tuple[m.Lawyer | None, m.Suspension | None]:
    """The lawyer, locked, and the row of suspension; nothing for a station's suspension."""
    lawyer = work.session.get(m.Lawyer, lawyer_id, with_for_update=True) if lawyer_id else None
    if lawyer is None:
        return None, None
    row = work.session.get(m.Suspension, lawyer.id)
    if row is None:
        row = m.Suspension(lawyer_id=lawyer.id)
        work.session.add(row)
    return lawyer, row


HANDLERS: dict[str, t.Callable[[Work, Data], Data | None]] = {
    "supervision.work_suspended.v1": work_suspended,
    "supervision.work_resumed.v1": work_resumed,
}
