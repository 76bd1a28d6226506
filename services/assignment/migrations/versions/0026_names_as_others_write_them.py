"""Parties are found by more of the ways in which names are written.

A legal form before the name, an alias without brackets, umlauts, a Latin name in either order, and two places without
what kind of places they are. The parties that are there get the keys that they lack; none is taken away. Whose keys an
erasure removed gets none.
"""

from __future__ import annotations

from alembic import op

from services.assignment.migrations.missing_keys import add_missing_keys

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_missing_keys(op.get_bind())


def downgrade() -> None:
    """A key more than before makes a person look at a likely conflict; it stays."""
