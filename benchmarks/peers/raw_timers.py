"""A claim loop by hand: takes due timers with SKIP LOCKED, writes a command each into the outbox, marks them fired.

It takes the longest due first whosever they are, checks no contract, and asks nobody whether the commands can be sent.
"""

from __future__ import annotations

import signal
import time

import orjson
import psycopg

from benchmarks.workload import Place

BATCH = 1000
CLAIM = """
SELECT id, subject, kind, organization, due_at, fire_at FROM marks
WHERE state = 'pending' AND fire_at <= now() ORDER BY fire_at LIMIT %s FOR UPDATE SKIP LOCKED
"""
FIRED = "UPDATE marks SET state = 'fired', fired_at = now() WHERE id = ANY(%s)"
TYPE = "supervision.fire_deadline.v1"
INSERT = f"""
INSERT INTO outbox (id, attempt, type, organization, exchange, routing_key, body, created_at, available_at)
SELECT id, 1, '{TYPE}', organization, 'commands', 'supervision.' || organization, body, now(), now()
FROM unnest(%b::uuid[], %b::text[], %b::bytea[]) AS rows (id, organization, body)
"""


def main() -> None:
    db = psycopg.connect(Place.here().database_url, prepare_threshold=0)
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda *_: stopping.append(1))
    while not stopping:
        rows = db.execute(CLAIM, (BATCH,)).fetchall()
        if rows:
            ids = [row[0] for row in rows]
            db.execute(INSERT, (ids, [row[3] for row in rows], [command(row) for row in rows]))
            db.execute(FIRED, (ids,))
        db.commit()
        if not rows:
            time.sleep(0.05)


def command(row: tuple[object, ...]) -> bytes:
    """A CloudEvents envelope like the platform's own."""
    key, subject, kind, organization, due_at, fire_at = row
    data = {"task": subject, "mark": kind, "due_at": due_at, "fire_at": fire_at}
    return orjson.dumps(
        {
            "specversion": "1.0",
            "id": key,
            "type": TYPE,
            "source": "/aidbus/supervision/scheduler",
            "subject": subject,
            "time": time.time(),
            "organization": organization,
            "correlation": key,
            "attempt": 1,
            "data": data,
        }
    )


if __name__ == "__main__":
    main()
