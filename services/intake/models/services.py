"""Services short of a case."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import UtcDateTime
from services.intake.models.base import Base


class Service(Base):
    """A service short of a case. There is no column for a fee: everything is free (LA 20)."""

    __tablename__ = "services"
    __table_args__ = (
        Index("ix_services_organization_id", "organization", "id"),
        Index("ix_services_number", "organization", "station", "number", unique=True),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    organization: Mapped[str] = mapped_column(String(40))
    station: Mapped[str] = mapped_column(String(40))
    number: Mapped[str | None] = mapped_column(String(40))  # in the register that it was imported from
    kind: Mapped[str] = mapped_column(String(40))
    channel: Mapped[str] = mapped_column(String(20))
    recipient_group: Mapped[str] = mapped_column(String(40))
    topic: Mapped[str] = mapped_column(String(200))
    person_name_sealed: Mapped[str | None] = mapped_column(Text)
    name_index: Mapped[str | None] = mapped_column(String(64), index=True)  # keyed hash, to find the name again
    persons: Mapped[int] = mapped_column(Integer)
    minutes: Mapped[int | None] = mapped_column(Integer)
    guided_to_apply: Mapped[bool] = mapped_column(Boolean)
    pair: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("pairs.id"), index=True)
    given_on: Mapped[dt.date] = mapped_column(Date)
    recorded_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class Pair(Base):
    """A volunteer and a person, one to one. ``visits`` are the services given to it."""

    __tablename__ = "pairs"
    __table_args__ = (Index("ix_pairs_organization_id", "organization", "id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    organization: Mapped[str] = mapped_column(String(40))
    station: Mapped[str] = mapped_column(String(40))
    volunteer_sealed: Mapped[str] = mapped_column(Text)
    person_sealed: Mapped[str] = mapped_column(Text)
    name_index: Mapped[str | None] = mapped_column(String(64), index=True)  # of the person
    recipient_group: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[str | None] = mapped_column(String(200))
    since: Mapped[dt.date] = mapped_column(Date)
    ended_on: Mapped[dt.date | None] = mapped_column(Date)
    end_reason_sealed: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"), default=1)
    registered_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
