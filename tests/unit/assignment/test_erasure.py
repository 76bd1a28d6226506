"""After a person's erasure no table here holds their name or what was written about them; numbers and dates stay."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID

import pytest
from sqlalchemy import JSON, Column, String, select

from chassis import dead_letters
from chassis.database import UtcDateTime
from chassis.errors import Rejected
from chassis.ids import new_id
from services.assignment import models as m
from services.assignment.erasure import WORDS
from tests.unit.assignment.conftest import LIAISON, Office

SECRET = "欧阳忘忧"
#: Columns of a case's tables that are long enough for words, and hold none: codes, lists of codes, what rules made, firms.
NO_WORDS = {
    "conflict_findings.parties",
    "cases.excluded_why",
    "cases.rate_source",
    "subsidy_claims.rate_source",
    "payments.firm_name",
    "proposals.candidates",
    "party_keys.key",
}
PLAIN: dict[type, t.Any] = {
    int: 1, float: 1.0, bool: True, str: "x", dt.date: dt.date(2026, 9, 1),
    dt.datetime: dt.datetime(2026, 9, 1, tzinfo=dt.UTC),
}  # fmt: skip


@pytest.fixture
def case(office: Office) -> dict[str, t.Any]:
    """A case of whom everything that can be written was written."""
    lawyer = office.lawyer(office.firm(), "周建涛")
    case = office.grant(aided=SECRET)
    with office.bench.session() as session:
        known = {
            "lawyers.id": UUID(lawyer),
            "firms.id": session.scalar(select(m.Firm.id)),
            "cases.id": UUID(case["id"]),
        }
        for table, key, words in WORDS:
            rows = [session.get(m.Case, known["cases.id"])] if table is m.Case else [_row(table, key, known)]
            for row in rows:
                for name in words:
                    setattr(row, name, _secret(table.__table__.c[name]))
            session.add_all(rows)
    return case


def _row(table: t.Any, key: str, known: dict[str, t.Any]) -> t.Any:
    values = {key: known["cases.id"]}
    for column in table.__table__.columns:
        if column.name in values:
            continue
        points = next((known[one.target_fullname] for one in column.foreign_keys if one.target_fullname in known), None)
        if points is not None or not column.nullable:
            values[column.name] = points or _plain(column)
    return table(**values)


def _plain(column: Column[t.Any]) -> t.Any:
    if isinstance(column.type, JSON):
        return []
    kind = dt.datetime if isinstance(column.type, UtcDateTime) else column.type.python_type
    return new_id() if kind is UUID else PLAIN[kind]


def _secret(column: Column[t.Any]) -> t.Any:
    return [SECRET] if isinstance(column.type, JSON) else SECRET


def erase(office: Office, case: dict[str, t.Any]) -> None:
    event = {"person": new_id(), "applications": [case["application"]], "erased_at": office.bench.clock.now()}
    office.bench.handle("intake.person_erased.v1", event)


def everything(office: Office) -> str:
    with office.bench.database.engine.connect() as connection:
        tables = m.Base.metadata.sorted_tables
        return "\n".join(str(tuple(row)) for table in tables for row in connection.execute(select(table)))


def test_an_erasure_leaves_no_name_and_no_word_and_happens_once(office: Office, case: dict[str, t.Any]) -> None:
    assert everything(office).count(SECRET) >= sum(len(words) for _, _, words in WORDS)
    erase(office, case)
    erase(office, case)
    assert SECRET not in everything(office)
    shown = office.ask("case", case=case["id"])
    assert (shown["number"], shown["matter"]) == (case["number"], case["matter"])


def test_nothing_is_entered_any_more_about_a_case_whose_person_was_erased_and_what_is_due_is_paid(
    office: Office,
) -> None:
    lawyer = office.lawyer(office.firm(), "周建涛")
    case = office.assigned(lawyer, aided=SECRET)["id"]
    office.do("record_retainer", case=case)
    held = office.bench.clock.now()
    hearing = office.do("schedule_hearing", case=case, stage="first_instance", at=held, place="法庭")["id"]
    office.do("terminate_case", case=case, ground="own_lawyer", reason="已自行委托律师。")
    office.do("submit_closing_file", case=case, summary="办结", documents=[{"kind": "judgment", "title": "判决书"}])
    office.do("check_closing_file", case=case, grade="good")
    (party, *_) = office.case(case)["parties"]
    open_one = office.assigned(lawyer, aided="郑秀兰")["id"]
    office.do("terminate_case", case=open_one, ground="own_lawyer", reason="已自行委托律师。")
    office.do("object_to_termination", LIAISON, case=open_one, grounds="并未委托。")
    for one in (case, open_one):
        erase(office, office.case(one))
    decision = {"outcome": "overturned", "reasons": ["事实不清。"]}
    for call in (
        lambda: office.do("object_to_termination", LIAISON, case=case, grounds=SECRET),
        lambda: office.do("decide_termination_objection", case=open_one, **decision),
        lambda: office.do("add_party", case=case, side="opposing", name=SECRET, kind="person"),
        lambda: office.do("identify_party", party=party["id"], former_names=[SECRET]),
        lambda: office.do("correct_subsidy", case=case, grade="excellent", reason=SECRET),
        lambda: office.do("cancel_hearing", hearing=hearing, reason=SECRET),
    ):
        with pytest.raises(Rejected) as refused:
            call()
        assert refused.value.problem == "person-erased"
    office.do("pay_subsidy", case=case)
    assert SECRET not in everything(office)


def test_the_files_of_other_people_stay_as_they_are(office: Office, case: dict[str, t.Any]) -> None:
    other = office.grant(aided="郑秀兰")
    erase(office, case)
    assert "郑秀兰" in str(office.ask("case", case=other["id"])["parties"])


def test_whoever_adds_a_column_for_words_says_what_an_erasure_does_to_it() -> None:
    known = {f"{table.__tablename__}.{name}" for table, _, names in WORDS for name in names} | NO_WORDS
    keyed = {table.__tablename__ for table, _, _ in WORDS} | {
        table.name
        for table in m.Base.metadata.sorted_tables
        if "matter_id" in table.columns or any(key.target_fullname == "cases.id" for key in table.foreign_keys)
    }
    for name in keyed:
        for column in m.Base.metadata.tables[name].columns:
            long = isinstance(column.type, String) and (column.type.length or 1000) > 60
            if long or isinstance(column.type, JSON):
                assert f"{name}.{column.name}" in known, f"{name}.{column.name}: add it to WORDS in erasure.py"


def test_a_dead_letter_about_the_matter_is_emptied_and_given_up(office: Office, case: dict[str, t.Any]) -> None:
    event = office.grant_event(aided=SECRET) | {"application": case["application"]}
    about = office.bench.envelope("intake.application_granted.v1", event)
    other = office.bench.envelope("intake.application_granted.v1", office.grant_event(aided="郑秀兰"))
    now = office.bench.clock.now()
    with office.bench.session() as session:
        mine, theirs = (dead_letters.keep(session, one.encode(), "x", "", now, one) for one in (about, other))
    erase(office, case)
    with office.bench.session() as session:
        emptied, kept = dead_letters.find(session, mine), dead_letters.find(session, theirs)
    assert (emptied.state, SECRET.encode() in emptied.body, str(about.id).encode() in emptied.body) == (
        "discarded",
        False,
        True,
    )
    assert (kept.state, kept.body) == ("held", other.encode())


def test_a_command_that_names_the_case_alone_or_a_party_of_it_is_emptied_as_well(
    office: Office, case: dict[str, t.Any]
) -> None:
    with office.bench.session() as session:
        party = session.scalars(select(m.Party.id).where(m.Party.matter_id == UUID(case["id"]))).first()
        commands = (
            ("add_party", {"case": case["id"], "side": "opposing", "name": SECRET, "kind": "person"}),
            ("identify_party", {"party": str(party), "former_names": [SECRET]}),
        )
        made = [office.bench.envelope(f"assignment.{name}.v1", data) for name, data in commands]
        kept = [dead_letters.keep(session, one.encode(), "x", "", office.bench.clock.now(), one) for one in made]
    erase(office, case)
    with office.bench.session() as session:
        letters = [t.cast(t.Any, dead_letters.find(session, letter)) for letter in kept]
    assert [(row.state, SECRET.encode() in row.body) for row in letters] == [("discarded", False)] * 2
