"""Any door may be knocked at: whichever station an applicant reaches, the application gets to the right place."""

from __future__ import annotations

import pytest

from tests.stories.cast import STATION, Cast, application_of
from tests.stories.network import Actor, Body, Network

HOURS = [{"weekday": day, "opens": "09:00", "closes": "17:00"} for day in range(1, 6)]


@pytest.fixture(scope="module")
def unions(network: Network, cast: Cast) -> Actor:
    """The trade unions' station in another district."""
    network.organization("trade-unions", "和阳市总工会", kind="trade_union")
    return network.station("trade-unions", "tu-weibin", "卫滨区总工会法律援助工作站", liaison="高强", district="卫滨区")


@pytest.fixture(scope="module")
def knocked(cast: Cast, unions: Actor) -> Body:
    """A worker asks at the women's federation in Fengquan; her factory, and the arbitration, are in Weibin."""
    asked = {"recipient_group": "worker", "matter": "labour_or_pay", "form_of_aid": "labour_mediation_arbitration"}
    body = application_of("方小梅", **asked, facts=[], office_district="卫滨区")
    return cast.liaison.does("/v1/applications", **body)


def test_the_door_takes_it_and_says_where_it_belongs(cast: Cast, knocked: Body) -> None:
    assert knocked["state"] == "received"
    belongs = knocked["competence"]
    assert (belongs["outcome"], belongs["districts"], belongs["article"]) == ("elsewhere", ["卫滨区"], "LA 38")
    assert [door["station"] for door in belongs["doors"]] == ["tu-weibin"]


def test_it_is_referred_on_and_the_right_door_hears_of_it(cast: Cast, unions: Actor, knocked: Body) -> None:
    path = f"/v1/applications/{knocked['id']}"
    assert unions.asks(path).status == 404
    (door,) = knocked["competence"]["doors"]
    there = {"organization": door["organization"], "station": door["station"], "district": door["district"]}
    moved = cast.liaison.does(f"{path}/referral", ground="other_district", reason="劳动仲裁在卫滨区。", **there)
    assert (moved["organization"], moved["station"]) == ("trade-unions", "tu-weibin")
    assert unions.reads(path)["competence"]["outcome"] == "here"
    assert unions.hears("application_referred", knocked["number"])


def test_both_sides_see_where_it_is_with_its_whole_history(cast: Cast, unions: Actor, knocked: Body) -> None:
    path = f"/v1/applications/{knocked['id']}"
    for actor in (cast.liaison, unions, cast.officer):
        seen = actor.reads(path)
        assert (seen["organization"], seen["station"]) == ("trade-unions", "tu-weibin")
        assert [one["act"] for one in seen["history"]] == ["file", "refer"]
        (way,) = seen["referrals"]
        assert (way["from_station"], way["to_station"], way["ground"]) == (STATION, "tu-weibin", "other_district")
        assert way["reason"] == "劳动仲裁在卫滨区。"
        assert knocked["id"] in [one["id"] for one in actor.reads("/v1/applications")["items"]]
        line = actor.sees(f"{path}/timeline", "the referral", lambda page: page["organization"] == "trade-unions")
        assert [one["type"] for one in line["items"] if one["type"].startswith("intake.")] == [
            "intake.application_received.v1",
            "intake.application_referred.v1",
        ]


def test_the_first_door_follows_it_but_the_new_one_acts(cast: Cast, unions: Actor, knocked: Body) -> None:
    path = f"/v1/applications/{knocked['id']}"
    refusal = cast.liaison.sends(f"{path}/withdraw", {})
    assert (refusal.status, refusal.body["type"]) == (409, "/problems/referred-on")
    assert "trade-unions" in refusal.body["detail"]
    body = {"reason": "补充住址", "arose_district": "卫滨区"}
    assert unions.does(f"{path}/amendment", **body)["changed"] == ["arose_district"]
    assert cast.officer.does(f"{path}/grant")["state"] == "granted"
    assert cast.liaison.reads(path)["state"] == "granted"


def test_it_counts_once_where_it_went_and_as_referred_where_it_came_from(
    cast: Cast, unions: Actor, knocked: Body
) -> None:
    unions.sees("/v1/figures", "what it took over", lambda page: page["sums"]["referred_in"] == 1)
    unions.sees("/v1/figures", "the application", lambda page: page["sums"]["applications"] == 1)
    theirs = unions.sees("/v1/figures", "the grant of it", lambda page: page["sums"]["granted"] == 1)
    assert theirs["sums"]["applications"] == 1
    assert theirs["sums"]["granted"] == 1
    ours = cast.head.sees("/v1/figures", "what it sent on", lambda page: page["sums"]["referred_out"] == 1)
    assert ours["sums"]["applications"] == 0


def test_the_nearest_door_is_found_for_a_group_a_time_and_a_circle(network: Network, cast: Cast) -> None:
    for code, longitude, hours in (("wf-near", 113.93, HOURS), ("wf-far", 114.30, HOURS), ("wf-closed", 113.921, [])):
        place = {"latitude": 35.30, "longitude": longitude, "level": "district", "district": "凤泉区"}
        body = {"organization": "womens-federation", "code": code, "name": code, "opening_hours": hours, **place}
        network.administrator.does("/v1/stations", **body)
    asked = {"latitude": 35.30, "longitude": 113.92, "group": "woman"}
    nearest = cast.liaison.reads("/v1/stations/nearest", **asked)["items"]
    assert [one["code"] for one in nearest] == ["wf-closed", "wf-near", "wf-far"]
    at_ten = cast.liaison.reads("/v1/stations/nearest", **asked, open_at="2026-02-12T10:00:00+08:00")["items"]
    assert [one["code"] for one in at_ten] == ["wf-near", "wf-far"]
    circle = cast.liaison.reads("/v1/stations/nearest", **asked, within_circle=True)["items"]
    assert [one["code"] for one in circle] == ["wf-closed", "wf-near"]
    assert cast.liaison.reads("/v1/stations/nearest", **{**asked, "group": "worker"})["items"] == []
