"""The people who ask for aid."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import Date, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import UtcDateTime
from services.intake.models.base import Base


class Person(Base):
    """Somebody who asked for aid: one record per identity number."""

    __tablename__ = "persons"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    identity_index: Mapped[str] = mapped_column(String(64), unique=True)
    identity_sealed: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(String(100))
    name_key: Mapped[str] = mapped_column(String(100), index=True)
    born_on: Mapped[dt.date] = mapped_column(Date)
    gender: Mapped[str] = mapped_column(String(10))
    phone_sealed: Mapped[str | None] = mapped_column(Text)
    address_sealed: Mapped[str | None] = mapped_column(Text)
    district: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
