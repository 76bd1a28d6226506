"""The register of volunteers: whose they are, what they offer, since when they were checked."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from chassis.ids import new_id
from contracts.assignment import COMMANDS
from services.assignment import models as m
from tests.unit.assignment.conftest import LIAISON, Office
from tests.unit.assignment.test_handling import refusal

TUTOR = {"name": "何老师", "work": ["tutoring"], "organization": "womens-federation"}


def test_a_volunteer_is_of_an_organization_that_there_is_or_of_the_center(office: Office):
    office.do("register_volunteer", LIAISON, **TUTOR)
    office.do("register_volunteer", **{**TUTOR, "organization": None})
    assert (
        refusal(office, "register_volunteer", **{**TUTOR, "organization": "nowhere"}).problem == "unknown-organization"
    )
    said = refusal(office, "register_volunteer", LIAISON, **{**TUTOR, "organization": None})
    assert (said.problem, said.pointer) == ("forbidden", "/organization")


@pytest.mark.parametrize("day", ["1800-01-01", "2026-09-02"])
def test_a_volunteer_was_checked_on_a_day_that_can_be(office: Office, day):
    assert refusal(office, "register_volunteer", **TUTOR, checked_on=day).problem == "impossible-date"
    volunteer = office.do("register_volunteer", **TUTOR)["id"]
    assert refusal(office, "change_volunteer", volunteer=volunteer, checked_on=day).problem == "impossible-date"


def test_a_volunteer_offers_something():
    named = {"name": "何老师", "work": []}
    assert "work" in COMMANDS["assignment.register_volunteer.v1"]().validate(named)
    nothing = {"volunteer": "01a21d42-0ec9-75cd-bfbf-0985f5adb7c6", "work": []}
    assert "work" in COMMANDS["assignment.change_volunteer.v1"]().validate(nothing)


HELPER = {**TUTOR, "phone": "13800000000"}


@pytest.mark.parametrize(
    ("name", "phone"),
    [("何老师", "13800000000"), ("何 老師", "+86 138-0000-0000"), ("何老师", "１３８００００００００")],
)
def test_nobody_is_registered_twice_under_one_name_and_telephone_however_they_are_written(
    office: Office, name: str, phone: str
):
    known = office.do("register_volunteer", **HELPER)["id"]
    said = refusal(office, "register_volunteer", LIAISON, **{**HELPER, "name": name, "phone": phone})
    assert (said.problem, said.pointer) == ("duplicate", "/phone")
    assert {key: str(value) for key, value in said.params.items()} == {"what": "volunteer", "key": known}


def test_a_namesake_another_organization_and_who_has_no_telephone_are_somebody_else(office: Office):
    office.do("register_volunteer", **HELPER)
    for other in (
        {"phone": "13800000001"},
        {"organization": None},
        {"name": "何先生"},
        {"phone": None},
        {"phone": None},
    ):
        office.do("register_volunteer", **{**HELPER, **other})
    assert len(office.ask("volunteers")["items"]) == 6


def test_a_change_makes_nobody_the_same_as_another(office: Office):
    office.do("register_volunteer", **HELPER)
    other = office.do("register_volunteer", **{**HELPER, "phone": "13800000001"})["id"]
    assert refusal(office, "change_volunteer", volunteer=other, phone="138 0000 0000").problem == "duplicate"
    changed = office.do("change_volunteer", volunteer=other, phone="138 0000 0001", places=3, version=1)
    assert (changed["places"], changed["version"]) == (3, 2)


def test_who_has_left_joins_anew_and_then_does_not_come_back_beside_it(office: Office):
    first = office.do("register_volunteer", **HELPER)["id"]
    office.do("change_volunteer", volunteer=first, state="left", reason="迁居", version=1)
    office.do("register_volunteer", **HELPER)
    assert refusal(office, "change_volunteer", volunteer=first, state="active", version=2).problem == "duplicate"


def test_of_two_registrations_at_once_the_table_keeps_one(office: Office):
    office.do("register_volunteer", **HELPER)
    with office.bench.session() as session:
        row = session.scalars(select(m.Volunteer)).one()
        twin = {name: getattr(row, name) for name in ("name", "places", "state", "registered_at", "same_index")}
        session.add(m.Volunteer(id=new_id(), **twin))
        with pytest.raises(IntegrityError):
            session.flush()
