"""Telephones and addresses of lawyers and volunteers are sealed.

Post-deployment data step: what stands in the clear is sealed here, so the keys (AIDBUS_DATA_KEYS) must be at hand.
"""

from __future__ import annotations

import os
import typing as t

import sqlalchemy as sa
from alembic import op

from chassis.vault import Vault, open_vault

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES = ("lawyers", "volunteers")
#: The columns in the clear with their types; each becomes ``<name>_sealed``.
WAYS: dict[str, sa.types.TypeEngine[str]] = {"phone": sa.String(40), "email": sa.String(254)}


def upgrade() -> None:
    for name in TABLES:
        for column in WAYS:
            op.add_column(name, sa.Column(f"{column}_sealed", sa.Text(), nullable=True))
        _fill(name, {column: f"{column}_sealed" for column in WAYS}, lambda text: _vault().seal(text))
        for column in WAYS:
            op.drop_column(name, column)  # in place: other tables point at these rows


def downgrade() -> None:
    for name in TABLES:
        for column, type_ in WAYS.items():
            op.add_column(name, sa.Column(column, type_, nullable=True))
        _fill(name, {f"{column}_sealed": column for column in WAYS}, lambda text: _vault().open(text))
        for column in WAYS:
            op.drop_column(name, f"{column}_sealed")


def _vault() -> Vault:
    """Asked for only where there is something to seal."""
    return open_vault(
        os.environ.get("AIDBUS_DATA_KEYS", ""), "", op.get_bind().engine.url.render_as_string(hide_password=False)
    )


def _fill(name: str, columns: dict[str, str], turn: t.Callable[[str], str | None]) -> None:
    """Every column from the one that it replaces; a row without any is left alone."""
    bind = op.get_bind()
    parts: list[sa.ColumnClause[str]] = [sa.column(one) for pair in columns.items() for one in pair]
    table = sa.table(name, sa.column("id", sa.Uuid()), *parts)
    filled = sa.or_(*(table.c[old].is_not(None) for old in columns))
    for row in bind.execute(sa.select(table).where(filled)).mappings().all():
        values = {new: row[old] and turn(row[old]) for old, new in columns.items()}
        bind.execute(sa.update(table).where(table.c.id == row["id"]).values(**values))
