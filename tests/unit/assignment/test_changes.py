"""When a case leaves its straight way: conflicts, another lawyer, a lawyer who leaves, an early end."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from chassis.errors import Rejected
from chassis.principal import Principal
from contracts.assignment import QUERIES
from services.assignment import access
from services.assignment import models as m
from tests.unit.assignment.conftest import AUDITOR, CENTER, LIAISON, OTHER_LIAISON, Office, lawyer_principal
from tests.unit.assignment.test_handling import refusal

NUMBER, OTHER_NUMBER = "11010519491231002X", "410704198801011233"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The types of everything that is said, heard or not."""
    said: list[str] = []
    say = access.say

    def listen(work, event, data, organization, subject):
        said.append(event.split(".")[1])
        say(work, event, data, organization, subject)

    monkeypatch.setattr(access, "say", listen)
    monkeypatch.setattr("services.assignment.changes.say", listen)
    return said


@pytest.fixture
def two(office: Office) -> tuple[str, str]:
    """Two lawyers of two firms; the first is the better one."""
    return (
        office.lawyer(office.firm(), "李律师", years=9, capacity=40),
        office.lawyer(office.firm("公平律师事务所"), "周律师", years=1, capacity=40),
    )


def test_a_party_that_is_added_later_brings_an_exact_conflict_to_light_and_stops_the_handling(office, two, told):
    first, _ = two
    office.ended(first, aided="王某", against="某公司")
    case = office.assigned(first, aided="马某", against="赵某")
    added = office.do("add_party", lawyer_principal(first), case=case["id"], side="opposing", name="王 某")
    (finding,) = added["conflicts"]
    assert (finding["certainty"], finding["other_matter"], finding["lawyer"]) == ("exact", "C2026-00001", first)
    assert {"conflict_found", "party_added"} <= set(told)
    for act, data in [
        ("record_retainer", {}),
        ("report_progress", {"stage": "mediation", "summary": "调解"}),
    ]:
        said = refusal(office, act, lawyer_principal(first), case=case["id"], **data)
        assert (said.problem, said.params) == ("conflict-open", {"number": "C2026-00001"})
    decision = {"conflict": finding["id"], "reason": "核对无误"}
    assert refusal(office, "decide_conflict", decision="clear", **decision).problem == "conflict-open"
    assert office.do("decide_conflict", decision="replace", **decision)["decided_by"] == str(CENTER.person)
    shown = office.case(case)
    assert (shown["state"], shown["lawyer"]) == ("proposed", None)
    assert [one["left_because"] for one in shown["lawyers"]] == ["conflict"]


def test_at_a_case_that_has_ended_a_named_person_takes_note_of_an_exact_conflict_and_nobody_is_replaced(office, two):
    first, _ = two
    office.assigned(first, aided="王某", against="某公司")
    case = office.ended(first, aided="马某", against="赵某")
    (finding,) = office.do("add_party", case=case["id"], side="opposing", name="王某")["conflicts"]
    assert (finding["certainty"], finding["must"]) == ("exact", "decide")
    assert [one["must"] for one in office.said("conflict_found")] == ["decide"]
    assert [one["must"] for one in office.ask("conflicts")["items"]] == ["decide"]
    assert [one["must"] for one in office.case(case)["conflicts"]] == ["decide"]
    decision = {"conflict": finding["id"], "reason": "案件已结，记录在案"}
    said = refusal(office, "decide_conflict", decision="replace", **decision)
    assert (said.problem, said.params["state"]) == ("wrong-state", "ended")
    assert office.do("decide_conflict", decision="clear", **decision)["state"] == "cleared"
    assert office.case(case)["lawyer"] == first


def test_a_likely_conflict_waits_for_a_named_persons_decision_with_reason(office, two, told):
    first, _ = two
    office.assigned(first, aided="章伟", against="某公司")
    case = office.assigned(first, aided="马某", against="赵某")
    (finding,) = office.do("add_party", case=case["id"], side="opposing", name="张玮")["conflicts"]
    assert finding["certainty"] == "likely"
    office.do("record_retainer", lawyer_principal(first), case=case["id"])
    nobody = Principal("script-key", "center_admin", "center")
    decision = {"conflict": finding["id"], "decision": "clear", "reason": "已核对身份证，并非同一人"}
    assert refusal(office, "decide_conflict", nobody, **decision).problem == "no-person"
    assert [one["id"] for one in office.ask("conflicts", state="open")["items"]] == [finding["id"]]
    office.do("decide_conflict", **decision)
    assert refusal(office, "decide_conflict", **decision).problem == "wrong-state"
    assert office.case(case)["conflicts"][0]["reason"] == "已核对身份证，并非同一人"
    office.do("add_party", case=case["id"], side="opposing", name="某旁人")
    assert len(office.case(case)["conflicts"]) == 1, "of the same party nobody is asked again"


def test_a_station_adds_a_party_of_its_own_case_and_is_not_told_whom_the_lawyer_acts_for_elsewhere(office, two):
    office.assigned(two[0], aided="章伟", against="某公司")
    case = office.assigned(two[0], aided="马某", against="赵某")
    added = office.do("add_party", LIAISON, case=case["id"], side="opposing", name="张玮")
    told = office.do("identify_party", LIAISON, party=added["party"], former_names=["章玮"])
    assert (added["conflicts"], told["conflicts"], told["cleared"]) == ([], [], [])
    assert [one["certainty"] for one in office.said("conflict_found")] == ["likely"], "the center is told"
    for act, about in (
        ("add_party", {"case": case["id"], "side": "opposing"}),
        ("identify_party", {"party": added["party"]}),
    ):
        about |= {"name": "李某"} if act == "add_party" else {"former_names": ["李某"]}
        assert refusal(office, act, OTHER_LIAISON, **about).problem == "not-found"
        assert refusal(office, act, AUDITOR, **about).problem == "forbidden"


@pytest.fixture
def likely(office: Office, two: tuple[str, str]) -> tuple[dict, dict]:
    """A case whose opposing party sounds like whom its lawyer aided elsewhere, and the conflict, cleared by a person."""
    office.assigned(two[0], parties=[{"side": "aided", "name": "章伟", "kind": "person", "number": NUMBER}])
    case = office.assigned(two[0], aided="马某", against="赵某")
    added = office.do("add_party", case=case["id"], side="opposing", name="张玮")
    (finding,) = added["conflicts"]
    assert finding["parties"] == [added["party"]]
    office.do("decide_conflict", conflict=finding["id"], decision="clear", reason="并非同一人")
    return case, finding


def test_another_party_that_is_likely_in_conflict_with_the_same_matter_is_told_as_well(office, two, likely):
    case, first = likely
    added = office.do("add_party", case=case["id"], side="opposing", name="章玮")
    (second,) = added["conflicts"]
    assert (second["other_matter"], second["parties"]) == (first["other_matter"], [added["party"]])
    assert [one["conflict"] for one in office.said("conflict_found")] == [first["id"], second["id"]]


def test_a_likely_conflict_that_was_cleared_and_proves_exact_stops_the_handling(office, two, likely):
    case, first = likely
    found = office.do("identify_party", party=first["parties"][0], identity_number=NUMBER)["conflicts"]
    assert [(one["certainty"], one["parties"]) for one in found] == [("exact", first["parties"])]
    assert refusal(office, "record_retainer", lawyer_principal(two[0]), case=case["id"]).problem == "conflict-open"


def test_a_lawyer_who_parted_from_a_case_and_comes_back_is_looked_at_anew(office, two, likely):
    case, first = likely
    office.do("return_case", lawyer_principal(two[0]), case=case["id"], reason="出差")
    offer = office.do("offer_case", case=case["id"], lawyer=two[0], reason="已再次核对")
    office.do("answer_offer", lawyer_principal(two[0]), offer=offer["id"], answer="accept")
    told = {one["id"]: (one["found_when"], one["state"], one["reason"]) for one in office.case(case)["conflicts"]}
    assert told.pop(first["id"]) == ("party_added", "cleared", "并非同一人")
    assert list(told.values()) == [("offered", "cleared", "已再次核对")]


def test_what_came_up_between_a_second_offer_and_its_yes_is_told(office, two, likely):
    case, first = likely
    office.do("return_case", lawyer_principal(two[0]), case=case["id"], reason="出差")
    offer = office.do("offer_case", case=case["id"], lawyer=two[0], reason="已再次核对")
    party = office.do("add_party", case=case["id"], side="opposing", name="章玮")["party"]
    office.do("answer_offer", lawyer_principal(two[0]), offer=offer["id"], answer="accept")
    (before, found) = office.said("conflict_found")
    assert (before["conflict"], found["found_when"]) == (first["id"], "accepted")
    assert [one["parties"] for one in office.ask("conflicts", state="open")["items"]] == [[party]]


def test_a_note_behind_a_name_hides_no_conflict_and_a_name_that_grows_is_kept(office, two):
    office.assigned(two[0], aided="张三（男，汉族）", against="某公司")
    case = office.assigned(two[0], aided="马某", against="赵某")
    (finding,) = office.do("add_party", case=case["id"], side="opposing", name="张三")["conflicts"]
    assert finding["certainty"] == "exact"
    added = office.do("add_party", case=case["id"], side="aided", name="㍿" * 200, kind="company")
    with office.bench.database.session() as session:
        keys = session.scalars(select(m.PartyKey.key).where(m.PartyKey.party_id == UUID(added["party"]))).all()
    assert keys, "PostgreSQL refuses what is longer than its column"
    assert all(len(key) <= 260 for key in keys)


def test_a_lawyer_is_not_asked_to_act_against_the_own_firm_or_unseen_against_themselves(office, two):
    first, second = two
    for against, rule in (("正义律师事务所", "conflict"), ("李 律师（男）", "conflict_likely")):
        case = office.grant(aided=f"告{against}", against=against)
        proposal = office.ask("proposal", case=case["id"])
        assert [one["lawyer"] for one in proposal["candidates"]] == [second]
        assert proposal["excluded_why"] == {rule: 1}
    case = office.assigned(first, aided="马某", against="赵某")
    (finding,) = office.do("add_party", case=case["id"], side="opposing", name="正义律师事务所")["conflicts"]
    assert (finding["certainty"], finding["other_matter"]) == ("exact", case["number"])
    plan = office.do("plan_backlog")
    assert [one["lawyer"] for one in plan["lines"]] == [second, second]


@pytest.mark.parametrize(
    ("firm", "lawyer", "against", "rule"),
    [
        ("北京大成（郑州）律师事务所", "李律师", "北京大成(郑州)律师事务所", "conflict"),
        ("正义律师事务所（普通合伙）", "李律师", "正义律师事务所", "conflict"),
        ("ABC 律师事务所", "李律师", "abc律师事务所", "conflict"),
        ("正义律师事务所", "歐陽志", "欧阳志", "conflict_likely"),
        ("正义律师事务所", "阿迪力•买买提", "阿迪力·买买提", "conflict_likely"),
    ],
)
def test_a_firm_or_a_lawyer_is_seen_to_be_the_opposing_party_however_their_name_is_written(
    office, firm, lawyer, against, rule
):
    of_firm = office.firm(firm)
    office.lawyer(of_firm, lawyer)
    assert office.ask("proposal", case=office.grant(against=against)["id"])["excluded_why"] == {rule: 1}
    one = office.ask("lawyers")["items"][0]
    office.do("change_lawyer", lawyer=one["id"], name="孙律师")
    office.do("change_firm", firm=of_firm, name="改名律师事务所")
    assert office.ask("proposal", case=office.grant(against=against)["id"])["excluded_why"] == {}


def test_a_party_that_crosses_nobody_changes_nothing_but_the_version(office, two):
    case = office.assigned(two[0])
    added = office.do("add_party", case=case["id"], side="opposing", name="宏达有限公司", kind="company")
    assert (added["conflicts"], added["version"]) == ([], case["version"] + 1)
    assert [one["name"] for one in office.case(case)["parties"]] == ["马某", "王某", "宏达有限公司"]


def test_namesakes_whose_numbers_are_known_and_differ_are_two_people(office, two):
    first, _ = two
    office.assigned(first, parties=[{"side": "aided", "name": "王伟", "kind": "person", "number": NUMBER}])
    case = office.assigned(first, aided="马某", against="赵某")
    same_name = {"case": case["id"], "side": "opposing", "name": "王伟"}
    assert office.do("add_party", identity_number=OTHER_NUMBER, **same_name)["conflicts"] == []
    (finding,) = office.do("add_party", identity_number=NUMBER, **same_name)["conflicts"]
    assert finding["certainty"] == "exact"


def test_the_very_same_party_is_not_entered_twice(office, two):
    case = office.assigned(two[0], aided="马某", against="赵某")
    again = {"case": case["id"], "side": "opposing", "name": "趙 某"}
    said = refusal(office, "add_party", **again)
    assert (said.problem, said.params["what"], said.pointer) == ("duplicate", "party", "/name")
    office.do("add_party", identity_number=NUMBER, **again)  # it may be a namesake
    assert refusal(office, "add_party", identity_number=NUMBER, **again).problem == "duplicate"
    office.do("add_party", identity_number=OTHER_NUMBER, **again)
    office.do("add_party", **{**again, "kind": "company"})
    office.do("add_party", **{**again, "side": "aided"})
    assert len(office.case(case)["parties"]) == 6


def test_a_conflict_that_came_up_between_offer_and_yes_takes_the_offer_back(office, two):
    first, second = two
    case = office.grant(aided="马某", against="赵某")
    offer = office.do("offer_case", case=case["id"])
    assert offer["lawyer"] == first
    office.assigned(first, aided="赵某", against="某公司")
    answered = office.do("answer_offer", lawyer_principal(first), offer=offer["id"], answer="accept")
    assert answered["state"] == "recalled"
    shown = office.case(case)
    assert (shown["state"], shown["offers"][-1]["lawyer"]) == ("offered", second)
    assert office.said("offer_declined")[-1]["by"] == "conflict"


def test_whoever_offers_in_spite_of_a_likely_conflict_has_decided_by_name_and_is_not_asked_again(office, two):
    first, _ = two
    office.assigned(first, aided="章伟", against="某公司")
    case = office.grant(aided="马某", against="张玮")
    nobody = Principal("script-key", "center_admin", "center")
    named = {"case": case["id"], "lawyer": first, "reason": "已核对"}
    assert refusal(office, "offer_case", nobody, **named).problem == "no-person"
    offer = office.do("offer_case", **named)
    office.do("answer_offer", lawyer_principal(first), offer=offer["id"], answer="accept")
    (finding,) = office.case(case)["conflicts"]
    assert (finding["state"], finding["found_when"], finding["decided_by"]) == (
        "cleared",
        "offered",
        str(CENTER.person),
    )


def test_the_recipient_may_have_another_lawyer_and_no_date_is_lost(office, two, told):
    first, second = two
    case = office.assigned(first)
    office.do("record_retainer", case=case["id"])
    office.do("report_progress", case=case["id"], stage="first_instance", summary="已立案")
    wish = office.do("request_replacement", LIAISON, case=case["id"], reason="沟通不畅")
    assert refusal(office, "request_replacement", LIAISON, case=case["id"], reason="再次").problem == "duplicate"
    office.bench.clock.move(days=2)
    decided = office.do("decide_replacement", request=wish["id"], decision="agree", reason="情况属实")
    assert decided["state"] == "agreed"
    shown = office.case(case)
    assert (shown["state"], shown["signed_on"], shown["assigned_at"]) == ("proposed", None, None)
    assert shown["lawyers"] == [
        {
            "lawyer": first,
            "name": "李律师",
            "since": "2026-09-01",
            "until": "2026-09-03",
            "signed_on": "2026-09-01",
            "left_because": "replaced",
        }
    ]
    assert [one["summary"] for one in shown["progress"]] == ["已立案"]
    assert [one["lawyer"] for one in office.ask("proposal", case=case["id"])["candidates"]] == [second]
    assert {"replacement_requested", "replacement_decided", "lawyer_released"} <= set(told)
    assert (
        refusal(office, "decide_replacement", request=wish["id"], decision="agree", reason="再次").problem
        == "wrong-state"
    )


def test_a_refused_wish_leaves_the_lawyer_and_may_be_made_again(office, two):
    case = office.assigned(two[0])
    wish = office.do("request_replacement", LIAISON, case=case["id"], reason="不满意")
    office.do("decide_replacement", request=wish["id"], decision="refuse", reason="无正当理由")
    assert office.case(case)["lawyer"] == two[0]
    office.do("request_replacement", LIAISON, case=case["id"], reason="有新情况")


def test_there_is_nobody_to_replace_before_the_assignment_and_after_the_end(office, two):
    for case in (office.grant("陈某", "孙某"), office.ended(two[0])):
        assert refusal(office, "request_replacement", LIAISON, case=case["id"], reason="换人").problem == "wrong-state"


def test_a_returned_case_answers_the_open_questions_about_its_lawyer(office, two):
    first, _ = two
    case = office.assigned(first)
    office.do("request_replacement", LIAISON, case=case["id"], reason="不满意")
    office.do("return_case", lawyer_principal(first), case=case["id"], reason="身体原因")
    shown = office.case(case)
    assert [one["state"] for one in shown["replacements"]] == ["agreed"]
    assert shown["lawyers"][0]["left_because"] == "returned"
    with pytest.raises(Rejected, match="not-found"):
        office.ask("case", lawyer_principal(first), case=case["id"])


@pytest.mark.slow
def test_a_lawyer_who_leaves_with_twelve_cases_hands_every_one_over_without_losing_a_date(office, two, told):
    first, second = two
    cases = [office.assigned(first, aided=f"受援人{n}", against=f"对方{n}") for n in range(12)]
    for case in cases[:4]:
        office.do("record_retainer", case=case["id"])
    cases.append(office.grant("申请人九", "对方九"))
    office.do("offer_case", case=cases[-1]["id"], lawyer=first, reason="专长")
    left = office.do("change_lawyer_state", lawyer=first, state="inactive", reason="调离")
    assert (left["cases"], left["offers"]) == (12, 1)
    shown = [office.case(case) for case in cases]
    assert {one["state"] for one in shown} == {"offered"}
    assert {one["offers"][-1]["lawyer"] for one in shown} == {second}
    assert [one["lawyers"][0]["signed_on"] for one in shown[:5]] == ["2026-09-01"] * 4 + [None]
    (lawyer,) = [one for one in office.ask("lawyers")["items"] if one["id"] == first]
    assert (lawyer["state"], lawyer["workload"]) == ("inactive", 0)
    assert told.count("lawyer_released") == 12
    assert "lawyer_state_changed" in told


def test_an_inactive_lawyer_is_never_proposed_and_keeps_the_past(office, two):
    first, second = two
    ended = office.ended(first, aided="王某", against="某公司")
    office.do("change_lawyer_state", lawyer=first, state="inactive", reason="退休")
    assert office.case(ended)["lawyer"] == first
    case = office.grant("陈某", "孙某")
    assert [one["lawyer"] for one in office.ask("proposal", case=case["id"])["candidates"]] == [second]
    said = refusal(office, "change_lawyer_state", lawyer=first, state="inactive", reason="退休")
    assert said.problem == "wrong-state"
    office.do("change_lawyer_state", lawyer=first, state="active", reason="返聘")
    assert len(office.ask("proposal", case=office.grant("钱某", "吴某")["id"])["candidates"]) == 2


def test_aid_that_is_terminated_is_ended_with_its_ground_and_still_has_a_closing_file(office, two, told):
    case = office.assigned(two[0])
    office.do("terminate_case", case=case["id"], ground="own_lawyer", reason="已自行委托律师")
    shown = office.case(case)
    assert (shown["state"], shown["outcome"], shown["termination_ground"]) == ("ended", "terminated", "own_lawyer")
    assert shown["termination_reason"] == "已自行委托律师"
    assert office.said("case_ended")[0]["outcome"] == "terminated"
    assert "case_terminated" in told
    documents = [{"kind": "report", "title": "终止报告"}]
    office.do("submit_closing_file", case=case["id"], summary="终止", documents=documents)


def test_aid_that_is_terminated_before_anybody_took_the_case_closes_it_and_takes_the_offer_back(office, two):
    case = office.grant()
    office.do("offer_case", case=case["id"])
    office.do("terminate_case", case=case["id"], ground="fraud", reason="隐瞒收入")
    shown = office.case(case)
    assert (shown["state"], [one["state"] for one in shown["offers"]]) == ("closed", ["recalled"])
    assert office.said("case_ended") == []
    assert refusal(office, "pay_subsidy", case=case["id"]).problem == "nothing-to-pay"
    assert refusal(office, "terminate_case", case=case["id"], ground="fraud", reason="再次").problem == "wrong-state"


def test_a_changed_case_still_fits_the_schema_that_the_door_publishes(office, two):
    case = office.assigned(two[0])
    office.do("request_replacement", LIAISON, case=case["id"], reason="不满意")
    office.do("return_case", case=case["id"], reason="身体原因")
    office.do("terminate_case", case=case["id"], ground="own_request", reason="本人申请")
    _, detail = QUERIES["assignment.case"]
    assert detail().validate(office.case(case)) == {}


def test_nobody_ends_a_case_as_terminated_without_the_centers_decision_and_its_ground(office, two):
    case = office.assigned(two[0])
    office.do("record_retainer", case=case["id"])
    for principal in (lawyer_principal(two[0]), CENTER):
        with pytest.raises(Rejected, match="ground-needed"):
            office.do("end_case", principal, case=case["id"], outcome="terminated")
    assert office.case(case)["state"] == "retained"


def test_a_conflict_that_no_longer_stands_is_told_so_that_nobody_waits_for_a_decision(office: Office):
    lawyer = office.lawyer(office.firm(), "李律师")
    first, second = (office.assigned(lawyer, aided=name, against=f"{name}的对方")["id"] for name in ("赵某", "钱某"))
    office.do("add_party", case=first, side="aided", name="王小明", identity_number=NUMBER)
    added = office.do("add_party", case=second, side="opposing", name="王小明")
    (found,) = office.said("conflict_found")
    identity = {"party": added["party"], "identity_number": OTHER_NUMBER}
    assert [one["id"] for one in office.do("identify_party", **identity)["cleared"]] == [found["conflict"]]
    (told,) = office.said("conflict_cleared")
    assert (told["conflict"], told["case"], told["lawyer"]) == (found["conflict"], second, lawyer)
