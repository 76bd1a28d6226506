"""The lines of a backlog's plan are kept as they are: to compress nine megabytes takes longer than to write them."""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _keep("EXTERNAL")


def downgrade() -> None:
    _keep("EXTENDED")


def _keep(how: str) -> None:
    """SQLite compresses nothing."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE backlog_plans ALTER COLUMN lines SET STORAGE {how}")
