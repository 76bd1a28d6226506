"""Endpoints, preferences, deliveries and their attempts: the ways out of the platform."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.database import Json, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "endpoints",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organization", sa.String(40), nullable=False),
        sa.Column("person", sa.Uuid),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("secret", sa.Text),
        sa.Column("old_secret", sa.Text),
        sa.Column("old_secret_until", UtcDateTime),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(200)),
        sa.Column("failing_since", UtcDateTime),
        sa.Column("not_before", UtcDateTime),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endpoints")),
    )
    op.create_index("ix_endpoints_person", "endpoints", ["person"])
    op.create_index("ix_endpoints_organization", "endpoints", ["organization", "channel"])
    op.create_table(
        "preferences",
        sa.Column("person", sa.Uuid, nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("channels", Json),
        sa.Column("quiet_from", sa.Time),
        sa.Column("quiet_until", sa.Time),
        sa.Column("working_days_only", sa.Boolean, nullable=False),
        sa.Column("digest", sa.Boolean, nullable=False),
        sa.Column("digest_at", sa.Time, nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_preferences")),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("source", sa.Uuid, nullable=False),
        sa.Column("notification", sa.Uuid),
        sa.Column("person", sa.Uuid, nullable=False),
        sa.Column("endpoint", sa.Uuid, nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("token", sa.Uuid),
        sa.Column("leased_until", UtcDateTime),
        sa.Column("reason", sa.String(200)),
        sa.Column("receipt", sa.String(200)),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("source", "endpoint", name=op.f("uq_deliveries_source")),
    )
    pending = sa.text("state = 'pending'")
    op.create_index(
        "ix_deliveries_due", "deliveries", ["channel", "due_at"], postgresql_where=pending, sqlite_where=pending
    )
    op.create_index("ix_deliveries_endpoint", "deliveries", ["endpoint", "id"])
    op.create_index("ix_deliveries_person", "deliveries", ["person", "id"])
    op.create_table(
        "attempts",
        sa.Column("delivery", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("began_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime),
        sa.Column("outcome", sa.String(20)),
        sa.Column("detail", sa.String(200)),
        sa.PrimaryKeyConstraint("delivery", "number", name=op.f("pk_attempts")),
    )


def downgrade() -> None:
    for table in ("attempts", "deliveries", "preferences", "endpoints"):
        op.drop_table(table)
