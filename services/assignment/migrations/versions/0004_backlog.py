"""Plans for the backlog of waiting cases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.database import Json, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "backlog_plans",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("method", sa.String(10), nullable=False),
        sa.Column("left", Json, nullable=False),
        sa.Column("lines", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backlog_plans")),
    )


def downgrade() -> None:
    op.drop_table("backlog_plans")
