"""Names, births, facts and judgements sealed; people without a number; consents, merges, who looked, erasure.

Post-deployment data step: what stands in the clear is sealed here, so the keys (AIDBUS_DATA_KEYS) must be at hand.
"""

from __future__ import annotations

import os
import typing as t

import sqlalchemy as sa
from alembic import op

from chassis.database import Json, UtcDateTime
from chassis.vault import Vault, open_vault
from services.intake.domain import names

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None

CLEAR_PERSONS = ("name", "name_key", "born_on")
CLEAR_APPLICATIONS = ("facts", "judgement", "household_size", "monthly_income_fen")


def _persons() -> list[sa.Column[t.Any]]:
    return [
        sa.Column("document_kind", sa.String(40)),
        sa.Column("document_index", sa.String(64)),
        sa.Column("document_sealed", sa.Text),
        sa.Column("name_index", sa.String(64)),
        sa.Column("name_sealed", sa.Text, nullable=False, server_default=""),
        sa.Column("born_sealed", sa.Text),
        sa.Column("merged_into", sa.Uuid),
        sa.Column("erased_at", UtcDateTime),
        sa.Column("erased_because_sealed", sa.Text),
    ]


def _applications() -> list[sa.Column[t.Any]]:
    return [
        sa.Column("circumstances_sealed", sa.Text, nullable=False, server_default=""),
        sa.Column("judgement_sealed", sa.Text),
        sa.Column("notice_sealed", sa.Text),
        sa.Column("case_closed_at", UtcDateTime),
    ]


def upgrade() -> None:
    for column in _persons():
        op.add_column("persons", column)
    for column in _applications():
        op.add_column("applications", column)
    _seal_persons()
    _seal_applications()
    op.drop_index("ix_persons_name_key", "persons")
    for name in CLEAR_PERSONS:
        op.drop_column("persons", name)
    for name in CLEAR_APPLICATIONS:
        op.drop_column("applications", name)
    op.create_index("ix_persons_document_index", "persons", ["document_index"], unique=True)
    op.create_index("ix_persons_name_index", "persons", ["name_index"])
    op.create_index("ix_persons_merged_into", "persons", ["merged_into"])
    _new_tables()


def _vault() -> Vault:
    keys, index_key = os.environ.get("AIDBUS_DATA_KEYS", ""), os.environ.get("AIDBUS_INDEX_KEY", "")
    return open_vault(keys, index_key, op.get_bind().engine.url.render_as_string(hide_password=False))


def _seal_persons() -> None:
    bind = op.get_bind()
    persons = sa.table(
        "persons", sa.column("id", sa.Uuid), sa.column("name"), sa.column("born_on", sa.Date),
        sa.column("name_index"), sa.column("name_sealed"), sa.column("born_sealed"),
    )  # fmt: skip
    for row in bind.execute(sa.select(persons.c.id, persons.c.name, persons.c.born_on)).all():
        vault = _vault()
        sealed = {
            "name_index": vault.index("name:" + names.name_key(row.name)),
            "name_sealed": vault.seal(row.name),
            "born_sealed": vault.seal(row.born_on.isoformat()),
        }
        bind.execute(persons.update().where(persons.c.id == row.id).values(**sealed))


def _seal_applications() -> None:
    bind = op.get_bind()
    applications = sa.table(
        "applications", sa.column("id", sa.Uuid), sa.column("facts", Json), sa.column("judgement", Json),
        sa.column("household_size"), sa.column("monthly_income_fen"), sa.column("circumstances_sealed"),
        sa.column("judgement_sealed"),
    )  # fmt: skip
    clear = [applications.c[name] for name in CLEAR_APPLICATIONS]
    for row in bind.execute(sa.select(applications.c.id, *clear)).all():
        vault = _vault()
        told: dict[str, t.Any] = {
            "facts": row.facts,
            "household_size": row.household_size,
            "monthly_income_fen": row.monthly_income_fen,
            "figures": {},
        }
        sealed = {"circumstances_sealed": vault.seal_json(told), "judgement_sealed": vault.seal_json(row.judgement)}
        bind.execute(applications.update().where(applications.c.id == row.id).values(**sealed))


def _new_tables() -> None:
    op.create_table(
        "consents",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("person", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("given_by", sa.String(20), nullable=False),
        sa.Column("guardian_sealed", sa.Text),
        sa.Column("guardian_relation", sa.String(60)),
        sa.Column("form", sa.String(20), nullable=False),
        sa.Column("given_on", sa.Date, nullable=False),
        sa.Column("sha256", sa.String(64)),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.Column("recorded_by", sa.Uuid),
        sa.Column("withdrawn_at", UtcDateTime),
        sa.Column("withdrawn_because_sealed", sa.Text),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name=op.f("fk_consents_person_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index("ix_consents_person", "consents", ["person"])
    op.create_table(
        "person_merges",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kept", sa.Uuid, nullable=False),
        sa.Column("merged", sa.Uuid, nullable=False),
        sa.Column("applications", Json, nullable=False),
        sa.Column("consents", Json, nullable=False),
        sa.Column("lent", Json, nullable=False),
        sa.Column("reason_sealed", sa.Text, nullable=False),
        sa.Column("merged_at", UtcDateTime, nullable=False),
        sa.Column("merged_by", sa.Uuid),
        sa.Column("undone_at", UtcDateTime),
        sa.Column("undone_by", sa.Uuid),
        sa.Column("undone_because_sealed", sa.Text),
        sa.ForeignKeyConstraint(["kept"], ["persons.id"], name=op.f("fk_person_merges_kept_persons")),
        sa.ForeignKeyConstraint(["merged"], ["persons.id"], name=op.f("fk_person_merges_merged_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_merges")),
    )
    op.create_index("ix_person_merges_kept", "person_merges", ["kept"])
    op.create_index("ix_person_merges_merged", "person_merges", ["merged"])
    op.create_table(
        "looks",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("person", sa.Uuid, nullable=False),
        sa.Column("application", sa.Uuid),
        sa.Column("what", sa.String(60), nullable=False),
        sa.Column("shown", Json, nullable=False),
        sa.Column("by_key", sa.String(60), nullable=False),
        sa.Column("by_role", sa.String(40), nullable=False),
        sa.Column("by_organization", sa.String(40), nullable=False),
        sa.Column("by_person", sa.Uuid),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_looks")),
    )
    op.create_index("ix_looks_person_id", "looks", ["person", "id"])


def downgrade() -> None:
    """The way back keeps the tables' form, not what was sealed: it is for databases without people."""
    bind = op.get_bind()
    if bind.execute(sa.text("SELECT count(*) FROM persons")).scalar():
        raise RuntimeError("people are recorded: their sealed names do not go back into the clear; restore a backup")
    for table in ("looks", "person_merges", "consents"):
        op.drop_table(table)
    for index in ("document_index", "name_index", "merged_into"):
        op.drop_index(f"ix_persons_{index}", "persons")
    op.add_column("persons", sa.Column("name", sa.String(100), nullable=False, server_default=""))
    op.add_column("persons", sa.Column("name_key", sa.String(100), nullable=False, server_default=""))
    op.add_column("persons", sa.Column("born_on", sa.Date, nullable=False, server_default="1900-01-01"))
    op.create_index("ix_persons_name_key", "persons", ["name_key"])
    op.add_column("applications", sa.Column("facts", Json, nullable=False, server_default="[]"))
    op.add_column("applications", sa.Column("judgement", Json, nullable=False, server_default="{}"))
    op.add_column("applications", sa.Column("household_size", sa.Integer))
    op.add_column("applications", sa.Column("monthly_income_fen", sa.BigInteger))
    for column in _applications():
        op.drop_column("applications", column.name)
    for column in _persons():
        op.drop_column("persons", column.name)
