"""What each caller sees of applications."""

from __future__ import annotations

from uuid import uuid4

import pytest

from chassis.errors import Rejected
from chassis.principal import Principal
from contracts.intake.applications import ApplicationsAsked
from tests.unit.intake.conftest import AUDITOR, BOUND, CENTER, LAWYER, LIAISON, MA, OTHER, Desk, identity_number


@pytest.fixture
def three(desk: Desk) -> Desk:
    desk.file(LIAISON, station="fengquan")
    desk.file(LIAISON, station="hongqi", applicant={"identity_number": identity_number(4)})
    desk.file(OTHER, station="muye", applicant={"identity_number": identity_number(6)})
    return desk


@pytest.mark.parametrize(
    ("principal", "stations"),
    [
        (CENTER, ["muye", "hongqi", "fengquan"]),
        (AUDITOR, ["muye", "hongqi", "fengquan"]),
        (LIAISON, ["hongqi", "fengquan"]),
        (BOUND, ["fengquan"]),
        (OTHER, ["muye"]),
        (LAWYER, []),
    ],
)
def test_everybody_sees_their_own_newest_first(three: Desk, principal: Principal, stations: list[str]) -> None:
    assert [row["station"] for row in three.ask("applications", principal)["items"]] == stations


def test_a_filter_narrows_and_never_widens(three: Desk) -> None:
    assert len(three.ask("applications", CENTER, state="received", station="muye")["items"]) == 1
    assert three.ask("applications", LIAISON, organization="trade-union")["items"] == []
    assert three.ask("applications", CENTER, state="granted")["items"] == []


def test_an_application_is_found_by_the_number_that_people_say_on_the_telephone(three: Desk) -> None:
    first = three.ask("applications", CENTER)["items"][0]
    asked = ApplicationsAsked().load({"number": first["number"], "urgency": "normal"})
    assert [row["id"] for row in three.ask("applications", CENTER, **asked)["items"]] == [first["id"]]
    assert three.ask("applications", LIAISON, number=first["number"])["items"] == [], "it is another organization's"
    assert three.ask("applications", CENTER, urgency="urgent")["items"] == []


def test_a_list_shows_no_person(three: Desk) -> None:
    assert "马某" not in str(three.ask("applications", CENTER))


def test_one_application_shows_the_identity_number_masked(three: Desk) -> None:
    filed = three.ask("applications", BOUND)["items"][0]
    seen = three.see(filed["id"], BOUND)
    assert seen["applicant"]["identity_number"] == f"4107**********{MA[-4:]}"
    assert seen["statement"] == "丈夫遗弃，请求离婚"
    assert seen["acts"][0] == "grant"


def test_what_is_out_of_sight_is_answered_like_what_does_not_exist(three: Desk) -> None:
    hidden = three.ask("applications", OTHER)["items"][0]["id"]
    for application in (hidden, str(uuid4())):
        with pytest.raises(Rejected) as refused:
            three.see(application, LIAISON)
        assert (refused.value.problem, refused.value.params) == ("not-found", {"what": "application"})
