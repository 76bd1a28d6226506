"""The scheduler: turns timers that are due into commands of supervision's own mailboxes.

Guarantees: a firing is one short transaction (claim with SKIP LOCKED, write the commands into the outbox, mark as
fired), so a process killed in the middle leaves its timers to the next one. The command's id is the timer's own, so
that two firings of one timer are one message. A statutory deadline always fires, however late; the handler checks that
it is still needed and says how late it is. Any number of processes may run it side by side. It survives the loss of
the database, and must not raise during kill.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, cast

import eventlet
import structlog
from nameko.extensions import DependencyProvider
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from chassis import failpoints, outbox
from chassis.envelope import Envelope
from chassis.platform import platform_of
from contracts.registry import REGISTRY
from services.supervision.models import Mark
from services.supervision.settings import SupervisionSettings

FIRE = "supervision.fire_deadline.v1"
LONGEST_PAUSE = 30.0
log = structlog.get_logger("aidbus.scheduler")


def fire_due(session: Session, now: dt.datetime, limit: int) -> int:
    """Fire up to ``limit`` timers that are due at ``now``, the longest due first; returns how many. Does not commit."""
    marks = _claim(session, now, limit)
    if not marks:
        return 0
    failpoints.reach("scheduler.after_claim")
    outbox.write(session, [_command(mark, now) for mark in marks], None, None)
    ids = [mark.id for mark in marks]
    session.execute(update(Mark).where(Mark.id.in_(ids)).values(state="fired", fired_at=now))
    return len(ids)


def _claim(session: Session, now: dt.datetime, limit: int) -> Sequence[Any]:
    due = (
        select(Mark.id, Mark.task, Mark.kind, Mark.organization, Mark.due_at, Mark.fire_at)
        .where(text("state = 'pending'"), Mark.fire_at <= now)  # a literal: a bound value would miss the partial index
        .order_by(Mark.fire_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return session.execute(due).all()


def _command(mark: Any, now: dt.datetime) -> outbox.OutboxRow:
    """The command of one timer, written by hand: its contract's dump took half of a firing (a test compares)."""
    data = {
        "task": str(mark.task),
        "mark": mark.kind,
        "due_at": mark.due_at.isoformat(),
        "fire_at": mark.fire_at.isoformat(),
    }
    envelope = Envelope(
        id=mark.id,
        type=FIRE,
        source="/aidbus/supervision/scheduler",
        organization=mark.organization,
        time=now,
        data=data,
        subject=str(mark.task),
    )
    return outbox.row_for(envelope, REGISTRY, now)


class Scheduler(DependencyProvider):
    """Runs ``fire_due`` every ``tick_seconds``, and again at once while full batches come."""

    def setup(self) -> None:
        self.platform = platform_of(self.container)
        self.settings = cast(SupervisionSettings, self.platform.settings)
        self.prepare()

    def prepare(self) -> None:
        """Be ready to run."""
        self._stopping = False
        self._stop = eventlet.event.Event()

    def start(self) -> None:
        self.container.spawn_managed_thread(self.run, identifier="scheduler")

    def stop(self) -> None:
        self._stopping = True
        if not self._stop.ready():
            self._stop.send()

    def kill(self) -> None:
        self.stop()

    def run(self) -> None:
        """Tick until ``stop``; after an error the pause doubles, up to half a minute."""
        settings = self.settings
        pause = settings.tick_seconds
        while not self._stopping:
            try:
                full = self.tick() >= settings.tick_limit
                pause = 0.0 if full else settings.tick_seconds
            except Exception as error:
                if self._stopping:
                    return
                pause = min(max(pause, settings.tick_seconds) * 2, LONGEST_PAUSE)
                log.warning("scheduler waits", why=type(error).__name__, seconds=pause)
            with eventlet.Timeout(pause, False):
                self._stop.wait()

    def tick(self) -> int:
        """Fire one batch in a transaction of its own and wake the relay; returns how many were fired."""
        with self.platform.database.session() as session:
            fired = fire_due(session, self.platform.clock.now(), self.settings.tick_limit)
        if fired:
            self.platform.relay.wake(sweep=True)
        return fired
