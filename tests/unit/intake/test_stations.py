"""A station's life: planned, measured against the standard, open, suspended, closed; and who may change it."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Rejected
from contracts import terms
from contracts.registry import ContractError
from services.intake.domain import stations as life
from tests.unit.intake.conftest import AUDITOR, BOUND, LIAISON, OTHER, STAFF, Desk

NEEDED = [one.item for one in life.standard() if one.needed_to_open]


def planned(desk: Desk, **more: t.Any) -> dict[str, t.Any]:
    place = {"organization": "womens-federation", "code": "weibin", "name": "卫滨站", "level": "district"}
    return desk.do("register_station", **place, district="卫滨区", state="planned", **more)


def opened(desk: Desk) -> str:
    """The id of a station that is open."""
    return str(desk.ask("stations", organization="womens-federation")["items"][-1]["id"])


@given(st.sampled_from(list(terms.STATION_STATES)), st.sampled_from(list(terms.STATION_ACTS)))
def test_every_move_is_in_the_table_or_refused(state: str, act: str) -> None:
    if act in life.allowed(state):
        assert life.move(state, act) in terms.STATION_STATES
    else:
        with pytest.raises(life.WrongMove):
            life.move(state, act)


def test_a_closed_station_stays_closed() -> None:
    assert life.allowed("closed") == []


def test_a_planned_station_opens_only_with_what_the_standard_needs(desk: Desk) -> None:
    station = planned(desk, head={"name": "李主任"})["id"]
    with pytest.raises(Rejected) as refused:
        desk.do("change_station_state", station=station, act="open", reason="准备就绪")
    assert refused.value.problem == "standard-not-met"
    assert refused.value.params["missing"] == ", ".join(item for item in NEEDED if item != "head")
    assert desk.ask("station", station=station)["acts"] == ["close"], "what would be refused is not offered"
    desk.do("assess_station", station=station, marks=[{"item": item, "met": True} for item in NEEDED])
    assert desk.ask("station", station=station)["acts"] == ["open", "close"]
    moved = desk.do("change_station_state", station=station, act="open", reason="达标")
    assert moved["state"] == "ready"
    detail = desk.ask("station", station=station)
    assert [act["act"] for act in detail["history"]] == ["register", "open"]
    assert detail["history"][-1]["reason"] == "达标"
    assert detail["missing"] == ["registers", "no_fees"]


def test_a_head_is_not_trained_on_a_day_to_come(desk: Desk) -> None:
    with pytest.raises(Rejected) as refused:
        planned(desk, head={"name": "李主任", "trained_on": "2030-05-06"})
    assert (refused.value.problem, refused.value.pointer) == ("impossible-date", "/head/trained_on")


def test_hours_of_one_weekday_do_not_overlap(desk: Desk) -> None:
    morning = {"weekday": 3, "opens": "09:00", "closes": "12:00"}
    station = planned(desk, opening_hours=[{**morning, "opens": "12:00", "closes": "17:00"}, morning])["id"]
    with pytest.raises(ContractError, match="Hours of one weekday overlap"):
        desk.do(
            "change_station", station=station, opening_hours=[morning, {**morning, "opens": "11:00", "closes": "17:00"}]
        )
    desk.do("change_station", station=station, opening_hours=[morning, {**morning, "weekday": 4}])


def test_a_change_that_names_nothing_leaves_station_and_version_and_says_nothing(desk: Desk) -> None:
    station = planned(desk)["id"]
    before, said = desk.ask("station", station=station), len(desk.bench.emitted)
    answer = desk.do("change_station", station=station, version=1)
    assert (answer["id"], answer["version"]) == (station, 1)
    assert desk.ask("station", station=station) == before
    assert len(desk.bench.emitted) == said


def test_a_new_head_begins_untrained(desk: Desk) -> None:
    station = planned(desk, head={"name": "李主任", "trained_on": "2026-05-06"})["id"]
    marks = {one["item"]: one for one in desk.ask("station", station=station)["standard"]}
    assert (marks["head_trained"]["met"], marks["head_trained"]["on"]) == (True, "2026-05-06")
    other = desk.do(
        "register_staff", organization="womens-federation", station="weibin", name="王", role="station_head"
    )
    desk.do("change_station", station=station, head=other["id"])
    assert {"head_trained"} <= set(desk.ask("station", station=station)["missing"])


def test_when_the_head_leaves_the_post_is_vacant(desk: Desk) -> None:
    made = planned(desk, head={"name": "李主任", "trained_on": "2026-05-06"})
    desk.do("leave_staff", person=made["head"])
    detail = desk.ask("station", station=made["id"])
    assert detail["head"] is None
    assert {"head", "head_trained"} <= set(detail["missing"])
    assert desk.said("station_changed")[-1]["missing"] == detail["missing"]


def test_an_earlier_word_does_not_replace_a_later_one(desk: Desk) -> None:
    station = planned(desk)["id"]
    desk.do("assess_station", station=station, marks=[{"item": "room", "met": True, "on": "2026-08-20"}])
    desk.do("assess_station", station=station, marks=[{"item": "room", "met": False, "on": "2026-08-01"}])
    assert "room" not in desk.ask("station", station=station)["missing"]


def test_a_standard_is_not_met_in_the_future(desk: Desk) -> None:
    with pytest.raises(Rejected) as refused:
        desk.do(
            "assess_station", station=planned(desk)["id"], marks=[{"item": "room", "met": True, "on": "2099-01-01"}]
        )
    assert (refused.value.problem, refused.value.pointer) == ("impossible-date", "/marks/0/on")


def test_an_inspection_is_the_latest_word_on_every_item(desk: Desk) -> None:
    event = {
        "inspection": str(uuid4()),
        "organization": "womens-federation",
        "station": "fengquan",
        "on": "2026-08-30",
        "missing": ["nameplate"],
        "recorded_at": "2026-08-30T02:00:00+00:00",
    }
    desk.bench.handle("supervision.station_inspected.v1", event, organization="womens-federation")
    detail = desk.ask("station", station=opened(desk))
    assert detail["missing"] == ["nameplate"]
    assert {one["by"] for one in detail["standard"]} == {"inspection"}


def suspension(desk: Desk, station: str = "fengquan") -> None:
    since = desk.bench.clock.now().isoformat()
    body = {"organization": "womens-federation", "station": station, "because": str(uuid4()), "since": since}
    desk.bench.handle("supervision.work_suspended.v1", body, organization="womens-federation")


def test_a_suspension_by_supervision_reaches_the_register_once(desk: Desk) -> None:
    for _ in range(2):
        suspension(desk)
    suspension(desk, "nowhere")
    detail = desk.ask("station", station=opened(desk))
    assert (detail["state"], [act["by_role"] for act in detail["history"][1:]]) == ("suspended", ["supervision"])
    assert [event["state"] for event in desk.said("station_changed")] == ["suspended"]


def test_a_suspended_station_takes_no_applications_and_no_services(desk: Desk) -> None:
    suspension(desk)
    with pytest.raises(Rejected) as refused:
        desk.file()
    assert (refused.value.problem, refused.value.params["state"]) == ("station-not-open", "suspended")
    service = {"station": "fengquan", "kind": "advice", "recipient_group": "woman", "topic": "离婚"}
    with pytest.raises(Rejected, match="station-not-open"):
        desk.do("record_service", LIAISON, **service)
    earlier = (desk.bench.clock.now() - dt.timedelta(days=3)).date().isoformat()
    desk.do("record_service", LIAISON, **service, on=earlier)


def test_it_goes_on_when_the_center_resumes_it(desk: Desk) -> None:
    suspension(desk)
    station = opened(desk)
    desk.do("change_station_state", STAFF, station=station, act="resume", reason="整改完成")
    desk.file()
    with pytest.raises(Rejected, match="wrong-state"):
        desk.do("change_station_state", STAFF, station=station, act="resume", reason="又一次")


def test_an_older_suspension_heard_late_does_not_undo_what_came_after(desk: Desk) -> None:
    suspension(desk)
    desk.bench.clock.set(desk.bench.clock.now() + dt.timedelta(hours=1))
    station = opened(desk)
    desk.do("change_station_state", station=station, act="resume", reason="整改完成")
    old = (desk.bench.clock.now() - dt.timedelta(hours=1)).isoformat()
    body = {"organization": "womens-federation", "station": "fengquan", "because": str(uuid4()), "since": old}
    desk.bench.handle("supervision.work_suspended.v1", body, organization="womens-federation")
    assert desk.ask("station", station=station)["state"] == "ready"


def resumed(desk: Desk) -> None:
    since = desk.bench.clock.now().isoformat()
    body = {"organization": "womens-federation", "station": "fengquan", "whom": "station", "since": since}
    desk.bench.handle("supervision.work_resumed.v1", body, organization="womens-federation")


def test_a_suspension_that_supervision_lifts_ends_here_too(desk: Desk) -> None:
    suspension(desk)
    desk.bench.clock.move(hours=1)
    for _ in range(2):
        resumed(desk)
    desk.file()
    history = desk.ask("station", station=opened(desk))["history"]
    assert [(act["act"], act["by_role"]) for act in history[1:]] == [
        ("suspend", "supervision"),
        ("resume", "supervision"),
    ]


def test_lifting_an_older_suspension_leaves_a_later_one_by_the_center(desk: Desk) -> None:
    station = opened(desk)
    before = desk.bench.clock.now()
    desk.bench.clock.move(hours=1)
    desk.do("change_station_state", STAFF, station=station, act="suspend", reason="装修")
    body = {"organization": "womens-federation", "station": "fengquan", "whom": "station", "since": before.isoformat()}
    desk.bench.handle("supervision.work_resumed.v1", body, organization="womens-federation")
    assert desk.ask("station", station=station)["state"] == "suspended"


def test_who_may_change_what(desk: Desk) -> None:
    station = opened(desk)
    desk.do("change_station", BOUND, station=station, phone="0373-1234567", version=1)
    for act in ("assess_station", "change_station_state"):
        body = (
            {"marks": [{"item": "room", "met": True}]} if act == "assess_station" else {"act": "close", "reason": "x"}
        )
        with pytest.raises(Rejected, match="forbidden"):
            desk.do(act, LIAISON, station=station, **body)
    for principal, unseen in ((OTHER, station), (LIAISON, str(uuid4()))):
        with pytest.raises(Rejected, match="not-found"):
            desk.do("change_station", principal, station=unseen, phone="1")
    with pytest.raises(Rejected, match="version-conflict"):
        desk.do("change_station", BOUND, station=station, phone="2", version=1)


def test_why_a_station_was_suspended_is_shown_to_its_own_and_the_center_only(desk: Desk) -> None:
    station = opened(desk)
    desk.do("change_station_state", station=station, act="suspend", reason="收费")
    assert desk.ask("station", AUDITOR, station=station)["history"][-1]["reason"] == "收费"
    assert desk.ask("station", OTHER, station=station)["history"] == []


def test_half_a_place_and_a_stranger_as_head_are_refused(desk: Desk) -> None:
    station = opened(desk)
    with pytest.raises(Rejected, match="half-a-place"):
        desk.do("change_station", station=station, latitude=35.3)
    stranger = desk.do("register_staff", organization="trade-union", name="某", role="station_head")
    with pytest.raises(Rejected, match="unknown-person"):
        desk.do("change_station", station=station, head=stranger["id"])


def test_a_list_of_stations_is_narrowed(desk: Desk) -> None:
    planned(desk)
    assert [one["code"] for one in desk.ask("stations", state="planned")["items"]] == ["weibin"]
    assert "weibin" not in [one["code"] for one in desk.ask("stations", state="ready")["items"]]


@pytest.mark.parametrize(
    ("place", "missing"), [({"latitude": 35.3}, "/longitude"), ({"longitude": 113.9}, "/latitude")]
)
def test_a_new_station_has_a_whole_place_or_none(desk: Desk, place: dict[str, float], missing: str) -> None:
    station = {"organization": "womens-federation", "code": "half", "name": "站", "level": "city", "district": "区"}
    with pytest.raises(Rejected, match="half-a-place") as refused:
        desk.do("register_station", **station, **place)
    assert refused.value.pointer == missing
