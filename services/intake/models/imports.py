"""Files of many rows: received piece by piece, checked whole, entered whole or not at all."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Integer, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Json, UtcDateTime
from services.intake.models.base import Base


class Import(Base):
    """One file. ``resume_key``: by which the same file is found again while it is under way or entered, else null."""

    __tablename__ = "imports"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    organization: Mapped[str] = mapped_column(String(40))
    file: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    resume_key: Mapped[str | None] = mapped_column(String(80), unique=True)
    dry_run: Mapped[bool] = mapped_column(Boolean)
    state: Mapped[str] = mapped_column(String(20))
    rows: Mapped[int] = mapped_column(Integer)
    batches: Mapped[int] = mapped_column(Integer)
    received: Mapped[int] = mapped_column(Integer)
    received_rows: Mapped[int] = mapped_column(Integer)
    checked: Mapped[int] = mapped_column(Integer)
    entered: Mapped[int] = mapped_column(Integer)
    already_there: Mapped[int] = mapped_column(Integer)
    faulty: Mapped[int] = mapped_column(Integer)
    by_person: Mapped[UUID | None] = mapped_column(Uuid)
    begun_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    heard_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)  # of its last piece
    finished_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class ImportBatch(Base):
    """Some hundred rows as they stand in the file, sealed until they are done with; what is wrong with them stays."""

    __tablename__ = "import_batches"
    __table_args__ = (UniqueConstraint("import_id", "number"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    import_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("imports.id"))
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20))
    headings: Mapped[list[str]] = mapped_column(Json)
    first_row: Mapped[int] = mapped_column(Integer)
    rows_sealed: Mapped[str | None] = mapped_column(Text)
    faults: Mapped[list[dict[str, t.Any]]] = mapped_column(Json)


class ImportKey(Base):
    """What a row of a file is about, as a keyed hash, while the file is checked: a second row about it is bad."""

    __tablename__ = "import_keys"

    import_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("imports.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    row: Mapped[int] = mapped_column(Integer)
