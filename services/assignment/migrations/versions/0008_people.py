"""Volunteers, recurring rosters, former names of parties."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.database import Json, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "volunteers",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organization", sa.String(40)),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("name_en", sa.String(100)),
        sa.Column("gender", sa.String(10)),
        sa.Column("phone", sa.String(40)),
        sa.Column("email", sa.String(254)),
        sa.Column("qualification", sa.String(300)),
        sa.Column("checked_on", sa.Date),
        sa.Column("places", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(300)),
        sa.Column("registered_at", UtcDateTime, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteers")),
    )
    op.create_index(op.f("ix_volunteers_organization"), "volunteers", ["organization"])
    op.create_table(
        "volunteer_traits",
        sa.Column("volunteer_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("value", sa.String(60), nullable=False),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_volunteer_traits_volunteer_id_volunteers")
        ),
        sa.PrimaryKeyConstraint("volunteer_id", "kind", "value", name=op.f("pk_volunteer_traits")),
    )
    op.create_table(
        "duty_plans",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organization", sa.String(40), nullable=False),
        sa.Column("station", sa.String(40)),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("weekdays", Json, nullable=False),
        sa.Column("every_weeks", sa.Integer, nullable=False),
        sa.Column("begins", sa.String(5), nullable=False),
        sa.Column("ends", sa.String(5), nullable=False),
        sa.Column("lawyers", Json, nullable=False),
        sa.Column("planned_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_plans")),
    )
    op.create_index(op.f("ix_duty_plans_organization"), "duty_plans", ["organization"])
    with op.batch_alter_table("duties") as table:
        table.add_column(sa.Column("plan_id", sa.Uuid))
        table.create_foreign_key(op.f("fk_duties_plan_id_duty_plans"), "duty_plans", ["plan_id"], ["id"])
        table.create_index(op.f("ix_duties_plan_id"), ["plan_id"])
    with op.batch_alter_table("parties") as table:
        table.add_column(sa.Column("former_names", Json, nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("parties") as table:
        table.drop_column("former_names")
    with op.batch_alter_table("duties") as table:
        table.drop_index(op.f("ix_duties_plan_id"))
        table.drop_constraint(op.f("fk_duties_plan_id_duty_plans"), type_="foreignkey")
        table.drop_column("plan_id")
    for name in ("duty_plans", "volunteer_traits", "volunteers"):
        op.drop_table(name)
