"""Files of many rows: several sheets to a file, every bad row listed, and numbers by which services are known again.

The tables of 0004 were never written to; they are made anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.database import Json, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("import_batches")
    op.drop_table("imports")
    _imports()
    _batches(
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("headings", Json, nullable=False),
        sa.Column("first_row", sa.Integer, nullable=False),
        sa.Column("rows_sealed", sa.Text),
        sa.Column("faults", Json, nullable=False),
    )
    op.create_table(
        "import_keys",
        sa.Column("import_id", sa.Uuid, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("row", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("import_id", "key", name=op.f("pk_import_keys")),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_import_keys_import_id_imports")),
    )
    with op.batch_alter_table("services") as services:
        services.add_column(sa.Column("number", sa.String(40)))
    op.create_index("ix_services_number", "services", ["organization", "station", "number"], unique=True)


def _imports() -> None:
    numbers = ("rows", "batches", "received", "received_rows", "checked", "entered", "already_there", "faulty")
    op.create_table(
        "imports",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organization", sa.String(40), nullable=False),
        sa.Column("file", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("resume_key", sa.String(80)),
        sa.Column("dry_run", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in numbers),
        sa.Column("by_person", sa.Uuid),
        sa.Column("begun_at", UtcDateTime, nullable=False),
        sa.Column("finished_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
        sa.UniqueConstraint("resume_key", name=op.f("uq_imports_resume_key")),
    )


def _batches(*columns: sa.Column[object]) -> None:
    op.create_table(
        "import_batches",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("import_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batches")),
        sa.UniqueConstraint("import_id", "number", name=op.f("uq_import_batches_import_id")),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_import_batches_import_id_imports")),
    )


def downgrade() -> None:
    op.drop_index("ix_services_number", "services")
    with op.batch_alter_table("services") as services:
        services.drop_column("number")
    op.drop_table("import_keys")
    op.drop_table("import_batches")
    op.drop_table("imports")
    op.create_table(
        "imports", sa.Column("id", sa.Uuid, nullable=False), sa.PrimaryKeyConstraint("id", name=op.f("pk_imports"))
    )
    _batches(sa.Column("rows_sealed", sa.Text, nullable=False))
