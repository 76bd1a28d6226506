"""Deliveries know which list they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("digest", sa.String(10)))
    op.execute("UPDATE deliveries SET digest = 'morning' WHERE notification IS NULL")


def downgrade() -> None:
    op.drop_column("deliveries", "digest")
