"""Registers in full: organizations and staff change, stations have a life, pairs, files of many rows."""

from __future__ import annotations

import typing as t

import sqlalchemy as sa
from alembic import op

from chassis.database import Json, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("import_batches", "imports", "station_acts", "station_marks")


def _columns() -> dict[str, tuple[sa.Column[t.Any], ...]]:
    """New columns by table, made anew at each call: a column belongs to one table."""
    return {
        "organization_profiles": (
            sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("1")),
            sa.Column("half_days", Json),
            sa.Column("recipient_groups", Json),
            sa.Column("phone", sa.String(40)),
            sa.Column("address", sa.String(300)),
        ),
        "stations": (
            sa.Column("kind", sa.String(20), nullable=False, server_default=sa.text("'workstation'")),
            sa.Column("state", sa.String(20), nullable=False, server_default=sa.text("'ready'")),
            sa.Column("state_since", UtcDateTime),
            sa.Column("phone", sa.String(40)),
            sa.Column("opening_hours", Json),
            sa.Column("recipient_groups", Json),
            sa.Column("head", sa.Uuid),
            sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("1")),
        ),
        "staff": (
            sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("1")),
            sa.Column("left_on", sa.Date),
        ),
        "referrals": (
            sa.Column("ground", sa.String(20), nullable=False, server_default=sa.text("'other_organization'")),
            sa.Column("district", sa.String(60)),
        ),
    }


def upgrade() -> None:
    for table, columns in _columns().items():
        for column in columns:
            op.add_column(table, column)
    op.create_index(op.f("ix_stations_place"), "stations", ["latitude", "longitude"])
    op.create_index(op.f("ix_stations_district"), "stations", ["district"])
    _stations()
    _pairs()
    _imports()


def _stations() -> None:
    op.create_table(
        "station_marks",
        sa.Column("station", sa.Uuid, nullable=False),
        sa.Column("item", sa.String(40), nullable=False),
        sa.Column("met", sa.Boolean, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("note", sa.String(300)),
        sa.Column("by", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("station", "item", name=op.f("pk_station_marks")),
        sa.ForeignKeyConstraint(["station"], ["stations.id"], name=op.f("fk_station_marks_station_stations")),
    )
    op.create_table(
        "station_acts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("station", sa.Uuid, nullable=False),
        sa.Column("act", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("by_role", sa.String(40), nullable=False),
        sa.Column("by_organization", sa.String(40), nullable=False),
        sa.Column("by_person", sa.Uuid),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("reason_sealed", sa.Text),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station_acts")),
        sa.ForeignKeyConstraint(["station"], ["stations.id"], name=op.f("fk_station_acts_station_stations")),
    )
    op.create_index(op.f("ix_station_acts_station"), "station_acts", ["station"])


def _pairs() -> None:
    op.create_table(
        "pairs",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organization", sa.String(40), nullable=False),
        sa.Column("station", sa.String(40), nullable=False),
        sa.Column("volunteer_sealed", sa.Text, nullable=False),
        sa.Column("person_sealed", sa.Text, nullable=False),
        sa.Column("recipient_group", sa.String(40), nullable=False),
        sa.Column("purpose", sa.String(200)),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("ended_on", sa.Date),
        sa.Column("end_reason_sealed", sa.Text),
        sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("1")),
        sa.Column("registered_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairs")),
    )
    op.create_index(op.f("ix_pairs_organization_id"), "pairs", ["organization", "id"])
    with op.batch_alter_table("services") as services:
        services.add_column(sa.Column("pair", sa.Uuid))
        services.create_foreign_key(op.f("fk_services_pair_pairs"), "pairs", ["pair"], ["id"])
    op.create_index(op.f("ix_services_pair"), "services", ["pair"])


def _imports() -> None:
    numbers = ("rows", "batches", "staged_batches", "staged_rows", "entered", "already_there", "faulty")
    op.create_table(
        "imports",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organization", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("dry_run", sa.Boolean, nullable=False),
        sa.Column("file", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("headings", Json, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in numbers),
        sa.Column("faults", Json, nullable=False),
        sa.Column("by_person", sa.Uuid),
        sa.Column("begun_at", UtcDateTime, nullable=False),
        sa.Column("finished_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_table(
        "import_batches",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("import_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("rows_sealed", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batches")),
        sa.UniqueConstraint("import_id", "number", name=op.f("uq_import_batches_import_id")),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_import_batches_import_id_imports")),
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.drop_index(op.f("ix_services_pair"), "services")
    with op.batch_alter_table("services") as services:
        services.drop_constraint(op.f("fk_services_pair_pairs"), type_="foreignkey")
        services.drop_column("pair")
    op.drop_table("pairs")
    op.drop_index(op.f("ix_stations_district"), "stations")
    op.drop_index(op.f("ix_stations_place"), "stations")
    for table, columns in _columns().items():
        with op.batch_alter_table(table) as batch:
            for column in reversed(columns):
                batch.drop_column(column.name)
