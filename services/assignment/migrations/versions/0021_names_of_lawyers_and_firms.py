"""Lawyers and firms are found by their names as those of parties are compared.

A firm whose name has brackets (``北京大成（郑州）律师事务所``), or a lawyer whose name has another dot or traditional
characters, was not seen to be the opposing party.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.assignment.domain.names import exact_key
from services.assignment.models import LONGEST_NAME_KEY

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KINDS = {"firms": "company", "lawyers": "person"}


def upgrade() -> None:
    op.drop_index("ix_lawyers_plain_name", "lawyers")
    for table, kind in KINDS.items():
        op.add_column(table, sa.Column("name_key", sa.String(LONGEST_NAME_KEY), server_default="", nullable=False))
        _fill(table, kind)
        op.create_index(f"ix_{table}_name_key", table, ["name_key"])


def _fill(table: str, kind: str) -> None:
    rows = sa.table(table, sa.column("id", sa.Uuid), sa.column("name", sa.String), sa.column("name_key", sa.String))
    bind = op.get_bind()
    for row in bind.execute(sa.select(rows.c.id, rows.c.name)).all():
        key = exact_key(row.name, kind)[:LONGEST_NAME_KEY]
        bind.execute(sa.update(rows).where(rows.c.id == row.id).values(name_key=key))


def downgrade() -> None:
    for table in KINDS:
        op.drop_index(f"ix_{table}_name_key", table)
        op.drop_column(table, "name_key")
    op.create_index("ix_lawyers_plain_name", "lawyers", [sa.text("replace(name, '·', '')")])
