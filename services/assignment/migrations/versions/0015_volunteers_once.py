"""A volunteer is registered once under one name and telephone.

Post-deployment data step: telephones are read once, so the keys (AIDBUS_DATA_KEYS) must be at hand. Of those who are
there twice the first is kept as the one; the others stay without a hash, for a person to see to.
"""

from __future__ import annotations

import os
from typing import Any

import sqlalchemy as sa
from alembic import op

from chassis.vault import Vault, open_vault
from services.assignment.contact import volunteer_index

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("volunteers", sa.Column("same_index", sa.String(64), nullable=True))
    _fill()
    op.create_index("ix_volunteers_same_index", "volunteers", ["same_index"], unique=True)  # in place: see 0014


def downgrade() -> None:
    op.drop_index("ix_volunteers_same_index", "volunteers")
    op.drop_column("volunteers", "same_index")


def _fill() -> None:
    bind = op.get_bind()
    names = ("organization", "name", "phone_sealed", "state", "same_index")
    table = sa.table("volunteers", sa.column("id", sa.Uuid()), *(sa.column(one, sa.String()) for one in names))
    present = table.c.phone_sealed.is_not(None) & (table.c.state != "left")
    rows = bind.execute(sa.select(table).where(present).order_by(table.c.id)).all()
    vault = _vault() if rows else None
    seen: set[str | None] = {None}
    for row in rows:
        index = _index(vault, row)
        if index not in seen:
            bind.execute(sa.update(table).where(table.c.id == row.id).values(same_index=index))
        seen.add(index)


def _index(vault: Vault | None, row: Any) -> str | None:
    return volunteer_index(vault, row.organization, row.name, vault.open(row.phone_sealed)) if vault else None


def _vault() -> Vault:
    """Asked for only where there is something to read."""
    keys, index_key = os.environ.get("AIDBUS_DATA_KEYS", ""), os.environ.get("AIDBUS_INDEX_KEY", "")
    return open_vault(keys, index_key, op.get_bind().engine.url.render_as_string(hide_password=False))
