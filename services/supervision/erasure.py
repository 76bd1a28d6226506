"""A person's data were erased at intake: what was said at return visits and in complaints about their cases goes too.

The timeline names nobody; tasks, limits, marks and figures stay.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from chassis.work import Work
from services.supervision.models import Complaint, Dossier, Feedback, Task

ERASED = "（已删除）"


def person_erased(work: Work, event: dict[str, Any]) -> None:
    """Erase the words; again is harmless."""
    session, applications = work.session, event["applications"]
    tasks = select(Task.id).where(Task.application.in_(applications))
    for said in session.scalars(select(Feedback).where(Feedback.task.in_(tasks))):
        said.words, said.gift = None, ERASED if said.gift else None
    cases = select(Dossier.case_id).where(Dossier.application.in_(applications), Dossier.case_id.is_not(None))
    for complaint in session.scalars(select(Complaint).where(Complaint.case_id.in_(cases))):
        complaint.complainant_name = complaint.complainant_phone = None
        complaint.statement = ERASED
        complaint.reasons = ERASED if complaint.reasons else None
        complaint.answer = ERASED if complaint.answer else None
