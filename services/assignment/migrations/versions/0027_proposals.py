"""A proposal is one row with its candidates as a document, instead of a row for each of its lawyers.

It is made, shown and replaced as a whole: twenty rows, each with two foreign keys to check, took four times as long.
The proposals that are there are kept. What an assignment service of before asks of the old table in the meantime
fails and is tried again, and is a dead letter if the service is not renewed within half a minute.
"""

from __future__ import annotations

import typing as t
from itertools import groupby
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from chassis.database import Json, UtcDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

SOME = 1000  # proposals that are written at once
CANDIDATES = sa.table(
    "candidates",
    sa.column("case_id", sa.Uuid),
    sa.column("lawyer_id", sa.Uuid),
    sa.column("rank", sa.Integer),
    sa.column("score", sa.Float),
    sa.column("reasons", Json),
    sa.column("proposed_at", UtcDateTime),
)
PROPOSALS = sa.table(
    "proposals",
    sa.column("case_id", sa.Uuid),
    sa.column("candidates", Json),
    sa.column("proposed_at", UtcDateTime),
)


def upgrade() -> None:
    op.create_table(
        "proposals",
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("candidates", Json, nullable=False),
        sa.Column("proposed_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_proposals_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_proposals")),
    )
    bind = op.get_bind()
    for cases in _batches(bind, CANDIDATES.c.case_id):
        rows = bind.execute(
            sa.select(CANDIDATES)
            .where(CANDIDATES.c.case_id.in_(cases))
            .order_by(CANDIDATES.c.case_id, CANDIDATES.c.rank, CANDIDATES.c.lawyer_id)
        )
        by_case = [(case, list(found)) for case, found in groupby(rows, key=lambda row: row.case_id)]
        bind.execute(sa.insert(PROPOSALS), [_proposal(case, found) for case, found in by_case])
    op.drop_table("candidates")


def downgrade() -> None:
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
    bind = op.get_bind()
    for cases in _batches(bind, PROPOSALS.c.case_id):
        rows = [
            {"case_id": row.case_id, "lawyer_id": UUID(one["lawyer"]), "proposed_at": row.proposed_at}
            | {key: one[key] for key in ("rank", "score", "reasons")}
            for row in bind.execute(sa.select(PROPOSALS).where(PROPOSALS.c.case_id.in_(cases)))
            for one in row.candidates
        ]
        if rows:
            bind.execute(sa.insert(CANDIDATES), rows)
    op.drop_table("proposals")


def _batches(bind: sa.Connection, of: sa.ColumnElement[UUID]) -> t.Iterator[list[UUID]]:
    """The cases of a table, some at a time."""
    some = sa.select(of).distinct().order_by(of).limit(SOME)
    cases = list(bind.scalars(some))
    while cases:
        yield cases
        cases = list(bind.scalars(some.where(of > cases[-1])))


def _proposal(case: UUID, rows: list[t.Any]) -> dict[str, t.Any]:
    """Ranks are counted anew: they are places in the list."""
    candidates = [
        {"lawyer": str(row.lawyer_id), "rank": rank, "score": row.score, "reasons": row.reasons}
        for rank, row in enumerate(rows, start=1)
    ]
    return {"case_id": case, "candidates": candidates, "proposed_at": rows[0].proposed_at}
