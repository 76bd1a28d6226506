"""The delivery lanes: one per channel with workers of its own, so that a dead mail server never delays another channel.

Guarantees: what is due is claimed in a short transaction (SKIP LOCKED, lease) that writes the attempt; sending
happens outside any transaction; the end is written by the holder of the lease only. A stop lets what is under way end.
Any number of processes may run lanes. Must not raise during kill.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID

import eventlet
import structlog
from nameko.extensions import DependencyProvider
from sqlalchemy.orm import Session

from chassis.errors import DatabaseAway
from chassis.ids import new_id
from chassis.vault import LostKey
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
LOCKED = Outcome("temporary", "the address cannot be opened with the present keys")


class Lane:
    """One channel's line: what is due goes out as soon as one of its workers is free, so that an address that keeps its
    worker waiting holds up nobody else. ``step`` is one whole round."""

    def __init__(self, way: Way, send: Sender, platform: t.Any) -> None:
        self.way, self.send = way, send
        self.database, self.clock, self.settings = platform.database, platform.clock, platform.settings
        self.contracts, self.relay = platform.contracts, platform.relay
        self.rate = self.settings.rates.get(way.name)
        self.token: UUID = new_id()
        self._pool = eventlet.GreenPool(self.settings.lane_workers)
        self._ended: list[tuple[Claimed, Outcome]] = []  # not written yet
        self._is_writing = False
        self._news = eventlet.event.Event()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way, and how everything ended is written."""
        return not self._pool.running() and not self._ended and not self._is_writing

    def step(self) -> bool:
        """Send what is due and wait for it; True when there may be more at once. Raises DatabaseAway."""
        under_way = self.begin()
        for one in under_way:
            one.wait()
        self.finish()
        return bool(under_way)

    def begin(self) -> list[t.Any]:
        """Claim what is due for the workers that are free; returns the green threads that send it."""
        limit = self._pool.free()
        if limit < 1:
            return []
        now = self.clock.now()
        lease = dt.timedelta(seconds=self.settings.lane_lease_seconds)
        with self.database.session() as session:
            claimed, given_up = deliveries.claim(session, self.way, now, self.token, lease, limit, self.rate)
            letters = [self._letter(session, one, now) for one in claimed]
            for endpoint in given_up:
                saying.lost(session, self.contracts, endpoint, "given up before it was sent", now)
        if given_up:
            self.relay.wake(sweep=True)
        pairs = zip(claimed, letters, strict=True)
        return [self._pool.spawn(self._send, one, letter) for one, letter in pairs]

    def _letter(self, session: Session, claimed: Claimed, now: dt.datetime) -> Letter | Outcome | None:
        """What goes out; of an address that no key opens (one was dropped too early), how the attempt ends."""
        try:
            return letter_for(session, claimed, self.way, self.settings, now)
        except LostKey:
            log.error("an address cannot be opened with the present AIDBUS_DATA_KEYS", channel=self.way.name)
            return LOCKED

    def finish(self) -> bool:
        """Write how attempts ended, all of them in one transaction; True when there were any. Raises DatabaseAway."""
        ended, self._ended = self._ended, []
        self._is_writing = True
        try:
            self._write(ended)
        except DatabaseAway:
            self._ended = ended + self._ended
            raise
        except Exception:
            for one in ended:  # each alone, so that a bad one does not take its neighbours with it
                try:
                    self._write([one])
                except Exception as error:
                    log.error("the end of an attempt was not written", channel=self.way.name, exc_info=error)
        finally:
            self._is_writing = False
        return bool(ended)

    def _write(self, ended: t.Sequence[tuple[Claimed, Outcome]]) -> None:
        if not ended:
            return
        now, said = self.clock.now(), False
        with self.database.session() as session:
            for claimed, outcome in ended:
                said |= self._end(session, claimed, outcome, now)
        if said:
            self.relay.wake(sweep=True)

    def run(self, is_stopping: t.Callable[[], bool], pause: float) -> None:
        """Rounds without end: what has ended is written, and free workers get what is due."""
        while not is_stopping() or not self.is_idle:
            busy = False
            try:
                busy = self.finish()
                if not is_stopping():
                    busy |= bool(self.begin())
            except DatabaseAway:
                log.warning("a lane waits for the database", channel=self.way.name)
            except Exception as error:
                log.error("lane stumbled", channel=self.way.name, exc_info=error)
            if not busy:
                self._rest(pause)

    def wake(self) -> None:
        """Look again now."""
        if not self._news.ready():
            self._news.send()

    def _rest(self, pause: float) -> None:
        with eventlet.Timeout(pause, False):
            self._news.wait()
        if self._news.ready():
            self._news = eventlet.event.Event()

    def _send(self, claimed: Claimed, letter: Letter | Outcome | None) -> None:
        outcome = self._try(letter)  # first, for meanwhile the list is another one
        self._ended.append((claimed, outcome))
        self.wake()

    def _try(self, letter: Letter | Outcome | None) -> Outcome:
        if letter is None or isinstance(letter, Outcome):
            return letter or EMPTY
        try:
            # a far side that sends byte by byte never runs into the time that a single answer may take; well before the
            # lease ends, after which another process would send it too
            with eventlet.Timeout(self.settings.lane_lease_seconds / 2):
                return self.send(letter)
        except eventlet.Timeout:
            return Outcome("unknown", "it took too long")
        except Exception as error:  # a defect of an adapter must not stop the lane; whether it was sent is not known
            log.error("channel failed", channel=self.way.name, exc_info=error)
            return Outcome("unknown", type(error).__name__)

    def _end(self, session: Session, claimed: Claimed, outcome: Outcome, now: dt.datetime) -> bool:
        """Write how an attempt ended; True if that made the address unusable or usable again, which is said."""
        decision: Decision = decide(self.way, claimed.delivery.attempts, outcome, now)
        said = False
        spoiled = deliveries.end(session, self.way, claimed, self.token, outcome, decision, now)
        endpoint = session.get(Endpoint, claimed.endpoint.id)
        if spoiled is not None:
            saying.failed(session, self.contracts, spoiled, now)
            said = True
        if endpoint is not None and (spoiled is not None or decision.state == "failed"):
            said |= saying.lost(session, self.contracts, endpoint, outcome.detail, now)
        elif endpoint is not None and decision.state == "sent" and outcome is not EMPTY:
            said |= saying.reached(session, self.contracts, endpoint, now)
        log.info("delivery tried", channel=self.way.name, outcome=outcome.kind, state=decision.state)
        return said


class Lanes(DependencyProvider):
    """nameko extension: runs a lane for every channel that is switched on, and the watch, from start to stop."""

    def __init__(self) -> None:
        self._stopping = False
        self.lanes: list[Lane] = []
        self._wake = eventlet.event.Event()

    def setup(self) -> None:
        from chassis.platform import platform_of

        self.platform = platform_of(self.container)
        settings: t.Any = self.platform.settings
        self._pause: float = settings.lane_sweep_seconds
        self._patience: float = settings.stop_seconds / 2
        found = senders(settings)
        self.lanes = [Lane(WAYS[name], send, self.platform) for name, send in found.items()]

    def start(self) -> None:
        for lane in self.lanes:
            self.container.spawn_managed_thread(
                lambda lane=lane: lane.run(lambda: self._stopping, self._pause), identifier=f"lane-{lane.way.name}"
            )
        self.container.spawn_managed_thread(self._watch, identifier="watch")

    def stop(self) -> None:
        """Begin nothing new, and let what is under way end and be written down."""
        self._stopping = True
        if not self._wake.ready():
            self._wake.send()
        for lane in self.lanes:
            lane.wake()
        with eventlet.Timeout(self._patience, False):
            while not all(lane.is_idle for lane in self.lanes):
                eventlet.sleep(0.02)

    def kill(self) -> None:
        self._stopping = True

    def get_dependency(self, worker_ctx: t.Any) -> Lanes:
        return self

    def _watch(self) -> None:
        watcher = Watcher(self.platform)
        while not self._stopping:
            busy = False
            try:
                busy = watcher.step()
            except DatabaseAway:
                log.warning("the watch waits for the database")
            except Exception as error:
                log.error("the watch stumbled", exc_info=error)
            if not busy and not self._stopping:
                with eventlet.Timeout(self._pause, False):
                    self._wake.wait()
