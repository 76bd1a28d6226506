"""Migration 0013 on money that was due and paid before it: every fen stands in a claim of its lawyer."""

from __future__ import annotations

import datetime as dt
import typing as t
from pathlib import Path
from uuid import UUID

import pytest
from alembic import command
from sqlalchemy import MetaData, insert, select

from chassis.database import Database
from chassis.ids import new_id
from chassis.migrations import config_for, migrate
from services.assignment import models as m

pytestmark = pytest.mark.slow

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
DAY = dt.date(2026, 3, 1)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.broker)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/assignment.db"
    return str(request.getfixturevalue("databases").create("claims-migration"))


def test_what_was_due_and_paid_becomes_claims_of_each_lawyer(url: str) -> None:
    database = Database(url)
    config = config_for("services.assignment")
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0012")
    first, second = new_id(), new_id()
    cases = {name: new_id() for name in ("unpaid", "paid", "raised", "lowered", "restored", "open")}
    metadata = MetaData()
    with database.engine.begin() as connection:
        metadata.reflect(connection)
        tables = metadata.tables
        firm = {"id": new_id(), "name": "甲所", "district": "凤泉区", "registered_at": NOW, "version": 1}
        _insert(connection, tables["firms"], firm)
        for number, lawyer in enumerate((first, second)):
            row = {"id": lawyer, "firm_id": firm["id"], "name": "李律师", "licence": f"L-{number}", "capacity": 9,
                   "load": 0, "practice_years": 3, "criminal_defence_years": 0, "trained_for_minors": False,
                   "everywhere": True, "state": "active", "rested_from": 0, "registered_at": NOW, "version": 1}  # fmt: skip
            _insert(connection, tables["lawyers"], row)
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
