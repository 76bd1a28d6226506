"""Nothing is done twice: not by a front end that sends again, not for an applicant who knocks at two doors."""

from __future__ import annotations

import pytest

from tests.stories.cast import STATION, Cast, application_of, filed
from tests.stories.network import Actor, Network


@pytest.fixture(scope="module")
def unions(network: Network, cast: Cast) -> Actor:
    """The liaison of a station of another organization."""
    network.organization("trade-unions", "和阳市总工会", kind="trade_union")
    return network.station("trade-unions", "tu-hebin", "河滨区总工会法律援助工作站", liaison="高强", district="河滨区")


def test_a_front_end_that_sends_again_gets_the_same_answer_and_nothing_is_recorded_twice(cast: Cast) -> None:
    advice = {"kind": "advice", "station": STATION, "recipient_group": "woman", "topic": "咨询离婚"}
    first, again = (cast.liaison.sends("/v1/services", advice, key="advice-1") for _ in range(2))
    assert (first.status, first.body) == (again.status, again.body)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(cast.liaison.reads("/v1/services")["items"]) == 1
    cast.liaison.sends("/v1/services", advice)  # without a key it is another woman with the same question
    assert len(cast.liaison.reads("/v1/services")["items"]) == 2


def test_a_key_that_was_used_for_something_else_is_refused(cast: Cast) -> None:
    assert cast.liaison.sends("/v1/applications", application_of("朱凤英"), key="zhu-1").status == 201
    other = cast.liaison.sends("/v1/applications", application_of("秦桂兰"), key="zhu-1")
    assert (other.status, other.problem) == (422, "idempotency-conflict")


def test_a_key_belongs_to_whoever_sent_it(cast: Cast) -> None:
    mine = cast.officer.sends("/v1/firms", {"name": "甲律师事务所", "district": "凤泉区"}, key="same")
    theirs = cast.director.sends("/v1/firms", {"name": "乙律师事务所", "district": "凤泉区"}, key="same")
    assert (mine.status, theirs.status) == (201, 201)
    assert mine.body["id"] != theirs.body["id"]


def test_a_refusal_too_is_remembered(cast: Cast) -> None:
    body = application_of("尤秀珍", station="nowhere")
    first, again = (cast.liaison.sends("/v1/applications", body, key="you-1") for _ in range(2))
    assert (first.status, first.problem) == (again.status, again.problem) == (422, "unknown-station")
    assert again.headers["Idempotent-Replayed"] == "true"


def test_the_same_person_does_not_apply_twice_for_the_same_matter_at_the_same_organization(cast: Cast) -> None:
    first = filed(cast, "许月娥")
    again = cast.liaison.sends("/v1/applications", application_of("许月娥"))
    assert (again.status, again.problem) == (409, "duplicate-application")
    assert again.body["number"] == first["number"]
    another_matter = filed(cast, "许月娥", matter="maintenance_or_support")
    assert another_matter["duplicates"] == []


def test_a_second_door_takes_her_in_and_the_center_learns_of_the_first(cast: Cast, unions: Actor) -> None:
    here = filed(cast, "何翠莲")
    there = unions.does("/v1/applications", **application_of("何翠莲", station="tu-hebin"))
    assert there["duplicates"] == [here["number"]]
    assert cast.officer.reads(f"/v1/applications/{there['id']}")["duplicates"] == [here["number"]]
    one, other = (cast.officer.reads(f"/v1/applications/{id_}")["applicant"]["id"] for id_ in (here["id"], there["id"]))
    assert one == other, "one person, one record"


def test_who_was_refused_may_apply_again(cast: Cast) -> None:
    first = filed(cast, "吕艳红")
    cast.officer.does(f"/v1/applications/{first['id']}/refuse", reasons=["材料不足以证明。"])
    assert filed(cast, "吕艳红")["duplicates"] == []


def test_a_subsidy_is_not_paid_for_a_case_that_is_not_closed(cast: Cast) -> None:
    application = filed(cast, "施兰芳")
    cast.officer.does(f"/v1/applications/{application['id']}/grant")
    case = cast.officer.finds("/v1/cases", "the case", application=application["id"])
    answer = cast.director.sends(f"/v1/cases/{case['id']}/subsidy/payment", {})
    assert answer.status == 409
