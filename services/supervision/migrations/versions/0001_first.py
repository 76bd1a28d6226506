"""First tables of supervision, and the working calendars of 2004-2026."""

import sqlalchemy as sa
from alembic import op

from chassis.database import UtcDateTime
from chassis.migrations import create_chassis_tables, drop_chassis_tables
from services.supervision import calendars

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_chassis_tables(op)
    op.create_table(
        "dossiers",
        sa.Column("application", sa.Uuid(), nullable=False),
        sa.Column("organization", sa.String(length=40), nullable=False),
        sa.Column("station", sa.String(length=40), nullable=True),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("case_number", sa.String(length=40), nullable=True),
        sa.Column("lawyer", sa.Uuid(), nullable=True),
        sa.Column("assigned_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("application", name="pk_dossiers"),
    )
    op.create_table(
        "facts",
        sa.Column("source", sa.Uuid(), nullable=False),
        sa.Column("measure", sa.String(length=60), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("organization", sa.String(length=40), nullable=False),
        sa.Column("station", sa.String(length=40), nullable=False),
        sa.Column("recipient_group", sa.String(length=40), nullable=False),
        sa.Column("form_of_aid", sa.String(length=40), nullable=False),
        sa.Column("matter", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("source", "measure", name="pk_facts"),
    )
    op.create_index("ix_facts_day", "facts", ["day"])
    op.create_index("ix_facts_organization", "facts", ["organization", "day"])
    op.create_table(
        "people",
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("organization", sa.String(length=40), nullable=False),
        sa.Column("station", sa.String(length=40), nullable=True),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint("person", name="pk_people"),
    )
    op.create_index("ix_people_role", "people", ["organization", "role"])
    op.create_table(
        "rollups",
        sa.Column("organization", sa.String(length=40), nullable=False),
        sa.Column("station", sa.String(length=40), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("recipient_group", sa.String(length=40), nullable=False),
        sa.Column("measure", sa.String(length=60), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organization", "station", "month", "recipient_group", "measure", name="pk_rollups"),
    )
    op.create_index("ix_rollups_month", "rollups", ["month"])
    op.create_table(
        "settlements",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", name="pk_settlements"),
    )
    op.create_table(
        "stations",
        sa.Column("organization", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=True),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=60), nullable=False),
        sa.Column("registered_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("organization", "code", name="pk_stations"),
    )
    op.create_table(
        "tasks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("organization", sa.String(length=40), nullable=False),
        sa.Column("station", sa.String(length=40), nullable=True),
        sa.Column("application", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("recipient_group", sa.String(length=40), nullable=False),
        sa.Column("form_of_aid", sa.String(length=40), nullable=False),
        sa.Column("matter", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("article", sa.String(length=80), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("overdue_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("finished_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
        sa.UniqueConstraint("kind", "subject", name="uq_tasks_kind_subject"),
    )
    op.create_index("ix_tasks_application", "tasks", ["application"])
    op.create_index("ix_tasks_due", "tasks", ["state", "due_at"])
    op.create_index("ix_tasks_organization", "tasks", ["organization", "state", "id"])
    op.create_table(
        "timeline",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("type", sa.String(length=120), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_timeline"),
    )
    op.create_index("ix_timeline_application", "timeline", ["application", "at", "id"])
    op.create_table(
        "working_exceptions",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("worked", sa.Boolean(), nullable=False),
        sa.Column("occasion", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("day", name="pk_working_exceptions"),
    )
    op.create_index("ix_working_exceptions_year", "working_exceptions", ["year"])
    op.create_table(
        "working_years",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("imported_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("year", name="pk_working_years"),
    )
    op.create_table(
        "assignments",
        sa.Column("task", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["task"], ["tasks.id"], name="fk_assignments_task_tasks"),
        sa.PrimaryKeyConstraint("task", "person", name="pk_assignments"),
    )
    op.create_index("ix_assignments_person", "assignments", ["person", "task"])
    op.create_table(
        "due_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("task", sa.Uuid(), nullable=False),
        sa.Column("old_due_on", sa.Date(), nullable=False),
        sa.Column("new_due_on", sa.Date(), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["task"], ["tasks.id"], name="fk_due_changes_task_tasks"),
        sa.PrimaryKeyConstraint("id", name="pk_due_changes"),
    )
    op.create_index("ix_due_changes_task", "due_changes", ["task"])
    op.create_table(
        "feedback",
        sa.Column("task", sa.Uuid(), nullable=False),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("gift", sa.String(length=300), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["task"], ["tasks.id"], name="fk_feedback_task_tasks"),
        sa.PrimaryKeyConstraint("task", name="pk_feedback"),
    )
    op.create_table(
        "marks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("task", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("organization", sa.String(length=40), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("fire_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("fired_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["task"], ["tasks.id"], name="fk_marks_task_tasks"),
        sa.PrimaryKeyConstraint("id", name="pk_marks"),
    )
    op.create_index(
        "ix_marks_pending",
        "marks",
        ["fire_at"],
        postgresql_where=sa.text("state = 'pending'"),
        sqlite_where=sa.text("state = 'pending'"),
    )
    op.create_index("ix_marks_task", "marks", ["task"])
    calendars.seed(op.get_bind())


def downgrade() -> None:
    for table in (
        "marks",
        "feedback",
        "due_changes",
        "assignments",
        "working_years",
        "working_exceptions",
        "timeline",
        "tasks",
        "stations",
        "settlements",
        "rollups",
        "people",
        "facts",
        "dossiers",
    ):
        op.drop_table(table)
    drop_chassis_tables(op)
