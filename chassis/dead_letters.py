"""Dead letters: messages that could not be handled, kept with their reason until an operator decides.

Guarantee: a message leaves the mailbox only with its effect, as a retry row, or into this table. What it says is sealed
where the service has a key, and goes when the letter is replayed or given up: nobody knows how long one is held.
"""

from __future__ import annotations

import datetime as dt
import json
import typing as t
from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

import orjson
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from chassis.endings import Endings
from chassis.envelope import MOST_ATTEMPTS, Envelope, MalformedEnvelope
from chassis.errors import Rejected
from chassis.ids import new_id
from chassis.outbox import OutboxRow, retry_row, write
from chassis.principal import Principal
from chassis.tables import dead_letters, inbox, outbox
from chassis.vault import LostKey, Vault

SEALED = b"sealed:"  # begins no message: those are JSON objects
NOBODY_ELSES = 18  # signs of an identity number; what is shorter may be part of another's telephone, number or amount


def keep(
    session: Session,
    body: bytes,
    reason: str,
    detail: str,
    now: dt.datetime,
    envelope: Envelope | None,
    vault: Vault | None = None,
) -> UUID:
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
            body=sealed(body, vault),
            created_at=now,
            state="held",
        )
    )
    return letter


def held(session: Session, organization: str | None = None, limit: int | None = None) -> list[t.Any]:
    """The letters that wait for an operator, oldest first."""
    statement = select(dead_letters).where(dead_letters.c.state == "held").order_by(dead_letters.c.id).limit(limit)
    if organization:
        statement = statement.where(dead_letters.c.organization == organization)
    return list(session.execute(statement))


def held_ids(session: Session) -> list[UUID]:
    """Every letter that waits for an operator, oldest first."""
    every = select(dead_letters.c.id).where(dead_letters.c.state == "held").order_by(dead_letters.c.id)
    return list(session.scalars(every))


def find(session: Session, letter: UUID) -> t.Any | None:
    """One letter, whatever its state."""
    return session.execute(select(dead_letters).where(dead_letters.c.id == letter)).one_or_none()


def count_held(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(dead_letters).where(dead_letters.c.state == "held")) or 0


def sealed(body: bytes, vault: Vault | None) -> bytes:
    """A message as it is kept: sealed, where there is a key."""
    return SEALED + vault.seal_bytes(body) if vault else body


def content(row: t.Any, vault: Vault | None) -> bytes:
    """The message of a letter; raises LostKey when it was sealed with a key that is not there."""
    body = bytes(row.body)
    if not body.startswith(SEALED):
        return body  # a service without a key, or kept before letters were sealed
    if vault is None:
        raise LostKey
    return vault.open_bytes(body.removeprefix(SEALED))


def seal_anew(session: Session, letter: UUID, vault: Vault) -> bool:
    """Bring a held letter under the newest key; whether there was anything to do. Raises LostKey."""
    row = session.execute(select(dead_letters).where(dead_letters.c.id == letter).with_for_update()).one()
    if row.state != "held" or (row.body.startswith(SEALED) and vault.is_newest(row.body.removeprefix(SEALED))):
        return False
    body = sealed(content(row, vault), vault)
    session.execute(update(dead_letters).where(dead_letters.c.id == letter).values(body=body))
    return True


def replay(
    session: Session, letter: UUID, service: str, now: dt.datetime, by: str, vault: Vault | None = None
) -> OutboxRow:
    """Send a held letter to its service's mailbox again, as its next attempt; there its content goes on.

    Raises LookupError when there is no such held letter, MalformedEnvelope when it can never be read, LostKey.
    """
    row = _held(session, letter)
    envelope = Envelope.decode(content(row, vault))
    again = retry_row(_countable(session, envelope), service, now, 0)
    write(session, [again], None, None)
    _close(session, letter, "replayed", now, by, envelope.encode())
    return again


def _countable(session: Session, message: Envelope) -> Envelope:
    """The message, so numbered that one more try can be read: nobody but a hand gives the highest number."""
    if message.attempt < MOST_ATTEMPTS:
        return message
    here = (inbox.c.message_id == message.id, inbox.c.attempt < MOST_ATTEMPTS)
    return replace(message, attempt=session.scalar(select(func.max(inbox.c.attempt)).where(*here)) or 0)


def discard(
    session: Session, letter: UUID, now: dt.datetime, by: str, endings: Endings, vault: Vault | None = None
) -> None:
    """Give a held letter up; that it came stays in the table, what it said does not. Raises LookupError.

    Whoever sent it as a command is told so: it would stay held for ever.
    """
    row = _held(session, letter)
    body = _readable(row, vault)
    _close(session, letter, "discarded", now, by, body)
    _tell(session, endings, [_message(row, body)], Rejected("given-up"), now)


def erase(session: Session, mentions: Iterable[t.Any], now: dt.datetime, endings: Endings, vault: Vault | None) -> int:
    """Take the content out of every letter and retry that mentions one of these: a person's data were erased.

    ``mentions``: ids and numbers that are nobody else's, found anywhere; those of fewer than 18 signs, such as a
    passport's, only where they are a whole value. What is left says what came and when, without its data; a
    letter that was held is discarded, for what it was about is over, and so is a retry; whoever sent it as a command
    is told. Returns how many there were.
    """
    wanted = [form for mention in mentions for form in _written(str(mention))]

    def mentioned(body: bytes) -> bool:
        return any(form in body for form in wanted)

    letters = [(row, _readable(row, vault)) for row in session.execute(select(dead_letters)).all()]
    found = [(row, body) for row, body in letters if mentioned(body)]
    given_up = []
    for row, body in found:
        if row.state == "held":
            _close(session, row.id, "discarded", now, "erasure", body)
            given_up.append(_message(row, body))
        else:
            session.execute(update(dead_letters).where(dead_letters.c.id == row.id).values(body=_without_data(body)))
    retries = _erase_retries(session, mentioned, now)
    _tell(session, endings, [*given_up, *retries], Rejected("erased-meanwhile"), now)
    return len(found) + len(retries)


def _erase_retries(session: Session, mentioned: t.Callable[[bytes], bool], now: dt.datetime) -> list[Envelope]:
    """A retry that is not on its way becomes a letter that was given up: it would enter again what was erased."""
    waiting = outbox.c.leased_until.is_(None) | (outbox.c.leased_until < now)
    found = select(outbox.c.id, outbox.c.attempt, outbox.c.body).where(outbox.c.attempt > 1, waiting)
    retries = [row for row in session.execute(found).all() if mentioned(bytes(row.body))]
    messages = [Envelope.decode(row.body) for row in retries]
    for row, message in zip(retries, messages, strict=True):
        letter = keep(session, b"", "erased", "the person's data were erased", now, message)
        _close(session, letter, "discarded", now, "erasure", bytes(row.body))
        session.execute(delete(outbox).where(outbox.c.id == row.id, outbox.c.attempt == row.attempt))
    return messages


def _message(row: t.Any, body: bytes) -> Envelope | None:
    """What is known of a letter's message; None where nobody was told that it is held.

    That is what somebody put into another organization's mailbox: the command of that id may go on in its own.
    """
    if row.reason == "malformed" and row.message_id is not None:
        return None
    try:
        return Envelope.decode(body)
    except MalformedEnvelope:
        if row.message_id is None:
            return None
        nobody_knows = Principal("", "", "")  # no key opens the letter any more: whoever asked is told, if anybody did
        return Envelope(row.message_id, row.type, "", row.organization, row.created_at, {}, principal=nobody_knows)


def _tell(
    session: Session, endings: Endings, messages: Iterable[Envelope | None], why: Rejected, now: dt.datetime
) -> None:
    """Tell whoever waits for these commands that they were given up, in the transaction that does so."""
    awaited = [message for message in messages if message is not None and endings.is_awaited(message)]
    rows = [endings.told(message, now, "rejected", problem=why.as_dict()) for message in awaited]
    write(session, rows, None, None)


def _readable(row: t.Any, vault: Vault | None) -> bytes:
    """The message of a letter; nothing, where no key opens it any more."""
    try:
        return content(row, vault)
    except LostKey:
        return b""


def _written(text: str) -> set[bytes]:
    """How a text stands in JSON, with and without escapes; a short one as a whole value, its quotes with it."""
    forms = {orjson.dumps(text), json.dumps(text).encode()}
    return forms if len(text) < NOBODY_ELSES else {form[1:-1] for form in forms}


def _without_data(body: bytes) -> bytes:
    """What came, when and from whom; nothing of what is no message."""
    try:
        return replace(Envelope.decode(body), data={}).encode()
    except MalformedEnvelope:
        return b""


def _held(session: Session, letter: UUID) -> t.Any:
    row = session.execute(select(dead_letters).where(dead_letters.c.id == letter).with_for_update()).one_or_none()
    if row is None or row.state != "held":
        raise LookupError(f"no held dead letter {letter}")
    return row


def _close(session: Session, letter: UUID, state: str, now: dt.datetime, by: str, body: bytes) -> None:
    """``body``: the message, of which the data are left out from now on."""
    statement = update(dead_letters).where(dead_letters.c.id == letter)
    values = {"state": state, "handled_at": now, "handled_by": by[:100], "body": _without_data(body)}
    session.execute(statement.values(**values))


__all__ = [
    "MalformedEnvelope",
    "content",
    "count_held",
    "discard",
    "erase",
    "find",
    "held",
    "held_ids",
    "keep",
    "replay",
    "sealed",
]
