"""A migration on PostgreSQL may take longer than any statement of the running services."""

from __future__ import annotations

import typing as t

import eventlet
import psycopg
import pytest

from chassis import database as databases_of_services
from chassis.database import Database
from chassis.migrations import migrate, newest_revision
from tests.infrastructure.waiting import wait_until

LIMIT_MS = 100
WAITS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory' "
    f"AND clock_timestamp() - query_start > interval '{3 * LIMIT_MS} milliseconds'"
)


def test_a_process_waits_for_the_one_that_migrates_however_long_that_takes(
    databases: t.Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = databases_of_services.OPTIONS.replace("statement_timeout=60s", f"statement_timeout={LIMIT_MS}ms")
    monkeypatch.setattr(databases_of_services, "OPTIONS", options)
    url = databases.create("long_migration")
    database = Database(url)
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(4202101)")
        second = eventlet.spawn(migrate, "services.supervision", database)
        wait_until(
            lambda: second.dead or other.execute(WAITS).fetchone() == (1,), 20, "a process waits longer than its limit"
        )
        other.execute("SELECT pg_advisory_unlock(4202101)")
        assert second.wait() == newest_revision("services.supervision")
    database.close()
    databases.drop("long_migration")
