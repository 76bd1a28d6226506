"""isolation: what a quiet organization notices of another one that has 20,000 commands queued.

The quiet one sends a command every 100 ms; measured is publish to event. Three ways: idle platform, one process for
both, a process for each. Two more with the loop by hand, in processes of their own, idle and beside the flood, show
what is the machine's share: broker, database and both processes divide its cores. All ways take turns, several times,
so that the p99 stands on more than two commands and a machine that slows down slows all of them.
"""

from __future__ import annotations

import time
import typing as t

import amqp

from benchmarks import workload
from benchmarks.environment import Environment, connect, message
from benchmarks.percentiles import milliseconds
from benchmarks.results import Row

LOUD, QUIET = "station-0000", "station-0001"
SERVE = ["-m", "benchmarks.bench_service"]
BY_HAND = ["-m", "benchmarks.peers.raw_worker"]  # shows what processes of their own cost on this machine at the least
ROUNDS = 3
WARM_UP = 20  # commands that are not counted: connections are opened, statements prepared


def measure(
    environment: Environment, flood: int, count: int, patterns: t.Sequence[str], arguments: list[str] = SERVE
) -> tuple[list[float], int]:
    """Seconds of each of the quiet organization's commands, and what was left of the flood at their end.

    One process for each of ``patterns``.
    """
    place = environment.place
    environment.fresh_tables()
    environment.declare_sink()
    quiet_sink = f"{place.namespace}.quiet"
    environment.declare(quiet_sink)
    environment.channel.queue_bind(quiet_sink, place.exchange, f"{QUIET}.#")
    for queue in place.queues():
        environment.declare(queue)
    workers = [
        environment.start(arguments, AIDBUS_ORGANIZATIONS=pattern, BENCH_ONLY="" if pattern == "*" else pattern)
        for pattern in patterns
    ]
    for worker, code in zip(workers, (QUIET, LOUD), strict=False):
        environment.wait_for_consumer(place.queue(code), worker)
    time.sleep(1)
    try:
        if flood:
            environment.publish(
                ("", place.queue(LOUD), message(workload.command(LOUD, number))) for number in range(flood)
            )
        seconds = quiet(environment, quiet_sink, count)
        (loud,) = environment.db.execute("SELECT count(*) FROM cases WHERE organization = %s", (LOUD,)).fetchone() or (
            0,
        )
        return seconds, flood - int(loud)
    finally:
        for worker in workers:
            worker.stop()
        environment.delete_queues()


def quiet(environment: Environment, sink: str, count: int) -> list[float]:
    """One command every 100 ms, whatever became of the one before; seconds from publish to its event."""
    broker = connect(environment.place.amqp_url)
    channel = broker.channel()
    sent: dict[str, float] = {}
    seconds: list[float] = []

    def take(delivery: amqp.Message) -> None:
        cause = workload.loads(delivery.body)["causationid"]
        seconds.append(time.perf_counter() - sent[cause])

    channel.basic_consume(sink, no_ack=True, callback=take)
    begin = time.perf_counter()
    for number in range(count):
        command = workload.command(QUIET, number)
        sent[command["id"]] = time.perf_counter()
        channel.basic_publish(message(command), routing_key=environment.place.queue(QUIET))
        while (left := begin + 0.1 * (number + 1) - time.perf_counter()) > 0:
            _drain(broker, left)
    end = time.perf_counter() + 60
    while len(seconds) < count and time.perf_counter() < end:
        _drain(broker, 1)
    broker.close()
    if len(seconds) < count:
        raise RuntimeError(f"isolation: {count - len(seconds)} of {count} events never came")
    return seconds[WARM_UP:]


def _drain(broker: amqp.Connection, seconds: float) -> None:
    try:
        broker.drain_events(timeout=max(0.0001, seconds))
    except TimeoutError:
        return


def run(environment: Environment, quick: bool, say: t.Callable[[str], None]) -> list[Row]:
    flood, count, rounds = (3_000, 30, 1) if quick else (20_000, 120, ROUNDS)
    own = [QUIET, LOUD]
    ways: dict[str, tuple[t.Any, ...]] = {
        "idle": (0, count, ["*"]),
        "sharing": (flood, count, ["*"]),
        "own": (flood, count, own),
        "idle, by hand": (0, count, own, BY_HAND),
        "own, by hand": (flood, count, own, BY_HAND),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    left: dict[str, list[int]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            took, waits = measure(environment, *way)
            seconds[name] += took
            left[name].append(waits)
    found = {name: {**milliseconds(seconds[name]), "flood_left": left[name]} for name in ways}
    for name, result in found.items():
        say(f"{name}: {result} ms")
    idle = found["idle"]["p99"]
    return [
        Row(f"isolation_{name}", found[name]["p99"], "ms p99", "the same, idle platform", idle, target, details=found)
        for name, target in (("sharing", "<= 3"), ("own", "<= 1.5"))
    ]
