"""The facts of an application's official papers: right for each act, and only for those who may see the application."""

from __future__ import annotations

import datetime as dt

import pytest

from chassis.errors import Rejected
from contracts.papers import PAPERS
from tests.unit.intake.conftest import AUDITOR, BOUND, LAWYER, LIAISON, OTHER, Desk


def paper(desk: Desk, application: str, kind: str) -> dict[str, object]:
    found = desk.ask("paper", application=application, kind=kind)
    assert set(found["facts"]) == set(PAPERS[kind].facts), "exactly what templates may name"
    return found["facts"]


def kinds(desk: Desk, application: str) -> list[str]:
    return [item["kind"] for item in desk.ask("papers", application=application)["items"]]


def test_each_act_brings_its_paper_dated_on_its_own_day(desk: Desk) -> None:
    application = desk.file()["id"]
    assert kinds(desk, application) == ["acceptance_notice"]
    accepted = paper(desk, application, "acceptance_notice")
    assert (accepted["applicant"], accepted["matter"], accepted["received_on"]) == ("马某", "婚姻家庭", "2026年9月1日")
    with pytest.raises(Rejected, match="paper-not-there"):
        desk.ask("paper", application=application, kind="grant_decision")

    desk.bench.clock.set(dt.datetime(2026, 9, 3, 17, 0, tzinfo=dt.UTC))  # already the 4th in the model city
    desk.do("request_papers", application=application, papers=[{"kind": "income", "title": "收入证明"}])
    asked = paper(desk, application, "missing_papers_notice")
    assert (asked["papers"], asked["requested_on"]) == (["收入证明"], "2026年9月4日")

    desk.do("supply_papers", application=application, documents=[{"kind": "income", "title": "收入证明"}])
    desk.do("refuse_application", application=application, reasons=["不属于援助范围。", "材料不足。"])
    refused = paper(desk, application, "refusal_decision")
    assert (refused["reasons"], refused["decided_on"]) == (["不属于援助范围。", "材料不足。"], "2026年9月4日")

    desk.do("file_objection", application=application, grounds="不服。")
    desk.bench.clock.set(dt.datetime(2026, 9, 8, 2, 0, tzinfo=dt.UTC))
    desk.do("decide_objection", application=application, outcome="overturned", reasons=["应予援助。"])
    assert paper(desk, application, "grant_decision")["decided_on"] == "2026年9月8日"
    assert paper(desk, application, "refusal_decision") == refused, "a paper says the same whenever it is fetched"
    assert kinds(desk, application) == [
        "acceptance_notice",
        "missing_papers_notice",
        "grant_decision",
        "refusal_decision",
    ]


def test_a_grant_says_why_the_conditions_are_met_and_who_applied(desk: Desk) -> None:
    guardian = {"relation": "guardian", "name": "李监护"}
    application = desk.file(on_behalf=guardian)["id"]
    assert paper(desk, application, "acceptance_notice")["represented_by"] == "李监护"
    desk.do("grant_application", application=application)
    granted = paper(desk, application, "grant_decision")
    assert granted["represented_by"] == "李监护"
    assert any("不受经济困难条件限制" in str(ground) for ground in granted["grounds"])  # type: ignore[attr-defined]


def test_only_who_sees_the_application_gets_its_papers(desk: Desk) -> None:
    application = desk.file()["id"]
    for principal in (LIAISON, BOUND, AUDITOR):
        assert desk.ask("papers", principal, application=application)["items"]
    for principal in (OTHER, LAWYER):
        for view, more in (("papers", {}), ("paper", {"kind": "acceptance_notice"})):
            with pytest.raises(Rejected, match="not-found"):
                desk.ask(view, principal, application=application, **more)
