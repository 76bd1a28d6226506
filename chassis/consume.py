"""The one wrapper around every handler: begin, de-duplicate, call, commit. The mailbox acknowledges afterwards.

Guarantees: a handler's changes, its inbox row and its outbox rows are ONE transaction. Up to N messages of one
organization share a transaction; if one of them fails, the transaction is rolled back and done again with a savepoint
each, so a bad message never takes its neighbours with it and only batches with a bad message pay for savepoints. A
failed message becomes a retry row or a dead letter in that same transaction; nothing is dropped, and no message holds
up its mailbox. Raises only DatabaseAway (nothing was changed; the messages stay in the mailbox). Metrics are counted
after the commit.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID

import eventlet
import structlog
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.orm import Session

from chassis import dead_letters, failpoints, inbox, metrics, outbox, retries
from chassis.clock import Clock
from chassis.database import Database, raise_if_away
from chassis.endings import Endings
from chassis.envelope import Envelope, MalformedEnvelope
from chassis.errors import DatabaseAway, Rejected
from chassis.outbox import OutboxRow
from chassis.registry import Contracts
from chassis.turn import Turn
from chassis.work import Work

ROWS_AT_ONCE = 10  # new rows are written in such pieces, so that writing them does not outlast a turn
Handler = t.Callable[[Work, dict[str, t.Any]], dict[str, t.Any] | None]
Message = tuple[bytes, Envelope]
Tally = Counter[tuple[str, tuple[tuple[str, str], ...]]]
log = structlog.get_logger("aidbus.consume")


class Relay(t.Protocol):
    """Where committed outbox rows go (see relay.py)."""

    token: UUID

    def lease(self, now: dt.datetime) -> dt.datetime | None: ...

    def hand_over(self, rows: t.Sequence[OutboxRow]) -> None: ...


@dataclass(frozen=True)
class Batch:
    """What was taken from one mailbox together, and the claim on the rows that it brings: see ``Relay.lease``.

    ``organization``: whose mailbox; None where that is not known.
    """

    bodies: t.Sequence[bytes]
    organization: str | None
    now: dt.datetime
    token: UUID | None
    leased_until: dt.datetime | None


@dataclass
class Consumer:
    """Handles the messages of one service."""

    service: str
    database: Database
    contracts: Contracts
    handlers: t.Mapping[str, Handler]
    settings: t.Any
    clock: Clock
    relay: Relay

    @cached_property
    def _endings(self) -> Endings:
        return Endings(self.service, self.contracts)

    def consume(self, bodies: t.Sequence[bytes], organization: str | None = None) -> None:
        """Handle one micro-batch in one transaction; raises DatabaseAway.

        ``organization``: whose mailbox it lay in. What is of another was put there by hand and becomes a dead letter.
        """
        now = self.clock.now()
        leased_until = self.relay.lease(now)
        token = self.relay.token if leased_until else None
        batch = Batch(bodies, organization, now, token, leased_until)
        try:
            rows, tally = self._transact(batch, self._handle_together)
        except DatabaseAway:
            raise
        except Exception:
            rows, tally = self._carefully(batch)
        failpoints.reach("consumer.after_commit")
        for (name, labels), amount in tally.items():
            metrics.count(name, amount, service=self.service, **dict(labels))
        if leased_until:
            self.relay.hand_over([row for row in rows if row.is_due])
            eventlet.sleep(0)  # they leave before the acknowledgement, which nobody waits for

    def _carefully(self, batch: Batch) -> tuple[list[OutboxRow], Tally]:
        """Again with savepoints. Where even that leaves something that no column can keep, a transaction each: what
        makes its own fail is kept as bytes alone, for it would hold up its mailbox for ever."""
        try:
            return self._transact(batch, self._handle_each)
        except (DataError, OverflowError) as error:
            if len(batch.bodies) > 1:
                parts = [self._carefully(replace(batch, bodies=[body])) for body in batch.bodies]
                return [row for rows, _ in parts for row in rows], sum((tally for _, tally in parts), Counter())
            (body,) = batch.bodies
            tally: Tally = Counter()
            log.error("message cannot be kept", service=self.service, exc_info=error)
            decision = retries.decide(MalformedEnvelope("it holds what no column can keep"), 1, self.settings)
            with self.database.session() as session:
                self._bury(session, body, None, decision, batch.now, tally)
                rows = self._told_of_bytes(body, batch.now)
                outbox.write(session, rows, batch.token, batch.leased_until)
            return rows, tally

    def _transact(
        self, batch: Batch, handle: t.Callable[[Session, list[Message], dt.datetime, Tally], list[OutboxRow]]
    ) -> tuple[list[OutboxRow], Tally]:
        """One transaction: inbox, the handlers of what is new, outbox.

        Returns what was written to the outbox, and what is to be counted now that it is committed.
        """
        tally: Tally = Counter()
        with self.database.session() as session:
            rows = handle(session, self._take_in(session, batch, tally), batch.now, tally)
            session.flush()
            outbox.write(session, rows, batch.token, batch.leased_until)
        return rows, tally

    def _take_in(self, session: Session, batch: Batch, tally: Tally) -> list[Message]:
        """Read the messages and enter them into the inbox; returns those that did not have their effect yet."""
        messages: dict[inbox.Key, Message] = {}
        readable = 0
        for body in batch.bodies:
            try:
                envelope = Envelope.decode(body)
            except MalformedEnvelope as error:
                self._bury(session, body, None, retries.decide(error, 1, self.settings), batch.now, tally)
                continue
            if batch.organization not in (None, envelope.organization):
                astray = MalformedEnvelope("it lies in the mailbox of another organization")
                self._bury(session, body, envelope, retries.decide(astray, 1, self.settings), batch.now, tally)
            else:
                readable += 1
                messages.setdefault((envelope.id, envelope.attempt), (body, envelope))
        fresh = inbox.claim(session, list(messages), batch.now)
        failpoints.reach("consumer.after_inbox")
        if len(fresh) < readable:
            tally["aidbus_duplicates_suppressed_total", ()] += readable - len(fresh)
        return [message for key, message in messages.items() if key in fresh]

    def _handle_together(
        self, session: Session, messages: list[Message], now: dt.datetime, tally: Tally
    ) -> list[OutboxRow]:
        """The fast way: no savepoints; whatever is raised takes the whole batch to ``_handle_each``."""
        rows: list[OutboxRow] = []
        turn = Turn()
        for _, envelope in messages:
            work = Work(self.service, session, now, envelope, self.settings, self.contracts)
            rows += self._said(work, self._call(work))
            _count(tally, envelope, "handled")
            if session.dirty or session.deleted or len(session.new) >= ROWS_AT_ONCE:
                session.flush()
            session.expire_all()  # the next handler reads rows anew, as if it were alone
            if turn.is_over:
                turn.end()
        session.flush()
        return rows

    def _handle_each(
        self, session: Session, messages: list[Message], now: dt.datetime, tally: Tally
    ) -> list[OutboxRow]:
        """The careful way: a savepoint each."""
        rows: list[OutboxRow] = []
        turn = Turn()
        for body, envelope in messages:
            rows += self._handle_one(session, body, envelope, now, tally)
            session.expire_all()
            if turn.is_over:
                turn.end()
        return rows

    def _handle_one(
        self, session: Session, body: bytes, message: Envelope, now: dt.datetime, tally: Tally
    ) -> list[OutboxRow]:
        """One message in a savepoint of its own; returns what it wants to say."""
        work = Work(self.service, session, now, message, self.settings, self.contracts)
        try:
            with session.begin_nested():
                said = self._said(work, self._call(work))
                session.flush()
        except Rejected as refusal:
            if self._endings.is_awaited(message):
                _count(tally, message, "rejected")
                return [self._endings.told(message, now, "rejected", problem=refusal.as_dict())]
            return self._failed(session, body, message, refusal, now, tally)
        except Exception as error:
            if isinstance(error, DBAPIError):
                raise_if_away(error)
            return self._failed(session, body, message, error, now, tally)
        _count(tally, message, "handled")
        return said

    def _said(self, work: Work, result: dict[str, t.Any] | None) -> list[OutboxRow]:
        """What a handled message says, its end first: a caller waits for it, and events go to many mailboxes."""
        if not self._endings.is_awaited(work.message):
            return work.rows
        return [self._endings.told(work.message, work.now, "done", resource=result), *work.rows]

    def _call(self, work: Work) -> dict[str, t.Any] | None:
        message = work.message
        handler = self.handlers.get(message.type)
        if handler is None:
            raise retries.UnknownType(f"{self.service} does not handle {message.type[:120]}")
        try:
            data = self.contracts.load(message.type, message.data)
        except ValueError as error:
            raise retries.BreaksContract(str(error)) from error
        except LookupError:
            raise retries.UnknownType(f"no contract {message.type[:120]}") from None
        return handler(work, data)

    def _failed(
        self, session: Session, body: bytes, message: Envelope, error: Exception, now: dt.datetime, tally: Tally
    ) -> list[OutboxRow]:
        decision = retries.decide(error, message.attempt, self.settings)
        fields = {"service": self.service, "type": message.type, "message": str(message.id), "attempt": message.attempt}
        if decision.delay is not None:
            _count(tally, message, "retried")
            log.warning("message will be retried", why=decision.detail, seconds=decision.delay, **fields)
            return [outbox.retry_row(message, self.service, now, decision.delay)]
        unexpected = decision.reason == "gave-up"
        log.error("message kept as dead letter", why=decision.detail, exc_info=error if unexpected else None, **fields)
        self._bury(session, body, message, decision, now, tally)
        return self._held(message, now) if self._endings.is_awaited(message) else []

    def _told_of_bytes(self, body: bytes, now: dt.datetime) -> list[OutboxRow]:
        """Whoever waits for a command that is kept as bytes alone is told so: it would stay accepted for ever."""
        try:
            message = Envelope.decode(body)
        except MalformedEnvelope:
            return []
        return self._held(message, now) if self._endings.is_awaited(message) else []

    def _held(self, message: Envelope, now: dt.datetime) -> list[OutboxRow]:
        return [self._endings.told(message, now, "held", problem={"problem": "held", "params": {}})]

    def _bury(
        self,
        session: Session,
        body: bytes,
        message: Envelope | None,
        decision: retries.RetryDecision,
        now: dt.datetime,
        tally: Tally,
    ) -> None:
        dead_letters.keep(session, body, decision.reason, decision.detail, now, message, self.settings.vault)
        tally["aidbus_dead_letters_total", (("reason", decision.reason),)] += 1


def _count(tally: Tally, message: Envelope, outcome: str) -> None:
    tally["aidbus_messages_total", (("outcome", outcome), ("type", message.type))] += 1
