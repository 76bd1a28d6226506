"""Names in services short of a case and in pairs are found again under keyed hashes.

Post-deployment data step: the names are read once, so the keys (AIDBUS_DATA_KEYS) must be at hand. What an earlier
version writes while both run is found by nobody; run the migration when it has gone.
"""

from __future__ import annotations

import os

import sqlalchemy as sa
from alembic import op

from chassis.vault import Vault, open_vault
from services.intake.domain import names

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = {"services": "person_name_sealed", "pairs": "person_sealed"}


def upgrade() -> None:
    for table, sealed in TABLES.items():
        op.add_column(table, sa.Column("name_index", sa.String(64)))
        _index(table, sealed)
        op.create_index(f"ix_{table}_name_index", table, ["name_index"])


def _index(name: str, sealed: str) -> None:
    bind = op.get_bind()
    table = sa.table(name, sa.column("id", sa.Uuid), sa.column(sealed), sa.column("name_index"))
    rows = bind.execute(sa.select(table.c.id, table.c[sealed]).where(table.c[sealed].is_not(None))).all()
    vault = _vault() if rows else None
    for row in rows:
        bind.execute(table.update().where(table.c.id == row.id).values(name_index=_hash(vault, row[1])))


def _hash(vault: Vault | None, sealed: str) -> str | None:
    text = vault.open(sealed) if vault else None
    return vault.index("name:" + names.name_key(text)) if vault and text else None


def _vault() -> Vault:
    keys, index_key = os.environ.get("AIDBUS_DATA_KEYS", ""), os.environ.get("AIDBUS_INDEX_KEY", "")
    return open_vault(keys, index_key, op.get_bind().engine.url.render_as_string(hide_password=False))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_index(f"ix_{table}_name_index", table)
        op.drop_column(table, "name_index")
