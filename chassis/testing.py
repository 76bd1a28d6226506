"""Helpers for tests, shipped with the chassis: a bench that runs handlers without a bus."""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
import typing as t
import weakref
from contextlib import contextmanager
from functools import cache
from uuid import UUID

import orjson
from sqlalchemy import Connection, MetaData
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


class Shelf:
    """In-memory databases that wait for the next bench.

    To make tables, and to compile every statement for a new engine, takes ten times as long as most tests. So a
    test that is over leaves its database here, and the next one finds it as a new one would be.
    """

    def __init__(self, *parts: MetaData, seed: t.Callable[[Connection], t.Any] | None) -> None:
        self._free: list[Database] = []
        first = Database("sqlite://")
        make_tables(first, *parts, seed=seed)
        with contextlib.closing(first.engine.raw_connection()) as connection:
            self._new: bytes = t.cast(t.Any, connection.driver_connection).serialize()

    def lend(self) -> Database:
        """A database as new, for as long as anybody holds it."""
        database = self._free.pop() if self._free else Database("sqlite://")
        with contextlib.closing(database.engine.raw_connection()) as connection:
            t.cast(t.Any, connection.driver_connection).deserialize(self._new)
        lent = copy.copy(database)
        weakref.finalize(lent, self._free.append, database).atexit = False
        return lent


@cache
def _shelf(metadata: MetaData, seed: t.Callable[[Connection], t.Any] | None) -> Shelf:
    return Shelf(tables.metadata, metadata, seed=seed)


def make_tables(database: Database, *parts: MetaData, seed: t.Callable[[Connection], t.Any] | None) -> None:
    """Make a service's tables, with what they hold from the start."""
    for metadata in parts:
        metadata.create_all(database.engine)
    if seed:
        with database.session() as session:
            seed(session.connection())


class Bench:
    """One service on an in-memory database, without a bus.

    ``handle`` calls a handler inside its own transaction and lets Rejected and NotYet through; ``deliver`` goes the
    whole way of ``consume`` (inbox, savepoints, retries, dead letters). ``seed`` writes what is there from the start.
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
        seed: t.Callable[[Connection], t.Any] | None = None,
    ) -> None:
        self.service, self.handlers, self.views = service, handlers, views
        self.settings, self.contracts = settings, contracts
        self.clock = MovableClock(start or dt.datetime(2026, 9, 1, 2, 0, tzinfo=dt.UTC), frozen=True)
        if database:
            make_tables(database, tables.metadata, metadata, seed=seed)
        self.database = database or _shelf(metadata, seed).lend()
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
