"""Organizations, stations and the people who work there."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID

from sqlalchemy import Boolean, Date, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Json, UtcDateTime
from services.intake.models.base import Base


class OrganizationProfile(Base):
    """What intake alone knows of an organization; its name and kind stand in the network's list.

    ``half_days`` and ``recipient_groups``: null means those of its kind.
    """

    __tablename__ = "organization_profiles"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    auto_assign: Mapped[bool] = mapped_column(Boolean)
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"), default=1)
    half_days: Mapped[list[dict[str, t.Any]] | None] = mapped_column(Json)
    recipient_groups: Mapped[list[str] | None] = mapped_column(Json)
    phone: Mapped[str | None] = mapped_column(String(40))
    address: Mapped[str | None] = mapped_column(String(300))


class Station(Base):
    """A workstation of an organization. ``recipient_groups``: null means those of its organization."""

    __tablename__ = "stations"
    __table_args__ = (
        UniqueConstraint("organization", "code"),
        Index("ix_stations_place", "latitude", "longitude"),
        Index("ix_stations_district", "district"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    organization: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(40), index=True)
    name: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str | None] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(20), server_default=text("'workstation'"))
    level: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), server_default=text("'ready'"))
    state_since: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)  # null: since it was registered
    district: Mapped[str] = mapped_column(String(60))
    address: Mapped[str | None] = mapped_column(String(300))
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    phone: Mapped[str | None] = mapped_column(String(40))
    opening_hours: Mapped[list[dict[str, t.Any]] | None] = mapped_column(Json)
    recipient_groups: Mapped[list[str] | None] = mapped_column(Json)
    head: Mapped[UUID | None] = mapped_column(Uuid)
    liaison: Mapped[UUID | None] = mapped_column(Uuid)
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"), default=1)
    registered_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class StationMark(Base):
    """How a station stands against one item of the station standard: the latest word by its day."""

    __tablename__ = "station_marks"

    station: Mapped[UUID] = mapped_column(Uuid, ForeignKey("stations.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(40), primary_key=True)
    met: Mapped[bool] = mapped_column(Boolean)
    on: Mapped[dt.date] = mapped_column(Date)
    note: Mapped[str | None] = mapped_column(String(300))
    by: Mapped[str] = mapped_column(String(20))  # assessment or inspection


class StationAct(Base):
    """One act upon a station: who moved it into which state, when and why."""

    __tablename__ = "station_acts"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    station: Mapped[UUID] = mapped_column(Uuid, ForeignKey("stations.id"), index=True)
    act: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    by_role: Mapped[str] = mapped_column(String(40))
    by_organization: Mapped[str] = mapped_column(String(40))
    by_person: Mapped[UUID | None] = mapped_column(Uuid)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    reason_sealed: Mapped[str | None] = mapped_column(Text)


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
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"), default=1)
    left_on: Mapped[dt.date | None] = mapped_column(Date)
    registered_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
