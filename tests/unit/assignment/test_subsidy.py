"""The subsidy: dated rates times the share of the grade."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import StartError
from chassis.settings import load
from contracts import terms
from services.assignment import tables
from services.assignment.domain.dated import TableError
from services.assignment.domain.numbers import case_number, counter_name
from services.assignment.domain.subsidy import Rate, RateTable, Share
from services.assignment.settings import AssignmentSettings
from services.assignment.tables import rate_table, weights_for

START = dt.date(2022, 1, 1)


def rate(since=START, until=None, fen=100_000, form="civil_litigation") -> Rate:
    return Rate(since, until, "source", True, form, fen)


def share(grade="good", percent=100, costs_only=False, verified=True) -> Share:
    return Share(START, None, "source", verified, grade, percent, costs_only)


@given(
    st.sampled_from(sorted(terms.FORMS_OF_AID)),
    st.sampled_from(sorted(terms.GRADES)),
    st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)),
)
def test_the_shipped_table_has_an_answer_for_every_form_grade_and_day_and_owns_that_it_is_not_verified(
    form, grade, day
):
    subsidy = rate_table("henan").subsidy(form, grade, day)
    assert subsidy.rate_fen > 0
    assert (subsidy.amount_fen == 0) == (grade == "fail")
    assert not subsidy.verified
    assert subsidy.source


def test_a_case_is_paid_by_the_rate_of_the_day_on_which_it_ended():
    old = rate(dt.date(2020, 1, 1), dt.date(2021, 12, 31), fen=80_000)
    table = RateTable([rate(), old], [Share(dt.date(2000, 1, 1), None, "s", True, "good", 100, False)])
    assert table.subsidy("civil_litigation", "good", dt.date(2021, 12, 31)).rate_fen == 80_000
    assert table.subsidy("civil_litigation", "good", dt.date(2022, 1, 1)).rate_fen == 100_000


def test_an_excellent_file_brings_a_fifth_more_and_a_failed_one_the_direct_costs_only():
    table = RateTable([rate(fen=100_001)], [share("excellent", 120), share("fail", 0, costs_only=True)])
    assert table.subsidy("civil_litigation", "excellent", START).amount_fen == 120_001
    assert table.subsidy("civil_litigation", "fail", START, costs_fen=350).amount_fen == 350
    assert table.subsidy("civil_litigation", "excellent", START, costs_fen=350).amount_fen == 120_351


@given(st.integers(0, 10**12), st.integers(0, 200))
def test_a_share_is_rounded_to_the_nearest_fen(fen, percent):
    amount = RateTable([rate(fen=fen)], [share(percent=percent)]).subsidy("civil_litigation", "good", START).amount_fen
    assert abs(amount * 100 - fen * percent) <= 50


def test_one_unverified_row_makes_the_result_unverified():
    assert not RateTable([rate()], [share(verified=False)]).subsidy("civil_litigation", "good", START).verified


def test_nothing_is_guessed_where_no_row_is_in_force():
    table = RateTable([rate()], [share()])
    for form, grade, day in [
        ("advice", "good", START),
        ("civil_litigation", "fail", START),
        ("civil_litigation", "good", dt.date(2021, 12, 31)),
    ]:
        with pytest.raises(TableError):
            table.subsidy(form, grade, day)


@pytest.mark.parametrize(
    "until",
    [None, dt.date(2022, 1, 1), dt.date(2023, 6, 1), dt.date(2021, 12, 30)],
    ids=["open", "same day", "overlap", "gap"],
)
def test_rows_that_overlap_or_leave_a_gap_are_refused(until):
    with pytest.raises(TableError, match="civil_litigation"):
        RateTable([rate(dt.date(2020, 1, 1), until), rate()], [share()])


def test_a_centers_own_table_stands_in_for_the_shipped_one_and_a_bad_row_is_named(tmp_path):
    header = "jurisdiction,form_of_aid,since,until,fen,source,verified\n"
    own = tmp_path / "subsidy_rates.csv"
    own.write_text(header + "henan,civil_litigation,2022-01-01,,250000,豫司文〔2022〕1号,true\n", encoding="utf-8")
    assert rate_table("henan", str(tmp_path)).subsidy("civil_litigation", "good", START).rate_fen == 250_000
    own.write_text(header + "hebei,civil_litigation,2022-01-01,,25.5,x,true\n", encoding="utf-8")
    with pytest.raises(TableError, match=r"subsidy_rates.csv, row 2"):
        rate_table("hebei", str(tmp_path))
    with pytest.raises(TableError, match="atlantis"):
        rate_table("atlantis")


def test_an_organization_has_its_own_weights_on_top_of_the_default(tmp_path):
    assert weights_for("garrison").priority == 20
    assert weights_for("garrison").specialty == weights_for("trade-union").specialty == 40
    (tmp_path / "weights.yaml").write_text("default: {specialty: -1}", encoding="utf-8")
    with pytest.raises(TableError, match="specialty"):
        weights_for("garrison", str(tmp_path))
    assert tables.SHIPPED.name == "data"


WEIGHTS = """default:
  specialty: 40
organizations:
  garrison:
    standing: 15
    priority: 20
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("priority: 20", "priority: 2000", "row 6: organizations, garrison, priority is not a number from 0 to 1000"),
        ("priority: 20", "priority: yes", "row 6: organizations, garrison, priority is not a number"),
        ("standing: 15", "standby: 15", "row 5: organizations, garrison, standby is no weight; known are experience"),
        ("specialty: 40", "specialty: -1", "row 2: default, specialty is not a number"),
        ("organizations:", "organisations:", "row 3: organisations is neither default nor organizations"),
        ("  garrison:\n    standing: 15\n    priority: 20", "  garrison: 15", "row 4: organizations, garrison: names"),
        (
            "    priority: 20",
            "    standing: 20",
            "row 6: organizations, garrison, standing stands there twice, in row 5",
        ),
        ("organizations:", "organizations: [", "line 3"),
        ("  garrison:", "  7: {priority: x}\n  garrison:", "row 4: organizations, 7, priority is not a number"),
    ],
)
def test_weights_that_cannot_be_are_refused_at_the_start_with_their_row_and_key(tmp_path, old, new, says):
    assert old in WEIGHTS
    (tmp_path / "weights.yaml").write_text(WEIGHTS.replace(old, new), encoding="utf-8")
    with pytest.raises(StartError, match=f"weights.yaml, .*{says}"):
        load(AssignmentSettings, {"AIDBUS_ASSIGNMENT_TABLES": str(tmp_path)})


@pytest.mark.parametrize(
    ("name", "row", "says"),
    [
        ("subsidy_rates.csv", "henan,advise,2000-01-01,,1,x,true", "row 2, form_of_aid: 'advise' is none of"),
        ("subsidy_rates.csv", "henan,advice,2000-02-30,,1,x,true", "row 2, since: day is out of range"),
        ("subsidy_rates.csv", "henan,advice,2000-01-01,never,1,x,true", "row 2, until"),
        ("subsidy_rates.csv", "henan,advice,2000-01-01,,1.5,x,true", "row 2, fen: '1.5' is not a whole number"),
        ("subsidy_rates.csv", "henan,advice,2000-01-01,,1,,true", "row 2, source: where it comes from"),
        ("subsidy_rates.csv", "henan,advice,2000-01-01,,1,x,maybe", "row 2, verified: 'maybe' is none of true, false"),
        ("subsidy_rates.csv", "henan,advice", "row 2, since"),
        ("subsidy_shares.csv", "henan,best,2000-01-01,,1,false,x,true", "row 2, grade: 'best' is none of"),
        ("subsidy_shares.csv", "henan,good,2000-01-01,,1,perhaps,x,true", "row 2, costs_only"),
        ("subsidy_shares.csv", None, "row 1: the column since, until"),
    ],
)
def test_rates_that_cannot_be_are_refused_at_the_start_with_their_row_and_column(tmp_path, name, row, says):
    head = (tables.SHIPPED / name).read_text("utf-8").splitlines()[0]
    text = f"{head}\n{row}\n" if row else "jurisdiction,grade,percent,costs_only,source,verified\n"
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(StartError, match=f"{name}, {says}"):
        load(AssignmentSettings, {"AIDBUS_ASSIGNMENT_TABLES": str(tmp_path)})


@given(st.integers(1000, 9999), st.integers(1, 10**7))
def test_case_numbers_sort_by_year_and_are_never_equal_for_different_counts(year, count):
    assert case_number(year, count) != case_number(year, count + 1)
    assert case_number(year, count).startswith(f"C{year}-")
    assert counter_name(year) == f"case-{year}"


def test_a_case_number_has_five_digits_at_least():
    assert case_number(2026, 1) == "C2026-00001"
    assert case_number(2026, 123456) == "C2026-123456"
    for wrong in [(26, 1), (2026, 0)]:
        with pytest.raises(ValueError, match="case number"):
            case_number(*wrong)
