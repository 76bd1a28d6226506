"""A publisher by hand: claims outbox rows with SKIP LOCKED, publishes them, waits for the confirms, deletes them."""

from __future__ import annotations

import os
import signal
import time

import amqp
import psycopg

from benchmarks import workload
from benchmarks.environment import Publisher, connect

BATCH = int(os.environ.get("BENCH_BATCH", "500"))
CLAIM = """
UPDATE outbox SET token = gen_random_uuid(), leased_until = now() + interval '15 seconds'
WHERE (id, attempt) IN (
    SELECT id, attempt FROM outbox
    WHERE available_at <= now() AND (leased_until IS NULL OR leased_until < now())
    ORDER BY available_at, id LIMIT %s FOR UPDATE SKIP LOCKED
)
RETURNING id, type, routing_key, body
"""
DELETE = "DELETE FROM outbox WHERE id = ANY(%s)"


def main() -> None:
    place = workload.Place.here()
    db = psycopg.connect(place.database_url, autocommit=True, prepare_threshold=0)
    broker = connect(place.amqp_url)
    publisher = Publisher(broker.channel())
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda *_: stopping.append(1))
    while not stopping:
        rows = db.execute(CLAIM, (BATCH,)).fetchall()
        if not rows:
            time.sleep(0.05)
            continue
        for key, kind, routing_key, body in rows:
            message = amqp.Message(
                bytes(body), delivery_mode=2, content_type="application/json", message_id=str(key), type=kind
            )
            publisher.publish(message, place.exchange, routing_key)
        publisher.wait()
        db.execute(DELETE, ([row[0] for row in rows],))
    broker.close()


if __name__ == "__main__":
    main()
