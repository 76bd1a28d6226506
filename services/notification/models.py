"""Notification's own tables: people and places (copies fed by events), what people were told, what waits for a person.

Guarantee: the unique key of ``notifications`` keeps one person from being told the same thing twice, whatever is
redelivered.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID

from sqlalchemy import Index, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Json, UtcDateTime, service_base

Base: t.Any = service_base()


class Person(Base):
    """A colleague or lawyer as last heard of; ``as_of`` keeps an older message from overwriting a newer one."""

    __tablename__ = "people"
    __table_args__ = (Index("ix_people_post", "organization", "role", "station"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    organization: Mapped[str] = mapped_column(String(40))
    station: Mapped[str | None] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str | None] = mapped_column(String(100))
    phone: Mapped[str | None] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(254))
    as_of: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class Place(Base):
    """The names of an organization (``station`` is empty) or of one of its stations, for the texts."""

    __tablename__ = "places"

    organization: Mapped[str] = mapped_column(String(40), primary_key=True)
    station: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str | None] = mapped_column(String(100))


class CaseLawyer(Base):
    """Who took a case, as last assigned."""

    __tablename__ = "case_lawyers"

    case: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    lawyer: Mapped[UUID] = mapped_column(Uuid)
    assigned_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class Notification(Base):
    """One person was told one thing. ``source`` is the message, or what the rule's ``once_per`` names.

    The words are kept as they were said. ``about`` is the task, case or application; ``topic`` the kind of task.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("person", "source", "kind"),
        Index("ix_notifications_person_id", "person", "id"),
        Index("ix_notifications_about", "about"),
        Index("ix_notifications_application", "application", "topic"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    person: Mapped[UUID] = mapped_column(Uuid)
    source: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(80))
    message: Mapped[UUID] = mapped_column(Uuid)
    organization: Mapped[str] = mapped_column(String(40))
    station: Mapped[str | None] = mapped_column(String(40))
    application: Mapped[UUID | None] = mapped_column(Uuid)
    about: Mapped[UUID | None] = mapped_column(Uuid)
    topic: Mapped[str | None] = mapped_column(String(40))
    number: Mapped[str | None] = mapped_column(String(40))
    urgency: Mapped[str] = mapped_column(String(10))
    link: Mapped[str] = mapped_column(String(300))
    channel: Mapped[str] = mapped_column(String(20))
    title_zh: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    text_zh: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    why_zh: Mapped[str] = mapped_column(Text)
    why_en: Mapped[str] = mapped_column(Text)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    acknowledged_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    settled_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class Settled(Base):
    """What is done: a notification about it that is made later, out of order, asks for nothing any more."""

    __tablename__ = "settled"

    about: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    settled_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class Vacancy(Base):
    """Something to tell the holder of a post that nobody holds yet; told when somebody takes it."""

    __tablename__ = "vacancies"
    __table_args__ = (
        UniqueConstraint("message", "kind", "entry"),
        Index("ix_vacancies_post", "organization", "role"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    role: Mapped[str] = mapped_column(String(40))
    organization: Mapped[str] = mapped_column(String(40))
    station: Mapped[str | None] = mapped_column(String(40))
    message: Mapped[UUID] = mapped_column(Uuid)
    event: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(80))
    entry: Mapped[int]
    data: Mapped[dict[str, t.Any]] = mapped_column(Json)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
