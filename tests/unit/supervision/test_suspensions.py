"""A suspension takes effect and is lifted; inspections look again; stations in name only show up."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID, uuid4

import pytest

from chassis.errors import Rejected
from contracts import terms
from services.supervision.domain import readiness
from tests.unit.supervision.conftest import CENTER, Network, caller
from tests.unit.supervision.test_by_hand import order
from tests.unit.supervision.test_oversight import LIAISON, complain, inspect

Staff = dict[str, UUID]
ALL = list(terms.STATION_STANDARD)


def changed(network: Network, state: str, version: int, missing: t.Sequence[str] = (), **more: t.Any) -> None:
    """Intake says how the station is now."""
    data = {
        "organization": "womens-federation",
        "code": "fengquan",
        "name": "凤泉站",
        "level": "district",
        "district": "Fengquan",
        "station": uuid4(),
        "kind": "workstation",
        "state": state,
        "state_since": network.now,
        "missing": list(missing),
        "version": version,
    }
    network.hear("intake.station_changed.v1", **{**data, **more})


def concluded(network: Network, measure: str, **about: t.Any) -> str:
    complaint = complain(network, **about)["id"]
    order(network, "accept_complaint", CENTER, complaint=complaint)
    said = {"conclusion": "substantiated", "measures": [measure], "reasons": "查实"}
    order(network, "conclude_complaint", CENTER, complaint=complaint, **said)
    return str(complaint)


def standing(network: Network, who: t.Any = CENTER) -> list[dict[str, t.Any]]:
    return list(network.ask("suspensions", who, standing=True)["items"])


def test_the_suspension_of_a_lawyer_is_told_and_lifted_with_a_reason(network: Network, staff: Staff) -> None:
    network.bench.handle(
        "assignment.lawyer_registered.v1",
        {"lawyer": network.lawyer, "name": "周", "firm_name": "x", "standing_for": []},
    )
    complaint = concluded(network, "suspend_lawyer", lawyer=network.lawyer)
    (told,) = network.said("work_suspended")
    assert (told["lawyer"], told["whom"], told["because"]) == (str(network.lawyer), "lawyer", complaint)
    lawyer = caller("lawyer", person=network.lawyer)
    (seen,) = standing(network, lawyer)
    assert "because" not in seen
    assert standing(network, caller("lawyer", person=uuid4())) == standing(network, LIAISON) == []
    lifted = {"suspension": seen["id"], "reason": "培训合格"}
    for stranger in (lawyer, LIAISON):
        with pytest.raises(Rejected, match="forbidden"):
            order(network, "lift_suspension", stranger, **lifted)
    order(network, "lift_suspension", CENTER, **lifted)
    assert [told["lawyer"] for told in network.said("work_resumed")] == [str(network.lawyer)]
    assert standing(network) == []
    assert network.ask("suspensions")["items"][0]["lifted_because"] == "培训合格"
    with pytest.raises(Rejected, match="wrong-state"):
        order(network, "lift_suspension", CENTER, **lifted)


def test_the_work_goes_on_only_when_the_last_suspension_is_lifted(network: Network, staff: Staff) -> None:
    concluded(network, "suspend_station")
    inspect(network, suspend=True)
    first, second = (row["id"] for row in standing(network))
    order(network, "lift_suspension", CENTER, suspension=first, reason="x")
    assert network.said("work_resumed") == []
    assert network.ask("readiness")["items"][0]["suspended"] is True
    order(network, "lift_suspension", CENTER, suspension=second, reason="x")
    assert len(network.said("work_resumed")) == 1
    assert network.ask("readiness")["items"][0]["suspended"] is False


def test_a_station_is_inspected_again_and_opens_only_when_it_meets_the_standard(network: Network, staff: Staff) -> None:
    again = network.today + dt.timedelta(14)
    first = inspect(network, suspend=True, reinspect_by=again)["id"]
    task = network.task("reinspection")
    assert (task["due_on"], [p["person"] for p in task["assignees"]]) == (again.isoformat(), [str(staff["officer"])])
    network.bench.clock.move(days=10)
    with pytest.raises(Rejected, match="standard-not-met"):
        inspect(network, reopen=True)
    assert network.task("reinspection")["state"] == "open"
    second = inspect(network, met=ALL, reopen=True)["id"]
    assert network.task("reinspection")["state"] == "finished"
    assert (standing(network), len(network.said("work_resumed"))) == ([], 1)
    newer, older = network.ask("inspections")["items"]
    assert (newer["id"], newer["missing"], older["reinspected_by"]) == (second, [], first and second)


def test_inspections_show_what_became_of_their_findings(network: Network, staff: Staff) -> None:
    finding = {"item": "nameplate", "words": "put up the nameplate", "put_right_by": dt.date(2026, 9, 30)}
    inspect(network, findings=[finding])
    order(network, "finish_task", CENTER, task=network.task("follow_up")["id"], outcome="done", confirmed=True)
    (found,) = network.ask("inspections", LIAISON)["items"][0]["findings"]
    assert (found["words"], found["put_right_by"], found["state"]) == (finding["words"], "2026-09-30", "finished")
    assert network.ask("inspections", caller("liaison", "trade-union"))["items"] == []


def test_a_station_that_intake_suspends_is_suspended_here_until_intake_opens_it(network: Network, staff: Staff) -> None:
    changed(network, "suspended", 3)
    assert len(standing(network)) == 1
    network.bench.clock.move(minutes=1)
    changed(network, "ready", 4)
    changed(network, "suspended", 3)  # an older word that came late
    assert standing(network) == []


def test_what_intake_says_before_it_heard_of_a_suspension_does_not_lift_it(network: Network, staff: Staff) -> None:
    since = network.now
    network.bench.clock.move(minutes=1)
    inspect(network, suspend=True)
    changed(network, "ready", 2, state_since=since)
    assert len(standing(network)) == 1


def test_a_station_without_training_or_nameplate_for_months_is_an_image_project(network: Network, staff: Staff) -> None:
    changed(network, "ready", 2, ["head_trained", "nameplate"])
    network.bench.clock.move(days=100)
    changed(network, "ready", 3, ["nameplate"])
    network.bench.clock.move(days=90)
    (station,) = network.ask("readiness", idle=True)["items"]
    assert station["image_project_because"] == ["nameplate", "work"]
    assert station["missing"] == ["nameplate"]
    changed(network, "closed", 4, ["nameplate"])
    assert network.ask("readiness", idle=True)["items"] == []


def test_how_long_is_too_long_is_data_and_a_lack_counts_from_its_own_day() -> None:
    today, month = dt.date(2026, 9, 17), dt.timedelta(31)
    lacks = {"head_trained": today - 3 * month, "room": today - 30 * month}
    assert readiness.because(lacks, today, today - 9 * month, today, 3) == ["training"]
    assert readiness.because(lacks, today, today - 9 * month, today, 4) == []
    assert readiness.because({}, None, today - 9 * month, today, 6) == ["work"]
    at = dt.datetime(2026, 9, 17, tzinfo=dt.UTC)
    known = readiness.lacking({"room": "2026-01-01T00:00:00+00:00"}, ["room", "nameplate"], at)
    assert known == {"room": "2026-01-01T00:00:00+00:00", "nameplate": at.isoformat()}
