"""People and places, notifications, what is settled, what waits for a person."""

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
        "people",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organization", sa.String(40), nullable=False),
        sa.Column("station", sa.String(40)),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("name_en", sa.String(100)),
        sa.Column("phone", sa.String(40)),
        sa.Column("email", sa.String(254)),
        sa.Column("as_of", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )
    op.create_index("ix_people_post", "people", ["organization", "role", "station"])
    op.create_table(
        "places",
        sa.Column("organization", sa.String(40), nullable=False),
        sa.Column("station", sa.String(40), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("name_en", sa.String(100)),
        sa.PrimaryKeyConstraint("organization", "station", name=op.f("pk_places")),
    )
    op.create_table(
        "case_lawyers",
        sa.Column("case", sa.Uuid, nullable=False),
        sa.Column("lawyer", sa.Uuid, nullable=False),
        sa.Column("assigned_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("case", name=op.f("pk_case_lawyers")),
    )
    op.create_table(
        "notifications",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("person", sa.Uuid, nullable=False),
        sa.Column("source", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("message", sa.Uuid, nullable=False),
        sa.Column("organization", sa.String(40), nullable=False),
        sa.Column("station", sa.String(40)),
        sa.Column("application", sa.Uuid),
        sa.Column("about", sa.Uuid),
        sa.Column("topic", sa.String(40)),
        sa.Column("number", sa.String(40)),
        sa.Column("urgency", sa.String(10), nullable=False),
        sa.Column("link", sa.String(300), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        *(
            sa.Column(f"{part}_{lang}", sa.Text, nullable=False)
            for part in ("title", "text", "why")
            for lang in ("zh", "en")
        ),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("read_at", UtcDateTime),
        sa.Column("acknowledged_at", UtcDateTime),
        sa.Column("settled_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sa.UniqueConstraint("person", "source", "kind", name=op.f("uq_notifications_person")),
    )
    op.create_index("ix_notifications_person_id", "notifications", ["person", "id"])
    op.create_index("ix_notifications_about", "notifications", ["about"])
    op.create_index("ix_notifications_application", "notifications", ["application", "topic"])
    op.create_table(
        "settled",
        sa.Column("about", sa.Uuid, nullable=False),
        sa.Column("settled_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("about", name=op.f("pk_settled")),
    )
    op.create_table(
        "vacancies",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("organization", sa.String(40), nullable=False),
        sa.Column("station", sa.String(40)),
        sa.Column("message", sa.Uuid, nullable=False),
        sa.Column("event", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("entry", sa.Integer, nullable=False),
        sa.Column("data", Json, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vacancies")),
        sa.UniqueConstraint("message", "kind", "entry", name=op.f("uq_vacancies_message")),
    )
    op.create_index("ix_vacancies_post", "vacancies", ["organization", "role"])


def downgrade() -> None:
    for table in ("vacancies", "settled", "notifications", "case_lawyers", "places", "people"):
        op.drop_table(table)
    drop_chassis_tables(op)
