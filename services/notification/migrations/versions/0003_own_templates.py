"""The center's own words for kinds of notifications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.database import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "own_templates",
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.Column("changed_by", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("kind", "language", name=op.f("pk_own_templates")),
    )


def downgrade() -> None:
    op.drop_table("own_templates")
