"""Plans that recur and what came of them, samples, monthly reports, half-days; meetings that are prepared."""

import sqlalchemy as sa
from alembic import op

from chassis.database import Json, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plans",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title_zh", sa.String(length=100), nullable=False),
        sa.Column("title_en", sa.String(length=100), nullable=True),
        sa.Column("organization", sa.String(length=40), nullable=True),
        sa.Column("station", sa.String(length=40), nullable=True),
        sa.Column("rule", sa.String(length=200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("moved", sa.String(length=20), nullable=False),
        sa.Column("opens", sa.String(length=5), nullable=False),
        sa.Column("due_days", sa.Integer(), nullable=False),
        sa.Column("covers", sa.Integer(), nullable=False),
        sa.Column("misfire", sa.String(length=20), nullable=False),
        sa.Column("sample", Json, nullable=True),
        sa.Column("template", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("next_planned_on", sa.Date(), nullable=True),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("next_fire_at", UtcDateTime(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("stopped_at", UtcDateTime(), nullable=True),
        sa.Column("stop_reason", sa.String(length=500), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
    )
    op.create_table(
        "plan_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("old", sa.String(length=500), nullable=True),
        sa.Column("new", sa.String(length=500), nullable=True),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["plan"], ["plans.id"], name="fk_plan_changes_plan_plans"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_changes"),
    )
    op.create_index("ix_plan_changes_plan", "plan_changes", ["plan"])
    op.create_table(
        "occurrences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan", sa.Uuid(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("late_seconds", sa.Integer(), nullable=False),
        sa.Column("tasks", sa.Integer(), nullable=False),
        sa.Column("sample", sa.Uuid(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["plan"], ["plans.id"], name="fk_occurrences_plan_plans"),
        sa.PrimaryKeyConstraint("id", name="pk_occurrences"),
    )
    op.create_index("ix_occurrences_plan", "occurrences", ["plan"])
    op.create_table(
        "samples",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("plan", sa.Uuid(), nullable=True),
        sa.Column("organization", sa.String(length=40), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("rule", Json, nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("pool", Json, nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("drawn_at", UtcDateTime(), nullable=False),
        sa.Column("drawn_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_samples"),
    )
    op.create_index("ix_samples_plan", "samples", ["plan"])
    op.create_table(
        "station_reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization", sa.String(length=40), nullable=False),
        sa.Column("station", sa.String(length=40), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("figures", Json, nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("problems", Json, nullable=False),
        sa.Column("idle_reason", sa.Text(), nullable=True),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("submitted_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_station_reports"),
        sa.UniqueConstraint("organization", "station", "month", name="uq_station_reports_month"),
    )
    op.create_index("ix_station_reports_month", "station_reports", ["month"])
    op.create_table(
        "half_days",
        sa.Column("organization", sa.String(length=40), nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("organization", "month", "day", name="pk_half_days"),
    )
    op.add_column("feedback", sa.Column("grade", sa.String(length=20), nullable=True))
    with op.batch_alter_table("meetings") as table:
        table.add_column(sa.Column("state", sa.String(length=20), nullable=False, server_default="held"))
        table.add_column(sa.Column("starts_at", UtcDateTime(), nullable=True))
        table.add_column(sa.Column("place", sa.String(length=200), nullable=True))
        table.add_column(sa.Column("report", Json, nullable=True))
        table.alter_column("minutes", existing_type=sa.Text(), nullable=True)
    with op.batch_alter_table("meetings") as table:
        table.alter_column("state", existing_type=sa.String(length=20), server_default=None)


def downgrade() -> None:
    op.execute("DELETE FROM meetings WHERE state = 'prepared'")
    with op.batch_alter_table("meetings") as table:
        table.alter_column("minutes", existing_type=sa.Text(), nullable=False)
        for name in ("report", "place", "starts_at", "state"):
            table.drop_column(name)
    with op.batch_alter_table("feedback") as table:
        table.drop_column("grade")
    op.execute("DELETE FROM marks WHERE kind = 'plan'")
    for name in ("half_days", "station_reports", "samples", "occurrences", "plan_changes", "plans"):
        op.drop_table(name)
