"""What is wrong with a database is told truly: which it is, and what to do about it."""

from __future__ import annotations

import json
import sqlite3
import typing as t
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from chassis import faults, inbox, operations
from chassis.cli import main
from chassis.clock import SystemClock
from chassis.database import Database
from chassis.errors import DatabaseAway
from chassis.ids import new_id
from tests.infrastructure.backends import Backend, Databases
from tests.infrastructure.servers import plain_dsn
from tests.unit.deploy.test_operators_mistakes import line, migrate_to

pytestmark = pytest.mark.slow


def diagnosis(environ: t.Mapping[str, str]) -> dict[str, dict[str, str]]:
    told = CliRunner().invoke(main, ["doctor", "--json"], env=dict(environ))
    return {row["what"]: row for row in json.loads(told.output)}


def run(environ: t.Mapping[str, str], *arguments: str) -> str:
    return line(CliRunner().invoke(main, list(arguments), env=dict(environ)))


@pytest.fixture
def swapped(embedded: Backend) -> dict[str, str]:
    """An installation in which the files of intake and assignment changed places."""
    embedded.migrate()
    intake, assignment, aside = (embedded.folder / f"{name}.db" for name in ("intake", "assignment", "aside"))
    intake.rename(aside)
    assignment.rename(intake)
    aside.rename(assignment)
    return embedded.environment()


@pytest.mark.parametrize("command", ["serve intake", "migrate", "up", "rotate-data"])
def test_a_file_that_belongs_to_another_service_is_neither_served_nor_migrated(
    swapped: dict[str, str], command: str
) -> None:
    told = run(swapped, *command.split())
    assert " holds the tables of " in told
    assert {"assignment", "intake"} <= set(told.replace(":", " ").split())


def test_the_doctor_says_whose_file_lies_where_another_one_belongs(swapped: dict[str, str]) -> None:
    rows = diagnosis(swapped)
    assert rows["database of intake"]["found"] == "it holds the tables of assignment"
    assert rows["database of assignment"]["found"] == "it holds the tables of intake"
    assert rows["database of supervision"]["state"] == "ok"


@pytest.mark.parametrize("service", ["intake", "assignment", "supervision", "notification", "gateway"])
def test_a_service_knows_its_own_database_at_its_first_revision(tmp_path: Path, service: str) -> None:
    migrate_to(tmp_path, service, "0001")
    database = Database(f"sqlite:///{tmp_path}/{service}.db")
    with database.session() as session:
        found = {name: faults.owner(name, session.connection()) for name in operations.all_services()}
    database.close()
    assert found == {name: None if name == service else service for name in operations.all_services()}


def test_a_file_that_is_no_database_is_told_as_one(embedded: Backend) -> None:
    embedded.migrate()
    (embedded.folder / "intake.db").write_bytes(b"half of something else" * 100)
    assert diagnosis(embedded.environment())["database of intake"]["found"] == (
        "its file is damaged (file is not a database)"
    )


def test_a_file_of_which_a_page_is_something_else_is_told_as_damaged(embedded: Backend) -> None:
    """As where a backup was put back beside the write-ahead log of the file before; nothing else need notice it."""
    embedded.migrate()
    file = embedded.folder / "intake.db"
    with closing(sqlite3.connect(file)) as connection:
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'ix_persons_name_index'"
        ).fetchone()
    with file.open("r+b") as opened:
        opened.seek((page - 1) * 4096)
        opened.write(bytes(range(256)) * 16)
    row = diagnosis(embedded.environment())["database of intake"]
    assert row["state"] == "wrong"
    assert row["found"].startswith("its file is damaged")
    assert "backup" in row["to do"]


def test_a_clock_that_was_set_back_is_told(embedded: Backend) -> None:
    embedded.migrate()
    environ = embedded.environment() | {"AIDBUS_CLOCK_FILE": str(embedded.folder / "clock")}
    database = Database(f"sqlite:///{embedded.folder}/intake.db")
    with database.session() as session:
        inbox.claim(session, [(new_id(), 1)], SystemClock().now())
    database.close()
    assert "clock beside intake" not in diagnosis(environ)
    (embedded.folder / "clock").write_text(str(-86_400))
    row = diagnosis(environ)["clock beside intake"]
    assert row["state"] == "wrong"
    assert row["found"].startswith(("intake worked 1 day, 0:00:0", "intake worked 23:59:"))
    assert diagnosis(environ)["database of intake"]["state"] == "ok"


def test_a_folder_that_cannot_be_made_hides_nothing_else(embedded: Backend) -> None:
    (embedded.folder / "file").write_text("no folder")
    rows = diagnosis(embedded.environment() | {"AIDBUS_VAR": str(embedded.folder / "file" / "inside")})
    assert "cannot make the data folder" in rows["database of intake"]["found"]
    assert rows["broker"]["state"] == "ok"


def test_the_doctor_tells_a_database_that_can_only_be_read(databases: Databases, embedded: Backend) -> None:
    environ = embedded.environment() | {"AIDBUS_DATABASE_URL": databases.address("reading")}
    operations.migrate("intake", environ)
    address = environ["AIDBUS_DATABASE_URL"].format(service="intake")
    with psycopg.connect(plain_dsn(address), autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{connection.info.dbname}" SET default_transaction_read_only = on')
    rows = diagnosis(environ)
    assert rows["database of intake"]["state"] == "wrong"
    assert rows["database of intake"]["found"] == "it can only be read: default_transaction_read_only is on"
    assert "can only be read" in run(environ, "migrate", "intake")


def test_a_database_that_its_server_does_not_have_is_not_told_as_away(databases: Databases, embedded: Backend) -> None:
    environ = embedded.environment() | {"AIDBUS_DATABASE_URL": databases.address("never_made")}
    row = diagnosis(environ)["database of intake"]
    assert (row["found"], row["to do"]) == ("it does not exist on its server", "run `aidbus migrate`")
    assert run(environ, "serve", "intake").endswith("of intake does not exist; run `aidbus migrate`")


def test_a_missing_database_is_seen_on_a_server_that_speaks_another_language(databases: Databases) -> None:
    for name, is_missing in (("never_made", True), ("there", False)):
        address = databases.create(name) if not is_missing else databases.address(name).format(service="x")
        database = Database(address)
        assert faults.is_missing(database, DatabaseAway("数据库不存在")) is is_missing
        database.close()
