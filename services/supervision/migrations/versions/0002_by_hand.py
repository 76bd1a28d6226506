"""What people do with tasks: stand-ins, acts with their reasons, time spent; clocks that stand still."""

import sqlalchemy as sa
from alembic import op

from chassis.database import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tasks", sa.Column("minutes", sa.Integer()))
    op.add_column("tasks", sa.Column("stopped_at", UtcDateTime()))
    op.add_column("dossiers", sa.Column("referred_at", UtcDateTime()))
    op.create_table(
        "stops",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime()),
        sa.PrimaryKeyConstraint("kind", "subject", "at", name="pk_stops"),
    )
    op.create_table(
        "stand_ins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("stand_in", sa.Uuid(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stand_ins"),
    )
    op.create_index("ix_stand_ins_person", "stand_ins", ["person"])
    op.create_table(
        "task_acts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("task", sa.Uuid(), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("by", sa.Uuid()),
        sa.Column("reason", sa.String(length=500)),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["task"], ["tasks.id"], name="fk_task_acts_task_tasks"),
        sa.PrimaryKeyConstraint("id", name="pk_task_acts"),
    )
    op.create_index("ix_task_acts_task", "task_acts", ["task"])


def downgrade() -> None:
    op.drop_table("task_acts")
    op.drop_table("stand_ins")
    op.drop_table("stops")
    op.drop_column("dossiers", "referred_at")
    op.drop_column("tasks", "stopped_at")
    op.drop_column("tasks", "minutes")
