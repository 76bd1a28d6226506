"""The ledger of what was heard; facts with subject and result; sums by form of aid, matter and result.

What was counted before the ledger stays: each such fact becomes a line of its own, under the application that its case
belongs to. Limits and feedback are made from their tasks.
"""

from uuid import uuid5

import sqlalchemy as sa
from alembic import op

from chassis.database import Json

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CARRIED = "supervision.fact_carried.v1"
PLACE = ("organization", "station", "recipient_group", "form_of_aid", "matter")
LEDGER = sa.table("ledger", sa.column("id", sa.Uuid()), sa.column("subject", sa.Uuid()), sa.column("type"),
                  sa.column("data", Json))  # fmt: skip
FACTS = sa.table("facts", sa.column("source", sa.Uuid()), sa.column("measure"), sa.column("subject", sa.Uuid()),
                 sa.column("value"), sa.column("day", sa.Date()), *(sa.column(name) for name in PLACE))  # fmt: skip
DOSSIERS = sa.table("dossiers", sa.column("application", sa.Uuid()), sa.column("case_id", sa.Uuid()))
BY = ("recipient_group", "form_of_aid", "matter", "result")


def upgrade() -> None:
    op.create_table(
        "ledger",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(length=120), nullable=False),
        sa.Column("data", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ledger"),
    )
    op.create_index("ix_ledger_subject", "ledger", ["subject"])
    op.drop_index("ix_facts_organization", "facts")
    with op.batch_alter_table("facts") as facts:
        facts.add_column(sa.Column("subject", sa.Uuid(), nullable=True))
        facts.add_column(sa.Column("result", sa.String(length=40), nullable=False, server_default=""))
    _carry(op.get_bind())
    with op.batch_alter_table("facts") as facts:
        facts.alter_column("subject", existing_type=sa.Uuid(), nullable=False)
        facts.alter_column("result", existing_type=sa.String(length=40), server_default=None)
    op.create_index("ix_facts_organization", "facts", ["organization", "station", "day"])
    op.create_index("ix_facts_subject", "facts", ["subject"])
    op.drop_table("rollups")
    _create_rollups(
        [sa.Column("dimension", sa.String(length=20)), sa.Column("key", sa.String(length=40))],
        ["dimension", "month", "organization", "station", "key", "measure"],
    )
    for dimension in ("station", *BY):
        op.execute(_sums(dimension))


def downgrade() -> None:
    op.drop_table("rollups")
    columns = [sa.Column("recipient_group", sa.String(length=40))]
    _create_rollups(columns, ["organization", "station", "month", "recipient_group", "measure"])
    op.create_index("ix_rollups_month", "rollups", ["month"])
    op.execute(
        "INSERT INTO rollups (organization, station, month, recipient_group, measure, value) "
        f"SELECT organization, station, {_month()}, recipient_group, measure, sum(value) FROM facts "
        "GROUP BY 1, 2, 3, 4, 5"
    )
    for index in ("ix_facts_subject", "ix_facts_organization"):
        op.drop_index(index, "facts")
    with op.batch_alter_table("facts") as facts:
        facts.drop_column("result")
        facts.drop_column("subject")
    op.create_index("ix_facts_organization", "facts", ["organization", "day"])
    op.drop_table("ledger")


def _create_rollups(columns: list[sa.Column], key: list[str]) -> None:
    op.create_table(
        "rollups",
        sa.Column("organization", sa.String(length=40), nullable=False),
        sa.Column("station", sa.String(length=40), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        *columns,
        sa.Column("measure", sa.String(length=60), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(*key, name="pk_rollups"),
    )


def _carry(connection: sa.Connection) -> None:
    """Give every fact its subject, and a line in the ledger to those that no task can tell anew."""
    linked = sa.select(DOSSIERS.c.case_id, DOSSIERS.c.application).where(DOSSIERS.c.case_id.is_not(None))
    applications = {row.case_id: row.application for row in connection.execute(linked)}
    rows = connection.execute(sa.select(FACTS)).mappings().all()
    for row in rows:
        subject = applications.get(row["source"], row["source"])
        is_it = (FACTS.c.source == row["source"], FACTS.c.measure == row["measure"])
        connection.execute(sa.update(FACTS).where(*is_it).values(subject=subject))
        if row["measure"].startswith(("deadlines_", "satisfaction_", "gifts_")):
            continue
        kept = {"source": str(row["source"]), "day": row["day"].isoformat()}
        kept |= {name: row[name] for name in ("measure", "value", *PLACE) if row[name] != ""}
        line = {"id": uuid5(row["source"], row["measure"]), "subject": subject, "type": CARRIED, "data": kept}
        connection.execute(sa.insert(LEDGER), [line])


def _sums(dimension: str) -> str:
    station, key = ("station", "''") if dimension == "station" else ("''", dimension)
    where = "" if dimension == "station" else f"WHERE {dimension} <> ''"
    group = "station" if dimension == "station" else dimension
    return (
        "INSERT INTO rollups (dimension, month, organization, station, key, measure, value) "
        f"SELECT '{dimension}', {_month()}, organization, {station}, {key}, measure, sum(value) FROM facts {where} "
        f"GROUP BY {_month()}, organization, measure, {group}"
    )


def _month() -> str:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    return "date(day, 'start of month')" if is_sqlite else "CAST(date_trunc('month', day) AS date)"
