"""Telephones and addresses of lawyers and volunteers: sealed at rest, shown to who may see them, rotated, migrated."""

from __future__ import annotations

import typing as t
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from cryptography.fernet import Fernet
from sqlalchemy import MetaData, insert, select, text

from chassis.database import Database
from chassis.errors import StartError
from chassis.ids import new_id
from chassis.migrations import migrate
from chassis.vault import Vault
from services.assignment import models as m
from services.assignment.contact import volunteer_index
from services.assignment.settings import AssignmentSettings
from services.intake.commands import rotate_data
from tests.infrastructure.revisions import bring_to
from tests.unit.assignment.conftest import AUDITOR, CENTER, KEY, LIAISON, OTHER_LIAISON, Office, lawyer_principal
from tests.unit.assignment.test_claims_migration import NOW

pytestmark = pytest.mark.slow

PHONE, MAIL, NEW_PHONE = "13812345678", "zhoujiantao@example.cn", "13987654321"
MASKED = ("138****5678", "zh***@example.cn")
HELPER = {"name": "张志远", "work": ["tutoring"], "districts": [], "languages": [], "phone": PHONE, "email": MAIL}


def at_rest(database: Database) -> str:
    """Every row of every table, as a copy of the database shows it."""
    metadata = MetaData()
    with database.engine.connect() as connection:
        metadata.reflect(connection)
        return "\n".join(str(row) for table in metadata.sorted_tables for row in connection.execute(table.select()))


def test_a_copy_of_the_database_shows_no_telephone_and_no_address(office: Office) -> None:
    office.organization()
    lawyer = office.lawyer(office.firm(), "周建涛", phone=PHONE, email=MAIL)
    volunteer = office.do("register_volunteer", LIAISON, organization="womens-federation", **HELPER)
    assert (volunteer["phone"], volunteer["email"]) == MASKED, "the gateway keeps answers"
    changed = office.do("change_lawyer", lawyer=lawyer, phone=NEW_PHONE, version=1)
    assert (changed["phone"], changed["email"]) == ("139****4321", MASKED[1])
    office.do("change_volunteer", LIAISON, volunteer=volunteer["id"], phone=NEW_PHONE, version=1)
    assert not [one for one in (PHONE, MAIL, NEW_PHONE) if one in at_rest(office.bench.database)]
    assert [one["phone"] for one in office.said("lawyer_registered")] == [PHONE, NEW_PHONE], "notification is told"


def test_who_may_call_sees_the_number_an_auditor_sees_enough_to_tell_two_apart(office: Office) -> None:
    office.organization()
    lawyer = office.lawyer(office.firm(), "周建涛", phone=PHONE, email=MAIL)
    office.lawyer(office.firm("公平所"), "尹雅梅", phone="0373-12348", email="yi@example.cn")
    office.do("register_volunteer", LIAISON, organization="womens-federation", **HELPER)

    def ways(view: str, principal: t.Any) -> list[tuple[str, str]]:
        items = office.ask(view, principal)["items"]
        return [(one["phone"], one["email"]) for one in reversed(items) if "phone" in one]

    open_ways, masked = (PHONE, MAIL), MASKED
    assert ways("lawyers", CENTER) == [open_ways, ("0373-12348", "yi@example.cn")]
    assert ways("lawyers", AUDITOR) == [masked, ("****", "***@example.cn")]
    assert ways("lawyers", lawyer_principal(lawyer)) == [open_ways]
    assert ways("lawyers", LIAISON) == []
    assert [ways("volunteers", one) for one in (CENTER, LIAISON, AUDITOR)] == [[open_ways], [open_ways], [masked]]
    assert office.ask("volunteers", OTHER_LIAISON)["items"] == []


def test_a_row_without_a_telephone_stays_without_one(office: Office) -> None:
    office.lawyer(office.firm(), "周建涛")
    (shown,) = office.ask("lawyers")["items"]
    assert (shown["phone"], shown["email"]) == (None, None)
    (masked,) = office.ask("lawyers", AUDITOR)["items"]
    assert (masked["phone"], masked["email"]) == (None, None)


def test_postgresql_is_refused_without_keys() -> None:
    with pytest.raises(StartError, match="AIDBUS_DATA_KEYS"):
        AssignmentSettings(database_url="postgresql+psycopg://x/{service}")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.broker)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/assignment.db"
    return str(request.getfixturevalue("databases").create(f"sealed_contact_{uuid4().hex[:6]}"))


def before(url: str) -> Database:
    """A database as it was until 0013: a lawyer whom other rows point at, one without a telephone, a volunteer."""
    database = Database(url)
    bring_to("0013", "services.assignment", database)
    metadata, firm, lawyers = MetaData(), new_id(), [new_id(), new_id()]
    plain = {"capacity": 9, "load": 0, "practice_years": 3, "criminal_defence_years": 0, "trained_for_minors": False,
             "everywhere": True, "state": "active", "rested_from": 0, "registered_at": NOW, "version": 1}  # fmt: skip
    with database.engine.begin() as connection:
        metadata.reflect(connection)
        tables = metadata.tables

        def add(table: str, **values: t.Any) -> None:
            connection.execute(insert(tables[table]).values(**{k: _raw(database, v) for k, v in values.items()}))

        add("firms", id=firm, name="甲所", district="凤泉区", registered_at=NOW, version=1)
        for number, lawyer in enumerate(lawyers):
            ways = {"phone": PHONE, "email": MAIL} if number == 0 else {}
            add("lawyers", id=lawyer, firm_id=firm, name="李律师", licence=f"L-{number}", **plain, **ways)
        add("specialties", lawyer_id=lawyers[0], matter="marriage_family", years=3)
        add(
            "volunteers",
            id=new_id(),
            name="张志远",
            phone=PHONE,
            places=1,
            state="active",
            registered_at=NOW,
            version=1,
        )
    return database


def _raw(database: Database, value: t.Any) -> t.Any:
    """A reflected SQLite table knows no ids and no moments."""
    if not database.is_sqlite:
        return value
    return value.hex if hasattr(value, "hex") and hasattr(value, "bytes") else value


VOLUNTEERS = m.Volunteer.__table__.c.phone_sealed


def test_of_volunteers_who_were_there_twice_the_first_is_known_as_the_one(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIDBUS_DATA_KEYS", KEY)
    database = before(url)
    bring_to("0014", "services.assignment", database)
    table = m.Volunteer.__table__
    with database.engine.begin() as connection:
        first = dict(connection.execute(select(*[c for c in table.c if c.name != "same_index"])).mappings().one())
        connection.execute(insert(table).values({**first, "id": new_id()}))
        connection.execute(insert(table).values({**first, "id": new_id(), "phone_sealed": None}))
    bring_to("0015", "services.assignment", database)
    index = volunteer_index(Vault([KEY]), None, "张志远", PHONE)
    with database.session() as session:
        assert [row.same_index for row in session.query(m.Volunteer).order_by(m.Volunteer.id)] == [index, None, None]
    bring_to("0014", "services.assignment", database, down=True)
    bring_to("0015", "services.assignment", database)
    database.close()


def ways_of(database: Database, table: str) -> list[tuple[str | None, str | None]]:
    with database.session() as session:
        return list(session.execute(text(f"SELECT phone, email FROM {table} ORDER BY phone DESC")))


def test_rows_that_stood_in_the_clear_are_sealed_and_can_be_opened_again(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIDBUS_DATA_KEYS", KEY)
    database = before(url)
    bring_to("0014", "services.assignment", database)
    assert not [one for one in (PHONE, MAIL) if one in at_rest(database)]
    with database.session() as session:
        columns = (m.Lawyer.id, m.Lawyer.phone_sealed, m.Lawyer.email_sealed)
        first, second = session.query(*columns).order_by(m.Lawyer.licence)
        vault = Vault([KEY])
        assert (vault.open(first.phone_sealed), vault.open(first.email_sealed)) == (PHONE, MAIL)
        assert (second.phone_sealed, second.email_sealed) == (None, None)
        assert vault.open(session.scalars(select(VOLUNTEERS)).one()) == PHONE
        assert session.query(m.Specialty).one().lawyer_id == first.id
    bring_to("0013", "services.assignment", database, down=True)
    assert (PHONE, MAIL) in ways_of(database, "lawyers")
    assert ways_of(database, "volunteers") == [(PHONE, None)]
    database.close()


def test_they_are_brought_under_the_newest_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new = Fernet.generate_key().decode()
    monkeypatch.setenv("AIDBUS_DATABASE_URL", f"sqlite:///{tmp_path}/{{service}}.db")
    monkeypatch.setenv("AIDBUS_DATA_KEYS", KEY)
    database = before(f"sqlite:///{tmp_path}/assignment.db")
    migrate("services.assignment", database)
    monkeypatch.setenv("AIDBUS_DATA_KEYS", f"{new},{KEY}")
    done = CliRunner().invoke(rotate_data)
    assert done.exit_code == 0, done.output
    assert "lawyers: 1 rows sealed anew" in done.output
    assert "volunteers: 1 rows sealed anew" in done.output
    assert "lawyers: 0 rows sealed anew" in CliRunner().invoke(rotate_data).output
    with database.session() as session:
        lawyer = session.query(m.Lawyer).filter_by(licence="L-0").one()
        assert [Vault([new]).open(one) for one in (lawyer.phone_sealed, lawyer.email_sealed)] == [PHONE, MAIL]
    database.close()
