"""The joint meeting from its agenda to its decisions; tasks given by hand, notes, cases without a next date."""

from __future__ import annotations

import typing as t
from uuid import UUID, uuid4

import pytest

from chassis.errors import Rejected
from services.supervision.domain.agenda import agenda
from tests.unit.supervision.conftest import CENTER, Network, caller, local
from tests.unit.supervision.test_by_hand import order
from tests.unit.supervision.test_views import record

Staff = dict[str, UUID]


def prepare(network: Network, starts: str = "2026-10-15T14:30", **more: t.Any) -> dict[str, t.Any]:
    return order(network, "prepare_meeting", CENTER, starts_at=local(starts), place="三楼会议室", **more)


def test_the_agenda_is_drawn_up_from_figures_and_open_problems(network: Network, staff: Staff) -> None:
    record(network, persons=4)
    decision = {"words": "统一门牌", "owner": staff["head"], "due_on": "2026-09-20"}
    order(
        network, "record_meeting", CENTER, on="2026-03-10", participants=["center"], minutes="x", decisions=[decision]
    )
    network.set("2026-10-09T10:00")
    drawn = network.ask("agenda")
    assert (drawn["report"]["first_day"], drawn["report"]["last_day"]) == ("2026-03-11", "2026-09-30")
    assert drawn["participants"] == ["center", "womens-federation"]
    lines = [line["en"] for line in drawn["agenda"]]
    assert lines[0] == "Work from 2026-03-11 to 2026-09-30: advice 4, cases 0"
    assert "Decided earlier and not done yet: 统一门牌" in lines
    (ours,) = drawn["report"]["organizations"]
    assert ours["image_projects"] == []
    with pytest.raises(Rejected, match="forbidden"):
        network.ask("agenda", caller("liaison", "womens-federation"))


def test_who_is_asked_to_the_meeting_has_its_hour_as_an_appointment_that_moves_with_it(
    network: Network, staff: Staff
) -> None:
    made = prepare(network)
    (task,) = network.ask("tasks", kind="attend_meeting")["items"]
    assert (task["due_on"], task["words"]) == ("2026-10-15", "联席会议：2026-10-15 14:30，三楼会议室")
    assert [one["person"] for one in task["assignees"]] == [str(staff["head"])]
    prepare(network, "2026-10-20T09:00", meeting=made["id"])
    states = {task["due_on"]: task["state"] for task in network.ask("tasks", kind="attend_meeting")["items"]}
    assert states == {"2026-10-15": "cancelled", "2026-10-20": "open"}
    network.set("2026-10-20T09:01")
    network.tick()
    assert {one["state"] for one in network.ask("tasks", kind="attend_meeting")["items"]} == {"cancelled", "finished"}
    (meeting,) = network.ask("meetings")["items"]
    assert (meeting["state"], meeting["on"]) == ("prepared", "2026-10-20")


def test_a_prepared_meeting_is_held_once_and_fulfils_the_plan(network: Network, staff: Staff) -> None:
    order(network, "start_plan", CENTER, template="joint_meeting", rule="FREQ=MONTHLY;BYMONTHDAY=9")
    network.set("2026-10-09T09:00")
    network.tick()
    made = prepare(network)
    network.set("2026-10-15T17:00")
    network.tick()
    decision = {"words": "统一门牌", "owner": staff["head"], "due_on": "2026-12-31"}
    held = {"meeting": made["id"], "on": "2026-10-15", "minutes": "…", "decisions": [decision]}
    order(network, "record_meeting", CENTER, **held)
    assert network.task("joint_meeting")["state"] == "finished"
    found = network.ask("meetings")
    (meeting,) = found["items"]
    assert (meeting["state"], meeting["participants"]) == ("held", ["center", "womens-federation"])
    assert meeting["agenda"][-1] == "议定解决事项、责任人和完成时限"
    assert [task["words"] for task in meeting["decisions"]] == ["统一门牌"]
    assert found["next_due_on"] == "2027-04-15"
    with pytest.raises(Rejected, match="wrong-state"):
        order(network, "record_meeting", CENTER, **held)


def test_an_organization_reads_of_the_report_its_own_part(network: Network, staff: Staff) -> None:
    union = {"code": "trade-unions", "name": "总工会", "kind": "trade_union", "auto_assign": False}
    network.bench.handle("intake.organization_registered.v1", union)
    prepare(network)
    (whole,) = network.ask("meetings")["items"]
    assert [one["organization"] for one in whole["report"]["organizations"]] == ["trade-unions", "womens-federation"]
    (own,) = network.ask("meetings", caller("liaison", "trade-unions"))["items"]
    assert [one["organization"] for one in own["report"]["organizations"]] == ["trade-unions"]


def test_a_meeting_without_participants_or_with_unknown_ones_is_refused(network: Network, staff: Staff) -> None:
    with pytest.raises(Rejected, match="unknown-organization"):
        prepare(network, participants=["nobody"])
    with pytest.raises(Rejected, match="invalid"):
        order(network, "record_meeting", CENTER, on="2026-09-10", minutes="x")
    with pytest.raises(Rejected, match="impossible-date"):
        prepare(network, "2026-01-10T10:00")


@pytest.mark.parametrize("days", [{"first_day": "0001-01-01"}, {"last_day": "0001-01-01"}, {"last_day": "9999-12-31"}])
def test_a_meeting_about_days_that_nobody_can_count_is_refused(
    network: Network, staff: Staff, days: dict[str, str]
) -> None:
    with pytest.raises(Rejected, match="impossible-date"):
        prepare(network, **days)
    with pytest.raises(Rejected, match="impossible-date"):
        network.ask("agenda", CENTER, **days)


def test_the_agenda_names_what_is_missing_and_what_was_raised() -> None:
    ours = {"name": "妇联", "reports_missing": 2, "image_projects": ["fengquan"], "problems": ["没有会议室"]}
    report = {
        "first_day": "a",
        "last_day": "b",
        "figures": [],
        "organizations": [ours],
        "open_points": [{"overdue": True}],
    }
    lines = [en for _, en in agenda(report, [])]
    assert lines[1:5] == [
        "妇联: 2 monthly reports are missing",
        "妇联: stations without real work (fengquan)",
        "Raised by 妇联: 没有会议室",
        "1 points are overdue",
    ]


# tasks given by hand


def test_the_center_gives_a_task_by_role_and_its_people_finish_it(network: Network, staff: Staff) -> None:
    data = {"words": "补拍门牌照片", "due_on": "2026-09-30", "organization": "womens-federation", "station": "fengquan"}
    made = order(network, "give_task", CENTER, role="liaison", **data)
    assert made["assignees"] == [str(staff["liaison"])]
    task = network.task("errand")
    assert (task["words"], task["due_on"], task["by_hand"]) == ("补拍门牌照片", "2026-09-30", True)
    assert network.said("task_opened")[-1]["assignees"] == [str(staff["liaison"])]
    assert "门牌" not in str(network.bench.emitted)
    liaison = caller("liaison", "womens-federation", staff["liaison"], "fengquan")
    order(network, "note_task", liaison, task=task["id"], words="等待天晴")
    order(network, "finish_task", liaison, task=task["id"], outcome="done", confirmed=True)
    acts = network.ask("task", liaison, task=task["id"])["acts"]
    assert [(act["act"], act["words"]) for act in acts] == [("noted", "等待天晴"), ("finished", None)]


def test_an_organization_s_head_gives_to_the_own_people_only_and_a_liaison_to_nobody(
    network: Network, staff: Staff
) -> None:
    head = caller("liaison", "womens-federation", staff["head"])
    order(network, "give_task", head, words="x", due_on="2026-09-30", to=[staff["liaison"]])
    mine = network.ask("tasks", head, people=True)["items"]
    assert [task["kind"] for task in mine] == ["errand"], "my people's"
    assert network.ask("tasks", head, mine=True)["items"] == []
    with pytest.raises(Rejected, match="unknown-person"):
        order(network, "give_task", head, words="x", due_on="2026-09-30", to=[staff["officer"]])
    with pytest.raises(Rejected, match="unknown-organization"):
        order(network, "give_task", head, words="x", due_on="2026-09-30", to=[staff["liaison"]], organization="center")
    liaison = caller("liaison", "womens-federation", staff["liaison"], "fengquan")
    with pytest.raises(Rejected, match="forbidden"):
        order(network, "give_task", liaison, words="x", due_on="2026-09-30", to=[staff["head"]])


def test_a_note_on_a_task_out_of_sight_is_like_one_on_a_made_up_task(network: Network, staff: Staff) -> None:
    network.receive()
    stranger = caller("liaison", "trade-unions", uuid4())
    for task in (network.task("decide")["id"], uuid4()):
        with pytest.raises(Rejected, match="not-found"):
            order(network, "note_task", stranger, task=task, words="x")


def test_an_owner_who_leaves_does_not_leave_the_decision_to_nobody(network: Network, staff: Staff) -> None:
    decision = {"words": "统一门牌", "owner": staff["head"], "due_on": "2026-12-31"}
    order(
        network, "record_meeting", CENTER, on="2026-09-10", participants=["center"], minutes="x", decisions=[decision]
    )
    network.hear(
        "intake.staff_left.v1",
        person=staff["head"],
        organization="womens-federation",
        role="organization_head",
        left_on=network.today,
        version=2,
    )
    assert [one["role"] for one in network.task("decision")["assignees"]] == ["officer"]


def test_tasks_can_be_asked_for_by_person_and_station(network: Network, staff: Staff) -> None:
    network.receive()
    assert len(network.ask("tasks", person=staff["officer"])["items"]) == 1
    assert network.ask("tasks", person=staff["head"])["items"] == []
    assert len(network.ask("tasks", station="fengquan")["items"]) == 1
    assert network.ask("tasks", station="elsewhere")["items"] == []


# cases without a next date


def test_a_case_under_way_in_which_nothing_has_a_day_can_be_listed(network: Network, staff: Staff) -> None:
    for step in ("receive", "grant", "make_offer", "accept"):
        getattr(network, step)()
    assert network.ask("undated")["items"] == [], "the retainer has a day"
    network.retain()
    (found,) = network.ask("undated")["items"]
    assert (found["number"], found["lawyer"]) == ("C2026-00001", str(network.lawyer))
    own = caller("liaison", "womens-federation", staff["liaison"], "fengquan")
    assert len(network.ask("undated", own)["items"]) == 1
    assert network.ask("undated", caller("liaison", "trade-unions"))["items"] == []
    assert network.ask("undated", caller("lawyer", person=uuid4()))["items"] == []
    network.end()
    assert network.ask("undated")["items"] == [], "the closing file has a day"
    network.submit_file()
    network.check_file()
    assert network.ask("undated")["items"] == [], "it is over"
