"""The version of an organization that was heard last, so that an older word does not overwrite a newer one."""

from alembic import op

from chassis.migrations import add_version_of_organizations, drop_version_of_organizations

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_version_of_organizations(op)


def downgrade() -> None:
    drop_version_of_organizations(op)
