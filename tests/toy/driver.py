"""Drives the toy platform from a test: databases, commands, effects; services in this process or in their own."""

from __future__ import annotations

import collections
import contextlib
import os
import signal
import subprocess
import sys
import typing as t
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from chassis import inbox, organizations, outbox, relay, tables
from chassis.clock import Clock, SystemClock
from chassis.database import Database
from chassis.envelope import Envelope
from chassis.ids import new_id
from chassis.platform import Process
from chassis.principal import Principal
from chassis.runner import Running
from tests.infrastructure.backends import Backend
from tests.infrastructure.waiting import wait_until
from tests.toy.platform import REGISTRY, SERVICES, Base, Effect

CALLER = Principal("k1", "center_admin", "center")
QUICK = {
    "AIDBUS_RETRY_SECONDS": "0.05",
    "AIDBUS_ATTEMPTS": "4",
    "AIDBUS_RELAY_SWEEP_SECONDS": "0.2",
    "AIDBUS_RELAY_LEASE_SECONDS": "1",
    "AIDBUS_REFRESH_SECONDS": "0.2",
}


class Toy:
    """One toy platform on one backend. ``crossing`` organizations exist from the start."""

    def __init__(
        self, backend: Backend, codes: t.Sequence[str] = ("center", "garrison"), clock: Clock | None = None
    ) -> None:
        self.backend = backend
        self.codes = list(codes)
        self.clock = clock or SystemClock()
        self.environ = {**backend.environment(), **QUICK}
        self.databases = {name: Database(backend.database(name), pool_size=4) for name in SERVICES}
        self.running: Running | None = None
        self.children: list[subprocess.Popen[bytes]] = []
        self._own_databases("CREATE DATABASE {}")
        for database in self.databases.values():
            tables.metadata.create_all(database.engine)
            Base.metadata.create_all(database.engine)
        for code in self.codes:
            self.add_organization(code)

    def add_organization(self, code: str) -> None:
        for database in self.databases.values():
            with database.session() as session:
                organizations.register(session, code, code, None, "other", now=self.clock.now())

    # services in this process

    def start(self, *names: str, **environ: str) -> Running:
        """Start services (all, if none is named) in this process."""
        process = Process({**self.environ, **environ}, clock=self.clock)
        self.running = Running([SERVICES[name] for name in names or SERVICES], process)
        self.running.start()
        return self.running

    def stop(self) -> None:
        if self.running:
            self.running.stop()
            self.running = None

    # services in processes of their own

    def spawn(self, *names: str, **environ: str) -> subprocess.Popen[bytes]:
        """Start services in a process of their own."""
        command = [sys.executable, "-W", "ignore", "-m", "tests.toy.serve", *names]
        child = subprocess.Popen(command, env={**os.environ, **self.environ, **environ}, stderr=subprocess.PIPE)
        self.children.append(child)
        return child

    def end(self) -> None:
        """Kill what still runs and close the databases."""
        self.stop()
        for child in self.children:
            if child.poll() is None:
                child.send_signal(signal.SIGKILL)
            child.communicate()
        for database in self.databases.values():
            database.close()
        self._own_databases("DROP DATABASE IF EXISTS {} WITH (FORCE)")

    def _own_databases(self, statement: str) -> None:
        """Make or drop the PostgreSQL databases of the toy's services."""
        for database in self.databases.values():
            if not database.is_sqlite:
                server = database.url.set(drivername="postgresql", database="postgres")
                with psycopg.connect(server.render_as_string(hide_password=False), autocommit=True) as connection:
                    connection.execute(sql.SQL(statement).format(sql.Identifier(str(database.url.database))))

    # messages

    def deposit(
        self, n: int, *, organization: str = "center", mode: str = "ok", message_id: UUID | None = None
    ) -> UUID:
        """Commit one command into the outbox of beta, as the gateway would."""
        return self.deposit_many([(n, organization, mode)], message_id=message_id)[0]

    def deposit_many(self, items: t.Iterable[tuple[int, str, str]], message_id: UUID | None = None) -> list[UUID]:
        now = self.clock.now()
        rows = []
        for n, organization, mode in items:
            envelope = Envelope(
                id=message_id or new_id(),
                type="alpha.deposit.v1",
                source="/test",
                organization=organization,
                time=now,
                data={"n": n, "mode": mode},
                principal=CALLER,
            )
            rows.append(outbox.row_for(envelope, REGISTRY, now))
        with self.databases["beta"].session() as session:
            outbox.write(session, rows, None, None)
        return [row.id for row in rows]

    # what became of them

    @contextlib.contextmanager
    def _looking(self, service: str) -> t.Iterator[Session]:
        """A session that asks for no lock: services that run in this process could not end what they hold it for."""
        database = self.databases[service]
        if not database.is_sqlite:
            with database.session() as session:
                yield session
            return
        engine = create_engine(database.url)
        with Session(engine) as session:
            yield session
        engine.dispose()

    def effects(self, service: str, step: str | None = None) -> collections.Counter[int]:
        """How often each number had its effect in a service."""
        statement = select(Effect.n, func.count()).group_by(Effect.n)
        statement = statement.where(Effect.step == step) if step else statement.where(Effect.n > 0)
        with self._looking(service) as session:
            return collections.Counter(dict(map(tuple, session.execute(statement))))

    def steps(self) -> collections.Counter[str]:
        """What beta was told about commands: done, rejected, held."""
        with self._looking("beta") as session:
            statement = select(Effect.step, func.count()).where(Effect.n == 0).group_by(Effect.step)
            return collections.Counter(dict(map(tuple, session.execute(statement))))

    def letters(self, service: str = "alpha") -> list[t.Any]:
        with self._looking(service) as session:
            return list(session.execute(select(tables.dead_letters).order_by(tables.dead_letters.c.id)))

    def outbox(self) -> int:
        """Rows in all outboxes."""
        total = 0
        for service in self.databases:
            with self._looking(service) as session:
                total += session.scalar(select(func.count()).select_from(tables.outbox)) or 0
        return total

    def remembered(self, service: str) -> int:
        with self._looking(service) as session:
            return inbox.size(session)

    def backlog(self, service: str) -> tuple[int, float]:
        with self._looking(service) as session:
            return relay.backlog(session, self.clock.now())

    def wait_quiet(self, timeout: float = 30) -> None:
        """Wait until nothing is under way in any outbox and mailbox."""
        wait_until(lambda: self.outbox() == 0, timeout, "all outboxes to be empty")

    def wait_heard(self, numbers: t.Collection[int], timeout: float = 30) -> None:
        """Wait until beta has heard of every number."""
        wait_until(
            lambda: set(numbers) <= set(self.effects("beta", "heard")),
            timeout,
            f"beta to hear of {len(numbers)} numbers",
        )
