"""A person's data were erased at intake: what was said at return visits, in complaints and about tasks goes too.

The timeline names nobody; tasks, limits, marks and figures stay.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from chassis import dead_letters
from chassis.work import Work
from services.supervision.models import Complaint, Dossier, Feedback, Task, TaskAct

ERASED = "（已删除）"


def person_erased(work: Work, event: dict[str, Any]) -> None:
    """Erase the words; again is harmless."""
    session, applications = work.session, event["applications"]
    tasks = session.scalars(select(Task.id).where(Task.application.in_(applications))).all()
    for said in session.scalars(select(Feedback).where(Feedback.task.in_(tasks))):
        said.words, said.gift = None, ERASED if said.gift else None
    for act in session.scalars(select(TaskAct).where(TaskAct.task.in_(tasks), TaskAct.reason.is_not(None))):
        act.reason = ERASED
    theirs = select(Dossier.case_id).where(Dossier.application.in_(applications), Dossier.case_id.is_not(None))
    cases = session.scalars(theirs).all()
    complaints = session.scalars(select(Complaint).where(Complaint.case_id.in_(cases))).all()
    for complaint in complaints:
        complaint.name_sealed = complaint.phone_sealed = None
        for name in ("statement_sealed", "reasons_sealed", "answer_sealed", "note_sealed"):
            if getattr(complaint, name) is not None:
                setattr(complaint, name, work.settings.vault.seal(ERASED))
    about = [event["person"], *applications, *cases, *tasks, *(complaint.id for complaint in complaints)]
    dead_letters.erase(session, about, work.now, work.endings, work.settings.vault)
