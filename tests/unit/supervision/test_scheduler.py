"""Timers on both databases: two schedulers share the work, an unfinished firing is done by the next one."""

from __future__ import annotations

import datetime as dt
import typing as t
from types import SimpleNamespace
from uuid import uuid4

import eventlet
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from chassis import tables
from chassis.clock import SystemClock
from chassis.database import Database
from chassis.errors import DatabaseAway
from chassis.migrations import migrate
from chassis.outbox import OutboxRow
from services.supervision.models import Base, Mark, Task, WorkingYear
from services.supervision.scheduler import Scheduler, fire_due, moment
from services.supervision.settings import SupervisionSettings

NOW = dt.datetime(2026, 9, 25, tzinfo=dt.UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.broker)])
def database(request: pytest.FixtureRequest) -> t.Iterator[Database]:
    if request.param == "sqlite":
        url = "sqlite://"
    else:
        url = request.getfixturevalue("databases").create(f"supervision_{uuid4().hex[:6]}")
    made = Database(url)
    migrate("services.supervision", made)
    yield made
    made.close()


def set_timers(
    session: Session, count: int, fire_at: dt.datetime = NOW, organization: str = "womens-federation"
) -> None:
    task = {
        "id": uuid4(), "kind": "decide", "subject": uuid4(), "organization": organization, "recipient_group": "woman",
        "form_of_aid": "other", "matter": "other", "state": "open", "started_at": NOW, "started_on": NOW.date(),
        "due_at": NOW, "due_on": NOW.date(), "provisional": False, "opened_at": NOW, "version": 1,
    }  # fmt: skip
    session.execute(insert(Task), [task])
    mark = {"subject": task["id"], "kind": "overdue", "organization": organization, "due_at": NOW}
    rows = [{**mark, "id": uuid4(), "fire_at": fire_at, "state": "pending"} for _ in range(count)]
    session.execute(insert(Mark), rows)


def sent(database: Database) -> int:
    with database.session() as session:
        return int(session.scalar(select(func.count()).select_from(tables.outbox)) or 0)


def test_the_migrated_database_has_the_tables_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"target_metadata": [Base.metadata, tables.metadata]})
        assert compare_metadata(context, [Base.metadata, tables.metadata]) == []


def test_the_migrated_database_knows_the_published_years(database: Database) -> None:
    with database.session() as session:
        assert list(session.scalars(select(WorkingYear.year).order_by(WorkingYear.year))) == list(range(2004, 2027))


def test_only_what_is_due_is_fired_and_it_is_fired_once(database: Database) -> None:
    with database.session() as session:
        set_timers(session, 3)
        set_timers(session, 2, NOW + dt.timedelta(seconds=1))
    for expected in (3, 0):
        with database.session() as session:
            assert len(fire_due(session, NOW, 10)) == expected
    assert sent(database) == 3


def test_a_firing_that_was_not_committed_is_done_by_the_next_scheduler(database: Database) -> None:
    with database.session() as session:
        set_timers(session, 3)
    with Session(database.engine) as killed:
        assert len(fire_due(killed, NOW, 10)) == 3
        killed.rollback()
    assert sent(database) == 0
    with database.session() as session:
        assert len(fire_due(session, NOW, 10)) == 3


@pytest.mark.broker
def test_two_schedulers_at_once_share_the_timers(databases: t.Any) -> None:
    database = Database(databases.create(f"supervision_{uuid4().hex[:6]}"))
    migrate("services.supervision", database)
    with database.session() as session:
        set_timers(session, 5)
    with database.session() as one, database.session() as other:
        assert len(fire_due(one, NOW, 3)) == 3
        assert len(fire_due(other, NOW, 3)) == 2
    assert sent(database) == 5
    database.close()


class Relay:
    """A relay that takes everything; ``has_enough``: it wants nothing more for now."""

    def __init__(self) -> None:
        self.token, self.batches, self.has_enough = uuid4(), 0, False

    def lease(self, now: dt.datetime) -> dt.datetime | None:
        return None if self.has_enough else now + dt.timedelta(seconds=15)

    def hand_over(self, rows: t.Sequence[OutboxRow]) -> None:
        assert rows
        self.batches += 1


def scheduler(database: t.Any, **options: t.Any) -> tuple[Scheduler, Relay]:
    relay = Relay()
    made = Scheduler()
    made.settings = SupervisionSettings(**options)
    made.platform = t.cast(t.Any, SimpleNamespace(database=database, relay=relay, clock=SystemClock()))
    made.prepare()
    return made, relay


def run_until(made: Scheduler, condition: t.Callable[[], bool]) -> None:
    thread = eventlet.spawn(made.run)
    with eventlet.Timeout(10):
        while not condition():
            eventlet.sleep(0.01)
    made.stop()
    thread.wait()


def test_full_batches_follow_each_other_without_a_pause() -> None:
    database = Database("sqlite://")
    migrate("services.supervision", database)
    with database.session() as session:
        set_timers(session, 20)
    made, relay = scheduler(database, tick_seconds=600, tick_limit=5)
    run_until(made, lambda: relay.batches == 4)
    assert sent(database) == 20


@pytest.mark.slow
def test_the_scheduler_survives_the_loss_of_its_database() -> None:
    database = Database("sqlite://")
    migrate("services.supervision", database)
    with database.session() as session:
        set_timers(session, 2)
    tries = iter([DatabaseAway("x"), DatabaseAway("x")])

    class Flaky:
        def session(self) -> t.Any:
            for error in tries:
                raise error
            return database.session()

    made, relay = scheduler(Flaky(), tick_seconds=0.05)
    run_until(made, lambda: relay.batches == 1)
    assert sent(database) == 2


def test_a_scheduler_that_waits_stops_at_once() -> None:
    database = Database("sqlite://")
    migrate("services.supervision", database)
    made, _ = scheduler(database, tick_seconds=600)
    thread = eventlet.spawn(made.run)
    eventlet.sleep(0.05)
    made.stop()
    with eventlet.Timeout(2):
        thread.wait()


def test_an_organizations_flood_leaves_every_other_one_its_share_of_a_batch(database: Database) -> None:
    with database.session() as session:
        set_timers(session, 200, NOW - dt.timedelta(seconds=1))
        set_timers(session, 2, NOW, "trade-unions")
        set_timers(session, 1, NOW, "youth-league")
    with database.session() as session:
        fired = fire_due(session, NOW, 30)
    came = [row.organization for row in fired.rows]
    assert (came.count("trade-unions"), came.count("youth-league"), came.count("womens-federation")) == (2, 1, 30)
    assert fired.more


def test_more_organizations_than_a_batch_holds_all_have_their_turn(database: Database) -> None:
    with database.session() as session:
        for number in range(12):
            set_timers(session, 1, NOW, f"organization-{number}")
    count = 0
    while True:
        with database.session() as session:
            fired = fire_due(session, NOW, 5)
        if not fired.rows:
            break
        count += len(fired)
    assert count == sent(database) == 12


def test_nothing_is_fired_while_the_relay_has_enough_in_hand() -> None:
    database = Database("sqlite://")
    migrate("services.supervision", database)
    with database.session() as session:
        set_timers(session, 3)
    made, relay = scheduler(database)
    relay.has_enough = True
    assert 0 < made.tick() < 1
    assert sent(database) == 0
    relay.has_enough = False
    made.tick()
    assert sent(database) == 3


@pytest.mark.broker
def test_the_databases_time_counts_and_a_clock_that_was_put_forward_fires_nothing_early(
    databases: t.Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(databases.create(f"supervision_{uuid4().hex[:6]}"))
    real = dt.datetime.now(dt.UTC)
    for hours in (-3, 3):
        machine = real + dt.timedelta(hours=hours)
        monkeypatch.setattr("services.supervision.scheduler.dt", SimpleNamespace(UTC=dt.UTC, datetime=Frozen(machine)))
        with database.session() as session:
            assert abs(moment(session, Frozen(machine)) - min(real, machine)) < dt.timedelta(minutes=1)
    database.close()


class Frozen:
    """A machine whose clock stands at a moment."""

    def __init__(self, at: dt.datetime) -> None:
        self.at = at

    def now(self, _zone: t.Any = None) -> dt.datetime:
        return self.at
