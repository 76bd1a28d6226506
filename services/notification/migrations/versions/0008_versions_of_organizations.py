"""The version of an organization or station that was heard last: an older word does not overwrite a newer one."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import add_version_of_organizations, drop_version_of_organizations

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_version_of_organizations(op)
    op.add_column("places", sa.Column("version", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("places") as table:
        table.drop_column("version")
    drop_version_of_organizations(op)
