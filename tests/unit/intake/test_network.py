"""The registers of the network, and services short of a case."""

from __future__ import annotations

import pytest

from chassis import organizations
from chassis.errors import Rejected
from contracts.intake import QUERIES
from contracts.registry import REGISTRY
from services.intake.handlers import HANDLERS
from services.intake.views import VIEWS
from tests.unit.intake.conftest import AUDITOR, BOUND, CENTER, LAWYER, LIAISON, OTHER, Desk


def test_a_new_organization_is_announced_in_the_centers_mailbox(desk: Desk) -> None:
    assert desk.mailboxes("organization_registered") == ["center", "center"]
    assert [row["code"] for row in desk.ask("organizations")["items"]] == ["center", "trade-union", "womens-federation"]


def test_hearing_of_an_organization_twice_changes_nothing(desk: Desk) -> None:
    event = {"code": "garrison", "name": "驻军", "kind": "garrison"}
    for _ in range(2):
        desk.bench.handle("intake.organization_registered.v1", event)
    with desk.bench.session() as session:
        assert organizations.codes(session).count("garrison") == 1


def test_a_code_is_given_once(desk: Desk) -> None:
    with pytest.raises(Rejected) as refused:
        desk.do("register_organization", code="trade-union", name="总工会", kind="trade_union")
    assert refused.value.problem == "duplicate"
    with pytest.raises(Rejected, match="duplicate"):
        desk.do("register_station", organization="trade-union", code="muye", name="x", level="city", district="凤泉区")


def test_a_station_of_an_unknown_organization_is_refused(desk: Desk) -> None:
    with pytest.raises(Rejected, match="unknown-organization"):
        desk.do("register_station", organization="nobody", code="one", name="x", level="city", district="凤泉区")


def test_a_stations_liaison_becomes_a_member_of_the_staff(desk: Desk) -> None:
    made = desk.do(
        "register_station",
        organization="womens-federation",
        code="weibin",
        name="卫滨站",
        level="district",
        district="卫滨区",
        liaison={"name": "李某", "phone": "12348"},
    )
    [event] = desk.said("staff_registered")
    assert (event["person"], event["role"], event["station"]) == (made["liaison"], "liaison", "weibin")
    [member] = desk.ask("staff", LIAISON)["items"]
    assert (member["id"], member["phone"]) == (made["liaison"], "12348")


def test_only_the_center_registers_staff_of_others(desk: Desk) -> None:
    with pytest.raises(Rejected, match="unknown-organization"):
        desk.do("register_staff", LIAISON, organization="trade-union", name="某", role="liaison")
    with pytest.raises(Rejected, match="unknown-station"):
        desk.do("register_staff", CENTER, organization="trade-union", station="fengquan", name="某", role="liaison")


def test_an_organization_sees_its_own_staff_and_a_lawyer_nobodys(desk: Desk) -> None:
    desk.do("register_staff", organization="trade-union", name="某", role="organization_head")
    desk.do("register_staff", organization="center", name="某", role="director")
    assert len(desk.ask("staff", AUDITOR)["items"]) == 2
    assert len(desk.ask("staff", OTHER)["items"]) == 1
    assert desk.ask("staff", LIAISON)["items"] == desk.ask("staff", LAWYER)["items"] == []


def test_advice_is_recorded_and_counts(desk: Desk) -> None:
    desk.do(
        "record_service",
        LIAISON,
        station="fengquan",
        kind="advice",
        recipient_group="woman",
        topic="离婚",
        person_name="马某",
        guided_to_apply=True,
    )
    [event] = desk.said("service_recorded")
    assert (event["kind"], event["persons"], event["guided_to_apply"], event["on"]) == ("advice", 1, True, "2026-09-01")
    assert "马某" not in str(event)
    assert desk.ask("services", BOUND)["items"][0]["topic"] == "离婚"
    assert desk.ask("services", OTHER)["items"] == []


def test_a_service_of_tomorrow_is_refused(desk: Desk) -> None:
    with pytest.raises(Rejected, match="impossible-date"):
        desk.do(
            "record_service",
            LIAISON,
            station="fengquan",
            kind="advice",
            recipient_group="woman",
            topic="离婚",
            on="2026-09-02",
        )


def test_lists_go_on_where_the_page_before_ended(desk: Desk) -> None:
    first = desk.ask("stations", limit=3)
    second = desk.ask("stations", limit=3, after=first["next"])
    assert [row["code"] for row in first["items"] + second["items"]] == ["hall", "muye", "hongqi", "fengquan"]
    assert second["next"] is None
    codes = desk.ask("organizations", limit=2)
    assert [row["code"] for row in desk.ask("organizations", limit=2, after=codes["next"])["items"]] == [
        "womens-federation"
    ]


def test_a_station_is_found_by_its_code(desk: Desk) -> None:
    (found,) = desk.ask("stations", organization="womens-federation", code="fengquan")["items"]
    assert (found["organization"], found["code"]) == ("womens-federation", "fengquan")
    assert desk.ask("stations", organization="womens-federation", code="nowhere")["items"] == []


def test_handlers_and_views_are_what_the_contracts_say() -> None:
    commands = {contract.type for contract in REGISTRY if contract.kind == "command" and contract.owner == "intake"}
    assert set(HANDLERS) == commands | set(REGISTRY.heard_by("intake"))
    assert set(VIEWS) == set(QUERIES)
