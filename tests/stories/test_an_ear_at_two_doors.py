"""A front end listens at one door, loses it, and goes on at another: nothing is missed and nothing comes twice."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator
from dataclasses import replace

import pytest

from chassis import runner
from chassis.platform import Process
from tests.infrastructure.backends import Backend
from tests.infrastructure.waiting import wait_until
from tests.stories.cast import Cast, filed, gather
from tests.stories.network import Actor, Network, at
from tests.stories.test_a_listening_front_end import Ear

pytestmark = [pytest.mark.timeout(120), pytest.mark.broker]


class Doors(t.NamedTuple):
    cast: Cast
    first: t.Any
    second: t.Any


@pytest.fixture(scope="module")
def doors(broker: t.Any, databases: t.Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """The platform, and a second gateway with a port of its own, as another machine would have."""
    namespace, folder = broker.namespace(), tmp_path_factory.mktemp("ears")
    backend = Backend("rabbitmq", broker.url, databases.address(namespace), namespace, folder, databases)
    network = Network(backend, at("2026-02-12 10:00"))
    network.start()
    second = runner.Running([runner.load_service("gateway")], Process(network.environ, clock=network.clock))
    second.start()
    platforms = [process.platforms["gateway"] for process in (network.process, second.process)]
    wait_until(lambda: platforms[1].listener.is_listening, 20, "the second door to listen")
    yield Doors(gather(network), *platforms)
    second.stop()
    network.close()
    broker.delete_queues_of(backend)
    databases.drop(namespace)


def at_door(actor: Actor, platform: t.Any) -> Actor:
    return replace(actor, url=lambda: f"http://127.0.0.1:{platform.http.port}")


def test_who_loses_one_door_goes_on_at_the_other(doors: Doors) -> None:
    cast = doors.cast
    here, there = (at_door(cast.officer, door) for door in (doors.first, doors.second))
    ear = Ear(here).until("ready")
    other = Ear(there).until("ready")
    numbers = [filed(cast, "马秀云")["number"]]
    for one in (ear, other):
        one.hears(f"task_opened {numbers[0]}")  # both doors hear everything

    ear.hangs_up()
    numbers.append(filed(cast, "冯改兰")["number"])
    other.hears(f"task_opened {numbers[1]}")

    moved = Ear(there, ear.last).until("ready")
    moved.hears(f"task_opened {numbers[1]}")
    numbers.append(filed(cast, "褚秀英")["number"])
    moved.hears(f"task_opened {numbers[2]}")

    moved.hangs_up()
    back = Ear(here, moved.last).until("ready")
    numbers.append(filed(cast, "卫红霞")["number"])
    back.hears(f"task_opened {numbers[3]}")
    other.hears(f"task_opened {numbers[3]}")

    everything = [f"task_opened {number}" for number in numbers]
    assert ear.heard + moved.heard + back.heard == other.heard == everything
