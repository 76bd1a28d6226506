"""Personal data at rest: keys, rotation, the key file, and the refusal to start without."""

from __future__ import annotations

import stat
import typing as t
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.fernet import Fernet

from chassis import dead_letters, settings
from chassis.database import Database
from chassis.errors import StartError
from chassis.migrations import migrate
from chassis.vault import LostKey, Vault, open_vault
from services.intake.commands import rotate_data
from services.intake.settings import IntakeSettings
from tests.unit.intake.conftest import LIAISON, Desk

NAMED = {"name": "马兰花", "reason": "本人申请", "not_theirs": []}


def key() -> str:
    return Fernet.generate_key().decode()


def held(desk: Desk) -> t.Any:
    """The one dead letter."""
    with desk.bench.session() as session:
        (letter,) = dead_letters.held(session)
    return letter


def test_what_an_old_key_sealed_opens_after_a_rotation_and_is_resealed_by_the_new_one() -> None:
    old, new = key(), key()
    sealed = Vault([old]).seal("410704197001010026")
    both = Vault([new, old])
    assert sealed is not None
    assert both.open(sealed) == "410704197001010026"
    assert Vault([new]).open(both.rotate(sealed)) == "410704197001010026"


def test_without_its_key_data_say_which_option_lacks_one() -> None:
    sealed = Vault([key()]).seal("x")
    with pytest.raises(LostKey, match="AIDBUS_DATA_KEYS"):
        Vault([key()]).open(sealed)


def test_the_same_text_never_looks_the_same_but_has_one_index() -> None:
    vault = Vault([key()])
    assert vault.seal("a") != vault.seal("a")
    assert vault.index("41070419700101002x") == vault.index("41070419700101002X")


def test_the_index_outlives_a_rotation_while_the_oldest_key_stays() -> None:
    old, new = key(), key()
    assert Vault([new, old]).index("1") == Vault([old]).index("1")
    assert Vault([new], old).index("1") == Vault([old]).index("1")
    assert Vault([new], "own").index("1") == Vault([old], "own").index("1")


def test_on_sqlite_a_key_file_that_only_its_owner_reads_is_made_once(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/data/intake.db"
    sealed = open_vault("", "", address).seal("x")
    file = tmp_path / "data" / "intake.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["intake.key"]
    open_vault.cache_clear()
    assert open_vault("", "", address).open(sealed) == "x"


def test_postgresql_without_keys_does_not_start() -> None:
    environ = {"AIDBUS_DATABASE_URL": "postgresql://somewhere/{service}"}
    with pytest.raises(StartError, match="AIDBUS_DATA_KEYS is not set"):
        settings.load(IntakeSettings, environ)
    assert settings.load(IntakeSettings, environ | {"AIDBUS_DATA_KEYS": key()}).vault


def test_a_key_that_is_none_is_refused_and_not_repeated() -> None:
    with pytest.raises(StartError) as refused:
        settings.load(IntakeSettings, {"AIDBUS_DATA_KEYS": "hunter2"})
    assert "hunter2" not in str(refused.value)


def test_keys_are_never_shown() -> None:
    shown = settings.describe(IntakeSettings(data_keys=key()))
    assert [row["value"] for row in shown if row["variable"] == "AIDBUS_DATA_KEYS"] == ["(set)"]


def test_a_jurisdiction_without_rules_does_not_start() -> None:
    with pytest.raises(StartError, match="known: henan"):
        settings.load(IntakeSettings, {"AIDBUS_JURISDICTION": "atlantis"})


@pytest.mark.slow
def test_the_command_brings_everything_under_the_newest_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = key(), key()
    url = f"sqlite:///{tmp_path}/{{service}}.db"
    database = Database(f"sqlite:///{tmp_path}/intake.db")
    migrate("services.intake", database)
    desk = Desk(database_url=url, data_keys=old, database=database)
    desk.network()
    application = desk.file()["id"]
    desk.do("refuse_application", application=application, reasons=["理由"])
    desk.do("file_objection", LIAISON, application=application, grounds="异议")
    desk.bench.deliver(replace(desk.bench.envelope("intake.erase_named_services.v1", NAMED), type="intake.unknown.v1"))
    letter = held(desk)
    assert "马兰花".encode() not in letter.body
    desk.bench.database.close()
    monkeypatch.setenv("AIDBUS_DATABASE_URL", url)
    monkeypatch.setenv("AIDBUS_DATA_KEYS", f"{new},{old}")
    first = CliRunner().invoke(rotate_data)
    assert "applications: 1 rows sealed anew" in first.output
    assert "objections: 1 rows sealed anew" in first.output
    assert "dead_letters: 1 rows sealed anew" in first.output
    again = CliRunner().invoke(rotate_data)
    assert "applications: 0 rows sealed anew" in again.output
    later = Desk(database_url=url, data_keys=new, database=Database(f"sqlite:///{tmp_path}/intake.db"))
    assert "马兰花" in dead_letters.content(held(later), Vault([new])).decode()
    seen = later.see(application)
    assert (seen["statement"], seen["objection"]["grounds"]) == ("丈夫遗弃，请求离婚", "异议")
    monkeypatch.setenv("AIDBUS_DATA_KEYS", key())
    refused = CliRunner().invoke(rotate_data).exception
    assert isinstance(refused, StartError)
    assert str(refused).startswith("intake: stored data cannot be opened with the present AIDBUS_DATA_KEYS")
