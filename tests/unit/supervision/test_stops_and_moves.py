"""A clock that stands still and goes on; an application that moves; a case that changes hands."""

from __future__ import annotations

import datetime as dt
import itertools
import typing as t
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Rejected
from services.supervision.domain import counting
from tests.unit.supervision.conftest import Network, caller
from tests.unit.supervision.test_counting import CALENDAR, STARTS, ZONE

Staff = dict[str, UUID]


def test_while_papers_are_missing_the_clock_stands_still(network: Network, staff: Staff) -> None:
    network.receive()  # Thursday 17 September: due on the 24th
    network.set("2026-09-18T10:00")
    asked = network.request_papers()
    task = network.task("decide")
    assert task["stopped_at"] == asked.isoformat()
    assert {mark["state"] for mark in task["marks"]} == {"cancelled"}
    network.set("2026-10-12T10:00")
    assert network.tick() == 0
    assert network.task("decide")["overdue"] is False
    network.supply_papers(asked)
    task = network.task("decide")
    assert (task["stopped_at"], task["due_on"]) == (None, "2026-10-19")  # 24 days later is the 18th, a Sunday
    assert [m["due_on"] for m in network.said("task_opened")] == ["2026-09-24", "2026-10-19"]
    network.set("2026-10-20T00:00")
    network.tick()
    assert [m["due_on"] for m in network.said("deadline_overdue")] == ["2026-10-19"]


@pytest.mark.parametrize(
    ("asked", "moved"),
    [
        ("2026-09-18", None),  # a Friday
        ("2026-09-19", "2026-09-20"),  # a Saturday; the Sunday is worked for the holidays to come
        ("2026-10-01", "2026-10-08"),  # National Day and the days after it
        ("2026-10-10", None),  # a Saturday that is worked
        ("2027-01-01", None),  # of a year that is not published no holiday is known
        ("2027-01-02", "2027-01-04"),  # but a Saturday is one
    ],
)
def test_a_last_day_for_papers_that_is_a_rest_day_moves_and_intake_is_told(
    network: Network, staff: Staff, asked: str, moved: str | None
) -> None:
    network.receive()
    network.request_papers(supply_by=asked)
    told = [(one["was"], one["supply_by"]) for one in network.said("papers_day_moved")]
    assert told == ([(asked, moved)] if moved else [])


def test_papers_that_come_after_the_grant_lapse_on_no_day(network: Network, staff: Staff) -> None:
    network.receive(urgency="urgent")
    network.request_papers(supply_by="2026-10-01", after_grant=True)
    assert network.said("papers_day_moved") == []


def test_papers_that_may_follow_urgent_aid_are_waited_for(network: Network, staff: Staff) -> None:
    network.receive(urgency="urgent")
    network.grant()
    asked = network.request_papers(supply_by="2026-10-08", after_grant=True)
    task = network.task("later_papers")
    assert (task["due_on"], task["article"]) == ("2026-10-08", "LA 44")
    assert [one["person"] for one in task["assignees"]] == [str(staff["liaison"])]
    assert [mark["mark"] for mark in task["marks"]] == ["reminder", "overdue", "escalation"]
    network.supply_papers(asked, after_grant=True)
    assert network.task("later_papers")["state"] == "finished"


def test_papers_that_may_follow_are_not_waited_for_when_the_aid_has_ended(network: Network, staff: Staff) -> None:
    network.receive(urgency="urgent")
    network.grant()
    network.request_papers(supply_by="2026-10-08", after_grant=True)
    network.accept()
    network.end()
    assert network.task("later_papers")["state"] == "cancelled"


def test_papers_supplied_on_the_same_day_set_the_same_timers_again(network: Network, staff: Staff) -> None:
    network.receive()
    network.supply_papers(network.request_papers())
    task = network.task("decide")
    assert (task["due_on"], {mark["state"] for mark in task["marks"]}) == ("2026-09-24", {"pending"})


STEPS = list(itertools.permutations(["receive", "request", "supply"]))


@pytest.mark.parametrize("order", STEPS, ids="-".join)
def test_stops_heard_in_any_order_end_on_the_same_day(order: tuple[str, ...]) -> None:
    network = Network()
    network.people()
    start = network.now
    moments = {"receive": start, "request": start + dt.timedelta(1), "supply": start + dt.timedelta(25)}
    for step in order:
        network.bench.clock.set(moments[step])
        if step == "receive":
            network.receive()
        elif step == "request":
            network.request_papers()
        else:
            network.supply_papers(moments["request"])
    task = network.task("decide")
    assert (task["due_on"], task["stopped_at"]) == ("2026-10-19", None)
    assert "pending" in {mark["state"] for mark in task["marks"]}


def test_papers_that_come_after_the_grant_stop_nothing(network: Network, staff: Staff) -> None:
    network.receive()
    network.grant()
    network.request_papers(after_grant=True)
    assert network.task("decide")["state"] == "finished"
    assert network.task("assign")["stopped_at"] is None


@given(STARTS, st.integers(0, 20), st.integers(0, 30), st.sampled_from(sorted(counting.DAY_COUNTS)))
def test_a_clock_that_stood_still_never_ends_earlier(start: dt.date, after: int, length: int, how: str) -> None:
    stop = start + dt.timedelta(after)
    stops = [(stop, stop + dt.timedelta(length))]
    plain = counting.due_in_days(start, 7, how, CALENDAR, ZONE).on
    stood = counting.due_in_days(start, 7, how, CALENDAR, ZONE, stops).on
    assert plain <= stood
    assert length or plain == stood


def test_an_application_that_is_referred_takes_its_open_tasks_along(network: Network, staff: Staff) -> None:
    network.receive()
    network.refer("trade-union", "docks")
    task = network.task("decide")
    assert (task["organization"], task["station"], task["due_on"]) == ("trade-union", "docks", "2026-09-24")
    network.set("2026-09-25T00:00")
    network.tick()
    mailboxes = {organization for kind, organization, _ in network.bench.emitted if "overdue" in kind}
    assert mailboxes == {"trade-union"}
    assert network.ask("timeline", caller("liaison", "trade-union"), application=network.application)
    with pytest.raises(Rejected, match="not-found"):
        network.ask("timeline", caller("liaison", "youth-league"), application=network.application)


def test_who_referred_an_application_on_sees_where_it_is_and_nothing_of_its_case(
    network: Network, staff: Staff
) -> None:
    network.receive()
    network.refer("trade-union", "docks")
    network.grant()
    network.accept()
    sender = caller("liaison", "womens-federation", station="fengquan")
    seen = network.ask("timeline", sender, application=network.application)
    assert (seen["organization"], seen["station"], seen["case"], seen["case_number"]) == (
        "trade-union",
        "docks",
        None,
        None,
    )
    steps = ["application_received", "application_referred", "application_granted"]
    assert [one["type"] for one in seen["items"]] == [f"intake.{step}.v1" for step in steps]
    whole = network.ask("timeline", caller("liaison", "trade-union"), application=network.application)
    assert whole["case_number"]
    assert len(whole["items"]) > len(steps)
    lawyer = caller("lawyer", "womens-federation")
    for stranger in (caller("liaison", "womens-federation", station="weibin"), lawyer):
        with pytest.raises(Rejected, match="not-found"):
            network.ask("timeline", stranger, application=network.application)


def test_a_referral_heard_before_the_receipt_opens_the_task_at_the_right_organization(
    network: Network, staff: Staff
) -> None:
    network.refer("trade-union", "docks")
    network.receive()
    assert network.task("decide")["organization"] == "trade-union"


def test_an_objection_is_decided_within_five_days(network: Network, staff: Staff) -> None:
    network.receive()
    network.refuse()
    network.hear("intake.objection_filed.v1", **network.reference, objected_at=network.now)
    task = network.task("objection")
    assert (task["due_on"], task["article"]) == ("2026-09-22", "LA 49")
    decided = {"outcome": "upheld", "decided_at": network.now}
    network.hear("intake.objection_decided.v1", **network.reference, **decided)
    assert network.task("objection")["state"] == "finished"


def test_a_wish_for_another_lawyer_is_decided_within_five_days(network: Network, staff: Staff) -> None:
    case: dict[str, t.Any] = {**network.reference, "case": network.case, "case_number": "C2026-00001"}
    request = {"request": uuid4(), "lawyer": network.lawyer}
    network.hear("assignment.replacement_requested.v1", **case, **request, requested_at=network.now)
    assert network.task("replacement")["due_on"] == "2026-09-22"
    decided = {"decision": "agree", "decided_at": network.now}
    network.hear("assignment.replacement_decided.v1", **case, **request, **decided)
    assert network.task("replacement")["state"] == "finished"


def test_a_case_that_changes_hands_has_a_retainer_of_each_lawyer(network: Network, staff: Staff) -> None:
    first = network.lawyer
    network.accept()
    network.bench.clock.move(days=1)
    network.release()
    with pytest.raises(Rejected, match="not-found"):
        network.ask("timeline", caller("lawyer", person=first), application=network.application)
    network.bench.clock.move(days=1)
    network.lawyer, network.offer = uuid4(), uuid4()
    network.accept()
    states = [(task["state"], task["due_on"]) for task in network.ask("tasks", kind="retainer")["items"]]
    assert states == [("open", "2026-09-24"), ("cancelled", "2026-09-22")]
    assert network.ask("timeline", caller("lawyer", person=network.lawyer), application=network.application)
    network.retain()
    assert network.ask("tasks", kind="retainer", state="open")["items"] == []
    assert network.ask("figures")["sums"]["cases"] == 1


def found(network: Network, **more: t.Any) -> dict[str, t.Any]:
    """A conflict of the lawyer of the case, as assignment tells of it."""
    case: dict[str, t.Any] = {**network.reference, "case": network.case, "case_number": "C2026-00001"}
    conflict = {"conflict": uuid4(), "lawyer": network.lawyer, "found_at": network.now, **more}
    said = {"other_matter": "C2026-00009", "certainty": "likely", "found_when": "party_added", "must": "decide"}
    network.hear("assignment.conflict_found.v1", **case, **conflict, **said)
    return {**case, **conflict}


def test_a_conflict_that_is_found_is_a_task_of_the_center_until_it_is_decided(network: Network, staff: Staff) -> None:
    network.accept()
    conflict = found(network)
    conflict.pop("found_at")
    task = network.task("conflict")
    assert {one["role"] for one in task["assignees"]} == {"officer"}
    assert (task["state"], task["due_on"]) == ("open", "2026-09-18")
    decided = {"decision": "clear", "decided_by": uuid4(), "decided_at": network.now}
    network.hear("assignment.conflict_decided.v1", **conflict, **decided)
    assert (network.task("conflict")["state"], network.task("conflict")["outcome"]) == ("finished", "done")


def test_an_open_conflict_that_an_upgrade_tells_again_is_no_second_task_and_no_second_line(
    network: Network, staff: Staff
) -> None:
    network.accept()
    conflict = found(network)["conflict"]
    before = network.ask("timeline", application=network.application)["items"]
    found(network, conflict=conflict)
    assert len(network.ask("tasks", kind="conflict")["items"]) == 1
    assert network.ask("timeline", application=network.application)["items"] == before


def test_a_conflict_that_no_longer_stands_or_whose_lawyer_is_gone_needs_no_decision(
    network: Network, staff: Staff
) -> None:
    network.accept()
    conflict = found(network)
    conflict.pop("found_at")
    network.hear("assignment.conflict_cleared.v1", **conflict, cleared_at=network.now)
    assert network.task("conflict")["outcome"] == "not_needed"
    network.bench.clock.move(hours=1)
    found(network)
    then = network.now
    network.bench.clock.move(hours=1)
    network.release("replaced")
    late = found(network, found_at=then)  # heard after the lawyer had parted
    tasks = network.ask("tasks", application=network.application, kind="conflict")["items"]
    assert {task["outcome"] for task in tasks} == {"not_needed"}
    assert str(late["conflict"]) in {task["subject"] for task in tasks}
