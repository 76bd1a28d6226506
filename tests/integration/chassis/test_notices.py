"""Processes of one service tell each other what there is to do (LISTEN, NOTIFY), and go on where they cannot."""

from __future__ import annotations

import time
import typing as t

import eventlet
import psycopg
import pytest

from chassis import dead_letters, notices
from chassis.database import Database
from chassis.relay import Relay
from tests.infrastructure.backends import Backend
from tests.infrastructure.servers import plain_dsn
from tests.infrastructure.waiting import wait_until
from tests.toy.driver import Toy

SELDOM = {"AIDBUS_RELAY_SWEEP_SECONDS": "30"}  # without a notice a test would wait half a minute


@pytest.fixture
def toy(rabbitmq: Backend) -> t.Iterator[Toy]:
    toy = Toy(rabbitmq)
    yield toy
    toy.end()


def listening(toy: Toy) -> list[int]:
    """The server's processes behind the listeners of alpha and beta."""
    found = []
    for database in toy.databases.values():
        with psycopg.connect(plain_dsn(database.url), autocommit=True) as connection:
            rows = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = %s",
                ["aidbus notices"],
            )
            found += [row[0] for row in rows]
    return found


def test_a_row_that_another_process_writes_is_sent_at_once(toy: Toy) -> None:
    toy.spawn("alpha", "beta", **SELDOM)
    wait_until(lambda: len(listening(toy)) == 2, 30, "both services to listen")
    toy.deposit(1)
    toy.wait_heard([1], 10)
    began = time.monotonic()
    toy.deposit(2)  # from the outside, as a command line or a relay with enough in hand writes it
    toy.wait_heard([2], 10)
    assert time.monotonic() - began < 5, "a sweep would have found it after 30 s"


def test_a_row_that_is_written_while_the_outbox_is_looked_through_is_sent_at_once(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    look, written = Relay.claim, []

    def look_while_somebody_writes(self: Relay) -> t.Any:
        rows = look(self)
        if self.service == "beta" and not written:
            written.extend([toy.deposit(4)])
            self.wake(sweep=True)
        return rows

    monkeypatch.setattr(Relay, "claim", look_while_somebody_writes)
    monkeypatch.setattr(notices, "say", lambda session, channel, *words: None)  # that wake is the only one
    toy.start(**SELDOM)
    toy.wait_heard([4], 10)


def test_a_dead_letter_that_an_operator_replays_is_sent_at_once(toy: Toy) -> None:
    toy.start(**SELDOM, AIDBUS_ATTEMPTS="1")
    wait_until(lambda: len(listening(toy)) == 2, 30, "both services to listen")
    toy.deposit(7, mode="flaky")
    wait_until(lambda: len(toy.letters()) == 1, 10, "a dead letter")
    for count in (2, 3):
        letter = toy.letters()[-1]
        with toy.databases["alpha"].session() as session:
            dead_letters.replay(session, letter.id, "alpha", toy.clock.now(), "operator")
        if count == 2:
            wait_until(lambda: len(toy.letters()) == 2, 5, "the next failure")
    toy.wait_heard([7], 5)


def test_the_mailbox_of_a_new_organization_opens_as_soon_as_it_is_told_of(toy: Toy) -> None:
    toy.spawn("alpha", "beta", **SELDOM, AIDBUS_REFRESH_SECONDS="600")
    wait_until(lambda: len(listening(toy)) == 2, 30, "both services to listen")
    toy.deposit(1)
    toy.wait_heard([1], 10)
    toy.add_organization("newcomer")
    toy.deposit(2, organization="newcomer")
    toy.wait_heard([2], 10)


def test_a_listener_whose_connection_is_cut_looks_after_what_it_missed(toy: Toy) -> None:
    toy.start(**SELDOM)
    wait_until(lambda: len(listening(toy)) == 2, 30, "both services to listen")
    cut = listening(toy)
    with psycopg.connect(plain_dsn(toy.databases["alpha"].url), autocommit=True) as connection:
        for process in cut:
            connection.execute("SELECT pg_terminate_backend(%s)", [process])
    toy.deposit(3)  # nobody may hear this notice
    toy.wait_heard([3], 10)
    wait_until(lambda: len(set(listening(toy)) - set(cut)) == 2, 10, "both services to listen again")


def test_listening_holds_up_nobody_and_ends_at_once(toy: Toy) -> None:
    database, heard = toy.databases["alpha"], []
    listener = notices.Listener(
        "alpha", Database(database.url.render_as_string(hide_password=False)), {"aidbus_test": heard.append}
    )
    thread = eventlet.spawn(listener.run)
    wait_until(lambda: listener.is_listening, 10, "the listener")
    ticks, end = 0, time.monotonic() + 0.2
    while time.monotonic() < end:
        eventlet.sleep(0.005)
        ticks += 1
    assert ticks > 10
    with database.session() as session:
        notices.say(session, "aidbus_test", *map(str, range(250)))
        assert heard == [[]], "nothing is heard of what is not committed"
    wait_until(lambda: sum(map(len, heard)) == 250, 5, "all words in notices of a hundred")
    began = time.monotonic()
    listener.stop()
    thread.wait()
    assert time.monotonic() - began < 1
    assert not listener.is_listening


def test_a_notice_that_comes_in_beside_the_sign_of_life_is_heard(toy: Toy) -> None:
    database, heard = toy.databases["alpha"], []
    listener = notices.Listener("alpha", database, {"aidbus_test": heard.append})
    listener._connect()
    with database.session() as session:
        notices.say(session, "aidbus_test", "one")
    listener._connection.execute("SELECT 1")
    listener._close()
    assert heard == [[], ["one"]]
