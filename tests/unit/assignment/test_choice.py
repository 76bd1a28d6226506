"""Finding a lawyer: propose, offer, go on, until somebody accepts or nobody is left."""

from __future__ import annotations

import datetime as dt

import pytest

from chassis.errors import NotYet, Rejected
from chassis.ids import new_id
from services.assignment import models as m
from services.assignment import repository
from tests.unit.assignment.conftest import CENTER, Office, lawyer_principal
from tests.unit.assignment.test_handling import refusal


def states(office: Office, case: dict) -> list[str]:
    return [one["state"] for one in office.case(case)["offers"]]


def test_a_grant_that_is_delivered_again_under_another_id_makes_no_second_case(office: Office):
    event = office.grant_event()
    for _ in range(2):
        office.bench.handle("intake.application_granted.v1", event, organization="womens-federation")
    assert len(office.ask("cases")["items"]) == 1
    assert len(office.said("lawyers_proposed")) == 1


def test_the_same_message_delivered_twice_has_effect_once(office: Office):
    office.lawyer(office.firm(), "李律师")
    message = office.bench.envelope(
        "intake.application_granted.v1", office.grant_event(), organization="womens-federation"
    )
    office.bench.deliver(message, message)
    office.bench.deliver(message)
    assert len(office.said("lawyers_proposed")) == 1


def test_case_numbers_count_up_and_begin_anew_with_the_networks_year(office: Office):
    assert [office.grant()["number"] for _ in range(3)] == ["C2026-00001", "C2026-00002", "C2026-00003"]
    office.bench.clock.set(dt.datetime(2026, 12, 31, 15, 59, tzinfo=dt.UTC))
    assert office.grant()["number"] == "C2026-00004"
    office.bench.clock.set(dt.datetime(2026, 12, 31, 16, 0, tzinfo=dt.UTC))  # midnight in Shanghai
    assert office.grant()["number"] == "C2027-00001"


def test_a_case_without_any_candidate_is_told_to_the_center_at_once(office: Office):
    case = office.grant()
    assert case["state"] == "unassigned"
    (told,) = office.said("candidates_exhausted")
    assert told["asked"] == 0
    with pytest.raises(Rejected) as refused:
        office.do("offer_case", case=case["id"])
    assert refused.value.problem == "no-candidate"
    late = office.lawyer(office.firm(), "李律师")
    assert office.do("offer_case", case=case["id"])["lawyer"] == late


def test_an_organization_that_lets_the_rule_choose_gets_its_offer_with_the_grant(office: Office):
    office.organization(auto_assign=True)
    best = office.lawyer(office.firm(), "李律师")
    case = office.grant()
    (offer,) = case["offers"]
    assert (case["state"], offer["lawyer"], offer["offered_by"]) == ("offered", best, "rule")
    (made,) = office.said("offer_made")
    asked_at, until = (dt.datetime.fromisoformat(made[key]) for key in ("offered_at", "answer_by"))
    assert until - asked_at == dt.timedelta(hours=24)


def test_an_offer_is_to_be_answered_within_the_hours_that_the_center_gives(office: Office):
    office.lawyer(office.firm(), "李律师")
    offer = office.do("offer_case", case=office.grant()["id"], answer_within_hours=3)
    assert dt.datetime.fromisoformat(offer["answer_by"]) == office.bench.clock.now() + dt.timedelta(hours=3)


def test_a_no_goes_to_the_next_candidate_and_the_last_no_to_the_center(office: Office):
    firm = office.firm()
    first, second = office.lawyer(firm, "李律师", years=9), office.lawyer(firm, "赵律师", years=2)
    case = office.grant()
    offer = office.do("offer_case", case=case["id"])
    office.do("answer_offer", lawyer_principal(first), offer=offer["id"], answer="decline", reason="出差")
    assert [(one["lawyer"], one["state"]) for one in office.case(case)["offers"]] == [
        (first, "declined"),
        (second, "open"),
    ]
    office.do("answer_offer", offer=office.case(case)["offers"][1]["id"], answer="decline")
    assert office.case(case)["state"] == "unassigned"
    (told,) = office.said("candidates_exhausted")
    assert told["asked"] == 2
    assert [one["by"] for one in office.said("offer_declined")] == ["lawyer", "lawyer"]


def test_silence_lapses_the_offer_and_goes_on_but_only_once(office: Office):
    firm = office.firm()
    office.lawyer(firm, "李律师", years=9), office.lawyer(firm, "赵律师", years=2)
    case = office.grant()
    offer = office.do("offer_case", case=case["id"])
    office.overdue(offer["id"])
    office.overdue(offer["id"])
    assert states(office, case) == ["lapsed", "open"]
    assert [one["by"] for one in office.said("offer_declined")] == ["silence"]


def test_an_overdue_word_about_an_answered_offer_or_another_clock_changes_nothing(office: Office):
    lawyer = office.lawyer(office.firm(), "李律师")
    case = office.assigned(lawyer)
    office.overdue(case["offers"][0]["id"])
    assert office.case(case)["version"] == case["version"]
    with pytest.raises(NotYet):
        office.overdue(str(new_id()))


def test_a_late_yes_counts_while_nobody_else_was_asked_and_not_after(office: Office):
    firm = office.firm()
    first = office.lawyer(firm, "李律师", years=9)
    office.lawyer(firm, "赵律师", years=2)
    early = office.do("offer_case", case=office.grant()["id"])
    office.bench.clock.move(hours=30)
    assert office.do("answer_offer", lawyer_principal(first), offer=early["id"], answer="accept")["state"] == "accepted"
    lost = office.do("offer_case", case=office.grant("陈某", "孙某")["id"], lawyer=first, reason="专长")
    office.overdue(lost["id"])
    with pytest.raises(Rejected) as refused:
        office.do("answer_offer", lawyer_principal(first), offer=lost["id"], answer="accept")
    assert refused.value.params["state"] == "lapsed"


def test_naming_another_than_the_next_candidate_needs_a_reason_that_is_kept(office: Office):
    firm = office.firm()
    first, second = office.lawyer(firm, "李律师", years=9), office.lawyer(firm, "赵律师", years=2)
    case = office.grant()
    with pytest.raises(Rejected) as refused:
        office.do("offer_case", case=case["id"], lawyer=second)
    assert refused.value.problem == "reason-needed"
    office.do("offer_case", case=case["id"], lawyer=second, reason="受援人要求")
    assert office.case(case)["offers"][0]["choice_reason"] == "受援人要求"
    office.do("offer_case", case=office.grant()["id"], lawyer=first)


def test_the_center_may_take_an_open_offer_back_with_a_reason_and_ask_another(office: Office):
    firm = office.firm()
    first, second = office.lawyer(firm, "李律师", years=9), office.lawyer(firm, "赵律师", years=2)
    case = office.grant()
    office.do("offer_case", case=case["id"])
    with pytest.raises(Rejected, match="reason-needed"):
        office.do("offer_case", case=case["id"], lawyer=second)
    office.do("offer_case", case=case["id"], lawyer=second, reason="联系不上")
    assert states(office, case) == ["recalled", "open"]
    assert office.said("offer_declined")[0]["by"] == "center"
    assert workload(office, first) == 0
    assert workload(office, second) == 1


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"recipient_group": "minor"}, "minors"),
        ({"form_of_aid": "criminal_defence", "facts": ["life_or_death_sentence_possible"]}, "criminal_years"),
    ],
)
def test_not_even_a_reason_sets_the_law_aside(office: Office, changes, rule):
    lawyer = office.lawyer(office.firm(), "李律师")
    case = office.grant(**changes)
    with pytest.raises(Rejected) as refused:
        office.do("offer_case", case=case["id"], lawyer=lawyer, reason="就要这位")
    assert (refused.value.problem, refused.value.params["rule"]) == ("lawyer-not-eligible", rule)


def test_a_full_desk_or_another_district_may_be_set_aside_with_a_reason(office: Office):
    firm = office.firm()
    lawyer = office.lawyer(firm, "李律师", capacity=1, districts=["红旗区"])
    case = office.grant()
    assert case["state"] == "unassigned"
    with pytest.raises(Rejected, match="reason-needed"):
        office.do("offer_case", case=case["id"], lawyer=lawyer)
    office.do("offer_case", case=case["id"], lawyer=lawyer, reason="唯一懂手语的律师")


def test_a_lawyer_who_is_not_of_the_network_cannot_be_named(office: Office):
    office.lawyer(office.firm(), "李律师")
    with pytest.raises(Rejected, match="not-found"):
        office.do("offer_case", case=office.grant()["id"], lawyer=new_id(), reason="朋友")


def workload(office: Office, lawyer: str) -> int:
    (item,) = [one for one in office.ask("lawyers")["items"] if one["id"] == lawyer]
    return item["workload"]


def test_the_workload_is_open_cases_and_unanswered_offers(office: Office):
    firm = office.firm()
    lawyer = office.lawyer(firm, "李律师")
    case = office.grant()
    offer = office.do("offer_case", case=case["id"])
    assert workload(office, lawyer) == 1
    office.do("answer_offer", offer=offer["id"], answer="accept")
    assert workload(office, lawyer) == 1
    office.do("record_retainer", case=case["id"])
    office.do("end_case", case=case["id"], outcome="settled")
    assert workload(office, lawyer) == 0
    with office.bench.session() as session:
        row = session.get_one(m.Lawyer, lawyer_principal(lawyer).person)
        assert row.last_assigned_at == office.bench.clock.now()


def test_who_fills_up_between_proposal_and_offer_is_passed_over(office: Office):
    firm = office.firm()
    busy = office.lawyer(firm, "李律师", years=9, capacity=1)
    other = office.lawyer(firm, "赵律师", years=1)
    waiting = office.grant("陈某", "孙某")
    assert office.ask("proposal", case=waiting["id"])["candidates"][0]["lawyer"] == busy
    office.do("offer_case", case=office.grant()["id"])
    assert office.do("offer_case", case=waiting["id"])["lawyer"] == other


def test_who_joins_after_the_proposal_is_asked_when_it_is_used_up(office: Office):
    firm = office.firm()
    first = office.lawyer(firm, "李律师")
    case = office.grant()
    late = office.lawyer(firm, "赵律师")
    offer = office.do("offer_case", case=case["id"])
    office.do("answer_offer", lawyer_principal(first), offer=offer["id"], answer="decline")
    candidates = office.ask("proposal", case=case["id"])["candidates"]
    assert [(one["lawyer"], one["rank"], one["asked"]) for one in candidates] == [
        (first, 1, "declined"),
        (late, 2, "open"),
    ]


def test_the_opposing_partys_former_lawyer_and_all_of_the_firm_are_never_proposed(office: Office):
    firm, elsewhere = office.firm(), office.firm("公平律师事务所")
    handled = office.lawyer(firm, "李律师")
    colleague, stranger = office.lawyer(firm, "赵律师"), office.lawyer(elsewhere, "周律师")
    office.ended(handled, aided="王　某", against="某公司")
    case = office.grant(aided="马某", against="王某")
    proposal = office.ask("proposal", case=case["id"])
    assert [one["lawyer"] for one in proposal["candidates"]] == [stranger]
    assert proposal["excluded"] == 2
    with pytest.raises(Rejected) as refused:
        office.do("offer_case", case=case["id"], lawyer=colleague, reason="不知情")
    assert refused.value.params["rule"] == "conflict"


def test_standing_on_the_same_side_again_is_no_conflict(office: Office):
    lawyer = office.lawyer(office.firm(), "李律师")
    office.assigned(lawyer, aided="工人甲", against="宏达公司")
    case = office.grant(aided="工人乙", against="宏达公司")
    assert [one["lawyer"] for one in office.ask("proposal", case=case["id"])["candidates"]] == [lawyer]


def test_a_party_is_recognized_by_number_under_another_name_and_the_number_itself_is_not_kept(office: Office):
    number = "11010519491231002X"
    lawyer = office.lawyer(office.firm(), "李律师")
    office.assigned(lawyer, parties=[{"side": "aided", "name": "王大", "kind": "person", "number": number}])
    case = office.grant(parties=[
        {"side": "aided", "name": "马某", "kind": "person"},
        {"side": "opposing", "name": "WANG DA", "kind": "person", "number": number.lower()},
    ])  # fmt: skip
    assert case["state"] == "unassigned"
    with office.bench.session() as session:
        assert not [row.key for row in session.query(m.PartyKey) if number in row.key]


def test_names_that_only_sound_alike_ask_for_a_persons_decision_with_reason(office: Office):
    lawyer = office.lawyer(office.firm(), "李律师")
    office.assigned(lawyer, aided="章伟", against="某公司")
    case = office.grant(aided="马某", against="张玮")
    assert case["state"] == "unassigned"
    with pytest.raises(Rejected, match="reason-needed"):
        office.do("offer_case", case=case["id"], lawyer=lawyer)
    office.do("offer_case", case=case["id"], lawyer=lawyer, reason="已核对身份证，非同一人")


def test_an_offer_made_on_a_stale_version_is_refused(office: Office):
    office.lawyer(office.firm(), "李律师")
    case = office.grant()
    with pytest.raises(Rejected) as refused:
        office.do("offer_case", CENTER, case=case["id"], version=case["version"] + 1)
    assert refused.value.problem == "version-conflict"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("told", "excluded"),
    [
        ({"recipient_group": "prisoner_child", "minor": True}, {"minors": 1}),
        ({"recipient_group": "minor", "minor": False}, {}),
        ({"recipient_group": "minor", "minor": None}, {"minors": 1}),
        ({"recipient_group": "prisoner_child"}, {}),
    ],
)
def test_a_minors_lawyer_is_held_by_the_age_that_is_known_and_not_by_the_group_of_the_register(office, told, excluded):
    lawyer = office.lawyer(office.firm(), "李律师")
    case = office.grant(**told)
    assert office.ask("proposal", case=case["id"])["excluded_why"] == excluded
    plan = office.do("plan_backlog")
    assert [one["lawyer"] for one in plan["lines"]] == ([] if excluded else [lawyer])
    if excluded:
        named = refusal(office, "offer_case", case=case["id"], lawyer=lawyer, reason="经验丰富")
        assert (named.problem, named.params["rule"]) == ("lawyer-not-eligible", "minors")


def test_an_organization_lets_the_rule_offer_as_its_newest_word_says(office: Office) -> None:
    told = {"code": "trade-union", "name": "总工会", "kind": "trade_union"}
    office.bench.handle("intake.organization_changed.v1", {**told, "auto_assign": False, "version": 2})
    office.bench.handle("intake.organization_registered.v1", {**told, "auto_assign": True})
    with office.bench.session() as session:
        assert not repository.assigns_by_rule(session, "trade-union")


def test_what_is_told_of_a_lawyer_says_which_word_is_newer(office: Office) -> None:
    lawyer = office.lawyer(office.firm(), "尹雅梅")
    office.do("change_lawyer", lawyer=lawyer, name="尹雅梅梅", version=1)
    assert [(told["name"], told["version"]) for told in office.said("lawyer_registered")] == [
        ("尹雅梅", 1),
        ("尹雅梅梅", 2),
    ]
