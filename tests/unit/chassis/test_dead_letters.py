"""What a dead letter says: sealed where there is a key, gone once it is replayed, given up, or its person erased."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase

from chassis import dead_letters, inbox, outbox, rotation, tables
from chassis.database import Database
from chassis.endings import COMMAND_FINISHED, Endings
from chassis.envelope import MOST_ATTEMPTS, Envelope
from chassis.errors import StartError
from chassis.ids import new_id
from chassis.principal import Principal
from chassis.vault import LostKey, Vault
from contracts.problems import PROBLEMS
from tests.toy.platform import REGISTRY

NOW = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
PHONE = b"13912345678"
ENDINGS = Endings("alpha", REGISTRY)
KEY, NEWER = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture
def database() -> Database:
    made = Database("sqlite://")
    tables.metadata.create_all(made.engine)
    return made


def message(person: UUID | None = None, attempt: int = 6) -> Envelope:
    data = {"person": str(person or new_id()), "phone": PHONE.decode()}
    return Envelope(new_id(), "a.b.v1", "/x", "center", NOW, data, attempt=attempt)


def keep(database: Database, envelope: Envelope, vault: Vault | None) -> UUID:
    with database.session() as session:
        return dead_letters.keep(session, envelope.encode(), "gave-up", "", NOW, envelope, vault)


def stored(database: Database, letter: UUID) -> tuple[str, bytes]:
    with database.session() as session:
        row = dead_letters.find(session, letter)
        assert row is not None
        return row.state, bytes(row.body)


def sent(database: Database) -> list[Envelope]:
    with database.session() as session:
        return [Envelope.decode(body) for body in session.scalars(select(tables.outbox.c.body))]


@pytest.mark.parametrize("vault", [Vault([KEY]), None])
def test_a_letter_that_is_replayed_goes_on_with_its_content_and_keeps_none(
    database: Database, vault: Vault | None
) -> None:
    original = message()
    letter = keep(database, original, vault)
    assert (PHONE in stored(database, letter)[1]) is (vault is None)
    with database.session() as session:
        dead_letters.replay(session, letter, "alpha", NOW, "operator", vault)
    (again,) = sent(database)
    assert (again.data, again.attempt) == (original.data, 7)
    state, left = stored(database, letter)
    assert (state, PHONE in left, Envelope.decode(left).id) == ("replayed", False, original.id)


def test_a_letter_with_the_highest_number_of_tries_is_replayed_under_the_next_one_that_is_free(
    database: Database,
) -> None:
    original = message(attempt=MOST_ATTEMPTS)
    letter = keep(database, original, None)
    with database.session() as session:
        inbox.claim(session, [(original.id, attempt) for attempt in (1, 2, MOST_ATTEMPTS)], NOW)
        dead_letters.replay(session, letter, "alpha", NOW, "operator")
    assert [(one.attempt, one.data) for one in sent(database)] == [(3, original.data)]


@pytest.mark.parametrize("vault", [Vault([KEY]), None])
def test_a_letter_that_is_given_up_says_that_it_came_and_nothing_more(database: Database, vault: Vault | None) -> None:
    original = message()
    letter = keep(database, original, vault)
    with database.session() as session:
        dead_letters.discard(session, letter, NOW, "operator", ENDINGS, vault)
    state, left = stored(database, letter)
    assert (state, Envelope.decode(left).data, Envelope.decode(left).id) == ("discarded", {}, original.id)


def test_what_is_no_message_leaves_nothing_behind(database: Database) -> None:
    with database.session() as session:
        letter = dead_letters.keep(session, b'{"phone": "%s"}' % PHONE, "malformed", "", NOW, None, Vault([KEY]))
        dead_letters.discard(session, letter, NOW, "operator", ENDINGS, Vault([KEY]))
    assert stored(database, letter) == ("discarded", b"")


def test_an_erasure_finds_letters_and_retries_that_name_the_person_and_no_others(database: Database) -> None:
    vault, person = Vault([KEY]), new_id()
    clear, theirs, other = (
        keep(database, message(person), None), keep(database, message(person), vault), keep(database, message(), vault)
    )  # fmt: skip
    lost = keep(database, message(person), Vault([NEWER]))
    retry, others = message(person, 2), message(None, 2)
    with database.session() as session:
        outbox.write(session, [outbox.retry_row(one, "alpha", NOW, 60) for one in (retry, others)], None, None)
    with database.session() as session:
        assert dead_letters.erase(session, [person], NOW, ENDINGS, vault) == 3
    assert [stored(database, letter)[0] for letter in (clear, theirs, other, lost)] == [
        "discarded", "discarded", "held", "held"
    ]  # fmt: skip
    assert [one.id for one in sent(database)] == [others.id]
    with database.session() as session:
        gone = session.execute(select(tables.dead_letters).where(tables.dead_letters.c.reason == "erased")).one()
    assert (gone.message_id, gone.state, PHONE in bytes(gone.body)) == (retry.id, "discarded", False)


def test_a_short_number_of_the_person_is_not_looked_for_inside_what_others_say(database: Database) -> None:
    """A document may have any number, and ``1391`` begins somebody else's telephone."""
    vault, other = Vault([KEY]), message()
    held = keep(database, other, vault)
    theirs = keep(database, replace(message(), data={"document": {"kind": "other", "number": "1391"}}), vault)
    retry = replace(message(attempt=2), data={"statement": "1391"})
    with database.session() as session:
        outbox.write(session, [outbox.retry_row(retry, "alpha", NOW, 60)], None, None)
        outbox.write(session, [outbox.retry_row(message(attempt=2), "alpha", NOW, 60)], None, None)
    with database.session() as session:
        assert dead_letters.erase(session, ["1391"], NOW, ENDINGS, vault) == 2
    assert [stored(database, letter)[0] for letter in (held, theirs)] == ["held", "discarded"]
    assert len(sent(database)) == 1


def test_a_retry_that_is_on_its_way_is_left_to_whoever_sends_it(database: Database) -> None:
    """Such as that of the erasure itself, which names the person."""
    person = new_id()
    row = outbox.retry_row(message(person, 1), "alpha", NOW, 0)
    with database.session() as session:
        outbox.write(session, [row], new_id(), NOW + dt.timedelta(seconds=15))
        assert dead_letters.erase(session, [person], NOW, ENDINGS, None) == 0
    assert [one.id for one in sent(database)] == [row.id]


def command(person: UUID | None = None, attempt: int = 6) -> Envelope:
    asked = message(person, attempt)
    return replace(asked, type="alpha.deposit.v1", principal=Principal("k", "liaison", "center"))


def ends(database: Database) -> dict[str, tuple[str, str]]:
    """Command -> how it ended, and by which problem, as the gateway is told."""
    told = [one.data for one in sent(database) if one.type == COMMAND_FINISHED]
    return {one["command"]: (one["status"], one["problem"]["problem"]) for one in told}


@pytest.mark.parametrize("opens", [True, False])
def test_whoever_sent_a_command_is_told_that_its_letter_was_given_up(database: Database, opens: bool) -> None:
    asked = command()
    letter = keep(database, asked, Vault([KEY]))
    with database.session() as session:
        dead_letters.discard(session, letter, NOW, "operator", ENDINGS, Vault([KEY if opens else NEWER]))
    assert ends(database) == {str(asked.id): ("rejected", "given-up")}
    assert "given-up" in PROBLEMS


def test_nobody_is_told_of_an_event_that_is_given_up_nor_of_a_copy_in_another_ones_mailbox(database: Database) -> None:
    asked = command()
    event = keep(database, replace(asked, type="alpha.deposited.v1"), None)
    unasked = keep(database, replace(asked, principal=None), None)
    with database.session() as session:
        astray = dead_letters.keep(session, asked.encode(), "malformed", "", NOW, asked)
    for letter in (event, unasked, astray):
        with database.session() as session:
            dead_letters.discard(session, letter, NOW, "operator", ENDINGS)
    assert sent(database) == []


def test_whoever_sent_a_command_is_told_that_an_erasure_took_its_letter_or_its_retry(database: Database) -> None:
    person, vault = new_id(), Vault([KEY])
    held, retry = command(person), command(person, 2)
    keep(database, held, vault)
    with database.session() as session:
        outbox.write(session, [outbox.retry_row(retry, "alpha", NOW, 60)], None, None)
        assert dead_letters.erase(session, [person], NOW, ENDINGS, vault) == 2
    wanted = ("rejected", "erased-meanwhile")
    assert ends(database) == {str(held.id): wanted, str(retry.id): wanted}
    with database.session() as session:
        assert dead_letters.erase(session, [person], NOW, ENDINGS, vault) == 0, "what is told names nobody"


class Empty(DeclarativeBase):
    """A service without tables of its own."""


def test_a_letter_that_no_key_opens_is_named_and_keeps_no_other_from_being_sealed_anew(database: Database) -> None:
    lost, old = (keep(database, message(), vault) for vault in (Vault([Fernet.generate_key().decode()]), Vault([KEY])))
    with pytest.raises(StartError, match=f"no key of AIDBUS_DATA_KEYS opens the dead letters {lost}: "):
        list(rotation.rotate(database, Vault([NEWER, KEY]), Empty))
    with database.session() as session:
        row = dead_letters.find(session, old)
    assert PHONE in dead_letters.content(row, Vault([NEWER]))


def test_held_letters_come_under_the_newest_key_and_those_in_clear_are_sealed(database: Database) -> None:
    old, both, new = Vault([KEY]), Vault([NEWER, KEY]), Vault([NEWER])
    letters = [keep(database, message(), vault) for vault in (old, None, new)]

    assert list(rotation.rotate(database, both, Empty)) == [("dead_letters", 2)]
    assert list(rotation.rotate(database, both, Empty)) == [("dead_letters", 0)]
    with database.session() as session:
        for letter in letters:
            row = dead_letters.find(session, letter)
            assert PHONE not in row.body
            assert PHONE in dead_letters.content(row, new)
            with pytest.raises(LostKey):
                dead_letters.content(row, old)
