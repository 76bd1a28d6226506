"""What a synchronous peer does with one command, on psycopg: shared, so that all write the same rows."""

from __future__ import annotations

import threading
import typing as t
from uuid import UUID

import psycopg

from benchmarks import workload

INBOX = workload.insert("inbox", workload.INBOX_COLUMNS) + " ON CONFLICT DO NOTHING"
CASE = workload.insert("cases", workload.CASE_COLUMNS)
OUTBOX = workload.insert("outbox", workload.OUTBOX_COLUMNS)
DELETE = "DELETE FROM outbox WHERE id = %s"

_local = threading.local()


def connection(url: str) -> psycopg.Connection[t.Any]:
    """One connection for each thread (or greenlet), with prepared statements from the first use on."""
    found = getattr(_local, "connection", None)
    if found is None:
        found = _local.connection = psycopg.connect(url, autocommit=True, prepare_threshold=0)
    return found


def handle(db: psycopg.Connection[t.Any], command: dict[str, t.Any]) -> dict[str, t.Any] | None:
    """Inbox, case and outbox rows in one transaction; returns the event, or None if the command was handled before."""
    effect = workload.event(command)
    with db.transaction():
        if not db.execute(INBOX, workload.inbox_row(command)).rowcount:
            return None
        db.execute(CASE, workload.case_row(command))
        db.execute(OUTBOX, workload.outbox_row(effect))
    return effect


def sent(db: psycopg.Connection[t.Any], effect: dict[str, t.Any]) -> None:
    db.execute(DELETE, (UUID(effect["id"]),))
