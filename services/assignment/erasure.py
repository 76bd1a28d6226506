"""A person's data were erased at intake: what was kept here of their cases loses its names and words (PIPL 47).

Numbers, dates, amounts, grades and who acted stay. Without the parties' names a matter is not found by the conflict
check any more; that is why intake erases nothing before the files need no longer be kept.
"""

from __future__ import annotations

import typing as t

from sqlalchemy import delete, select

from chassis.work import Work
from services.assignment import models as m
from services.assignment import repository

ERASED = "（已删除）"


def person_erased(work: Work, event: dict[str, t.Any]) -> None:
    """Erase parties and free words of the cases of these applications; again is harmless."""
    for application in event["applications"]:
        case = repository.case_of_application(work.session, application)
        if case is not None:
            _erase(work, case)


def _erase(work: Work, case: m.Case) -> None:
    session = work.session
    for party in session.scalars(select(m.Party).where(m.Party.matter_id == case.id)):
        party.name, party.number_hash, party.former_names = ERASED, None, []
    session.execute(delete(m.PartyKey).where(m.PartyKey.matter_id == case.id))
    for report in session.scalars(select(m.Progress).where(m.Progress.case_id == case.id)):
        report.summary = ERASED
    for hearing in session.scalars(select(m.Hearing).where(m.Hearing.case_id == case.id)):
        hearing.note = hearing.reason = None
    for step in session.scalars(select(m.LabourStep).where(m.LabourStep.case_id == case.id)):
        step.note = None
    for request in session.scalars(select(m.ReplacementRequest).where(m.ReplacementRequest.case_id == case.id)):
        request.reason, request.decision_reason = ERASED, None
    for objection in session.scalars(select(m.TerminationObjection).where(m.TerminationObjection.case_id == case.id)):
        objection.grounds, objection.reason, objection.reasons = None, None, []
    case.closing_summary = case.remarks = case.termination_reason = None
