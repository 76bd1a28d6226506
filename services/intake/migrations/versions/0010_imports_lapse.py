"""Since when nothing more of a file has come; files that were half sent when this runs are given up with their rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.database import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

HALF_SENT = "SELECT id FROM imports WHERE state = 'receiving'"


def upgrade() -> None:
    op.add_column("imports", sa.Column("heard_at", UtcDateTime))
    op.execute("UPDATE imports SET heard_at = begun_at")
    with op.batch_alter_table("imports") as imports:
        imports.alter_column("heard_at", existing_type=UtcDateTime(), nullable=False)
    op.execute(f"UPDATE import_batches SET rows_sealed = NULL WHERE import_id IN ({HALF_SENT})")
    op.execute(f"DELETE FROM import_keys WHERE import_id IN ({HALF_SENT})")
    op.execute(
        "UPDATE imports SET state = 'expired', resume_key = NULL, finished_at = heard_at WHERE state = 'receiving'"
    )


def downgrade() -> None:
    with op.batch_alter_table("imports") as imports:
        imports.drop_column("heard_at")
