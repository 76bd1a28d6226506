"""Stations, staff, persons, applications and their acts, services, counters: the first tables of intake."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.database import Json, UtcDateTime
from chassis.migrations import create_chassis_tables, drop_chassis_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_chassis_tables(op)
    op.create_table(
        "counters",
        sa.Column("series", sa.String(20), nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_counters")),
    )
    op.create_table(
        "organization_profiles",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("auto_assign", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_organization_profiles")),
    )
    op.create_table(
        "persons",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("identity_index", sa.String(64), nullable=False),
        sa.Column("identity_sealed", sa.Text, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("name_key", sa.String(100), nullable=False),
        sa.Column("born_on", sa.Date, nullable=False),
        sa.Column("gender", sa.String(10), nullable=False),
        sa.Column("phone_sealed", sa.Text),
        sa.Column("address_sealed", sa.Text),
        sa.Column("district", sa.String(60)),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
        sa.UniqueConstraint("identity_index", name=op.f("uq_persons_identity_index")),
    )
    op.create_index(op.f("ix_persons_name_key"), "persons", ["name_key"])
    op.create_table(
        "services",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organization", sa.String(40), nullable=False),
        sa.Column("station", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("recipient_group", sa.String(40), nullable=False),
        sa.Column("topic", sa.String(200), nullable=False),
        sa.Column("person_name_sealed", sa.Text),
        sa.Column("persons", sa.Integer, nullable=False),
        sa.Column("minutes", sa.Integer),
        sa.Column("guided_to_apply", sa.Boolean, nullable=False),
        sa.Column("given_on", sa.Date, nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_services")),
    )
    op.create_index("ix_services_organization_id", "services", ["organization", "id"])
    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organization", sa.String(40), nullable=False),
        sa.Column("station", sa.String(40)),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("name_en", sa.String(100)),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("phone_sealed", sa.Text),
        sa.Column("email_sealed", sa.Text),
        sa.Column("registered_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
    )
    op.create_index(op.f("ix_staff_organization"), "staff", ["organization"])
    op.create_table(
        "stations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organization", sa.String(40), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("name_en", sa.String(100)),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("district", sa.String(60), nullable=False),
        sa.Column("address", sa.String(300)),
        sa.Column("latitude", sa.Float),
        sa.Column("longitude", sa.Float),
        sa.Column("liaison", sa.Uuid),
        sa.Column("registered_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stations")),
        sa.UniqueConstraint("organization", "code", name=op.f("uq_stations_organization")),
    )
    op.create_index(op.f("ix_stations_code"), "stations", ["code"])
    op.create_table(
        "applications",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("organization", sa.String(40), nullable=False),
        sa.Column("station", sa.String(40)),
        sa.Column("person", sa.Uuid, nullable=False),
        sa.Column("recipient_group", sa.String(40), nullable=False),
        sa.Column("form_of_aid", sa.String(40), nullable=False),
        sa.Column("matter", sa.String(40), nullable=False),
        sa.Column("statement_sealed", sa.Text, nullable=False),
        sa.Column("opposing_sealed", sa.Text, nullable=False),
        sa.Column("household_size", sa.Integer),
        sa.Column("monthly_income_fen", sa.BigInteger),
        sa.Column("facts", Json, nullable=False),
        sa.Column("urgency", sa.String(20), nullable=False),
        sa.Column("limitation_on", sa.Date),
        sa.Column("pledge", sa.Boolean, nullable=False),
        sa.Column("district", sa.String(60)),
        sa.Column("applied_on", sa.Date, nullable=False),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.Column("eligibility", sa.String(20), nullable=False),
        sa.Column("judgement", Json, nullable=False),
        sa.Column("duplicates", Json, nullable=False),
        sa.Column("decided_at", UtcDateTime),
        sa.Column("decision_sealed", sa.Text),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name=op.f("fk_applications_person_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint("number", name=op.f("uq_applications_number")),
    )
    op.create_index("ix_applications_organization_id", "applications", ["organization", "id"])
    op.create_index("ix_applications_person_matter", "applications", ["person", "matter"])
    op.create_index(op.f("ix_applications_state"), "applications", ["state"])
    op.create_table(
        "application_acts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("application", sa.Uuid, nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("by_role", sa.String(40), nullable=False),
        sa.Column("by_organization", sa.String(40), nullable=False),
        sa.Column("by_person", sa.Uuid),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("note_sealed", sa.Text),
        sa.ForeignKeyConstraint(
            ["application"], ["applications.id"], name=op.f("fk_application_acts_application_applications")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_acts")),
    )
    op.create_index(op.f("ix_application_acts_application"), "application_acts", ["application"])


def downgrade() -> None:
    op.drop_table("application_acts")
    op.drop_table("applications")
    op.drop_table("stations")
    op.drop_table("staff")
    op.drop_table("services")
    op.drop_table("persons")
    op.drop_table("organization_profiles")
    op.drop_table("counters")
    drop_chassis_tables(op)
