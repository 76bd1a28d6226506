"""An operator reads a dead letter that is sealed, sends it again, or gives it up."""

from __future__ import annotations

import json
import typing as t
from uuid import UUID

import pytest
from sqlalchemy import select

from chassis import dead_letters, settings, tables
from chassis.clock import SystemClock
from chassis.database import Database
from chassis.envelope import Envelope
from chassis.ids import new_id
from chassis.principal import Principal
from services.intake.settings import IntakeSettings
from tests.infrastructure.backends import Backend
from tests.unit.deploy.test_operators_mistakes import line, run

pytestmark = pytest.mark.slow

__all__ = ["run"]
Run = t.Callable[..., t.Any]
WORDS = "请求离婚"
CALLER = Principal("k", "center_admin", "center")


@pytest.fixture
def database(run: Run, embedded: Backend) -> t.Iterator[Database]:
    embedded.migrate()
    database = Database(settings.load(IntakeSettings).database_for("intake"))
    yield database
    database.close()


def put(database: Database) -> UUID:
    now, vault = SystemClock().now(), settings.load(IntakeSettings).vault
    message = Envelope(new_id(), "intake.x.v1", "/x", "center", now, {"statement": WORDS})
    with database.session() as session:
        return dead_letters.keep(session, message.encode(), "gave-up", "", now, message, vault)


def test_it_is_shown_in_clear_only_when_asked_for_and_replayed_with_its_content(run: Run, database: Database) -> None:
    letter = put(database)
    assert WORDS not in run("dead-letters", "show", str(letter), "--json").output
    (shown,) = json.loads(run("dead-letters", "show", str(letter), "--with-content", "--json").output)
    assert WORDS in shown["content"]
    assert run("dead-letters", "replay", str(letter)).exit_code == 0
    with database.session() as session:
        assert WORDS.encode() in session.scalars(select(tables.outbox.c.body)).one()
    (shown,) = json.loads(run("dead-letters", "show", str(letter), "--with-content", "--json").output)
    assert (shown["state"], WORDS in shown["content"]) == ("replayed", False)


def test_without_its_key_it_is_not_read_and_not_replayed_and_can_be_given_up(run: Run, database: Database) -> None:
    letter = put(database)
    other = {"AIDBUS_DATA_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="}
    assert "cannot be opened" in line(run("dead-letters", "show", str(letter), "--with-content", **other))
    assert "cannot be opened" in run("dead-letters", "replay", str(letter), "--json", **other).output
    assert run("dead-letters", "discard", str(letter), "--yes", **other).exit_code == 0
    assert run("dead-letters", "list", "--json").output.strip() == "[]"


def test_whoever_sent_the_command_is_told_when_it_is_given_up(run: Run, database: Database) -> None:
    asked = Envelope(new_id(), "intake.leave_staff.v1", "/gateway", "center", SystemClock().now(), {}, principal=CALLER)
    with database.session() as session:
        letter = dead_letters.keep(session, asked.encode(), "gave-up", "", asked.time, asked)
    assert run("dead-letters", "discard", str(letter), "--yes").exit_code == 0
    with database.session() as session:
        told = Envelope.decode(session.scalars(select(tables.outbox.c.body)).one())
    assert (told.type, told.data["command"]) == ("platform.command_finished.v1", str(asked.id))
    assert (told.data["status"], told.data["problem"]["problem"]) == ("rejected", "given-up")


def test_all_is_every_one_however_many_a_list_shows(run: Run, database: Database) -> None:
    letters = [str(put(database)) for _ in range(3)]
    listed = json.loads(run("dead-letters", "list", "--limit", "2", "--json").output)
    assert [row["letter"] for row in listed] == letters[:2]
    replayed = json.loads(run("dead-letters", "replay", "all", "--json").output)
    assert [(row["letter"], row["state"]) for row in replayed] == [(letter, "replayed") for letter in letters]
    assert run("dead-letters", "list", "--json").output.strip() == "[]"
