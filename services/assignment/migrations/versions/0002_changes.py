"""Cases that change hands: conflicts found, replacements asked for, aid that ends early."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.database import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conflict_findings",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("lawyer_id", sa.Uuid, nullable=False),
        sa.Column("other_matter", sa.String(40), nullable=False),
        sa.Column("certainty", sa.String(10), nullable=False),
        sa.Column("found_when", sa.String(20), nullable=False),
        sa.Column("found_at", UtcDateTime, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("decided_by", sa.Uuid),
        sa.Column("decided_at", UtcDateTime),
        sa.Column("reason", sa.Text),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_conflict_findings_case_id_cases")),
        sa.ForeignKeyConstraint(["lawyer_id"], ["lawyers.id"], name=op.f("fk_conflict_findings_lawyer_id_lawyers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_findings")),
        sa.UniqueConstraint("case_id", "lawyer_id", "other_matter", name=op.f("uq_conflict_findings_case_id")),
    )
    op.create_index(op.f("ix_conflict_findings_state"), "conflict_findings", ["state"])
    op.create_table(
        "replacement_requests",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("lawyer_id", sa.Uuid, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("requested_at", UtcDateTime, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("decided_by", sa.Uuid),
        sa.Column("decided_at", UtcDateTime),
        sa.Column("decision_reason", sa.Text),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_replacement_requests_case_id_cases")),
        sa.ForeignKeyConstraint(["lawyer_id"], ["lawyers.id"], name=op.f("fk_replacement_requests_lawyer_id_lawyers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replacement_requests")),
    )
    op.create_index(op.f("ix_replacement_requests_case_id"), "replacement_requests", ["case_id"])
    op.add_column("cases", sa.Column("termination_ground", sa.String(40)))
    op.add_column("cases", sa.Column("termination_reason", sa.Text))
    op.add_column("engagements", sa.Column("signed_on", sa.Date))
    op.add_column("engagements", sa.Column("left_because", sa.String(20)))
    op.add_column("engagements", sa.Column("left_reason", sa.Text))
    op.add_column("parties", sa.Column("number_hash", sa.String(64)))


def downgrade() -> None:
    op.drop_column("parties", "number_hash")
    op.drop_column("engagements", "left_reason")
    op.drop_column("engagements", "left_because")
    op.drop_column("engagements", "signed_on")
    op.drop_column("cases", "termination_reason")
    op.drop_column("cases", "termination_ground")
    op.drop_index(op.f("ix_replacement_requests_case_id"), table_name="replacement_requests")
    op.drop_table("replacement_requests")
    op.drop_index(op.f("ix_conflict_findings_state"), table_name="conflict_findings")
    op.drop_table("conflict_findings")
