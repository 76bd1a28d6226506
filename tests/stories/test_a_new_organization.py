"""An organization joins a network that is running: from then on it works like any other, without a restart."""

from __future__ import annotations

from tests.stories.cast import Cast, application_of
from tests.stories.network import Network


def test_a_new_organization_works_at_once_in_every_running_service(network: Network, cast: Cast) -> None:
    network.organization("sun-village", "太阳村儿童救助会", kind="charity")
    assert network.has_mailboxes_for("sun-village")
    liaison = network.station("sun-village", "sv-fengquan", "太阳村法律援助工作站", liaison="孟晓云")

    application = liaison.does("/v1/applications", **application_of("小凤", station="sv-fengquan"))
    assert application["organization"] == "sun-village"
    cast.officer.does(f"/v1/applications/{application['id']}/grant")
    case = liaison.finds("/v1/cases", "its first case")
    assert (case["organization"], case["application_number"]) == ("sun-village", application["number"])
    assert liaison.hears("task_to_know", application["number"])
    figures = liaison.sees("/v1/figures", "its first figures", when=lambda page: page["sums"]["granted"])
    assert (figures["organization"], figures["sums"]["applications"]) == ("sun-village", 1)


def test_an_organization_joins_once(network: Network, cast: Cast) -> None:
    body = {"code": "womens-federation", "name": "又一个妇联", "kind": "womens_federation"}
    again = network.administrator.sends("/v1/organizations", body)
    assert (again.status, again.problem) == (409, "duplicate")
    assert again.body["errors"][0]["pointer"] == "/code"


def test_nobody_but_the_centers_administrator_takes_organizations_in(network: Network, cast: Cast) -> None:
    body = {"code": "intruders", "name": "自封的单位", "kind": "other"}
    for actor in (cast.officer, cast.head, cast.liaison, cast.first):
        assert actor.sends("/v1/organizations", body).status == 403
    codes = [one["code"] for one in network.administrator.reads("/v1/organizations")["items"]]
    assert "intruders" not in codes


def test_a_station_needs_an_organization_that_exists(network: Network) -> None:
    body = {"organization": "nowhere", "code": "nw-city", "name": "工作站", "level": "city", "district": "凤泉区"}
    answer = network.administrator.sends("/v1/stations", body)
    assert (answer.status, answer.problem) == (422, "unknown-organization")


def test_an_organization_that_lets_the_rule_choose_has_its_lawyers_asked_at_once(network: Network, cast: Cast) -> None:
    network.organization("garrison", "和阳军分区", kind="garrison", auto_assign=True)
    liaison = network.station("garrison", "gr-city", "军人军属法律援助工作站", liaison="石磊")
    application = liaison.does("/v1/applications", **application_of("石小梅", station="gr-city"))
    cast.officer.does(f"/v1/applications/{application['id']}/grant")
    case = liaison.finds("/v1/cases", "the case with an offer made", lambda case: case["state"] == "offered")
    (offer,) = cast.officer.reads("/v1/offers", case=case["id"])["items"]
    assert (offer["offered_by"], offer["state"]) == ("rule", "open")
