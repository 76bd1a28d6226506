"""Absences, duties, hearings, direct costs, the steps of labour disputes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.database import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "absences",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("lawyer_id", sa.Uuid, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("note", sa.String(300)),
        sa.ForeignKeyConstraint(["lawyer_id"], ["lawyers.id"], name=op.f("fk_absences_lawyer_id_lawyers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index("ix_absences_lawyer_until", "absences", ["lawyer_id", "until"])
    op.create_table(
        "duties",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organization", sa.String(40), nullable=False),
        sa.Column("station", sa.String(40)),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("begins", sa.String(5), nullable=False),
        sa.Column("ends", sa.String(5), nullable=False),
        sa.Column("lawyer_id", sa.Uuid),
        sa.ForeignKeyConstraint(["lawyer_id"], ["lawyers.id"], name=op.f("fk_duties_lawyer_id_lawyers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duties")),
    )
    op.create_index(op.f("ix_duties_lawyer_id"), "duties", ["lawyer_id"])
    op.create_index("ix_duties_organization_on", "duties", ["organization", "on"])
    op.create_table(
        "costs",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("fen", sa.BigInteger, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("note", sa.String(300)),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_costs_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_costs")),
    )
    op.create_index(op.f("ix_costs_case_id"), "costs", ["case_id"])
    op.create_table(
        "hearings",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("place", sa.String(300), nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_hearings_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearings")),
    )
    op.create_index(op.f("ix_hearings_at"), "hearings", ["at"])
    op.create_index(op.f("ix_hearings_case_id"), "hearings", ["case_id"])
    op.create_table(
        "labour_steps",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("step", sa.String(30), nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("knew_on", sa.Date),
        sa.Column("note", sa.Text),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_labour_steps_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_labour_steps")),
    )
    op.create_index(op.f("ix_labour_steps_case_id"), "labour_steps", ["case_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_labour_steps_case_id"), table_name="labour_steps")
    op.drop_table("labour_steps")
    op.drop_index(op.f("ix_hearings_case_id"), table_name="hearings")
    op.drop_index(op.f("ix_hearings_at"), table_name="hearings")
    op.drop_table("hearings")
    op.drop_index(op.f("ix_costs_case_id"), table_name="costs")
    op.drop_table("costs")
    op.drop_index("ix_duties_organization_on", table_name="duties")
    op.drop_index(op.f("ix_duties_lawyer_id"), table_name="duties")
    op.drop_table("duties")
    op.drop_index("ix_absences_lawyer_until", table_name="absences")
    op.drop_table("absences")
