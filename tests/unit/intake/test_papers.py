"""Missing papers: told once, the clock stopped and started again, deemed withdrawn; urgent: aid first, papers later."""

from __future__ import annotations

import datetime as dt
import typing as t

import pytest

from chassis.errors import NotYet, Rejected
from contracts.schema import CaseReference
from tests.unit.intake.conftest import CENTER, LIAISON, Desk

MEANS: dict[str, t.Any] = {"facts": [], "household_size": 3}
PAPERS = [{"kind": "income", "title": "收入证明"}]
DOCUMENTS = [{"kind": "income", "title": "收入证明", "sha256": "a" * 64, "original_seen": True}]


@pytest.fixture
def waiting(desk: Desk) -> tuple[Desk, str]:
    """An application whose papers are missing since 2026-09-01."""
    application = desk.file(**MEANS)["id"]
    desk.do("request_papers", application=application, papers=PAPERS, supply_by="2026-09-10")
    return desk, application


def lapse(desk: Desk, application: str, now: dt.datetime) -> None:
    data = {"application": application, "due_on": "2026-09-10"}
    desk.bench.handle("intake.lapse_papers.v1", data, organization="womens-federation", principal=CENTER, now=now)


def test_the_clock_stops_and_a_lapse_is_set_for_the_first_moment_of_the_day_after(waiting: tuple[Desk, str]) -> None:
    desk, application = waiting
    [event] = desk.said("papers_requested")
    assert (event["supply_by"], event["papers"], event["after_grant"]) == ("2026-09-10", 1, False)
    assert desk.see(application)["state"] == "awaiting_papers"
    [lapse] = desk.said("lapse_papers")
    assert lapse["due_on"] == "2026-09-10"


def test_without_a_named_day_the_setting_counts(desk: Desk) -> None:
    application = desk.file(**MEANS)["id"]
    told = desk.do("request_papers", application=application, papers=PAPERS)
    assert told["supply_by"] == "2026-09-16"


def test_a_day_that_has_passed_is_refused(desk: Desk) -> None:
    application = desk.file(**MEANS)["id"]
    with pytest.raises(Rejected, match="impossible-date"):
        desk.do("request_papers", application=application, papers=PAPERS, supply_by="2026-09-01")


def test_supplied_papers_start_the_clock_again_and_the_rules_judge_anew(waiting: tuple[Desk, str]) -> None:
    desk, application = waiting
    assert desk.see(application)["eligibility"] == "unknown"
    desk.bench.clock.move(days=2)
    desk.do("supply_papers", LIAISON, application=application, documents=DOCUMENTS, monthly_income_fen=100_000)
    [event] = desk.said("papers_supplied")
    assert (event["stopped_seconds"], event["eligibility"], event["after_grant"]) == (2 * 86_400, "eligible", False)
    seen = desk.see(application)
    assert (seen["state"], seen["eligibility"]) == ("received", "eligible")
    assert seen["documents"][0]["original_seen"] is True
    assert seen["papers"]["complete_at"] is not None


def test_some_of_the_papers_leave_the_clock_stopped(waiting: tuple[Desk, str]) -> None:
    desk, application = waiting
    desk.do("supply_papers", LIAISON, application=application, documents=DOCUMENTS, complete=False)
    assert desk.see(application)["state"] == "awaiting_papers"
    assert desk.said("papers_supplied") == []


def test_missing_papers_are_told_once(waiting: tuple[Desk, str]) -> None:
    desk, application = waiting
    with pytest.raises(Rejected, match="wrong-state"):
        desk.do("request_papers", application=application, papers=PAPERS)
    desk.do("supply_papers", LIAISON, application=application, documents=DOCUMENTS)
    with pytest.raises(Rejected) as refused:
        desk.do("request_papers", application=application, papers=PAPERS)
    assert refused.value.problem == "papers-told-already"
    assert str(refused.value.params["day"]) == "2026-09-01"


def test_papers_that_nobody_asked_for_are_refused(desk: Desk) -> None:
    application = desk.file()["id"]
    for problem in ("wrong-state", "no-papers-awaited"):
        with pytest.raises(Rejected, match=problem):
            desk.do("supply_papers", LIAISON, application=application, documents=DOCUMENTS)
        if problem == "wrong-state":
            desk.do("grant_application", application=application)


def test_an_application_that_is_over_takes_no_more_papers_some_or_all(waiting: tuple[Desk, str]) -> None:
    desk, application = waiting
    desk.do("withdraw_application", LIAISON, application=application)
    for complete in (False, True):
        with pytest.raises(Rejected, match="wrong-state"):
            desk.do("supply_papers", LIAISON, application=application, documents=DOCUMENTS, complete=complete)
    assert desk.see(application)["documents"] == []


def test_the_day_after_the_last_one_it_is_deemed_withdrawn(waiting: tuple[Desk, str]) -> None:
    desk, application = waiting
    lapse(desk, application, dt.datetime(2026, 9, 10, 16, 0, tzinfo=dt.UTC))  # midnight in Xinxiang
    [event] = desk.said("application_withdrawn")
    assert event["deemed"] is True
    act = desk.see(application)["history"][-1]
    assert (act["act"], act["state"], act["by_role"]) == ("lapse", "withdrawn", "rule")


def test_on_the_last_day_nothing_lapses_yet(waiting: tuple[Desk, str]) -> None:
    desk, application = waiting
    with pytest.raises(NotYet):
        lapse(desk, application, dt.datetime(2026, 9, 10, 15, 59, tzinfo=dt.UTC))


def test_a_last_day_that_is_a_rest_day_is_the_next_working_day(waiting: tuple[Desk, str]) -> None:
    desk, application = waiting
    (asked,) = desk.said("papers_requested")
    day = {name: asked.get(name) for name in CaseReference._declared_fields}
    day |= {"was": "2026-09-10", "supply_by": "2026-09-14", "moved_at": asked["requested_at"]}
    for _ in range(2):  # heard twice, it is moved once
        desk.bench.handle("supervision.papers_day_moved.v1", day, organization="womens-federation", principal=CENTER)
    assert [one["due_on"] for one in desk.said("lapse_papers")] == ["2026-09-10", "2026-09-14"]
    lapse(desk, application, dt.datetime(2026, 9, 10, 16, 0, tzinfo=dt.UTC))
    shown = desk.see(application)
    assert (shown["state"], shown["papers"]["supply_by"]) == ("awaiting_papers", "2026-09-14")
    desk.do("supply_papers", LIAISON, application=application, documents=DOCUMENTS)
    assert desk.see(application)["state"] == "received"


def test_what_was_supplied_in_time_never_lapses(waiting: tuple[Desk, str]) -> None:
    desk, application = waiting
    desk.do("supply_papers", LIAISON, application=application, documents=DOCUMENTS)
    lapse(desk, application, dt.datetime(2026, 9, 12, tzinfo=dt.UTC))
    assert desk.see(application)["state"] == "received"


def test_an_urgent_case_gets_aid_first_and_brings_papers_later(desk: Desk) -> None:
    application = desk.file(**MEANS, urgency="urgent")["id"]
    desk.do("grant_application", application=application, papers_later=PAPERS)
    [event] = desk.said("papers_requested")
    assert event["after_grant"] is True
    assert len(desk.said("application_granted")) == 1
    assert desk.said("lapse_papers") == []
    desk.do("supply_papers", LIAISON, application=application, documents=DOCUMENTS)
    assert desk.see(application)["state"] == "granted"
    with pytest.raises(Rejected, match="no-papers-awaited"):
        desk.do("supply_papers", LIAISON, application=application, documents=DOCUMENTS)


def test_an_urgent_case_is_granted_while_papers_are_missing(desk: Desk) -> None:
    application = desk.file(**MEANS, urgency="urgent")["id"]
    desk.do("request_papers", application=application, papers=PAPERS)
    assert desk.do("grant_application", application=application)["state"] == "granted"


def test_others_wait_for_their_papers(waiting: tuple[Desk, str]) -> None:
    desk, application = waiting
    with pytest.raises(Rejected, match="not-urgent"):
        desk.do("grant_application", application=application)
    other = desk.file(matter="maintenance_or_support")["id"]
    with pytest.raises(Rejected, match="not-urgent"):
        desk.do("grant_application", application=other, papers_later=PAPERS)


def test_titles_of_papers_are_unreadable_in_the_database(waiting: tuple[Desk, str]) -> None:
    desk, _ = waiting
    assert "收入证明" not in str(desk.said("papers_requested"))
