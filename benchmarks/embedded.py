"""embedded: the whole platform in one process on the embedded bus and SQLite: writes per second, and CPU when idle."""

from __future__ import annotations

import time
import typing as t
from concurrent.futures import ThreadPoolExecutor

from benchmarks.environment import Environment
from benchmarks.network import SERVICES, STATION, Network
from benchmarks.results import Row

AT_ONCE = 8


def run(environment: Environment, quick: bool, say: t.Callable[[str], None]) -> list[Row]:
    count, window = (100, 5) if quick else (1000, 30)
    with Network(environment, [SERVICES], embedded=True) as network:
        (worker,) = network.workers
        bodies = [network.application() for _ in range(count)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda body: network.post("/v1/applications", body), bodies[: count // 10]))
            began = time.perf_counter()
            list(pool.map(lambda body: network.post("/v1/applications", body), bodies[count // 10 :]))
            rate = (count - count // 10) / (time.perf_counter() - began)
        say(f"{rate:,.0f} applications/s at station {STATION}, {AT_ONCE} at once")
        time.sleep(5 if quick else 15)
        before = worker.cpu_seconds()
        time.sleep(window)
        idle = 100 * (worker.cpu_seconds() - before) / window
        memory = worker.memory_bytes() / 2**20
    details = {"at_once": AT_ONCE, "memory_mb": round(memory)}
    return [
        Row("embedded", round(rate, 1), "applications/s", details=details),
        Row("embedded_idle_cpu", round(idle, 2), "% of a core", target="<= 2", details=details),
    ]
