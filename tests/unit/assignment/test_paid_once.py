"""Whatever comes in whatever order (checks, corrections, payments, runs, each delivered again): a case is paid once."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.envelope import Envelope
from contracts import terms
from tests.unit.assignment.conftest import CENTER, Office

pytestmark = pytest.mark.slow

GRADES = st.sampled_from(sorted(terms.GRADES))
ACTS = ("check_closing_file", "correct_subsidy", "pay_subsidy", "run_payments", "again")
STEPS = st.lists(st.tuples(st.sampled_from(ACTS), GRADES), min_size=3, max_size=12)
OFFICE: list[tuple[Office, str]] = []  # one for all examples: each has a case of its own


def message(office: Office, act: str, case: str, grade: str) -> Envelope:
    bodies: dict[str, dict[str, t.Any]] = {
        "check_closing_file": {"case": case, "grade": grade},
        "correct_subsidy": {"case": case, "grade": grade, "reason": "复核。"},
        "pay_subsidy": {"case": case},
        "run_payments": {"month": "2026-09"},
    }
    loaded = office.bench.contracts.load(f"assignment.{act}.v1", bodies[act])
    return office.bench.envelope(f"assignment.{act}.v1", loaded, principal=CENTER)


@settings(max_examples=10, deadline=None)
@given(STEPS)
def test_what_is_paid_is_never_more_than_the_most_that_was_ever_due_and_in_the_end_what_is_due(steps):
    office, case = new_case()
    most, sent = 0, []
    for act, grade in [*steps, ("check_closing_file", "good"), ("run_payments", "good"), ("again", "good")]:
        sent += [message(office, act, case, grade)] if act != "again" else sent[-1:]
        office.bench.deliver(*(sent if act == "again" else sent[-1:]))  # again: all that was ever sent
        shown = office.case(case)
        most = max(most, shown["subsidy_fen"] or 0)
        assert paid(office, case) == shown["paid_fen"] <= most
    assert shown["subsidy_fen"] <= paid(office, case) <= most, "all that is due is paid, once"


def new_case() -> tuple[Office, str]:
    if not OFFICE:
        office = Office()
        office.organization()
        OFFICE.append((office, office.lawyer(office.firm(), "李律师")))
    office, lawyer = OFFICE[0]
    return office, office.filed(lawyer)["id"]


def paid(office: Office, case: str) -> int:
    return sum(one["amount_fen"] for one in office.said("subsidy_paid") if one["case"] == case)
