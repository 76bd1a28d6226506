"""Of a colleague the newest version holds, whatever the clock of the process that told it says."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID, uuid4

from sqlalchemy import select

from chassis.testing import Bench
from services.notification import repository
from services.notification.models import Endpoint, Person
from tests.unit.notification.conftest import staff


def test_a_newer_version_counts_although_its_process_is_slow(bench: Bench) -> None:
    event = staff("officer")
    now = bench.clock.now()
    bench.handle("intake.staff_registered.v1", event)
    for version, name, minutes in ((2, "second", 5), (4, "fourth", 0), (3, "third", 9)):
        told = {**event, "name": name, "version": version}
        bench.handle("intake.staff_changed.v1", told, now=now + dt.timedelta(minutes=minutes))
    with bench.session() as session:
        assert session.get_one(Person, event["person"]).name == "fourth"


def leave(bench: Bench, event: dict[str, t.Any], version: int) -> None:
    left = {"organization": event["organization"], "role": event["role"], "left_on": "2026-03-01"}
    bench.handle("intake.staff_left.v1", {"person": event["person"], **left, "version": version})


def addresses(bench: Bench, person: UUID) -> list[str]:
    with bench.session() as session:
        return list(session.scalars(select(Endpoint.state).where(Endpoint.person == person)))


def test_whoever_left_before_anything_else_was_heard_of_them_is_told_nothing(bench: Bench) -> None:
    event = staff("officer", phone="13800000000")
    leave(bench, event, 3)
    bench.handle("intake.staff_changed.v1", {**event, "name": "second", "version": 2})
    bench.handle("intake.staff_registered.v1", event)
    with bench.session() as session:
        row = session.get_one(Person, event["person"])
        assert (row.role, row.name, row.version) == (repository.LEFT, "second", 3)
    assert addresses(bench, event["person"]) == []


def test_addresses_of_who_has_left_stay_removed_when_an_older_word_comes_late(bench: Bench) -> None:
    event = staff("officer", phone="13800000000")
    bench.handle("intake.staff_registered.v1", event)
    leave(bench, event, 3)
    bench.handle("intake.staff_changed.v1", {**event, "version": 2})
    assert addresses(bench, event["person"]) == ["removed"]


def test_whoever_is_there_again_keeps_addresses_when_their_leaving_is_heard_late(bench: Bench) -> None:
    event = staff("officer", phone="13800000000")
    bench.handle("intake.staff_changed.v1", {**event, "version": 3})
    leave(bench, event, 2)
    assert addresses(bench, event["person"]) == ["active"]


def test_whoever_left_is_told_again_at_the_address_of_before_when_they_come_back(bench: Bench) -> None:
    event = staff("officer", phone="13800000000")
    bench.handle("intake.staff_registered.v1", event)
    leave(bench, event, 2)
    bench.handle("intake.staff_changed.v1", {**event, "version": 3})
    assert addresses(bench, event["person"]) == ["active"]


def test_a_lawyer_has_the_address_of_the_newest_version_whatever_the_clocks_say(bench: Bench) -> None:
    lawyer = {"lawyer": uuid4(), "firm_name": "f", "standing_for": []}
    now = bench.clock.now()
    for name, version, minutes in (("first", {}, 0), ("third", {"version": 3}, 1), ("second", {"version": 2}, 5)):
        told = {**lawyer, "name": name, **version}
        bench.handle("assignment.lawyer_registered.v1", told, now=now + dt.timedelta(minutes=minutes))
    with bench.session() as session:
        assert session.get_one(Person, lawyer["lawyer"]).name == "third"


def test_organizations_and_stations_are_called_as_the_newest_word_says(bench: Bench) -> None:
    union = {"code": "trade-union", "kind": "trade_union", "auto_assign": False}
    bench.handle("intake.organization_changed.v1", {**union, "name": "second", "version": 2})
    bench.handle("intake.organization_registered.v1", {**union, "name": "first"})
    station = {"organization": "trade-union", "code": "hebin", "level": "district", "district": "河滨区"}
    now_is = {"station": uuid4(), "kind": "workstation", "state": "ready", "state_since": bench.clock.now()}
    changed = {**station, **now_is, "missing": [], "name": "second", "version": 2}
    bench.handle("intake.station_changed.v1", changed)
    bench.handle("intake.station_registered.v1", {**station, "name": "first"})
    with bench.session() as session:
        names = repository.place_names(session, "trade-union", "hebin")["zh"]
    assert names == {"organization_name": "second", "station_name": "second"}
