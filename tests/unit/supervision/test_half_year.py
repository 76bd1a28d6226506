"""The half-year report: figures beside earlier ones, per organization, and what is unsolved; within the caller's sight."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID, uuid4

import pytest

from chassis.errors import Rejected
from contracts.supervision.half_year import Report
from tests.unit.supervision.conftest import CENTER, Network, caller
from tests.unit.supervision.test_by_hand import order
from tests.unit.supervision.test_oversight import complain, inspect, meet

Staff = dict[str, UUID]
HALF = {"from": dt.date(2026, 7, 1), "to": dt.date(2026, 12, 31)}


@pytest.fixture
def worked(network: Network, staff: Staff) -> Network:
    """A half-year of the women's federation: two applications before, one case, and trouble."""
    network.set("2026-03-02T10:00")
    own = network.reference["application"]
    for _ in range(2):
        network.reference["application"] = uuid4()
        network.receive()
    network.reference["application"] = own
    network.set("2026-09-17T10:00")
    network.receive()
    network.grant()
    network.accept()
    network.retain()
    network.end()
    finding = {"item": "nameplate", "words": "补挂统一标牌", "put_right_by": dt.date(2026, 9, 30)}
    inspect(network, findings=[finding], suspend=True)
    decision = {"words": "培训各站负责人", "owner": staff["head"], "due_on": dt.date(2026, 10, 31)}
    meet(network, decisions=[decision])
    complain(network, statement="收取二百元", complainant_name="王五")
    network.set("2026-12-30T10:00")
    return network


def test_the_report_sets_every_figure_beside_the_period_before(worked: Network) -> None:
    found = worked.ask("half_year_report", **HALF)
    figures = {one["measure"]: one for one in found["figures"]}
    assert (figures["applications"]["value"], figures["applications"]["previous"]["value"]) == (1, 2)
    assert figures["applications"]["previous"]["percent"] == -50.0
    assert (found["previous"]["from"], found["previous"]["to"]) == ("2026-01-01", "2026-06-30")
    (organization,) = [one for one in found["organizations"] if one["key"] == "womens-federation"]
    assert (organization["zh"], organization["sums"]["cases"]) == ("妇女联合会", 1)
    assert organization["previous"] == {"applications": 2}
    assert [one["month"] for one in found["months"]] == ["2026-09-01"]
    assert sum(one["fen"] for one in found["amounts"]) == figures["recovered_fen"]["value"]
    limits = {one["key"]: one for one in found["limits"]}
    assert (limits["decide"]["met"], limits["decide"]["on_time"]) == (1, 100.0)
    assert not Report().validate(found)


def test_the_report_says_what_is_unsolved_and_names_nobody(worked: Network, staff: Staff) -> None:
    problems = worked.ask("half_year_report", **HALF)["problems"]
    assert {one["key"] for one in problems["overdue"]} >= {"follow_up", "decision", "complaint_accept"}
    assert [one["words"] for one in problems["findings"]] == ["补挂统一标牌"]
    assert [one["words"] for one in problems["decisions"]] == ["培训各站负责人"]
    (station,) = problems["stations"]
    assert (station["zh"], station["suspended"], station["has_liaison"]) == ("凤泉站", True, True)
    assert [one["key"] for one in problems["complaints"]] == ["fee"]
    for secret in ("王五", "收取二百元", str(staff["head"])):
        assert secret not in str(worked.ask("half_year_report", **HALF))


def test_an_organization_reads_its_own_report_without_complaints(worked: Network) -> None:
    own = worked.ask("half_year_report", caller("liaison", "womens-federation"), **HALF)
    assert own["organization"]["key"] == "womens-federation"
    assert own["problems"]["complaints"] == []
    assert not [one for one in own["problems"]["overdue"] if one["key"].startswith("complaint")]
    other = worked.ask("half_year_report", caller("liaison", "trade-union"), **HALF)
    assert (other["organizations"], other["figures"], other["problems"]["stations"]) == ([], [], [])
    for stranger, params in (
        (caller("liaison", "trade-union"), {"organization": "womens-federation"}),
        (caller("lawyer"), {}),
    ):
        with pytest.raises(Rejected):
            worked.ask("half_year_report", stranger, **params)


def test_without_days_it_is_the_half_year_that_ended_last(network: Network, staff: Staff) -> None:
    found: dict[str, t.Any] = network.ask("half_year_report")
    assert (found["from"], found["to"], found["drawn_up_on"]) == ("2026-01-01", "2026-06-30", "2026-09-17")
    network.set("2027-02-01T09:00")
    assert network.ask("half_year_report")["from"] == "2026-07-01"
    order(network, "open_complaint", CENTER, organization="center", subject="other", statement="x")
