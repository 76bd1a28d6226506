"""A station is planned, made ready item by item, opened, suspended and closed; each step has a name and a reason."""

from __future__ import annotations

import pytest

from tests.stories.cast import Cast, application_of
from tests.stories.network import Actor, Body, Network

CODE = "wf-hongqi"


@pytest.fixture(scope="module")
def planned(network: Network, cast: Cast) -> Body:
    """A station that the federation wants in Hongqi, with a head whom nobody has trained yet."""
    where = {"organization": "womens-federation", "code": CODE, "name": "红旗区妇联法律援助工作站"}
    people = {"head": {"name": "白志芳"}, "liaison": {"name": "乔欣"}}
    return network.administrator.does(
        "/v1/stations", **where, level="district", district="红旗区", state="planned", **people
    )


@pytest.fixture(scope="module")
def liaison(network: Network, planned: Body) -> Actor:
    return network.actor("乔欣", "liaison", "womens-federation", planned["liaison"], CODE)


def moved(officer: Actor, station: Body, act: str, reason: str) -> Body:
    return officer.does(f"/v1/stations/{station['id']}/state", act=act, reason=reason)


def knock(liaison: Actor, name: str) -> tuple[int, str]:
    answer = liaison.sends("/v1/applications", application_of(name, station=CODE))
    return answer.status, answer.problem


def test_a_planned_station_does_not_open_before_the_standard_is_met(cast: Cast, planned: Body, liaison: Actor) -> None:
    path = f"/v1/stations/{planned['id']}"
    assert knock(liaison, "第一位") == (409, "station-not-open")
    refused = cast.officer.sends(f"{path}/state", {"act": "open", "reason": "尽快启用"})
    assert (refused.status, refused.problem) == (409, "standard-not-met")
    missing = [one["item"] for one in cast.officer.reads(path)["standard"] if one["needed_to_open"] and not one["met"]]
    assert missing == ["head_trained", "room", "nameplate", "publicity_column", "duties_posted"]


def test_it_is_made_ready_item_by_item_and_then_opens(cast: Cast, planned: Body, liaison: Actor) -> None:
    path = f"/v1/stations/{planned['id']}"
    for item in ("head_trained", "room", "nameplate", "publicity_column", "duties_posted"):
        assert cast.officer.sends(f"{path}/state", {"act": "open", "reason": "尽快启用"}).problem == "standard-not-met"
        cast.officer.does(f"{path}/assessment", marks=[{"item": item, "met": True, "on": "2026-02-10"}])
    assert moved(cast.officer, planned, "open", "达到建站标准")["state"] == "ready"
    assert knock(liaison, "第二位")[0] == 201
    item = next(one for one in cast.officer.reads(path)["standard"] if one["item"] == "head_trained")
    assert (item["met"], item["on"], item["by"]) == (True, "2026-02-10", "assessment")


def test_what_is_not_needed_to_open_is_still_shown_as_missing(cast: Cast, planned: Body) -> None:
    assert set(cast.officer.reads(f"/v1/stations/{planned['id']}")["missing"]) == {"registers", "no_fees"}


def test_a_suspended_station_takes_nothing_and_one_that_works_again_does(
    cast: Cast, planned: Body, liaison: Actor
) -> None:
    moved(cast.officer, planned, "suspend", "用房装修")
    assert knock(liaison, "第三位") == (409, "station-not-open")
    moved(cast.officer, planned, "resume", "装修完毕")
    assert knock(liaison, "第三位")[0] == 201


def test_a_closed_station_stays_closed_and_its_history_says_who_and_why(
    cast: Cast, planned: Body, liaison: Actor
) -> None:
    path = f"/v1/stations/{planned['id']}"
    moved(cast.officer, planned, "close", "并入凤泉区工作站")
    assert knock(liaison, "第四位") == (409, "station-not-open")
    again = cast.officer.sends(f"{path}/state", {"act": "open", "reason": "反悔"})
    assert (again.status, again.problem) == (409, "wrong-state")
    seen = liaison.reads(path)
    assert [(one["act"], one["state"], one["reason"]) for one in seen["history"]] == [
        ("register", "planned", None),
        ("open", "ready", "达到建站标准"),
        ("suspend", "suspended", "用房装修"),
        ("resume", "ready", "装修完毕"),
        ("close", "closed", "并入凤泉区工作站"),
    ]
    assert {one["by_person"] for one in seen["history"][1:]} == {cast.officer.id}
    assert seen["acts"] == []


def test_what_a_station_was_told_in_confidence_is_not_for_other_organizations(network: Network, planned: Body) -> None:
    network.organization("trade-unions", "和阳市总工会", kind="trade_union")
    stranger = network.station("trade-unions", "tu-hebin", "河滨区总工会工作站", liaison="高强")
    seen = stranger.reads(f"/v1/stations/{planned['id']}")
    assert (seen["state"], seen["history"]) == ("closed", [])
    for path, body in (
        (f"/v1/stations/{planned['id']}/state", {"act": "open", "reason": "x"}),
        (f"/v1/stations/{planned['id']}/assessment", {"marks": [{"item": "room", "met": True}]}),
    ):
        assert stranger.sends(path, body).status == 403
