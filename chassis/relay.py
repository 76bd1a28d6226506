"""The relay: takes committed outbox rows to the broker, with batched confirms, and deletes them when confirmed.

Guarantees: no transaction is open while the broker is waited for. Rows are claimed by token and lease (SKIP LOCKED),
so any number of relays work side by side without a leader; a row whose relay died is claimed again when its lease
ends. What was confirmed but not yet deleted when a process died is sent twice, and suppressed by the inbox.
"""

from __future__ import annotations

import collections
import datetime as dt
import typing as t
from uuid import UUID

import eventlet
import structlog
from sqlalchemy import delete, func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from chassis import bus, failpoints, metrics
from chassis.clock import Clock
from chassis.database import Database
from chassis.errors import DatabaseAway
from chassis.ids import new_id
from chassis.outbox import OutboxRow
from chassis.publisher import Publisher
from chassis.tables import outbox

log = structlog.get_logger("aidbus.relay")
BACKOFF_MAX = 60.0
COLUMNS = [outbox.c[name] for name in OutboxRow.__dataclass_fields__]


class Relay:
    """One service's relay. ``hand_over`` and ``wake`` may be called from any green thread; ``run`` is the loop."""

    def __init__(self, service: str, database: Database, publisher: Publisher, clock: Clock, settings: t.Any) -> None:
        self.service, self.database, self.publisher = service, database, publisher
        self.clock, self.settings = clock, settings
        self.token = new_id()
        self._handed: collections.deque[OutboxRow] = collections.deque()
        self._limit = settings.relay_batch * 10
        self._wake = eventlet.event.Event()
        self._stopping = False
        self._is_running = False
        self._pause = 0.0

    def lease(self, now: dt.datetime) -> dt.datetime | None:
        """Until when rows written now are claimed by this relay; None: enough in hand, or the broker is away."""
        if self._stopping or self._pause or len(self._handed) >= self._limit:
            return None
        return now + dt.timedelta(seconds=self.settings.relay_lease_seconds)

    def hand_over(self, rows: t.Sequence[OutboxRow]) -> None:
        """Take rows that were committed as claimed by this relay's token."""
        self._handed.extend(rows)
        self.wake()

    def wake(self) -> None:
        """Look at the outbox now."""
        if not self._wake.ready():
            self._wake.send()

    def run(self) -> None:
        """Relay until ``stop``; survives the loss of broker and database."""
        self._is_running = True
        while not self._stopping:
            try:
                busy = self.step()
                self._pause = 0.0
            except (DatabaseAway, *bus.LOST) as error:
                self._lost(error)
                busy = False
            if not busy and not self._stopping:
                self._wait(self._pause or self.settings.relay_sweep_seconds)
        self._is_running = False

    def step(self) -> bool:
        """Publish one batch: what was handed over, else what a sweep claims. True when there may be more."""
        rows = [self._handed.popleft() for _ in range(min(len(self._handed), self.settings.relay_batch))]
        if not rows:
            self.publisher.beat()
            self.publisher.connect()
            rows = self.claim()
        failpoints.reach("relay.after_claim")
        if not rows:
            return False
        self._publish(rows)
        return True

    def claim(self) -> list[OutboxRow]:
        """Claim due rows in one short transaction."""
        now = self.clock.now()
        free = or_(outbox.c.leased_until.is_(None), outbox.c.leased_until < now)
        due = (
            select(outbox.c.id, outbox.c.attempt)
            .where(outbox.c.available_at <= now, free)
            .order_by(outbox.c.available_at, outbox.c.id)
            .limit(self.settings.relay_batch)
            .with_for_update(skip_locked=True)
        )
        leased_until = now + dt.timedelta(seconds=self.settings.relay_lease_seconds)
        with self.database.session() as session:
            keys = [(row.id, row.attempt) for row in session.execute(due)]
            if not keys:
                return []
            statement = update(outbox).where(tuple_(outbox.c.id, outbox.c.attempt).in_(keys))
            statement = statement.values(token=self.token, leased_until=leased_until)
            rows = session.execute(statement.returning(*COLUMNS)).all()
        order = {key: place for place, key in enumerate(keys)}
        return sorted((OutboxRow(*row) for row in rows), key=lambda row: order[row.id, row.attempt])

    def stop(self, seconds: float = 0) -> None:
        """End the loop; with ``seconds``, wait for it and publish what was handed over, no longer than that."""
        self._stopping = True
        self.wake()
        with eventlet.Timeout(seconds, False):
            while self._is_running:
                eventlet.sleep(0.01)
            while self._handed:
                try:
                    self.step()
                except (DatabaseAway, *bus.LOST):
                    return

    def _publish(self, rows: list[OutboxRow]) -> None:
        failed = self.publisher.publish(rows)
        failpoints.reach("relay.after_confirm")
        confirmed = [row for row in rows if row.id not in failed]
        with self.database.session() as session:
            _delete(session, confirmed, self.token)
            if failed:
                self._release(session, [row for row in rows if row.id in failed], failed)
        if confirmed:
            metrics.count("aidbus_published_total", len(confirmed), service=self.service)
        if failed:
            metrics.count("aidbus_publish_failures_total", len(failed), service=self.service)
            reasons = dict(collections.Counter(failed.values()))
            log.warning("messages stay in the outbox", service=self.service, reasons=reasons)
            if not confirmed:
                raise ConnectionError("nothing was confirmed")

    def _release(self, session: Session, rows: list[OutboxRow], failed: dict[UUID, str]) -> None:
        """Give rows back, each to be tried again after a pause that grows with its failures."""
        now = self.clock.now()
        for row in rows:
            here = (outbox.c.id == row.id) & (outbox.c.attempt == row.attempt) & (outbox.c.token == self.token)
            failures = session.scalar(select(outbox.c.failures).where(here)) or 0
            pause = min(self.settings.relay_sweep_seconds * 2**failures, BACKOFF_MAX)
            session.execute(
                update(outbox)
                .where(here)
                .values(
                    token=None,
                    leased_until=None,
                    failures=failures + 1,
                    last_error=failed[row.id][:300],
                    available_at=now + dt.timedelta(seconds=pause),
                )
            )

    def _lost(self, error: Exception) -> None:
        """Broker or database is away: forget what was handed over (the lease ends, a sweep finds it) and slow down."""
        self._handed.clear()
        first = self._pause == 0.0
        self._pause = min(max(self._pause * 2, 0.25), 5.0)
        if first:
            log.warning("relay waits", service=self.service, why=type(error).__name__)

    def _wait(self, seconds: float) -> None:
        with eventlet.Timeout(seconds, False):
            self._wake.wait()
        if self._wake.ready():
            self._wake = eventlet.event.Event()


def backlog(session: Session, now: dt.datetime) -> tuple[int, float]:
    """Rows in the outbox that are due, and the age of the oldest in seconds."""
    statement = select(func.count(), func.min(outbox.c.created_at)).where(outbox.c.available_at <= now)
    count, oldest = session.execute(statement).one()
    return count, (now - oldest).total_seconds() if oldest else 0.0


def _delete(session: Session, rows: list[OutboxRow], token: UUID) -> None:
    ids = [row.id for row in rows]
    for start in range(0, len(ids), 500):
        session.execute(delete(outbox).where(outbox.c.id.in_(ids[start : start + 500]), outbox.c.token == token))
