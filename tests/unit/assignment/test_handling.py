"""Retainer, progress, end, closing file, check and subsidy: what is refused, and why."""

from __future__ import annotations

import pytest

from chassis.errors import Rejected
from chassis.ids import new_id
from contracts.problems import PROBLEMS
from tests.unit.assignment.conftest import Office, lawyer_principal

DOCUMENTS = [{"kind": "judgment", "title": "民事判决书"}]


def refusal(office: Office, command: str, principal=None, **data) -> Rejected:
    who = {"principal": principal} if principal else {}
    with pytest.raises(Rejected) as refused:
        office.do(command, **who, **data)
    problem = PROBLEMS[refused.value.problem]
    assert problem.detail_zh.format(**refused.value.params)
    assert problem.detail_en.format(**refused.value.params)
    return refused.value


@pytest.fixture
def lawyer(office: Office) -> str:
    return office.lawyer(office.firm(), "李律师")


@pytest.mark.parametrize(
    ("command", "data"),
    [
        ("record_retainer", {}),
        ("report_progress", {"stage": "mediation", "summary": "调解中"}),
        ("end_case", {"outcome": "won"}),
        ("submit_closing_file", {"summary": "办结", "documents": DOCUMENTS}),
        ("check_closing_file", {"grade": "good"}),
        ("pay_subsidy", {}),
    ],
)
def test_no_act_is_possible_before_a_lawyer_has_said_yes(office: Office, lawyer, command, data):
    case = office.grant()
    said = refusal(office, command, case=case["id"], **data)
    assert (said.problem, said.params["state"]) == ("wrong-state", "proposed")
    assert office.case(case)["version"] == 1


def test_a_case_that_has_a_lawyer_is_not_offered_and_nobody_is_asked_for_a_reason_first(office: Office, lawyer):
    case, other = office.assigned(lawyer), office.lawyer(office.firm("公平所"), "周律师")
    for wanted in ({}, {"lawyer": other}, {"lawyer": other, "reason": "熟悉"}, {"lawyer": str(new_id())}):
        said = refusal(office, "offer_case", case=case["id"], **wanted)
        assert (said.problem, said.params["state"]) == ("wrong-state", "assigned"), wanted


def test_a_day_in_the_future_or_before_the_assignment_is_refused(office: Office, lawyer):
    case = office.assigned(lawyer)
    for day in ("2026-09-02", "2026-08-31"):
        said = refusal(office, "record_retainer", case=case["id"], signed_on=day)
        assert (said.problem, said.pointer, said.params["value"]) == ("impossible-date", "/signed_on", day)
    office.bench.clock.move(days=3)
    office.do("record_retainer", case=case["id"], signed_on="2026-09-02")
    assert (
        refusal(office, "end_case", case=case["id"], outcome="won", ended_on="2026-09-01").problem == "impossible-date"
    )
    assert (
        refusal(office, "end_case", case=case["id"], outcome="won", ended_on="2026-09-05").problem == "impossible-date"
    )
    said = refusal(office, "report_progress", case=case["id"], stage="mediation", summary="调解", on="2026-09-05")
    assert said.pointer == "/on"
    office.do("end_case", case=case["id"], outcome="won", ended_on="2026-09-03")
    assert office.case(case)["ended_on"] == "2026-09-03"


def test_today_is_the_networks_day_and_not_the_day_of_utc(office: Office, lawyer):
    office.bench.clock.move(hours=15)  # 2026-09-01 17:00 UTC is 2026-09-02 01:00 in Shanghai
    case = office.assigned(lawyer)
    assert office.do("record_retainer", case=case["id"])["signed_on"] == "2026-09-02"


def test_amounts_of_nothing_and_absurd_sums_are_refused(office: Office, lawyer):
    case = office.assigned(lawyer)
    office.do("record_retainer", case=case["id"])
    zero = [{"kind": "pay", "fen": 1}, {"kind": "pay", "fen": 0}]
    said = refusal(office, "end_case", case=case["id"], outcome="won", amounts=zero)
    assert (said.problem, said.pointer) == ("impossible-amount", "/amounts/1/fen")
    absurd = [{"kind": "pay", "fen": 100_000_000_000_00}] * 2
    assert refusal(office, "end_case", case=case["id"], outcome="won", amounts=absurd).problem == "impossible-amount"


def test_a_case_ends_once(office: Office, lawyer):
    case = office.ended(lawyer)
    said = refusal(office, "end_case", case=case["id"], outcome="lost")
    assert (said.problem, said.params["allowed"]) == ("wrong-state", "file")
    assert office.case(case)["outcome"] == "won"


def test_a_subsidy_is_never_paid_twice(office: Office, lawyer):
    case = office.filed(lawyer)
    assert refusal(office, "pay_subsidy", case=case["id"]).problem == "wrong-state"
    office.do("check_closing_file", case=case["id"], grade="good")
    office.do("pay_subsidy", case=case["id"])
    assert refusal(office, "pay_subsidy", case=case["id"]).problem == "already-paid"
    assert len(office.said("subsidy_paid")) == 1


def test_a_failed_file_owes_nothing_and_opens_no_clock_for_a_payment(office: Office, lawyer):
    case = office.filed(lawyer)
    done = office.do("check_closing_file", case=case["id"], grade="fail", remarks="卷宗不全")
    assert (done["state"], done["subsidy_fen"]) == ("closed", 0)
    assert office.said("subsidy_due") == []
    assert refusal(office, "pay_subsidy", case=case["id"]).problem == "nothing-to-pay"


def test_a_stale_version_is_refused_and_the_right_one_taken(office: Office, lawyer):
    case = office.assigned(lawyer)
    said = refusal(office, "record_retainer", case=case["id"], version=1)
    assert (said.problem, said.params) == ("version-conflict", {"expected": 1, "actual": case["version"]})
    office.do("record_retainer", lawyer_principal(lawyer), case=case["id"], version=case["version"])


def test_a_firm_and_a_licence_are_registered_once(office: Office):
    firm = office.firm()
    assert refusal(office, "register_firm", name="正义律师事务所", district="红旗区").problem == "duplicate"
    office.lawyer(firm, "李律师", licence="14107")
    said = refusal(office, "register_lawyer", firm=firm, name="别人", licence="14107")
    assert (said.problem, said.params["key"]) == ("duplicate", "licence")
    ghost = {"firm": "01890000-0000-7000-8000-000000000000", "name": "无所", "licence": "1"}
    assert refusal(office, "register_lawyer", **ghost).problem == "not-found"


def test_a_new_lawyer_is_told_to_the_center_with_what_others_need_to_reach_them(office: Office):
    office.lawyer(office.firm(), "李律师", phone="0373-12348", standing_for=["womens-federation"])
    (told,) = office.said("lawyer_registered")
    assert (told["name"], told["firm_name"], told["phone"]) == ("李律师", "正义律师事务所", "0373-12348")
    assert ("assignment.lawyer_registered.v1", "center") in [one[:2] for one in office.bench.emitted]


def test_a_firm_has_a_whole_place_or_none(office: Office):
    said = refusal(office, "register_firm", name="半个所", district="凤泉区", latitude=35.3)
    assert (said.problem, said.pointer) == ("half-a-place", "/longitude")
    firm = office.firm()
    assert refusal(office, "change_firm", firm=firm, longitude=113.9, version=1).problem == "half-a-place"


def test_a_lawyer_practises_each_matter_once(office: Office):
    twice = [{"matter": "labour_or_pay", "years": 8}, {"matter": "labour_or_pay", "years": 3}]
    lawyer = {"firm": office.firm(), "name": "李律师", "licence": "14108"}
    said = refusal(office, "register_lawyer", **lawyer, specialties=twice)
    assert (said.problem, said.pointer, said.params["key"]) == ("duplicate", "/specialties/1", "labour_or_pay")
    known = office.do("register_lawyer", **lawyer, specialties=twice[:1])["id"]
    assert refusal(office, "change_lawyer", lawyer=known, specialties=twice, version=1).problem == "duplicate"
