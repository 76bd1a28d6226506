"""Organizations: their own calendar and settings, changed by the version that was seen."""

from __future__ import annotations

import pytest

from chassis import organizations
from chassis.errors import Rejected
from tests.unit.intake.conftest import AUDITOR, CENTER, LIAISON, Desk


def test_an_organization_has_the_half_days_and_groups_of_its_kind(desk: Desk) -> None:
    found = desk.ask("organization", organization="womens-federation")
    [half_day] = found["half_days"]
    assert (half_day["month"], half_day["day"], half_day["part"]) == (3, 8, "afternoon")
    assert found["recipient_groups"] == ["woman", "minor"]
    assert desk.said("organization_registered")[0]["half_days"] == found["half_days"]


def test_it_may_have_a_calendar_of_its_own(desk: Desk) -> None:
    own = [{"month": 10, "day": 15, "part": "morning", "name": "建会日"}]
    changed = desk.do("change_organization", organization="womens-federation", half_days=own, version=1)
    assert changed["version"] == 2
    [event] = desk.said("organization_changed")
    assert [(one["month"], one["day"]) for one in event["half_days"]] == [(10, 15)]
    assert desk.ask("organization", organization="womens-federation")["half_days"][0]["name"] == "建会日"


def test_null_brings_back_the_half_days_and_groups_of_its_kind(desk: Desk) -> None:
    before = desk.ask("organization", organization="womens-federation")
    own = {"half_days": [{"month": 10, "day": 15, "name": "建会日"}], "recipient_groups": ["disabled"]}
    for version in (1, 3):
        changed = {"organization": "womens-federation", "version": version, **own}
        assert desk.bench.handle("intake.change_organization.v2", changed, principal=CENTER)["recipient_groups"] == [
            "disabled"
        ]
        cleared = changed | dict.fromkeys(own) | {"version": version + 1}
        desk.bench.handle("intake.change_organization.v2", cleared, principal=CENTER)
        found = desk.ask("organization", organization="womens-federation")
        assert found == before | {"version": version + 2}
        told = desk.said("organization_changed")[-1]
        assert {name: told[name] for name in own} == {name: before[name] for name in own}
    moved = {"organization": "womens-federation", "kind": "youth_league"}
    desk.bench.handle("intake.change_organization.v2", moved, principal=CENTER)
    [half_day] = desk.ask("organization", organization="womens-federation")["half_days"]
    assert (half_day["month"], half_day["day"]) == (5, 4)


def test_what_is_not_named_stays_and_the_whole_is_told(desk: Desk) -> None:
    desk.do("change_organization", organization="womens-federation", auto_assign=True)
    desk.do("change_organization", organization="womens-federation", name="和阳市妇联", superior="trade-union")
    event = desk.said("organization_changed")[-1]
    assert (event["name"], event["superior"], event["auto_assign"]) == ("和阳市妇联", "trade-union", True)
    assert event["version"] == 3
    with desk.bench.session() as session:
        assert organizations.codes(session).count("womens-federation") == 1


def test_a_change_that_names_nothing_leaves_the_version_and_says_nothing(desk: Desk) -> None:
    answer = desk.do("change_organization", organization="womens-federation", version=1)
    named = desk.do("change_organization", organization="womens-federation", auto_assign=False, version=1)
    assert answer == named | {"version": 1}
    assert len(desk.said("organization_changed")) == 1


def test_somebody_who_saw_an_older_version_is_refused(desk: Desk) -> None:
    desk.do("change_organization", organization="womens-federation", auto_assign=True, version=1)
    with pytest.raises(Rejected, match="version-conflict"):
        desk.do("change_organization", organization="womens-federation", auto_assign=False, version=1)


def test_a_line_of_authority_does_not_lead_back_to_itself(desk: Desk) -> None:
    desk.do("change_organization", organization="womens-federation", superior="trade-union")
    with pytest.raises(Rejected, match="circle-of-authority"):
        desk.do("change_organization", organization="trade-union", superior="womens-federation")
    with pytest.raises(Rejected, match="unknown-organization"):
        desk.do("change_organization", organization="trade-union", superior="nobody")


def test_only_the_center_changes_organizations(desk: Desk) -> None:
    for principal in (LIAISON, AUDITOR):
        with pytest.raises(Rejected, match="forbidden"):
            desk.do("change_organization", principal, organization="womens-federation", name="x")
    with pytest.raises(Rejected, match="not-found"):
        desk.do("change_organization", organization="nobody", name="x")
    with pytest.raises(Rejected, match="not-found"):
        desk.ask("organization", organization="nobody")


def test_the_center_itself_can_be_changed(desk: Desk) -> None:
    desk.do("change_organization", organization="center", phone="12348")
    assert desk.ask("organization", organization="center")["phone"] == "12348"


def test_a_second_center_beside_the_networks_own_is_refused(desk: Desk) -> None:
    desk.do("register_organization", code="another", name="另一中心", kind="other")
    for act, about in (
        ("register_organization", {"code": "second", "name": "第二中心", "kind": "center"}),
        ("register_organization", {"code": "second", "name": "第二中心", "kind": "center", "superior": "trade-union"}),
        ("change_organization", {"organization": "another", "kind": "center"}),
    ):
        with pytest.raises(Rejected, match="one-center") as refused:
            desk.do(act, **about)
        assert (refused.value.pointer, refused.value.params) == ("/superior", {"center": "center"})


def test_a_districts_center_stands_below_the_networks_own(desk: Desk) -> None:
    found = desk.do("register_organization", code="fengquan", name="凤泉区中心", kind="center", superior="center")
    assert found["kind"] == "center"
    with pytest.raises(Rejected, match="one-center"):
        desk.do("change_organization", organization="fengquan", superior=None)
    desk.do("change_organization", organization="fengquan", phone="0373-12348")


def test_the_networks_center_stays_a_center(desk: Desk) -> None:
    with pytest.raises(Rejected, match="one-center") as refused:
        desk.do("change_organization", organization="center", kind="other")
    assert refused.value.pointer == "/kind"


def test_the_word_of_its_own_registration_that_comes_late_undoes_no_change(desk: Desk) -> None:
    told = desk.said("organization_registered")[-1]
    desk.do("change_organization", organization=told["code"], name="新名称", version=1)
    desk.bench.handle("intake.organization_registered.v1", told)
    assert desk.ask("organization", organization=told["code"])["name"] == "新名称"
