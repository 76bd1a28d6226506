"""Calendar feeds: secret addresses of which only a keyed hash is kept."""

import sqlalchemy as sa
from alembic import op

from chassis.database import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_feeds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=24), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("organization", sa.String(length=40), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=True),
        sa.Column("station", sa.String(length=40), nullable=True),
        sa.Column("of_organization", sa.String(length=40), nullable=True),
        sa.Column("of_station", sa.String(length=40), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_feeds"),
        sa.UniqueConstraint("secret_hash", name="uq_calendar_feeds_secret_hash"),
    )
    op.create_index("ix_calendar_feeds_key", "calendar_feeds", ["key"])


def downgrade() -> None:
    op.drop_table("calendar_feeds")
