"""growth: the pipeline with a million cases stored already, over the same on an empty database."""

from __future__ import annotations

import typing as t
from functools import partial

from benchmarks import pipeline, workload
from benchmarks.environment import Environment
from benchmarks.results import Row

FILL = """
INSERT INTO cases (id, organization, number, matter, recipient_group, facts, amount)
SELECT gen_random_uuid(), 'station-' || lpad((n %% 71)::text, 4, '0'), 'C2025-' || n, 'maintenance', 'women', %s, 3005000
FROM generate_series(1, %s) AS n
"""


def run(environment: Environment, quick: bool, say: t.Callable[[str], None]) -> list[Row]:
    stored, count, rounds = (50_000, 1420, 1) if quick else (1_000_000, 10_000, 2)
    best = {"empty": 0.0, "full": 0.0}
    for _ in range(rounds):
        for name, already in (("empty", 0), ("full", stored)):
            result = pipeline.measure(environment, pipeline.OURS, count, before=partial(fill, environment, already))
            say(f"{name}: {result['per_second']:,.0f}/s")
            best[name] = max(best[name], result["per_second"])
    return [
        Row(
            "growth",
            best["full"],
            "commands/s",
            "the same on an empty database",
            best["empty"],
            ">= 0.8",
            details={"stored": stored, "commands": count},
        )
    ]


def fill(environment: Environment, count: int) -> None:
    """Cases that were there before."""
    if count:
        environment.db.execute(FILL, (workload.FACTS, count))
        environment.db.execute("VACUUM ANALYZE cases")
        environment.db.execute("CHECKPOINT")
