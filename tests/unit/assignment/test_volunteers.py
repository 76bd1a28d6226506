"""The register of volunteers: whose they are, what they offer, since when they were checked."""

from __future__ import annotations

import pytest

from contracts.assignment import COMMANDS
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
