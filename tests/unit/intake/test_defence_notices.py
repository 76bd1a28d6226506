"""Mandatory criminal defence upon an office's notice: aid by law, no means test, three days from the notice (LA 25, 36)."""

from __future__ import annotations

import datetime as dt
import typing as t

import pytest

from chassis.errors import Rejected
from contracts import terms
from tests.unit.intake.conftest import CENTER, LIAISON, MA, OTHER, Desk, identity_number

BOY = {"name": "小强", "identity_number": identity_number(3, "20100301")}
NOTICE: dict[str, t.Any] = {
    "office": {"kind": "court", "name": "和阳市中级人民法院", "notice_number": "（2026）豫07刑初1号"},
    "defendant": BOY, "grounds": ["minor"], "stage": "first_instance", "charge": "盗窃", "in_custody_at": "市看守所",
}  # fmt: skip


def test_aid_is_given_in_the_same_act_without_asking_for_means(desk: Desk) -> None:
    taken = desk.do("notify_defence", **NOTICE)
    assert (taken["state"], taken["eligibility"], taken["number"]) == ("granted", "eligible", "A2026-00001")
    shown = desk.see(taken["id"])
    assert [(act["act"], act["state"]) for act in shown["history"]] == [("notify", "received"), ("appoint", "granted")]
    assert shown["judgement"]["hardship"] == "not_required"
    assert (shown["recipient_group"], shown["matter"]) == ("minor", "criminal_defence")
    assert shown["notice"]["office"]["name"] == "和阳市中级人民法院"


def test_the_same_notice_sent_twice_is_one_defence(desk: Desk) -> None:
    first = desk.do("notify_defence", **NOTICE)
    same = {**NOTICE, "office": {"kind": "court", "name": "和阳市 中级人民法院"}}
    with pytest.raises(Rejected) as twice:
        desk.do("notify_defence", **same)
    assert (twice.value.problem, twice.value.params) == ("duplicate-notice", {"number": first["number"]})
    for other in (
        {"stage": "second_instance"},
        {"charge": "抢劫"},
        {"office": {"kind": "procuratorate", "name": "检察院"}},
    ):
        assert desk.do("notify_defence", **{**NOTICE, **other})["state"] == "granted"


@pytest.mark.parametrize("days", [-1, 731])
def test_a_hearing_that_was_over_before_the_notice_or_is_years_away_is_refused(desk: Desk, days: int) -> None:
    day = desk.bench.clock.now().date() + dt.timedelta(days=days)
    with pytest.raises(Rejected) as refused:
        desk.do("notify_defence", **NOTICE, hearing_on=day.isoformat())
    assert (refused.value.problem, refused.value.pointer) == ("impossible-date", "/hearing_on")


def test_the_three_days_run_from_the_notice_and_not_from_its_entry(desk: Desk) -> None:
    received = desk.bench.clock.now() - dt.timedelta(days=2)
    desk.do("notify_defence", **NOTICE, received_at=received.isoformat())
    (granted,), (notified,) = desk.said("application_granted"), desk.said("defence_notified")
    assert granted["granted_at"] == notified["received_at"] == received.isoformat()
    assert granted["facts"] == ["in_custody"]
    assert granted["parties"][0]["name"] == "小强"
    assert desk.said("application_received") == []


@pytest.mark.parametrize(
    ("defendant", "problem", "pointer"),
    [
        ({"name": "小强", "born_on": "2026-09-02"}, "impossible-date", "/defendant/born_on"),
        ({"name": "小强", "identity_number": identity_number(3, "20260902")}, "impossible-date", "/defendant/identity_number"),
        ({"name": "小强"}, "who-is-it", "/defendant"),
        ({"name": "小强", "person": "01a209a7-d6a9-713a-8e1b-7139e7472046"}, "not-found", "/defendant/person"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_defendant_is_pointed_at_where_the_office_s_notice_says_it(
    desk: Desk, defendant: dict[str, t.Any], problem: str, pointer: str
) -> None:
    with pytest.raises(Rejected, match=problem) as refused:
        desk.do("notify_defence", **{**NOTICE, "defendant": defendant})
    assert refused.value.pointer == pointer


@pytest.mark.parametrize("ground", sorted(terms.DEFENCE_GROUNDS))
def test_every_ground_of_article_25_is_enough(desk: Desk, ground: str) -> None:
    defendant = BOY if ground == "minor" else {"name": "李某", "identity_number": MA}
    taken = desk.do("notify_defence", **{**NOTICE, "defendant": defendant, "grounds": [ground]})
    assert (taken["state"], taken["eligibility"]) == ("granted", "eligible")


@pytest.mark.parametrize(("born", "is_minor"), [("20080901", False), ("20080902", True), ("19700101", False)])
def test_nobody_who_was_of_age_on_the_day_of_the_notice_is_defended_as_a_minor(
    desk: Desk, born: str, is_minor: bool
) -> None:
    defendant = {"name": "李某", "identity_number": identity_number(3, born)}
    if is_minor:
        assert desk.do("notify_defence", **{**NOTICE, "defendant": defendant})["state"] == "granted"
        return
    with pytest.raises(Rejected, match="not-a-minor") as refused:
        desk.do("notify_defence", **{**NOTICE, "defendant": defendant})
    assert (refused.value.pointer, str(refused.value.params["day"])) == ("/grounds", "2026-09-01")


def test_a_moment_that_cannot_be_is_refused_in_the_networks_time(desk: Desk) -> None:
    for at, said in (
        ("2027-01-01T00:00:00", "2027-01-01T08:00+08:00"),
        ("9999-12-31T23:59:59", "9999-12-31T23:59+00:00"),
    ):
        with pytest.raises(Rejected, match="impossible-date") as refused:
            desk.do("notify_defence", **NOTICE, received_at=f"{at}+00:00")
        assert refused.value.params["value"] == said


def test_a_death_review_is_known_to_the_choice_of_lawyers_as_life_or_death(desk: Desk) -> None:
    desk.do("notify_defence", **{**NOTICE, "grounds": ["death_review"]})
    assert "life_or_death_sentence_possible" in desk.said("application_granted")[0]["facts"]


def test_an_office_may_bring_it_to_any_station_of_its_own_and_nobody_to_anothers(desk: Desk) -> None:
    assert desk.do("notify_defence", LIAISON, **NOTICE, station="fengquan")["organization"] == "womens-federation"
    with pytest.raises(Rejected, match="unknown-station"):
        desk.do("notify_defence", OTHER, **NOTICE, station="fengquan")


def test_a_notice_is_neither_of_the_future_nor_of_last_year(desk: Desk) -> None:
    for days in (-1, 40):
        moment = desk.bench.clock.now() - dt.timedelta(days=days)
        with pytest.raises(Rejected, match="impossible-date"):
            desk.do("notify_defence", **NOTICE, received_at=moment.isoformat())


def test_a_hearing_within_days_makes_it_urgent(desk: Desk) -> None:
    soon = (desk.bench.clock.now() + dt.timedelta(days=3)).date().isoformat()
    taken = desk.do("notify_defence", CENTER, **NOTICE, hearing_on=soon)
    assert desk.see(taken["id"])["urgency"] == "urgent"


def test_a_defendant_whose_number_nobody_knows_is_taken_in_by_birth(desk: Desk) -> None:
    unknown = {"name": "阿力木", "identity_number": None, "born_on": "2010-05-01"}
    taken = desk.do("notify_defence", **{**NOTICE, "defendant": unknown})
    assert desk.see(taken["id"])["applicant"]["identity_number"] is None
    assert desk.said("application_granted")[0]["parties"][0]["number"] is None
