"""Files of many rows: staged batch by batch, checked whole, entered whole or not at all."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Integer, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Json, UtcDateTime
from services.intake.models.base import Base


class Import(Base):
    """One file. ``faults``: the first of its bad rows; ``faulty`` counts them all."""

    __tablename__ = "imports"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    organization: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))
    dry_run: Mapped[bool] = mapped_column(Boolean)
    file: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    headings: Mapped[list[str]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(20))
    rows: Mapped[int] = mapped_column(Integer)
    batches: Mapped[int] = mapped_column(Integer)
    staged_batches: Mapped[int] = mapped_column(Integer)
    staged_rows: Mapped[int] = mapped_column(Integer)
    entered: Mapped[int] = mapped_column(Integer)
    already_there: Mapped[int] = mapped_column(Integer)
    faulty: Mapped[int] = mapped_column(Integer)
    faults: Mapped[list[dict[str, t.Any]]] = mapped_column(Json)
    by_person: Mapped[UUID | None] = mapped_column(Uuid)
    begun_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class ImportBatch(Base):
    """Some hundred rows as they stand in the file, until the import ends."""

    __tablename__ = "import_batches"
    __table_args__ = (UniqueConstraint("import_id", "number"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    import_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("imports.id"))
    number: Mapped[int] = mapped_column(Integer)
    rows_sealed: Mapped[str] = mapped_column(Text)
