"""Firms, lawyers, cases, parties, offers, reports: the first tables of assignment."""

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
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )
    op.create_table(
        "firms",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_en", sa.String(200)),
        sa.Column("district", sa.String(60), nullable=False),
        sa.Column("address", sa.String(300)),
        sa.Column("latitude", sa.Double),
        sa.Column("longitude", sa.Double),
        sa.Column("registered_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firms")),
        sa.UniqueConstraint("name", name=op.f("uq_firms_name")),
    )
    op.create_table(
        "organization_rules",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("auto_assign", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_organization_rules")),
    )
    op.create_table(
        "parties",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("matter_id", sa.Uuid, nullable=False),
        sa.Column("side", sa.String(10), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parties")),
    )
    op.create_index(op.f("ix_parties_matter_id"), "parties", ["matter_id"])
    op.create_table(
        "lawyers",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("firm_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("name_en", sa.String(100)),
        sa.Column("licence", sa.String(40), nullable=False),
        sa.Column("gender", sa.String(10)),
        sa.Column("phone", sa.String(40)),
        sa.Column("email", sa.String(254)),
        sa.Column("capacity", sa.Integer, nullable=False),
        sa.Column("load", sa.Integer, nullable=False),
        sa.Column("practice_years", sa.Integer, nullable=False),
        sa.Column("criminal_defence_years", sa.Integer, nullable=False),
        sa.Column("trained_for_minors", sa.Boolean, nullable=False),
        sa.Column("everywhere", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("last_assigned_at", UtcDateTime),
        sa.Column("registered_at", UtcDateTime, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["firm_id"], ["firms.id"], name=op.f("fk_lawyers_firm_id_firms")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lawyers")),
        sa.UniqueConstraint("licence", name=op.f("uq_lawyers_licence")),
    )
    op.create_index(op.f("ix_lawyers_firm_id"), "lawyers", ["firm_id"])
    op.create_table(
        "party_keys",
        sa.Column("party_id", sa.Uuid, nullable=False),
        sa.Column("key", sa.String(260), nullable=False),
        sa.Column("side", sa.String(10), nullable=False),
        sa.Column("matter_id", sa.Uuid, nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_party_keys_party_id_parties")),
        sa.PrimaryKeyConstraint("party_id", "key", name=op.f("pk_party_keys")),
    )
    op.create_index("ix_party_keys_key", "party_keys", ["key", "side"])
    op.create_table(
        "cases",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("application_number", sa.String(40), nullable=False),
        sa.Column("organization", sa.String(40), nullable=False),
        sa.Column("station", sa.String(40)),
        sa.Column("recipient_group", sa.String(40), nullable=False),
        sa.Column("form_of_aid", sa.String(40), nullable=False),
        sa.Column("matter", sa.String(40), nullable=False),
        sa.Column("urgency", sa.String(20), nullable=False),
        sa.Column("district", sa.String(60)),
        sa.Column("facts", Json, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("granted_at", UtcDateTime, nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=False),
        sa.Column("excluded", sa.Integer, nullable=False),
        sa.Column("lawyer_id", sa.Uuid),
        sa.Column("assigned_at", UtcDateTime),
        sa.Column("assigned_on", sa.Date),
        sa.Column("signed_on", sa.Date),
        sa.Column("outcome", sa.String(20)),
        sa.Column("ended_on", sa.Date),
        sa.Column("recovered_fen", sa.BigInteger),
        sa.Column("loss_avoided_fen", sa.BigInteger),
        sa.Column("filed_at", UtcDateTime),
        sa.Column("closing_summary", sa.Text),
        sa.Column("grade", sa.String(20)),
        sa.Column("remarks", sa.Text),
        sa.Column("checked_on", sa.Date),
        sa.Column("subsidy_fen", sa.BigInteger),
        sa.Column("rate_fen", sa.BigInteger),
        sa.Column("rate_source", sa.String(300)),
        sa.Column("rate_verified", sa.Boolean),
        sa.Column("paid_on", sa.Date),
        sa.ForeignKeyConstraint(["lawyer_id"], ["lawyers.id"], name=op.f("fk_cases_lawyer_id_lawyers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("application_id", name=op.f("uq_cases_application_id")),
        sa.UniqueConstraint("number", name=op.f("uq_cases_number")),
    )
    op.create_index("ix_cases_lawyer_state", "cases", ["lawyer_id", "state"])
    op.create_index("ix_cases_organization_state", "cases", ["organization", "state"])
    op.create_table(
        "engagements",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("matter_id", sa.Uuid, nullable=False),
        sa.Column("matter_number", sa.String(40), nullable=False),
        sa.Column("lawyer_id", sa.Uuid),
        sa.Column("firm_id", sa.Uuid, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date),
        sa.ForeignKeyConstraint(["firm_id"], ["firms.id"], name=op.f("fk_engagements_firm_id_firms")),
        sa.ForeignKeyConstraint(["lawyer_id"], ["lawyers.id"], name=op.f("fk_engagements_lawyer_id_lawyers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagements")),
    )
    op.create_index(op.f("ix_engagements_lawyer_id"), "engagements", ["lawyer_id"])
    op.create_index(op.f("ix_engagements_matter_id"), "engagements", ["matter_id"])
    op.create_table(
        "lawyer_districts",
        sa.Column("lawyer_id", sa.Uuid, nullable=False),
        sa.Column("district", sa.String(60), nullable=False),
        sa.ForeignKeyConstraint(["lawyer_id"], ["lawyers.id"], name=op.f("fk_lawyer_districts_lawyer_id_lawyers")),
        sa.PrimaryKeyConstraint("lawyer_id", "district", name=op.f("pk_lawyer_districts")),
    )
    op.create_table(
        "specialties",
        sa.Column("lawyer_id", sa.Uuid, nullable=False),
        sa.Column("matter", sa.String(40), nullable=False),
        sa.Column("years", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["lawyer_id"], ["lawyers.id"], name=op.f("fk_specialties_lawyer_id_lawyers")),
        sa.PrimaryKeyConstraint("lawyer_id", "matter", name=op.f("pk_specialties")),
    )
    op.create_table(
        "standing_lawyers",
        sa.Column("lawyer_id", sa.Uuid, nullable=False),
        sa.Column("organization", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["lawyer_id"], ["lawyers.id"], name=op.f("fk_standing_lawyers_lawyer_id_lawyers")),
        sa.PrimaryKeyConstraint("lawyer_id", "organization", name=op.f("pk_standing_lawyers")),
    )
    op.create_table(
        "candidates",
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("lawyer_id", sa.Uuid, nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("score", sa.Double, nullable=False),
        sa.Column("reasons", Json, nullable=False),
        sa.Column("proposed_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_candidates_case_id_cases")),
        sa.ForeignKeyConstraint(["lawyer_id"], ["lawyers.id"], name=op.f("fk_candidates_lawyer_id_lawyers")),
        sa.PrimaryKeyConstraint("case_id", "lawyer_id", name=op.f("pk_candidates")),
    )
    op.create_table(
        "case_acts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("act", sa.String(20), nullable=False),
        sa.Column("before", sa.String(20), nullable=False),
        sa.Column("after", sa.String(20), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("by_role", sa.String(20), nullable=False),
        sa.Column("by_person", sa.Uuid),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_acts_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_acts")),
        sa.UniqueConstraint("case_id", "version", name=op.f("uq_case_acts_case_id")),
    )
    op.create_table(
        "case_amounts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("fen", sa.BigInteger, nullable=False),
        sa.Column("note", sa.String(300)),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_amounts_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_amounts")),
    )
    op.create_index(op.f("ix_case_amounts_case_id"), "case_amounts", ["case_id"])
    op.create_table(
        "closing_documents",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64)),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_closing_documents_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing_documents")),
    )
    op.create_index(op.f("ix_closing_documents_case_id"), "closing_documents", ["case_id"])
    op.create_table(
        "offers",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("lawyer_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("offered_at", UtcDateTime, nullable=False),
        sa.Column("answer_by", UtcDateTime, nullable=False),
        sa.Column("offered_by", sa.String(20), nullable=False),
        sa.Column("choice_reason", sa.Text),
        sa.Column("answered_at", UtcDateTime),
        sa.Column("answer_reason", sa.Text),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_offers_case_id_cases")),
        sa.ForeignKeyConstraint(["lawyer_id"], ["lawyers.id"], name=op.f("fk_offers_lawyer_id_lawyers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    op.create_index(op.f("ix_offers_case_id"), "offers", ["case_id"])
    op.create_index("ix_offers_lawyer_state", "offers", ["lawyer_id", "state"])
    op.create_table(
        "progress_reports",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("lawyer_id", sa.Uuid, nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("reported_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_progress_reports_case_id_cases")),
        sa.ForeignKeyConstraint(["lawyer_id"], ["lawyers.id"], name=op.f("fk_progress_reports_lawyer_id_lawyers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_reports")),
    )
    op.create_index(op.f("ix_progress_reports_case_id"), "progress_reports", ["case_id"])


def downgrade() -> None:
    for table in (
        "progress_reports",
        "offers",
        "closing_documents",
        "case_amounts",
        "case_acts",
        "candidates",
        "standing_lawyers",
        "specialties",
        "lawyer_districts",
        "engagements",
        "cases",
        "party_keys",
        "lawyers",
        "parties",
        "organization_rules",
        "firms",
        "counters",
    ):
        op.drop_table(table)
    drop_chassis_tables(op)
