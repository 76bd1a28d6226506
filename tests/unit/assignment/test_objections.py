"""The objection to a termination (LA 49): upheld, the case stays ended; overturned, it goes on as if it had not ended."""

from __future__ import annotations

import datetime as dt
import typing as t

import pytest

from contracts.assignment import QUERIES
from tests.unit.assignment.conftest import CENTER, LIAISON, OTHER_LIAISON, Office, lawyer_principal
from tests.unit.assignment.test_handling import refusal

GROUNDS = "并未自行委托律师。"
FULL = 180_000


@pytest.fixture
def lawyer(office: Office) -> str:
    return office.lawyer(office.firm(), "李律师", years=9)


@pytest.fixture
def case(office: Office, lawyer: str) -> dict[str, t.Any]:
    """A case that its lawyer had a retainer for, terminated a day ago."""
    case = office.assigned(lawyer)
    office.do("record_retainer", lawyer_principal(lawyer), case=case["id"])
    office.do("report_progress", lawyer_principal(lawyer), case=case["id"], stage="mediation", summary="已联系对方")
    terminate(office, case)
    office.bench.clock.move(days=1)
    return case


def terminate(office: Office, case: dict[str, t.Any]) -> None:
    office.do("terminate_case", case=case["id"], ground="own_lawyer", reason="据称已自行委托律师")


def objected(office: Office, case: dict[str, t.Any]) -> dict[str, t.Any]:
    return office.do("object_to_termination", LIAISON, case=case["id"], grounds=GROUNDS)


def decided(office: Office, case: dict[str, t.Any], outcome: str = "overturned") -> dict[str, t.Any]:
    return office.do(
        "decide_termination_objection", case=case["id"], outcome=outcome, reasons=["事实不清。", "证据不足。"]
    )


def test_an_objection_is_noted_with_the_termination_as_it_was_and_the_five_days_run(office, case):
    answer = objected(office, case)
    assert answer["state"] == "ended"
    (shown,) = office.case(case)["objections"]
    assert (shown["ground"], shown["terminated_on"], shown["state"]) == ("own_lawyer", "2026-09-01", "open")
    assert (shown["grounds"], shown["reasons"]) == (GROUNDS, [])
    (said,) = office.said("termination_objected")
    assert (said["objection"], said["objected_at"]) == (shown["id"], shown["objected_at"])
    assert office.ask("case", LIAISON, case=case["id"])["objections"][0]["grounds"] is None, (
        "its station keeps the words"
    )


def test_a_termination_that_is_upheld_stays_and_is_not_objected_to_again(office, case):
    objected(office, case)
    assert refusal(office, "object_to_termination", LIAISON, case=case["id"], grounds=GROUNDS).problem == "duplicate"
    assert decided(office, case, "upheld")["state"] == "ended"
    assert office.case(case)["termination_ground"] == "own_lawyer"
    assert office.said("aid_restored") == []
    (said,) = office.said("termination_objection_decided")
    assert (said["termination_outcome"], said["lawyer"]) == ("upheld", case["lawyer"])
    assert refusal(office, "object_to_termination", LIAISON, case=case["id"], grounds=GROUNDS).problem == "duplicate"
    again = {"case": case["id"], "outcome": "overturned", "reasons": ["x"]}
    assert refusal(office, "decide_termination_objection", **again).problem == "wrong-state"


def test_an_overturned_termination_gives_the_case_back_to_its_lawyer_with_all_that_was_done(office, case, lawyer):
    objected(office, case)
    back = decided(office, case)
    assert (back["state"], back["lawyer"], back["termination_ground"], back["outcome"]) == (
        "assigned", lawyer, None, None,
    )  # fmt: skip
    shown = office.case(case)
    assert [one["summary"] for one in shown["progress"]] == ["已联系对方"]
    assert [(one["since"], one["until"], one["signed_on"]) for one in shown["lawyers"]] == [
        ("2026-09-01", "2026-09-01", "2026-09-01"),
        ("2026-09-02", None, None),
    ]
    (one,) = [one for one in office.ask("lawyers")["items"] if one["id"] == lawyer]
    assert one["workload"] == 1
    (said,) = office.said("aid_restored")
    assert (said["lawyer"], said["release"], said["restored"]) == (lawyer, None, shown["objections"][0]["id"])
    mine = lawyer_principal(lawyer)
    office.do("record_retainer", mine, case=case["id"])
    office.do("end_case", mine, case=case["id"], outcome="won", amounts=[{"kind": "pay", "fen": 100}])
    assert office.said("case_ended")[-1]["restored"] == shown["objections"][0]["id"]
    _, detail = QUERIES["assignment.case"]
    assert detail().validate(office.case(case)) == {}


def test_a_second_termination_may_be_objected_to_anew(office, case):
    objected(office, case)
    decided(office, case)
    terminate(office, case)
    objected(office, case)
    assert [one["state"] for one in office.case(case)["objections"]] == ["overturned", "open"]


def test_a_lawyer_who_left_meanwhile_does_not_get_it_back_and_another_one_is_looked_for(office, case, lawyer):
    other = office.lawyer(office.firm("公平律师事务所"), "周律师", years=1)
    office.do("change_lawyer_state", lawyer=lawyer, state="inactive", reason="退休")
    objected(office, case)
    assert (decided(office, case)["state"], office.case(case)["lawyer"]) == ("proposed", None)
    (said,) = office.said("aid_restored")
    assert (said["lawyer"], said["release"]) == (None, said["objection"])
    offer = office.do("offer_case", case=case["id"])
    assert offer["lawyer"] == other
    office.do("answer_offer", lawyer_principal(other), offer=offer["id"], answer="accept")
    assert office.said("offer_accepted")[-1]["release"] == said["release"], "this ends the center's three days"


def test_a_conflict_that_came_up_meanwhile_keeps_the_case_from_its_lawyer(office, case, lawyer):
    other = office.assigned(lawyer, aided="陈某", against="赵某")
    office.do("add_party", case=other["id"], side="opposing", name="马某")
    objected(office, case)
    back = decided(office, case)
    assert (back["state"], back["lawyer"]) == ("unassigned", None), "there is no other lawyer"


def test_a_case_that_nobody_had_is_opened_again(office, lawyer):
    case = office.grant()
    terminate(office, case)
    assert office.case(case)["state"] == "closed"
    objected(office, case)
    assert decided(office, case)["state"] == "proposed"
    assert [one["lawyer"] for one in office.ask("proposal", case=case["id"])["candidates"]] == [lawyer]


def test_hearings_and_labour_dates_that_still_lie_ahead_are_set_again_to_the_same_days(office, lawyer):
    worker = {"form_of_aid": "labour_mediation_arbitration", "matter": "labour_or_pay"}
    case, mine = office.assigned(lawyer, **worker), lawyer_principal(lawyer)
    at = office.bench.clock.now() + dt.timedelta(days=20)
    office.do("schedule_hearing", mine, case=case["id"], stage="arbitration", at=at, place="仲裁庭")
    office.do("record_labour_step", mine, case=case["id"], step="mediation_requested", knew_on="2026-03-01")
    before = {one["kind"]: one for one in office.said("case_date_set")}
    terminate(office, case)
    assert {one["outcome"] for one in office.said("case_date_closed")} == {"not_needed"}
    objected(office, case)
    decided(office, case)
    again = {one["kind"]: one for one in office.said("case_date_set")[len(before) :]}
    assert set(again) == {"labour_mediation", "labour_arbitration"}
    for kind, date in again.items():
        assert date["due_on"] == before[kind]["due_on"]
        assert date["date"] != before[kind]["date"], "the old one was closed for good"
    assert [(one["state"], one["at"]) for one in office.case(case)["hearings"]] == [
        ("cancelled", at.isoformat()),
        ("scheduled", at.isoformat()),
    ]
    office.do("record_labour_step", mine, case=case["id"], step="mediation_failed")
    closed = [one for one in office.said("case_date_closed") if one["date"] == again["labour_mediation"]["date"]]
    assert [one["outcome"] for one in closed] == ["done"]


def test_what_was_paid_for_the_ending_counts_towards_the_subsidy_of_the_whole(office, case, lawyer):
    mine = lawyer_principal(lawyer)
    file = {"summary": "终止", "documents": [{"kind": "report", "title": "终止报告"}]}
    office.do("submit_closing_file", mine, case=case["id"], **file)
    office.do("check_closing_file", case=case["id"], grade="pass")
    office.do("pay_subsidy", case=case["id"])
    assert office.case(case)["paid_fen"] == FULL
    objected(office, case)
    assert decided(office, case)["state"] == "assigned"
    office.do("record_retainer", mine, case=case["id"])
    office.do("end_case", mine, case=case["id"], outcome="won")
    office.do("submit_closing_file", mine, case=case["id"], **file)
    office.do("check_closing_file", case=case["id"], grade="excellent")
    office.do("pay_subsidy", case=case["id"])
    assert sum(one["amount_fen"] for one in office.said("subsidy_paid")) == FULL * 120 // 100
    assert refusal(office, "pay_subsidy", case=case["id"]).problem == "already-paid"


@pytest.mark.parametrize(("ending", "possible"), [("won", ""), (None, "terminate")])
def test_only_a_termination_can_be_objected_to(office, lawyer, ending, possible):
    case = office.ended(lawyer, outcome=ending) if ending else office.assigned(lawyer)
    said = refusal(office, "object_to_termination", LIAISON, case=case["id"], grounds=GROUNDS)
    assert (said.problem, said.params["allowed"]) == ("wrong-state", possible)


def test_the_own_station_notes_an_objection_and_only_the_center_enters_the_decision(office, case):
    stranger = refusal(office, "object_to_termination", OTHER_LIAISON, case=case["id"], grounds=GROUNDS)
    assert stranger.problem == "not-found"
    objected(office, case)
    decision = {"case": case["id"], "outcome": "overturned", "reasons": ["x"]}
    assert refusal(office, "decide_termination_objection", LIAISON, **decision).problem == "forbidden"
    mine = lawyer_principal(case["lawyer"])
    assert refusal(office, "decide_termination_objection", mine, **decision).problem == "forbidden"


def test_the_bureaus_decision_is_a_paper(office, case):
    objected(office, case)
    kinds = lambda: {one["kind"] for one in office.ask("papers", CENTER, case=case["id"])["items"]}  # noqa: E731
    assert "termination_review" not in kinds()
    decided(office, case)
    assert "termination_decision" not in kinds(), "it holds no more"
    facts = office.ask("paper", CENTER, case=case["id"], kind="termination_review")["facts"]
    assert (facts["outcome"], facts["objected_on"], facts["reasons"]) == (
        "责令恢复援助", "2026年9月2日", ["事实不清。", "证据不足。"],
    )  # fmt: skip


def test_erasing_a_person_erases_the_words_of_their_objections(office, case):
    objected(office, case)
    decided(office, case, "upheld")
    event = {
        "person": case["application"],
        "applications": [case["application"]],
        "erased_at": office.bench.clock.now(),
    }
    office.bench.handle("intake.person_erased.v1", event, organization="womens-federation")
    (shown,) = office.case(case)["objections"]
    assert (shown["grounds"], shown["reasons"], shown["state"]) == (None, [], "upheld")
