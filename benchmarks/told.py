"""What ``sse`` and ``dead_channel`` share: events that tell people something, and when each row was committed."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID, uuid4

import amqp
import psycopg

from chassis.envelope import Envelope
from chassis.ids import new_id
from contracts.registry import REGISTRY

CENTER = "center"

# A deferred trigger runs when its transaction is about to commit: the moment that it writes is, if anything, too early.
COMMITTED = """
CREATE UNLOGGED TABLE told (notification uuid PRIMARY KEY, committed_at timestamptz NOT NULL);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO told VALUES (NEW.id, clock_timestamp());
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER note AFTER INSERT ON notifications DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION note();
"""


def opened(people: t.Sequence[UUID]) -> amqp.Message:
    """A new task for everybody: for the inbox, and for other ways later."""
    now = dt.datetime.now(dt.UTC)
    more = {"assignees": list(people), "provisional": False, "opened_at": now}
    return _message("supervision.task_opened.v1", now, now + dt.timedelta(days=7), more)


def overdue(people: t.Sequence[UUID]) -> amqp.Message:
    """A task whose last day has passed: urgent, so that it goes out at once, by day and by night."""
    now = dt.datetime.now(dt.UTC)
    more = {"recipients": list(people), "subject": uuid4(), "fired_at": now, "late_seconds": 0}
    return _message("supervision.deadline_overdue.v1", now, now, more)


def _message(message_type: str, now: dt.datetime, due_at: dt.datetime, more: dict[str, t.Any]) -> amqp.Message:
    data = {
        "organization": CENTER,
        "station": "s-1",
        "application": uuid4(),
        "number": "A2026-00001",
        "task": uuid4(),
        "kind": "decide",
        "due_at": due_at,
        "due_on": due_at.date(),
        "article": "LA 43",
        **more,
    }
    said = Envelope(
        id=new_id(),
        type=message_type,
        source="/aidbus/supervision",
        organization=CENTER,
        time=now,
        data=REGISTRY.dump(message_type, data),
    )
    return amqp.Message(said.encode(), delivery_mode=2, content_type="application/json", message_id=str(said.id))


def committed(db: psycopg.Connection[t.Any]) -> dict[UUID, float]:
    """When each notification was committed, in seconds since 1970."""
    rows = db.execute("SELECT notification, extract(epoch FROM committed_at)::float8 FROM told").fetchall()
    return dict(rows)
