"""Colleagues change and leave."""

from __future__ import annotations

from uuid import uuid4

import pytest

from chassis.errors import Rejected
from tests.unit.intake.conftest import LIAISON, OTHER, Desk


def member(desk: Desk) -> str:
    body = {"organization": "womens-federation", "name": "李某", "role": "liaison", "phone": "13800000000"}
    return str(desk.do("register_staff", **body)["id"])


def test_what_is_not_named_stays(desk: Desk) -> None:
    person = member(desk)
    desk.do("change_staff", person=person, role="station_head", station="fengquan", version=1)
    [event] = desk.said("staff_changed")
    assert (event["role"], event["station"], event["phone"], event["version"]) == (
        "station_head", "fengquan", "13800000000", 2,
    )  # fmt: skip


def test_a_null_clears_what_may_be_empty(desk: Desk) -> None:
    person = member(desk)
    desk.do("change_staff", person=person, phone=None)
    assert desk.said("staff_changed")[0]["phone"] is None


def test_a_change_that_names_nothing_leaves_the_version_and_says_nothing(desk: Desk) -> None:
    person = member(desk)
    answer = desk.do("change_staff", person=person, version=1)
    assert (answer["id"], answer["version"]) == (person, 1)
    assert desk.said("staff_changed") == []


def test_who_has_left_is_listed_only_when_asked_for_and_is_changed_no_more(desk: Desk) -> None:
    person = member(desk)
    left = desk.do("leave_staff", person=person, on="2026-08-31")
    assert left["left_on"] == "2026-08-31"
    assert desk.said("staff_left")[0]["left_on"] == "2026-08-31"
    assert person not in [one["id"] for one in desk.ask("staff")["items"]]
    assert person in [one["id"] for one in desk.ask("staff", with_left=True)["items"]]
    for command in ("change_staff", "leave_staff"):
        with pytest.raises(Rejected, match="has-left"):
            desk.do(command, person=person)


def test_nobody_leaves_in_the_future(desk: Desk) -> None:
    with pytest.raises(Rejected, match="impossible-date"):
        desk.do("leave_staff", person=member(desk), on="2099-01-01")


def test_a_colleague_out_of_sight_does_not_exist(desk: Desk) -> None:
    person = member(desk)
    for command in ("change_staff", "leave_staff"):
        for principal, someone in ((OTHER, person), (LIAISON, str(uuid4()))):
            with pytest.raises(Rejected, match="not-found"):
                desk.do(command, principal, person=someone)


def test_staff_is_narrowed_by_post_and_station(desk: Desk) -> None:
    member(desk)
    assert desk.ask("staff", role="director")["items"] == []
    assert len(desk.ask("staff", role="liaison", organization="womens-federation")["items"]) >= 1


@pytest.mark.parametrize("role", ["director", "officer"])
def test_a_post_of_the_center_is_refused_elsewhere_and_the_posts_that_may_be_are_named(desk: Desk, role: str) -> None:
    person = member(desk)
    for act, about in (
        ("register_staff", {"organization": "trade-union", "name": "某"}),
        ("change_staff", {"person": person}),
    ):
        with pytest.raises(Rejected, match="post-of-the-center") as refused:
            desk.do(act, role=role, **about)
        assert refused.value.pointer == "/role"
        assert refused.value.params["posts"] == ("organization_head", "station_head", "liaison", "auditor")
    assert desk.do("register_staff", organization="center", name="某", role=role)["role"] == role


def test_who_leads_an_organization_or_looks_on_may_be_anywhere(desk: Desk) -> None:
    for organization in ("center", "trade-union"):
        for role in ("organization_head", "station_head", "liaison", "auditor"):
            desk.do("register_staff", organization=organization, name="某", role=role)
