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

from chassis.errors import DatabaseAway
from chassis.ids import new_id
from services.notification import deliveries, saying
from services.notification.channels.letter import Letter
from services.notification.channels.senders import Sender, senders
from services.notification.deliveries import Claimed
from services.notification.domain.delivery import WAYS, Decision, Outcome, Way, decide
from services.notification.letters import letter_for
from services.notification.models import Endpoint
from services.notification.watching import Watcher

log = structlog.get_logger("aidbus.notification.lanes")
EMPTY = Outcome("sent", "nothing was left to say")


class Lane:
    """One channel's line. ``step`` is one round; it knows no nameko and no green threads of its own but the pool."""

    def __init__(self, way: Way, send: Sender, platform: t.Any) -> None:
        self.way, self.send = way, send
        self.database, self.clock, self.settings = platform.database, platform.clock, platform.settings
        self.contracts, self.relay = platform.contracts, platform.relay
        self.rate = self.settings.rates.get(way.name)
        self.token: UUID = new_id()
        self._pool = eventlet.GreenPool(self.settings.lane_workers)

    def step(self) -> bool:
        """Send what is due; True when there may be more at once. Raises DatabaseAway."""
        now = self.clock.now()
        lease = dt.timedelta(seconds=self.settings.lane_lease_seconds)
        with self.database.session() as session:
            limit = self.settings.lane_workers
            claimed, given_up = deliveries.claim(session, self.way, now, self.token, lease, limit, self.rate)
            letters = [letter_for(session, one, self.way, self.settings, now) for one in claimed]
            for endpoint in given_up:
                saying.lost(session, self.contracts, endpoint, "given up before it was sent", now)
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
        said = False
        with self.database.session() as session:
            spoiled = deliveries.end(session, self.way, claimed, self.token, outcome, decision, now)
            endpoint = session.get(Endpoint, claimed.endpoint.id)
            if spoiled is not None:
                saying.failed(session, self.contracts, spoiled, now)
                said = True
            if endpoint is not None and (spoiled is not None or decision.state == "failed"):
                said |= saying.lost(session, self.contracts, endpoint, outcome.detail, now)
            elif endpoint is not None and decision.state == "sent" and outcome is not EMPTY:
                said |= saying.reached(session, self.contracts, endpoint, now)
        if said:
            self.relay.wake(sweep=True)
        log.info("delivery tried", channel=self.way.name, outcome=outcome.kind, state=decision.state)


class Lanes(DependencyProvider):
    """nameko extension: runs a lane for every channel that is switched on, and the watch, from start to stop."""

    def __init__(self) -> None:
        self._stopping = False
        self._wake = eventlet.event.Event()

    def setup(self) -> None:
        from chassis.platform import platform_of

        self.platform = platform_of(self.container)
        settings: t.Any = self.platform.settings
        self._pause: float = settings.lane_sweep_seconds
        found = senders(settings)
        self.lanes = [Lane(WAYS[name], send, self.platform) for name, send in found.items()]

    def start(self) -> None:
        for lane in self.lanes:
            self.container.spawn_managed_thread(
                lambda lane=lane: self._run(lane.step, lane.way.name), identifier=f"lane-{lane.way.name}"
            )
        watcher = Watcher(self.platform)
        self.container.spawn_managed_thread(lambda: self._run(watcher.step, "watch"), identifier="watch")

    def stop(self) -> None:
        self._stopping = True
        if not self._wake.ready():
            self._wake.send()

    def kill(self) -> None:
        self._stopping = True

    def get_dependency(self, worker_ctx: t.Any) -> Lanes:
        return self

    def _run(self, step: t.Callable[[], bool], name: str) -> None:
        while not self._stopping:
            try:
                busy = step()
            except DatabaseAway:
                busy = False
            except Exception as error:
                log.error("lane stumbled", channel=name, exc_info=error)
                busy = False
            if not busy and not self._stopping:
                with eventlet.Timeout(self._pause, False):
                    self._wake.wait()
