"""Applications, and every act upon them."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, Text, Uuid, false, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Json, UtcDateTime
from services.intake.models.base import Base


class Application(Base):
    """An application for legal aid, from its receipt to the decision. Money in fen."""

    __tablename__ = "applications"
    __table_args__ = (
        Index("ix_applications_organization_id", "organization", "id"),
        Index("ix_applications_person_matter", "person", "matter"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20), index=True)
    organization: Mapped[str] = mapped_column(String(40))
    station: Mapped[str | None] = mapped_column(String(40))
    person: Mapped[UUID] = mapped_column(Uuid, ForeignKey("persons.id"))
    recipient_group: Mapped[str] = mapped_column(String(40))
    form_of_aid: Mapped[str] = mapped_column(String(40))
    matter: Mapped[str] = mapped_column(String(40))
    statement_sealed: Mapped[str] = mapped_column(Text)
    opposing_sealed: Mapped[str] = mapped_column(Text)
    circumstances_sealed: Mapped[str] = mapped_column(Text, server_default="")  # facts, household, figures
    urgency: Mapped[str] = mapped_column(String(20))
    limitation_on: Mapped[dt.date | None] = mapped_column(Date)
    pledge: Mapped[bool] = mapped_column(Boolean)
    district: Mapped[str | None] = mapped_column(String(60))
    office_district: Mapped[str | None] = mapped_column(String(60))  # these two: who is competent (LA 38)
    arose_district: Mapped[str | None] = mapped_column(String(60))
    on_behalf_sealed: Mapped[str | None] = mapped_column(Text)
    forwarded_late: Mapped[bool] = mapped_column(Boolean, server_default=false())
    applied_on: Mapped[dt.date] = mapped_column(Date)
    received_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    eligibility: Mapped[str] = mapped_column(String(20))
    judgement_sealed: Mapped[str | None] = mapped_column(Text)
    notice_sealed: Mapped[str | None] = mapped_column(Text)  # of an office, that a defender must be assigned (LA 25)
    duplicates: Mapped[list[str]] = mapped_column(Json)
    case_closed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)  # as assignment tells
    decided_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    decision_sealed: Mapped[str | None] = mapped_column(Text)  # reasons of a refusal, note of a grant
    papers_sealed: Mapped[str | None] = mapped_column(Text)  # what is missing, told once
    papers_requested_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    papers_due_on: Mapped[dt.date | None] = mapped_column(Date)
    papers_complete_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class Act(Base):
    """One act upon an application: who did what when, and where it led."""

    __tablename__ = "application_acts"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    application: Mapped[UUID] = mapped_column(Uuid, ForeignKey("applications.id"), index=True)
    act: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(Integer)
    by_role: Mapped[str] = mapped_column(String(40))
    by_organization: Mapped[str] = mapped_column(String(40))
    by_person: Mapped[UUID | None] = mapped_column(Uuid)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    note_sealed: Mapped[str | None] = mapped_column(Text)


class Document(Base):
    """A document by reference: its content stays elsewhere."""

    __tablename__ = "documents"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    application: Mapped[UUID] = mapped_column(Uuid, ForeignKey("applications.id"), index=True)
    kind: Mapped[str] = mapped_column(String(60))
    title_sealed: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str | None] = mapped_column(String(64))
    original_seen: Mapped[bool] = mapped_column(Boolean)
    received_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class Referral(Base):
    """An application that went on to another organization: both sides see where it is."""

    __tablename__ = "referrals"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    application: Mapped[UUID] = mapped_column(Uuid, ForeignKey("applications.id"), index=True)
    from_organization: Mapped[str] = mapped_column(String(40), index=True)
    from_station: Mapped[str | None] = mapped_column(String(40))
    to_organization: Mapped[str] = mapped_column(String(40))
    to_station: Mapped[str | None] = mapped_column(String(40))
    ground: Mapped[str] = mapped_column(String(20), server_default=text("'other_organization'"))
    district: Mapped[str | None] = mapped_column(String(60))
    reason_sealed: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class Objection(Base):
    """An objection to a refusal, and the bureau's decision (LA 49)."""

    __tablename__ = "objections"

    application: Mapped[UUID] = mapped_column(Uuid, ForeignKey("applications.id"), primary_key=True)
    grounds_sealed: Mapped[str] = mapped_column(Text)
    objected_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(20))
    reasons_sealed: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class Counter(Base):
    """The last human number of a series, e.g. ``A2026``; its row is locked while a number is taken."""

    __tablename__ = "counters"

    series: Mapped[str] = mapped_column(String(20), primary_key=True)
    last: Mapped[int] = mapped_column(Integer)
