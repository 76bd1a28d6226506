"""timers: deadlines that are due at once, fired by a pair of scheduler processes; timers_idle: a tick with nothing due.

Fired is a timer whose command is committed in the outbox, in the transaction that marks it as fired. Afterwards every
due timer must have exactly one command.
"""

from __future__ import annotations

import statistics
import time
import typing as t

from benchmarks.environment import Environment
from benchmarks.results import Row
from chassis.clock import SystemClock
from chassis.database import Database
from chassis.migrations import migrate
from services.supervision.scheduler import fire_due, moment

SIDES = {"aidbus": ["-m", "benchmarks.timers_worker"], "by hand": ["-m", "benchmarks.peers.raw_timers"]}
FILL = """
INSERT INTO marks (id, subject, kind, organization, due_at, fire_at, state)
SELECT gen_random_uuid(), gen_random_uuid(), 'overdue', 'organization-' || (n %% 71), at, at, 'pending'
FROM (SELECT n, now() + %s * interval '1 day' + n * interval '1 ms' AS at FROM generate_series(1, %s) AS n) AS rows
"""
INDEXES = {
    "by hand": ("CREATE INDEX ix_marks_pending ON marks (fire_at) WHERE state = 'pending'",),
    "aidbus": (
        "CREATE INDEX ix_marks_pending ON marks (fire_at) WHERE state = 'pending'",
        "CREATE INDEX ix_marks_pending_of ON marks (organization, fire_at) WHERE state = 'pending'",
    ),
}


def run(environment: Environment, quick: bool, say: t.Callable[[str], None]) -> list[Row]:
    pending, due, rounds = (100_000, 20_000, 1) if quick else (1_000_000, 100_000, 2)
    database = Database(environment.place.database_url.replace("postgresql:", "postgresql+psycopg:"))
    migrate("services.supervision", database)
    rates: dict[str, list[float]] = {name: [] for name in SIDES}
    for _ in range(rounds):
        for name in SIDES:
            rate = measure(environment, name, pending, due)
            say(f"{name}: {rate:,.0f} timers/s")
            rates[name].append(rate)
    fill(environment, "aidbus", 10_000, 0)
    few = idle(database)
    fill(environment, "aidbus", pending, 0)
    many = idle(database)
    say(f"idle tick: {few:.3f} ms with 10,000 pending, {many:.3f} ms with {pending:,}")
    database.close()
    ours, theirs = max(rates["aidbus"]), max(rates["by hand"])
    details = {"pending": pending, "due": due, "processes": 2, "rounds": rates}
    return [
        Row("timers", round(ours), "timers/s", target=">= 5000", details=details),
        Row("timers_of_hand_written", round(ours), "timers/s", "a claim loop by hand", round(theirs), ">= 0.5"),
        Row("timers_idle", many, "ms per tick", "the same with 10,000 pending", few, "<= 1.5", details=details),
    ]


def fill(environment: Environment, name: str, pending: int, due: int) -> None:
    """Timers for later and timers that are due, with the indexes of the side that will look for them."""
    environment.db.execute("DROP INDEX IF EXISTS ix_marks_pending, ix_marks_pending_of")
    environment.db.execute("TRUNCATE marks, outbox")
    environment.db.execute(FILL, (1, pending))
    environment.db.execute(FILL, (-1, due))
    for index in INDEXES[name]:
        environment.db.execute(index)
    environment.db.execute("VACUUM ANALYZE marks")
    environment.db.execute("CHECKPOINT")


def measure(environment: Environment, name: str, pending: int, due: int) -> float:
    """Timers per second of two processes of one side, from the first look that finds some fired to the last."""
    fill(environment, name, pending, due)
    workers = [environment.start(SIDES[name]) for _ in range(2)]
    try:
        began, first, end = 0.0, 0, time.monotonic() + 180
        while True:
            (fired,) = environment.db.execute("SELECT count(*) FROM outbox").fetchone() or (0,)
            if fired and not began:
                began, first = time.monotonic(), fired
            if fired >= due:
                break
            if not all(worker.alive for worker in workers) or time.monotonic() > end:
                tails = "\n".join(worker.tail() for worker in workers)
                raise RuntimeError(f"timers {name}: {fired} of {due} fired\n{tails}")
            time.sleep(0.02)
        rate = (due - first) / (time.monotonic() - began)
        time.sleep(0.5)
        counted = environment.db.execute(
            "SELECT count(*), (SELECT count(*) FROM marks WHERE state = 'fired') FROM outbox"
        ).fetchone()
        if counted != (due, due):
            raise RuntimeError(f"timers {name}: {due} due, (commands, fired) {counted}")
        return rate
    finally:
        for worker in workers:
            worker.stop()


def idle(database: Database, count: int = 300) -> float:
    """Milliseconds of the median tick when nothing is due."""
    clock, spent = SystemClock(), []
    for _ in range(count):
        began = time.perf_counter()
        with database.session() as session:
            if len(fire_due(session, moment(session, clock), 500)):
                raise RuntimeError("something was due")
        spent.append((time.perf_counter() - began) * 1000)
    return round(statistics.median(spent[20:]), 3)
