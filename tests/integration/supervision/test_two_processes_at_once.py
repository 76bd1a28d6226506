"""On PostgreSQL a station is closed while another process opens what a plan asks of it: nothing is asked in the end."""

from __future__ import annotations

import typing as t

import eventlet
import pytest

from chassis.database import Database
from chassis.migrations import migrate
from services.supervision.models import Station
from tests.infrastructure.backends import Databases
from tests.infrastructure.waiting import wait_until
from tests.unit.supervision.conftest import CENTER, Network
from tests.unit.supervision.test_by_hand import order
from tests.unit.supervision.test_suspensions import changed


@pytest.fixture
def database(databases: Databases) -> t.Iterator[Database]:
    made = Database(databases.create("supervision_at_once"))
    migrate("services.supervision", made)
    yield made
    made.close()
    databases.drop("supervision_at_once")


def test_a_plan_that_fires_while_a_station_is_closed_waits_and_asks_nothing_of_it(database: Database) -> None:
    network = Network(database)
    network.people()
    plan = order(network, "start_plan", CENTER, template="monthly_report")["id"]
    changed(network, "ready", 2)
    network.set("2026-10-08T09:00")
    with database.session() as closing:
        closing.get_one(Station, ("womens-federation", "fengquan")).state = "closed"
        closing.flush()
        firing = eventlet.spawn(network.tick)
        wait_until(lambda: is_waiting(database), 20, "the plan to wait for the station")
    firing.wait()
    (past,) = network.ask("plan", plan=plan)["occurrences"]
    assert (past["tasks"], [one["why"] for one in past["left_out"]]) == (0, ["closed"])
    assert network.ask("tasks", kind="monthly_report")["items"] == []


def is_waiting(database: Database) -> bool:
    with database.reading() as session:
        found = session.connection().exec_driver_sql(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(found.scalar())
