"""organizations: 1,000 organizations on one worker process: how long it starts, what it holds, what it does idle."""

from __future__ import annotations

import time
import typing as t

from benchmarks.environment import Environment
from benchmarks.results import Row

COUNT = 1000


def run(environment: Environment, quick: bool, say: t.Callable[[str], None]) -> list[Row]:
    count = 100 if quick else COUNT
    environment.place = environment.place._replace(organizations=count)
    environment.fresh_tables()
    for queue in environment.place.queues():
        environment.owns(queue)
    starts = []
    for _ in range(2):  # the first start makes the mailboxes, the second finds them
        began = time.monotonic()
        worker = environment.start(["-m", "benchmarks.bench_service"])
        environment.wait_for_consumer(environment.place.queues()[-1], worker, 180)
        starts.append(time.monotonic() - began)
        say(f"all {count:,} mailboxes consumed after {starts[-1]:.1f} s")
        if len(starts) == 1:
            worker.stop(60)
    time.sleep(5)
    before, window = worker.cpu_seconds(), 5 if quick else 20
    time.sleep(window)
    idle = 100 * (worker.cpu_seconds() - before) / window
    memory = worker.memory_bytes() / 2**20
    worker.stop(60)
    details = {"organizations": count, "first_start": round(starts[0], 2), "second_start": round(starts[1], 2)}
    return [
        Row("organizations_start", round(max(starts), 1), "s", target="<= 30", details=details),
        Row("organizations_memory", round(memory), "MB", target="<= 400", details=details),
        Row("organizations_idle_cpu", round(idle, 2), "% of a core", target="<= 5", details=details),
    ]
