"""The version of an organization in the list, so that a late word of its registration does not overwrite a change."""

from alembic import op

from chassis.migrations import add_version_of_organizations, drop_version_of_organizations

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_version_of_organizations(op)
    of_profile = "SELECT version FROM organization_profiles WHERE organization_profiles.code = organizations.code"
    op.execute(f"UPDATE organizations SET version = COALESCE(({of_profile}), 0)")


def downgrade() -> None:
    drop_version_of_organizations(op)
