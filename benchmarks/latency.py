"""door and notified: how long an application takes on an idle platform, beside a bare loop over the same broker.

door: ``POST /v1/applications`` until its result. notified: the same ``POST`` until the notification row of the staff
member who must decide is committed. One request at a time; the bare loop is measured before and after.
"""

from __future__ import annotations

import time
import typing as t

import amqp

from benchmarks import workload
from benchmarks.environment import Environment, Publisher, connect, message
from benchmarks.network import SERVICES, Network
from benchmarks.percentiles import milliseconds
from benchmarks.results import Row


def bare_loop(environment: Environment, count: int) -> list[float]:
    """Seconds from publish to reply, one at a time."""
    place = environment.place
    for name in ("bare", "replies"):
        environment.declare(f"{place.namespace}.{name}")
    worker = environment.start(["-m", "benchmarks.peers.bare_loop"])
    environment.wait_for_consumer(f"{place.namespace}.bare", worker)
    broker = connect(place.amqp_url)
    publisher, channel = Publisher(broker.channel()), broker.channel()
    arrived: list[str] = []

    def take(delivery: amqp.Message) -> None:
        arrived.append(str(delivery.properties["message_id"]))
        channel.basic_ack(delivery.delivery_tag)

    channel.basic_consume(f"{place.namespace}.replies", callback=take)
    seconds = []
    for number in range(count):
        command = workload.command("station-0000", number)
        began = time.perf_counter()
        publisher.publish(message(command), "", f"{place.namespace}.bare")
        while command["id"] not in arrived:
            broker.drain_events(timeout=10)
        seconds.append(time.perf_counter() - began)
        publisher.wait()
        time.sleep(0.01)
    broker.close()
    worker.stop()
    return seconds[len(seconds) // 10 :]


def through_the_door(network: Network, count: int) -> tuple[list[float], list[float]]:
    """Seconds until the result, and until the notification row is there."""
    door, notified = [], []
    with network.notifications() as db:
        for _ in range(count):
            body = network.application()
            began = time.perf_counter()
            resource = network.post("/v1/applications", body)
            door.append(time.perf_counter() - began)
            key = resource.get("id") or resource.get("application")
            while not db.execute("SELECT 1 FROM notifications WHERE application = %s LIMIT 1", (key,)).fetchone():
                if time.perf_counter() - began > 20:
                    raise RuntimeError(f"nobody was told of application {key}\n{network.tail()}")
                time.sleep(0.002)  # looking more often takes from the platform what it is measured for
            notified.append(time.perf_counter() - began)
            time.sleep(0.03)
    return door[count // 10 :], notified[count // 10 :]


def run(environment: Environment, quick: bool, say: t.Callable[[str], None]) -> list[Row]:
    count = 50 if quick else 500
    environment.fresh_tables()
    bare = bare_loop(environment, count)
    say(f"bare loop: {milliseconds(bare)} ms")
    with Network(environment, [[service] for service in SERVICES]) as network:
        through_the_door(network, 20)
        door, notified = through_the_door(network, count)
    bare += bare_loop(environment, count)
    peer, ours, told = milliseconds(bare), milliseconds(door), milliseconds(notified)
    for name, found in (("door", ours), ("notified", told), ("bare loop", peer)):
        say(f"{name}: {found} ms")
    loop = "bare publish-consume-insert-reply loop"
    return [
        Row("door", ours["p99"], "ms p99", loop, peer["p99"], "<= 5", details={"aidbus": ours, "peer": peer}),
        Row("notified", told["p99"], "ms p99", loop, peer["p99"], "<= 10", details={"aidbus": told, "peer": peer}),
    ]
