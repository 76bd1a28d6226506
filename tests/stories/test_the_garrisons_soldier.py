"""A soldier knocks at the garrison's own station; the matter goes before others, and every proposal says why."""

from __future__ import annotations

import typing as t

import pytest

from tests.stories.cast import Cast, application_of, case_of
from tests.stories.network import Actor, Body, Network


@pytest.fixture(scope="module")
def garrison(network: Network, cast: Cast) -> Actor:
    """The liaison officer of the garrison's station."""
    network.organization("garrison", "和阳军分区", kind="garrison")
    return network.station("garrison", "gr-hebin", "军人军属法律援助工作站", liaison="石磊", district="河滨区")


@pytest.fixture(scope="module")
def soldier(garrison: Actor) -> Body:
    """His family's homestead is in dispute; he asks for aid at the station."""
    asked: dict[str, t.Any] = {"recipient_group": "soldier", "facts": ["soldier_family_or_bereaved"]}
    asked |= {
        "station": "gr-hebin",
        "matter": "injury_compensation",
        "statement": "家人遭遇交通事故，部队请求优先办理。",
    }
    return garrison.does("/v1/applications", **application_of("秦卫国", **asked))


def reasons(officer: Actor, case: Body) -> list[dict[str, Body]]:
    """The reasons of each proposed lawyer, by their key."""
    proposal = officer.reads(f"/v1/cases/{case['id']}/proposal")
    return [{one["key"]: one for one in candidate["reasons"]} for candidate in proposal["candidates"]]


def test_his_application_is_the_garrisons_own(cast: Cast, garrison: Actor, soldier: Body) -> None:
    assert (soldier["organization"], soldier["station"]) == ("garrison", "gr-hebin")
    assert cast.officer.hears("task_opened", soldier["number"])
    assert cast.liaison.asks(f"/v1/applications/{soldier['id']}").status == 404


def test_every_proposed_lawyer_is_given_points_for_the_priority_with_its_article(cast: Cast, soldier: Body) -> None:
    cast.officer.does(f"/v1/applications/{soldier['id']}/grant")
    case = case_of(cast, soldier)
    proposed = reasons(cast.officer, case)
    assert proposed
    for of_lawyer in proposed:
        assert of_lawyer["priority"]["points"] > 0
        assert of_lawyer["priority"]["article"]
        assert of_lawyer["priority"]["zh"]
        assert of_lawyer["priority"]["en"]

    other = cast.liaison.does("/v1/applications", **application_of("白玉兰"))
    cast.officer.does(f"/v1/applications/{other['id']}/grant")
    assert all("priority" not in of_lawyer for of_lawyer in reasons(cast.officer, case_of(cast, other)))


def test_a_lawyer_takes_it_and_the_station_follows(cast: Cast, garrison: Actor, soldier: Body) -> None:
    case = case_of(cast, soldier)
    offer = cast.officer.does(f"/v1/cases/{case['id']}/offers")
    lawyer = cast.lawyer(offer["lawyer"])
    lawyer.does(f"/v1/offers/{offer['id']}/answer", answer="accept")
    garrison.finds("/v1/cases", "the case with its lawyer", lambda one: one["state"] == "assigned")
    assert garrison.hears("lawyer_assigned", case["number"])
    figures = garrison.sees("/v1/figures", "the garrison's case", lambda page: page["sums"]["cases"])
    assert figures["organization"] == "garrison"
