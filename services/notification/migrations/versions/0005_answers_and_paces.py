"""Answers by link, words per channel, paces of providers, what must be acknowledged, what could not be delivered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.database import Json, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notifications", sa.Column("actions", Json))
    op.add_column("notifications", sa.Column("variants", Json))
    op.add_column("endpoints", sa.Column("lost_since", UtcDateTime))
    op.add_column("endpoints", sa.Column("answers", sa.Boolean, nullable=False, server_default=sa.false()))
    _own_templates(["kind", "language", "channel"])
    op.create_table(
        "paces",
        sa.Column("channel", sa.String(20), primary_key=True),
        sa.Column("tokens", sa.Float, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("not_before", UtcDateTime),
    )
    op.create_table(
        "watches",
        sa.Column("notification", sa.Uuid, primary_key=True),
        sa.Column("due_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_watches_due", "watches", ["due_at"])


def _own_templates(key: list[str]) -> None:
    """The table with another key: made anew, because a primary key cannot be changed everywhere."""
    op.rename_table("own_templates", "own_templates_before")
    op.create_table(
        "own_templates",
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        *([sa.Column("channel", sa.String(20), nullable=False)] if "channel" in key else []),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.Column("changed_by", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint(*key, name=f"pk_own_templates_{len(key)}"),
    )
    columns = "kind, language, source, changed_at, changed_by"
    channel = ("channel, ", "'', ") if "channel" in key else ("", "")
    op.execute(
        f"INSERT INTO own_templates ({channel[0]}{columns}) SELECT {channel[1]}{columns} FROM own_templates_before"
    )
    op.drop_table("own_templates_before")


def downgrade() -> None:
    op.drop_table("watches")
    op.drop_table("paces")
    op.execute("DELETE FROM own_templates WHERE channel <> ''")
    _own_templates(["kind", "language"])
    op.drop_column("endpoints", "answers")
    op.drop_column("endpoints", "lost_since")
    op.drop_column("notifications", "variants")
    op.drop_column("notifications", "actions")
