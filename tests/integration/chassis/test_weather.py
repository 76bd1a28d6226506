"""Bad weather: a broker or database that is away at the start and in the middle; messages from outside."""

import typing as t
from urllib.parse import urlsplit

import kombu
import pytest
from sqlalchemy import text

from chassis.database import Database
from chassis.errors import DatabaseAway
from chassis.topology import Topology
from tests.infrastructure.backends import Backend
from tests.infrastructure.proxy import Proxy
from tests.infrastructure.waiting import wait_until
from tests.toy.driver import Toy
from tests.toy.platform import REGISTRY


def through(url: str) -> tuple[Proxy, str]:
    parts = urlsplit(url)
    proxy = Proxy(parts.hostname or "127.0.0.1", parts.port or (5672 if "amqp" in parts.scheme else 5432))
    credentials, at, _ = parts.netloc.rpartition("@")
    return proxy, parts._replace(netloc=f"{credentials}{at}127.0.0.1:{proxy.port}").geturl()


@pytest.fixture
def toy(rabbitmq: Backend) -> t.Iterator[Toy]:
    toy = Toy(rabbitmq)
    yield toy
    toy.end()


def test_a_broker_that_is_away_at_the_start_is_waited_for(toy: Toy) -> None:
    proxy, url = through(toy.backend.bus_url)
    proxy.cut()
    toy.start(AIDBUS_BUS_URL=url)
    toy.deposit(1)
    proxy.restore()
    toy.wait_heard([1])


def test_a_broker_that_goes_away_in_the_middle_loses_and_doubles_nothing(toy: Toy) -> None:
    proxy, url = through(toy.backend.bus_url)
    toy.start(AIDBUS_BUS_URL=url)
    for n in range(1, 61):
        toy.deposit(n, organization=["center", "garrison"][n % 2])
        if n == 20:
            proxy.cut()
        if n == 40:
            proxy.restore()
    toy.wait_heard(range(1, 61))
    toy.wait_quiet()
    assert set(toy.effects("alpha").values()) == {1}
    assert set(toy.effects("beta", "heard").values()) == {1}


def test_a_broker_that_falls_silent_without_closing_is_given_up(toy: Toy) -> None:
    proxy, url = through(toy.backend.bus_url)
    toy.start(AIDBUS_BUS_URL=url, AIDBUS_HEARTBEAT="2", AIDBUS_CONFIRM_SECONDS="1")
    toy.deposit(1)
    toy.wait_heard([1])
    proxy.silence()
    toy.deposit(2)
    proxy.cut()
    proxy.restore()
    toy.wait_heard([2], timeout=40)
    toy.wait_quiet(40)
    assert toy.effects("alpha") == {1: 1, 2: 1}


def test_a_database_that_goes_away_in_the_middle_loses_and_doubles_nothing(toy: Toy) -> None:
    proxy, url = through(toy.backend.database_url.replace("{service}", "SERVICE"))
    toy.start(AIDBUS_DATABASE_URL=url.replace("SERVICE", "{service}"))
    toy.deposit_many([(n, "center", "ok") for n in range(1, 31)])
    wait_until(lambda: toy.effects("alpha"), 20, "the first effects")
    proxy.cut()
    toy.deposit_many([(n, "garrison", "ok") for n in range(31, 61)])
    proxy.restore()
    toy.wait_heard(range(1, 61), timeout=40)
    toy.wait_quiet(40)
    assert set(toy.effects("alpha").values()) == {1}
    assert set(toy.effects("beta", "heard").values()) == {1}


def test_a_database_that_only_reads_since_another_took_over_is_one_that_is_away(
    postgres_url: t.Callable[[str], str],
) -> None:
    database = Database(postgres_url("standby"))

    def write() -> None:
        with database.session() as session:
            session.execute(text("SET TRANSACTION READ ONLY"))
            session.execute(text("CREATE TABLE written (id integer)"))

    with pytest.raises(DatabaseAway, match="ReadOnlySqlTransaction"):
        write()
    database.close()


def test_messages_that_nobody_understands_are_kept_with_their_reason(toy: Toy) -> None:
    toy.start()
    topology = Topology(toy.backend.namespace, REGISTRY)
    mailbox = topology.mailbox("alpha", "center")
    toy.deposit(1)
    toy.wait_heard([1])
    with kombu.Connection(toy.backend.bus_url) as connection:
        producer = connection.Producer()
        for body in (b"{", b"\x80\x04K\x01.", b"[]", b""):
            producer.publish(body, routing_key=mailbox, content_type="application/x-python-serialize")
        producer.publish(
            b'{"id":"01a2097f-2d8c-71a8-af2c-30961693d4c5","type":"alpha.deposit.v9","source":"/x",'
            b'"organization":"center","time":"2026-01-01T00:00:00+00:00","data":{}}',
            routing_key=mailbox,
        )
        producer.publish(
            b'{"id":"01a2097f-2d8c-71a8-af2c-30961693d4c6","type":"alpha.deposit.v1","source":"/x",'
            b'"organization":"nowhere","time":"2026-01-01T00:00:00+00:00","data":{"n":9}}',
            routing_key=mailbox,
        )
    letters = wait_until(lambda: len(toy.letters()) == 6 and toy.letters(), 20, "six dead letters")
    assert sorted(letter.reason for letter in letters) == ["malformed"] * 5 + ["unknown-type"]
    toy.deposit(2)
    toy.wait_heard([2])


def test_what_a_sender_says_of_the_bodys_encoding_stops_no_process(toy: Toy) -> None:
    toy.start()
    mailbox = Topology(toy.backend.namespace, REGISTRY).mailbox("alpha", "center")
    toy.deposit(1)
    toy.wait_heard([1])
    with kombu.Connection(toy.backend.bus_url) as connection:
        producer = connection.Producer()
        encodings = {"unicode_escape": b'"\\ud800"', "utf-7": b"+2AA-", "no-such": b"{}"}
        for encoding, body in encodings.items():
            producer.publish(body, routing_key=mailbox, content_type="x/y", content_encoding=encoding)
    letters = wait_until(lambda: len(toy.letters()) == 3 and toy.letters(), 20, "three dead letters")
    assert {letter.reason for letter in letters} == {"malformed"}
    toy.deposit(2)
    toy.wait_heard([2])


def test_a_message_to_an_unknown_organization_is_parked_where_it_can_be_seen(toy: Toy) -> None:
    toy.start()
    topology = Topology(toy.backend.namespace, REGISTRY)
    toy.deposit(1)
    toy.wait_heard([1])
    with kombu.Connection(toy.backend.bus_url) as connection:
        exchange = topology.exchange("commands")
        connection.Producer().publish(b"{}", exchange=exchange, routing_key="alpha.nowhere", mandatory=True)
        channel = connection.channel()

        def parked() -> int:
            return int(channel.queue_declare(topology.unroutable, passive=True).message_count)

        wait_until(lambda: parked() == 1, 10, "the message in the queue of unroutable ones")
        channel.queue_delete(topology.unroutable)


def test_a_stopping_process_finishes_what_it_holds(toy: Toy) -> None:
    toy.start()
    toy.deposit_many([(n, "center", "slow") for n in range(1, 6)])
    wait_until(lambda: toy.outbox() == 0, 20, "the commands to be in the mailbox")
    toy.stop()
    done = toy.effects("alpha")
    assert set(done.values()) <= {1}
    toy.start()
    toy.wait_heard(range(1, 6))
    assert toy.effects("alpha") == dict.fromkeys(range(1, 6), 1)
