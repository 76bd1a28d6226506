"""Migration 0006 on rows that were written before it: all of it readable through the vault, none of it in the clear."""

from __future__ import annotations

import datetime as dt
import typing as t
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import MetaData, insert, select

from chassis.database import Database
from chassis.errors import StartError
from chassis.ids import new_id
from chassis.migrations import current_revision, migrate
from chassis.vault import Vault, open_vault
from tests.infrastructure.revisions import bring_to
from tests.unit.intake.conftest import KEY, MA, Desk

pytestmark = pytest.mark.slow

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
CLEAR = ("阿依古丽", "1970-01-01", "abandoned", "123456", "一千二百三十四")
JUDGEMENT = {
    "outcome": "eligible", "hardship": "waived", "missing": [], "rule_set": "henan/2026-01-01", "day": "2026-03-02",
    "figures": {"monthly_income": 123456}, "reasons": [{"key": "hardship_waived", "article": "LA 32", "zh": "一千二百三十四", "en": "x"}], "trail": [],
}  # fmt: skip


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.broker)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/intake.db"
    return str(request.getfixturevalue("databases").create(f"sealing-{request.node.name[:30].lower()}"))


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIDBUS_DATA_KEYS", KEY)
    monkeypatch.delenv("AIDBUS_INDEX_KEY", raising=False)


def before(url: str, vault: Vault) -> tuple[Database, UUID]:
    """A database as it was until 0004: names, births, facts, incomes and judgements stand in the clear."""
    database = Database(url)
    bring_to("0004", "services.intake", database)
    metadata, person, application = MetaData(), new_id(), new_id()
    with database.engine.begin() as connection:
        metadata.reflect(connection)
        row: dict[str, t.Any] = {
            "id": person, "identity_index": vault.index(MA), "identity_sealed": vault.seal(MA), "name": "阿依古丽·买买提",
            "name_key": "阿依古丽买买提", "born_on": dt.date(1970, 1, 1), "gender": "female", "created_at": NOW, "updated_at": NOW,
        }  # fmt: skip
        _insert(connection, metadata.tables["persons"], row)
        row = {
            "id": application, "number": "A2026-00001", "version": 1, "state": "received", "organization": "center",
            "person": person, "recipient_group": "woman", "form_of_aid": "civil_litigation", "matter": "marriage_family",
            "statement_sealed": vault.seal("请求离婚"), "opposing_sealed": vault.seal_json([]), "household_size": 3,
            "monthly_income_fen": 123456, "facts": ["abandoned"], "urgency": "normal", "pledge": False,
            "applied_on": dt.date(2026, 3, 2), "received_at": NOW, "eligibility": "eligible", "judgement": JUDGEMENT,
            "duplicates": [], "forwarded_late": False,
        }  # fmt: skip
        _insert(connection, metadata.tables["applications"], row)
    return database, application


def _insert(connection: t.Any, table: t.Any, row: dict[str, t.Any]) -> None:
    """As the service of that time wrote it: on SQLite an id is 32 digits, a moment naive."""
    if connection.dialect.name == "sqlite":
        plain = {UUID: lambda value: value.hex, dt.datetime: lambda value: value.replace(tzinfo=None)}
        row = {name: plain.get(type(value), lambda same: same)(value) for name, value in row.items()}
    connection.execute(insert(table).values(row))


def everything(database: Database) -> str:
    metadata = MetaData()
    with database.engine.connect() as connection:
        metadata.reflect(connection)
        return "\n".join(
            str(tuple(row)) for table in metadata.sorted_tables for row in connection.execute(select(table))
        )


def test_what_stood_in_the_clear_is_sealed_and_read_as_before(url: str) -> None:
    database, application = before(url, Vault([KEY]))
    assert all(text in everything(database) for text in CLEAR if text != "1970-01-01")
    migrate("services.intake", database)

    left = everything(database)
    assert [text for text in CLEAR if text in left] == []
    assert "datetime.date(1970" not in left
    desk = Desk(database)
    shown = desk.see(application)
    assert (shown["applicant"]["name"], shown["applicant"]["born_on"]) == ("阿依古丽·买买提", "1970-01-01")
    assert (shown["facts"], shown["household_size"], shown["monthly_income_fen"]) == (["abandoned"], 3, 123456)
    assert shown["judgement"] == JUDGEMENT
    for sought in ({"name": "阿依古麗 买买提", "born_on": "1970-01-01"}, {"identity_number": MA}):
        assert len(desk.ask("persons_search", **sought)["items"]) == 1, "found again as before"
    database.close()


def test_a_second_run_changes_nothing(url: str) -> None:
    database, _ = before(url, Vault([KEY]))
    migrate("services.intake", database)
    once = everything(database)
    migrate("services.intake", database)
    assert everything(database) == once
    database.close()


@pytest.mark.broker
def test_without_keys_postgresql_stays_as_it_was(databases: t.Any, monkeypatch: pytest.MonkeyPatch) -> None:
    database, _ = before(str(databases.create("sealing-without-keys")), Vault([KEY]))
    monkeypatch.delenv("AIDBUS_DATA_KEYS")
    with pytest.raises(StartError, match="AIDBUS_DATA_KEYS is not set"):
        migrate("services.intake", database)
    with database.engine.connect() as connection:
        assert current_revision(connection) == "0004"
    assert "阿依古丽" in everything(database)
    database.close()


def test_beside_sqlite_the_key_file_of_the_service_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIDBUS_DATA_KEYS")
    url = f"sqlite:///{tmp_path}/intake.db"
    vault = open_vault("", "", url)
    database, application = before(url, vault)
    migrate("services.intake", database)
    shown = Desk(database, data_keys=(tmp_path / "intake.key").read_text().strip()).see(application)
    assert shown["applicant"]["name"] == "阿依古丽·买买提"
    database.close()
