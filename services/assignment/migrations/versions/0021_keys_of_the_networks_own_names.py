"""Firms and lawyers have their names as those of parties are compared, so that they are found however they are written.

A firm's brackets may be wide or narrow; a lawyer's name may stand there in traditional characters, or with another dot.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.assignment.domain.names import exact_key

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KINDS = {"firms": ("company", 200), "lawyers": ("person", 100)}


def upgrade() -> None:
    bind = op.get_bind()
    for name, (kind, length) in KINDS.items():
        op.add_column(name, sa.Column("name_key", sa.String(length)))
        table = sa.table(name, sa.column("id", sa.Uuid), sa.column("name", sa.String), sa.column("name_key", sa.String))
        for row in bind.execute(sa.select(table.c.id, table.c.name)).all():
            bind.execute(sa.update(table).where(table.c.id == row.id).values(name_key=exact_key(row.name, kind)))
        op.create_index(f"ix_{name}_name_key", name, ["name_key"])
    op.drop_index("ix_lawyers_plain_name", "lawyers")


def downgrade() -> None:
    op.create_index("ix_lawyers_plain_name", "lawyers", [sa.text("replace(name, '·', '')")])
    for name in KINDS:
        op.drop_index(f"ix_{name}_name_key", name)
        op.drop_column(name, "name_key")
