"""The index of parties' keys holds the party as well: a conflict check reads the index and not the rows behind it.

A name with many readings meets each of its bearers under each of them; the rows of all those were looked at one by one.
"""

from __future__ import annotations

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

INDEX, TABLE, COLUMNS = "ix_party_keys_key", "party_keys", ["key", "side", "matter_id"]


def upgrade() -> None:
    op.drop_index(INDEX, TABLE)
    op.create_index(INDEX, TABLE, [*COLUMNS, "party_id"])


def downgrade() -> None:
    op.drop_index(INDEX, TABLE)
    op.create_index(INDEX, TABLE, COLUMNS)
