"""Referral to the right organization, objection to a refusal, a busy day's services."""

from __future__ import annotations

import pytest

from chassis.errors import Rejected
from tests.unit.intake.conftest import AUDITOR, BOUND, CENTER, LIAISON, OTHER, Desk


def test_a_referred_application_is_seen_by_both_sides_and_changed_by_the_new_one_alone(desk: Desk) -> None:
    filed = desk.file(BOUND, station="fengquan")
    application = filed["id"]
    referred = desk.do(
        "refer_application",
        BOUND,
        application=application,
        organization="trade-union",
        station="muye",
        reason="劳动争议",
    )
    assert (referred["organization"], referred["station"]) == ("trade-union", "muye")
    [event] = desk.said("application_referred")
    assert desk.mailboxes("application_referred") == ["trade-union"]
    assert (event["organization"], event["from_organization"], event["from_station"]) == (
        "trade-union",
        "womens-federation",
        "fengquan",
    )
    for principal in (BOUND, LIAISON, OTHER, CENTER, AUDITOR):
        assert [row["id"] for row in desk.ask("applications", principal)["items"]] == [application]
        assert desk.see(application, principal)["referrals"][0]["reason"] == "劳动争议"
    with pytest.raises(Rejected) as refused:  # it is in sight: that it is not there would not be true
        desk.do("withdraw_application", BOUND, application=application)
    told = {"number": filed["number"], "organization": "trade-union"}
    assert (refused.value.problem, refused.value.params) == ("referred-on", told)
    desk.do("withdraw_application", OTHER, application=application)


def test_a_station_does_not_send_an_application_away_to_its_own_organization_without_a_station(desk: Desk) -> None:
    application = desk.file(BOUND)["id"]
    with pytest.raises(Rejected, match="referred-to-itself"):
        desk.do("refer_application", BOUND, application=application, organization="womens-federation", reason="x")
    there = {"organization": "womens-federation", "station": "hongqi", "reason": "x"}
    assert desk.do("refer_application", BOUND, application=application, **there)["station"] == "hongqi"


def test_the_history_goes_along(desk: Desk) -> None:
    application = desk.file()["id"]
    desk.do("refer_application", LIAISON, application=application, organization="trade-union", reason="x")
    assert [act["act"] for act in desk.see(application, OTHER)["history"]] == ["file", "refer"]


def test_a_neighbour_station_does_not_see_what_another_station_referred_on(desk: Desk) -> None:
    application = desk.file(LIAISON, station="hongqi")["id"]
    desk.do("refer_application", LIAISON, application=application, organization="trade-union", reason="x")
    assert desk.ask("applications", BOUND)["items"] == []
    with pytest.raises(Rejected, match="not-found"):
        desk.see(application, BOUND)
    with pytest.raises(Rejected, match="not-found"):
        desk.do("withdraw_application", BOUND, application=application)


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ({"organization": "nobody"}, "unknown-organization"),
        ({"organization": "trade-union", "station": "fengquan"}, "unknown-station"),
        ({"organization": "womens-federation", "station": "fengquan"}, "referred-to-itself"),
    ],
)
def test_a_referral_needs_another_door_that_exists(desk: Desk, target: dict[str, str], problem: str) -> None:
    application = desk.file()["id"]
    with pytest.raises(Rejected) as refused:
        desk.do("refer_application", LIAISON, application=application, reason="x", **target)
    assert refused.value.problem == problem


def refused(desk: Desk) -> str:
    application: str = desk.file()["id"]
    desk.do("refuse_application", application=application, reasons=["不属于范围"])
    desk.do("file_objection", LIAISON, application=application, grounds="属于第三十二条情形")
    return application


def test_the_bureau_overturns_a_refusal_and_aid_is_granted(desk: Desk) -> None:
    application = refused(desk)
    assert len(desk.said("objection_filed")) == 1
    desk.do("decide_objection", application=application, outcome="overturned", reasons=["第三十二条"])
    assert desk.said("objection_decided")[0]["outcome"] == "overturned"
    assert desk.said("application_granted")[0]["parties"][0]["name"] == "马某"
    seen = desk.see(application)
    assert (seen["state"], seen["objection"]["outcome"], seen["objection"]["reasons"]) == (
        "granted",
        "overturned",
        ["第三十二条"],
    )


def test_an_upheld_refusal_is_final(desk: Desk) -> None:
    application = refused(desk)
    desk.do("decide_objection", application=application, outcome="upheld", reasons=["x"])
    assert desk.said("application_granted") == []
    with pytest.raises(Rejected, match="wrong-state"):
        desk.do("file_objection", LIAISON, application=application, grounds="再次")


def test_only_a_refusal_can_be_objected_to(desk: Desk) -> None:
    with pytest.raises(Rejected, match="wrong-state"):
        desk.do("file_objection", LIAISON, application=desk.file()["id"], grounds="x")


def test_a_busy_days_services_are_recorded_together(desk: Desk) -> None:
    entries = [
        {"kind": "advice", "recipient_group": "woman", "topic": "离婚"},
        {"kind": "lecture", "recipient_group": "woman", "topic": "反家暴", "persons": 60},
    ]
    made = desk.do("record_services", LIAISON, station="fengquan", on="2026-08-31", entries=entries)
    assert len(made["ids"]) == 2
    assert [(event["kind"], event["persons"], event["on"]) for event in desk.said("service_recorded")] == [
        ("advice", 1, "2026-08-31"),
        ("lecture", 60, "2026-08-31"),
    ]


def test_a_check_before_filing_stores_nothing(desk: Desk) -> None:
    checked = desk.ask("eligibility_check", LIAISON, matter="domestic_violence")
    assert (checked["outcome"], checked["hardship"]) == ("eligible", "waived")
    assert checked["rule_set"] == "henan/2026-01-01"
    assert desk.ask("eligibility_check", LIAISON, matter="labour_or_pay")["outcome"] == "unknown"
    old = desk.ask("eligibility_check", LIAISON, matter="labour_or_pay", applied_on="2024-05-05", age=30)
    assert old["rule_set"] == "henan/2022-01-01"
    assert desk.ask("applications", CENTER)["items"] == []
