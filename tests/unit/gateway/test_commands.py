"""Keys and organizations from the command line, on a migrated database."""

from __future__ import annotations

import datetime as dt
import json
import typing as t
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from click.testing import CliRunner

from chassis import migrations, tables
from chassis.cli import main
from chassis.database import Database
from gateway.auth import authenticate
from gateway.commands import keys, organizations
from gateway.models import Base
from gateway.settings import GatewaySettings


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> t.Iterator[Database]:
    monkeypatch.setenv("AIDBUS_VAR", str(tmp_path))
    database = Database(GatewaySettings(var=str(tmp_path)).database_for("gateway"))
    migrations.migrate("gateway", database)
    yield database
    database.close()


def run(*arguments: str) -> t.Any:
    main.add_command(keys)
    main.add_command(organizations)
    return CliRunner().invoke(main, list(arguments))


def test_migrations_and_models_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        differences = compare_metadata(context, [Base.metadata, tables.metadata])  # type: ignore[arg-type]
    wanted = [d for d in differences if "alembic_version" not in str(d)]
    assert wanted == []


def test_a_key_is_made_shown_once_listed_and_ended(database: Database) -> None:
    made = run("keys", "create", "--role", "center_admin", "--label", "front end", "--json")
    row = json.loads(made.output)[0]
    listed = run("keys", "list", "--json").output
    assert row["key"].partition(".")[2] not in listed
    assert json.loads(listed)[0]["label"] == "front end"
    assert run("keys", "revoke", row["prefix"]).exit_code == 0
    assert json.loads(run("keys", "list", "--json").output)[0]["revoked_at"]
    with database.session() as session:
        assert authenticate(session, "", row["key"], dt.date(2026, 1, 1)) is None


@pytest.mark.parametrize(
    "arguments",
    [
        ("keys", "create", "--role", "liaison", "--organization", "unheard-of"),
        ("keys", "create", "--role", "lawyer"),
        ("keys", "revoke", "aidnobody"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_an_exit_status(database: Database, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert result.output.count("\n") == 1


def test_before_the_migration_the_command_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIDBUS_VAR", str(tmp_path / "empty"))
    result = run("keys", "list")
    assert result.exit_code == 1
    assert "aidbus migrate" in result.output


def test_organizations_are_listed_with_their_mailboxes(database: Database) -> None:
    rows = json.loads(run("organizations", "--json").output)
    assert rows[0]["code"] == "center"
    assert rows[0]["mailboxes"][0].endswith("intake.center")
