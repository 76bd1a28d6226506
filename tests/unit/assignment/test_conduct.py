"""Hearings, direct costs, the checklist of the closing file, and the monthly statement."""

from __future__ import annotations

import datetime as dt
import typing as t

import pytest

from chassis.errors import Rejected
from tests.unit.assignment.conftest import AUDITOR, CENTER, LIAISON, OTHER_LIAISON, Office, lawyer_principal
from tests.unit.assignment.test_handling import refusal


@pytest.fixture
def lawyer(office: Office) -> str:
    return office.lawyer(office.firm(), "李律师")


def test_hearings_are_listed_in_the_order_in_which_they_take_place(office: Office, lawyer):
    case = office.assigned(lawyer)["id"]
    later = {"case": case, "stage": "second_instance", "at": "2026-10-09T09:00:00+08:00", "place": "市中级法院"}
    sooner = {"case": case, "stage": "first_instance", "at": "2026-09-20T23:30:00+08:00", "place": "区法院三号庭"}
    office.do("schedule_hearing", lawyer_principal(lawyer), **later)
    first = office.do("schedule_hearing", lawyer_principal(lawyer), **sooner)
    for reader in (lawyer_principal(lawyer), LIAISON):
        listed = office.ask("hearings", reader)["items"]
        assert [one["place"] for one in listed] == ["区法院三号庭", "市中级法院"]
    assert office.ask("hearings", OTHER_LIAISON)["items"] == []
    assert [one["id"] for one in office.ask("hearings", until="2026-09-20")["items"]] == [first["id"]]
    assert office.ask("hearings", since="2026-09-21", until="2026-09-30")["items"] == []
    office.do("cancel_hearing", hearing=first["id"], reason="法院改期")
    assert office.case(case)["hearings"][1]["state"] == "cancelled"
    assert refusal(office, "cancel_hearing", hearing=first["id"], reason="再次").problem == "wrong-state"
    assert refusal(office, "cancel_hearing", OTHER_LIAISON, hearing=first["id"], reason="x").problem == "not-found"
    assert refusal(office, "cancel_hearing", LIAISON, hearing=first["id"], reason="x").problem == "forbidden"


def test_a_case_that_nobody_has_in_hand_has_no_hearing(office: Office, lawyer):
    data = {"stage": "first_instance", "at": "2026-10-09T01:00:00Z", "place": "区法院"}
    assert refusal(office, "schedule_hearing", case=office.ended(lawyer)["id"], **data).problem == "wrong-state"


def test_direct_costs_come_with_the_subsidy_and_are_all_that_a_failed_file_brings(office: Office, lawyer):
    good, failed = office.filed(lawyer, aided="陈某", against="孙某"), office.filed(lawyer)
    for case in (good, failed):
        office.do("record_cost", lawyer_principal(lawyer), case=case["id"], kind="travel", fen=4500)
        office.do("record_cost", lawyer_principal(lawyer), case=case["id"], kind="copying", fen=550, note="复印")
    done = office.do("check_closing_file", case=good["id"], grade="good")
    assert done["subsidy_fen"] == office.case(good)["rate_fen"] + 5050
    assert office.do("check_closing_file", case=failed["id"], grade="fail")["subsidy_fen"] == 5050
    assert office.do("pay_subsidy", case=failed["id"])["paid_on"] == "2026-09-01"
    late = {"case": failed["id"], "kind": "travel", "fen": 1}
    assert refusal(office, "record_cost", **late).problem == "wrong-state"


def test_a_cost_of_nothing_or_of_tomorrow_is_refused(office: Office, lawyer):
    case = office.assigned(lawyer)["id"]
    assert refusal(office, "record_cost", case=case, kind="travel", fen=0).problem == "impossible-amount"
    tomorrow = {"case": case, "kind": "travel", "fen": 1, "on": "2026-09-02"}
    assert refusal(office, "record_cost", **tomorrow).problem == "impossible-date"
    absurd = {"case": case, "kind": "travel", "fen": 1_000_000_00}
    office.do("record_cost", **absurd)
    assert refusal(office, "record_cost", **{**absurd, "fen": 1}).problem == "impossible-amount"


def test_the_checker_sees_what_the_closing_file_lacks_and_a_strict_center_refuses_it(lawyer, office: Office):
    case = office.filed(lawyer)
    assert case["missing_documents"] == ["assignment_notice", "retainer", "power_of_attorney", "pleading"]
    strict = Office(strict_closing_file=True)
    strict.organization()
    case = strict.ended(strict.lawyer(strict.firm(), "李律师"))
    kinds = ["judgment", "assignment_notice", "retainer", "power_of_attorney"]
    documents = [{"kind": kind, "title": kind} for kind in kinds]
    said = refusal(strict, "submit_closing_file", case=case["id"], summary="办结", documents=documents)
    assert (said.problem, said.params["missing"]) == (
        "documents-missing",
        "pleading 起诉状、答辩状或者上诉状 · pleading",
    )
    documents.append({"kind": "pleading", "title": "起诉状"})
    strict.do("submit_closing_file", case=case["id"], summary="办结", documents=documents)


def test_the_statement_of_a_month_adds_up_what_is_due_paid_and_open(office: Office, lawyer):
    first, second = office.filed(lawyer, aided="陈某", against="孙某"), office.filed(lawyer)
    office.do("check_closing_file", case=first["id"], grade="excellent")
    office.do("pay_subsidy", case=first["id"])
    office.bench.clock.move(days=29)
    office.do("check_closing_file", case=second["id"], grade="good")
    office.bench.clock.move(days=1)
    month = office.ask("statement", lawyer_principal(lawyer), month="2026-09")
    assert [one["number"] for one in month["lines"]] == [first["number"], second["number"]]
    assert (month["due_fen"], month["paid_fen"], month["open_fen"]) == (396_000, 216_000, 180_000)
    assert office.ask("statement", lawyer=lawyer, month="2026-10")["lines"] == []


def test_the_payment_names_the_month_of_the_statement_in_which_it_stands(office: Office, lawyer):
    case = office.filed(lawyer)["id"]
    office.do("check_closing_file", case=case, grade="good")
    office.bench.clock.move(days=40)
    office.do("pay_subsidy", case=case)
    (paid,) = office.said("subsidy_paid")
    assert (paid["month"], paid["paid_on"]) == ("2026-09", "2026-10-11")
    assert office.ask("statement", lawyer_principal(lawyer), month=paid["month"])["paid_fen"] == paid["amount_fen"]


def test_a_statement_without_month_is_that_of_now_and_one_of_nobody_is_none(office: Office, lawyer):
    assert office.ask("statement", lawyer_principal(lawyer))["month"] == "2026-09"
    with pytest.raises(Rejected, match="not-found"):
        office.ask("statement", month="2026-09", lawyer="01a21d39-0ce5-7784-9b09-000000000000")


@pytest.mark.parametrize("reader", [CENTER, AUDITOR])
def test_whoever_asks_for_a_statement_without_saying_whose_is_told_what_is_missing(office: Office, reader):
    with pytest.raises(Rejected) as refused:
        office.ask("statement", reader)
    assert (refused.value.problem, refused.value.pointer) == ("lawyer-needed", "/lawyer")


def test_a_statement_is_for_its_lawyer_and_the_center(office: Office, lawyer):
    other = office.lawyer(office.firm("公平所"), "周律师")
    for reader in (lawyer_principal(other), LIAISON):
        with pytest.raises(Rejected, match="not-found"):
            office.ask("statement", reader, lawyer=lawyer, month="2026-09")


def test_a_hearing_that_stands_already_is_not_entered_a_second_time(office: Office, lawyer):
    case = office.assigned(lawyer)["id"]
    first = {"case": case, "stage": "first_instance", "at": "2026-09-20T09:00:00+08:00", "place": "区法院"}
    other = {**first, "at": "2026-09-21T09:00:00+08:00"}
    one, two = office.do("schedule_hearing", **first), office.do("schedule_hearing", **other)
    again = refusal(office, "schedule_hearing", **{**first, "place": "区法院三号庭"})
    assert (again.problem, again.params["what"], again.pointer) == ("duplicate", "hearing", "/at")
    onto = {"at": other["at"], "reason": "改期"}
    assert refusal(office, "move_hearing", hearing=one["id"], **onto).problem == "duplicate"
    assert refusal(office, "move_hearing", hearing=two["id"], **onto).problem == "duplicate"
    moved = office.do("move_hearing", hearing=two["id"], **onto, place="区法院三号庭")
    office.do("cancel_hearing", hearing=moved["id"], reason="撤回")
    office.do("schedule_hearing", **other)


@pytest.mark.parametrize(
    "at", ["0001-01-01T00:00:00Z", "1950-01-01T00:00:00Z", "2030-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]
)
def test_a_hearing_lies_in_a_time_that_a_court_could_have_named(office: Office, lawyer, at):
    case = office.assigned(lawyer)["id"]
    hearing = {"case": case, "stage": "first_instance", "at": at, "place": "区法院"}
    said = refusal(office, "schedule_hearing", **hearing)
    assert (said.problem, said.pointer) == ("impossible-date", "/at")
    assert (said.params["earliest"], said.params["latest"]) == ("2025-09-01", "2029-08-31")
    stands = office.do("schedule_hearing", **{**hearing, "at": "2026-08-01T01:00:00Z"})
    assert refusal(office, "move_hearing", hearing=stands["id"], at=at, reason="改期").problem == "impossible-date"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_hearings_can_be_asked_for_from_the_first_day_to_the_last(office: Office, lawyer, day):
    case = office.assigned(lawyer)["id"]
    hearing = {"case": case, "stage": "first_instance", "at": "2026-09-20T01:00:00Z", "place": "区法院"}
    office.do("schedule_hearing", **hearing)
    assert len(office.ask("hearings", since=day)["items"]) == (1 if day < "2026" else 0)
    assert len(office.ask("hearings", until=day)["items"]) == (1 if day > "2026" else 0)


def parted(office: Office) -> dict[str, t.Any]:
    """A case with a hearing and a limitation that its lawyer has given back."""
    lawyer = office.lawyer(office.firm(), "李律师")
    case = office.assigned(lawyer)
    at = office.bench.clock.now() + dt.timedelta(days=20)
    office.do("schedule_hearing", case=case["id"], stage="first_instance", at=at, place="区法院")
    office.do("record_civil_date", case=case["id"], kind="civil_limitation", since="2026-08-01")
    office.do("return_case", lawyer_principal(lawyer), case=case["id"], reason="时间冲突")
    return office.case(case)


def test_what_a_case_still_waited_for_ends_with_its_aid_though_nobody_has_it(office: Office) -> None:
    case = parted(office)
    office.do("terminate_case", case=case["id"], ground="own_request", reason="本人申请")
    shown = office.case(case)
    assert ([one["state"] for one in shown["hearings"]], shown["state"]) == (["cancelled"], "closed")
    assert [one["outcome"] for one in office.said("case_date_closed")] == ["not_needed"]
    assert len(office.said("hearing_cancelled")) == 1
    office.do("object_to_termination", LIAISON, case=case["id"], grounds="并未申请。")
    office.do("decide_termination_objection", case=case["id"], outcome="overturned", reasons=["事实不清。"])
    assert [one["state"] for one in office.case(case)["civil_dates"]] == ["open"]
    assert [one["state"] for one in office.case(case)["hearings"]] == ["cancelled", "scheduled"]


def test_what_comes_while_a_case_waits_for_a_lawyer_is_entered_by_the_center_and_watched(office: Office) -> None:
    case = parted(office)
    known = {"case": case["id"]}
    office.do("close_civil_date", **known, kind="civil_limitation")
    office.do("record_civil_date", **known, kind="civil_appeal", since="2026-09-01")
    summons = {"stage": "second_instance", "at": "2026-10-09T09:00:00+08:00", "place": "市中级法院"}
    office.do("schedule_hearing", **known, **summons)
    assert (office.said("case_date_set")[-1]["due_on"], office.said("case_date_set")[-1]["lawyer"]) == (
        "2026-09-16",
        None,
    )
    assert office.said("hearing_scheduled")[-1]["lawyer"] is None
    assert refusal(office, "schedule_hearing", LIAISON, **known, **summons).problem == "forbidden"
    worker = office.grant(form_of_aid="labour_mediation_arbitration", matter="labour_or_pay")
    office.do("record_labour_step", case=worker["id"], step="mediation_requested", on="2026-09-01")
    assert office.said("case_date_set")[-1]["kind"] == "labour_mediation"
    office.do("terminate_case", case=case["id"], ground="own_request", reason="本人申请")
    assert refusal(office, "schedule_hearing", **known, **summons).problem == "wrong-state"
