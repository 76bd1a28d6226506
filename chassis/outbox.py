"""The outbox: messages are rows of the same transaction as the change that they tell of.

Guarantee: a message exists if and only if its transaction committed. Rows that a process writes are born claimed by
that process for one lease and handed to its relay after the commit, which saves a claim; if the process dies, the
lease ends and any relay's sweep finds them.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.orm import Session

from chassis import bulk, notices
from chassis.envelope import Envelope
from chassis.registry import Contracts
from chassis.tables import outbox

COMMANDS = "commands"
EVENTS = "events"


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One message on its way to the broker."""

    id: UUID
    attempt: int
    type: str
    organization: str
    exchange: str
    routing_key: str
    body: bytes
    created_at: dt.datetime
    available_at: dt.datetime

    @property
    def is_due(self) -> bool:
        return self.available_at <= self.created_at


def row_for(
    envelope: Envelope, contracts: Contracts, now: dt.datetime, available_at: dt.datetime | None = None
) -> OutboxRow:
    """Where a new message goes: a command to its owner's mailbox, an event to all who hear it."""
    contract = contracts[envelope.type]
    if contract.kind == "command":
        exchange, key = COMMANDS, f"{contract.owner}.{envelope.organization}"
    else:
        exchange, key = EVENTS, f"{envelope.organization}.{envelope.type}"
    return OutboxRow(
        envelope.id,
        envelope.attempt,
        envelope.type,
        envelope.organization,
        exchange,
        key,
        envelope.encode(),
        now,
        max(now, available_at or now),
    )


def retry_row(envelope: Envelope, service: str, now: dt.datetime, delay: float) -> OutboxRow:
    """The same message once more, for one service's mailbox alone, after ``delay`` seconds."""
    again = replace(envelope, attempt=envelope.attempt + 1)
    return OutboxRow(
        again.id,
        again.attempt,
        again.type,
        again.organization,
        COMMANDS,
        f"{service}.{again.organization}",
        again.encode(),
        now,
        now + dt.timedelta(seconds=delay),
    )


def write(session: Session, rows: t.Sequence[OutboxRow], token: UUID | None, leased_until: dt.datetime | None) -> None:
    """Insert rows; those that are due are born claimed by ``token``. A row that is already there is left as it is.

    Without a token the relays of all processes are told that there is something to claim.
    """
    if not rows:
        return
    values = [
        {
            "id": row.id,
            "attempt": row.attempt,
            "type": row.type,
            "organization": row.organization,
            "exchange": row.exchange,
            "routing_key": row.routing_key,
            "body": row.body,
            "created_at": row.created_at,
            "available_at": row.available_at,
            "token": token if row.is_due else None,
            "leased_until": leased_until if row.is_due else None,
        }
        for row in rows
    ]
    bulk.insert_new(session, outbox, values)
    if token is None and any(row.is_due for row in rows):
        notices.say(session, notices.OUTBOX)
