"""A case that changes hands loses no date: hearings, limitation and closing file go along, and nobody's task is nobody's."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID, uuid4

import pytest

from tests.unit.supervision.conftest import Network, local

SECOND = uuid4()


@pytest.fixture
def handled(network: Network, staff: dict[str, UUID]) -> Network:
    """A case that its lawyer has accepted, with a hearing and a running limitation."""
    network.receive()
    network.grant()
    network.make_offer()
    network.accept()
    network.hear(
        "assignment.hearing_scheduled.v1",
        **case(network),
        hearing=uuid4(),
        stage="first_instance",
        at=local("2026-10-20T09:00"),
        scheduled_at=network.now,
    )
    network.hear(
        "assignment.case_date_set.v1", **case(network), **date("labour_arbitration", "2026-03-01", "2027-03-01")
    )
    return network


def case(network: Network, lawyer: UUID | None = None) -> dict[str, t.Any]:
    known = {"case": network.case, "case_number": "C2026-00001", "lawyer": lawyer or network.lawyer}
    return network.reference | known


def date(kind: str, since: str, due_on: str) -> dict[str, t.Any]:
    ends = local(due_on + "T00:00") + dt.timedelta(days=1)
    more = {"article": "LDM 27", "set_at": ends}
    return {"date": uuid4(), "kind": kind, "since": since, "due_on": due_on, "due_at": ends, **more}


def holders(network: Network, kind: str) -> set[str]:
    return {one["person"] for one in network.task(kind)["assignees"]}


def accept(network: Network, lawyer: UUID, release: UUID) -> None:
    said = {"offer": uuid4(), "lawyer_name": "尹雅梅", "firm_name": "和阳凤阳律师事务所", "release": release}
    network.hear("assignment.offer_accepted.v1", **case(network, lawyer), assigned_at=network.now, **said)


def release(network: Network, parting: UUID) -> None:
    said = {"why": "inactive", "release": parting, "released_at": network.now}
    network.hear("assignment.lawyer_released.v1", **case(network), **said)


def test_what_was_the_lawyers_is_the_centers_until_another_lawyer_has_it(
    handled: Network, staff: dict[str, UUID]
) -> None:
    due = {kind: handled.task(kind)["due_on"] for kind in ("hearing", "labour_arbitration")}
    assert due == {"hearing": "2026-10-20", "labour_arbitration": "2027-03-01"}
    parting = uuid4()
    handled.bench.clock.move(days=1)
    release(handled, parting)
    for kind in due:
        assert holders(handled, kind) == {str(staff["officer"])}
    handled.bench.clock.move(days=1)
    accept(handled, SECOND, parting)
    for kind, day in due.items():
        assert holders(handled, kind) == {str(SECOND)}
        assert handled.task(kind)["due_on"] == day, "no date is lost or moved"
    told = [one for one in handled.said("task_opened") if str(SECOND) in one["assignees"]]
    assert {one["kind"] for one in told} >= set(due), "who takes the case is told of what is open"


def test_a_second_assignment_has_three_days_of_its_own(handled: Network) -> None:
    parting = uuid4()
    release(handled, parting)
    task = handled.task("reassign")
    assert (task["state"], task["due_on"]) == ("open", "2026-09-20")  # a Sunday that is worked
    accept(handled, SECOND, parting)
    assert handled.task("reassign")["state"] == "finished"


def test_what_a_lawyer_who_left_still_had_goes_to_the_center(handled: Network, staff: dict[str, UUID]) -> None:
    handled.retain()
    handled.end()
    assert holders(handled, "closing_file") == {str(handled.lawyer)}
    said = {"lawyer": handled.lawyer, "state": "inactive", "cases": 0, "offers": 0, "changed_at": handled.now}
    handled.hear("assignment.lawyer_state_changed.v1", **said)
    assert holders(handled, "closing_file") == {str(staff["officer"])}


def test_events_of_a_hand_over_that_come_in_another_order_leave_the_tasks_with_the_new_lawyer(handled: Network) -> None:
    parting, before = uuid4(), handled.now
    handled.bench.clock.move(days=1)
    accept(handled, SECOND, parting)
    said = {"why": "returned", "release": parting, "released_at": before + dt.timedelta(hours=1)}
    handled.hear("assignment.lawyer_released.v1", **case(handled), **said)
    assert holders(handled, "hearing") == {str(SECOND)}


def test_a_hearing_reminds_and_is_over_when_it_begins_and_nobody_is_late(handled: Network) -> None:
    for day in ("2026-10-17T09:01", "2026-10-19T09:01"):
        handled.set(day)
        handled.tick()
    reminded = [one for one in handled.said("deadline_reminded") if one["kind"] == "hearing"]
    assert len(reminded) == 2
    handled.set("2026-10-20T09:00")
    handled.tick()
    assert handled.task("hearing")["state"] == "finished"
    assert not [one for one in handled.said("deadline_overdue") if one["kind"] == "hearing"]


def test_a_date_of_law_is_watched_by_its_own_clock_and_no_other(handled: Network) -> None:
    suit = date("labour_suit", "2026-09-20", "2026-10-05")
    handled.hear("assignment.case_date_set.v1", **case(handled), **suit)
    told = handled.ask("timeline", application=handled.application)["items"]
    entry = next(one for one in told if one["type"] == "assignment.case_date_set.v1")
    assert "劳动争议调解仲裁法第27条" in entry["zh"]
    assert "Labour Dispute Mediation and Arbitration Law 27" in entry["en"]
    task = handled.task("labour_suit")
    assert (task["due_on"], task["article"]) == ("2026-10-08", "LDM 48"), "the last day is in the national holidays"
    closed = {"date": suit["date"], "kind": "labour_suit", "outcome": "done", "closed_at": handled.now}
    shown = {name: value for name, value in case(handled).items() if name != "lawyer"}
    handled.hear("assignment.case_date_closed.v1", **shown, **closed)
    assert handled.task("labour_suit")["outcome"] == "done"
    assert handled.task("labour_arbitration")["state"] == "open"
    assert not handled.ask("tasks", kind="labour_award")["items"]


def test_a_date_that_nobody_needs_any_more_is_cancelled_and_not_met(handled: Network) -> None:
    award = date("labour_award", "2026-09-17", "2026-11-01")
    handled.hear("assignment.case_date_set.v1", **case(handled), **award)
    shown = {name: value for name, value in case(handled).items() if name != "lawyer"}
    closed = {"date": award["date"], "kind": "labour_award", "outcome": "not_needed", "closed_at": handled.now}
    handled.hear("assignment.case_date_closed.v1", **shown, **closed)
    assert handled.task("labour_award")["state"] == "cancelled"
