"""Companies are found by their places as people shorten them: ``北京宏达建筑`` is likely ``北京市宏达建筑``.

The parties that are there get the keys that they lack; none is taken away. Whose keys an erasure removed gets none.
"""

from __future__ import annotations

from alembic import op

from services.assignment.migrations.missing_keys import add_missing_keys

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_missing_keys(op.get_bind())


def downgrade() -> None:
    """A key more than before makes a person look at a likely conflict; it stays."""
