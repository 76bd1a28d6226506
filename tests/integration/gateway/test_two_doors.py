"""Several gateway processes are one door: who waits at one is told of what the other heard, and both count together."""

from __future__ import annotations

import typing as t

import eventlet
import pytest
from sqlalchemy import select

from chassis import runner
from chassis.platform import Process
from gateway.models import Command
from tests.infrastructure.backends import Backend
from tests.infrastructure.waiting import wait_until
from tests.stories.network import Actor, Network, at


class Doors(t.NamedTuple):
    network: Network
    first: t.Any
    second: t.Any


@pytest.fixture(scope="module")
def doors(broker, databases, tmp_path_factory) -> t.Iterator[Doors]:  # type: ignore[no-untyped-def]
    """Intake and two gateways, each with a port of its own, as two machines would have."""
    namespace = broker.namespace()
    folder = tmp_path_factory.mktemp("doors")
    backend = Backend("rabbitmq", broker.url, databases.address(namespace), namespace, folder, databases)
    network = Network(backend, at("2026-02-12 09:00"), AIDBUS_RATE_LIMIT="40/hour")
    second = runner.Running([runner.load_service("gateway")], Process(network.environ, clock=network.clock))
    network.start("intake", "gateway")
    second.start()
    platform = second.process.platforms["gateway"]
    wait_until(lambda: platform.listener.is_listening, 20, "the second door to listen")
    yield Doors(network, network.process.platforms["gateway"], platform)
    second.stop()
    network.close()
    broker.delete_queues_of(backend)
    databases.drop(namespace)


def at_door(actor: Actor, platform: t.Any) -> Actor:
    return Actor(actor.name, lambda: f"http://127.0.0.1:{platform.http.port}", actor.key, actor.id)


def test_who_waits_at_one_door_is_told_at_once_what_the_other_heard(doors: Doors) -> None:
    """The mailbox of the gateways is shared: about every second end of a command is heard by the other door."""
    heard_elsewhere: list[str] = []
    doors.first.listener.heard["aidbus_finished"] = lambda words: (
        heard_elsewhere.extend(words),
        doors.first._finished_elsewhere(words),
    )
    director = at_door(doors.network.colleague("钟雅洁", "director"), doors.first)
    for number in range(12):
        director.does("/v1/staff", organization="center", name="沈嘉涛", role="officer", phone=f"1390000{number:04d}")
    assert heard_elsewhere, "the other door heard of none of twelve: it took no part"


def test_an_idempotency_key_holds_at_both_doors(doors: Doors) -> None:
    director = doors.network.colleague("秦文博", "director")
    body = {"organization": "center", "name": "姚秀萍", "role": "officer"}
    pool = eventlet.GreenPool()
    places = [at_door(director, doors.first), at_door(director, doors.second)] * 3
    answers = list(pool.imap(lambda actor: actor.sends("/v1/staff", body, key="once", wait=20), places))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.body["id"] for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    with doors.network.door.session() as session:
        assert len(session.scalars(select(Command.id).where(Command.idempotency_key == "once")).all()) == 1


def test_both_doors_count_one_callers_requests_together(doors: Doors) -> None:
    auditor = doors.network.actor("auditor", "auditor", "center")
    places = [at_door(auditor, doors.first), at_door(auditor, doors.second)]
    statuses = [places[number % 2].asks("/v1/me").status for number in range(44)]
    assert statuses == [200] * 40 + [429] * 4
