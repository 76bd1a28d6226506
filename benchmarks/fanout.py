"""fanout: from an event for 50 people to their inbox rows, with deliveries, outbox and inbox, on PostgreSQL.

Beside it what one would write without the platform: the same rows, one ORM object each, committed for each event.
"""

from __future__ import annotations

import datetime as dt
import time
import typing as t
from uuid import uuid4

from cryptography.fernet import Fernet
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.environment import Environment
from benchmarks.results import Row
from chassis.database import Database
from chassis.ids import new_id
from chassis.testing import Bench
from contracts.registry import REGISTRY
from services.notification.handlers import HANDLERS
from services.notification.models import Base, Notification
from services.notification.settings import NotificationSettings
from services.notification.views import VIEWS

PEOPLE, BATCH = 50, 10
ORGANIZATION = "center"


def task(people: list[t.Any], now: dt.datetime) -> dict[str, t.Any]:
    """A task for everybody, as supervision says it."""
    return {
        "organization": ORGANIZATION,
        "station": "s-1",
        "application": uuid4(),
        "number": "A2026-00001",
        "task": uuid4(),
        "kind": "decide",
        "assignees": people,
        "due_at": now + dt.timedelta(days=7),
        "due_on": (now + dt.timedelta(days=7)).date(),
        "provisional": False,
        "article": "LA 43",
        "opened_at": now,
    }


def ours(bench: Bench, events: int) -> float:
    """Rows per second of the platform: handlers as they run, ten messages a transaction."""
    people = [uuid4() for _ in range(PEOPLE)]
    now = bench.clock.now()
    messages = [
        bench.envelope("supervision.task_opened.v1", task(people, now), organization=ORGANIZATION)
        for _ in range(events)
    ]
    began = time.perf_counter()
    for place in range(0, events, BATCH):
        bench.deliver(*messages[place : place + BATCH])
    return events * PEOPLE / (time.perf_counter() - began)


def by_hand(database: Database, events: int, now: dt.datetime) -> float:
    """Rows per second of a loop with one object for each person and one commit for each event."""
    words = {
        f"{part}_{tongue}": "新任务：就法律援助申请作出决定"
        for part in ("title", "text", "why")
        for tongue in ("zh", "en")
    }
    people = [uuid4() for _ in range(PEOPLE)]
    rest: dict[str, t.Any] = {
        "kind": "task_opened",
        "organization": ORGANIZATION,
        "urgency": "normal",
        "channel": "inbox",
    }
    began = time.perf_counter()
    for _ in range(events):
        source = new_id()
        with Session(database.engine) as session, session.begin():
            for person in people:
                ids = {"id": new_id(), "person": person, "source": source, "message": source}
                session.add(Notification(**ids, **rest, **words, link="/v1/tasks/1", created_at=now))
                session.flush()  # one by one, as a handler that notifies a person at a time does
    return events * PEOPLE / (time.perf_counter() - began)


def run(environment: Environment, quick: bool, say: t.Callable[[str], None]) -> list[Row]:
    events = 40 if quick else 400
    database = Database(environment.place.database_url.replace("postgresql:", "postgresql+psycopg:"))
    settings = NotificationSettings(data_keys=Fernet.generate_key().decode())
    bench = Bench("notification", HANDLERS, VIEWS, Base.metadata, settings, REGISTRY, database=database)
    ours(bench, BATCH)
    rate = ours(bench, events)
    peer = by_hand(database, events, bench.clock.now())
    with database.session() as session:
        found = session.scalar(select(func.count()).select_from(Notification)) or 0
    database.close()
    say(f"{rate:,.0f} rows/s, by hand {peer:,.0f} rows/s, {found:,} rows in all")
    details = {"people": PEOPLE, "events_a_transaction": BATCH, "rows": found}
    return [
        Row("fanout", round(rate), "rows/s", target=">= 2000", details=details),
        Row("fanout_by_hand", round(rate), "rows/s", "an ORM object a person", round(peer), ">= 1", details=details),
    ]
