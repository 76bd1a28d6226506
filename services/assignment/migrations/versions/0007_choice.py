"""Languages, places and distances, the recipient's wishes, and why lawyers were ruled out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.database import Json

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lawyer_languages",
        sa.Column("lawyer_id", sa.Uuid, nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(["lawyer_id"], ["lawyers.id"], name=op.f("fk_lawyer_languages_lawyer_id_lawyers")),
        sa.PrimaryKeyConstraint("lawyer_id", "language", name=op.f("pk_lawyer_languages")),
    )
    op.create_table(
        "stations",
        sa.Column("organization", sa.String(40), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("district", sa.String(60), nullable=False),
        sa.Column("latitude", sa.Double),
        sa.Column("longitude", sa.Double),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("organization", "code", name=op.f("pk_stations")),
    )
    op.create_index("ix_stations_district", "stations", ["district"])
    op.create_table(
        "distances",
        sa.Column("district", sa.String(60), nullable=False),
        sa.Column("firm_id", sa.Uuid, nullable=False),
        sa.Column("metres", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["firm_id"], ["firms.id"], name=op.f("fk_distances_firm_id_firms")),
        sa.PrimaryKeyConstraint("district", "firm_id", name=op.f("pk_distances")),
    )
    with op.batch_alter_table("firms") as table:
        table.add_column(sa.Column("version", sa.Integer, nullable=False, server_default="1"))
    with op.batch_alter_table("lawyers") as table:
        table.add_column(sa.Column("rested_from", sa.BigInteger, nullable=False, server_default="0"))
    with op.batch_alter_table("cases") as table:
        table.add_column(sa.Column("excluded_why", Json, nullable=False, server_default="{}"))
        table.add_column(sa.Column("wished_gender", sa.String(10)))
        table.add_column(sa.Column("wished_language", sa.String(20)))
        table.add_column(sa.Column("wished_lawyer_id", sa.Uuid))
    with op.batch_alter_table("backlog_plans") as table:
        table.add_column(sa.Column("sums", Json, nullable=False, server_default="{}"))
    seconds = "CAST(strftime('%s', last_assigned_at) AS INTEGER)"
    if op.get_bind().dialect.name == "postgresql":
        seconds = "FLOOR(EXTRACT(EPOCH FROM last_assigned_at))::bigint"
    op.execute(f"UPDATE lawyers SET rested_from = {seconds} WHERE last_assigned_at IS NOT NULL")


def downgrade() -> None:
    with op.batch_alter_table("backlog_plans") as table:
        table.drop_column("sums")
    with op.batch_alter_table("cases") as table:
        for column in ("wished_lawyer_id", "wished_language", "wished_gender", "excluded_why"):
            table.drop_column(column)
    with op.batch_alter_table("lawyers") as table:
        table.drop_column("rested_from")
    with op.batch_alter_table("firms") as table:
        table.drop_column("version")
    for name in ("distances", "stations", "lawyer_languages"):
        op.drop_table(name)
