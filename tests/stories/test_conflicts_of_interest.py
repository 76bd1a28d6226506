"""Nobody is represented by a lawyer, or by a firm, that stands or stood on the other side (Lawyers Law 39)."""

from __future__ import annotations

import pytest

from tests.stories.cast import Cast, application_of, assigned, case_of, identity_number
from tests.stories.network import Actor, Body, Network

HUSBAND = {"name": "王志强", "identity_number": identity_number("王志强")}


@pytest.fixture(scope="module")
def other_firm(network: Network, cast: Cast) -> Actor:
    """A lawyer with little experience, of a firm that has nothing to do with the husband."""
    return network.lawyer(network.firm("和阳明衡律师事务所"), "韩立新", years=1)


@pytest.fixture(scope="module")
def husbands_lawyer(network: Network, cast: Cast) -> Actor:
    """The lawyer who took a case of the husband's own."""
    _, lawyer = assigned(cast, HUSBAND["name"])
    return lawyer


def against_the_husband(cast: Cast, name: str) -> Body:
    application = cast.liaison.does("/v1/applications", **application_of(name, opposing_parties=[HUSBAND]))
    cast.officer.does(f"/v1/applications/{application['id']}/grant")
    return case_of(cast, application)


def test_the_husbands_lawyer_and_the_whole_firm_are_not_proposed_to_the_wife(
    cast: Cast, husbands_lawyer: Actor, other_firm: Actor
) -> None:
    case = against_the_husband(cast, "马秀云")
    proposal = cast.officer.reads(f"/v1/cases/{case['id']}/proposal")
    assert [one["name"] for one in proposal["candidates"]] == [other_firm.name]
    assert proposal["excluded"] == 2

    named = cast.officer.sends(f"/v1/cases/{case['id']}/offers", {"lawyer": husbands_lawyer.id, "reason": "经验丰富"})
    assert (named.status, named.problem, named.body["rule"]) == (409, "lawyer-not-eligible", "conflict")


def test_a_party_that_becomes_known_later_stops_the_case_until_another_lawyer_has_it(
    cast: Cast, husbands_lawyer: Actor, other_firm: Actor
) -> None:
    case, lawyer = assigned(cast, "云凤仙")  # against nobody known: the husband's lawyer is the best of all
    assert lawyer.id == husbands_lawyer.id
    lawyer.does(f"/v1/cases/{case['id']}/parties", side="opposing", **HUSBAND)
    found = cast.officer.finds("/v1/conflicts", "the conflict", lambda one: one["case"] == case["id"], state="open")
    assert (found["certainty"], found["found_when"]) == ("exact", "party_added")
    number = cast.officer.reads(f"/v1/cases/{case['id']}")["number"]
    must = cast.officer.finds(
        "/v1/tasks", "who must act", kind="conflict", state="open", application=case["application"]
    )
    assert (must["number"], {one["role"] for one in must["assignees"]}) == (number, {"officer"})
    assert cast.officer.hears("task_opened", f"/v1/tasks/{must['id']}")
    stopped = lawyer.sends(f"/v1/cases/{case['id']}/retainer", {})
    assert (stopped.status, stopped.problem) == (409, "conflict-open")

    cast.officer.does(f"/v1/conflicts/{found['id']}/decision", decision="replace", reason="依法回避。")
    cast.officer.finds("/v1/tasks", "the task done", kind="conflict", state="finished", application=case["application"])
    proposal = cast.officer.reads(f"/v1/cases/{case['id']}/proposal")
    assert [one["name"] for one in proposal["candidates"]] == [other_firm.name]


def test_a_party_of_whom_the_station_hears_is_added_there_and_the_center_is_told(
    cast: Cast, husbands_lawyer: Actor
) -> None:
    case, _ = assigned(cast, "云凤英")
    added = cast.liaison.does(f"/v1/cases/{case['id']}/parties", side="opposing", name=HUSBAND["name"])
    assert added["conflicts"] == []
    identity = {"identity_number": HUSBAND["identity_number"]}
    assert cast.liaison.does(f"/v1/parties/{added['party']}/identity", **identity)["conflicts"] == []
    cast.officer.finds("/v1/conflicts", "the conflict", lambda one: one["case"] == case["id"], state="open")
