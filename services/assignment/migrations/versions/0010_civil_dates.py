"""The limitation and the appeal of civil cases; reports of what may end the aid."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "civil_dates",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_civil_dates_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_civil_dates")),
    )
    op.create_index(op.f("ix_civil_dates_case_id"), "civil_dates", ["case_id"])
    op.add_column("progress_reports", sa.Column("may_end", sa.String(40)))


def downgrade() -> None:
    op.drop_table("civil_dates")
    with op.batch_alter_table("progress_reports") as table:
        table.drop_column("may_end")
