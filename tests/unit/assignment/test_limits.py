"""The limitation of a claim and the time to appeal: counted, watched, closed by the act, and never lost."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Rejected
from contracts.assignment.conduct import CIVIL_DATES
from services.assignment.domain.civil import ARTICLES, last_day
from tests.unit.assignment.conftest import LIAISON, Office, lawyer_principal
from tests.unit.assignment.test_handling import refusal


@pytest.fixture
def lawyer(office: Office) -> str:
    return office.lawyer(office.firm(), "李律师")


def record(office: Office, case, kind="civil_limitation", since="2026-03-01", **more):
    return office.do(
        "record_civil_date", lawyer_principal(case["lawyer"]), case=case["id"], kind=kind, since=since, **more
    )


@given(st.dates(dt.date(2000, 1, 1), dt.date(2099, 1, 1)))
def test_a_claim_is_barred_after_three_years_and_a_judgment_final_after_fifteen_days(since):
    barred = last_day("civil_limitation", since)
    assert barred.year == since.year + 3
    assert (barred.month, barred.day) == (since.month, since.day) or (barred.month, barred.day) == (2, 28)
    assert last_day("civil_appeal", since) - since == dt.timedelta(days=15)
    assert set(ARTICLES) == set(CIVIL_DATES)


def test_a_limit_is_set_with_its_last_day_and_closed_by_the_act(office, lawyer):
    case = office.assigned(lawyer)
    made = record(office, case)
    assert (made["due_on"], made["article"], made["state"]) == ("2029-03-01", "CC 188", "open")
    (said,) = office.said("case_date_set")
    assert (said["date"], said["kind"], said["lawyer"]) == (made["id"], "civil_limitation", lawyer)
    assert dt.datetime.fromisoformat(said["due_at"]).isoformat() == "2029-03-01T16:00:00+00:00", (
        "the midnight that ends it"
    )
    assert (
        refusal(office, "record_civil_date", case=case["id"], kind="civil_limitation", since="2026-03-01").problem
        == "duplicate"
    )
    office.do("close_civil_date", lawyer_principal(lawyer), case=case["id"], kind="civil_limitation")
    (closed,) = office.said("case_date_closed")
    assert (closed["date"], closed["outcome"]) == (made["id"], "done")
    assert [one["state"] for one in office.case(case)["civil_dates"]] == ["done"]
    assert refusal(office, "close_civil_date", case=case["id"], kind="civil_limitation").problem == "not-found"


def test_a_limitation_that_begins_anew_takes_the_place_of_the_former_one(office, lawyer):
    case = office.assigned(lawyer)
    record(office, case)
    record(office, case, since="2026-08-20")
    assert [(one["state"], one["due_on"]) for one in office.case(case)["civil_dates"]] == [
        ("not_needed", "2029-03-01"), ("open", "2029-08-20"),
    ]  # fmt: skip


def test_a_limit_goes_along_when_the_case_changes_hands_and_ends_with_the_case(office, lawyer):
    other = office.lawyer(office.firm("公平律师事务所"), "周律师")
    case = office.assigned(lawyer)
    record(office, case)
    office.do("return_case", lawyer_principal(lawyer), case=case["id"], reason="身体原因")
    assert office.said("case_date_closed") == []
    offer = office.do("offer_case", case=case["id"], lawyer=other, reason="熟悉")
    office.do("answer_offer", lawyer_principal(other), offer=offer["id"], answer="accept")
    office.do("record_retainer", case=case["id"])
    office.do("end_case", case=case["id"], outcome="won")
    assert [one["outcome"] for one in office.said("case_date_closed")] == ["not_needed"]
    assert [one["state"] for one in office.case(case)["civil_dates"]] == ["not_needed"]


def test_what_a_termination_dropped_is_watched_again_when_the_aid_is_given_back(office, lawyer):
    case = office.assigned(lawyer)
    first = record(office, case)
    office.do("terminate_case", case=case["id"], ground="other", reason="x")
    office.do("object_to_termination", LIAISON, case=case["id"], grounds="不服")
    office.do("decide_termination_objection", case=case["id"], outcome="overturned", reasons=["改正"])
    again = office.said("case_date_set")[-1]
    assert again["due_on"] == first["due_on"]
    assert again["date"] != first["id"]
    office.do("close_civil_date", case=case["id"], kind="civil_limitation")
    assert office.said("case_date_closed")[-1]["date"] == again["date"]


def test_no_limit_begins_in_the_future_or_in_a_case_that_is_over(office, lawyer):
    case = office.assigned(lawyer)
    tomorrow = {"case": case["id"], "kind": "civil_appeal", "since": "2026-09-02"}
    assert refusal(office, "record_civil_date", **tomorrow).problem == "impossible-date"
    over = {"case": office.ended(lawyer, aided="甲", against="乙")["id"], "kind": "civil_appeal", "since": "2026-09-01"}
    assert refusal(office, "record_civil_date", **over).problem == "wrong-state"


def test_a_limit_does_not_run_from_another_age(office: Office) -> None:
    case = office.assigned(office.lawyer(office.firm(), "李律师"))
    with pytest.raises(Rejected, match="impossible-date"):
        office.do("record_civil_date", case=case["id"], kind="civil_limitation", since="0001-01-01")
