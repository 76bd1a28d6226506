"""A conflict is told again of another party, and when its lawyer comes back to the case.

What was found before is taken to be about every party that its case has now, so that an upgrade asks nobody anew; of
lawyers who have parted from their case it belongs to the past.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.database import Json, UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

PARTED = """
    UPDATE conflict_findings SET parted_at = COALESCE(decided_at, found_at) WHERE NOT EXISTS (
        SELECT 1 FROM cases WHERE cases.id = conflict_findings.case_id AND (
            cases.lawyer_id = conflict_findings.lawyer_id OR EXISTS (
                SELECT 1 FROM offers WHERE offers.case_id = cases.id AND offers.state = 'open'
                AND offers.lawyer_id = conflict_findings.lawyer_id
            )
        )
    )
"""


def upgrade() -> None:
    op.add_column("conflict_findings", sa.Column("parties", Json))
    op.add_column("conflict_findings", sa.Column("parted_at", UtcDateTime))
    _fill()
    op.execute(PARTED)
    with op.batch_alter_table("conflict_findings") as table:
        table.alter_column("parties", nullable=False)
        table.drop_constraint("uq_conflict_findings_case_id", type_="unique")
    op.create_index("ix_conflict_findings_case_id", "conflict_findings", ["case_id", "lawyer_id"])


def _fill() -> None:
    bind = op.get_bind()
    findings = sa.table("conflict_findings", sa.column("case_id", sa.Uuid), sa.column("parties", Json))
    parties = sa.table("parties", sa.column("id", sa.Uuid), sa.column("matter_id", sa.Uuid))
    for case in bind.scalars(sa.select(findings.c.case_id).distinct()).all():
        of_case = bind.scalars(sa.select(parties.c.id).where(parties.c.matter_id == case))
        found = sorted(str(one) for one in of_case)
        bind.execute(sa.update(findings).where(findings.c.case_id == case).values(parties=found))


def downgrade() -> None:
    """Of several findings between the same two the last stays."""
    op.execute(
        "DELETE FROM conflict_findings WHERE EXISTS (SELECT 1 FROM conflict_findings later "
        "WHERE later.case_id = conflict_findings.case_id AND later.lawyer_id = conflict_findings.lawyer_id "
        "AND later.other_matter = conflict_findings.other_matter AND later.id > conflict_findings.id)"
    )
    op.drop_index("ix_conflict_findings_case_id", "conflict_findings")
    with op.batch_alter_table("conflict_findings") as table:
        table.drop_column("parties")
        table.drop_column("parted_at")
        table.create_unique_constraint("uq_conflict_findings_case_id", ["case_id", "lawyer_id", "other_matter"])
