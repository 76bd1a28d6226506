"""Dead letters: messages that could not be handled, kept with their reason until an operator decides.

Guarantee: a message leaves the mailbox only with its effect, as a retry row, or into this table.
"""

from __future__ import annotations

import datetime as dt
import json
import typing as t
from collections.abc import Iterable
from uuid import UUID

import orjson
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from chassis.envelope import Envelope, MalformedEnvelope
from chassis.ids import new_id
from chassis.outbox import OutboxRow, retry_row, write
from chassis.tables import dead_letters


def keep(session: Session, body: bytes, reason: str, detail: str, now: dt.datetime, envelope: Envelope | None) -> UUID:
    """Put a message into the dead letters."""
    letter = new_id()
    session.execute(
        insert(dead_letters).values(
            id=letter,
            message_id=envelope.id if envelope else None,
            type=envelope.type[:200] if envelope else None,
            organization=envelope.organization[:80] if envelope else None,
            attempt=envelope.attempt if envelope else 1,
            reason=reason,
            detail=detail[:2000],
            body=body,
            created_at=now,
            state="held",
        )
    )
    return letter


def held(session: Session, organization: str | None = None, limit: int = 200) -> list[t.Any]:
    """The letters that wait for an operator, oldest first."""
    statement = select(dead_letters).where(dead_letters.c.state == "held").order_by(dead_letters.c.id).limit(limit)
    if organization:
        statement = statement.where(dead_letters.c.organization == organization)
    return list(session.execute(statement))


def find(session: Session, letter: UUID) -> t.Any | None:
    """One letter, whatever its state."""
    return session.execute(select(dead_letters).where(dead_letters.c.id == letter)).one_or_none()


def count_held(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(dead_letters).where(dead_letters.c.state == "held")) or 0


def replay(session: Session, letter: UUID, service: str, now: dt.datetime, by: str) -> OutboxRow:
    """Send a held letter to its service's mailbox again, as its next attempt.

    Raises LookupError when there is no such held letter, MalformedEnvelope when it can never be read.
    """
    row = _held(session, letter)
    envelope = Envelope.decode(row.body)
    again = retry_row(envelope, service, now, 0)
    write(session, [again], None, None)
    _close(session, letter, "replayed", now, by)
    return again


def discard(session: Session, letter: UUID, now: dt.datetime, by: str) -> None:
    """Give a held letter up; it stays in the table as discarded. Raises LookupError."""
    _held(session, letter)
    _close(session, letter, "discarded", now, by)


def erase(session: Session, mentions: Iterable[t.Any], now: dt.datetime) -> int:
    """Take the content out of every letter that mentions one of these: a person's data were erased.

    ``mentions``: ids and numbers that are nobody else's. What is left says what came and when, without its data; a
    letter that was held is discarded, for what it was about is over. Returns how many letters.
    """
    wanted = [form for mention in mentions for form in _written(str(mention))]
    letters = session.execute(select(dead_letters.c.id, dead_letters.c.body, dead_letters.c.state)).all()
    found = [row for row in letters if any(form in bytes(row.body) for form in wanted)]
    for row in found:
        this = dead_letters.c.id == row.id
        session.execute(update(dead_letters).where(this).values(body=_without_data(bytes(row.body))))
        if row.state == "held":
            _close(session, row.id, "discarded", now, "erasure")
    return len(found)


def _written(text: str) -> set[bytes]:
    """How a text stands in JSON, with and without escapes."""
    return {orjson.dumps(text)[1:-1], json.dumps(text)[1:-1].encode()}


def _without_data(body: bytes) -> bytes:
    try:
        raw = orjson.loads(body)
    except orjson.JSONDecodeError:
        return b""
    return orjson.dumps(raw | {"data": {}}) if isinstance(raw, dict) else b""


def _held(session: Session, letter: UUID) -> t.Any:
    row = session.execute(select(dead_letters).where(dead_letters.c.id == letter).with_for_update()).one_or_none()
    if row is None or row.state != "held":
        raise LookupError(f"no held dead letter {letter}")
    return row


def _close(session: Session, letter: UUID, state: str, now: dt.datetime, by: str) -> None:
    statement = update(dead_letters).where(dead_letters.c.id == letter)
    session.execute(statement.values(state=state, handled_at=now, handled_by=by[:100]))


__all__ = ["MalformedEnvelope", "count_held", "discard", "erase", "find", "held", "keep", "replay"]
