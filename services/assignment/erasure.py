"""A person's data were erased at intake: what was kept here of their cases loses its names and words (PIPL 47).

Nothing more is entered about them afterwards (access.still_known); what is due is still paid.
Numbers, dates, amounts, grades and who acted stay. Without the parties' names a matter is not found by the conflict
check any more; that is why intake erases nothing before the files need no longer be kept.
"""

from __future__ import annotations

import typing as t
from uuid import UUID

from sqlalchemy import JSON, delete, select

from chassis import dead_letters
from chassis.work import Work
from services.assignment import models as m
from services.assignment import repository

ERASED = "（已删除）"
#: (table, its column with the case's id, columns in which people wrote something): all of a case's tables.
WORDS: tuple[tuple[t.Any, str, tuple[str, ...]], ...] = (
    (m.Case, "id", ("closing_summary", "remarks", "termination_reason", "district", "facts")),
    (m.Party, "matter_id", ("name", "former_names", "number_hash")),
    (m.Engagement, "matter_id", ("left_reason",)),
    (m.ConflictFinding, "case_id", ("reason",)),
    (m.ReplacementRequest, "case_id", ("reason", "decision_reason")),
    (m.TerminationObjection, "case_id", ("reason", "grounds", "reasons")),
    (m.Offer, "case_id", ("choice_reason", "answer_reason")),
    (m.Progress, "case_id", ("summary",)),
    (m.CaseAmount, "case_id", ("note",)),
    (m.ClosingDocument, "case_id", ("title", "sha256")),
    (m.ClosingReturn, "case_id", ("missing", "reason")),
    (m.SubsidyCorrection, "case_id", ("reason",)),
    (m.Hearing, "case_id", ("place", "note", "reason")),
    (m.Cost, "case_id", ("note",)),
    (m.LabourStep, "case_id", ("note",)),
)


def person_erased(work: Work, event: dict[str, t.Any]) -> None:
    """Erase parties and words of the cases of these applications; again is harmless."""
    about = [event["person"], *event["applications"]]
    for application in event["applications"]:
        case = repository.case_of_application(work.session, application)
        if case is not None:
            about += _erase(work, case)
            case.erased_at = case.erased_at or event["erased_at"]
    dead_letters.erase(work.session, about, work.now, work.endings, work.settings.vault)


def _erase(work: Work, case: m.Case) -> list[UUID]:
    """Returns the ids by which messages name the case and what belongs to it."""
    ids = []
    for table, key, columns in WORDS:
        for row in work.session.scalars(select(table).where(getattr(table, key) == case.id)):
            ids.append(row.id)
            for column in columns:
                setattr(row, column, _nothing(table, column))
    work.session.execute(delete(m.PartyKey).where(m.PartyKey.matter_id == case.id))
    return ids


def _nothing(table: t.Any, column: str) -> t.Any:
    """What stands in a column afterwards: nothing where that may be, an empty list, or that it was erased."""
    kind = table.__table__.c[column]
    if kind.nullable:
        return None
    return [] if isinstance(kind.type, JSON) else ERASED
