"""What the other tests stand on is itself proved: servers answer, faults happen, nothing of a run stays behind."""

from __future__ import annotations

import typing as t
from urllib.parse import urlsplit, urlunsplit

import eventlet
import psycopg
import pytest
from kombu import Connection

from tests.infrastructure.backends import Backend, Broker, Databases, is_stale, new_run
from tests.infrastructure.proxy import Proxy
from tests.infrastructure.servers import Unusable, check_postgres, check_rabbitmq, plain_dsn
from tests.infrastructure.waiting import wait_until


def proxied(url: str, proxy: Proxy) -> str:
    """The same address through the proxy."""
    parts = urlsplit(url)
    account = parts.netloc.rpartition("@")[0]
    where = f"127.0.0.1:{proxy.port}"
    return urlunsplit(parts._replace(netloc=f"{account}@{where}" if account else where))


def test_the_broker_is_a_real_rabbitmq_that_takes_quorum_queues(amqp_url: str, namespace: str) -> None:
    with Connection(amqp_url) as connection:
        channel = connection.default_channel
        channel.queue_declare(
            f"{namespace}.proof", durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"}
        )
        channel.queue_delete(f"{namespace}.proof")


def test_every_service_gets_a_database_of_its_own(postgres_url: t.Callable[[str], str]) -> None:
    assert postgres_url("intake") == postgres_url("intake")
    assert postgres_url("intake") != postgres_url("assignment")
    with psycopg.connect(plain_dsn(postgres_url("intake"))) as connection:
        assert connection.info.server_version >= 130000


def test_a_dropped_database_is_gone(databases: Databases) -> None:
    url = databases.create("short_lived")
    databases.drop("short_lived")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(plain_dsn(url))


def test_a_backend_on_real_servers_shares_nothing_with_another(rabbitmq: Backend, broker: Broker) -> None:
    assert rabbitmq.namespace != broker.namespace()
    assert rabbitmq.database("intake") != rabbitmq.database("assignment")
    assert check_postgres(rabbitmq.create("intake"))


def test_other_greenlets_run_while_postgresql_works(postgres_url: t.Callable[[str], str]) -> None:
    ticks: list[int] = []

    def tick() -> None:
        while True:
            ticks.append(1)
            eventlet.sleep(0.01)

    ticking = eventlet.spawn(tick)
    with psycopg.connect(plain_dsn(postgres_url("intake"))) as connection:
        connection.execute("SELECT pg_sleep(0.5)")
    ticking.kill()
    assert len(ticks) > 10


def test_a_cut_proxy_looks_like_a_broker_that_is_away_and_comes_back(amqp_url: str) -> None:
    parts = urlsplit(amqp_url)
    with Proxy(parts.hostname or "127.0.0.1", parts.port or 5672) as proxy:
        assert check_rabbitmq(proxied(amqp_url, proxy))
        proxy.cut()
        with pytest.raises(Unusable):
            check_rabbitmq(proxied(amqp_url, proxy))
        proxy.restore()
        assert check_rabbitmq(proxied(amqp_url, proxy))


def test_a_silent_proxy_answers_nothing_until_it_is_restored(amqp_url: str) -> None:
    parts = urlsplit(amqp_url)
    with Proxy(parts.hostname or "127.0.0.1", parts.port or 5672) as proxy:
        proxy.silence()
        asked = eventlet.spawn(check_rabbitmq, proxied(amqp_url, proxy))
        eventlet.sleep(0.3)
        assert not asked.dead
        proxy.restore()
        with eventlet.Timeout(5):
            assert asked.wait()


def test_a_server_that_is_not_there_is_unusable_with_a_reason_and_without_the_password() -> None:
    with pytest.raises(Unusable) as refused:
        check_postgres("postgresql://somebody:secret-word@127.0.0.1:1/postgres")
    assert "secret-word" not in str(refused.value)
    with pytest.raises(Unusable) as refused:
        check_rabbitmq("amqp://somebody:secret-word@127.0.0.1:1/")
    assert "secret-word" not in str(refused.value)


def test_only_runs_that_must_be_over_are_swept_away() -> None:
    assert not is_stale(new_run())
    assert is_stale("2001010000abcd_intake")
    assert not is_stale("somebody-elses")


def test_waiting_in_vain_says_for_what() -> None:
    with pytest.raises(AssertionError, match=r"waited 0.1 s for the moon; last seen: 0"):
        wait_until(lambda: 0, 0.1, "the moon")
