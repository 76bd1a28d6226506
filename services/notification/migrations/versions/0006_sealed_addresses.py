"""Addresses and secrets are sealed.

Post-deployment data step: what stands in the clear is sealed here, so the keys (AIDBUS_DATA_KEYS) must be at hand.
"""

from __future__ import annotations

import os
import typing as t

import sqlalchemy as sa
from alembic import op

from chassis.vault import Vault, open_vault

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

#: Table -> the columns in the clear with their types; each becomes ``<name>_sealed``.
SEALED: dict[str, dict[str, sa.types.TypeEngine[str]]] = {
    "people": {"phone": sa.String(40), "email": sa.String(254)},
    "endpoints": {"address": sa.Text(), "secret": sa.Text(), "old_secret": sa.Text()},
}
NEVER_NULL = ("endpoints", "address")


def upgrade() -> None:
    _turn("{}", "{}_sealed", lambda text: _vault().seal(text), lambda _type: sa.Text())


def downgrade() -> None:
    _turn("{}_sealed", "{}", lambda text: _vault().open(text), lambda type_: type_)


def _turn(before: str, after: str, turn: t.Callable[[t.Any], str | None], type_of: t.Callable[[t.Any], t.Any]) -> None:
    """Every column is filled from the one that it replaces, which then goes."""
    for name, columns in SEALED.items():
        for column, type_ in columns.items():
            op.add_column(name, sa.Column(after.format(column), type_of(type_), nullable=True))
        _fill(name, {before.format(one): after.format(one) for one in columns}, turn)
        with op.batch_alter_table(name) as table:
            for column, type_ in columns.items():
                table.drop_column(before.format(column))
                if (name, column) == NEVER_NULL:
                    table.alter_column(after.format(column), existing_type=type_of(type_), nullable=False)


def _vault() -> Vault:
    """Asked for only where there is something to seal."""
    return open_vault(
        os.environ.get("AIDBUS_DATA_KEYS", ""), "", op.get_bind().engine.url.render_as_string(hide_password=False)
    )


def _fill(name: str, columns: dict[str, str], turn: t.Callable[[t.Any], str | None]) -> None:
    bind = op.get_bind()
    parts: list[sa.ColumnClause[str]] = [sa.column(one) for pair in columns.items() for one in pair]
    table = sa.table(name, sa.column("id", sa.Uuid()), *parts)
    for row in bind.execute(sa.select(table)).mappings().all():
        values = {new: turn(row[old]) for old, new in columns.items()}
        bind.execute(sa.update(table).where(table.c.id == row["id"]).values(**values))
