"""An application is corrected before the decision, and judged anew by the rules of its own day."""

from __future__ import annotations

import typing as t
from uuid import UUID

import pytest

from chassis.errors import Rejected
from services.intake.models import Application
from tests.unit.intake.conftest import BOUND, LIAISON, OTHER, Desk

POOR = {"facts": [], "matter": "labour_or_pay", "recipient_group": "worker", "household_size": 1}


def amend(desk: Desk, application: str, of: str = "v2", **changes: t.Any) -> dict[str, t.Any]:
    command = {"application": application, "reason": "更正", **changes}
    answer = desk.bench.handle(f"intake.amend_application.{of}", command, principal=LIAISON)
    return t.cast(dict[str, t.Any], answer)


def test_a_corrected_income_is_judged_anew(desk: Desk) -> None:
    filed = desk.file(**POOR, monthly_income_fen=900_000)
    assert filed["eligibility"] == "not_eligible"
    amended = amend(desk, filed["id"], monthly_income_fen=90_000, version=1)
    assert (amended["eligibility"], amended["version"], amended["changed"]) == ("eligible", 2, ["monthly_income_fen"])
    shown = desk.see(filed["id"])
    assert (shown["monthly_income_fen"], shown["household_size"], shown["state"]) == (90_000, 1, "received")
    assert shown["history"][-1]["note"] == "更正"


def test_everything_that_is_said_can_be_corrected_and_the_rest_stays(desk: Desk) -> None:
    filed = desk.file()
    amend(desk, filed["id"], applicant={"name": "马秀云", "phone": "13900000009"}, recipient_group="disabled",
          matter="maintenance_or_support", statement="请求扶养费", opposing_parties=[], facts=["abused"], pledge=True)  # fmt: skip
    shown = desk.see(filed["id"])
    assert (shown["applicant"]["name"], shown["applicant"]["address"]) == ("马秀云", "凤泉区某村")
    assert (shown["statement"], shown["opposing_parties"], shown["facts"]) == ("请求扶养费", [], ["abused"])
    (event,) = desk.said("application_amended")
    assert (event["recipient_group"], event["matter"]) == ("disabled", "maintenance_or_support")
    assert event["changed"] == sorted(event["changed"])
    assert "马秀云" not in str(event)


TOLD = {
    "household_size": 1,
    "monthly_income_fen": 90_000,
    "office_district": "红旗区",
    "arose_district": "卫滨区",
    "limitation_on": "2026-12-31",
}
APPLICANT = {"phone": "13900000000", "address": "凤泉区某村", "district": "凤泉区"}


def test_null_clears_what_may_be_empty_and_the_rules_judge_anew_without_it(desk: Desk) -> None:
    filed = desk.file(**POOR | TOLD, applicant=APPLICANT)
    before = desk.see(filed["id"])
    assert {name: before[name] for name in TOLD} == TOLD
    assert (filed["eligibility"], before["competence"]["districts"] != []) == ("eligible", True)
    amended = amend(desk, filed["id"], **dict.fromkeys(TOLD), applicant=dict.fromkeys(APPLICANT))
    after = desk.see(filed["id"])
    assert {name: after[name] for name in TOLD} == dict.fromkeys(TOLD)
    assert {name: after["applicant"][name] for name in APPLICANT} == dict.fromkeys(APPLICANT)
    assert (amended["eligibility"], amended["changed"]) == ("unknown", sorted([*TOLD, "applicant"]))
    assert (after["applicant"]["name"], after["matter"], after["statement"]) == (
        before["applicant"]["name"],
        before["matter"],
        before["statement"],
    )
    assert amend(desk, filed["id"], household_size=1, monthly_income_fen=90_000)["eligibility"] == "eligible"


def test_null_takes_a_limitations_urgency_away_with_it(desk: Desk) -> None:
    filed = desk.file(limitation_on=desk.bench.clock.now().date().isoformat())
    assert desk.see(filed["id"])["urgency"] == "urgent"
    amend(desk, filed["id"], limitation_on=None)
    assert desk.see(filed["id"])["urgency"] == "normal"
    assert desk.said("application_amended")[-1]["limitation_on"] is None


@pytest.mark.parametrize(
    ("number", "then"), [({}, "female"), ({"identity_number": None, "born_on": "1970-01-01"}, "unknown")]
)
def test_without_a_word_about_it_the_gender_is_what_the_identity_number_says(
    desk: Desk, number: dict[str, t.Any], then: str
) -> None:
    filed = desk.file(applicant={"gender": "male", **number})
    assert desk.see(filed["id"])["applicant"]["gender"] == "male"
    amend(desk, filed["id"], applicant={"gender": None})
    assert desk.see(filed["id"])["applicant"]["gender"] == then


def test_null_in_an_amendment_of_the_first_version_still_means_as_it_was(desk: Desk) -> None:
    filed = desk.file(**POOR | TOLD, applicant=APPLICANT | {"gender": "female"})
    before = desk.see(filed["id"])
    applicant = {**dict.fromkeys(APPLICANT), "gender": None, "name": None}
    answer = amend(desk, filed["id"], "v1", pledge=True, matter=None, **dict.fromkeys(TOLD), applicant=applicant)
    after = desk.see(filed["id"])
    assert {name: after[name] for name in TOLD} == TOLD
    assert (after["applicant"], after["matter"]) == (before["applicant"], before["matter"])
    assert answer["changed"] == ["applicant", "pledge"]
    with pytest.raises(Rejected, match="nothing-to-amend"):
        amend(desk, filed["id"], "v1", **dict.fromkeys(TOLD))


def test_a_limitation_that_turns_out_near_makes_it_urgent(desk: Desk) -> None:
    filed = desk.file()
    amend(desk, filed["id"], limitation_on=desk.bench.clock.now().date().isoformat())
    assert desk.see(filed["id"])["urgency"] == "urgent"


def test_what_was_said_to_be_urgent_stays_so_when_facts_are_corrected(desk: Desk) -> None:
    filed = desk.file(urgency="urgent", facts=["preservation_needed"])
    amend(desk, filed["id"], facts=["abused"])
    assert desk.see(filed["id"])["urgency"] == "urgent"
    amend(desk, filed["id"], urgency="normal")
    assert desk.see(filed["id"])["urgency"] == "normal"


def test_what_only_a_fact_made_urgent_is_not_when_the_fact_is_corrected(desk: Desk) -> None:
    filed = desk.file(facts=["preservation_needed"])
    assert desk.see(filed["id"])["urgency"] == "urgent"
    amend(desk, filed["id"], facts=["abused"])
    assert desk.see(filed["id"])["urgency"] == "normal"


@pytest.mark.parametrize(
    ("facts", "then"), [(["abused"], "urgent"), (["preservation_needed"], "normal")], ids=["said", "of a fact"]
)
def test_an_application_from_before_urgency_was_kept_as_said_is_understood(
    desk: Desk, facts: list[str], then: str
) -> None:
    filed = desk.file(urgency="urgent", facts=facts)
    with desk.bench.session() as session:
        row = session.get_one(Application, UUID(filed["id"]))
        vault = t.cast(t.Any, desk.bench.consumer.settings).vault
        told = vault.open_json(row.circumstances_sealed)
        row.circumstances_sealed = vault.seal_json({name: told[name] for name in told if name != "urgency"})
        session.commit()
    amend(desk, filed["id"], facts=[])
    assert desk.see(filed["id"])["urgency"] == then


def test_what_is_decided_is_not_corrected_any_more(desk: Desk) -> None:
    filed = desk.file()
    desk.do("refuse_application", application=filed["id"], reasons=["理由"])
    with pytest.raises(Rejected, match="wrong-state"):
        amend(desk, filed["id"], pledge=True)


def test_nothing_and_by_nobody(desk: Desk) -> None:
    filed = desk.file()
    with pytest.raises(Rejected, match="nothing-to-amend"):
        amend(desk, filed["id"])
    for stranger in (OTHER,):
        with pytest.raises(Rejected, match="not-found"):
            desk.do("amend_application", stranger, application=filed["id"], reason="x", pledge=True)
    with pytest.raises(Rejected, match="version-conflict"):
        amend(desk, filed["id"], pledge=True, version=7)
    assert desk.do("amend_application", BOUND, application=filed["id"], reason="x", pledge=True)["version"] == 2


def test_while_papers_are_missing_a_correction_does_not_start_the_clock(desk: Desk) -> None:
    filed = desk.file()
    desk.do("request_papers", application=filed["id"], papers=[{"kind": "income", "title": "收入证明"}])
    assert amend(desk, filed["id"], pledge=True)["state"] == "awaiting_papers"
