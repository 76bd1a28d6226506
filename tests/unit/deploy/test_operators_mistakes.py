"""What an operator gets wrong is told in one clear line, with what to do about it."""

from __future__ import annotations

import errno
import gc
import json
import signal
import sqlite3
import subprocess
import sys
import typing as t
from pathlib import Path

import amqp.exceptions
import pytest
from click.testing import CliRunner
from cryptography.fernet import Fernet

from chassis import bus, organizations, settings
from chassis.cli import main
from chassis.clock import SystemClock
from chassis.database import Database
from chassis.errors import StartError
from chassis.operations import all_services, check_port
from chassis.runner import Running, package_of
from gateway.settings import GatewaySettings
from services.intake.settings import IntakeSettings
from tests.infrastructure.backends import Backend
from tests.infrastructure.revisions import bring_to

pytestmark = pytest.mark.slow

NOWHERE = "postgresql+psycopg://postgres@127.0.0.1:9/none_{service}"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> t.Callable[..., t.Any]:
    monkeypatch.setenv("AIDBUS_VAR", str(tmp_path))

    def run(*arguments: str, **environ: str) -> t.Any:
        return CliRunner().invoke(main, list(arguments), env=environ)

    return run


def line(result: t.Any) -> str:
    """The one line that was said, without its ``aidbus: ``."""
    assert result.exit_code == 1, result.output
    (found,) = result.output.strip().splitlines()
    assert found.startswith("aidbus: ")
    return str(found.removeprefix("aidbus: "))


TOUCHING = ("queues", "dead-letters list", "dead-letters replay all", "serve intake", "keys list", "organizations")


@pytest.mark.parametrize("command", [*TOUCHING, "calendar show 2026", "figures rebuild"])
def test_where_nothing_was_migrated_every_command_says_what_to_run(run: t.Callable[..., t.Any], command: str) -> None:
    assert line(run(*command.split())).endswith("has no tables yet; run `aidbus migrate`")


def test_a_service_does_not_start_on_a_database_that_is_half_migrated(
    run: t.Callable[..., t.Any], tmp_path: Path
) -> None:
    assert run("migrate", "intake").exit_code == 0
    put_revision(tmp_path, "0001")
    assert "is at revision 0001, needed is" in line(run("serve", "intake"))
    state = {row["what"]: row for row in json.loads(run("doctor", "--json").output)}
    assert state["database of intake"]["to do"] == "run `aidbus migrate`"


@pytest.mark.parametrize(
    ("service", "revision", "command"),
    [
        ("supervision", "0005", "calendar show 2026"),
        ("supervision", "0005", "figures rebuild --check"),
        ("gateway", "0001", "keys create --role center_admin"),
        ("intake", "0004", "rotate-data"),
    ],
)
def test_no_command_works_on_a_database_that_is_half_migrated(
    run: t.Callable[..., t.Any], tmp_path: Path, service: str, revision: str, command: str
) -> None:
    migrate_to(tmp_path, service, revision)
    told = line(run(*command.split()))
    assert told.startswith(f"the database of {service} is at revision {revision}, needed is")


def test_data_that_are_not_sealed_anew_are_told(run: t.Callable[..., t.Any]) -> None:
    told = run("rotate-data")
    assert told.exit_code == 0
    assert "intake: no tables yet, nothing to seal" in told.output.splitlines()


def test_nothing_is_sealed_anew_where_one_database_cannot_be(run: t.Callable[..., t.Any], tmp_path: Path) -> None:
    assert run("migrate", "intake").exit_code == 0
    migrate_to(tmp_path, "supervision", "0005")
    assert line(run("rotate-data")).startswith("the database of supervision is at revision 0005")


def test_a_service_that_does_not_start_leaves_the_collection_of_garbage_on(
    run: t.Callable[..., t.Any], embedded: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded.migrate()

    def fails(_self: Running) -> None:
        raise StartError("it does not start")

    monkeypatch.setattr(Running, "start", fails)
    for of_the_process in ("signal.signal", "logs.configure", "open_files.take_all"):
        monkeypatch.setattr(f"chassis.runner.{of_the_process}", lambda *_: None)
    assert line(run("serve", *all_services())) == "it does not start"
    assert gc.isenabled()


def test_a_service_alone_is_not_served_where_nobody_else_can_hear_it(
    run: t.Callable[..., t.Any], embedded: Backend
) -> None:
    """So it was with AIDBUS_BUS_URL forgotten: the door took what nobody ever handled, and called itself ready."""
    embedded.migrate()
    told = line(run("serve", "gateway", "supervision"))
    assert told.startswith("the embedded bus ends with this process, and assignment, intake, notification would")


def test_a_database_of_a_newer_version_is_left_alone(run: t.Callable[..., t.Any], tmp_path: Path) -> None:
    assert run("migrate", "intake").exit_code == 0
    put_revision(tmp_path, "9999")
    assert "a newer version made it" in line(run("migrate", "intake"))
    state = {row["what"]: row for row in json.loads(run("doctor", "--json").output)}
    found = state["database of intake"]  # which is served meanwhile: a newer version may be rolled out just now
    assert (found["state"], found["to do"]) == ("warning", "install the newer version that made it")


def test_a_service_that_does_not_exist_is_named_with_those_that_do(run: t.Callable[..., t.Any]) -> None:
    for command in (["migrate", "intakes"], ["serve", "intakes"], ["dead-letters", "list", "--service", "intakes"]):
        assert line(run(*command)) == f"there is no service 'intakes'; known: {', '.join(sorted(all_services()))}"


def test_a_database_server_that_is_away_is_named(run: t.Callable[..., t.Any]) -> None:
    told = line(run("migrate", "assignment", AIDBUS_DATABASE_URL=NOWHERE))
    assert told == "the database server of none_assignment cannot be used (no answer); is AIDBUS_DATABASE_URL right?"
    assert "see `aidbus doctor`" in line(run("queues", AIDBUS_DATABASE_URL=NOWHERE))


def test_a_wrong_account_is_named_without_the_password(run: t.Callable[..., t.Any], postgres_url: t.Any) -> None:
    url = postgres_url("mistakes")
    host = url.rpartition("@")[2].rpartition("/")[0]
    told = line(run("migrate", "assignment", AIDBUS_DATABASE_URL=f"postgresql://no_one:hush@{host}/none_{{service}}"))
    assert "the database server of none_assignment cannot be used" in told
    assert "hush" not in told


def test_a_broker_that_is_away_is_told_by_the_doctor_and_hides_nothing_else(
    run: t.Callable[..., t.Any], embedded: Backend
) -> None:
    embedded.migrate()
    away = {"AIDBUS_BUS_URL": "amqp://guest:hush@127.0.0.1:9//"}
    found = {row["what"]: row for row in json.loads(run("doctor", "--json", **away).output)}
    assert found["broker"]["to do"] == "start the broker or correct AIDBUS_BUS_URL"
    assert found["database of intake"]["state"] == "ok"
    listed = run("queues", "--json", **away)
    assert listed.exit_code == 0
    assert {row["service"] for row in json.loads(listed.output)} >= set(all_services())
    assert "hush" not in listed.output


@pytest.mark.parametrize(("pepper", "states"), [("p" * 31, ["warning"]), ("p" * 32, []), ("", [])])
def test_a_short_pepper_is_a_warning_that_says_why_and_what_to_do(
    run: t.Callable[..., t.Any], embedded: Backend, pepper: str, states: list[str]
) -> None:
    embedded.migrate()
    told = run("doctor", "--json", AIDBUS_PEPPER=pepper)
    assert told.exit_code == 0
    found = [row for row in json.loads(told.output) if row["what"] == "AIDBUS_PEPPER"]
    assert [row["state"] for row in found] == states
    for row in found:
        assert row["found"].startswith("31 characters, fewer than 32: whoever guesses it")
        assert "`aidbus keys create`" in row["to do"]
        assert pepper not in told.output


def test_an_empty_pepper_is_a_warning_where_databases_are_on_a_server() -> None:
    [(variable, found, _)] = GatewaySettings(database_url=NOWHERE).weaknesses
    assert (variable, found.partition(",")[0]) == ("AIDBUS_PEPPER", "0 characters")
    assert not GatewaySettings().weaknesses


class LeavingBroker:
    """Answers once."""

    answers = 1

    def channel(self) -> t.Any:
        if not self.answers:
            raise ConnectionResetError(104, "reset by peer")
        self.answers -= 1
        return self

    def queue_declare(self, queue: str, passive: bool) -> t.Any:
        raise amqp.exceptions.NotFound("no queue")

    def release(self) -> None: ...


def test_a_broker_that_goes_away_while_queues_are_counted_is_one_line(
    run: t.Callable[..., t.Any], embedded: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded.migrate()
    database = Database(settings.load(IntakeSettings).database_for("intake"))
    with database.session() as session:
        for code in ("center", "garrison"):
            organizations.register(session, code, code, None, "other", now=SystemClock().now())
    database.close()
    monkeypatch.setattr(bus, "connect", lambda *_, **__: LeavingBroker())
    told = line(run("queues", AIDBUS_BUS_URL="amqp://guest@broker//"))
    assert told == "the broker went away meanwhile (ConnectionResetError); see `aidbus doctor`"


WRONG = {
    "AIDBUS_BUS_URL": "amqp://guest:p/w@127.0.0.1:5672//",
    "AIDBUS_CENTER": "THE CENTER",
    "AIDBUS_NAMESPACE": "two words",
    "AIDBUS_ORGANIZATIONS": "Garrison; women*",
    "AIDBUS_FAILPOINT": "nowhere",
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AIDBUS_VAR", ""),  # it was the root of all folders
        ("AIDBUS_HOST", " "),  # every address of the machine
        ("AIDBUS_PUBLIC_URL", ""),  # links that lead nowhere
        ("AIDBUS_PUBLIC_URL", "aid.example"),
        ("AIDBUS_PUBLIC_URL", "https://aid.example/"),
    ],
)
def test_a_line_of_the_settings_that_was_left_half_written_is_refused(
    run: t.Callable[..., t.Any], name: str, value: str
) -> None:
    assert line(run("up", **{name: value})).startswith(f"settings: {name} must ")


@pytest.mark.parametrize("command", ["settings check", "serve intake", "up", "migrate"])
@pytest.mark.parametrize("name", sorted(WRONG))
def test_a_wrong_option_is_one_line_before_anything_starts(
    run: t.Callable[..., t.Any], command: str, name: str
) -> None:
    assert line(run(*command.split(), **{name: WRONG[name]})).startswith(f"settings: {name} must ")


@pytest.mark.parametrize("patterns", ["", " ", ",", "garrison,", "Garrison", "garrison women*"])
@pytest.mark.parametrize("command", ["serve intake", "up"])
def test_patterns_that_no_organization_has_are_not_taken_for_all_or_none(
    run: t.Callable[..., t.Any], command: str, patterns: str
) -> None:
    told = line(run(*command.split(), "--organizations", patterns))
    assert told.startswith("settings: AIDBUS_ORGANIZATIONS must be codes of organizations or patterns")


@pytest.mark.parametrize("name", ["AIDBUS_CLOCKS_FILE", "AIDBUS_PLANS_FILE", "AIDBUS_CLOCK_FILE"])
@pytest.mark.parametrize("content", [b"a: [", b"a", b"\xff\xfe", b"- 5", b"- a", b"root:x\n0:0"])
def test_a_file_that_is_something_else_is_named_in_one_line(
    run: t.Callable[..., t.Any], tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / "file").write_bytes(content)
    assert line(run("settings", "check", **{name: str(tmp_path / "file")})).startswith(f"settings: {name} ")


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:{service}",
        "postgresql://u:hush@host:port/{service}",
        "postgresql+other://host/{service}",
        "postgresqls://host/{service}",
        "sqlite:///{service}/{service.name}",
    ],
)
def test_an_address_of_no_database_is_one_line(run: t.Callable[..., t.Any], url: str) -> None:
    for command in ("settings check", "queues", "migrate", "serve intake"):
        told = line(run(*command.split(), AIDBUS_DATABASE_URL=url))
        assert told.startswith("settings: AIDBUS_DATABASE_URL m")
        assert "hush" not in told


def test_authorities_of_the_mail_server_that_are_no_certificates_are_one_line(
    run: t.Callable[..., t.Any], tmp_path: Path
) -> None:
    (tmp_path / "none.pem").write_text("none")
    for file in ("none.pem", "not-there.pem"):
        told = line(run("settings", "check", AIDBUS_SMTP_AUTHORITIES=str(tmp_path / file)))
        assert told == "settings: AIDBUS_SMTP_AUTHORITIES must be a file of certificates (PEM)"


def test_keys_that_are_missing_are_one_line(run: t.Callable[..., t.Any]) -> None:
    assert line(run("serve", "intake", AIDBUS_DATABASE_URL=NOWHERE)).startswith("AIDBUS_DATA_KEYS is not set")


def test_a_database_that_is_away_while_data_are_sealed_anew_is_one_line(run: t.Callable[..., t.Any]) -> None:
    keys = Fernet.generate_key().decode()
    told = line(run("rotate-data", AIDBUS_DATABASE_URL=NOWHERE, AIDBUS_DATA_KEYS=keys))
    assert "see `aidbus doctor`" in told


@pytest.mark.parametrize("command", ["papers copy {}", "papers preview report {}/x.docx"])
def test_a_place_where_nothing_can_be_written_is_named(
    run: t.Callable[..., t.Any], tmp_path: Path, command: str
) -> None:
    (tmp_path / "file").write_text("no folder")
    told = line(run(*command.format(tmp_path / "file" / "inside").split()))
    assert told.startswith(str(tmp_path / "file" / "inside"))


def test_templates_that_are_not_there_or_not_in_utf_8_are_told(run: t.Callable[..., t.Any], tmp_path: Path) -> None:
    assert line(run("papers", "word", str(tmp_path))) == f"{tmp_path}: there are no HTML templates"
    (tmp_path / "grant_decision.html").write_bytes("<p>张三</p>".encode("gbk"))
    assert line(run("papers", "word", str(tmp_path))) == "grant_decision.html: it is not UTF-8; save it so"


@pytest.mark.parametrize(("option", "most"), [("--label", 100), ("--station", 40)])
def test_words_of_a_key_that_no_column_can_keep_are_refused(
    run: t.Callable[..., t.Any], option: str, most: int
) -> None:
    assert run("migrate", "gateway").exit_code == 0
    make = ("keys", "create", "--role", "liaison", option)
    assert "at most" in line(run(*make, "x" * (most + 1)))
    assert run(*make, "x" * most).exit_code == 0


def test_a_full_disk_is_told_before_a_database_is_opened_on_it(
    run: t.Callable[..., t.Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Path.write_bytes

    def full(file: Path, content: bytes) -> int:
        if content:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(file, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    assert "No space left on device" in line(run("up"))
    state = {row["what"]: row for row in json.loads(run("doctor", "--json").output)}
    assert "No space left on device" in state["folder of data"]["found"]


def test_ctrl_c_while_a_command_loads_ends_it_without_a_traceback() -> None:
    """Within eventlet's patching it was swallowed, and the process went on."""
    asked = "eventlet.monkey_patch = lambda **_: os.kill(os.getpid(), signal.SIGINT)"
    script = f"import os, signal, eventlet; {asked}; import chassis.cli; print('goes on')"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, "", "")


def test_a_port_is_looked_at_on_the_address_of_its_kind() -> None:
    check_port("::1", 0)
    check_port("127.0.0.1", 0)


def migrate_to(folder: Path, service: str, revision: str) -> None:
    database = Database(f"sqlite:///{folder}/{service}.db")
    bring_to(revision, package_of(service), database)
    database.close()


def put_revision(folder: Path, revision: str) -> None:
    with sqlite3.connect(folder / "intake.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
