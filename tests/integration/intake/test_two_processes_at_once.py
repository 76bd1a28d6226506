"""On PostgreSQL two processes handle messages about the same rows at once: numbers, persons and decisions stay right."""

from __future__ import annotations

import typing as t

import eventlet
import pytest
from sqlalchemy import func, select, text

from chassis.database import Database
from chassis.errors import Rejected
from chassis.migrations import migrate
from chassis.principal import Principal
from services.intake.models import Application, Person
from tests.infrastructure.waiting import wait_until
from tests.unit.intake.conftest import CENTER, LIAISON, OTHER, Desk, identity_number


@pytest.fixture
def processes(databases: t.Any) -> t.Iterator[list[Desk]]:
    url = databases.create("intake_at_once")
    opened = [Database(url) for _ in range(2)]
    migrate("services.intake", opened[0])
    made = [Desk(database) for database in opened]
    made[0].network()
    yield made
    for database in opened:
        database.close()
    databases.drop("intake_at_once")


def at_once(calls: t.Iterable[t.Callable[[], t.Any]]) -> list[t.Any]:
    """Answers or refusals of calls that run at the same time."""

    def outcome(call: t.Callable[[], t.Any]) -> t.Any:
        try:
            return call()
        except Rejected as refused:
            return refused.problem

    return [green.wait() for green in [eventlet.spawn(outcome, call) for call in calls]]


def test_numbers_have_neither_gaps_nor_twins(processes: list[Desk]) -> None:
    def filing(place: int) -> t.Callable[[], t.Any]:
        applicant = {"identity_number": identity_number(100 + place)}
        return lambda: processes[place % 2].file(LIAISON, applicant=applicant)

    filed = at_once(filing(place) for place in range(12))
    assert sorted(row["number"] for row in filed) == [f"A2026-{count:05d}" for count in range(1, 13)]


def test_a_person_who_knocks_at_two_doors_at_once_has_one_record(processes: list[Desk]) -> None:
    def filing(place: int, principal: Principal, station: str) -> t.Callable[[], t.Any]:
        return lambda: processes[place].file(principal, station=station)

    filed = at_once([filing(0, LIAISON, "fengquan"), filing(1, OTHER, "muye")])
    assert sorted(len(row["duplicates"]) for row in filed) == [0, 1]
    with processes[0].bench.session() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 1
        assert session.scalar(select(func.count()).select_from(Application)) == 2


def test_of_two_filings_at_one_organization_one_is_the_duplicate(processes: list[Desk]) -> None:
    outcomes = at_once((lambda desk=desk: desk.file(LIAISON)) for desk in processes)  # type: ignore[misc]
    assert outcomes.count("duplicate-application") == 1


def test_of_two_decisions_at_once_one_holds(processes: list[Desk]) -> None:
    application = processes[0].file(LIAISON)["id"]
    with processes[0].bench.session() as holding:
        holding.execute(text("SELECT 1 FROM applications WHERE id = :id FOR UPDATE"), {"id": application})
        calls = [
            lambda: processes[0].do("grant_application", CENTER, application=application),
            lambda: processes[1].do("refuse_application", CENTER, application=application, reasons=["x"]),
        ]
        deciding = eventlet.spawn(at_once, calls)
        wait_until(lambda: waiting_for_a_lock(processes[0]) == 2, 10, "both decisions to meet the row that is held")
    outcomes = deciding.wait()
    assert outcomes.count("wrong-state") == 1
    assert processes[0].see(application)["version"] == 2


def test_of_two_pairs_of_the_same_two_that_are_registered_at_once_one_is_the_duplicate(processes: list[Desk]) -> None:
    pair = {"station": "fengquan", "volunteer_name": "张志愿", "person_name": "小明"}
    with processes[0].bench.session() as holding:
        holding.execute(text("SELECT 1 FROM stations WHERE code = 'fengquan' FOR UPDATE"))
        calls = [(lambda desk=desk: desk.do("register_pair", LIAISON, **pair)) for desk in processes]  # type: ignore[misc]
        pairing = eventlet.spawn(at_once, calls)
        wait_until(lambda: waiting_for_a_lock(processes[0]) == 2, 10, "both to meet the station that is held")
    assert pairing.wait().count("duplicate") == 1


def waiting_for_a_lock(desk: Desk) -> int:
    with desk.bench.session() as session:
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(session.scalar(text(waiting)) or 0)
