"""Who sees and does what: what is out of sight is answered exactly like what does not exist."""

from __future__ import annotations

import pytest

from chassis.errors import Rejected
from chassis.ids import new_id
from contracts.assignment import QUERIES
from tests.unit.assignment.conftest import AUDITOR, CENTER, LIAISON, OTHER_LIAISON, Office, lawyer_principal

ACTS = {
    "record_retainer": {},
    "report_progress": {"stage": "mediation", "summary": "调解中"},
    "end_case": {"outcome": "won"},
    "submit_closing_file": {"summary": "办结", "documents": [{"kind": "judgment", "title": "判决书"}]},
    "check_closing_file": {"grade": "good"},
    "pay_subsidy": {},
    "offer_case": {},
    "terminate_case": {"ground": "own_request", "reason": "本人申请"},
    "return_case": {"reason": "退回"},
}
NOT_FOR_AUDITORS = {
    "add_party": {"side": "opposing", "name": "李某"},
    "request_replacement": {"reason": "沟通不畅"},
}


@pytest.fixture
def lawyer(office: Office) -> str:
    return office.lawyer(office.firm(), "李律师")


@pytest.fixture
def case(office: Office, lawyer: str) -> dict:
    return office.assigned(lawyer)


def problem(office: Office, command: str, principal, **data) -> dict:
    with pytest.raises(Rejected) as refused:
        office.do(command, principal, **data)
    return refused.value.as_dict()


@pytest.mark.parametrize("act", ACTS)
def test_somebody_elses_case_is_answered_exactly_like_one_that_does_not_exist(office, lawyer, case, act):
    other = office.lawyer(office.firm("公平所"), "周律师")
    for stranger in (OTHER_LIAISON, lawyer_principal(other)):
        theirs = problem(office, act, stranger, case=case["id"], **ACTS[act])
        nobodys = problem(office, act, stranger, case=new_id(), **ACTS[act])
        assert theirs == nobodys
        assert theirs["problem"] == "not-found"


@pytest.mark.parametrize("act", ACTS)
def test_a_liaison_and_an_auditor_see_a_case_but_do_not_handle_it(office, case, act):
    for reader in (LIAISON, AUDITOR):
        assert problem(office, act, reader, case=case["id"], **ACTS[act])["problem"] == "forbidden"


@pytest.mark.parametrize("act", NOT_FOR_AUDITORS)
def test_an_auditor_reads_and_changes_nothing_and_strangers_find_nothing(office, case, act):
    assert problem(office, act, AUDITOR, case=case["id"], **NOT_FOR_AUDITORS[act])["problem"] == "forbidden"
    assert problem(office, act, OTHER_LIAISON, case=case["id"], **NOT_FOR_AUDITORS[act])["problem"] == "not-found"


def test_only_the_center_decides_on_conflicts_replacements_and_who_is_active(office, lawyer, case):
    wish = office.do("request_replacement", LIAISON, case=case["id"], reason="沟通不畅")
    for caller in (LIAISON, AUDITOR, lawyer_principal(lawyer)):
        agreed = {"request": wish["id"], "decision": "agree", "reason": "同意"}
        assert problem(office, "decide_replacement", caller, **agreed)["problem"] == "forbidden"
        cleared = {"conflict": new_id(), "decision": "clear", "reason": "同名"}
        assert problem(office, "decide_conflict", caller, **cleared)["problem"] == "forbidden"
        left = {"lawyer": lawyer, "state": "inactive", "reason": "离职"}
        assert problem(office, "change_lawyer_state", caller, **left)["problem"] == "forbidden"
    with pytest.raises(Rejected, match="forbidden"):
        office.ask("conflicts", LIAISON)


@pytest.mark.parametrize("act", ["check_closing_file", "pay_subsidy", "offer_case", "terminate_case"])
def test_a_lawyer_never_checks_pays_or_offers_their_own_case(office, lawyer, case, act):
    said = problem(office, act, lawyer_principal(lawyer), case=case["id"], **ACTS[act])
    assert said["problem"] == "forbidden"


def test_only_the_center_registers_firms_and_lawyers(office, lawyer):
    firm = office.ask("firms")["items"][0]["id"]
    for caller in (LIAISON, AUDITOR, lawyer_principal(lawyer)):
        assert problem(office, "register_firm", caller, name="新所", district="红旗区")["problem"] == "forbidden"
        data = {"firm": firm, "name": "新律师", "licence": "1"}
        assert problem(office, "register_lawyer", caller, **data)["problem"] == "forbidden"


def test_an_offer_is_answered_by_its_lawyer_or_for_them_by_the_center(office, lawyer):
    other = office.lawyer(office.firm("公平所"), "周律师")
    offer = office.do("offer_case", case=office.grant("陈某", "孙某")["id"], lawyer=lawyer, reason="专长")
    for stranger in (lawyer_principal(other), LIAISON, AUDITOR):
        theirs = problem(office, "answer_offer", stranger, offer=offer["id"], answer="accept")
        assert theirs == problem(office, "answer_offer", stranger, offer=new_id(), answer="accept")
    assert office.do("answer_offer", CENTER, offer=offer["id"], answer="accept")["state"] == "accepted"


def test_each_caller_lists_their_own_cases_and_offers_only(office, lawyer, case):
    other = office.lawyer(office.firm("公平所"), "周律师")
    office.grant("陈某", "孙某", organization="trade-union", station=None)
    office.grant("钱某", "吴某", station="hongqi")

    def counts(principal) -> tuple[int, int]:
        return tuple(len(office.ask(view, principal)["items"]) for view in ("cases", "offers"))

    assert counts(CENTER) == counts(AUDITOR) == (3, 1)
    assert counts(LIAISON) == (1, 1)
    assert counts(OTHER_LIAISON) == (1, 0)
    assert counts(lawyer_principal(lawyer)) == (1, 1)
    assert counts(lawyer_principal(other)) == (0, 0)


def test_a_filter_never_widens_what_is_in_sight(office, lawyer, case):
    assert office.ask("cases", OTHER_LIAISON, lawyer=lawyer, organization="womens-federation")["items"] == []
    assert office.ask("offers", OTHER_LIAISON, case=case["id"])["items"] == []


def test_a_case_is_found_by_the_number_that_people_say_on_the_telephone(office, lawyer, case):
    office.grant(urgency="urgent")
    asked = QUERIES["assignment.cases"][0]().load({"number": case["number"], "urgency": "normal"})
    assert [one["id"] for one in office.ask("cases", **asked)["items"]] == [case["id"]]
    assert office.ask("cases", OTHER_LIAISON, number=case["number"])["items"] == []
    assert [one["urgency"] for one in office.ask("cases", urgency="urgent")["items"]] == ["urgent"]


def test_one_case_out_of_sight_does_not_exist_for_its_reader(office, lawyer, case):
    for view in ("case", "proposal"):
        for identifier in (case["id"], str(new_id())):
            with pytest.raises(Rejected) as refused:
                office.ask(view, OTHER_LIAISON, case=identifier)
            assert refused.value.as_dict()["params"] == {"what": "case"}
    for reader in (LIAISON, lawyer_principal(lawyer)):
        with pytest.raises(Rejected):
            office.ask("proposal", reader, case=case["id"])


def test_parties_are_shown_to_the_center_and_the_cases_lawyer_alone(office, lawyer, case):
    names = [one["name"] for one in case["parties"]]
    assert names == ["马某", "王某"]
    assert office.ask("case", lawyer_principal(lawyer), case=case["id"])["parties"] == case["parties"]
    assert "parties" not in office.ask("case", LIAISON, case=case["id"])


def test_a_lawyer_sees_the_parties_of_an_open_offer_and_not_of_a_declined_one(office, lawyer):
    office.lawyer(office.firm("公平所"), "周律师", years=1)
    offer = office.do("offer_case", case=office.grant("陈某", "孙某")["id"], lawyer=lawyer, reason="专长")
    me = lawyer_principal(lawyer)
    (item,) = office.ask("offers", me, state="open")["items"]
    assert [one["name"] for one in item["parties"]] == ["陈某", "孙某"]
    office.do("answer_offer", me, offer=offer["id"], answer="decline")
    (item,) = office.ask("offers", me)["items"]
    assert "parties" not in item


def test_contact_and_load_are_for_the_center_and_the_lawyer(office, lawyer):
    firm = office.firm("公平所")
    office.lawyer(firm, "周律师")
    assert all("licence" in one for one in office.ask("lawyers", CENTER)["items"])
    office.lawyer(firm, "吴律师", standing_for=["womens-federation"])
    (known,) = office.ask("lawyers", LIAISON)["items"]
    assert "licence" not in known
    mine = {one["id"]: "phone" in one for one in office.ask("lawyers", lawyer_principal(lawyer))["items"]}
    assert mine == {lawyer: True}


def test_lists_are_read_page_by_page_without_gap_or_repeat(office, lawyer):
    made = [office.grant(f"申请人{n}", f"对方{n}")["id"] for n in range(5)]
    for view in ("cases", "offers"):
        if view == "offers":
            made = [office.do("offer_case", case=one, lawyer=lawyer, reason="专长")["id"] for one in made]
        seen, after = [], None
        while True:
            page = office.ask(view, limit=2, after=after)
            seen += [one["id"] for one in page["items"]]
            after = page["next"]
            if after is None:
                break
        assert seen == made[::-1]


def test_lawyers_can_be_asked_by_firm_and_by_standing_appointment(office):
    one, other = office.firm(), office.firm("公平所")
    standing = office.lawyer(one, "李律师", standing_for=["womens-federation"])
    plain = office.lawyer(other, "周律师")
    assert [item["id"] for item in office.ask("lawyers", standing_for="womens-federation")["items"]] == [standing]
    assert [item["id"] for item in office.ask("lawyers", firm=other)["items"]] == [plain]
    assert [item["name"] for item in office.ask("firms")["items"]] == ["公平所", "正义律师事务所"]
