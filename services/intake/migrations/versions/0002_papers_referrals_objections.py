"""Missing papers, documents, referrals between organizations, objections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.database import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PAPERS = ("papers_sealed", "papers_requested_at", "papers_due_on", "papers_complete_at")


def upgrade() -> None:
    for name, kind in zip(PAPERS, (sa.Text, UtcDateTime, sa.Date, UtcDateTime), strict=True):
        op.add_column("applications", sa.Column(name, kind))
    op.create_table(
        "documents",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("application", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("title_sealed", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64)),
        sa.Column("original_seen", sa.Boolean, nullable=False),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.ForeignKeyConstraint(
            ["application"], ["applications.id"], name=op.f("fk_documents_application_applications")
        ),
    )
    op.create_index(op.f("ix_documents_application"), "documents", ["application"])
    op.create_table(
        "referrals",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("application", sa.Uuid, nullable=False),
        sa.Column("from_organization", sa.String(40), nullable=False),
        sa.Column("from_station", sa.String(40)),
        sa.Column("to_organization", sa.String(40), nullable=False),
        sa.Column("to_station", sa.String(40)),
        sa.Column("reason_sealed", sa.Text, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrals")),
        sa.ForeignKeyConstraint(
            ["application"], ["applications.id"], name=op.f("fk_referrals_application_applications")
        ),
    )
    op.create_index(op.f("ix_referrals_application"), "referrals", ["application"])
    op.create_index(op.f("ix_referrals_from_organization"), "referrals", ["from_organization"])
    op.create_table(
        "objections",
        sa.Column("application", sa.Uuid, nullable=False),
        sa.Column("grounds_sealed", sa.Text, nullable=False),
        sa.Column("objected_at", UtcDateTime, nullable=False),
        sa.Column("outcome", sa.String(20)),
        sa.Column("reasons_sealed", sa.Text),
        sa.Column("decided_at", UtcDateTime),
        sa.PrimaryKeyConstraint("application", name=op.f("pk_objections")),
        sa.ForeignKeyConstraint(
            ["application"], ["applications.id"], name=op.f("fk_objections_application_applications")
        ),
    )


def downgrade() -> None:
    for table in ("objections", "referrals", "documents"):
        op.drop_table(table)
    with op.batch_alter_table("applications") as applications:
        for name in PAPERS:
            applications.drop_column(name)
