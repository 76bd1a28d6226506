"""Helpers for tests, shipped with the chassis: a bench that runs handlers without a bus."""

from __future__ import annotations

import datetime as dt
import typing as t
from contextlib import contextmanager
from uuid import UUID

import orjson
from sqlalchemy import MetaData
from sqlalchemy.orm import Session

from chassis import organizations, tables
from chassis.clock import MovableClock
from chassis.consume import Consumer, Handler
from chassis.database import Database
from chassis.envelope import Envelope
from chassis.ids import new_id
from chassis.outbox import OutboxRow
from chassis.principal import Principal
from chassis.registry import Contracts
from chassis.work import Read, Work


class CollectingRelay:
    """Takes what a consumer hands over and keeps it."""

    def __init__(self) -> None:
        self.token = new_id()
        self.rows: list[OutboxRow] = []

    def lease(self, now: dt.datetime) -> dt.datetime | None:
        return now + dt.timedelta(seconds=30)

    def hand_over(self, rows: t.Sequence[OutboxRow]) -> None:
        self.rows.extend(rows)


class Bench:
    """One service on an in-memory database, without a bus.

    ``handle`` calls a handler inside its own transaction and lets Rejected and NotYet through; ``deliver`` goes the
    whole way of ``consume`` (inbox, savepoints, retries, dead letters).
    """

    def __init__(
        self,
        service: str,
        handlers: t.Mapping[str, Handler],
        views: t.Mapping[str, t.Callable[[Read, dict[str, t.Any]], dict[str, t.Any]]],
        metadata: MetaData,
        settings: t.Any,
        contracts: Contracts,
        *,
        start: dt.datetime | None = None,
        database: Database | None = None,
        center: str = "center",
    ) -> None:
        self.service, self.handlers, self.views = service, handlers, views
        self.settings, self.contracts = settings, contracts
        self.clock = MovableClock(start or dt.datetime(2026, 9, 1, 2, 0, tzinfo=dt.UTC), frozen=True)
        self.database = database or Database("sqlite://")
        tables.metadata.create_all(self.database.engine)
        metadata.create_all(self.database.engine)
        with self.database.session() as session:
            organizations.register(session, center, "法律援助中心", "Legal Aid Center", "center", now=self.clock.now())
        self.relay = CollectingRelay()
        self.emitted: list[tuple[str, str, dict[str, t.Any]]] = []
        self.consumer = Consumer(service, self.database, contracts, handlers, settings, self.clock, self.relay)

    @contextmanager
    def session(self) -> t.Iterator[Session]:
        """One transaction on the bench's database."""
        with self.database.session() as session:
            yield session

    def envelope(
        self,
        message_type: str,
        data: t.Mapping[str, t.Any],
        *,
        organization: str = "center",
        principal: Principal | None = None,
        message_id: UUID | None = None,
    ) -> Envelope:
        """A message as a producer would write it (checked by its contract)."""
        return Envelope(
            id=message_id or new_id(),
            type=message_type,
            source="/test",
            organization=organization,
            time=self.clock.now(),
            data=self.contracts.dump(message_type, data),
            principal=principal,
        )

    def handle(
        self,
        message_type: str,
        data: t.Mapping[str, t.Any],
        *,
        organization: str = "center",
        principal: Principal | None = None,
        now: dt.datetime | None = None,
    ) -> dict[str, t.Any] | None:
        """Handle one message; returns the handler's result. ``data`` may hold Python values or JSON values."""
        if now is not None:
            self.clock.set(now)
        loaded = self.contracts.load(message_type, orjson.loads(orjson.dumps(data, default=str)))
        message = self.envelope(message_type, loaded, organization=organization, principal=principal)
        with self.database.session() as session:
            work = Work(self.service, session, self.clock.now(), message, self.settings, self.contracts)
            result = self.handlers[message_type](work, self.contracts.load(message_type, message.data))
        self.emitted += [self._said(row) for row in work.rows]
        return result

    def deliver(self, *envelopes: Envelope) -> None:
        """Consume messages as one micro-batch."""
        self.consumer.consume([envelope.encode() for envelope in envelopes])
        self.emitted += [self._said(row) for row in self.relay.rows]
        self.relay.rows.clear()

    def query(self, name: str, params: dict[str, t.Any], principal: Principal) -> dict[str, t.Any]:
        """Answer one query."""
        with self.database.session() as session:
            read = Read(session, self.clock.now(), principal, self.settings)
            answer = self.views[name](read, params)
            session.add_all(read.records)
        return answer

    def said(self, message_type: str) -> list[dict[str, t.Any]]:
        """The bodies of all emitted messages of one type."""
        return [data for kind, _, data in self.emitted if kind == message_type]

    def _said(self, row: OutboxRow) -> tuple[str, str, dict[str, t.Any]]:
        envelope = Envelope.decode(row.body)
        return envelope.type, envelope.organization, envelope.data
