"""What people do with tasks by hand, and what the import of a working calendar changes."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID, uuid4

import pytest

from chassis.errors import Rejected
from chassis.principal import Principal
from contracts.wording import in_both
from services.supervision import repository
from tests.unit.supervision.conftest import CENTER, Network, caller

Staff = dict[str, UUID]


def order(network: Network, name: str, who: Principal, **data: t.Any) -> dict[str, t.Any]:
    """A command by a caller."""
    answer = network.bench.handle(f"supervision.{name}.v1", data, principal=who, organization=who.organization)
    assert answer is not None
    return answer


def officer(staff: Staff) -> Principal:
    return caller("center_staff", person=staff["officer"])


def test_who_takes_a_task_of_several_has_it_alone(network: Network, staff: Staff) -> None:
    other = network.person("officer", "center")
    network.receive()
    task = network.task("decide")
    assert {p["person"] for p in task["assignees"]} == {str(staff["officer"]), str(other)}
    taken = order(network, "take_task", officer(staff), task=task["id"], version=task["version"])
    assert (taken["assignees"], taken["version"]) == ([str(staff["officer"])], 2)
    with pytest.raises(Rejected, match="version-conflict"):
        order(network, "take_task", caller("center_staff", person=other), task=task["id"], version=task["version"])


def test_a_task_handed_over_is_told_to_those_who_are_new_to_it(network: Network, staff: Staff) -> None:
    network.receive()
    before = len(network.said("task_opened"))
    task = network.task("decide")["id"]
    order(network, "hand_over_task", officer(staff), task=task, to=[staff["director"]], reason="leave")
    assert [m["assignees"] for m in network.said("task_opened")[before:]] == [[str(staff["director"])]]
    network.set("2026-09-21T09:00")
    network.tick()
    assert network.said("deadline_reminded")[0]["recipients"] == [str(staff["director"])]


def test_a_task_goes_to_nobody_outside_its_organization_and_the_center(network: Network, staff: Staff) -> None:
    network.receive()
    task = network.task("decide")["id"]
    for stranger in (uuid4(), network.person("liaison", "trade-union", "docks")):
        with pytest.raises(Rejected, match="unknown-person"):
            order(network, "hand_over_task", officer(staff), task=task, to=[stranger])


def test_what_a_lawyer_owes_moves_only_with_the_case(network: Network, staff: Staff) -> None:
    network.accept()
    task = network.task("retainer")["id"]
    with pytest.raises(Rejected, match="not-handed-over"):
        order(network, "hand_over_task", CENTER, task=task, to=[staff["officer"]])


def test_a_liaison_does_not_take_what_is_the_center_s(network: Network, staff: Staff) -> None:
    network.receive()
    liaison = caller("liaison", "womens-federation", staff["liaison"], "fengquan")
    with pytest.raises(Rejected, match="forbidden"):
        order(network, "take_task", liaison, task=network.task("decide")["id"])


def finish_visit(network: Network, who: Principal, **more: t.Any) -> str:
    task = network.task("return_visit")["id"]
    order(network, "finish_task", who, task=task, outcome="done", confirmed=True, **more)
    return str(task)


def test_a_visit_that_was_reopened_is_counted_anew(network: Network, staff: Staff) -> None:
    network.check_file()
    task = finish_visit(network, CENTER, satisfaction=1, minutes=30)
    order(network, "reopen_task", CENTER, task=task, reason="wrong person")
    assert network.ask("figures")["satisfaction"] is None
    read = network.task("return_visit")
    assert (read["state"], {m["state"] for m in read["marks"]}) == ("open", {"pending"})
    finish_visit(network, CENTER, satisfaction=5)
    figures = network.ask("figures")
    assert (figures["satisfaction"], figures["sums"]["satisfaction_count"]) == (5.0, 1)
    assert figures["deadlines"] == [{"kind": "return_visit", "met": 1, "missed": 0}]
    assert network.task("return_visit")["feedback"]["satisfaction"] == 5


def test_a_decision_is_never_reopened(network: Network, staff: Staff) -> None:
    network.receive()
    network.grant()
    with pytest.raises(Rejected, match="finished-by-act"):
        order(network, "reopen_task", CENTER, task=network.task("decide")["id"], reason="x")


def test_a_stand_in_gets_the_tasks_and_reminders_of_the_days_of_absence(network: Network, staff: Staff) -> None:
    away = {"first_day": network.today, "last_day": network.today + dt.timedelta(2)}
    order(network, "set_stand_in", officer(staff), stand_in=staff["director"], **away)
    network.receive()
    both = {str(staff["officer"]), str(staff["director"])}
    assert set(network.said("task_opened")[0]["assignees"]) == both
    network.set("2026-09-21T10:00")
    network.bench.handle(
        "intake.application_received.v1",
        {**network.reference, "application": uuid4(), "received_at": network.now, "urgency": "normal",
         "eligibility": "eligible", "reasons": [], "duplicates": []},
        organization="womens-federation",
    )  # fmt: skip
    assert network.said("task_opened")[1]["assignees"] == [str(staff["officer"])]


def test_a_stand_in_is_a_colleague_and_only_the_center_names_one_for_others(network: Network, staff: Staff) -> None:
    days = {"first_day": network.today, "last_day": network.today}
    with pytest.raises(Rejected, match="unknown-person"):
        order(network, "set_stand_in", officer(staff), stand_in=staff["liaison"], **days)
    liaison = caller("liaison", "womens-federation", staff["liaison"])
    with pytest.raises(Rejected, match="forbidden"):
        order(network, "set_stand_in", liaison, person=staff["head"], stand_in=staff["liaison"], **days)
    past = {"first_day": network.today - dt.timedelta(5), "last_day": network.today - dt.timedelta(1)}
    with pytest.raises(Rejected, match="impossible-date"):
        order(network, "set_stand_in", officer(staff), stand_in=staff["director"], **past)


def test_the_work_load_shows_open_overdue_and_finished_tasks_and_the_time_spent(network: Network, staff: Staff) -> None:
    network.receive()
    network.check_file()
    finish_visit(network, CENTER, minutes=45)
    network.set("2026-09-26T10:00")
    load = {row["role"]: row for row in network.ask("workload")["items"]}
    assert (load["officer"]["open"], load["officer"]["overdue"]) == (1, 1)
    assert (load["liaison"]["finished"], load["liaison"]["minutes"]) == (1, 45)
    own = network.ask("workload", caller("liaison", "womens-federation"))["items"]
    assert [row["role"] for row in own] == ["liaison"]
    with pytest.raises(Rejected, match="forbidden"):
        network.ask("workload", caller("lawyer"))


# the working calendar

NEW_YEAR = [dt.date(2027, 1, 1), dt.date(2027, 1, 2), dt.date(2027, 1, 3), dt.date(2027, 1, 4), dt.date(2027, 1, 5)]
CALENDAR = {"year": 2027, "rest_days": NEW_YEAR, "worked_days": [dt.date(2027, 1, 9)], "source": "test notice"}


def test_the_import_of_a_year_counts_provisional_days_anew_and_logs_old_and_new(network: Network, staff: Staff) -> None:
    network.set("2026-12-28T10:00")
    network.receive()
    done = order(network, "import_calendar", CENTER, **CALENDAR)
    assert (done["working_days"], done["due_days_moved"]) == (259, 1)
    task = network.task("decide")
    assert (task["due_on"], task["provisional"]) == ("2027-01-06", False)
    (change,) = task["due_changes"]
    assert (change["old_due_on"], change["new_due_on"]) == ("2027-01-04", "2027-01-06")
    assert [m["due_on"] for m in network.said("task_opened")] == ["2027-01-04", "2027-01-06"]
    network.set("2027-01-05T00:00")  # the old due instant: its timer must not speak any more
    network.tick()
    assert network.said("deadline_overdue") == []
    network.set("2027-01-07T00:00")
    network.tick()
    assert [m["due_on"] for m in network.said("deadline_overdue")] == ["2027-01-06"]


def test_a_deadline_declared_overdue_on_a_provisional_day_is_taken_back(network: Network, staff: Staff) -> None:
    network.set("2026-12-28T10:00")
    network.receive()
    network.set("2027-01-05T00:00")
    network.tick()
    assert network.ask("figures")["deadlines"] == [{"kind": "decide", "met": 0, "missed": 1}]
    order(network, "import_calendar", CENTER, **CALENDAR)
    assert network.ask("figures")["deadlines"] == []
    assert network.task("decide")["overdue"] is False


def test_a_corrected_calendar_moves_a_day_back_and_its_timers_run_again(network: Network, staff: Staff) -> None:
    network.set("2026-12-28T10:00")
    network.receive()
    order(network, "import_calendar", CENTER, **CALENDAR)
    corrected = {**CALENDAR, "rest_days": [dt.date(2027, 2, 8) + dt.timedelta(n) for n in range(5)], "worked_days": []}
    assert order(network, "import_calendar", CENTER, **corrected)["due_days_moved"] == 1
    task = network.task("decide")
    assert task["due_on"] == "2027-01-04"
    overdue = [m for m in task["marks"] if m["mark"] == "overdue" and m["state"] == "pending"]
    assert [m["fire_at"] for m in overdue] == ["2027-01-04T16:00:00+00:00"]


def test_a_year_that_changes_no_day_only_takes_the_provisional_away(network: Network, staff: Staff) -> None:
    network.set("2026-12-29T10:00")
    network.receive()
    corrected = {**CALENDAR, "rest_days": [dt.date(2027, 2, 8) + dt.timedelta(n) for n in range(5)], "worked_days": []}
    assert order(network, "import_calendar", CENTER, **corrected)["due_days_moved"] == 0
    assert network.task("decide")["provisional"] is False
    assert len(network.said("task_opened")) == 1


def test_only_the_center_s_administrator_imports_and_a_wrong_list_is_refused(network: Network) -> None:
    with pytest.raises(Rejected, match="forbidden"):
        order(network, "import_calendar", caller("center_staff"), **CALENDAR)
    with pytest.raises(Rejected, match="impossible-calendar") as refused:
        order(network, "import_calendar", CENTER, **{**CALENDAR, "year": 2028})
    said = in_both("impossible-calendar", refused.value.as_dict()["params"])
    assert "不在 2028 年" in said["zh"]
    assert "is not in 2028" in said["en"]
    with network.bench.session() as session:
        assert repository.calendar(session, [2027, 2028]).years == frozenset()
