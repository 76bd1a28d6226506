"""What a station does short of a case: every kind is accepted, free, and counts in the figures; a busy day at once."""

from __future__ import annotations

import typing as t

import pytest

from contracts import terms
from tests.stories.cast import STATION, Cast
from tests.stories.network import Actor, Body, Network

BUSY_DAY: list[Body] = [
    {"kind": "advice", "channel": "window", "topic": "离婚", "minutes": 25, "person_name": "曹桂兰"},
    {"kind": "advice", "channel": "telephone", "topic": "抚养费", "minutes": 10},
    {"kind": "advice", "channel": "network", "topic": "彩礼返还", "minutes": 5, "guided_to_apply": True},
    {"kind": "drafting", "topic": "起诉状", "minutes": 60},
    {"kind": "guidance", "topic": "引导申请法律援助", "person_name": "严秀兰"},
    {"kind": "lecture", "channel": "visit", "topic": "反家庭暴力法", "persons": 120},
    {"kind": "exhibition", "channel": "visit", "topic": "妇女权益展板", "persons": 300},
    {"kind": "dispute_investigation", "channel": "visit", "topic": "邻里宅基地纠纷"},
    {"kind": "counselling", "topic": "心理疏导", "minutes": 50, "person_name": "陶小红"},
    {"kind": "tutoring", "topic": "文化辅导", "minutes": 90, "recipient_group": "prisoner_child"},
]
EXPECTED = {
    "advice": 3, "drafting": 1, "guided": 2, "lectures": 1, "lecture_audience": 120, "exhibitions": 1,
    "exhibition_audience": 300, "dispute_investigations": 1, "counselling": 1, "tutoring": 1, "pairs": 1,
    "pairing_visits": 2,
}  # fmt: skip


@pytest.fixture(scope="module")
def pair(cast: Cast) -> str:
    """A volunteer and a child of a prisoner."""
    names = {"volunteer_name": "张志愿", "person_name": "小明", "purpose": "学业与心理陪伴"}
    return str(cast.liaison.does("/v1/pairs", station=STATION, since="2026-02-02", **names)["id"])


@pytest.fixture(scope="module")
def day(cast: Cast, pair: str) -> Body:
    """One list in the evening: all of it, with the two visits of the pair."""
    visit = {
        "kind": "pairing_visit",
        "channel": "visit",
        "recipient_group": "prisoner_child",
        "topic": "家访",
        "pair": pair,
    }
    entries = [{"recipient_group": "woman", **one} for one in BUSY_DAY] + [visit, {**visit, "on": "2026-02-10"}]
    return cast.liaison.does("/v1/services/batch", station=STATION, on="2026-02-11", entries=entries)


def test_a_busy_day_with_every_kind_is_entered_at_once(cast: Cast, day: Body) -> None:
    given = cast.liaison.reads("/v1/services", station=STATION, limit=200)["items"]
    assert {one["id"] for one in given} == set(day["ids"])
    assert {one["kind"] for one in given} == set(terms.SERVICE_KINDS)
    by_topic = {one["topic"]: one for one in given}
    assert (by_topic["离婚"]["anonymous"], by_topic["抚养费"]["anonymous"]) == (False, True)
    assert (by_topic["彩礼返还"]["channel"], by_topic["彩礼返还"]["minutes"]) == ("network", 5)
    assert "曹桂兰" not in str(given)


def test_every_kind_counts_in_the_figures_of_the_station(cast: Cast, day: Body) -> None:
    def counted(page: Body) -> bool:
        return all(page["sums"][measure] == value for measure, value in EXPECTED.items())

    cast.liaison.sees("/v1/figures", "everything of the day", counted)


def test_one_bad_line_is_named_and_nothing_of_the_list_is_entered(cast: Cast, day: Body) -> None:
    good = {"kind": "advice", "recipient_group": "woman", "topic": "离婚"}
    refused = cast.liaison.sends(
        "/v1/services/batch", {"station": STATION, "entries": [good, {**good, "on": "2099-01-01"}]}
    )
    assert (refused.status, refused.problem) == (422, "impossible-date")
    assert refused.body["errors"][0]["pointer"] == "/entries/1/on"
    assert len(cast.liaison.reads("/v1/services", station=STATION, limit=200)["items"]) == len(day["ids"])


def test_a_fee_cannot_even_be_written_down(cast: Cast) -> None:
    body: dict[str, t.Any] = {"station": STATION, "kind": "advice", "recipient_group": "woman", "topic": "离婚"}
    refused = cast.liaison.sends("/v1/services", {**body, "fee_fen": 5000})
    assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, "/fee_fen")


def test_a_pair_ends_with_its_visits_counted(cast: Cast, pair: str, day: Body) -> None:
    shown = next(one for one in cast.liaison.reads("/v1/pairs")["items"] if one["id"] == pair)
    assert (shown["visits"], shown["last_visit_on"], shown["person_name"]) == (2, "2026-02-11", "小*")
    assert cast.liaison.does(f"/v1/pairs/{pair}/end", reason="父亲刑满回家")["ended_on"] == "2026-02-12"
    cast.liaison.sees("/v1/figures", "the pair that ended", lambda page: page["sums"]["pairs_ended"] == 1)


def test_services_and_pairs_are_not_for_other_organizations(network: Network, cast: Cast, pair: str, day: Body) -> None:
    network.organization("trade-unions", "和阳市总工会", kind="trade_union")
    stranger: Actor = network.station("trade-unions", "tu-hebin", "河滨区总工会工作站", liaison="高强")
    assert stranger.reads("/v1/services")["items"] == []
    assert stranger.reads("/v1/pairs")["items"] == []
    assert stranger.sends(f"/v1/pairs/{pair}/end", {"reason": "x"}).status == 404
