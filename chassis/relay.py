"""The relay: takes committed outbox rows to the broker, with batched confirms, and deletes them when confirmed.

Guarantees: no transaction is open while the broker is waited for. Rows are claimed by token and lease (SKIP LOCKED),
so any number of relays work side by side without a leader; a row whose relay died is claimed again when its lease
ends. What was confirmed but not yet deleted when a process died is sent twice, and suppressed by the inbox.
"""

from __future__ import annotations

import collections
import datetime as dt
import time
import typing as t

import eventlet
import structlog
from sqlalchemy import bindparam, func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from chassis import bulk, bus, failpoints, metrics
from chassis.clock import Clock
from chassis.database import INTERRUPTED, Database
from chassis.ids import new_id
from chassis.outbox import OutboxRow
from chassis.publisher import Publisher
from chassis.tables import outbox
from chassis.topology import Topology

log = structlog.get_logger("aidbus.relay")
BACKOFF_MAX = 60.0
SETTLE_SECONDS = 0.025  # confirms are gathered so long: one transaction deletes many rows, after what waits is answered
COLUMNS = [outbox.c[name] for name in OutboxRow.__dataclass_fields__]
DUE = (
    select(outbox.c.id, outbox.c.attempt)
    .where(outbox.c.available_at <= bindparam("now"))
    .where(or_(outbox.c.leased_until.is_(None), outbox.c.leased_until < bindparam("now")))
    .order_by(outbox.c.available_at, outbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
CLAIM = (
    update(outbox)
    .where(outbox.c.id == DUE.c.id, outbox.c.attempt == DUE.c.attempt)
    .values(token=bindparam("by"), leased_until=bindparam("until"))
    .returning(*COLUMNS)
)
GIVE_BACK = (
    update(outbox)
    .where(outbox.c.id == bindparam("of_id"), outbox.c.attempt == bindparam("of_attempt"))
    .where(outbox.c.token == bindparam("of_token"))
    .values(token=None, leased_until=None)
    .values({name: bindparam(name) for name in ("failures", "available_at", "last_error")})
)


class Relay:
    """One service's relay. ``hand_over`` and ``wake`` may be called from any green thread; ``run`` is the loop."""

    def __init__(self, service: str, database: Database, topology: Topology, clock: Clock, settings: t.Any) -> None:
        self.service, self.database = service, database
        self.clock, self.settings = clock, settings
        self.token = new_id()
        self.publisher = Publisher(
            settings.bus_url,
            topology,
            confirm_seconds=settings.confirm_seconds,
            heartbeat=settings.heartbeat,
            on_settled=self._on_settled,
        )
        self._handed: collections.deque[OutboxRow] = collections.deque()
        self._limit = settings.relay_batch * 10
        self._wake = eventlet.event.Event()
        self._next_sweep = 0.0
        self._settle_at: float | None = None
        self._stopping = False
        self._is_running = False
        self._pause = 0.0

    def lease(self, now: dt.datetime) -> dt.datetime | None:
        """Until when rows written now are claimed by this relay; None: enough in hand, or the broker is away."""
        if self._stopping or self._pause or len(self._handed) + self.publisher.in_flight >= self._limit:
            return None
        return now + dt.timedelta(seconds=self.settings.relay_lease_seconds)

    def hand_over(self, rows: t.Sequence[OutboxRow]) -> None:
        """Take rows that were committed as claimed by this relay's token."""
        self._handed.extend(rows)
        self.wake()

    def wake(self, *, sweep: bool = False) -> None:
        """Go on now; with ``sweep``, look through the outbox as well (somebody wrote rows without a lease)."""
        if sweep:
            self._next_sweep = 0.0
        if not self._wake.ready():
            self._wake.send()

    def run(self) -> None:
        """Relay until ``stop``; survives the loss of broker and database, and a statement that is broken off."""
        self._is_running = True
        restart = self.settings.is_embedded
        while not self._stopping:
            try:
                if restart:
                    self._release_all()
                    restart = False
                self.step()
                self._pause = 0.0
            except (*INTERRUPTED, *bus.LOST) as error:
                self._lost(error)
            self._rest()
        self._is_running = False

    def step(self) -> bool:
        """Send what waits, settle what was answered; True when something was done."""
        rows = self._take()
        if rows:
            failpoints.reach("relay.after_claim")
            self.publisher.send(rows)
            failpoints.reach("relay.after_publish")
        if self._stopping or (self._settle_at is not None and time.monotonic() >= self._settle_at):
            return self._settle() or bool(rows)
        return bool(rows)

    def claim(self) -> list[OutboxRow]:
        """Claim due rows in one short transaction.

        A lease of this relay's own may have lapsed as well: of a row that is still under way, which is claimed anew and
        not sent again, or of one whose transaction was never told that it had committed, which nobody holds.
        """
        now = self.clock.now()
        until = now + dt.timedelta(seconds=self.settings.relay_lease_seconds)
        given = {"now": now, "most": self.settings.relay_batch, "by": self.token, "until": until}
        with self.database.session() as session:
            rows = [OutboxRow(*row) for row in session.connection().execute(CLAIM, given)]
        under_way = self.publisher.under_way() if rows else set()
        free = [row for row in rows if (row.id, row.attempt) not in under_way]
        return sorted(free, key=lambda row: (row.available_at, row.id))

    def stop(self, seconds: float = 0) -> None:
        """End the loop; with ``seconds``, send what was handed over and wait for its confirms, no longer than that."""
        self._stopping = True
        self.wake()
        with eventlet.Timeout(seconds, False):
            while self._is_running:
                eventlet.sleep(0.01)
            while self._handed or (self.publisher.in_flight and not self.settings.is_embedded):
                try:
                    if not self.step():
                        eventlet.sleep(0.01)
                except (*INTERRUPTED, *bus.LOST):
                    break
            self._settle()

    @property
    def _is_full(self) -> bool:
        """Whether so much is under way that nothing is sent before answers come: others must run to bring them."""
        return self.publisher.in_flight >= self._limit

    def _on_settled(self) -> None:
        if self._settle_at is None:
            self._settle_at = time.monotonic() + SETTLE_SECONDS
            self.wake()

    def _take(self) -> list[OutboxRow]:
        """The next rows to send: handed over, or claimed by a sweep when its time has come."""
        if self._is_full:
            return []
        rows = [self._handed.popleft() for _ in range(min(len(self._handed), self.settings.relay_batch))]
        now = time.monotonic()
        if not rows and now >= self._next_sweep and not self._stopping:
            self.publisher.connect()
            # set before the look, not after it: whoever writes a row meanwhile asks for another look
            self._next_sweep = now + self.settings.relay_sweep_seconds
            rows = self.claim()
            if len(rows) >= self.settings.relay_batch:
                self._next_sweep = 0.0
        return rows

    def _settle(self) -> bool:
        """Delete what was confirmed and give back what was not; True when there was something."""
        self._settle_at = None
        confirmed, failed = self.publisher.settled()
        if not confirmed and not failed:
            return False
        failpoints.reach("relay.after_confirm")
        with self.database.session() as session:
            # By message and attempt: whoever claimed it meanwhile sends a duplicate, which is harmless. In one order:
            # two relays that delete the same rows should not wait for each other crosswise.
            bulk.delete_keys(session, outbox, sorted((row.id, row.attempt) for row in confirmed))
            if failed:
                self._release(session, failed)
        if confirmed:
            metrics.count("aidbus_published_total", len(confirmed), service=self.service)
        if failed:
            metrics.count("aidbus_publish_failures_total", len(failed), service=self.service)
            reasons = dict(collections.Counter(reason for _, reason in failed))
            log.warning("messages stay in the outbox", service=self.service, reasons=reasons)
            if not self.publisher.is_connected:
                raise ConnectionError("the broker is away")
        return True

    def _release(self, session: Session, failed: list[tuple[OutboxRow, str]]) -> None:
        """Give rows back, each to be tried again after a pause that grows with its failures."""
        now, reasons = self.clock.now(), {(row.id, row.attempt): reason[:300] for row, reason in failed}
        keys = list(reasons)
        back: list[dict[str, t.Any]] = []
        for start in range(0, len(keys), 400):
            mine = tuple_(outbox.c.id, outbox.c.attempt).in_(keys[start : start + 400]) & (outbox.c.token == self.token)
            for id, attempt, failures in session.execute(
                select(outbox.c.id, outbox.c.attempt, outbox.c.failures).where(mine)
            ):
                values = {"of_id": id, "of_attempt": attempt, "of_token": self.token, "failures": failures + 1}
                later = now + self._pause_after(failures)
                back.append({**values, "available_at": later, "last_error": reasons[id, attempt]})
        if back:
            session.connection().execute(GIVE_BACK, back)

    def _pause_after(self, failures: int) -> dt.timedelta:
        """Until a row that failed so often before is tried again."""
        return dt.timedelta(seconds=min(self.settings.relay_sweep_seconds * 2 ** min(failures, 30), BACKOFF_MAX))

    def _release_all(self) -> None:
        """On the embedded bus, which forgets, nobody else holds a lease: what was under way is sent again at once."""
        with self.database.session() as session:
            session.execute(update(outbox).values(token=None, leased_until=None))

    def _lost(self, error: Exception) -> None:
        """Broker or database is away, or broke off a statement: forget what is in hand and slow down.

        Its lease ends, and a sweep finds it.
        """
        self._handed.clear()
        self.token = new_id()
        self._next_sweep = 0.0
        first = self._pause == 0.0
        self._pause = min(max(self._pause * 2, 0.25), 5.0)
        if first:
            log.warning("relay waits", service=self.service, why=type(error).__name__)

    def _rest(self) -> None:
        """Sleep until there is something to do, the next sweep is due, or the pause after a loss is over."""
        if self._pause:
            eventlet.sleep(self._pause)
            return
        if self._is_full or not self._handed:
            look = time.monotonic() + self.settings.relay_sweep_seconds if self._is_full else self._next_sweep
            until = min(look, self._settle_at or look)
            seconds = max(until - time.monotonic(), 0)
            with eventlet.Timeout(seconds, False):
                self._wake.wait()
        if self._wake.ready():
            self._wake = eventlet.event.Event()


def backlog(session: Session, now: dt.datetime) -> tuple[int, float]:
    """Rows in the outbox that are due, and the age of the oldest in seconds."""
    statement = select(func.count(), func.min(outbox.c.created_at)).where(outbox.c.available_at <= now)
    count, oldest = session.execute(statement).one()
    return count, (now - oldest).total_seconds() if oldest else 0.0
