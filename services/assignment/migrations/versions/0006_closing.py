"""Closing files that come back, payments, corrections and payment runs; what was paid before becomes a payment."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.database import Json, UtcDateTime

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("paid_fen", sa.BigInteger, nullable=False, server_default="0"))
    _case_table(
        "closing_returns",
        sa.Column("missing", Json, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("returned_at", UtcDateTime, nullable=False),
        sa.Column("returned_by", sa.Uuid, nullable=True),
        sa.Column("answered_at", UtcDateTime, nullable=True),
    )
    _case_table(
        "subsidy_corrections",
        sa.Column("old_grade", sa.String(20), nullable=False),
        sa.Column("new_grade", sa.String(20), nullable=False),
        sa.Column("old_fen", sa.BigInteger, nullable=False),
        sa.Column("new_fen", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("corrected_at", UtcDateTime, nullable=False),
        sa.Column("corrected_by", sa.Uuid, nullable=True),
    )
    op.create_table(
        "payment_runs",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("paid_on", sa.Date, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("made_by", sa.Uuid, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_runs")),
    )
    _case_table(
        "payments",
        sa.Column("lawyer_id", sa.Uuid, nullable=False),
        sa.Column("amount_fen", sa.BigInteger, nullable=False),
        sa.Column("paid_on", sa.Date, nullable=False),
        sa.Column("run_id", sa.Uuid, nullable=True),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.Column("recorded_by", sa.Uuid, nullable=True),
        sa.ForeignKeyConstraint(["lawyer_id"], ["lawyers.id"], name=op.f("fk_payments_lawyer_id_lawyers")),
        sa.ForeignKeyConstraint(["run_id"], ["payment_runs.id"], name=op.f("fk_payments_run_id_payment_runs")),
    )
    op.create_index(op.f("ix_payments_run_id"), "payments", ["run_id"])
    op.execute("UPDATE cases SET paid_fen = subsidy_fen WHERE paid_on IS NOT NULL AND subsidy_fen IS NOT NULL")
    op.execute(
        "INSERT INTO payments (id, case_id, lawyer_id, amount_fen, paid_on, recorded_at) "
        "SELECT id, id, lawyer_id, subsidy_fen, paid_on, COALESCE(filed_at, opened_at) FROM cases "
        "WHERE paid_on IS NOT NULL AND subsidy_fen IS NOT NULL AND lawyer_id IS NOT NULL"
    )


def _case_table(name: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f(f"fk_{name}_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_case_id"), name, ["case_id"])


def downgrade() -> None:
    for name in ("payments", "payment_runs", "subsidy_corrections", "closing_returns"):
        op.drop_table(name)
    with op.batch_alter_table("cases") as table:
        table.drop_column("paid_fen")
