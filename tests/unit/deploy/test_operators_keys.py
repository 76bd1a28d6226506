"""Data whose key is lost: told before anything is sealed under another one."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.fernet import Fernet

from chassis import operations
from chassis.cli import main
from chassis.clock import SystemClock
from chassis.database import Database
from chassis.errors import StartError
from chassis.ids import new_id
from chassis.vault import Vault, open_vault
from services.intake.models import Person
from tests.infrastructure.backends import Backend
from tests.unit.deploy.test_operators_databases import diagnosis
from tests.unit.deploy.test_operators_mistakes import line

pytestmark = pytest.mark.slow

FORMER, PRESENT = (Fernet.generate_key().decode() for _ in range(2))


@pytest.fixture
def environ(embedded: Backend) -> dict[str, str]:
    """An installation on one machine that leaves its keys to the key files."""
    embedded.migrate()
    return {**embedded.environment(), "AIDBUS_DATA_KEYS": ""}


def seal_a_person(environ: t.Mapping[str, str], vault: Vault) -> None:
    database = Database(f"sqlite:///{environ['AIDBUS_VAR']}/intake.db")
    sealed, now, one = t.cast(str, vault.seal("a")), SystemClock().now(), new_id()
    with database.session() as session:
        session.add(
            Person(
                id=one, identity_index=one.hex, identity_sealed=sealed, gender="unknown", created_at=now, updated_at=now
            )
        )
    database.close()


def test_a_key_file_that_is_gone_is_named_and_not_made_anew(environ: dict[str, str]) -> None:
    file = Path(environ["AIDBUS_VAR"]) / "intake.key"
    seal_a_person(environ, Vault([FORMER]))
    for command in ("serve intake", "up"):
        told = line(CliRunner().invoke(main, command.split(), env=environ))
        assert told.startswith(f"what intake has sealed cannot be opened: put {file} back")
    row = diagnosis(environ)["keys of intake"]
    assert (row["state"], row["found"]) == ("wrong", "what is sealed cannot be opened")
    assert not file.exists()


def test_a_key_file_of_another_database_is_told_as_one(environ: dict[str, str]) -> None:
    seal_a_person(environ, Vault([FORMER]))
    (Path(environ["AIDBUS_VAR"]) / "intake.key").write_text(PRESENT)
    with pytest.raises(StartError, match="is not the key of this database"):
        operations.check_keys("intake", environ)


@pytest.mark.parametrize("content", [b"", b"half a key"])
def test_a_key_file_without_a_key_is_named(environ: dict[str, str], content: bytes) -> None:
    file = Path(environ["AIDBUS_VAR"]) / "intake.key"
    file.write_bytes(content)
    with pytest.raises(StartError, match=f"{file} holds no key"):
        operations.check_keys("intake", environ)
    assert str(file) in diagnosis(environ)["keys of intake"]["to do"]


def test_a_key_file_that_may_not_be_read_hides_nothing_else_from_the_doctor(environ: dict[str, str]) -> None:
    (Path(environ["AIDBUS_VAR"]) / "intake.key").mkdir()  # what not even root can read as a file
    rows = diagnosis(environ)
    assert rows["keys of intake"]["state"] == "wrong"
    assert rows["broker"]["state"] == "ok"


def test_keys_without_the_one_that_sealed_are_refused_until_it_is_there_too(environ: dict[str, str]) -> None:
    seal_a_person(environ, Vault([FORMER]))
    with pytest.raises(StartError, match="add the former key at the end of AIDBUS_DATA_KEYS"):
        operations.check_keys("intake", environ | {"AIDBUS_DATA_KEYS": PRESENT})
    operations.check_keys("intake", environ | {"AIDBUS_DATA_KEYS": f"{PRESENT},{FORMER}"})


def test_keys_that_are_set_after_a_key_file_was_made_are_refused_with_the_name_of_that_file(
    environ: dict[str, str],
) -> None:
    file = Path(environ["AIDBUS_VAR"]) / "intake.key"
    seal_a_person(environ, open_vault("", "", f"sqlite:///{environ['AIDBUS_VAR']}/intake.db"))
    with pytest.raises(StartError, match=f"the one in {file}, then only of what runs intake"):
        operations.check_keys("intake", environ | {"AIDBUS_DATA_KEYS": PRESENT})
    operations.check_keys("intake", environ | {"AIDBUS_DATA_KEYS": f"{PRESENT},{file.read_text()}"})


def test_some_values_that_no_key_opens_hold_up_nobody(environ: dict[str, str]) -> None:
    seal_a_person(environ, Vault([FORMER]))
    seal_a_person(environ, Vault([PRESENT]))
    operations.check_keys("intake", environ | {"AIDBUS_DATA_KEYS": PRESENT})


def test_where_nothing_is_sealed_yet_no_key_is_asked_for_and_none_is_made(environ: dict[str, str]) -> None:
    for service in operations.all_services():
        operations.check_keys(service, environ)
    assert not list(Path(environ["AIDBUS_VAR"]).glob("*.key"))


def test_the_key_file_of_the_database_itself_opens_it(environ: dict[str, str]) -> None:
    seal_a_person(environ, open_vault("", "", f"sqlite:///{environ['AIDBUS_VAR']}/intake.db"))
    operations.check_keys("intake", environ)
