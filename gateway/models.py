"""The gateway's tables: API keys, and every command with what became of it."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID

from sqlalchemy import Date, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Json, UtcDateTime, service_base

Base: t.Any = service_base()


class ApiKey(Base):
    """A credential. Only a keyed hash of its secret is kept."""

    __tablename__ = "api_keys"

    prefix: Mapped[str] = mapped_column(String(24), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(20))
    organization: Mapped[str] = mapped_column(String(40))
    person: Mapped[UUID | None] = mapped_column(Uuid)
    station: Mapped[str | None] = mapped_column(String(40))
    label: Mapped[str | None] = mapped_column(String(100))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    last_used_on: Mapped[dt.date | None] = mapped_column(Date)


class Leaver(Base):
    """A colleague who has left the network: nobody makes a key for them any more.

    Intake never takes the same id in again; whoever comes back is a new colleague.
    """

    __tablename__ = "leavers"

    person: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    heard_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class CalendarFeed(Base):
    """A calendar behind a secret address. It sees what the key sees that made it, and ends with that key.

    ``of_organization``, ``of_station``: whose tasks it has; null: those of ``person``.
    """

    __tablename__ = "calendar_feeds"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    key: Mapped[str] = mapped_column(String(24), index=True)
    role: Mapped[str] = mapped_column(String(20))
    organization: Mapped[str] = mapped_column(String(40))
    person: Mapped[UUID | None] = mapped_column(Uuid)
    station: Mapped[str | None] = mapped_column(String(40))
    of_organization: Mapped[str | None] = mapped_column(String(40))
    of_station: Mapped[str | None] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(2))
    made_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class RateCount(Base):
    """How often a caller asked in one window, over all gateway processes."""

    __tablename__ = "rate_counts"

    caller: Mapped[str] = mapped_column(String(80), primary_key=True)
    ends_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, primary_key=True)
    count: Mapped[int]


class Command(Base):
    """A command that the gateway accepted: its row, its idempotency key and its outbox row are one transaction."""

    __tablename__ = "commands"
    __table_args__ = (
        UniqueConstraint("key", "idempotency_key", name="uq_commands_idempotency"),
        Index("ix_commands_created_at", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    organization: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(24))
    person: Mapped[UUID | None] = mapped_column(Uuid)
    station: Mapped[str | None] = mapped_column(String(40))
    type: Mapped[str] = mapped_column(String(120))
    idempotency_key: Mapped[str | None] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64), comment="SHA-256 of method, path and body")
    state: Mapped[str] = mapped_column(String(20), comment="accepted, done, rejected or held")
    status: Mapped[int] = mapped_column(comment="the HTTP status of success")
    resource: Mapped[dict[str, t.Any] | None] = mapped_column(Json)
    problem: Mapped[dict[str, t.Any] | None] = mapped_column(Json)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
