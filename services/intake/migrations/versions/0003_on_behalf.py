"""Who applied for the person, and whether an office forwarded it late."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("applications", sa.Column("on_behalf_sealed", sa.Text))
    op.add_column("applications", sa.Column("forwarded_late", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("applications") as applications:
        applications.drop_column("forwarded_late")
        applications.drop_column("on_behalf_sealed")
