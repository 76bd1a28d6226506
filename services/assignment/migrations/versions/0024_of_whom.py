"""What is kept of whom: costs, the firm of who was paid, and the cases of people whose data were erased.

A direct cost knows the lawyer who bore it, and a correction of costs what it set: each is repaid their own (LA 52).

Whose an older cost is, the engagements tell: the last one that began before it was recorded, by their ids. Costs that
the check of a file counted already are those of the lawyer to whom that check gave them: by the first claim after them.

A payment keeps the name of the lawyer's firm; of older ones that of today is shown, as before.

A case whose person's data were erased takes no more words; older ones are known by the name that the erasure left.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.database import UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

WHO_BORE_THEM = """
    UPDATE costs SET lawyer_id = (
        SELECT engaged.lawyer_id FROM engagements engaged
        WHERE engaged.matter_id = costs.case_id AND engaged.id < costs.id
        ORDER BY engaged.id DESC LIMIT 1
    )
    WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = costs.case_id AND cases.checked_on IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM subsidy_claims WHERE case_id = costs.case_id AND subsidy_claims.id > costs.id)
"""
WHO_WAS_REPAID = """
    UPDATE costs SET lawyer_id = (
        SELECT claim.lawyer_id FROM subsidy_claims claim
        WHERE claim.case_id = costs.case_id AND claim.id > costs.id
        ORDER BY claim.id LIMIT 1
    )
    WHERE lawyer_id IS NULL
"""
# As services/assignment/erasure.py wrote it; when it was is not known: by now.
ERASED_BEFORE = """
    UPDATE cases SET erased_at = CURRENT_TIMESTAMP
    WHERE EXISTS (SELECT 1 FROM parties WHERE parties.matter_id = cases.id AND parties.name = '（已删除）')
"""


def upgrade() -> None:
    with op.batch_alter_table("costs") as table:
        table.add_column(sa.Column("lawyer_id", sa.Uuid))
        table.create_foreign_key(op.f("fk_costs_lawyer_id_lawyers"), "lawyers", ["lawyer_id"], ["id"])
    with op.batch_alter_table("subsidy_corrections") as table:
        table.add_column(sa.Column("lawyer_id", sa.Uuid))
        table.add_column(sa.Column("costs_fen", sa.BigInteger))
        table.create_foreign_key(op.f("fk_subsidy_corrections_lawyer_id_lawyers"), "lawyers", ["lawyer_id"], ["id"])
    op.execute(WHO_BORE_THEM)
    op.execute(WHO_WAS_REPAID)
    op.add_column("payments", sa.Column("firm_name", sa.String(200)))
    op.add_column("cases", sa.Column("erased_at", UtcDateTime))
    op.execute(ERASED_BEFORE)


def downgrade() -> None:
    op.drop_column("cases", "erased_at")
    op.drop_column("payments", "firm_name")
    with op.batch_alter_table("subsidy_corrections") as table:
        table.drop_constraint(op.f("fk_subsidy_corrections_lawyer_id_lawyers"), type_="foreignkey")
        table.drop_column("costs_fen")
        table.drop_column("lawyer_id")
    with op.batch_alter_table("costs") as table:
        table.drop_constraint(op.f("fk_costs_lawyer_id_lawyers"), type_="foreignkey")
        table.drop_column("lawyer_id")
