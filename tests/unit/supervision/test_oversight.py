"""Complaints and the report of a fee; stations inspected, idle, suspended; the joint meeting and its decisions."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID, uuid4

import pytest

from chassis.errors import Rejected
from chassis.principal import Principal
from contracts import terms
from services.supervision.domain import figures
from tests.unit.supervision.conftest import CENTER, Network, caller
from tests.unit.supervision.test_by_hand import order
from tests.unit.supervision.test_views import record

Staff = dict[str, UUID]
LIAISON = caller("liaison", "womens-federation")


def complain(network: Network, who: Principal = CENTER, **more: t.Any) -> dict[str, t.Any]:
    data = {
        "organization": "womens-federation",
        "station": "fengquan",
        "subject": "fee",
        "statement": "asked for 200 yuan",
    }
    return order(network, "open_complaint", who, **{**data, **more})


def test_a_report_of_a_fee_opens_a_complaint_and_tells_the_center_s_director_at_once(
    network: Network, staff: Staff
) -> None:
    opened = complain(network, LIAISON, amount_fen=20_000, complainant_name="王五", complainant_phone="13800000000")
    assert (opened["number"], opened["state"]) == ("T2026-00001", "received")
    (task,) = network.said("task_opened")
    assert (task["kind"], task["assignees"]) == ("complaint_accept", [str(staff["director"])])
    assert (task["number"], task["due_on"]) == ("T2026-00001", "2026-09-23")  # the 20th, a Sunday, is worked
    assert "王五" not in str(network.bench.emitted)
    sums = network.ask("figures")["sums"]
    assert (sums["complaints"], sums["fee_reports"]) == (1, 1)


def test_a_complaint_goes_through_its_limits_to_the_answer(network: Network, staff: Staff) -> None:
    complaint = complain(network)["id"]
    order(network, "accept_complaint", CENTER, complaint=complaint)
    assert network.task("complaint_accept")["state"] == "finished"
    assert network.task("complaint_conclude")["due_on"] == "2026-11-02"  # 45 days end on Sunday 1 November
    concluded = {"conclusion": "substantiated", "measures": ["refund", "suspend_station"], "reasons": "seen"}
    order(network, "conclude_complaint", CENTER, complaint=complaint, **concluded)
    assert network.ask("readiness")["items"][0]["suspended"] is True
    done = order(network, "answer_complaint", CENTER, complaint=complaint, answer="the money is returned")
    assert done["state"] == "answered"
    states = {task["kind"]: task["state"] for task in network.ask("tasks")["items"]}
    assert set(states.values()) == {"finished"}
    assert network.ask("complaint", complaint=complaint)["answer"] == "the money is returned"
    assert network.ask("figures")["sums"]["complaints_substantiated"] == 1


def test_a_complaint_left_lying_is_overdue_and_goes_up_to_the_center_only(network: Network, staff: Staff) -> None:
    complain(network)
    network.set("2026-09-24T09:00")
    network.tick()
    assert [m["kind"] for m in network.said("deadline_overdue")] == ["complaint_accept"]
    assert [m["line"] for m in network.said("deadline_escalated")] == ["center"]


def test_those_whom_a_complaint_is_about_do_not_read_who_complained(network: Network, staff: Staff) -> None:
    complaint = complain(network, complainant_name="王五")["id"]
    assert network.ask("complaint", complaint=complaint)["complainant_name"] == "王五"
    seen = network.ask("complaint", LIAISON, complaint=complaint)
    assert not {"statement", "complainant_name", "complainant_phone"} & set(seen)
    for stranger in (caller("liaison", "trade-union"), caller("lawyer")):
        assert network.ask("complaints", stranger)["items"] == []
        with pytest.raises(Rejected, match="not-found"):
            network.ask("complaint", stranger, complaint=complaint)
    assert [c["id"] for c in network.ask("complaints", subject="fee")["items"]] == [complaint]


def test_complaints_are_numbered_one_after_the_other(network: Network, staff: Staff) -> None:
    assert [complain(network)["number"] for _ in range(3)] == ["T2026-00001", "T2026-00002", "T2026-00003"]


@pytest.mark.parametrize(("who", "problem"), [(LIAISON, "forbidden"), (caller("liaison", "trade-union"), "not-found")])
def test_only_the_center_decides_on_a_complaint(network: Network, staff: Staff, who: Principal, problem: str) -> None:
    complaint = complain(network)["id"]
    with pytest.raises(Rejected, match=problem):
        order(network, "accept_complaint", who, complaint=complaint)


def test_a_complaint_is_concluded_only_after_it_was_accepted_unless_it_is_not_accepted(
    network: Network, staff: Staff
) -> None:
    complaint = complain(network)["id"]
    said = {"complaint": complaint, "reasons": "x"}
    with pytest.raises(Rejected, match="wrong-state"):
        order(network, "conclude_complaint", CENTER, conclusion="substantiated", **said)
    with pytest.raises(Rejected, match="wrong-state"):
        order(network, "answer_complaint", CENTER, complaint=complaint, answer="x")
    with pytest.raises(Rejected, match="version-conflict"):
        order(network, "accept_complaint", CENTER, complaint=complaint, version=9)
    order(network, "conclude_complaint", CENTER, conclusion="not_accepted", **said)
    assert network.task("complaint_answer")["due_on"] == "2026-09-23"


def test_a_measure_needs_somebody_whom_it_is_taken_against(network: Network, staff: Staff) -> None:
    complaint = complain(network)["id"]
    order(network, "accept_complaint", CENTER, complaint=complaint)
    said = {"complaint": complaint, "reasons": "x", "conclusion": "substantiated"}
    with pytest.raises(Rejected, match="invalid"):
        order(network, "conclude_complaint", CENTER, measures=["suspend_lawyer"], **said)


def test_a_complaint_about_nobody_known_is_refused(network: Network, staff: Staff) -> None:
    with pytest.raises(Rejected, match="unknown-organization"):
        complain(network, organization="nowhere")
    with pytest.raises(Rejected, match="unknown-person"):
        complain(network, lawyer=uuid4())


# stations


def inspect(network: Network, who: Principal = CENTER, **more: t.Any) -> dict[str, t.Any]:
    place = {"organization": "womens-federation", "station": "fengquan"}
    met = [item for item in terms.STATION_STANDARD if item != "nameplate"]
    return order(network, "record_inspection", who, **{**place, "met": met, **more})


def test_what_an_inspection_finds_is_a_task_of_the_liaison_until_its_day(network: Network, staff: Staff) -> None:
    finding = {"item": "nameplate", "words": "put up the nameplate", "put_right_by": dt.date(2026, 9, 30)}
    assert inspect(network, findings=[finding])["missing"] == ["nameplate"]
    task = network.task("follow_up")
    assert (task["due_on"], task["due_at"]) == ("2026-09-30", "2026-09-30T16:00:00+00:00")
    assert (task["words"], task["by_hand"]) == ("put up the nameplate", True)
    assert [p["person"] for p in task["assignees"]] == [str(staff["liaison"])]
    liaison = caller("liaison", "womens-federation", staff["liaison"], "fengquan")
    order(network, "finish_task", liaison, task=task["id"], outcome="done", confirmed=True)
    sums = network.ask("figures")["sums"]
    assert (sums["inspections"], sums["findings"]) == (1, 1)


def test_readiness_shows_the_latest_inspection(network: Network, staff: Staff) -> None:
    inspect(network, on=network.today - dt.timedelta(90), met=["room"])
    inspect(network, suspend=True)
    (station,) = network.ask("readiness")["items"]
    assert (station["missing"], station["suspended"], station["has_liaison"]) == (["nameplate"], True, True)
    assert station["inspected_on"] == "2026-09-17"


def test_a_station_without_real_work_is_an_image_project(network: Network, staff: Staff) -> None:
    assert network.ask("readiness", idle=True)["items"] == []
    network.bench.clock.move(days=190)
    (station,) = network.ask("readiness", idle=True)["items"]
    assert (station["station"], station["idle_months"], station["last_work_on"]) == ("fengquan", 6, None)
    record(network)
    assert network.ask("readiness", idle=True)["items"] == []
    assert network.ask("readiness")["items"][0]["last_work_on"] == network.today.isoformat()


def test_each_organization_reads_its_own_stations(network: Network, staff: Staff) -> None:
    assert len(network.ask("readiness", LIAISON)["items"]) == 1
    assert network.ask("readiness", caller("liaison", "trade-union"))["items"] == []
    assert network.ask("readiness", caller("liaison", "womens-federation", station="other"))["items"] == []


def test_an_inspection_is_the_center_s_of_a_known_station_and_not_of_tomorrow(network: Network, staff: Staff) -> None:
    with pytest.raises(Rejected, match="forbidden"):
        inspect(network, LIAISON)
    with pytest.raises(Rejected, match="unknown-station"):
        inspect(network, station="nowhere")
    with pytest.raises(Rejected, match="impossible-date"):
        inspect(network, on=network.today + dt.timedelta(1))


# the joint meeting


def meet(network: Network, **more: t.Any) -> dict[str, t.Any]:
    data = {"on": network.today, "participants": ["center", "womens-federation"], "agenda": ["figures"], "minutes": "…"}
    return order(network, "record_meeting", CENTER, **{**data, **more})


def test_what_the_joint_meeting_decides_is_a_task_of_its_owner(network: Network, staff: Staff) -> None:
    decision = {"words": "train the station heads", "owner": staff["head"], "due_on": dt.date(2026, 10, 31)}
    meet(network, decisions=[decision])
    found = network.ask("meetings")
    assert found["next_due_on"] == "2027-03-17"
    (meeting,) = found["items"]
    (task,) = meeting["decisions"]
    assert (task["words"], task["due_on"]) == ("train the station heads", "2026-10-31")
    assert [p["person"] for p in task["assignees"]] == [str(staff["head"])]
    assert task["organization"] == "womens-federation"
    network.set("2026-11-01T00:00")
    network.tick()
    assert network.said("deadline_overdue")[0]["recipients"] == [str(staff["head"])]


def test_a_decision_needs_a_known_owner(network: Network, staff: Staff) -> None:
    decision = {"words": "x", "owner": uuid4(), "due_on": dt.date(2026, 10, 31)}
    with pytest.raises(Rejected, match="unknown-person"):
        meet(network, decisions=[decision])


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [("2026-08-31", 6, "2027-02-28"), ("2026-09-17", 6, "2027-03-17"), ("2026-01-31", 1, "2026-02-28")],
)
def test_some_months_later_is_the_same_day_or_the_month_s_last(day: str, months: int, later: str) -> None:
    assert figures.months_later(dt.date.fromisoformat(day), months).isoformat() == later
