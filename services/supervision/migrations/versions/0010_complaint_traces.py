"""Who opened a complaint, took its steps and looked at it."""

import sqlalchemy as sa
from alembic import op

from chassis.database import Json, UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "complaint_traces",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("complaint", sa.Uuid(), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("shown", Json, nullable=False),
        sa.Column("by_key", sa.String(length=60), nullable=False),
        sa.Column("by_role", sa.String(length=40), nullable=False),
        sa.Column("by_organization", sa.String(length=40), nullable=False),
        sa.Column("by_person", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_complaint_traces_complaint_id", "complaint_traces", ["complaint", "id"])


def downgrade() -> None:
    op.drop_table("complaint_traces")
