"""A limit that is met, reminded, missed, escalated; and events that come in another order."""

from __future__ import annotations

import datetime as dt
import itertools
import typing as t
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from chassis.errors import Rejected
from services.supervision.models import Mark
from tests.unit.supervision.conftest import Network, caller, local

Staff = dict[str, UUID]


def test_an_application_opens_the_task_to_decide_within_seven_days(network: Network, staff: Staff) -> None:
    network.receive()
    (opened,) = network.said("task_opened")
    assert (opened["kind"], opened["due_on"], opened["article"]) == ("decide", "2026-09-24", "LA 43")
    assert opened["due_at"] == "2026-09-24T16:00:00+00:00"
    assert opened["assignees"] == [str(staff["officer"])]
    assert opened["informed"] == [str(staff["liaison"])]
    assert opened["provisional"] is False


def test_an_event_heard_twice_opens_one_task(network: Network, staff: Staff) -> None:
    network.receive()
    network.receive()
    assert len(network.said("task_opened")) == 1


@pytest.mark.parametrize(("act", "state", "outcome"), [
    ("grant", "finished", "done"), ("refuse", "finished", "done"), ("withdraw", "cancelled", "not_needed"),
])  # fmt: skip
def test_the_decision_ends_the_clock(network: Network, staff: Staff, act: str, state: str, outcome: str) -> None:
    network.receive()
    network.bench.clock.move(days=2)
    getattr(network, act)()
    task = network.task("decide")
    assert (task["state"], task["outcome"]) == (state, outcome)
    (finished,) = [m for m in network.said("task_finished") if m["kind"] == "decide"]
    assert (finished["by"], finished["outcome"], finished["on_time"]) == ("act", outcome, True)
    assert {m["state"] for m in task["marks"]} == {"cancelled"}


def test_a_deadline_without_the_act_reminds_then_is_overdue_then_goes_up_both_lines(
    network: Network, staff: Staff
) -> None:
    network.receive()
    assert network.tick() == 0
    network.set("2026-09-21T09:00")
    assert network.tick() == 1
    (reminded,) = network.said("deadline_reminded")
    assert (reminded["recipients"], reminded["late_seconds"]) == ([str(staff["officer"])], 0)
    network.set("2026-09-25T00:00")
    network.tick()
    (overdue,) = network.said("deadline_overdue")
    assert (overdue["kind"], overdue["subject"]) == ("decide", str(network.application))
    assert network.task("decide")["overdue"] is True
    network.set("2026-09-25T09:00")
    network.tick()
    escalated = {m["line"]: m["recipients"] for m in network.said("deadline_escalated")}
    assert escalated == {
        "center": [str(staff["director"])],
        "organization": [str(staff["head"]), str(staff["superior"])],
    }
    network.bench.clock.move(days=30)
    assert network.tick() == 0


def test_an_organization_without_a_head_escalates_to_the_center_s_director(network: Network) -> None:
    director = network.person("director", "center")
    network.receive()
    network.set("2026-09-26T09:00")
    network.tick()
    assert {m["line"]: m["recipients"] for m in network.said("deadline_escalated")} == {
        "center": [str(director)],
        "organization": [str(director)],
    }


def test_a_mark_that_fires_after_an_outage_says_how_late_it_is(network: Network, staff: Staff) -> None:
    network.receive()
    network.set("2026-10-25T00:00")
    assert network.tick() == 3
    assert network.said("deadline_reminded") == []
    assert network.said("deadline_overdue")[0]["late_seconds"] == 30 * 86_400


def test_what_was_decided_meanwhile_is_neither_overdue_nor_escalated(network: Network, staff: Staff) -> None:
    network.receive()
    network.set("2026-09-25T09:00")
    from services.supervision.scheduler import fire_due

    with network.bench.session() as session:
        assert len(fire_due(session, network.now, 10)) == 3
    network.grant(granted_at=local("2026-09-24T17:00"))
    for message in network.drain():
        network.bench.deliver(message)
    assert network.said("deadline_overdue") == network.said("deadline_escalated") == []


def test_an_act_in_time_that_is_heard_after_the_overdue_mark_counts_as_met(network: Network, staff: Staff) -> None:
    network.receive()
    network.set("2026-09-25T00:00")
    network.tick()
    assert network.ask("figures")["deadlines"] == [{"kind": "decide", "met": 0, "missed": 1}]
    network.grant(granted_at=local("2026-09-24T17:00"))
    assert network.ask("figures")["deadlines"] == [{"kind": "decide", "met": 1, "missed": 0}]


def test_an_act_that_is_late_stays_missed(network: Network, staff: Staff) -> None:
    network.receive()
    network.set("2026-09-25T10:00")
    network.tick()
    network.grant()
    assert network.ask("figures")["deadlines"] == [{"kind": "decide", "met": 0, "missed": 1}]
    assert [m["on_time"] for m in network.said("task_finished")] == [False]


def test_a_timer_is_sent_once_however_often_it_is_delivered(network: Network, staff: Staff) -> None:
    from services.supervision.scheduler import fire_due

    network.receive()
    network.set("2026-09-25T00:00")
    with network.bench.session() as session:
        fire_due(session, network.now, 10)
    for message in 3 * network.drain():
        network.bench.deliver(message)
    assert len(network.said("deadline_overdue")) == 1


def test_the_scheduler_fires_the_longest_due_first_and_no_more_than_it_may(network: Network, staff: Staff) -> None:
    network.receive()
    network.set("2026-09-26T00:00")
    assert [network.tick(limit=1) for _ in range(4)] == [1, 1, 1, 0]


def test_the_message_of_a_timer_has_the_same_id_in_every_process(network: Network, staff: Staff) -> None:
    from services.supervision.domain.clocks import Mark as Moment
    from services.supervision.timers import mark_id

    network.receive()
    with network.bench.session() as session:
        for mark in session.scalars(select(Mark)):
            moment = Moment(t.cast(t.Any, mark.kind), mark.fire_at)
            assert mark.id == mark_id(mark.subject, moment, mark.due_at)


def test_the_command_of_a_timer_is_written_as_its_contract_would_write_it(network: Network, staff: Staff) -> None:
    from contracts.registry import REGISTRY
    from services.supervision.scheduler import FIRE, fire_due

    network.receive()
    network.set("2026-09-26T00:00")
    with network.bench.session() as session:
        fire_due(session, network.now, 10)
    for message in network.drain():
        assert REGISTRY.dump(FIRE, REGISTRY.load(FIRE, message.data)) == message.data


def test_a_person_may_not_send_the_scheduler_s_command(network: Network, staff: Staff) -> None:
    data = {"task": uuid4(), "mark": "overdue", "due_at": network.now, "fire_at": network.now}
    with pytest.raises(Rejected, match="forbidden"):
        network.bench.handle("supervision.fire_deadline.v1", data, principal=caller("center_admin"))


def test_an_offer_is_the_lawyer_s_task_and_silence_is_overdue_at_the_instant_that_it_named(
    network: Network, staff: Staff
) -> None:
    network.make_offer(hours=24)
    (opened,) = network.said("task_opened")
    assert (opened["assignees"], opened["kind"]) == ([str(network.lawyer)], "answer_offer")
    network.bench.clock.move(hours=12)
    network.tick()
    assert [m["recipients"] for m in network.said("deadline_reminded")] == [[str(network.lawyer)]]
    network.bench.clock.move(hours=12)
    network.tick()
    (overdue,) = network.said("deadline_overdue")
    assert (overdue["kind"], overdue["subject"]) == ("answer_offer", str(network.offer))
    network.decline(by="silence")
    assert network.task("answer_offer")["state"] == "finished"
    network.bench.clock.move(days=3)
    assert network.tick() == 0


def test_the_acceptance_ends_two_clocks_and_starts_the_retainer_s(network: Network, staff: Staff) -> None:
    network.receive()
    network.grant()
    network.make_offer()
    network.accept()
    states = {item["kind"]: item["state"] for item in network.ask("tasks")["items"]}
    assert states == {"decide": "finished", "assign": "finished", "answer_offer": "finished", "retainer": "open"}
    assert network.task("assign")["due_on"] == "2026-09-20"
    assert network.task("retainer")["due_on"] == "2026-09-22"


def test_a_case_that_ends_before_the_retainer_needs_none_any_more(network: Network, staff: Staff) -> None:
    network.accept()
    network.end(outcome="terminated")
    assert network.task("retainer")["state"] == "cancelled"


def test_from_the_end_of_the_case_the_file_its_check_the_subsidy_and_the_visit_have_clocks(
    network: Network, staff: Staff
) -> None:
    network.accept()
    network.end()
    assert network.task("closing_file")["due_on"] == "2026-10-19"  # the 17th is a Saturday
    network.submit_file()
    network.check_file()
    network.owe_subsidy()
    visit = network.task("return_visit")
    assert [p["person"] for p in visit["assignees"]] == [str(staff["liaison"])]
    assert network.task("subsidy")["assignees"][0]["person"] == str(staff["officer"])
    network.pay_subsidy()
    states = {item["kind"]: item["state"] for item in network.ask("tasks")["items"]}
    assert states["closing_file"] == states["closing_check"] == states["subsidy"] == "finished"
    assert states["return_visit"] == "open"


def test_a_return_visit_of_a_case_without_a_station_s_liaison_is_the_center_s(network: Network) -> None:
    officer = network.person("officer", "center")
    network.check_file()
    assert network.said("task_opened")[0]["assignees"] == [str(officer)]


def test_a_task_opened_before_its_person_is_known_is_given_to_the_person_later(network: Network) -> None:
    network.receive()
    assert network.said("task_opened")[0]["assignees"] == []
    officer = network.person("officer", "center")
    assert network.said("task_opened")[1]["assignees"] == [str(officer)]
    network.person("officer", "center")
    assert len(network.said("task_opened")) == 2


def test_a_limit_into_an_unpublished_year_is_marked_provisional(network: Network, staff: Staff) -> None:
    network.set("2026-12-28T10:00")
    network.receive()
    (opened,) = network.said("task_opened")
    assert (opened["due_on"], opened["provisional"]) == ("2027-01-04", True)


ORDERS = list(itertools.permutations(["receive", "grant", "make_offer", "accept"]))


@pytest.mark.slow
@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_events_in_any_order_end_in_the_same_tasks_and_figures(order: tuple[str, ...]) -> None:
    network = Network()
    network.people()
    for event in order:
        getattr(network, event)()
    states = {item["kind"]: item["state"] for item in network.ask("tasks")["items"]}
    assert states == {"decide": "finished", "assign": "finished", "answer_offer": "finished", "retainer": "open"}
    assert network.ask("figures")["sums"]["cases"] == 1
    assert {d["kind"] for d in network.ask("figures")["deadlines"]} == {"decide", "assign", "answer_offer"}
    open_now = {m["task"] for m in network.said("task_opened")} - {m["task"] for m in network.said("task_finished")}
    assert open_now == {network.task("retainer")["id"]}


def test_a_trigger_heard_after_its_act_tells_nobody(network: Network, staff: Staff) -> None:
    network.grant()
    network.receive(received_at=network.now - dt.timedelta(days=1))
    assert [m["kind"] for m in network.said("task_opened")] == ["assign"]
    network.bench.clock.move(days=1)
    assert network.tick() == 0


# finishing by hand


def visit(network: Network) -> dict[str, t.Any]:
    network.check_file()
    return network.task("return_visit")


def finish(network: Network, task: str, who: t.Any, **more: t.Any) -> t.Any:
    data = {"task": task, "outcome": "done", "confirmed": True, **more}
    return network.bench.handle("supervision.finish_task.v1", data, principal=who, organization=who.organization)


def liaison(staff: Staff) -> t.Any:
    return caller("liaison", "womens-federation", staff["liaison"], "fengquan")


def test_a_return_visit_records_satisfaction_and_the_gift_of_thanks(network: Network, staff: Staff) -> None:
    task = visit(network)
    told = {"satisfaction": 5, "feedback": "谢谢", "gift": "十字绣"}
    done = finish(network, task["id"], liaison(staff), version=task["version"], **told)
    assert (done["state"], done["outcome"]) == ("finished", "done")
    (feedback,) = network.said("feedback_recorded")
    assert (feedback["satisfaction"], feedback["gift"]) == (5, True)
    assert "谢谢" not in str(network.bench.emitted)
    (finished,) = [m for m in network.said("task_finished") if m["kind"] == "return_visit"]
    assert finished["by"] == "person"
    read = network.task("return_visit")
    assert (read["feedback"]["words"], read["feedback"]["gift"]) == ("谢谢", "十字绣")
    figures = network.ask("figures")
    assert (figures["satisfaction"], figures["sums"]["gifts_of_thanks"]) == (5.0, 1)
    assert figures["groups"][0]["recipient_group"] == "woman"


def test_events_of_a_command_travel_in_the_mailbox_of_the_row_s_organization(network: Network, staff: Staff) -> None:
    finish(network, visit(network)["id"], caller("center_staff"))
    assert {organization for _, organization, _ in network.bench.emitted} == {"womens-federation"}


def test_a_visit_that_reached_nobody_records_no_feedback(network: Network, staff: Staff) -> None:
    finish(network, visit(network)["id"], liaison(staff), outcome="not_reached")
    assert network.said("feedback_recorded") == []


def test_nothing_is_finished_by_accident(network: Network, staff: Staff) -> None:
    with pytest.raises(ValueError, match="confirmed"):
        finish(network, visit(network)["id"], liaison(staff), confirmed=False)


def test_a_task_is_finished_once(network: Network, staff: Staff) -> None:
    task = visit(network)
    finish(network, task["id"], liaison(staff))
    with pytest.raises(Rejected, match="wrong-state"):
        finish(network, task["id"], liaison(staff))


def test_a_stale_version_is_refused(network: Network, staff: Staff) -> None:
    with pytest.raises(Rejected, match="version-conflict"):
        finish(network, visit(network)["id"], liaison(staff), version=7)


def test_a_statutory_limit_is_not_finished_by_hand(network: Network, staff: Staff) -> None:
    network.receive()
    with pytest.raises(Rejected, match="finished-by-act"):
        finish(network, network.task("decide")["id"], caller("center_admin"))


@pytest.mark.parametrize("stranger", [
    caller("liaison", "trade-union", uuid4()),
    caller("liaison", "womens-federation", uuid4(), "other-station"),
    caller("lawyer", "center", uuid4()),
])  # fmt: skip
def test_a_stranger_s_task_is_as_if_it_did_not_exist(network: Network, staff: Staff, stranger: t.Any) -> None:
    task = visit(network)["id"]
    with pytest.raises(Rejected, match="not-found"):
        finish(network, task, stranger)
    with pytest.raises(Rejected, match="not-found"):
        network.ask("task", stranger, task=task)
    assert network.ask("tasks", stranger)["items"] == []


def test_an_auditor_reads_and_changes_nothing(network: Network, staff: Staff) -> None:
    task = visit(network)["id"]
    assert network.ask("task", caller("auditor"), task=task)["id"] == task
    with pytest.raises(Rejected, match="forbidden"):
        finish(network, task, caller("auditor"))


def test_a_timer_that_comes_before_its_time_is_set_again_and_fires_when_it_is_due(
    network: Network, staff: Staff
) -> None:
    from services.supervision.scheduler import fire_due

    network.receive()
    early = network.now + dt.timedelta(days=30)  # the clock of another machine was put forward by a month
    with network.bench.session() as session:
        assert len(fire_due(session, early, 10)) == 3
    for message in network.drain():
        network.bench.deliver(message)
    assert network.said("deadline_reminded") == network.said("deadline_overdue") == []
    network.set("2026-09-25T09:00")
    assert network.tick() == 3
    assert len(network.said("deadline_overdue")) == 1
    assert len(network.said("deadline_escalated")) == 2
