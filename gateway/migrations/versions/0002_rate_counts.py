"""What callers asked in the present window, counted over all gateway processes."""

import sqlalchemy as sa
from alembic import op

from chassis.database import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rate_counts",
        sa.Column("caller", sa.String(80), nullable=False),
        sa.Column("ends_at", UtcDateTime, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("caller", "ends_at", name="pk_rate_counts"),
    )


def downgrade() -> None:
    op.drop_table("rate_counts")
