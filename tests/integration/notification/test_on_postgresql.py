"""What is claimed, locked, unique and paced holds on PostgreSQL as on SQLite: the same tests on the other database."""

from __future__ import annotations

import typing as t

import pytest
from sqlalchemy import text

from chassis import tables
from chassis.database import Database
from chassis.testing import Bench
from contracts.registry import REGISTRY
from services.notification.handlers import HANDLERS
from services.notification.models import Base
from services.notification.settings import NotificationSettings
from services.notification.views import VIEWS
from tests.unit.notification.conftest import KEY, LINK_KEY, NOW
from tests.unit.notification.test_answering import *  # noqa: F403
from tests.unit.notification.test_endpoints import *  # noqa: F403
from tests.unit.notification.test_inbox import *  # noqa: F403
from tests.unit.notification.test_lanes import *  # noqa: F403
from tests.unit.notification.test_paces import *  # noqa: F403
from tests.unit.notification.test_telling import *  # noqa: F403
from tests.unit.notification.test_undeliverable import *  # noqa: F403

EVERY = "email,sms,wecom,dingtalk,feishu,webhook"


@pytest.fixture(scope="module")
def server(databases: t.Any) -> t.Iterator[Database]:
    database = Database(databases.create("notification_units"))
    yield database
    database.close()


@pytest.fixture
def empty(server: Database) -> t.Iterator[Database]:
    yield server
    names = ", ".join(table.name for metadata in (tables.metadata, Base.metadata) for table in metadata.sorted_tables)
    with server.session() as session:
        session.execute(text(f"TRUNCATE {names}"))


def made(database: Database, **options: t.Any) -> Bench:
    settings = NotificationSettings(**{"data_keys": KEY, **options})
    return Bench("notification", HANDLERS, VIEWS, Base.metadata, settings, REGISTRY, start=NOW, database=database)


@pytest.fixture
def bench(empty: Database) -> Bench:
    return made(empty)


@pytest.fixture
def reach(empty: Database) -> Bench:
    return made(empty, channels=EVERY, public_url="https://aid.example", link_keys=LINK_KEY)


@pytest.fixture
def slow(empty: Database) -> Bench:
    return made(empty, channels="email,sms", channel_rates="email=12/minute", lane_workers=8)


def test_these_tests_run_on_postgresql(reach: Bench) -> None:
    assert not reach.database.is_sqlite
