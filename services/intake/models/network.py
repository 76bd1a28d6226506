"""Organizations, stations and the people who work there."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import Boolean, Float, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import UtcDateTime
from services.intake.models.base import Base


class OrganizationProfile(Base):
    """What intake alone knows of an organization; its name and kind stand in the network's list."""

    __tablename__ = "organization_profiles"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    auto_assign: Mapped[bool] = mapped_column(Boolean)


class Station(Base):
    """A workstation of an organization."""

    __tablename__ = "stations"
    __table_args__ = (UniqueConstraint("organization", "code"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    organization: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(40), index=True)
    name: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str | None] = mapped_column(String(100))
    level: Mapped[str] = mapped_column(String(20))
    district: Mapped[str] = mapped_column(String(60))
    address: Mapped[str | None] = mapped_column(String(300))
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    liaison: Mapped[UUID | None] = mapped_column(Uuid)
    registered_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class Staff(Base):
    """A colleague: of the center, of an organization or of one station."""

    __tablename__ = "staff"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    organization: Mapped[str] = mapped_column(String(40), index=True)
    station: Mapped[str | None] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str | None] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(40))
    phone_sealed: Mapped[str | None] = mapped_column(Text)
    email_sealed: Mapped[str | None] = mapped_column(Text)
    registered_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
