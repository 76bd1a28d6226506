"""Objections to terminations, and which of them gave a case back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.database import Json, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("restored_by", sa.Uuid))
    op.create_table(
        "termination_objections",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("ground", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("terminated_on", sa.Date, nullable=False),
        sa.Column("grounds", sa.Text),
        sa.Column("objected_at", UtcDateTime, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reasons", Json, nullable=False),
        sa.Column("reassign", sa.Boolean, nullable=False),
        sa.Column("decided_by", sa.Uuid),
        sa.Column("decided_at", UtcDateTime),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_termination_objections_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_termination_objections")),
    )
    op.create_index(op.f("ix_termination_objections_case_id"), "termination_objections", ["case_id"])


def downgrade() -> None:
    op.drop_table("termination_objections")
    with op.batch_alter_table("cases") as table:
        table.drop_column("restored_by")
