"""Parties are found by every reading of every character of their names.

Readings were narrowed where two characters happen to be a word: ``解放`` was never heard as Xie. The parties that are
there get the keys that they lack; none is taken away. Whose keys an erasure removed gets none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from chassis.database import Json
from services.assignment.domain.conflicts import keys_of

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

BATCH = 1000

parties = sa.table(
    "parties",
    *(sa.column("id", sa.Uuid), sa.column("matter_id", sa.Uuid), sa.column("side", sa.String)),
    *(sa.column("name", sa.String), sa.column("kind", sa.String), sa.column("former_names", Json)),
)
party_keys = sa.table(
    "party_keys",
    *(sa.column("party_id", sa.Uuid), sa.column("key", sa.String), sa.column("side", sa.String)),
    sa.column("matter_id", sa.Uuid),
)


def upgrade() -> None:
    bind = op.get_bind()
    batch = sa.select(parties).order_by(parties.c.id).limit(BATCH)
    rows = bind.execute(batch).all()
    while rows:
        _add_what_is_missing(bind, rows)
        rows = bind.execute(batch.where(parties.c.id > rows[-1].id)).all()


def downgrade() -> None:
    """A key more than before makes a person look at a likely conflict; it stays."""


def _add_what_is_missing(bind: sa.Connection, rows: Sequence[sa.Row[Any]]) -> None:
    ids = [row.id for row in rows]
    kept = bind.execute(sa.select(party_keys.c.party_id, party_keys.c.key).where(party_keys.c.party_id.in_(ids)))
    known: dict[UUID, set[str]] = {}
    for one in kept:
        known.setdefault(one.party_id, set()).add(one.key)
    missing = [
        {"party_id": row.id, "key": f"sound:{key.value}", "side": row.side, "matter_id": row.matter_id}
        for row in rows
        if row.id in known
        for key in keys_of(row.name, row.kind, None, row.former_names)
        if key.kind == "sound" and f"sound:{key.value}" not in known[row.id]
    ]
    if missing:
        bind.execute(sa.insert(party_keys), missing)
