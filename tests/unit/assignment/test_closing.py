"""A closing file comes back until it is complete; what is paid is paid once, whoever pays and whatever is corrected."""

from __future__ import annotations

import threading
import typing as t

import pytest
from sqlalchemy import event

from chassis.database import Database
from chassis.errors import Rejected
from contracts.assignment import QUERIES
from tests.unit.assignment.conftest import AUDITOR, LIAISON, Office, lawyer_principal
from tests.unit.assignment.test_handling import refusal

FULL = 180_000  # civil litigation, by the table


@pytest.fixture
def lawyer(office: Office) -> str:
    return office.lawyer(office.firm(), "李律师")


def refused(call: t.Callable[..., t.Any], *args: t.Any, **data: t.Any) -> str:
    with pytest.raises(Rejected) as said:
        call(*args, **data)
    return said.value.problem


def checked(office: Office, lawyer: str, grade: str = "good") -> str:
    case: str = office.filed(lawyer)["id"]
    office.do("check_closing_file", case=case, grade=grade)
    return case


def test_an_incomplete_file_goes_back_and_is_handed_in_again_with_what_was_there(office: Office, lawyer: str) -> None:
    case = office.filed(lawyer)["id"]
    assert (
        refused(office.do, "return_closing_file", LIAISON, case=case, missing=["授权委托书"], reason="不全")
        == "forbidden"
    )
    back = office.do("return_closing_file", case=case, missing=["授权委托书"], reason="材料不全。")
    assert (back["state"], back["missing"]) == ("ended", ["授权委托书"])
    assert refused(office.do, "check_closing_file", case=case, grade="good") == "wrong-state"
    (returned,) = office.said("closing_file_returned")
    documents = [{"kind": "power_of_attorney", "title": "授权委托书"}]
    office.do("submit_closing_file", lawyer_principal(lawyer), case=case, summary="已补正。", documents=documents)
    first, second = office.said("closing_file_submitted")
    assert (first["completion"], second["completion"]) == (None, returned["completion"])
    assert [one["kind"] for one in office.case(case)["documents"]] == ["judgment", "power_of_attorney"]
    office.do("check_closing_file", case=case, grade="excellent")
    assert office.case(case)["subsidy_fen"] == FULL * 120 // 100


def test_a_correction_before_the_payment_changes_what_is_paid(office: Office, lawyer: str) -> None:
    case = checked(office, lawyer, "excellent")
    office.do("correct_subsidy", case=case, grade="good", reason="等级录入有误。")
    office.do("pay_subsidy", case=case)
    assert [one["amount_fen"] for one in office.said("subsidy_paid")] == [FULL]
    assert refused(office.do, "pay_subsidy", case=case) == "already-paid"


def test_a_correction_after_the_payment_pays_the_rest_alone(office: Office, lawyer: str) -> None:
    case = checked(office, lawyer)
    office.do("pay_subsidy", case=case)
    office.do("correct_subsidy", case=case, grade="excellent", reason="复核后改为优秀。")
    office.do("pay_subsidy", case=case)
    paid = office.said("subsidy_paid")
    assert [(one["amount_fen"], one["nth"]) for one in paid] == [(FULL, 1), (FULL // 5, 2)]
    assert refused(office.do, "pay_subsidy", case=case) == "already-paid"
    (corrected,) = office.said("subsidy_corrected")
    assert (corrected["old_fen"], corrected["new_fen"]) == (FULL, FULL * 120 // 100)


def test_what_was_paid_too_much_is_shown_and_never_paid_again(office: Office, lawyer: str) -> None:
    case = checked(office, lawyer)
    office.do("pay_subsidy", case=case)
    office.do("correct_subsidy", case=case, grade="fail", costs_fen=5_000, reason="抽查不合格。")
    assert refused(office.do, "pay_subsidy", case=case) == "already-paid"
    statement = office.ask("statement", lawyer=lawyer, month="2026-09")
    assert (statement["due_fen"], statement["paid_fen"], statement["open_fen"]) == (5_000, FULL, 0)
    assert statement["overpaid_fen"] == FULL - 5_000


def test_costs_that_were_corrected_stay_so_when_the_grade_is_corrected_after_them(office: Office, lawyer: str) -> None:
    case = office.filed(lawyer)["id"]
    office.do("record_cost", case=case, kind="travel", fen=80_000)
    assert office.do("check_closing_file", case=case, grade="good")["subsidy_fen"] == FULL + 80_000
    typed = {"costs_fen": 8_000, "reason": "多记了一位"}
    assert office.do("correct_subsidy", case=case, **typed)["subsidy_fen"] == FULL + 8_000
    graded = {"grade": "excellent", "reason": "复核后改为优秀。"}
    assert office.do("correct_subsidy", case=case, **graded)["subsidy_fen"] == FULL * 120 // 100 + 8_000
    office.do("correct_subsidy", case=case, costs_fen=0, reason="票据不符。")
    assert office.do("correct_subsidy", case=case, grade="fail", reason="抽查不合格。")["subsidy_fen"] == 0
    assert office.do("correct_subsidy", case=case, grade="good", reason="复核。")["subsidy_fen"] == FULL


def test_a_run_pays_all_that_is_open_of_a_month_once_and_keeps_the_list(office: Office, lawyer: str) -> None:
    paid, *others = [checked(office, lawyer) for _ in range(3)]
    office.do("pay_subsidy", case=paid)
    run = office.do("run_payments", month="2026-09")
    assert {one["case"] for one in run["lines"]} == set(others)
    assert run["lawyers"] == [{"lawyer": lawyer, "amount_fen": 2 * FULL}]
    assert refused(office.do, "run_payments", month="2026-09") == "nothing-to-pay"
    assert refused(office.do, "run_payments", LIAISON, month="2026-09") == "forbidden"
    for principal in (AUDITOR,):
        shown = office.ask("payment_run", principal, run=run["id"])
        assert shown == run
        assert not QUERIES["assignment.payment_run"][1]().validate(shown)
    assert refused(office.ask, "payment_run", lawyer_principal(lawyer), run=run["id"]) == "not-found"
    (item,) = office.ask("payment_runs", AUDITOR, month="2026-09")["items"]
    assert (item["id"], item["total_fen"], item["cases"]) == (run["id"], 2 * FULL, 2)
    assert not QUERIES["assignment.payment_runs"][1]().validate({"items": [item], "next": None})
    assert office.ask("payment_runs", month="2026-08")["items"] == []
    assert refused(office.ask, "payment_runs", LIAISON) == "forbidden"
    assert len(office.said("subsidy_paid")) == 3


def test_a_run_names_the_firm_that_a_lawyer_was_with_when_it_was_paid(office: Office, lawyer: str) -> None:
    checked(office, lawyer)
    run = office.do("run_payments", month="2026-09")
    (line,) = run["lines"]
    elsewhere = office.firm("公道律师事务所")
    office.do("change_lawyer", lawyer=lawyer, firm=elsewhere, version=office.ask("lawyers")["items"][0]["version"])
    assert office.ask("payment_run", run=run["id"])["lines"] == [line]
    checked(office, lawyer)
    (later,) = office.do("run_payments", month="2026-09")["lines"]
    assert [one["firm_name"] for one in (line, later)] == ["正义律师事务所", "公道律师事务所"]


def test_a_run_does_not_look_for_the_firm_of_each_payment(office: Office, lawyer: str) -> None:
    for _ in range(3):
        checked(office, lawyer)
    read: list[str] = []

    def executes(connection: t.Any, cursor: t.Any, statement: str, *_: t.Any) -> None:
        if statement.startswith("SELECT") and "firms" in statement:
            read.append(statement)

    event.listen(office.bench.database.engine, "before_cursor_execute", executes)
    run = office.do("run_payments", month="2026-09")
    event.remove(office.bench.database.engine, "before_cursor_execute", executes)
    assert [one["firm_name"] for one in run["lines"]] == ["正义律师事务所"] * 3
    assert len(read) == 1, "the list of the run"


@pytest.mark.parametrize("other", ["pay_subsidy", "run_payments"])
def test_two_payers_at_once_on_postgresql_pay_once(postgres_url: t.Any, other: str) -> None:
    office = Office(database=Database(postgres_url(f"payers-{other.replace('_', '-')}")))
    office.organization()
    case = checked(office, office.lawyer(office.firm(), "李律师"))
    ways = {"pay_subsidy": {"case": case}, "run_payments": {"month": "2026-09"}}
    outcomes: list[str] = []

    def pay(command: str) -> None:
        try:
            office.do(command, **ways[command])
            outcomes.append("paid")
        except Rejected as refusal:
            outcomes.append(refusal.problem)

    payers = [threading.Thread(target=pay, args=(command,)) for command in ("pay_subsidy", other)]
    for payer in payers:
        payer.start()
    for payer in payers:
        payer.join(30)
    assert outcomes.count("paid") == 1, outcomes
    assert [one["amount_fen"] for one in office.said("subsidy_paid")] == [FULL]


def test_an_offer_that_is_withdrawn_goes_to_nobody_unless_the_center_says_so(office: Office) -> None:
    firm = office.firm()
    first, second = office.lawyer(firm, "周建涛", years=9), office.lawyer(firm, "尹雅梅", years=2)
    case = office.grant()["id"]
    offer = office.do("offer_case", case=case)
    assert refused(office.do, "withdraw_offer", lawyer_principal(first), offer=offer["id"], reason="x") == "forbidden"
    gone = office.do("withdraw_offer", offer=offer["id"], reason="另有安排。")
    assert (gone["state"], gone["case_state"], gone["answer_reason"]) == ("recalled", "proposed", "另有安排。")
    assert (
        refused(office.do, "answer_offer", lawyer_principal(first), offer=offer["id"], answer="accept") == "wrong-state"
    )
    other = office.do("offer_case", case=case, lawyer=second, reason="熟悉案情")
    office.do("withdraw_offer", offer=other["id"], reason="另有安排。", offer_next=True)
    assert office.case(case)["state"] == "unassigned", "everybody was asked"


def test_a_firm_that_leaves_hands_its_cases_to_other_firms_and_none_to_a_leaving_colleague(office: Office) -> None:
    leaving, staying = office.firm("甲律师事务所"), office.firm("乙律师事务所")
    colleagues = [office.lawyer(leaving, name, years=15) for name in ("周建涛", "尹雅梅")]
    other = office.lawyer(staying, "韩立新", years=1)
    cases = [office.assigned(one)["id"] for one in colleagues]
    gone = office.do("release_firm", firm=leaving, reason="退出法律援助工作。")
    assert (set(gone["lawyers"]), gone["cases"]) == (set(colleagues), 2)
    for case in cases:
        (offer,) = [one for one in office.case(case)["offers"] if one["state"] == "open"]
        assert offer["lawyer"] == other
    assert {one["release"] for one in office.said("lawyer_released")} != {None}


def test_a_correction_by_costs_that_cannot_be_is_refused(office: Office, lawyer: str) -> None:
    case = checked(office, lawyer)
    absurd = {"case": case, "costs_fen": 1_000_000_01, "reason": "误填"}
    said = refusal(office, "correct_subsidy", **absurd)
    assert (said.problem, said.pointer) == ("impossible-amount", "/costs_fen")
    office.do("correct_subsidy", **{**absurd, "costs_fen": 1_000_000_00})


def test_a_month_that_has_not_begun_is_not_paid(office: Office, lawyer: str) -> None:
    checked(office, lawyer)
    said = refusal(office, "run_payments", month="2026-10")
    assert (said.problem, said.pointer, said.params["latest"]) == ("impossible-date", "/month", "2026-09")
    assert len(office.do("run_payments", month="2026-09")["lines"]) == 1
