"""Occurrences say which stations they asked nothing of."""

import sqlalchemy as sa
from alembic import op

from chassis.database import Json

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("occurrences", sa.Column("left_out", Json, nullable=True))


def downgrade() -> None:
    op.drop_column("occurrences", "left_out")
