"""A deadline that passes without the act is noticed: before it, after it, and by the superiors on both lines.

The clock is moved, from one mark of a task to the next; nobody but time does anything in between.
"""

from __future__ import annotations

import datetime as dt

from tests.stories.cast import Cast, case_of, filed, granted
from tests.stories.network import Actor, Body, Network

A_MOMENT = dt.timedelta(minutes=1)
FINISHED = "supervision.task_finished.v1"


def test_every_deadline_that_passes_reminds_becomes_overdue_and_escalates_on_both_lines(
    network: Network, cast: Cast
) -> None:
    application = filed(cast, "李秋菊")
    path = f"/v1/applications/{application['id']}"

    it_is_missed(network, cast, "decide", cast.officer, application)
    cast.officer.does(f"{path}/grant")

    it_is_missed(network, cast, "assign", cast.officer, application)
    case = f"/v1/cases/{case_of(cast, application)['id']}"
    offer = cast.officer.does(f"{case}/offers")
    lawyer = cast.lawyer(offer["lawyer"])
    lawyer.does(f"/v1/offers/{offer['id']}/answer", answer="accept")

    it_is_missed(network, cast, "retainer", lawyer, application)
    lawyer.does(f"{case}/retainer")
    lawyer.does(f"{case}/end", outcome="settled")

    it_is_missed(network, cast, "closing_file", lawyer, application)
    documents = [{"kind": kind, "title": "结案材料"} for kind in ("settlement", "retainer", "report")]
    lawyer.does(f"{case}/closing-file", summary="和解结案。", documents=documents)

    it_is_missed(network, cast, "closing_check", cast.officer, application)
    cast.officer.does(f"{case}/closing-file/check", grade="pass")

    it_is_missed(network, cast, "subsidy", cast.officer, application)
    cast.officer.does(f"{case}/subsidy/payment")

    visit = task_of(cast.liaison, "return_visit", application)
    assert visit["overdue"], "it ran beside the subsidy"
    cast.liaison.hears("deadline_overdue", link(visit))
    cast.liaison.does(f"{link(visit)}/finish", outcome="not_reached", confirmed=True)

    told = cast.liaison.sees(f"{path}/timeline", "the end", when=lambda page: page["items"][-1]["type"] == FINISHED)
    late = [item["type"].split(".")[1] for item in told["items"] if "deadline_" in item["type"]]
    assert late.count("deadline_overdue") == 7
    assert late.count("deadline_escalated") == 14, "one on each line for each"
    limits = {one["kind"]: (one["met"], one["missed"]) for one in cast.head.reads("/v1/figures")["deadlines"]}
    assert limits["decide"] == limits["subsidy"] == limits["return_visit"] == (0, 1)


def test_a_deadline_that_is_met_reminds_nobody_and_escalates_to_nobody(network: Network, cast: Cast) -> None:
    application = filed(cast, "孙桂兰")
    task = task_of(cast.officer, "decide", application)
    cast.officer.does(f"/v1/applications/{application['id']}/refuse", reasons=["不属于援助范围。"])
    cast.officer.finds("/v1/tasks", "it finished", kind="decide", state="finished", application=application["id"])

    other = filed(cast, "周玉珍")  # whose clock shows that the marks of that time were fired
    it_is_missed(network, cast, "decide", cast.officer, other)
    for actor in (cast.officer, cast.director, cast.head, cast.liaison):
        assert not [kind for kind in actor.heard(link(task)) if kind.startswith("deadline_")]


def test_a_lawyers_silence_goes_to_the_next_one(network: Network, cast: Cast) -> None:
    case = granted(cast, "吴春花")
    offer = cast.officer.does(f"/v1/cases/{case['id']}/offers", answer_within_hours=24)
    silent, following = cast.first, cast.second
    assert offer["lawyer"] == silent.id
    silent.finds("/v1/tasks", "the task to answer, whose limit runs", kind="answer_offer", state="open")

    network.goes_on_to(network.clock.now() + dt.timedelta(hours=13))
    silent.hears("deadline_reminded", case["number"])
    network.goes_on_to(network.clock.now() + dt.timedelta(hours=12))
    next_offer = following.finds("/v1/offers", "an offer of her own", case=case["id"], state="open")
    assert next_offer["offered_by"] == "rule"
    assert silent.reads("/v1/offers", case=case["id"])["items"][0]["state"] == "lapsed"
    too_late = silent.sends(f"/v1/offers/{offer['id']}/answer", {"answer": "accept"})
    assert (too_late.status, too_late.problem) == (409, "wrong-state")

    network.goes_on_to(network.clock.now() + dt.timedelta(hours=25))
    officer_hears_that_nobody_is_left = cast.officer.hears("candidates_exhausted", case["number"])
    assert officer_hears_that_nobody_is_left["urgency"] == "urgent"


def it_is_missed(network: Network, cast: Cast, kind: str, doer: Actor, application: Body) -> None:
    """Time passes over all marks of a task, and those concerned hear of it: the doer, then the superiors."""
    task = task_of(doer, kind, application)
    assert doer.hears("task_opened", link(task))
    marks = {mark["mark"]: dt.datetime.fromisoformat(mark["fire_at"]) for mark in doer.reads(link(task))["marks"]}
    due_at = dt.datetime.fromisoformat(task["due_at"])
    assert marks["reminder"] < due_at <= marks["overdue"] < marks["escalation"]
    assert not [told for told in doer.heard(link(task)) if told.startswith("deadline_")]

    network.goes_on_to(marks["reminder"] + A_MOMENT)
    doer.hears("deadline_reminded", link(task))
    assert "deadline_escalated" not in cast.director.heard(link(task))

    network.goes_on_to(marks["escalation"] + A_MOMENT)
    doer.hears("deadline_overdue", link(task))
    professional, own = (one.hears("deadline_escalated", link(task)) for one in (cast.director, cast.head))
    assert "professional" in professional["why"]["en"]
    assert "organization's own" in own["why"]["en"]
    assert doer.reads(link(task))["overdue"]


def task_of(doer: Actor, kind: str, application: Body) -> Body:
    """The open task of a kind for an application, waited for."""
    return doer.finds("/v1/tasks", f"the task {kind}", kind=kind, state="open", application=application["id"])


def link(task: Body) -> str:
    return f"/v1/tasks/{task['id']}"
