"""relay: rows that wait in the outbox, claimed, published, confirmed and deleted by one process.

Both sides read the same rows. The clock runs from the first look that finds fewer rows to the last row gone.
"""

from __future__ import annotations

import time
import typing as t

from benchmarks import workload
from benchmarks.environment import Environment
from benchmarks.results import Row
from chassis.settings import PlatformSettings

SIDES = {"aidbus": ["-m", "benchmarks.bench_service"], "by hand": ["-m", "benchmarks.peers.raw_relay"]}


def fill(environment: Environment, count: int) -> None:
    codes = workload.organizations(environment.place.organizations)
    copy = f"COPY outbox ({', '.join(workload.OUTBOX_COLUMNS)}) FROM STDIN"
    with environment.db.cursor() as cursor, cursor.copy(copy) as rows:
        for number in range(count):
            effect = workload.event(workload.command(codes[number % len(codes)], number))
            rows.write_row(workload.outbox_row(effect))
    environment.db.execute("ANALYZE outbox")


def measure(environment: Environment, name: str, count: int) -> float:
    """Rows per second of one side."""
    environment.fresh_tables()
    environment.declare_sink()
    for queue in environment.place.queues():
        environment.declare(queue)
    fill(environment, count)
    worker = environment.start(SIDES[name], BENCH_BATCH=str(PlatformSettings().relay_batch))
    try:
        began, first, end = 0.0, 0, time.monotonic() + 120
        while True:
            (left,) = environment.db.execute("SELECT count(*) FROM outbox").fetchone() or (0,)
            if left < count and not began:
                began, first = time.monotonic(), left
            if not left:
                break
            if not worker.alive or time.monotonic() > end:
                raise RuntimeError(f"relay {name} stands still with {left} of {count} rows left:\n{worker.tail()}")
            time.sleep(0.005)
        rate = first / (time.monotonic() - began)
        time.sleep(0.3)
        arrived = environment.length(environment.place.sink)
        if arrived != count:
            raise RuntimeError(f"relay {name}: {count} rows, {arrived} events\n{worker.tail()}")
        return rate
    finally:
        worker.stop()
        environment.delete_queues()


def run(environment: Environment, quick: bool, say: t.Callable[[str], None]) -> list[Row]:
    count, rounds = (5_000, 1) if quick else (30_000, 3)
    best = dict.fromkeys(SIDES, 0.0)
    for _ in range(rounds):
        for name in SIDES:
            rate = measure(environment, name, count)
            say(f"{name}: {rate:,.0f} rows/s")
            best[name] = max(best[name], rate)
    return [Row("relay", round(best["aidbus"]), "rows/s", "publisher by hand", round(best["by hand"]), ">= 0.7")]
