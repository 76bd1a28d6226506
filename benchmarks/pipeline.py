"""pipeline: a command from its mailbox to its confirmed event, with the rows in one transaction between.

One worker process for each side, its queues full before it starts. The clock runs from the first case row (the
database's clock) to the moment when the last outbox row is gone, which is after the broker confirmed its event.
"""

from __future__ import annotations

import time
import typing as t
from dataclasses import dataclass, field

import amqp

from benchmarks import workload
from benchmarks.environment import Environment, Worker, message
from benchmarks.results import Row
from chassis.settings import PlatformSettings

BATCH = PlatformSettings().batch_size
Encoded = tuple[str, str, amqp.Message]


@dataclass
class Side:
    """One contestant: how it starts and how its queues are filled."""

    name: str
    arguments: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    encode: t.Callable[[str, dict[str, t.Any]], Encoded] | None = None


def plain(queue: str, command: dict[str, t.Any]) -> Encoded:
    return "", queue, message(command)


def celery_task(queue: str, command: dict[str, t.Any]) -> Encoded:
    """As Celery's own client encodes it (protocol 2), sent in batches to fill the queues faster."""
    from celery import Celery

    task = Celery("bench", set_as_current=False).amqp.as_task_v2(
        command["id"], "bench.open_case", args=(command,), ignore_result=True
    )
    return (
        "",
        queue,
        amqp.Message(
            workload.dumps(task.body),
            application_headers=task.headers,
            delivery_mode=2,
            content_type="application/json",
            content_encoding="utf-8",
            **{key: value for key, value in task.properties.items() if value},
        ),
    )


def dramatiq_message(queue: str, command: dict[str, t.Any]) -> Encoded:
    import dramatiq

    encoded = dramatiq.Message(
        queue_name=queue, actor_name="open_case", args=(command,), kwargs={}, options={}
    ).encode()
    return "", queue, amqp.Message(encoded, delivery_mode=2)


def celery(name: str, *pool: str) -> Side:
    worker = ["-m", "celery", "-A", "benchmarks.peers.celery_worker", "worker", "--loglevel", "ERROR"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "-O", "fair"]
    return Side(f"Celery 5 ({name})", [*worker, *quiet, *pool], encode=celery_task)


def peers() -> list[Side]:
    dramatiq = ["-m", "dramatiq", "benchmarks.peers.dramatiq_worker", "--processes", "1"]
    faststream = ["-m", "faststream", "run", "benchmarks.peers.faststream_worker:app", "--log-level", "error"]
    return [
        celery("prefork", "--pool", "prefork", "--concurrency", "1"),
        celery("threads", "--pool", "threads", "--concurrency", "8"),
        celery("gevent", "--pool", "gevent", "--concurrency", "16"),
        Side(
            "Dramatiq 2",
            [*dramatiq, "--threads", "8"],
            {"dramatiq_queue_prefetch": "4"},
            dramatiq_message,
        ),
        Side("FastStream", faststream, encode=plain),
    ]


def raw(batch: int) -> Side:
    return Side("py-amqp + psycopg by hand", ["-m", "benchmarks.peers.raw_worker"], {"BENCH_BATCH": str(batch)}, plain)


OURS = Side("aidbus", ["-m", "benchmarks.bench_service"], encode=plain)


def fill(environment: Environment, side: Side, count: int) -> None:
    """The side's queues, with ``count`` commands in turn over the organizations."""
    place = environment.place
    codes = workload.organizations(place.organizations)
    for queue in place.queues():
        environment.declare(queue)
    encode = side.encode or plain
    environment.publish(
        encode(place.queue(code), workload.command(code, number))
        for number in range(count)
        for code in (codes[number % len(codes)],)
    )


def measure(
    environment: Environment,
    side: Side,
    count: int,
    patience: float = 60,
    before: t.Callable[[], None] = lambda: None,
) -> dict[str, t.Any]:
    """Commands per second of one side, with the CPU time of its process for each command; ``before`` may store cases."""
    environment.fresh_tables()
    before()
    environment.declare_sink()
    fill(environment, side, count)
    worker = environment.start(side.arguments, **side.environment)
    try:
        return watch(environment, worker, side.name, count, patience)
    finally:
        worker.stop()
        environment.delete_queues()


def watch(environment: Environment, worker: Worker, name: str, count: int, patience: float) -> dict[str, t.Any]:
    """Wait until every command has its case and no event is unconfirmed; then check that every event arrived."""
    db = environment.db
    seen, moved, cpu_before = 0, time.monotonic(), None
    while True:
        (done,) = db.execute("SELECT count(*) FROM inbox").fetchone() or (0,)
        if done and cpu_before is None:
            cpu_before = (done, worker.cpu_seconds())
        if done >= count and not db.execute("SELECT 1 FROM outbox LIMIT 1").fetchone():
            break
        if done > seen:
            seen, moved = done, time.monotonic()
        if not worker.alive or time.monotonic() - moved > patience:
            raise RuntimeError(f"{name} stands still at {done} of {count}:\n{worker.tail()}")
        time.sleep(0.2 if done < count * 0.9 else 0.02)
    first_done, first_cpu = cpu_before or (0, 0.0)
    cpu = worker.cpu_seconds() - first_cpu
    end: t.Any
    (end,) = db.execute("SELECT clock_timestamp()").fetchone() or (None,)
    (cases, begin) = db.execute("SELECT count(*), min(created_at) FROM cases WHERE number >= 'C2026'").fetchone() or (
        0,
        end,
    )
    seconds = (end - begin).total_seconds()
    time.sleep(0.2)
    arrived = environment.length(environment.place.sink)
    if cases != count or arrived != count:
        raise RuntimeError(f"{name}: {count} commands, {cases} cases, {arrived} events\n{worker.tail()}")
    (batches,) = db.execute("SELECT count(DISTINCT received_at) FROM inbox").fetchone() or (1,)
    return {
        "side": name,
        "per_second": round(count / seconds, 1),
        "seconds": round(seconds, 2),
        "mean_batch": round(count / batches, 1) if name == OURS.name else None,
        "cpu_ms_each": round(1000 * cpu / max(1, count - first_done), 3),
    }


def run(environment: Environment, quick: bool, say: t.Callable[[str], None]) -> list[Row]:
    """Heats find the best peer; then it, the loop by hand and the platform run in turn, and the better round of each counts."""
    heat, count, rounds = (710, 2130, 1) if quick else (2130, 10_000, 2)

    def one(side: Side, number: int) -> dict[str, t.Any]:
        result = measure(environment, side, number)
        say(
            f"{side.name}: {result['per_second']:,.0f}/s, {result['cpu_ms_each']:.2f} ms CPU each, {number:,} commands, batches of {result['mean_batch'] or '-'}"
        )
        return result

    heats = [(one(side, heat), side) for side in peers()]
    best_peer = max(heats, key=lambda found: float(found[0]["per_second"]))[1]
    finals: dict[str, list[dict[str, t.Any]]] = {}
    for _ in range(rounds):
        for side in (OURS, best_peer, raw(BATCH)):
            finals.setdefault(side.name, []).append(one(side, count))
    best = {name: max(results, key=lambda found: float(found["per_second"])) for name, results in finals.items()}
    ours, hand = best[OURS.name], best[raw(BATCH).name]
    details = {"commands": count, "organizations": environment.place.organizations, "finals": finals}
    return [
        Row(
            "pipeline",
            ours["per_second"],
            "commands/s",
            f"best framework: {best_peer.name}",
            best[best_peer.name]["per_second"],
            ">= 2",
            details={**details, "heats": [result for result, _ in heats]},
        ),
        Row(
            "pipeline_of_hand_written",
            ours["per_second"],
            "commands/s",
            raw(BATCH).name,
            hand["per_second"],
            ">= 0.6",
            details={"cpu_ms_each": {"aidbus": ours["cpu_ms_each"], "by hand": hand["cpu_ms_each"]}, "batch": BATCH},
        ),
    ]
