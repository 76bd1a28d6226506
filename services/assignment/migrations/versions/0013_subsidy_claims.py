"""What lawyers are owed for a case, claim by claim; what was due and paid before becomes claims."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.database import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

COLUMNS = (
    "id, case_id, lawyer_id, task_key, grade, due_on, due_at, due_fen, costs_fen, paid_fen, paid_on, "
    "rate_fen, rate_source, rate_verified"
)
# What was paid to one lawyer for one case, and whether it is the case's subsidy of now or of an earlier ending.
PAID = """
    SELECT first.id AS id, first.case_id AS case_id, first.lawyer_id AS lawyer_id, first.recorded_at AS recorded_at,
        sums.paid AS paid, sums.paid_on AS paid_on, cases.grade AS grade, cases.checked_on AS checked_on,
        cases.subsidy_fen AS subsidy, cases.rate_fen AS rate, cases.rate_source AS source,
        cases.rate_verified AS verified,
        cases.subsidy_fen IS NOT NULL AND cases.lawyer_id = first.lawyer_id AS is_of_now
    FROM payments first JOIN cases ON cases.id = first.case_id
    JOIN (
        SELECT case_id, lawyer_id, SUM(amount_fen) AS paid, MAX(paid_on) AS paid_on FROM payments
        GROUP BY case_id, lawyer_id
    ) sums ON sums.case_id = first.case_id AND sums.lawyer_id = first.lawyer_id
    WHERE NOT EXISTS (
        SELECT 1 FROM payments earlier WHERE earlier.case_id = first.case_id
        AND earlier.lawyer_id = first.lawyer_id AND earlier.id < first.id
    )
"""
# A claim with the id of the first payment: what was paid for an earlier ending or to an earlier lawyer was due.
FROM_PAYMENTS = f"""
    INSERT INTO subsidy_claims ({COLUMNS})
    SELECT id, case_id, lawyer_id, NULL, CASE WHEN is_of_now THEN grade END,
        CASE WHEN is_of_now THEN checked_on ELSE paid_on END, recorded_at,
        CASE WHEN is_of_now THEN subsidy ELSE paid END, 0, paid, paid_on,
        CASE WHEN is_of_now THEN rate END, CASE WHEN is_of_now THEN source END, CASE WHEN is_of_now THEN verified END
    FROM ({PAID}) paid
"""
# What nothing was paid of yet is a claim with the id of its case.
FROM_CASES = f"""
    INSERT INTO subsidy_claims ({COLUMNS})
    SELECT id, id, lawyer_id, NULL, grade, checked_on, COALESCE(filed_at, opened_at), subsidy_fen, 0, 0,
        NULL, rate_fen, rate_source, rate_verified
    FROM cases WHERE lawyer_id IS NOT NULL AND checked_on IS NOT NULL AND subsidy_fen > 0
    AND NOT EXISTS (SELECT 1 FROM payments WHERE case_id = cases.id AND payments.lawyer_id = cases.lawyer_id)
"""


def upgrade() -> None:
    op.create_table(
        "subsidy_claims",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("lawyer_id", sa.Uuid, nullable=False),
        sa.Column("task_key", sa.Uuid),
        sa.Column("grade", sa.String(20)),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("due_fen", sa.BigInteger, nullable=False),
        sa.Column("costs_fen", sa.BigInteger, nullable=False),
        sa.Column("paid_fen", sa.BigInteger, nullable=False),
        sa.Column("paid_on", sa.Date),
        sa.Column("rate_fen", sa.BigInteger),
        sa.Column("rate_source", sa.String(300)),
        sa.Column("rate_verified", sa.Boolean),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_subsidy_claims_case_id_cases")),
        sa.ForeignKeyConstraint(["lawyer_id"], ["lawyers.id"], name=op.f("fk_subsidy_claims_lawyer_id_lawyers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subsidy_claims")),
    )
    op.create_index(op.f("ix_subsidy_claims_case_id"), "subsidy_claims", ["case_id"])
    op.create_index("ix_subsidy_claims_lawyer_due_on", "subsidy_claims", ["lawyer_id", "due_on"])
    op.execute(FROM_PAYMENTS)
    op.execute(FROM_CASES)


def downgrade() -> None:
    op.drop_table("subsidy_claims")
