"""The delivery lanes: one green thread per channel, so that a dead mail server or bot never delays another channel.

Guarantees: what is due is claimed in a short transaction (SKIP LOCKED, lease) that writes the attempt; sending
happens outside any transaction; the end is written by the holder of the lease only. Any number of processes may run
lanes. Must not raise during kill.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID

import eventlet
import structlog
from nameko.extensions import DependencyProvider

from chassis import outbox
from chassis.envelope import Envelope
from chassis.errors import DatabaseAway
from chassis.ids import new_id
from services.notification import deliveries
from services.notification.channels.letter import Letter
from services.notification.channels.senders import Sender, senders
from services.notification.deliveries import Claimed
from services.notification.domain.delivery import WAYS, Decision, Outcome, Way, decide
from services.notification.letters import letter_for
from services.notification.models import Endpoint, Person

log = structlog.get_logger("aidbus.notification.lanes")
FAILED = "notification.endpoint_failed.v1"
EMPTY = Outcome("sent", "nothing was left to say")


class Lane:
    """One channel's line. ``step`` is one round; it knows no nameko and no green threads of its own but the pool."""

    def __init__(self, way: Way, send: Sender, platform: t.Any) -> None:
        self.way, self.send = way, send
        self.database, self.clock, self.settings = platform.database, platform.clock, platform.settings
        self.contracts, self.relay = platform.contracts, platform.relay
        self.token: UUID = new_id()
        self._pool = eventlet.GreenPool(self.settings.lane_workers)

    def step(self) -> bool:
        """Send what is due; True when there may be more at once. Raises DatabaseAway."""
        now = self.clock.now()
        lease = dt.timedelta(seconds=self.settings.lane_lease_seconds)
        with self.database.session() as session:
            limit = self.settings.lane_workers
            claimed = deliveries.claim(session, self.way, now, self.token, lease, limit)
            letters = [letter_for(session, one, self.way, self.settings, now) for one in claimed]
        for one, outcome in zip(claimed, self._pool.imap(self._try, letters), strict=True):
            self.end(one, outcome)
        return bool(claimed)

    def _try(self, letter: Letter | None) -> Outcome:
        if letter is None:
            return EMPTY
        try:
            return self.send(letter)
        except Exception as error:  # a defect of an adapter must not stop the lane; whether it was sent is not known
            log.error("channel failed", channel=self.way.name, exc_info=error)
            return Outcome("unknown", type(error).__name__)

    def end(self, claimed: Claimed, outcome: Outcome) -> None:
        """Write how an attempt ended, and say so if that made the address unusable."""
        now = self.clock.now()
        decision: Decision = decide(self.way, claimed.delivery.attempts, outcome, now)
        rows: list[outbox.OutboxRow] = []
        with self.database.session() as session:
            spoiled = deliveries.end(session, self.way, claimed, self.token, outcome, decision, now)
            if spoiled is not None:
                person = session.get(Person, spoiled.person) if spoiled.person else None
                rows = [outbox.row_for(self._failure(spoiled, person, now), self.contracts, now)]
                outbox.write(session, rows, None, None)
        if rows:
            self.relay.wake(sweep=True)
        log.info("delivery tried", channel=self.way.name, outcome=outcome.kind, state=decision.state)

    def _failure(self, endpoint: Endpoint, person: Person | None, now: dt.datetime) -> Envelope:
        data = {
            "endpoint": endpoint.id,
            "organization": endpoint.organization,
            "station": person.station if person else None,
            "person": endpoint.person,
            "channel": endpoint.channel,
            "state": endpoint.state,
            "reason": endpoint.reason,
            "failed_at": now,
        }
        return Envelope(
            id=new_id(),
            type=FAILED,
            source="/aidbus/notification",
            organization=endpoint.organization,
            time=now,
            data=self.contracts.dump(FAILED, data),
            subject=str(endpoint.id),
        )


class Lanes(DependencyProvider):
    """nameko extension: runs a lane for every channel that is switched on, from start to stop."""

    def __init__(self) -> None:
        self._stopping = False
        self._wake = eventlet.event.Event()

    def setup(self) -> None:
        from chassis.platform import platform_of

        self.platform = platform_of(self.container)
        found = senders(self.platform.settings)
        self.lanes = [Lane(WAYS[name], send, self.platform) for name, send in found.items()]

    def start(self) -> None:
        for lane in self.lanes:
            self.container.spawn_managed_thread(lambda lane=lane: self._run(lane), identifier=f"lane-{lane.way.name}")

    def stop(self) -> None:
        self._stopping = True
        if not self._wake.ready():
            self._wake.send()

    def kill(self) -> None:
        self._stopping = True

    def get_dependency(self, worker_ctx: t.Any) -> Lanes:
        return self

    def _run(self, lane: Lane) -> None:
        while not self._stopping:
            try:
                busy = lane.step()
            except DatabaseAway:
                busy = False
            except Exception as error:
                log.error("lane stumbled", channel=lane.way.name, exc_info=error)
                busy = False
            if not busy and not self._stopping:
                with eventlet.Timeout(lane.settings.lane_sweep_seconds, False):
                    self._wake.wait()
