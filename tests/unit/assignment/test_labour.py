"""The way of a labour dispute: mediation first, then arbitration, then court."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.assignment.conduct import LABOUR_STEPS
from services.assignment.domain.labour import (
    AFTER,
    MediationFirst,
    OutOfOrder,
    Step,
    changes,
    check_step,
    dates,
    limitation,
    mediated,
)
from tests.unit.assignment.conftest import Office, lawyer_principal
from tests.unit.assignment.test_handling import refusal

DAY = dt.date(2026, 9, 1)
days = st.dates(dt.date(2000, 1, 1), dt.date(2099, 1, 1))


def walk(*steps: tuple[str, int]) -> list[Step]:
    """Steps by name and days after the first; each must be possible."""
    taken: list[Step] = []
    for name, after in steps:
        on = DAY + dt.timedelta(days=after)
        check_step(taken, name, on)
        taken.append(Step(name, on))
    return taken


def test_the_steps_are_the_terms_that_the_network_knows():
    assert set(AFTER) - {""} == set(LABOUR_STEPS)


def test_a_dispute_may_go_the_whole_way():
    walk(
        ("mediation_requested", 0),
        ("mediation_failed", 9),
        ("arbitration_filed", 10),
        ("award_received", 40),
        ("suit_filed", 50),
    )


def test_an_agreement_that_is_not_kept_leads_to_arbitration():
    walk(("mediation_requested", 0), ("mediation_agreed", 3), ("arbitration_filed", 60))


def test_arbitration_waits_for_the_fifteenth_day_of_a_mediation_without_result():
    begun = walk(("mediation_requested", 0))
    for early in (0, 1, 15):
        with pytest.raises(MediationFirst):
            check_step(begun, "arbitration_filed", DAY + dt.timedelta(days=early))
    check_step(begun, "arbitration_filed", DAY + dt.timedelta(days=16))


def test_a_late_award_opens_the_court_and_an_early_suit_does_not_pass():
    filed = walk(("mediation_waived", 0), ("arbitration_filed", 1))
    with pytest.raises(OutOfOrder):
        check_step(filed, "suit_filed", DAY + dt.timedelta(days=46))
    check_step(filed, "suit_filed", DAY + dt.timedelta(days=47))


@given(st.lists(st.sampled_from(sorted(LABOUR_STEPS)), max_size=12), days)
def test_whatever_is_tried_nobody_arbitrates_before_mediation_is_behind(names, first):
    taken: list[Step] = []
    for offset, name in enumerate(names):
        on = first + dt.timedelta(days=offset)
        try:
            check_step(taken, name, on)
        except (OutOfOrder, MediationFirst):
            continue
        if name == "arbitration_filed":
            assert mediated(taken, on)
        taken.append(Step(name, on))
    assert len(taken) <= 9


@given(days)
def test_the_year_of_limitation_ends_on_the_same_day_or_on_the_28th_of_february(knew_on):
    last = limitation(knew_on)
    assert last.year == knew_on.year + 1
    assert (last.month, last.day) == (knew_on.month, knew_on.day) or (last.month, last.day) == (2, 28)


def due_days(taken: list[Step]) -> dict[str, str]:
    return {one.kind: one.on.isoformat() for one in dates(taken)}


def test_each_step_sets_the_last_day_of_the_next_with_its_article():
    begun = [Step("mediation_requested", DAY, dt.date(2026, 3, 1))]
    assert due_days(begun) == {"labour_mediation": "2026-09-16", "labour_arbitration": "2027-03-01"}
    failed = [*begun, Step("mediation_failed", DAY)]
    assert due_days(failed) == {"labour_arbitration": "2027-03-01"}
    filed = [*failed, Step("arbitration_filed", DAY)]
    assert due_days(filed) == {"labour_award": "2026-10-16"}
    assert due_days([*filed, Step("award_extended", DAY)]) == {"labour_award": "2026-10-31"}
    assert due_days([*filed, Step("arbitration_refused", DAY)]) == {"labour_suit": "2026-09-16"}
    sued = [*filed, Step("award_received", DAY), Step("suit_filed", DAY)]
    assert due_days(sued[:-1]) == {"labour_suit": "2026-09-16"}
    assert due_days(sued) == {}
    assert due_days([*sued, Step("judgment_received", DAY)]) == {"labour_appeal": "2026-09-16"}
    assert due_days([Step("mediation_waived", DAY)]) == {}, "without the day of knowledge nothing is guessed"
    assert all(one.article.startswith("LDM ") for one in dates(begun))


def test_an_award_is_extended_only_while_its_time_runs_and_then_waited_for_sixty_days():
    filed = walk(("mediation_waived", 0), ("arbitration_filed", 1))
    with pytest.raises(OutOfOrder):
        check_step(filed, "award_extended", DAY + dt.timedelta(days=47))
    extended = walk(("mediation_waived", 0), ("arbitration_filed", 1), ("award_extended", 46))
    with pytest.raises(OutOfOrder):
        check_step(extended, "suit_filed", DAY + dt.timedelta(days=61))
    check_step(extended, "suit_filed", DAY + dt.timedelta(days=62))


@given(st.lists(st.sampled_from(sorted(LABOUR_STEPS)), max_size=40), days, st.one_of(st.none(), days))
def test_whatever_is_taken_every_date_that_was_set_is_closed_or_still_open(names, first, knew_on):
    taken: list[Step] = []
    watched = set()
    for offset, name in enumerate(names):
        on = first + dt.timedelta(days=offset * 9)
        try:
            check_step(taken, name, on)
        except (OutOfOrder, MediationFirst):
            continue
        step = Step(name, on, knew_on)
        opened, closed = changes(taken, step)
        taken.append(step)
        assert not watched & set(opened), "nothing is set twice"
        assert {due for due, _ in closed} <= watched, "only what was set is closed"
        watched = (watched | set(opened)) - {due for due, _ in closed}
        assert watched == set(dates(taken))


def test_the_dates_are_told_and_closed_by_the_step_they_waited_for_or_with_the_case(office: Office):
    lawyer = office.lawyer(office.firm(), "李律师", matter="labour_or_pay")
    case = office.assigned(lawyer, matter="labour_or_pay", form_of_aid="labour_mediation_arbitration")["id"]
    office.do("record_retainer", case=case)
    office.do("record_labour_step", case=case, step="mediation_requested", knew_on="2026-03-01")
    assert [(one["kind"], one["due_on"]) for one in office.said("case_date_set")] == [
        ("labour_mediation", "2026-09-16"),
        ("labour_arbitration", "2027-03-01"),
    ]
    assert office.said("case_date_set")[0]["due_at"] == "2026-09-16T16:00:00+00:00", "the local midnight that ends it"
    office.do("record_labour_step", case=case, step="mediation_failed")
    assert [(one["kind"], one["outcome"]) for one in office.said("case_date_closed")] == [("labour_mediation", "done")]
    office.do("end_case", case=case, outcome="settled", amounts=[])
    closed = office.said("case_date_closed")
    assert [(one["kind"], one["outcome"]) for one in closed[1:]] == [("labour_arbitration", "not_needed")]
    assert {one["date"] for one in closed} == {one["date"] for one in office.said("case_date_set")}


def test_a_workers_case_goes_through_mediation_before_a_later_stage_can_be_reported(office: Office):
    lawyer = office.lawyer(office.firm(), "李律师", matter="labour_or_pay")
    me = lawyer_principal(lawyer)
    case = office.assigned(lawyer, matter="labour_or_pay", form_of_aid="labour_mediation_arbitration")["id"]
    report = {"case": case, "stage": "arbitration", "summary": "已申请仲裁"}
    assert refusal(office, "report_progress", me, **report).problem == "mediation-first"
    assert refusal(office, "record_labour_step", me, case=case, step="arbitration_filed").problem == "mediation-first"
    assert refusal(office, "record_labour_step", me, case=case, step="award_received").problem == "not-in-order"
    assert refusal(office, "record_labour_step", me, case=case, step="mediation_waived").problem == "reason-needed"
    said = refusal(office, "record_labour_step", me, case=case, step="mediation_requested", knew_on="2026-09-02")
    assert said.pointer == "/knew_on"
    office.do("record_labour_step", me, case=case, step="mediation_requested", knew_on="2026-03-01")
    office.bench.clock.move(days=5)
    failed = office.do("record_labour_step", me, case=case, step="mediation_failed")
    assert (failed["next"], failed["due_on"]) == ("arbitration_filed", "2027-03-01")
    office.do("record_labour_step", me, case=case, step="arbitration_filed")
    office.do("report_progress", me, **report)
    shown = office.case(case)["labour_steps"]
    assert [one["step"] for one in shown] == ["mediation_requested", "mediation_failed", "arbitration_filed"]


def test_another_case_takes_no_labour_steps_and_knows_no_mediation(office: Office):
    lawyer = office.lawyer(office.firm(), "李律师")
    case = office.assigned(lawyer)["id"]
    assert (
        refusal(office, "record_labour_step", case=case, step="mediation_requested").problem == "not-a-labour-dispute"
    )
    office.do("report_progress", case=case, stage="first_instance", summary="已立案")


@pytest.mark.parametrize("day", ["0001-01-01", "1994-12-31"])
def test_no_step_and_no_wrong_is_older_than_the_labour_law(office: Office, day):
    lawyer = office.lawyer(office.firm(), "李律师", matter="labour_or_pay")
    case = office.assigned(lawyer, matter="labour_or_pay")["id"]
    first = {"case": case, "step": "mediation_requested"}
    said = refusal(office, "record_labour_step", lawyer_principal(lawyer), **first, on=day)
    assert (said.problem, said.params["earliest"]) == ("impossible-date", "1995-01-01")
    assert refusal(office, "record_labour_step", **first, knew_on=day).pointer == "/knew_on"
