"""Parties that are there get the keys that they lack by the rules of today; none is taken away.

Whose keys an erasure removed gets none. What several migrations do when the rules of names have grown.
"""

from __future__ import annotations

import typing as t
from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from chassis.database import Json
from services.assignment.domain.conflicts import keys_of
from services.assignment.repository import key_text

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


def add_missing_keys(bind: sa.Connection) -> None:
    """Party after party, in batches."""
    batch = sa.select(parties).order_by(parties.c.id).limit(BATCH)
    rows = bind.execute(batch).all()
    while rows:
        _add_what_is_missing(bind, rows)
        rows = bind.execute(batch.where(parties.c.id > rows[-1].id)).all()


def _add_what_is_missing(bind: sa.Connection, rows: Sequence[sa.Row[t.Any]]) -> None:
    ids = [row.id for row in rows]
    kept = bind.execute(sa.select(party_keys.c.party_id, party_keys.c.key).where(party_keys.c.party_id.in_(ids)))
    known: dict[UUID, set[str]] = {}
    for one in kept:
        known.setdefault(one.party_id, set()).add(one.key)
    missing = [
        {"party_id": row.id, "key": text, "side": row.side, "matter_id": row.matter_id}
        for row in rows
        if row.id in known
        for text in sorted(_texts(row) - known[row.id])
    ]
    if missing:
        bind.execute(sa.insert(party_keys), missing)


def _texts(row: sa.Row[t.Any]) -> set[str]:
    """All but that of a number, which is not known here and needs the secret."""
    return {key_text(key, secret="") for key in keys_of(row.name, row.kind, None, row.former_names)}
