"""Who has left the network: a key that is made for them later would be good, for their leaving was heard before."""

import sqlalchemy as sa
from alembic import op

from chassis.database import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leavers",
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("heard_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_leavers"),
    )


def downgrade() -> None:
    op.drop_table("leavers")
