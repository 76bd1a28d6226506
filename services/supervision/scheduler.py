"""The scheduler: turns timers that are due into commands of supervision's own mailboxes.

Guarantees: a firing is one short transaction (claim with SKIP LOCKED, mark as fired, write the commands into the
outbox), so a process killed in the middle leaves its timers to the next one. The command's id is the timer's own, so
that two firings of one timer are one message. A statutory deadline always fires, however late; the handler checks that
it is still needed and says how late it is. Any number of processes may run it side by side; every organization with
something due has a share of each batch, and nothing is fired faster than it can be sent. It survives the loss of
the database, and must not raise during kill.
"""

from __future__ import annotations

import collections
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

import eventlet
import structlog
from nameko.extensions import DependencyProvider
from sqlalchemy import Table, bindparam, func, select, text, update
from sqlalchemy.orm import Session

from chassis import failpoints, metrics, outbox
from chassis.clock import Clock
from chassis.database import UtcDateTime
from chassis.envelope import Envelope
from chassis.outbox import OutboxRow
from chassis.platform import platform_of
from contracts.registry import REGISTRY
from services.supervision.models import Mark
from services.supervision.settings import SupervisionSettings

FIRE, FIRE_PLAN = "supervision.fire_deadline.v1", "supervision.fire_plan.v1"
PLAN = "plan"
LONGEST_PAUSE = 30.0
BUSY_PAUSE = 0.05  # while the relay has enough in hand
log = structlog.get_logger("aidbus.scheduler")

# From organization to organization through the index of their pending timers: its cost is the number of
# organizations, whatever waits. The state is a literal: a bound value would miss the partial index.
DUE_ORGANIZATIONS = text("""
WITH RECURSIVE waiting(organization) AS (
    SELECT min(organization) FROM marks WHERE state = 'pending'
    UNION ALL
    SELECT (SELECT min(m.organization) FROM marks m
            WHERE m.state = 'pending' AND m.organization > waiting.organization)
    FROM waiting WHERE waiting.organization IS NOT NULL)
SELECT organization FROM waiting WHERE organization IS NOT NULL AND EXISTS (
    SELECT 1 FROM marks m
    WHERE m.state = 'pending' AND m.organization = waiting.organization AND m.fire_at <= :now)
""").bindparams(bindparam("now", type_=UtcDateTime()))


MARKS = cast(Table, Mark.__table__)


def _claiming(*whose: Any) -> Any:
    """The statement that takes ``most`` timers that are due at ``now``, unless another scheduler has them in hand."""
    due = select(MARKS.c.id).where(text("marks.state = 'pending'"), MARKS.c.fire_at <= bindparam("now"), *whose)
    due = due.order_by(MARKS.c.fire_at).limit(bindparam("most")).with_for_update(skip_locked=True)
    columns = (MARKS.c[name] for name in ("id", "subject", "kind", "organization", "due_at", "fire_at"))
    fired = update(MARKS).where(MARKS.c.id.in_(due)).values(state="fired", fired_at=bindparam("now"))
    return fired.returning(*columns)


# made once: they run every second
DATABASE_TIME = select(func.clock_timestamp())
CLAIM = _claiming()
CLAIM_SHARE = _claiming(MARKS.c.organization == bindparam("whose"))


@dataclass(frozen=True)
class Fired:
    """One batch: its commands, already in the outbox, and whether more is due."""

    rows: Sequence[OutboxRow] = ()
    more: bool = False
    kinds: collections.Counter[str] = field(default_factory=collections.Counter)

    def __len__(self) -> int:
        return len(self.rows)


def moment(session: Session, clock: Clock) -> dt.datetime:
    """The time by which timers are due: the database's, one for all schedulers, but never ahead of this machine's.

    A clock that was put forward by mistake, here or there, therefore fires nothing early; one that was put back only
    delays, and what was fired stays fired. Tests move ``clock``, and the database's time moves with it.
    """
    own = clock.now()
    if session.get_bind().dialect.name != "postgresql":
        return own
    moved = own - dt.datetime.now(dt.UTC)
    database: dt.datetime = session.connection().execute(DATABASE_TIME).scalar_one()
    return min(own, database + moved)


def fire_due(
    session: Session, now: dt.datetime, limit: int, token: UUID | None = None, leased_until: dt.datetime | None = None
) -> Fired:
    """Fire ``limit`` timers that are due at ``now``, the longest due first, and, when more is due than that, a share
    for each organization that had none among them. Does not commit.

    ``token`` and ``leased_until``: by which relay the commands are claimed already.
    """
    marks = _claim(session, now, limit)
    if not marks:
        return Fired()
    full = len(marks) >= limit
    if full:
        marks += _shares(session, now, limit, {mark.organization for mark in marks})
    failpoints.reach("scheduler.after_claim")
    rows = [_command(mark, now) for mark in marks]
    outbox.write(session, rows, token, leased_until)
    return Fired(rows, full, collections.Counter(mark.kind for mark in marks))


def _shares(session: Session, now: dt.datetime, limit: int, served: set[str]) -> list[Any]:
    """What others have due who would wait behind an organization's flood."""
    due = [code for code in session.scalars(DUE_ORGANIZATIONS, {"now": now}) if code not in served]
    share = max(1, limit // (len(due) + 1))
    return [mark for code in due for mark in _claim(session, now, share, code)]


def _claim(session: Session, now: dt.datetime, limit: int, organization: str | None = None) -> list[Any]:
    """Take timers that are due, unless another scheduler has them in its hands, and mark them as fired."""
    statement, given = CLAIM, {"now": now, "most": limit}
    if organization is not None:
        statement, given = CLAIM_SHARE, {**given, "whose": organization}
    rows = session.connection().execute(statement, given)
    return sorted(rows, key=lambda mark: mark.fire_at)


def _command(mark: Any, now: dt.datetime) -> OutboxRow:
    """The command of one timer, written by hand: its contract's dump took half of a firing (a test compares)."""
    subject, due_at, fire_at = str(mark.subject), mark.due_at.isoformat(), mark.fire_at.isoformat()
    data = {"task": subject, "mark": mark.kind, "due_at": due_at, "fire_at": fire_at}
    if mark.kind == PLAN:
        data = {"plan": subject, "due_at": due_at, "fire_at": fire_at}
    envelope = Envelope(
        id=mark.id,
        type=FIRE_PLAN if mark.kind == PLAN else FIRE,
        source="/aidbus/supervision/scheduler",
        organization=mark.organization,
        time=now,
        data=data,
        subject=subject,
    )
    return outbox.row_for(envelope, REGISTRY, now)


class Scheduler(DependencyProvider):
    """Runs ``fire_due`` every ``tick_seconds``, and again at once while more is due."""

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
                pause = self.tick()
            except Exception as error:
                if self._stopping:
                    return
                pause = min(max(pause, settings.tick_seconds) * 2, LONGEST_PAUSE)
                log.warning("scheduler waits", why=type(error).__name__, seconds=pause)
            with eventlet.Timeout(pause, False):
                self._stop.wait()

    def tick(self) -> float:
        """Fire one batch in a transaction of its own and hand it to the relay; returns the seconds until the next.

        While the relay has enough in hand, or cannot send, timers stay where they are: durable, and each in its turn.
        """
        platform, settings = self.platform, self.settings
        leased_until = platform.relay.lease(platform.clock.now())
        if leased_until is None:
            return min(BUSY_PAUSE, settings.tick_seconds)
        with platform.database.session() as session:
            now = moment(session, platform.clock)
            fired = fire_due(session, now, settings.tick_limit, platform.relay.token, leased_until)
        if fired.rows:
            platform.relay.hand_over(fired.rows)
            for mark, count in fired.kinds.items():
                metrics.count("aidbus_timers_fired_total", count, mark=mark)
        return 0.0 if fired.more else settings.tick_seconds
