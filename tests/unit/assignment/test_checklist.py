"""What a closing file must hold: dated lists by form of aid and matter; a table that cannot be right is refused."""

from __future__ import annotations

import datetime as dt

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.errors import StartError
from chassis.settings import load
from contracts import terms
from contracts.assignment import QUERIES
from services.assignment import tables
from services.assignment.domain.dated import TableError
from services.assignment.settings import AssignmentSettings
from tests.unit.assignment.conftest import LIAISON, Office, lawyer_principal

SHIPPED = tables._checklist("")


@settings(max_examples=60)
@given(
    st.sampled_from(sorted(terms.FORMS_OF_AID)),
    st.sampled_from(sorted(terms.MATTERS)),
    st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)),
)
def test_every_case_of_every_day_has_a_list_in_two_languages_that_owns_not_to_be_verified(form, matter, day):
    row = SHIPPED.on(form, matter, day)
    assert row.documents
    assert all(one.zh and one.en for one in row.documents)
    assert (row.verified, bool(row.source)) == (False, True)


def test_a_matter_with_a_list_of_its_own_and_a_day_before_a_change_have_other_lists():
    kinds = lambda *of: [one.kind for one in SHIPPED.on(*of).documents]  # noqa: E731
    assert "injury_certificate" in kinds("civil_litigation", "injury_compensation", dt.date(2026, 9, 1))
    assert "injury_certificate" not in kinds("civil_litigation", "marriage_family", dt.date(2026, 9, 1))
    assert "file_extract" not in kinds("criminal_defence", "criminal_defence", dt.date(2023, 8, 31))
    assert "file_extract" in kinds("criminal_defence", "criminal_defence", dt.date(2023, 9, 1))


def table_with(folder, change) -> str:
    document = yaml.safe_load((tables.SHIPPED / "closing_checklist.yaml").read_text("utf-8"))
    change(document)
    (folder / "closing_checklist.yaml").write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    return str(folder)


def at(row, **values):
    """A change of one row; rows are counted from 1."""
    return lambda document: document["lists"][row - 1].update(values)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "says"),
    [
        (at(3, until=dt.date(2023, 8, 30)), r"row 4: .*no row between 2023-08-30 and 2023-09-01"),
        (at(3, until=dt.date(2023, 9, 1)), r"row 4: .*overlap"),
        (at(3, until=None), r"row 4: .*overlap"),
        (at(2, until=dt.date(2030, 1, 1)), r"row 2: drafting: no list after 2030-01-01"),
        (at(2, until=dt.date(1999, 1, 1)), r"row 2: .*lies before"),
        (at(1, **{"from": dt.date(2010, 1, 1)}), r"row 1: advice: no list between 2000-01-01 and 2010-01-01"),
        (lambda document: document["lists"].pop(0), r"closing_checklist.yaml: advice: there is no list"),
        (at(1, form_of_aid="advise"), r"row 1: no such form of aid"),
        (at(6, matter="injuries"), r"row 6: no such form of aid or matter"),
        (at(1, documents=["recrod"]), r"row 1: documents without words \(recrod\)"),
        (at(1, documents=[]), r"row 1: documents without words"),
        (at(1, note="x"), r"row 1: .*unknown \['note'\]"),
        (lambda document: document["lists"][0].pop("source"), r"row 1: missing \['source'\]"),
        (at(1, **{"from": "yesterday"}), r"row 1: from and until are days"),
        (
            lambda document: document["documents"].update(record={"zh": "咨询记录"}),
            r"document record: words in zh and en",
        ),
    ],
)
def test_a_table_that_cannot_be_right_is_refused_at_the_start_with_file_and_row(tmp_path, change, says):
    folder = table_with(tmp_path, change)
    with pytest.raises(TableError, match=says):
        tables._checklist(folder)
    with pytest.raises(StartError, match=r"closing_checklist\.yaml"):
        load(AssignmentSettings, {"AIDBUS_ASSIGNMENT_TABLES": folder})


def test_rates_with_a_gap_are_refused_at_the_start_with_file_and_row(tmp_path):
    text = (tables.SHIPPED / "subsidy_rates.csv").read_text("utf-8")
    (tmp_path / "subsidy_rates.csv").write_text(text.replace("2000-01-01,2021-12-31,120000", "2000-01-01,2020-12-31,1"))
    with pytest.raises(StartError, match=r"subsidy_rates\.csv, row 5: criminal_defence: no row between 2020-12-31"):
        load(AssignmentSettings, {"AIDBUS_ASSIGNMENT_TABLES": str(tmp_path)})


def test_what_the_file_lacks_is_named_to_the_lawyer_in_words(office: Office):
    lawyer = office.lawyer(office.firm(), "李律师")
    case, mine = office.ended(lawyer, matter="injury_compensation"), lawyer_principal(lawyer)
    shown = office.ask("closing_checklist", mine, case=case["id"])
    assert QUERIES["assignment.closing_checklist"][1]().validate(shown) == {}
    assert {one["kind"]: one["there"] for one in shown["items"]}["injury_certificate"] is False
    file = {"case": case["id"], "summary": "办结", "documents": [{"kind": "judgment", "title": "民事判决书"}]}
    answer = office.do("submit_closing_file", mine, **file)
    assert {"kind": "pleading", "zh": "起诉状、答辩状或者上诉状", "en": "pleading"} in answer["missing_named"]
    assert [one["kind"] for one in answer["missing_named"]] == answer["missing_documents"]
    office.do("return_closing_file", case=case["id"], missing=["起诉状"], reason="材料不全")
    said = office.said("closing_file_returned")[-1]
    assert (said["missing"], said["items"]) == (1, ["起诉状"])
    (back,) = office.ask("case", mine, case=case["id"])["returns"]
    assert (back["missing"], back["answered_at"]) == (["起诉状"], None)
    assert office.ask("case", LIAISON, case=case["id"])["returns"] == []
