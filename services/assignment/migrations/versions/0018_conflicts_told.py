"""Conflicts of interest that were open before supervision heard of them are told once, so that they are a task, too.

One that supervision knows already opens nothing there.
"""

from __future__ import annotations

import typing as t
from uuid import uuid5

import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import Session

from chassis import outbox
from chassis.clock import SystemClock
from chassis.database import UtcDateTime
from chassis.envelope import Envelope
from contracts.registry import REGISTRY

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

FOUND = "assignment.conflict_found.v1"
PLACE = ("application_number", "organization", "station", "recipient_group", "form_of_aid", "matter")
IDS = ("id", "application_id", "lawyer_id", "restored_by")
cases = sa.table(
    "cases",
    *(sa.column(name, sa.Uuid) for name in IDS),
    *(sa.column(name, sa.String) for name in (*PLACE, "number", "state")),
)
findings = sa.table(
    "conflict_findings",
    *(sa.column(name, sa.Uuid) for name in ("id", "case_id", "lawyer_id")),
    *(sa.column(name, sa.String) for name in ("other_matter", "certainty", "found_when", "state")),
    *(sa.column(name, UtcDateTime) for name in ("found_at", "parted_at")),
)


def upgrade() -> None:
    its_lawyer = (findings.c.case_id == cases.c.id) & (findings.c.lawyer_id == cases.c.lawyer_id)
    still = (findings.c.state == "open") & findings.c.parted_at.is_(None) & (cases.c.state != "closed")
    told = (
        findings.c.id.label("conflict"),
        cases.c.number.label("case_number"),
        cases.c.application_id.label("application"),
    )
    named = (findings.c.other_matter, findings.c.certainty, findings.c.found_when, findings.c.found_at)
    of_case = (cases.c.restored_by.label("restored"), *(cases.c[name] for name in PLACE))
    open_now = sa.select(
        *told, findings.c.case_id.label("case"), findings.c.lawyer_id.label("lawyer"), *named, *of_case
    )
    session = Session(op.get_bind())
    rows = [_row(dict(one)) for one in session.execute(open_now.where(its_lawyer & still)).mappings()]
    outbox.write(session, rows, None, None)


def _row(event: dict[str, t.Any]) -> outbox.OutboxRow:
    event["must"] = "replace" if event["certainty"] == "exact" else "decide"
    now, id_ = SystemClock().now(), uuid5(event["conflict"], "told by migration 0018")
    message = Envelope(
        id_,
        FOUND,
        "/aidbus/assignment",
        event["organization"],
        now,
        REGISTRY.dump(FOUND, event),
        subject=str(event["case"]),
        correlation=str(id_),
    )
    return outbox.row_for(message, REGISTRY, now)


def downgrade() -> None:
    """What was told was told."""
