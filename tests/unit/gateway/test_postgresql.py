"""On a real PostgreSQL: the migrations are the models, and one idempotency key is one command whoever races."""

from __future__ import annotations

import typing as t

import eventlet
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, select

from chassis import migrations, tables
from chassis.database import Database
from chassis.testing import Bench
from contracts.registry import REGISTRY
from gateway.app import create_app
from gateway.door import Door
from gateway.handlers import HANDLERS
from gateway.keys import create_key
from gateway.models import Base, Command
from gateway.settings import GatewaySettings
from gateway.waiting import Waiting
from tests.unit.gateway.conftest import FIRM, Bus, Caller


@pytest.fixture
def database(postgres_url: t.Callable[[str], str]) -> t.Iterator[Database]:
    database = Database(postgres_url("gateway_door"))
    migrations.migrate("gateway", database)
    yield database
    database.close()


def test_migrations_and_models_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        differences = compare_metadata(context, [Base.metadata, tables.metadata])  # type: ignore[arg-type]
    assert [d for d in differences if "alembic_version" not in str(d)] == []


def test_ten_requests_that_race_with_one_key_make_one_command(database: Database) -> None:
    bench = Bench("gateway", HANDLERS, {}, Base.metadata, GatewaySettings(), REGISTRY, database=database)
    waiting = Waiting()
    bus = Bus(bench, waiting)
    door = Door(GatewaySettings(), database, bench.clock, bench.relay, bus.ask, waiting, bus.health)
    with database.session() as session:
        key = create_key(session, "", role="center_admin", organization="center", now=bench.clock.now())
    app = create_app(door)
    headers = {"Idempotency-Key": "race", "Prefer": "wait=5"}
    bus.will_finish("done", resource={"firm": "x"})
    threads = [
        eventlet.spawn(Caller(app.test_client(), key).post, "/v1/firms", FIRM, headers=headers) for _ in range(10)
    ]
    answers = [thread.wait() for thread in threads]
    assert [answer.status_code for answer in answers] == [201] * 10
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    with database.session() as session:
        assert session.scalar(select(func.count()).select_from(Command)) == 1
    assert len(bus.sent) == 1
