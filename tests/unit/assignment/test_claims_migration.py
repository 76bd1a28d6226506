"""Migrations 0013 and 0024 on money that was there before them: every fen stands with the lawyer whose it is."""

from __future__ import annotations

import datetime as dt
import typing as t
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import MetaData, insert, select

from chassis.database import Database
from chassis.ids import new_id
from chassis.migrations import migrate
from services.assignment import models as m
from tests.infrastructure.revisions import bring_to

pytestmark = pytest.mark.slow

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
DAY = dt.date(2026, 3, 1)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.broker)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/assignment.db"
    return str(request.getfixturevalue("databases").create(f"claims-{new_id().hex[-8:]}"))


def test_what_was_due_and_paid_becomes_claims_of_each_lawyer(url: str) -> None:
    database = Database(url)
    bring_to("0012", "services.assignment", database)
    first, second = new_id(), new_id()
    cases = {name: new_id() for name in ("unpaid", "paid", "raised", "lowered", "restored", "open")}
    with database.engine.begin() as connection:
        tables = tables_of(connection)
        people(connection, tables, first, second)
        case = lambda name, **more: _insert(connection, tables["cases"], a_case(cases, name, **more))  # noqa: E731
        done: dict[str, t.Any] = {"state": "closed", "grade": "good", "checked_on": DAY, "lawyer_id": first,
                                  "rate_fen": 180, "rate_source": "表", "rate_verified": False}  # fmt: skip
        case("unpaid", **done, subsidy_fen=180, paid_fen=0)
        case("paid", **done, subsidy_fen=180, paid_fen=180, paid_on=DAY)
        case("raised", **done, subsidy_fen=216, paid_fen=180, paid_on=DAY)
        case("lowered", **done, subsidy_fen=50, paid_fen=180, paid_on=DAY)
        case("restored", state="assigned", lawyer_id=second, paid_fen=0)
        case("open", state="assigned", lawyer_id=first, paid_fen=0)
        for name, fens in (("paid", [180]), ("raised", [100, 80]), ("lowered", [180]), ("restored", [180])):
            for fen in fens:
                paid = {"id": new_id(), "case_id": cases[name], "lawyer_id": first, "amount_fen": fen, "paid_on": DAY}
                _insert(connection, tables["payments"], paid | {"recorded_at": NOW})
    migrate("services.assignment", database)
    with database.session() as session:
        rows = list(session.scalars(select(m.SubsidyClaim)))
        found = {(one.case_id, one.lawyer_id): (one.due_fen, one.paid_fen, one.grade) for one in rows}
    assert len(rows) == len(found)
    assert found == {
        (cases["unpaid"], first): (180, 0, "good"),
        (cases["paid"], first): (180, 180, "good"),
        (cases["raised"], first): (216, 180, "good"),
        (cases["lowered"], first): (50, 180, "good"),
        (cases["restored"], first): (180, 180, None),
    }
    database.close()


def test_an_older_cost_is_that_of_whom_a_check_gave_it_to_or_else_of_the_lawyer_who_was_engaged(url: str) -> None:
    database = Database(url)
    bring_to("0023", "services.assignment", database)
    first, second = new_id(), new_id()
    cases = {name: new_id() for name in ("handed_on", "checked", "restored")}
    costs: dict[str, UUID] = {}
    with database.engine.begin() as connection:
        tables = tables_of(connection)
        firm = people(connection, tables, first, second)
        party = {"id": new_id(), "side": "aided", "kind": "person", "former_names": "[]"}
        _insert(connection, tables["parties"], {**party, "matter_id": cases["checked"], "name": "（已删除）"})
        _insert(connection, tables["cases"], a_case(cases, "handed_on", state="assigned", lawyer_id=second, paid_fen=0))
        done: dict[str, t.Any] = {"state": "closed", "grade": "good", "checked_on": DAY, "lawyer_id": second}
        _insert(connection, tables["cases"], a_case(cases, "checked", **done, paid_fen=0))
        _insert(connection, tables["cases"], a_case(cases, "restored", state="assigned", lawyer_id=second, paid_fen=0))

        def engaged(name: str, lawyer: UUID) -> None:
            row = {"id": new_id(), "matter_id": cases[name], "matter_number": f"C-{name}", "lawyer_id": lawyer}
            _insert(connection, tables["engagements"], {**row, "firm_id": firm, "since": DAY})

        def cost(name: str, called: str) -> None:
            costs[called] = new_id()
            row = {"id": costs[called], "case_id": cases[name], "kind": "travel", "fen": 100, "on": DAY}
            _insert(connection, tables["costs"], row)

        def claimed(name: str, lawyer: UUID) -> None:
            row = {"id": new_id(), "case_id": cases[name], "lawyer_id": lawyer, "due_on": DAY, "due_at": NOW}
            _insert(connection, tables["subsidy_claims"], {**row, "due_fen": 100, "costs_fen": 100, "paid_fen": 100})

        cost("handed_on", "before_anybody")
        engaged("handed_on", first)
        cost("handed_on", "of_first")
        engaged("handed_on", second)
        cost("handed_on", "of_second")
        engaged("checked", first)
        cost("checked", "counted")
        claimed("checked", second)
        claimed("checked", first)
        engaged("restored", first)
        cost("restored", "restored_early")
        claimed("restored", first)
        engaged("restored", second)
        cost("restored", "restored_late")
    migrate("services.assignment", database)
    with database.session() as session:
        erased = session.scalars(select(m.Case.id).where(m.Case.erased_at < dt.datetime.now(dt.UTC))).all()
        whose = dict(session.execute(select(m.Cost.id, m.Cost.lawyer_id)).tuples().all())
    assert {called: whose[number] for called, number in costs.items()} == {
        "before_anybody": None,
        "of_first": first,
        "of_second": second,
        "counted": second,
        "restored_early": first,
        "restored_late": second,
    }
    assert erased == [cases["checked"]], "a case whose names were erased takes no more words"
    bring_to("0023", "services.assignment", database, down=True)
    database.close()


def tables_of(connection: t.Any) -> t.Any:
    metadata = MetaData()
    metadata.reflect(connection)
    return metadata.tables


def people(connection: t.Any, tables: t.Any, *lawyers: UUID) -> UUID:
    """A firm with its lawyers."""
    firm = {"id": new_id(), "name": "甲所", "district": "凤泉区", "registered_at": NOW, "version": 1}
    _insert(connection, tables["firms"], firm)
    for number, lawyer in enumerate(lawyers):
        row = {"id": lawyer, "firm_id": firm["id"], "name": "李律师", "licence": f"L-{number}", "capacity": 9,
               "load": 0, "practice_years": 3, "criminal_defence_years": 0, "trained_for_minors": False,
               "everywhere": True, "state": "active", "rested_from": 0, "registered_at": NOW, "version": 1}  # fmt: skip
        _insert(connection, tables["lawyers"], row)
    return t.cast(UUID, firm["id"])


def _insert(connection: t.Any, table: t.Any, row: dict[str, t.Any]) -> None:
    """As the service of that time wrote it: on SQLite an id is 32 digits, a moment naive."""
    if connection.dialect.name == "sqlite":
        plain = {UUID: lambda value: value.hex, dt.datetime: lambda value: value.replace(tzinfo=None)}
        row = {name: plain.get(type(value), lambda same: same)(value) for name, value in row.items()}
    connection.execute(insert(table).values(row))


def a_case(cases: dict[str, t.Any], name: str, **more: t.Any) -> dict[str, t.Any]:
    row = {"id": cases[name], "number": f"C-{name}", "application_id": new_id(), "application_number": f"A-{name}",
           "organization": "center", "recipient_group": "woman", "form_of_aid": "civil_litigation", "version": 1,
           "matter": "marriage_family", "urgency": "normal", "facts": "[]", "granted_at": NOW, "opened_at": NOW,
           "excluded": 0, "excluded_why": "{}"}  # fmt: skip
    return {**row, **more}
