"""The people who ask for aid: their records, consents, what became one record, and who looked at them."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Json, UtcDateTime
from services.intake.models.base import Base


class Person(Base):
    """Somebody who asked for aid: one record each, also where nobody has seen an identity number yet.

    Names and days of birth are sealed like the rest; ``*_index`` are keyed hashes under which they are found again. The
    index of somebody without an identity number is made of the record's own id, so that nothing finds it.
    """

    __tablename__ = "persons"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    identity_index: Mapped[str] = mapped_column(String(64), unique=True)
    identity_sealed: Mapped[str] = mapped_column(Text)  # of an empty text where there is none
    document_kind: Mapped[str | None] = mapped_column(String(40))
    document_index: Mapped[str | None] = mapped_column(String(64), unique=True, index=True)
    document_sealed: Mapped[str | None] = mapped_column(Text)
    name_index: Mapped[str | None] = mapped_column(String(64), index=True)  # None once erased
    name_sealed: Mapped[str] = mapped_column(Text, server_default="")
    born_sealed: Mapped[str | None] = mapped_column(Text)
    gender: Mapped[str] = mapped_column(String(10))  # female, male, unknown
    phone_sealed: Mapped[str | None] = mapped_column(Text)
    address_sealed: Mapped[str | None] = mapped_column(Text)
    district: Mapped[str | None] = mapped_column(String(60))
    merged_into: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    erased_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    erased_because_sealed: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class Consent(Base):
    """A consent to the handling of sensitive data, given and perhaps withdrawn (PIPL 15, 28-31)."""

    __tablename__ = "consents"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    person: Mapped[UUID] = mapped_column(Uuid, ForeignKey("persons.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    given_by: Mapped[str] = mapped_column(String(20))
    guardian_sealed: Mapped[str | None] = mapped_column(Text)
    guardian_relation: Mapped[str | None] = mapped_column(String(60))
    form: Mapped[str] = mapped_column(String(20))
    given_on: Mapped[dt.date] = mapped_column(Date)
    sha256: Mapped[str | None] = mapped_column(String(64))
    recorded_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[UUID | None] = mapped_column(Uuid)
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    withdrawn_because_sealed: Mapped[str | None] = mapped_column(Text)


class Merge(Base):
    """Two records that became one, with what came over, so that it can go back."""

    __tablename__ = "person_merges"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    kept: Mapped[UUID] = mapped_column(Uuid, ForeignKey("persons.id"), index=True)
    merged: Mapped[UUID] = mapped_column(Uuid, ForeignKey("persons.id"), index=True)
    applications: Mapped[list[str]] = mapped_column(Json)
    consents: Mapped[list[str]] = mapped_column(Json)
    lent: Mapped[list[str]] = mapped_column(Json)  # identity, document, born, gender: what the kept record had not
    reason_sealed: Mapped[str] = mapped_column(Text)
    merged_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    merged_by: Mapped[UUID | None] = mapped_column(Uuid)
    undone_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[UUID | None] = mapped_column(Uuid)
    undone_because_sealed: Mapped[str | None] = mapped_column(Text)


class Look(Base):
    """The audit trail: somebody was shown a person's data. Committed before the answer leaves; never changed."""

    __tablename__ = "looks"
    __table_args__ = (Index("ix_looks_person_id", "person", "id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    person: Mapped[UUID] = mapped_column(Uuid)
    application: Mapped[UUID | None] = mapped_column(Uuid)
    what: Mapped[str] = mapped_column(String(60))
    shown: Mapped[list[str]] = mapped_column(Json)
    by_key: Mapped[str] = mapped_column(String(60))
    by_role: Mapped[str] = mapped_column(String(40))
    by_organization: Mapped[str] = mapped_column(String(40))
    by_person: Mapped[UUID | None] = mapped_column(Uuid)
