"""Notification's own tables: people and places (copies fed by events), what people were told, what waits for a person.

Guarantee: the unique key of ``notifications`` keeps one person from being told the same thing twice, whatever is
redelivered.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID

from sqlalchemy import Float, Index, String, Text, Time, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Json, UtcDateTime, service_base

Base: t.Any = service_base()
PENDING = text("state = 'pending'")


class Person(Base):
    """A colleague or lawyer as last heard of; ``version`` keeps an older message from overwriting a newer one, and
    ``as_of`` does where none is told (0), as it was of lawyers.

    How they are reached is sealed (``AIDBUS_DATA_KEYS``).
    """

    __tablename__ = "people"
    __table_args__ = (Index("ix_people_post", "organization", "role", "station"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    organization: Mapped[str] = mapped_column(String(40))
    station: Mapped[str | None] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str | None] = mapped_column(String(100))
    phone_sealed: Mapped[str | None] = mapped_column(Text)
    email_sealed: Mapped[str | None] = mapped_column(Text)
    as_of: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=0, server_default="0")


class Place(Base):
    """The names of an organization (``station`` is empty) or of one of its stations, for the texts.

    ``version``: the latest word that was heard.
    """

    __tablename__ = "places"

    organization: Mapped[str] = mapped_column(String(40), primary_key=True)
    station: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str | None] = mapped_column(String(100))
    version: Mapped[int] = mapped_column(default=0, server_default="0")


class CaseLawyer(Base):
    """Who took a case, as last assigned."""

    __tablename__ = "case_lawyers"

    case: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    lawyer: Mapped[UUID] = mapped_column(Uuid)
    assigned_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class Notification(Base):
    """One person was told one thing. ``source`` is the message, or what the rule's ``once_per`` names.

    The words are kept as they were said; ``variants``: "<channel>.<language>" -> title and text, for channels with
    words of their own. ``about`` is the task, case or application; ``topic`` the kind of task. ``actions``: what its
    person can answer, each with ``act``, ``item`` and ``until``.
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
    actions: Mapped[list[dict[str, t.Any]] | None] = mapped_column(Json)
    variants: Mapped[dict[str, list[str]] | None] = mapped_column(Json)


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


class Endpoint(Base):
    """Where a person (or an organization's own front end) can be reached besides the inbox. Address and secrets are
    sealed; a person has one address per channel, whose id is made of both, so none is ever looked up by its text.

    ``state``: active; paused (by hand or because it was dead for three days); bad (the address itself); removed.
    ``not_before``: the far side asked for patience. The old secret signs beside the new one until ``old_secret_until``.
    ``answers``: links by which a person answers may go there. ``lost_since``: when something was given up there and a
    task for the liaison was asked for; nothing has arrived since.
    """

    __tablename__ = "endpoints"
    __table_args__ = (
        Index("ix_endpoints_person", "person"),
        Index("ix_endpoints_organization", "organization", "channel"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    organization: Mapped[str] = mapped_column(String(40))
    person: Mapped[UUID | None] = mapped_column(Uuid)
    channel: Mapped[str] = mapped_column(String(20))
    address_sealed: Mapped[str] = mapped_column(Text)
    secret_sealed: Mapped[str | None] = mapped_column(Text)
    old_secret_sealed: Mapped[str | None] = mapped_column(Text)
    old_secret_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(200))
    failing_since: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    not_before: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    lost_since: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    answers: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)


class Preference(Base):
    """What a person wants; who has no row gets what is usual."""

    __tablename__ = "preferences"

    person: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    language: Mapped[str] = mapped_column(String(5))
    channels: Mapped[list[str] | None] = mapped_column(Json)
    quiet_from: Mapped[dt.time | None] = mapped_column(Time)
    quiet_until: Mapped[dt.time | None] = mapped_column(Time)
    working_days_only: Mapped[bool]
    digest: Mapped[bool]
    digest_at: Mapped[dt.time] = mapped_column(Time)


class OwnTemplate(Base):
    """The center's own words for a kind of notification in one language; ``channel`` empty: for all channels."""

    __tablename__ = "own_templates"

    kind: Mapped[str] = mapped_column(String(80), primary_key=True)
    language: Mapped[str] = mapped_column(String(5), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20), primary_key=True, default="")
    source: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(100))


class Delivery(Base):
    """One notification, or one morning list, on its way to one endpoint.

    ``state``: pending; sent; failed; cancelled (read or settled before it was due); held (its webhook is paused).
    ``digest``: morning or weekly, for a list instead of one notification.
    ``source``: the notification, or what identifies the list: one person never gets the same thing twice.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("source", "endpoint"),
        Index("ix_deliveries_due", "channel", "due_at", postgresql_where=PENDING, sqlite_where=PENDING),
        Index("ix_deliveries_endpoint", "endpoint", "id"),
        Index("ix_deliveries_person", "person", "id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    source: Mapped[UUID] = mapped_column(Uuid)
    notification: Mapped[UUID | None] = mapped_column(Uuid)
    person: Mapped[UUID] = mapped_column(Uuid)
    endpoint: Mapped[UUID] = mapped_column(Uuid)
    channel: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    due_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int]
    digest: Mapped[str | None] = mapped_column(String(10))
    token: Mapped[UUID | None] = mapped_column(Uuid)
    leased_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(String(200))
    receipt: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class Attempt(Base):
    """One try to deliver, written before anything leaves; without an end the process died meanwhile."""

    __tablename__ = "attempts"

    delivery: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    began_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(20))
    detail: Mapped[str | None] = mapped_column(String(200))


class Pace(Base):
    """How much a channel's provider may be asked for now, shared by all processes: a token bucket.

    ``tokens`` were there at ``at``; ``not_before``: the provider asked for patience for the whole account.
    """

    __tablename__ = "paces"

    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    tokens: Mapped[float] = mapped_column(Float)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    not_before: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class Watch(Base):
    """A notification that must be acknowledged until ``due_at``; else somebody else is told. Gone when it is over."""

    __tablename__ = "watches"
    __table_args__ = (Index("ix_watches_due", "due_at"),)

    notification: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    due_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
