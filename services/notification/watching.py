"""What must be acknowledged in time: planned with the notification, looked after by a line of its own.

Guarantee: whoever is told because somebody else did not answer is told once, however many processes look and
whichever of them dies: the watch goes with the message that it becomes.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from collections.abc import Mapping, Sequence
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, insert, select

from chassis.work import Work
from services.notification import planning, saying
from services.notification.domain.choice import Preferences, after_quiet
from services.notification.models import Notification, Watch

MISSED = "notification.unacknowledged.v1"
ONCE = UUID("9b1f9c34-5a9c-5c56-9c7f-2f1c1a8f7d55")
MOST_AT_ONCE = 50
DUE = select(Watch).where(Watch.due_at <= bindparam("now")).order_by(Watch.due_at).limit(MOST_AT_ONCE)
DUE = DUE.with_for_update(skip_locked=True)


def plan(work: Work, rows: Sequence[Mapping[str, t.Any]], minutes: int | None) -> None:
    """Watch new notifications; the time ends in hours in which people work, for then somebody can act."""
    wanted = [row["id"] for row in rows if row["settled_at"] is None]
    if minutes is None or not wanted:
        return
    due_at = work.now + dt.timedelta(minutes=minutes)
    due_at = after_quiet(due_at, Preferences(), ZoneInfo(work.settings.zone), planning.is_working_day)
    work.session.execute(insert(Watch), [{"notification": one, "due_at": due_at} for one in wanted])


class Watcher:
    """Looks for what nobody acknowledged. ``step`` is one round; it knows no nameko and no green threads."""

    def __init__(self, platform: t.Any) -> None:
        self.database, self.clock = platform.database, platform.clock
        self.contracts, self.relay = platform.contracts, platform.relay

    def step(self) -> bool:
        """Say what was missed; True when there may be more at once. Raises DatabaseAway."""
        now = self.clock.now()
        with self.database.session() as session:
            rows = list(session.scalars(DUE, {"now": now}))
            said = [self._end(session, row, now) for row in rows]
        if any(said):
            self.relay.wake(sweep=True)
        return len(rows) == MOST_AT_ONCE

    def _end(self, session: t.Any, watch: Watch, now: dt.datetime) -> bool:
        row = session.get(Notification, watch.notification)
        session.delete(watch)
        if row is None or row.acknowledged_at is not None or row.settled_at is not None:
            return False
        fields = ("person", "kind", "organization", "station", "application", "about", "number", "link")
        data = {name: getattr(row, name) for name in fields}
        data |= {"title_zh": row.title_zh[:500], "title_en": row.title_en[:500]}
        data |= {"notification": row.id, "told_at": row.created_at, "missed_at": now}
        message_id = uuid5(ONCE, str(row.id))
        saying.say(session, self.contracts, MISSED, data, now, subject=row.id, message_id=message_id)
        return True
