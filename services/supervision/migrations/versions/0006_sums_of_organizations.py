"""The sums of each organization in all, so that a year's figures are few rows."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "INSERT INTO rollups (dimension, month, organization, station, key, measure, value) "
        "SELECT 'organization', month, organization, '', '', measure, sum(value) FROM rollups "
        "WHERE dimension = 'station' GROUP BY month, organization, measure"
    )


def downgrade() -> None:
    op.execute("DELETE FROM rollups WHERE dimension = 'organization'")
