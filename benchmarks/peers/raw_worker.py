"""The loop that somebody writes by hand for speed alone: py-amqp and psycopg, batches, nothing else.

Up to ``BENCH_BATCH`` messages of one organization in one transaction, with a savepoint each only when one of them
fails, as on the platform; the events of the batch are sent and confirmed together, their outbox rows deleted together,
then the batch is acknowledged. ``BENCH_ONLY`` names the one organization that it serves; else it serves all.
"""

from __future__ import annotations

import os
import signal
import typing as t
from collections import defaultdict
from uuid import UUID

import psycopg

from benchmarks import workload
from benchmarks.environment import Publisher, connect, message
from benchmarks.peers import rows

BATCH = int(os.environ.get("BENCH_BATCH", "50"))
DELETE = "DELETE FROM outbox WHERE id = ANY(%s)"


def handle(db: psycopg.Connection[t.Any], commands: list[dict[str, t.Any]]) -> list[dict[str, t.Any]]:
    """One transaction: all inbox rows, all cases, all outbox rows; again with a savepoint each if a case is refused."""
    try:
        return transact(db, commands, together)
    except psycopg.Error:
        db.execute("ROLLBACK")
        return transact(db, commands, one_by_one)


def transact(
    db: psycopg.Connection[t.Any], commands: list[dict[str, t.Any]], insert: t.Callable[..., list[dict[str, t.Any]]]
) -> list[dict[str, t.Any]]:
    with db.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.executemany(rows.INBOX, [workload.inbox_row(command) for command in commands])
        effects = [workload.event(command) for command in insert(cursor, commands)]
        cursor.executemany(rows.OUTBOX, [workload.outbox_row(effect) for effect in effects])
        cursor.execute("COMMIT")
    return effects


def together(cursor: psycopg.Cursor[t.Any], commands: list[dict[str, t.Any]]) -> list[dict[str, t.Any]]:
    cursor.executemany(rows.CASE, [workload.case_row(command) for command in commands])
    return commands


def one_by_one(cursor: psycopg.Cursor[t.Any], commands: list[dict[str, t.Any]]) -> list[dict[str, t.Any]]:
    done = []
    for command in commands:
        cursor.execute("SAVEPOINT one")
        try:
            cursor.execute(rows.CASE, workload.case_row(command))
            cursor.execute("RELEASE SAVEPOINT one")
            done.append(command)
        except psycopg.Error:
            cursor.execute("ROLLBACK TO SAVEPOINT one")
    return done


def main() -> None:
    place = workload.Place.here()
    db = psycopg.connect(place.database_url, autocommit=True, prepare_threshold=0)
    broker = connect(place.amqp_url)
    publisher = Publisher(broker.channel())
    channel = broker.channel()
    channel.basic_qos(0, BATCH, False)
    waiting: dict[str, list[t.Any]] = defaultdict(list)
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda *_: stopping.append(1))

    def take(delivery: t.Any) -> None:
        waiting[delivery.delivery_info["routing_key"]].append(delivery)

    only = os.environ.get("BENCH_ONLY")
    for queue in [place.queue(only)] if only else place.queues():
        channel.basic_consume(queue, callback=take)
    while not stopping:
        try:
            broker.drain_events(timeout=0.2 if not waiting else 0.000001)
            if not any(len(found) >= BATCH for found in waiting.values()):
                continue
        except TimeoutError:
            if not waiting:
                continue
        queue = max(waiting, key=lambda name: len(waiting[name]))
        batch = waiting.pop(queue)
        for effect in (effects := handle(db, [workload.loads(delivery.body) for delivery in batch])):
            publisher.publish(message(effect), place.exchange, workload.routing_key(effect))
        publisher.wait()
        db.execute(DELETE, ([UUID(effect["id"]) for effect in effects],))
        for delivery in batch:
            channel.basic_ack(delivery.delivery_tag)
    broker.close()


if __name__ == "__main__":
    main()
