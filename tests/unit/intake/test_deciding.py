"""Granting, refusing, withdrawing: who may, in which state, from which version."""

from __future__ import annotations

import typing as t
from uuid import uuid4

import pytest

from chassis.errors import Rejected
from tests.unit.intake.conftest import BOUND, CENTER, LAWYER, LIAISON, MA, OTHER, STAFF, Desk, identity_number


def test_a_grant_tells_assignment_both_sides(desk: Desk) -> None:
    filed = desk.file(facts=["abandoned"])
    granted = desk.do("grant_application", STAFF, application=filed["id"], version=1)
    assert (granted["state"], granted["version"]) == ("granted", 2)
    [event] = desk.said("application_granted")
    assert desk.mailboxes("application_granted") == ["womens-federation"]
    assert event["facts"] == ["abandoned"]
    aided, opposing = event["parties"]
    assert (aided["side"], aided["name"], aided["number"]) == ("aided", "马某", MA)
    assert (opposing["side"], opposing["name"], opposing["kind"]) == ("opposing", "王某", "person")


@pytest.mark.parametrize(
    ("applicant", "minor"),
    [
        ({"identity_number": identity_number(2, "20110301")}, True),
        ({"identity_number": MA}, False),
        ({"identity_number": None, "document": {"kind": "passport", "number": "E1234567"}}, None),
    ],
)
def test_a_grant_tells_who_is_a_minor_by_the_birth_that_is_known(
    desk: Desk, applicant: dict[str, t.Any], minor: bool | None
) -> None:
    filed = desk.file(applicant=applicant, recipient_group="disabled")
    desk.do("grant_application", application=filed["id"])
    assert desk.said("application_granted")[0]["minor"] is minor


def test_a_company_on_the_other_side_carries_its_credit_code(desk: Desk) -> None:
    company = {"name": "某公司", "kind": "company", "credit_code": "91110000600037341L"}
    filed = desk.file(opposing_parties=[company])
    desk.do("grant_application", application=filed["id"])
    assert desk.said("application_granted")[0]["parties"][1]["number"] == "91110000600037341L"


def test_a_refusal_carries_its_reasons(desk: Desk) -> None:
    filed = desk.file()
    desk.do("refuse_application", application=filed["id"], reasons=["不属于法律援助范围"])
    assert desk.said("application_refused")[0]["reasons"] == ["不属于法律援助范围"]
    assert desk.see(filed["id"])["decision"] == ["不属于法律援助范围"]


PAPER = {"kind": "income", "title": "收入证明"}


def test_acts_are_what_would_not_be_refused_for_the_applications_sake(desk: Desk) -> None:
    application = desk.file()["id"]
    anew = ["grant", "refuse", "amend", "withdraw", "request_papers", "refer"]
    assert desk.see(application)["acts"] == anew, "an appointment comes with a notice, and is nobody's act here"
    desk.do("request_papers", application=application, papers=[PAPER])
    waiting = ["supply_papers", "withdraw", "amend", "refer"]
    assert desk.see(application)["acts"] == waiting, "only the urgent is granted before the papers; none lapses by hand"
    desk.do("amend_application", application=application, reason="更正", urgency="urgent")
    assert desk.see(application)["acts"] == [*waiting, "grant"]
    desk.do("supply_papers", application=application, documents=[PAPER])
    assert desk.see(application)["acts"] == [act for act in anew if act != "request_papers"], "they are told once"
    desk.do("grant_application", application=application)
    assert desk.see(application)["acts"] == [], "no papers are awaited any more"
    with pytest.raises(Rejected) as refused:
        desk.do("withdraw_application", application=application)
    assert refused.value.params["allowed"] == ""


def test_who_referred_an_application_on_reads_it_and_is_offered_no_act(desk: Desk) -> None:
    application = desk.file()["id"]
    desk.do("refer_application", LIAISON, application=application, organization="trade-union", reason="管辖")
    assert desk.see(application, LIAISON)["acts"] == []
    assert "amend" in desk.see(application)["acts"]


def test_nothing_is_offered_for_somebody_whose_data_were_erased(desk: Desk) -> None:
    filed = desk.file()
    desk.do("refuse_application", application=filed["id"], reasons=["不属于法律援助范围"])
    assert desk.see(filed["id"])["acts"] == ["object"]
    desk.bench.clock.move(days=3650)
    desk.do("erase_person", person=filed["person"], reason="保管期满")
    assert desk.see(filed["id"])["acts"] == []
    with pytest.raises(Rejected, match="person-erased"):
        desk.do("file_objection", application=filed["id"], grounds="异议")


def test_a_withdrawal_stops_the_application(desk: Desk) -> None:
    filed = desk.file()
    desk.do("withdraw_application", LIAISON, application=filed["id"], reason="已和解")
    assert len(desk.said("application_withdrawn")) == 1
    assert desk.see(filed["id"])["acts"] == []


@pytest.mark.parametrize("act", ["grant", "withdraw"])
def test_what_is_decided_cannot_be_decided_again(desk: Desk, act: str) -> None:
    filed = desk.file()
    desk.do("refuse_application", application=filed["id"], reasons=["理由"])
    with pytest.raises(Rejected) as refused:
        desk.do(f"{act}_application", application=filed["id"])
    assert refused.value.problem == "wrong-state"
    assert refused.value.params["state"] == "refused"


def test_a_decision_on_a_stale_version_is_refused(desk: Desk) -> None:
    filed = desk.file()
    with pytest.raises(Rejected) as refused:
        desk.do("grant_application", application=filed["id"], version=2)
    assert refused.value.problem == "version-conflict"
    assert refused.value.params == {"expected": 2, "actual": 1}


@pytest.mark.parametrize("principal", [OTHER, LAWYER], ids=["another organization", "a lawyer"])
def test_somebody_elses_application_does_not_exist(desk: Desk, principal: object) -> None:
    filed = desk.file()
    for application in (filed["id"], str(uuid4())):
        with pytest.raises(Rejected) as refused:
            desk.do("withdraw_application", principal, application=application)  # type: ignore[arg-type]
        assert (refused.value.problem, refused.value.params) == ("not-found", {"what": "application"})


def test_a_stations_liaison_does_not_reach_the_neighbour_stations_application(desk: Desk) -> None:
    filed = desk.file(LIAISON, station="hongqi")
    with pytest.raises(Rejected, match="not-found"):
        desk.do("withdraw_application", BOUND, application=filed["id"])


def test_the_history_says_who_did_what(desk: Desk) -> None:
    filed = desk.file()
    desk.do("grant_application", CENTER, application=filed["id"], note="同意")
    history = desk.see(filed["id"])["history"]
    assert [(act["act"], act["state"], act["version"]) for act in history] == [
        ("file", "received", 1),
        ("grant", "granted", 2),
    ]
    assert (history[0]["by_role"], history[0]["by_organization"]) == ("liaison", "womens-federation")
    assert (history[1]["by_role"], history[1]["note"]) == ("center_admin", "同意")
