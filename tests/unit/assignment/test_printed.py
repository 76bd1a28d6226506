"""The facts of a case's official papers: right for each act, and only for the center and the case's lawyer."""

from __future__ import annotations

import typing as t

import pytest

from chassis.errors import Rejected
from contracts.papers import PAPERS
from tests.unit.assignment.conftest import AUDITOR, LIAISON, OTHER_LIAISON, Office, lawyer_principal


def facts(office: Office, case: dict[str, t.Any], kind: str) -> dict[str, t.Any]:
    found = office.ask("paper", case=case["id"], kind=kind)["facts"]
    assert set(found) == set(PAPERS[kind].facts), "exactly what templates may name"
    return t.cast(dict[str, t.Any], found)


def kinds(office: Office, case: dict[str, t.Any]) -> list[str]:
    return [item["kind"] for item in office.ask("papers", case=case["id"])["items"]]


def test_the_assignment_brings_notice_retainer_and_power_of_attorney(office: Office) -> None:
    case = office.grant()
    assert kinds(office, case) == []
    with pytest.raises(Rejected, match="paper-not-there"):
        office.ask("paper", case=case["id"], kind="retainer")

    case = office.assigned(office.lawyer(office.firm(), "周建涛"))
    notice = facts(office, case, "assignment_notice")
    assert (notice["firm"], notice["lawyer"], notice["nth"]) == ("正义律师事务所", "周建涛", "")
    assert (notice["recipients"], notice["opponents"], notice["matter"]) == ("马某", "王某", "婚姻家庭")
    assert facts(office, case, "retainer")["signed_on"] == "", "left to be filled in by hand"
    office.do("record_retainer", case=case["id"])
    assert facts(office, case, "power_of_attorney")["signed_on"] == "2026年9月1日"
    assert kinds(office, case) == ["assignment_notice", "retainer", "power_of_attorney"]


def test_a_second_assignment_is_marked_as_the_second(office: Office) -> None:
    firm = office.firm()
    first, second = office.lawyer(firm, "周建涛"), office.lawyer(firm, "尹雅梅")
    case = office.assigned(first)
    office.do("return_case", case=case["id"], reason="健康原因。")
    offer = office.do("offer_case", case=case["id"], lawyer=second, reason="熟悉案情")
    office.do("answer_offer", lawyer_principal(second), offer=offer["id"], answer="accept")
    notice = facts(office, case, "assignment_notice")
    assert (notice["lawyer"], notice["nth"]) == ("尹雅梅", "之二")


def test_the_closing_report_has_amounts_progress_and_grade(office: Office) -> None:
    lawyer = office.lawyer(office.firm(), "周建涛")
    case = office.assigned(lawyer)
    office.do("record_retainer", case=case["id"])
    office.do("report_progress", case=case["id"], stage="first_instance", summary="准予离婚。")
    office.do("record_cost", case=case["id"], kind="travel", fen=12000)
    amounts = [{"kind": "hardship_assistance", "fen": 1000000}, {"kind": "loss_avoided", "fen": 50000}]
    office.do("end_case", case=case["id"], outcome="won", amounts=amounts)
    documents = [{"kind": "judgment", "title": "民事判决书"}]
    office.do("submit_closing_file", case=case["id"], summary="判决已生效。", documents=documents)
    report = facts(office, case, "closing_report")
    assert report["amounts"] == ["经济帮助：10,000.00元", "避免损失：500.00元"]
    assert (report["recovered"], report["loss_avoided"], report["outcome"]) == ("10,000.00", "500.00", "胜诉")
    assert report["progress"] == ["2026年9月1日 一审：准予离婚。"]
    assert report["costs"] == ["交通费：120.00元"]
    assert report["grade"] == ""
    office.do("check_closing_file", case=case["id"], grade="excellent", remarks="规范。")
    assert facts(office, case, "closing_report")["grade"] == "优秀"


def test_a_termination_names_the_item_of_the_law_and_the_reasons(office: Office) -> None:
    case = office.grant()
    office.do("terminate_case", case=case["id"], ground="own_lawyer", reason="已自行委托律师。\n本人确认。")
    decision = facts(office, case, "termination_decision")
    assert (decision["item"], decision["ground"]) == ("六", "自行委托律师或者其他代理人")
    assert decision["reasons"] == ["已自行委托律师。", "本人确认。"]
    assert kinds(office, case) == ["termination_decision"]


def test_papers_name_the_parties_and_so_are_for_the_center_and_the_cases_lawyer(office: Office) -> None:
    firm = office.firm()
    lawyer, other = office.lawyer(firm, "周建涛"), office.lawyer(firm, "尹雅梅")
    case = office.assigned(lawyer)
    for principal in (AUDITOR, lawyer_principal(lawyer)):
        assert office.ask("papers", principal, case=case["id"])["items"]
    for principal in (LIAISON, OTHER_LIAISON, lawyer_principal(other)):
        for view, more in (("papers", {}), ("paper", {"kind": "retainer"})):
            with pytest.raises(Rejected, match="not-found"):
                office.ask(view, principal, case=case["id"], **more)
