"""A case knows whether the aided person is under 18 (D148 26), whatever group the register has them in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("minor", sa.Boolean))


def downgrade() -> None:
    op.drop_column("cases", "minor")
