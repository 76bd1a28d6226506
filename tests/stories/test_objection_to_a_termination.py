"""Aid is terminated, the recipient objects, and the bureau decides in five days (LA 48, 49)."""

from __future__ import annotations

from tests.stories.cast import Cast, assigned, granted
from tests.stories.network import Actor, Body

GROUNDS = "并未自行委托律师，只是咨询过。"


def terminated(cast: Cast, name: str) -> tuple[Body, Actor]:
    """A case whose aid the center ended because the recipient was said to have a lawyer of their own."""
    case, lawyer = assigned(cast, name)
    lawyer.does(f"/v1/cases/{case['id']}/retainer")
    lawyer.does(f"/v1/cases/{case['id']}/progress-reports", stage="mediation", summary="已与对方联系。")
    cast.officer.does(f"/v1/cases/{case['id']}/termination", ground="own_lawyer", reason="据称已自行委托律师。")
    return case, lawyer


def watched(cast: Cast, case: Body, kind: str, state: str) -> Body:
    where = {"kind": kind, "state": state, "application": case["application"]}
    return cast.officer.finds("/v1/tasks", f"the task {kind} {state}", **where)


def test_a_termination_that_the_bureau_overturns_gives_the_case_back_to_its_lawyer(cast: Cast) -> None:
    case, lawyer = terminated(cast, "曹桂芳")
    assert cast.liaison.hears("case_terminated", case["number"])
    assert lawyer.hears("case_terminated", case["number"])
    watched(cast, case, "closing_file", "open")

    cast.liaison.does(f"/v1/cases/{case['id']}/objection", grounds=GROUNDS)
    task = watched(cast, case, "termination_objection", "open")
    assert (task["article"], task["due_on"]) == ("LA 49", "2026-02-24"), "the fifth day falls into the Spring Festival"
    twice = cast.liaison.sends(f"/v1/cases/{case['id']}/objection", {"grounds": GROUNDS})
    assert (twice.status, twice.problem) == (409, "duplicate")

    decision = {"outcome": "overturned", "reasons": ["受援人并未自行委托律师。"]}
    assert cast.liaison.sends(f"/v1/cases/{case['id']}/objection/decision", decision).status == 403
    assert cast.officer.does(f"/v1/cases/{case['id']}/objection/decision", **decision)["state"] == "assigned"
    watched(cast, case, "termination_objection", "finished")
    watched(cast, case, "closing_file", "cancelled")
    watched(cast, case, "retainer", "open")
    assert lawyer.hears("termination_objection_decided", case["number"])
    told = cast.liaison.hears("termination_objection_decided", case["number"])
    assert "恢复援助" in told["title"]["zh"]

    paper = lawyer.fetches(f"/v1/cases/{case['id']}/papers/termination-review.docx")
    assert paper.content[:2] == b"PK"
    lawyer.does(f"/v1/cases/{case['id']}/retainer")
    lawyer.does(f"/v1/cases/{case['id']}/end", outcome="won", amounts=[{"kind": "pay", "fen": 500_000}])
    watched(cast, case, "closing_file", "open")
    path = f"/v1/applications/{case['application']}/timeline"
    told = cast.liaison.sees(path, "the second ending", when=lambda page: str(page).count("assignment.case_ended") == 2)
    happened = [item["type"].split(".")[1] for item in told["items"]]
    order = ["case_terminated", "termination_objected", "termination_objection_decided", "aid_restored"]
    assert [one for one in happened if one in order] == order


def test_a_termination_that_the_bureau_upholds_stays(cast: Cast) -> None:
    case, lawyer = terminated(cast, "曹桂兰")
    cast.officer.does(f"/v1/cases/{case['id']}/objection", grounds=GROUNDS)
    decided = cast.officer.does(
        f"/v1/cases/{case['id']}/objection/decision", outcome="upheld", reasons=["受援人已签订委托合同。"]
    )
    assert (decided["state"], decided["objection"]["state"]) == ("ended", "upheld")
    assert "维持终止" in cast.liaison.hears("termination_objection_decided", case["number"])["title"]["zh"]
    watched(cast, case, "closing_file", "open")
    (shown,) = cast.officer.reads(f"/v1/cases/{case['id']}")["objections"]
    assert (shown["grounds"], shown["reasons"]) == (GROUNDS, ["受援人已签订委托合同。"])
    (shown,) = cast.liaison.reads(f"/v1/cases/{case['id']}")["objections"]
    assert (shown["grounds"], shown["reasons"]) == (None, [])
    assert lawyer.reads(f"/v1/cases/{case['id']}")["objections"][0]["state"] == "upheld"


def test_an_offer_that_the_center_takes_back_is_told_to_the_lawyer_and_asks_for_nothing_more(cast: Cast) -> None:
    case = granted(cast, "曹桂英")
    offer = cast.officer.does(f"/v1/cases/{case['id']}/offers")
    lawyer = cast.lawyer(offer["lawyer"])
    task = lawyer.finds("/v1/tasks", "the task to answer", kind="answer_offer", application=case["application"])
    made = lawyer.hears("offer_made", case["number"])
    cast.officer.does(f"/v1/offers/{offer['id']}/withdraw", reason="另有安排。")
    assert lawyer.hears("offer_withdrawn", case["number"])["why"]["zh"] == "该案曾拟指派给您。"
    lawyer.sees(f"/v1/tasks/{task['id']}", "the task closed", when=lambda page: page["state"] != "open")
    lawyer.sees(
        f"/v1/notifications/{made['id']}", "the offer asking for nothing more", when=lambda page: page["settled_at"]
    )
    late = lawyer.sends(f"/v1/offers/{offer['id']}/answer", {"answer": "accept"})
    assert (late.status, late.problem) == (409, "wrong-state")
