"""Timers of tasks and of plans alike, and an index in which each organization's pending ones stand together."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

PENDING = sa.text("state = 'pending'")


def upgrade() -> None:
    op.drop_index("ix_marks_pending", "marks")
    op.drop_index("ix_marks_task", "marks")
    with op.batch_alter_table("marks") as table:
        table.drop_constraint("fk_marks_task_tasks", type_="foreignkey")
        table.alter_column("task", new_column_name="subject", existing_type=sa.Uuid(), existing_nullable=False)
    op.create_index("ix_marks_subject", "marks", ["subject"])
    op.create_index("ix_marks_pending", "marks", ["fire_at"], postgresql_where=PENDING, sqlite_where=PENDING)
    columns = ["organization", "fire_at"]
    op.create_index("ix_marks_pending_of", "marks", columns, postgresql_where=PENDING, sqlite_where=PENDING)


def downgrade() -> None:
    op.drop_index("ix_marks_pending_of", "marks")
    op.drop_index("ix_marks_pending", "marks")
    op.drop_index("ix_marks_subject", "marks")
    op.execute("DELETE FROM marks WHERE subject NOT IN (SELECT id FROM tasks)")
    with op.batch_alter_table("marks") as table:
        table.alter_column("subject", new_column_name="task", existing_type=sa.Uuid(), existing_nullable=False)
        table.create_foreign_key("fk_marks_task_tasks", "tasks", ["task"], ["id"])
    op.create_index("ix_marks_task", "marks", ["task"])
    op.create_index("ix_marks_pending", "marks", ["fire_at"], postgresql_where=PENDING, sqlite_where=PENDING)
