"""Parties are found by every reading of every character of their names, without the notes behind them, as companies
and under their operators; lawyers by their names.

Readings were narrowed where two characters happen to be a word: ``解放`` was never heard as Xie. The parties that are
there get the keys that they lack; none is taken away. Whose keys an erasure removed gets none.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.assignment.migrations.missing_keys import add_missing_keys

revision = "0020"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_lawyers_plain_name", "lawyers", [sa.text("replace(name, '·', '')")])
    add_missing_keys(op.get_bind())


def downgrade() -> None:
    """A key more than before makes a person look at a likely conflict; it stays."""
    op.drop_index("ix_lawyers_plain_name", "lawyers")
