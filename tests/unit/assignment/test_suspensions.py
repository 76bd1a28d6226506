"""A lawyer whom the center has suspended is asked for nothing; what is in hand is shown to the center."""

from __future__ import annotations

import datetime as dt

import pytest

from chassis.errors import Rejected
from chassis.ids import new_id
from tests.unit.assignment.conftest import Office


@pytest.fixture
def two(office: Office) -> tuple[str, str]:
    """Two lawyers; the first is the better one."""
    office.organization()
    firm = office.firm()
    return office.lawyer(firm, "周建涛", years=18), office.lawyer(firm, "尹雅梅", years=3)


def suspend(office: Office, lawyer: str, since: dt.datetime | None = None, **more: object) -> None:
    since = since or office.bench.clock.now()
    data = {"organization": "center", "lawyer": lawyer, "because": str(new_id()), "since": since, "whom": "lawyer"}
    office.bench.handle("supervision.work_suspended.v1", {**data, **more})


def resume(office: Office, lawyer: str, since: dt.datetime | None = None) -> None:
    since = since or office.bench.clock.now()
    office.bench.handle("supervision.work_resumed.v1", {"organization": "center", "lawyer": lawyer, "since": since})


def proposed(office: Office, aided: str) -> list[str]:
    return [one["lawyer"] for one in office.ask("proposal", case=office.grant(aided, "孙某")["id"])["candidates"]]


def test_a_suspended_lawyer_is_ruled_out_and_the_center_cannot_name_them_either(
    office: Office, two: tuple[str, str]
) -> None:
    first, second = two
    suspend(office, first)
    case = office.grant("陈某", "孙某")
    proposal = office.ask("proposal", case=case["id"])
    assert [one["lawyer"] for one in proposal["candidates"]] == [second]
    with pytest.raises(Rejected) as refused:
        office.do("offer_case", case=case["id"], lawyer=first, reason="专长")
    assert (refused.value.problem, refused.value.params["rule"]) == ("lawyer-not-eligible", "suspended")
    shown = {one["id"]: one["suspended_since"] for one in office.ask("lawyers")["items"]}
    assert shown == {first: office.bench.clock.now().isoformat(), second: None}


def test_open_offers_go_on_and_cases_in_hand_stay_and_are_told_to_the_center(
    office: Office, two: tuple[str, str]
) -> None:
    first, second = two
    in_hand = office.assigned(first, aided="王某", against="某公司")
    asked = office.grant("陈某", "孙某")
    office.do("offer_case", case=asked["id"], lawyer=first, reason="专长")
    suspend(office, first)
    offers = office.case(asked)["offers"]
    assert [(one["lawyer"], one["state"]) for one in offers] == [(first, "recalled"), (second, "open")]
    assert office.case(in_hand)["lawyer"] == first
    (told,) = office.said("lawyer_suspended")
    assert (told["lawyer"], told["cases"], told["offers"]) == (first, 1, 1)


def test_a_backlog_is_planned_without_the_suspended(office: Office, two: tuple[str, str]) -> None:
    first, second = two
    suspend(office, first)
    office.grant("陈某", "孙某")
    plan = office.do("plan_backlog")
    found = office.ask("backlog_plan", plan=plan["id"])
    assert first not in str(found)
    assert second in str(found)


def test_a_lifted_suspension_restores_and_the_order_of_the_events_does_not_matter(
    office: Office, two: tuple[str, str]
) -> None:
    first, second = two
    begun = office.bench.clock.now()
    suspend(office, first)
    office.bench.clock.move(hours=1)
    resume(office, first)
    assert proposed(office, "陈某") == [first, second]
    suspend(office, first, begun)  # heard once more, late
    assert proposed(office, "钱某") == [first, second]
    office.bench.clock.move(hours=1)
    suspend(office, first)
    assert proposed(office, "李某") == [second]


def test_the_suspension_of_a_station_or_of_somebody_unknown_changes_nothing(
    office: Office, two: tuple[str, str]
) -> None:
    since = office.bench.clock.now()
    data = {"organization": "womens-federation", "station": "fengquan", "because": str(new_id()), "since": since}
    office.bench.handle("supervision.work_suspended.v1", data)
    suspend(office, str(new_id()))
    resume(office, str(new_id()))
    assert proposed(office, "陈某") == list(two)


def test_a_suspended_lawyer_stands_no_duty(office: Office, two: tuple[str, str]) -> None:
    firm = office.firm("驻点律师事务所")
    standing = office.lawyer(firm, "贺清", standing_for=["womens-federation"])
    suspend(office, standing)
    duty = {"organization": "womens-federation", "on": dt.date(2026, 9, 3), "begins": "09:00", "ends": "17:00"}
    with pytest.raises(Rejected) as refused:
        office.do("set_duty", lawyer=standing, **duty)
    assert refused.value.params["rule"] == "suspended"
