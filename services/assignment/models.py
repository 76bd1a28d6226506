"""The tables of assignment. Money is integer fen, time is UTC, ids are UUIDv7."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    and_,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, validates

from chassis.database import Json, UtcDateTime, service_base
from services.assignment.domain.names import exact_key

Base: t.Any = service_base()
#: A name may grow while it is folded (``㍿`` is four characters): as much of it is compared as the column holds.
LONGEST_KEY = 260
LONGEST_NAME_KEY = LONGEST_KEY - len("name:")


class OrganizationRule(Base):
    """Our own copy of what assignment needs to know of an organization."""

    __tablename__ = "organization_rules"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    auto_assign: Mapped[bool]


class ComparedByName:
    """Who may turn out to be a party. ``name_key``: the name as those of parties are compared (domain/names.py)."""

    compared_as: t.ClassVar[str]
    name_key: Mapped[str] = mapped_column(String(LONGEST_NAME_KEY), server_default="", index=True, deferred=True)

    @validates("name")
    def _keep_key(self, _: str, name: str) -> str:
        self.name_key = exact_key(name, self.compared_as)[:LONGEST_NAME_KEY]
        return name


class Firm(ComparedByName, Base):
    """A law firm of the network."""

    __tablename__ = "firms"
    compared_as = "company"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    name_en: Mapped[str | None] = mapped_column(String(200))
    district: Mapped[str] = mapped_column(String(60))
    address: Mapped[str | None] = mapped_column(String(300))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    registered_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)


class Lawyer(ComparedByName, Base):
    """A lawyer. ``load``: open cases and unanswered offers, kept with every act that changes it.

    ``rested_from``: the last assignment in whole seconds since 1970 (0: never), for arithmetic in queries.
    """

    __tablename__ = "lawyers"
    compared_as = "person"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("firms.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str | None] = mapped_column(String(100))
    licence: Mapped[str] = mapped_column(String(40), unique=True)
    gender: Mapped[str | None] = mapped_column(String(10))
    phone_sealed: Mapped[str | None] = mapped_column(Text)
    email_sealed: Mapped[str | None] = mapped_column(Text)
    capacity: Mapped[int]
    load: Mapped[int] = mapped_column(default=0)
    practice_years: Mapped[int]
    criminal_defence_years: Mapped[int]
    trained_for_minors: Mapped[bool]
    everywhere: Mapped[bool]
    state: Mapped[str] = mapped_column(String(20), default="active")
    last_assigned_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    rested_from: Mapped[int] = mapped_column(BigInteger, default=0)
    registered_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)


class Specialty(Base):
    """A matter that a lawyer practises, in years."""

    __tablename__ = "specialties"
    __table_args__ = (Index("ix_specialties_matter", "matter", "lawyer_id", "years"),)

    lawyer_id: Mapped[UUID] = mapped_column(ForeignKey("lawyers.id"), primary_key=True)
    matter: Mapped[str] = mapped_column(String(40), primary_key=True)
    years: Mapped[int]


class LawyerDistrict(Base):
    """A district where a lawyer works; a lawyer without any works everywhere."""

    __tablename__ = "lawyer_districts"
    __table_args__ = (Index("ix_lawyer_districts_district", "district", "lawyer_id"),)

    lawyer_id: Mapped[UUID] = mapped_column(ForeignKey("lawyers.id"), primary_key=True)
    district: Mapped[str] = mapped_column(String(60), primary_key=True)


class LawyerLanguage(Base):
    """A language in which a lawyer can work, beside Mandarin."""

    __tablename__ = "lawyer_languages"

    lawyer_id: Mapped[UUID] = mapped_column(ForeignKey("lawyers.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(20), primary_key=True)


class Station(Base):
    """Our own copy of where the stations are: the middle of a district's stations is where its people come from."""

    __tablename__ = "stations"
    __table_args__ = (Index("ix_stations_district", "district"),)

    organization: Mapped[str] = mapped_column(String(40), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    district: Mapped[str] = mapped_column(String(60))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    version: Mapped[int] = mapped_column(default=0)


class Distance(Base):
    """How far a firm is from the middle of a district, kept so that a ranking only reads it."""

    __tablename__ = "distances"

    district: Mapped[str] = mapped_column(String(60), primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("firms.id"), primary_key=True)
    metres: Mapped[int]


class StandingLawyer(Base):
    """A lawyer appointed to an organization for routine advice and hard cases."""

    __tablename__ = "standing_lawyers"

    lawyer_id: Mapped[UUID] = mapped_column(ForeignKey("lawyers.id"), primary_key=True)
    organization: Mapped[str] = mapped_column(String(40), primary_key=True)


class Case(Base):
    """A granted application on its way to the closing file. ``erased_at``: when the data of its person were erased."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_lawyer_state", "lawyer_id", "state"),
        Index("ix_cases_organization_state", "organization", "state"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    application_id: Mapped[UUID] = mapped_column(Uuid, unique=True)
    application_number: Mapped[str] = mapped_column(String(40))
    organization: Mapped[str] = mapped_column(String(40))
    station: Mapped[str | None] = mapped_column(String(40))
    recipient_group: Mapped[str] = mapped_column(String(40))
    form_of_aid: Mapped[str] = mapped_column(String(40))
    matter: Mapped[str] = mapped_column(String(40))
    urgency: Mapped[str] = mapped_column(String(20))
    district: Mapped[str | None] = mapped_column(String(60))
    facts: Mapped[list[str]] = mapped_column(Json)
    #: whether the aided person is under 18; None: not known, the register's group says
    minor: Mapped[bool | None]
    state: Mapped[str] = mapped_column(String(20))
    version: Mapped[int]
    granted_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    excluded: Mapped[int] = mapped_column(default=0)
    excluded_why: Mapped[dict[str, int]] = mapped_column(Json, default=dict)
    wished_gender: Mapped[str | None] = mapped_column(String(10))
    wished_language: Mapped[str | None] = mapped_column(String(20))
    wished_lawyer_id: Mapped[UUID | None] = mapped_column(Uuid)
    lawyer_id: Mapped[UUID | None] = mapped_column(ForeignKey("lawyers.id"))
    assigned_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    assigned_on: Mapped[dt.date | None]
    signed_on: Mapped[dt.date | None]
    outcome: Mapped[str | None] = mapped_column(String(20))
    ended_on: Mapped[dt.date | None]
    recovered_fen: Mapped[int | None] = mapped_column(BigInteger)
    loss_avoided_fen: Mapped[int | None] = mapped_column(BigInteger)
    filed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    closing_summary: Mapped[str | None] = mapped_column(Text)
    grade: Mapped[str | None] = mapped_column(String(20))
    remarks: Mapped[str | None] = mapped_column(Text)
    checked_on: Mapped[dt.date | None]
    subsidy_fen: Mapped[int | None] = mapped_column(BigInteger)
    paid_fen: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    rate_fen: Mapped[int | None] = mapped_column(BigInteger)
    rate_source: Mapped[str | None] = mapped_column(String(300))
    rate_verified: Mapped[bool | None]
    paid_on: Mapped[dt.date | None]
    termination_ground: Mapped[str | None] = mapped_column(String(40))
    termination_reason: Mapped[str | None] = mapped_column(Text)
    restored_by: Mapped[UUID | None] = mapped_column(Uuid)
    erased_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class Engagement(Base):
    """Who acts or acted in a matter, for which firm: what the conflict check reads. A matter is a case here."""

    __tablename__ = "engagements"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    matter_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    matter_number: Mapped[str] = mapped_column(String(40))
    lawyer_id: Mapped[UUID | None] = mapped_column(ForeignKey("lawyers.id"), index=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("firms.id"))
    since: Mapped[dt.date]
    until: Mapped[dt.date | None]
    signed_on: Mapped[dt.date | None]
    left_because: Mapped[str | None] = mapped_column(String(20))
    left_reason: Mapped[str | None] = mapped_column(Text)


class Party(Base):
    """A party of a matter; its identity or credit number is kept only as a keyed hash."""

    __tablename__ = "parties"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    matter_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    side: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(10))
    former_names: Mapped[list[str]] = mapped_column(Json, default=list)
    number_hash: Mapped[str | None] = mapped_column(String(64))


class PartyKey(Base):
    """One way to recognize a party: ``name:``, ``number:``, ``core:`` or ``sound:`` and the folded value.

    The index holds all that a conflict check reads, so that a name that thousands bear is answered from it alone.
    """

    __tablename__ = "party_keys"
    __table_args__ = (Index("ix_party_keys_key", "key", "side", "matter_id", "party_id"),)

    party_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(LONGEST_KEY), primary_key=True)
    side: Mapped[str] = mapped_column(String(10))
    matter_id: Mapped[UUID] = mapped_column(Uuid)


class ConflictFinding(Base):
    """A conflict between whoever handles a case and another matter, and what a named person decided about it.

    ``parties``: the parties of the case that it is about. ``parted_at``: when the lawyer parted from the case; what
    was decided then counts no more should the lawyer come back.
    """

    __tablename__ = "conflict_findings"
    __table_args__ = (Index("ix_conflict_findings_case_id", "case_id", "lawyer_id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    lawyer_id: Mapped[UUID] = mapped_column(ForeignKey("lawyers.id"))
    other_matter: Mapped[str] = mapped_column(String(40))
    parties: Mapped[list[str]] = mapped_column(Json)
    certainty: Mapped[str] = mapped_column(String(10))
    found_when: Mapped[str] = mapped_column(String(20))
    found_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20), index=True)
    decided_by: Mapped[UUID | None] = mapped_column(Uuid)
    decided_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(Text)
    parted_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class ReplacementRequest(Base):
    """The recipient's wish for another lawyer (LA 55), and the center's decision."""

    __tablename__ = "replacement_requests"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    lawyer_id: Mapped[UUID] = mapped_column(ForeignKey("lawyers.id"))
    reason: Mapped[str] = mapped_column(Text)
    requested_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20))
    decided_by: Mapped[UUID | None] = mapped_column(Uuid)
    decided_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    decision_reason: Mapped[str | None] = mapped_column(Text)


class TerminationObjection(Base):
    """The recipient's objection to a termination, and the bureau's decision (LA 49): open, upheld or overturned.

    ``ground``, ``reason``, ``terminated_on``: the termination as it was. ``reassign``: nobody had the case after it.
    """

    __tablename__ = "termination_objections"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    ground: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(Text)
    terminated_on: Mapped[dt.date]
    grounds: Mapped[str | None] = mapped_column(Text)
    objected_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20))
    reasons: Mapped[list[str]] = mapped_column(Json, default=list)
    reassign: Mapped[bool] = mapped_column(default=False)
    decided_by: Mapped[UUID | None] = mapped_column(Uuid)
    decided_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class Proposal(Base):
    """The lawyers proposed for a case, as one document: it is made, shown and replaced as a whole.

    ``candidates``: best first, each with ``lawyer``, ``rank`` from 1, ``score`` and ``reasons`` as they were then.
    """

    __tablename__ = "proposals"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    candidates: Mapped[list[dict[str, t.Any]]] = mapped_column(Json)
    proposed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class Offer(Base):
    """A question to a lawyer, and the answer."""

    __tablename__ = "offers"
    __table_args__ = (Index("ix_offers_lawyer_state", "lawyer_id", "state"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    lawyer_id: Mapped[UUID] = mapped_column(ForeignKey("lawyers.id"))
    state: Mapped[str] = mapped_column(String(20))
    offered_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    answer_by: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    offered_by: Mapped[str] = mapped_column(String(20))
    choice_reason: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    answer_reason: Mapped[str | None] = mapped_column(Text)


class Progress(Base):
    """What the lawyer reported, in the lawyer's words."""

    __tablename__ = "progress_reports"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    lawyer_id: Mapped[UUID] = mapped_column(ForeignKey("lawyers.id"))
    stage: Mapped[str] = mapped_column(String(20))
    summary: Mapped[str] = mapped_column(Text)
    on: Mapped[dt.date]
    may_end: Mapped[str | None] = mapped_column(String(40))
    reported_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class CaseAmount(Base):
    """Money that the case brought or saved."""

    __tablename__ = "case_amounts"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    fen: Mapped[int] = mapped_column(BigInteger)
    note: Mapped[str | None] = mapped_column(String(300))


class ClosingDocument(Base):
    """A document of the closing file, by reference."""

    __tablename__ = "closing_documents"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str | None] = mapped_column(String(64))


class ClosingReturn(Base):
    """A closing file that came back to be completed, and when it was."""

    __tablename__ = "closing_returns"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    missing: Mapped[list[str]] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(Text)
    returned_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    returned_by: Mapped[UUID | None] = mapped_column(Uuid)
    answered_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class SubsidyCorrection(Base):
    """A subsidy that was counted anew, old and new, by whom and why.

    ``costs_fen``: the direct costs of ``lawyer_id`` as this correction set them; None where it left them as they were.
    """

    __tablename__ = "subsidy_corrections"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    old_grade: Mapped[str] = mapped_column(String(20))
    new_grade: Mapped[str] = mapped_column(String(20))
    old_fen: Mapped[int] = mapped_column(BigInteger)
    new_fen: Mapped[int] = mapped_column(BigInteger)
    lawyer_id: Mapped[UUID | None] = mapped_column(ForeignKey("lawyers.id"))
    costs_fen: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(Text)
    corrected_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    corrected_by: Mapped[UUID | None] = mapped_column(Uuid)


class SubsidyClaim(Base):
    """What became due to a lawyer for a case at once, in fen, and what of it was paid; at most one is open.

    ``paid_fen`` above ``due_fen``: lowered after it was paid. ``task_key``: what tells its payment task from others of
    the case; None: the first after a check. ``costs_fen``: the part that repays direct costs.
    """

    __tablename__ = "subsidy_claims"
    __table_args__ = (Index("ix_subsidy_claims_lawyer_due_on", "lawyer_id", "due_on"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    lawyer_id: Mapped[UUID] = mapped_column(ForeignKey("lawyers.id"))
    task_key: Mapped[UUID | None] = mapped_column(Uuid)
    grade: Mapped[str | None] = mapped_column(String(20))
    due_on: Mapped[dt.date]
    due_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    due_fen: Mapped[int] = mapped_column(BigInteger)
    costs_fen: Mapped[int] = mapped_column(BigInteger)
    paid_fen: Mapped[int] = mapped_column(BigInteger)
    paid_on: Mapped[dt.date | None]
    rate_fen: Mapped[int | None] = mapped_column(BigInteger)
    rate_source: Mapped[str | None] = mapped_column(String(300))
    rate_verified: Mapped[bool | None]


class PaymentRun(Base):
    """All that was paid at once for a month."""

    __tablename__ = "payment_runs"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    paid_on: Mapped[dt.date]
    made_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[UUID | None] = mapped_column(Uuid)


class Payment(Base):
    """Money that went to a lawyer for a case, in fen; the sum of a lawyer and case is that of their claims.

    ``firm_name``: that of the lawyer's firm as it was then; None of payments from before it was kept.
    """

    __tablename__ = "payments"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    lawyer_id: Mapped[UUID] = mapped_column(ForeignKey("lawyers.id"))
    firm_name: Mapped[str | None] = mapped_column(String(200))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    paid_on: Mapped[dt.date]
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey("payment_runs.id"), index=True)
    recorded_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[UUID | None] = mapped_column(Uuid)


class CaseAct(Base):
    """The history of a case: every act, by whom, from which state to which."""

    __tablename__ = "case_acts"
    __table_args__ = (UniqueConstraint("case_id", "version"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    version: Mapped[int]
    act: Mapped[str] = mapped_column(String(20))
    before: Mapped[str] = mapped_column(String(20))
    after: Mapped[str] = mapped_column(String(20))
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    by_role: Mapped[str] = mapped_column(String(20))
    by_person: Mapped[UUID | None] = mapped_column(Uuid)


class Suspension(Base):
    """A lawyer whom the center has suspended, or had: it stands until a later moment at which it was lifted.

    The two moments decide, so that it does not matter in which order the two events are heard.
    """

    __tablename__ = "suspensions"

    lawyer_id: Mapped[UUID] = mapped_column(ForeignKey("lawyers.id"), primary_key=True)
    suspended_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    resumed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    @classmethod
    def stands(cls) -> ColumnElement[bool]:
        """It stands: as a condition."""
        later = or_(cls.resumed_at.is_(None), cls.resumed_at < cls.suspended_at)
        return and_(cls.suspended_at.is_not(None), later)

    @classmethod
    def standing(cls) -> Select[UUID]:
        """Who is suspended."""
        return select(cls.lawyer_id).where(cls.stands())


class Absence(Base):
    """When a lawyer is away, both days included."""

    __tablename__ = "absences"
    __table_args__ = (Index("ix_absences_lawyer_until", "lawyer_id", "until"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    lawyer_id: Mapped[UUID] = mapped_column(ForeignKey("lawyers.id"))
    since: Mapped[dt.date]
    until: Mapped[dt.date]
    note: Mapped[str | None] = mapped_column(String(300))


class Duty(Base):
    """A duty of an organization's standing lawyers; times of day are ``HH:MM`` in the network's zone."""

    __tablename__ = "duties"
    __table_args__ = (Index("ix_duties_organization_on", "organization", "on"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    organization: Mapped[str] = mapped_column(String(40))
    station: Mapped[str | None] = mapped_column(String(40))
    on: Mapped[dt.date]
    begins: Mapped[str] = mapped_column(String(5))
    ends: Mapped[str] = mapped_column(String(5))
    lawyer_id: Mapped[UUID | None] = mapped_column(ForeignKey("lawyers.id"), index=True)
    plan_id: Mapped[UUID | None] = mapped_column(ForeignKey("duty_plans.id"), index=True)


class DutyPlan(Base):
    """A recurring roster: the duties that were made of it carry its id."""

    __tablename__ = "duty_plans"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    organization: Mapped[str] = mapped_column(String(40), index=True)
    station: Mapped[str | None] = mapped_column(String(40))
    since: Mapped[dt.date]
    until: Mapped[dt.date]
    weekdays: Mapped[list[str]] = mapped_column(Json)
    every_weeks: Mapped[int]
    begins: Mapped[str] = mapped_column(String(5))
    ends: Mapped[str] = mapped_column(String(5))
    lawyers: Mapped[list[str]] = mapped_column(Json)
    planned_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class Volunteer(Base):
    """Who gives lessons, tutors, counsels or is paired; ``organization`` None: of the center, for everybody.

    ``same_index``: the keyed hash of organization, name and telephone; None without one, and of whoever has left.
    """

    __tablename__ = "volunteers"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    organization: Mapped[str | None] = mapped_column(String(40), index=True)
    name: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str | None] = mapped_column(String(100))
    gender: Mapped[str | None] = mapped_column(String(10))
    phone_sealed: Mapped[str | None] = mapped_column(Text)
    email_sealed: Mapped[str | None] = mapped_column(Text)
    same_index: Mapped[str | None] = mapped_column(String(64), index=True, unique=True)
    qualification: Mapped[str | None] = mapped_column(String(300))
    checked_on: Mapped[dt.date | None]
    places: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(300))
    registered_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)


class VolunteerTrait(Base):
    """What a volunteer has several of: ``work``, ``district`` or ``language``; without a district: everywhere."""

    __tablename__ = "volunteer_traits"

    volunteer_id: Mapped[UUID] = mapped_column(ForeignKey("volunteers.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    value: Mapped[str] = mapped_column(String(60), primary_key=True)


class Hearing(Base):
    """A hearing of a case."""

    __tablename__ = "hearings"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    stage: Mapped[str] = mapped_column(String(20))
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True)
    place: Mapped[str] = mapped_column(String(300))
    note: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(Text)


class Cost(Base):
    """A direct cost of a case, in fen. ``lawyer_id``: who bore it; None: not known, that of whoever closes the case."""

    __tablename__ = "costs"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    lawyer_id: Mapped[UUID | None] = mapped_column(ForeignKey("lawyers.id"))
    kind: Mapped[str] = mapped_column(String(20))
    fen: Mapped[int] = mapped_column(BigInteger)
    on: Mapped[dt.date]
    note: Mapped[str | None] = mapped_column(String(300))


class LabourStep(Base):
    """A step of a labour dispute. ``knew_on``: since when the worker knew of the infringement."""

    __tablename__ = "labour_steps"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    step: Mapped[str] = mapped_column(String(30))
    on: Mapped[dt.date]
    knew_on: Mapped[dt.date | None]
    note: Mapped[str | None] = mapped_column(Text)


class CivilDate(Base):
    """A limit of a civil case: from when it runs, its last calendar day; open, done, not_needed or dropped."""

    __tablename__ = "civil_dates"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    since: Mapped[dt.date]
    on: Mapped[dt.date]
    state: Mapped[str] = mapped_column(String(12))


class BacklogPlan(Base):
    """A plan for all cases that waited for a lawyer when it was made."""

    __tablename__ = "backlog_plans"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    made_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10))
    method: Mapped[str] = mapped_column(String(10))
    left: Mapped[list[str]] = mapped_column(Json)
    lines: Mapped[list[dict[str, t.Any]]] = mapped_column(Json)
    sums: Mapped[dict[str, t.Any]] = mapped_column(Json, default=dict)


class Counter(Base):
    """A number that is counted up under a row lock."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int]
