"""What complainants say is sealed; tracking codes; suspensions that were lifted stay; inspections that look again.

Post-deployment data step: what stands in the clear is sealed here, so the keys (AIDBUS_DATA_KEYS) must be at hand.
"""

import os

import sqlalchemy as sa
from alembic import op

from chassis.database import Json, UtcDateTime
from chassis.vault import Vault, open_vault

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

#: The column in the clear -> the sealed one.
SEALED = {
    "complainant_name": "name_sealed",
    "complainant_phone": "phone_sealed",
    "statement": "statement_sealed",
    "reasons": "reasons_sealed",
    "answer": "answer_sealed",
}


def upgrade() -> None:
    for name in (*SEALED.values(), "note_sealed"):
        op.add_column("complaints", sa.Column(name, sa.Text(), nullable=True))
    for name, length in (("tracking", 64), ("from_organization", 40), ("from_station", 40)):
        op.add_column("complaints", sa.Column(name, sa.String(length=length), nullable=True))
    _seal()
    with op.batch_alter_table("complaints") as table:
        for name in SEALED:
            table.drop_column(name)
        table.alter_column("statement_sealed", existing_type=sa.Text(), nullable=False)
        table.create_unique_constraint("uq_complaints_tracking", ["tracking"])
    op.add_column("suspensions", sa.Column("lifted_at", UtcDateTime(), nullable=True))
    op.add_column("suspensions", sa.Column("lifted_by", sa.Uuid(), nullable=True))
    op.add_column("suspensions", sa.Column("lifted_because", sa.Text(), nullable=True))
    op.add_column("stations", sa.Column("state", sa.String(length=20), nullable=True))
    op.add_column("stations", sa.Column("lacks", Json, nullable=True))
    op.add_column("stations", sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("inspections", sa.Column("reinspect_by", sa.Date(), nullable=True))
    op.add_column("inspections", sa.Column("again", sa.Uuid(), nullable=True))


def _vault() -> Vault:
    return open_vault(
        os.environ.get("AIDBUS_DATA_KEYS", ""), "", op.get_bind().engine.url.render_as_string(hide_password=False)
    )


def _table() -> sa.TableClause:
    columns: list[sa.ColumnClause[str]] = [sa.column(name) for name in (*SEALED, *SEALED.values())]
    return sa.table("complaints", sa.column("id", sa.Uuid()), *columns)


def _seal() -> None:
    bind, table = op.get_bind(), _table()
    for row in bind.execute(sa.select(table)).mappings().all():
        sealed = {new: _vault().seal(row[old]) for old, new in SEALED.items()}
        bind.execute(sa.update(table).where(table.c.id == row["id"]).values(**sealed))


def downgrade() -> None:
    for changed, names in (
        ("inspections", ("again", "reinspect_by")),
        ("stations", ("version", "lacks", "state")),
        ("suspensions", ("lifted_because", "lifted_by", "lifted_at")),
    ):
        for name in names:
            op.drop_column(changed, name)
    for name in SEALED:
        op.add_column("complaints", sa.Column(name, sa.Text(), nullable=True))
    bind, complaints = op.get_bind(), _table()
    for row in bind.execute(sa.select(complaints)).mappings().all():
        opened = {old: _vault().open(row[new]) for old, new in SEALED.items()}
        bind.execute(sa.update(complaints).where(complaints.c.id == row["id"]).values(**opened))
    with op.batch_alter_table("complaints") as table:
        table.alter_column("statement", existing_type=sa.Text(), nullable=False)
        table.drop_constraint("uq_complaints_tracking", type_="unique")
        for name in (*SEALED.values(), "note_sealed", "tracking", "from_organization", "from_station"):
            table.drop_column(name)
