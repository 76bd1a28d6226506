"""One-to-one pairs and their visits; a busy day's list points at its bad entry."""

from __future__ import annotations

import typing as t
from uuid import uuid4

import pytest

from chassis.errors import Rejected
from contracts.registry import REGISTRY, ContractError
from tests.unit.intake.conftest import AUDITOR, BOUND, LIAISON, OTHER, Desk

VISIT = {"kind": "pairing_visit", "recipient_group": "prisoner_child", "topic": "走访"}


def paired(desk: Desk, **more: t.Any) -> str:
    names = {"volunteer_name": "张志愿", "person_name": "小明"}
    return str(desk.do("register_pair", BOUND, station="fengquan", since="2026-06-01", **names, **more)["id"])


def visited(desk: Desk, pair: str, on: str, **more: t.Any) -> dict[str, t.Any]:
    return desk.do("record_service", BOUND, station="fengquan", pair=pair, on=on, **{**VISIT, **more})


def test_a_pair_is_visited_and_ends(desk: Desk) -> None:
    pair = paired(desk)
    visited(desk, pair, "2026-06-10")
    visited(desk, pair, "2026-07-10", kind="tutoring")
    [row] = desk.ask("pairs", LIAISON)["items"]
    assert (row["visits"], row["last_visit_on"], row["state"]) == (2, "2026-07-10", "open")
    assert (row["volunteer_name"], row["person_name"]) == ("张志愿", "小*")
    ended = desk.do("end_pair", BOUND, pair=pair, on="2026-08-31", reason="学业完成", version=1)
    assert (ended["ended_on"], ended["version"]) == ("2026-08-31", 2)
    assert desk.said("pair_ended")[0]["visits"] == 2
    assert desk.ask("pairs", LIAISON, state="open")["items"] == []
    assert len(desk.ask("services", LIAISON, pair=pair)["items"]) == 2


def test_the_same_two_are_one_pair_until_it_ends(desk: Desk) -> None:
    pair = paired(desk)
    again = {"station": "fengquan", "volunteer_name": "张 志愿", "person_name": "小明"}
    with pytest.raises(Rejected) as refused:
        desk.do("register_pair", BOUND, **again)
    assert (refused.value.problem, refused.value.as_dict()["params"]) == ("duplicate", {"what": "pair", "key": pair})
    desk.do("register_pair", BOUND, **{**again, "volunteer_name": "李志愿"})
    desk.do("register_pair", BOUND, **{**again, "person_name": "小红"})
    desk.do("end_pair", BOUND, pair=pair, reason="学业完成")
    assert desk.do("register_pair", BOUND, **again)["id"] != pair


def test_no_name_of_a_pair_is_told_to_others(desk: Desk) -> None:
    paired(desk)
    assert "小明" not in str(desk.bench.emitted)
    assert "张志愿" not in str(desk.bench.emitted)


def test_a_visit_falls_within_the_pair(desk: Desk) -> None:
    pair = paired(desk)
    with pytest.raises(Rejected, match="impossible-date"):
        visited(desk, pair, "2026-05-31")
    visited(desk, pair, "2026-08-01")
    with pytest.raises(Rejected, match="impossible-date"):
        desk.do("end_pair", BOUND, pair=pair, on="2026-07-31", reason="x")
    desk.do("end_pair", BOUND, pair=pair, on="2026-08-02", reason="x")
    with pytest.raises(Rejected, match="impossible-date"):
        visited(desk, pair, "2026-08-03")
    with pytest.raises(Rejected, match="wrong-state"):
        desk.do("end_pair", BOUND, pair=pair, reason="x")


def test_a_pair_out_of_sight_does_not_exist(desk: Desk) -> None:
    pair = paired(desk)
    with pytest.raises(Rejected, match="not-found"):
        desk.do("end_pair", OTHER, pair=pair, reason="x")
    with pytest.raises(Rejected, match="unknown-pair"):
        desk.do("record_service", OTHER, station="muye", pair=pair, **VISIT)
    assert desk.ask("pairs", OTHER)["items"] == []
    assert len(desk.ask("pairs", AUDITOR)["items"]) == 1


def test_only_visits_tutoring_and_counselling_are_for_a_pair(desk: Desk) -> None:
    with pytest.raises(Rejected, match="not-for-a-pair"):
        visited(desk, paired(desk), "2026-07-01", kind="lecture")


def test_one_bad_entry_of_a_busy_day_is_named_and_nothing_is_recorded(desk: Desk) -> None:
    good = {"kind": "advice", "recipient_group": "woman", "topic": "离婚"}
    for number, bad in enumerate([{**good, "on": "2099-01-01"}, {**good, "pair": str(uuid4())}], start=1):
        with pytest.raises(Rejected) as refused:
            desk.do("record_services", LIAISON, station="fengquan", entries=[*[good] * number, bad])
        assert refused.value.pointer is not None
        assert refused.value.pointer.startswith(f"/entries/{number}/")
    assert desk.ask("services", LIAISON)["items"] == []


def test_entries_of_several_days_each_have_their_day(desk: Desk) -> None:
    good = {"kind": "advice", "recipient_group": "woman", "topic": "离婚"}
    entries = [{**good, "on": "2026-08-30"}, good]
    desk.do("record_services", LIAISON, station="fengquan", on="2026-08-31", entries=entries)
    assert {one["on"] for one in desk.said("service_recorded")} == {"2026-08-30", "2026-08-31"}
    assert len(desk.ask("services", LIAISON, since="2026-08-31")["items"]) == 1


def test_every_wrong_entry_of_a_list_is_named_at_once() -> None:
    good = {"kind": "advice", "recipient_group": "woman", "topic": "离婚"}
    entries = [good, {**good, "topic": ""}, {**good, "kind": "magic"}]
    with pytest.raises(ContractError) as refused:
        REGISTRY.load("intake.record_services.v1", {"station": "fengquan", "entries": entries})
    assert set(refused.value.errors["entries"]) == {1, 2}
