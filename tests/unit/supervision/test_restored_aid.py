"""Aid that was terminated and is given back (LA 49): the five days, what is not needed any more, and what runs again."""

from __future__ import annotations

import typing as t
from uuid import UUID, uuid4

import pytest

from chassis.errors import Rejected
from tests.unit.supervision.conftest import Network, caller
from tests.unit.supervision.test_hand_overs import SECOND, accept, case, holders

OBJECTION = uuid4()


@pytest.fixture
def terminated(network: Network, staff: dict[str, UUID]) -> Network:
    """A case whose aid was terminated on 2026-09-17, and is objected to on the next day."""
    network.receive()
    network.grant()
    network.make_offer()
    network.accept()
    network.hear(
        "assignment.case_terminated.v1", **case(network), ground="own_lawyer", terminated_at=network.now, release=None
    )
    network.end(fen=0, outcome="terminated")
    network.bench.clock.move(days=1)
    network.hear("assignment.termination_objected.v1", **about(network), objection=OBJECTION, objected_at=network.now)
    return network


def about(network: Network) -> dict[str, t.Any]:
    return {name: value for name, value in case(network).items() if name != "lawyer"}


def decide(network: Network, outcome: str, lawyer: UUID | None) -> None:
    said = {"objection": OBJECTION, "termination_outcome": outcome, "lawyer": lawyer, "decided_at": network.now}
    network.hear("assignment.termination_objection_decided.v1", **about(network), **said)
    if outcome == "overturned":
        said = {"objection": OBJECTION, "lawyer": lawyer, "assigned_at": network.now if lawyer else None,
                "release": None if lawyer else OBJECTION, "before": None, "completion": None,
                "restored_at": network.now, "restored": OBJECTION}  # fmt: skip
        network.hear("assignment.aid_restored.v1", **about(network), **said)


def sums(network: Network) -> dict[str, int]:
    return t.cast(dict[str, int], network.ask("figures", organization="womens-federation")["sums"])


def tasks(network: Network, kind: str) -> list[dict[str, t.Any]]:
    return t.cast(list[dict[str, t.Any]], network.ask("tasks", kind=kind)["items"])


def test_the_bureau_has_five_days_and_the_centers_officers_enter_its_decision(terminated, staff):
    task = terminated.task("termination_objection")
    assert (task["due_on"], task["article"], task["state"]) == ("2026-09-23", "LA 49", "open")
    assert holders(terminated, "termination_objection") == {str(staff["officer"])}
    decide(terminated, "upheld", terminated.lawyer)
    assert terminated.task("termination_objection")["state"] == "finished"
    assert terminated.task("closing_file")["state"] == "open", "the termination stands, and its file is due"
    assert sums(terminated)["objections"] == 1
    assert sums(terminated)["terminated"] == 1


def test_what_came_of_the_ending_is_not_needed_and_runs_again_at_the_true_end(terminated):
    decide(terminated, "overturned", terminated.lawyer)
    assert terminated.task("closing_file")["state"] == "cancelled"
    retainers = tasks(terminated, "retainer")
    assert sorted(one["state"] for one in retainers) == ["cancelled", "open"], "it is signed anew, in five days"
    assert {one["due_on"] for one in retainers if one["state"] == "open"} == {"2026-09-23"}
    terminated.bench.clock.move(days=30)
    terminated.end(outcome="won", restored=OBJECTION)
    files = tasks(terminated, "closing_file")
    assert sorted(one["state"] for one in files) == ["cancelled", "open"]
    counted = sums(terminated)
    assert (counted["cases_ended"], counted["cases_won"], counted["terminated"]) == (1, 1, 0)
    assert counted["objections_overturned"] == 1


def test_while_nobody_has_it_the_center_has_three_days_to_assign_it_and_the_former_lawyer_reads_no_more(
    terminated, staff
):
    former = caller("lawyer", person=terminated.lawyer)
    assert terminated.ask("timeline", former, application=terminated.application)["items"]
    decide(terminated, "overturned", None)
    with pytest.raises(Rejected, match="not-found"):
        terminated.ask("timeline", former, application=terminated.application)
    task = terminated.task("assign_restored")
    assert (task["due_on"], task["state"]) == ("2026-09-21", "open")
    assert holders(terminated, "assign_restored") == {str(staff["officer"])}
    accept(terminated, SECOND, OBJECTION)
    assert terminated.task("assign_restored")["state"] == "finished"


def test_the_timeline_tells_it_in_both_languages(terminated):
    decide(terminated, "overturned", terminated.lawyer)
    lines = {
        one["type"].split(".")[1]: one
        for one in terminated.ask("timeline", application=terminated.application)["items"]
    }
    assert "异议" in lines["termination_objected"]["zh"]
    assert "责令恢复援助" in lines["termination_objection_decided"]["zh"]
    assert lines["aid_restored"]["en"] == "The aid goes on (C2026-00001)."
