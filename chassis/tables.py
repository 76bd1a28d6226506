"""The chassis' own tables, the same in every service's database: outbox, inbox, dead letters, organizations."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, String, Table, Text, Uuid, text

from chassis.database import NAMING, UtcDateTime

metadata = MetaData(naming_convention=NAMING)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Uuid, primary_key=True, comment="the message's id"),
    Column("attempt", Integer, primary_key=True, comment="1, and more for the retry of a handler"),
    Column("type", String(120), nullable=False),
    Column("organization", String(40), nullable=False),
    Column("exchange", String(20), nullable=False, comment="commands or events"),
    Column("routing_key", String(200), nullable=False),
    Column("body", LargeBinary, nullable=False, comment="the whole envelope as it is sent"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("available_at", UtcDateTime, nullable=False, comment="not sent before"),
    Column("token", Uuid, comment="who claimed the row"),
    Column("leased_until", UtcDateTime, comment="the claim ends here"),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("last_error", String(300)),
    Index("ix_outbox_available", "available_at"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("message_id", Uuid, primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("received_at", UtcDateTime, nullable=False, index=True),
)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("message_id", Uuid),
    Column("type", String(200)),
    Column("organization", String(80)),
    Column("attempt", Integer, nullable=False),
    Column("reason", String(60), nullable=False, comment="a stable slug"),
    Column("detail", Text, nullable=False, comment="what went wrong, without personal data"),
    Column(
        "body",
        LargeBinary,
        nullable=False,
        comment="the message as it arrived, sealed where there is a key; without its data once it is not held",
    ),
    Column("created_at", UtcDateTime, nullable=False),
    Column("state", String(20), nullable=False, comment="held, replayed or discarded"),
    Column("handled_at", UtcDateTime),
    Column("handled_by", String(100)),
    Index("ix_dead_letters_state", "state", "id"),
)

organizations = Table(
    "organizations",
    metadata,
    Column("code", String(40), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("name_en", String(100)),
    Column("kind", String(40), nullable=False),
    Column("superior", String(40)),
    Column("registered_at", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False, server_default=text("0"), comment="the newest word that was heard"),
)
