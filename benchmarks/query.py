"""query: reads of one row by its id through the query RPC; one service process, one client process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import typing as t

from benchmarks import workload
from benchmarks.environment import ROOT, Environment
from benchmarks.results import Row

SERVICES = {"aidbus": ["-m", "benchmarks.bench_service"], "nameko": ["-m", "benchmarks.peers.nameko_rpc"]}
CASES = 1000


def measure(environment: Environment, side: str, count: int, window: int, ids: list[str]) -> float:
    """Calls per second with ``window`` calls under way."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.query_client", side, str(count), str(window)],
        input="\n".join(ids),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment.place.environment()},
        timeout=300,
    )
    try:
        return float(json.loads(done.stdout.splitlines()[-1])["per_second"])
    except (IndexError, ValueError, KeyError):
        raise RuntimeError(f"query client of {side} failed:\n{done.stderr[-2000:]}") from None


def run(environment: Environment, quick: bool, say: t.Callable[[str], None]) -> list[Row]:
    count = 500 if quick else 3000
    environment.fresh_tables()
    environment.declare_sink()
    rows = [workload.case_row(workload.command("station-0000", number)) for number in range(CASES)]
    with environment.db.cursor() as cursor:
        cursor.executemany(workload.insert("cases", workload.CASE_COLUMNS), rows)
    ids = [str(row[0]) for row in rows]
    queue = f"rpc-{environment.place.namespace}_cases"
    environment.owns(queue, f"{environment.place.namespace}-rpc")
    found: dict[tuple[str, int], float] = {}
    for side, arguments in SERVICES.items():
        worker = environment.start(arguments)
        listens = queue if side == "nameko" else f"{environment.place.namespace}.{workload.SERVICE}..queries"
        environment.wait_for_consumer(listens, worker)
        for window in (1, 32):
            found[side, window] = measure(environment, side, count if window > 1 else count // 2, window, ids)
            say(f"{side}, {window} at once: {found[side, window]:,.0f} calls/s")
        worker.stop()
        time.sleep(0.2)
    return [
        Row(name, round(found["aidbus", window]), "calls/s", "nameko RPC", round(found["nameko", window]), ">= 2")
        for name, window in (("query", 32), ("query_sequential", 1))
    ]
