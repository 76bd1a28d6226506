"""Where the office that handles a matter sits and where the matter arose: they decide who is competent (LA 38)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COLUMNS = ("office_district", "arose_district")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("applications", sa.Column(name, sa.String(60)))


def downgrade() -> None:
    with op.batch_alter_table("applications") as applications:
        for name in reversed(COLUMNS):
            applications.drop_column(name)
