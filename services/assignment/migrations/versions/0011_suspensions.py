"""Lawyers whom the center has suspended."""

import sqlalchemy as sa
from alembic import op

from chassis.database import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "suspensions",
        sa.Column("lawyer_id", sa.Uuid(), nullable=False),
        sa.Column("suspended_at", UtcDateTime(), nullable=True),
        sa.Column("resumed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["lawyer_id"], ["lawyers.id"], name="fk_suspensions_lawyer_id_lawyers"),
        sa.PrimaryKeyConstraint("lawyer_id", name="pk_suspensions"),
    )


def downgrade() -> None:
    op.drop_table("suspensions")
