"""What is left of a person's data after their erasure: numbers, dates, kinds and states; no name, no words, no figures.

The audit trail of who looked stays: it names nobody but those who looked.
"""

from __future__ import annotations

import typing as t

from sqlalchemy import select

from chassis import dead_letters
from chassis.work import Work
from services.intake import people
from services.intake.models import Act, Application, Consent, Document, Merge, Objection, Person, Referral

EMPTY: dict[str, t.Any] = {"facts": [], "household_size": None, "monthly_income_fen": None, "figures": {}}


def erase_application(work: Work, row: Application) -> None:
    """The words and figures of an application, its history, papers, documents, referrals and objection."""
    vault, session = work.settings.vault, work.session
    nothing = vault.seal("")
    row.statement_sealed, row.opposing_sealed = nothing, vault.seal_json([])
    row.circumstances_sealed = vault.seal_json(EMPTY)
    row.on_behalf_sealed = row.judgement_sealed = row.notice_sealed = row.decision_sealed = row.papers_sealed = None
    row.district = None
    for act in session.scalars(select(Act).where(Act.application == row.id)):
        act.note_sealed = None
    for document in session.scalars(select(Document).where(Document.application == row.id)):
        document.title_sealed, document.sha256 = nothing, None
    for referral in session.scalars(select(Referral).where(Referral.application == row.id)):
        referral.reason_sealed = nothing
    objection = session.get(Objection, row.id)
    if objection is not None:
        objection.grounds_sealed, objection.reasons_sealed = nothing, None


def erase_letters(work: Work, person: Person, rows: t.Iterable[Application]) -> None:
    """Dead letters about the person: also filings that never got as far as an application, found by their numbers.

    Not by name or telephone, which may be somebody else's as well: no letter of another person is given up.
    """
    vault = work.settings.vault
    document = people.document_of(vault, person)
    numbers = (people.number_of(vault, person), document["number"] if document else None)
    mentions = [person.id, *(row.id for row in rows), *(number for number in numbers if number)]
    mentions += work.session.scalars(select(Consent.id).where(Consent.person == person.id))
    mentions += work.session.scalars(select(Merge.id).where((Merge.kept == person.id) | (Merge.merged == person.id)))
    dead_letters.erase(work.session, mentions, work.now, work.endings, vault)


def erase_record(work: Work, person: Person, reason: str) -> None:
    """The person's own record, its consents' guardians and the reasons of merges."""
    vault, session = work.settings.vault, work.session
    nothing = vault.seal("")
    person.identity_sealed, person.identity_index = nothing, vault.index(f"person:{person.id}")
    person.document_kind = person.document_index = person.document_sealed = None
    person.name_sealed, person.name_index, person.born_sealed = nothing, None, None
    person.gender, person.phone_sealed, person.address_sealed, person.district = "unknown", None, None, None
    person.erased_at, person.erased_because_sealed, person.updated_at = work.now, vault.seal(reason), work.now
    for consent in session.scalars(select(Consent).where(Consent.person == person.id)):
        consent.guardian_sealed = consent.guardian_relation = consent.sha256 = consent.withdrawn_because_sealed = None
    for merge in session.scalars(select(Merge).where((Merge.kept == person.id) | (Merge.merged == person.id))):
        merge.reason_sealed, merge.undone_because_sealed = nothing, None
