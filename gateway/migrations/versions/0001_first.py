"""API keys and commands."""

import sqlalchemy as sa
from alembic import op

from chassis.database import Json, UtcDateTime
from chassis.migrations import create_chassis_tables, drop_chassis_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_chassis_tables(op)
    op.create_table(
        "api_keys",
        sa.Column("prefix", sa.String(24), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("organization", sa.String(40), nullable=False),
        sa.Column("person", sa.Uuid),
        sa.Column("station", sa.String(40)),
        sa.Column("label", sa.String(100)),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("revoked_at", UtcDateTime),
        sa.Column("last_used_on", sa.Date),
        sa.PrimaryKeyConstraint("prefix", name="pk_api_keys"),
    )
    op.create_table(
        "commands",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organization", sa.String(40), nullable=False),
        sa.Column("key", sa.String(24), nullable=False),
        sa.Column("person", sa.Uuid),
        sa.Column("station", sa.String(40)),
        sa.Column("type", sa.String(120), nullable=False),
        sa.Column("idempotency_key", sa.String(200)),
        sa.Column("digest", sa.String(64), nullable=False, comment="SHA-256 of method, path and body"),
        sa.Column("state", sa.String(20), nullable=False, comment="accepted, done, rejected or held"),
        sa.Column("status", sa.Integer, nullable=False, comment="the HTTP status of success"),
        sa.Column("resource", Json),
        sa.Column("problem", Json),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("finished_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_commands"),
        sa.UniqueConstraint("key", "idempotency_key", name="uq_commands_idempotency"),
    )
    op.create_index("ix_commands_created_at", "commands", ["created_at"])


def downgrade() -> None:
    op.drop_table("commands")
    op.drop_table("api_keys")
    drop_chassis_tables(op)
