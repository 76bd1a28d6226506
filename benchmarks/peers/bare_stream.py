"""The least that live streams on a bus cost: take an event, insert a row a person, commit, write to their sockets.

One process on eventlet's WSGI server, no keys, no contract, no outbox, nothing that could be read again later.
"""

from __future__ import annotations

import chassis.green  # isort: skip - before anything that opens a socket

import typing as t
from uuid import UUID

import amqp
import eventlet
import eventlet.queue
import eventlet.wsgi
import psycopg
import uuid_utils

from benchmarks import workload
from benchmarks.environment import connect
from chassis import open_files

INSERT = "INSERT INTO notifications (id, person, source, kind, title, body) VALUES (%s, %s, %s, %s, %s, %s)"
TITLE, BODY = "新任务：就法律援助申请作出决定", "您有一项新任务，请在期限内办理。"
assert chassis.green
ears: dict[str, eventlet.queue.LightQueue] = {}


def app(environ: dict[str, t.Any], start: t.Any) -> t.Iterator[bytes]:
    """One stream; its path is the person."""
    environ["eventlet.minimum_write_chunk_size"] = 0
    queue = ears[environ["PATH_INFO"].strip("/")] = eventlet.queue.LightQueue()
    start("200 OK", [("Content-Type", "text/event-stream")])
    queue.put(b"event: ready\ndata: {}\n\n")
    return iter(queue.get, None)


def tell(db: psycopg.Connection[t.Any], event: dict[str, t.Any]) -> None:
    """Rows first, then the sockets."""
    source = UUID(event["id"])
    rows = [
        (UUID(str(uuid_utils.uuid7())), UUID(one), source, "task_opened", TITLE, BODY)
        for one in event["data"]["assignees"]
    ]
    with db.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.executemany(INSERT, rows)
        cursor.execute("COMMIT")
    for row in rows:
        item = workload.dumps({"id": str(row[0]), "person": str(row[1]), "title": TITLE, "text": BODY})
        if (queue := ears.get(str(row[1]))) is not None:
            queue.put(b"id: %s\nevent: notification\ndata: %s\n\n" % (row[0].hex.encode(), item))


def main() -> None:
    open_files.take_all()
    place = workload.Place.here()
    listening = eventlet.listen(("127.0.0.1", 0), backlog=256)
    print(f"PORT={listening.getsockname()[1]}", flush=True)
    pool = eventlet.GreenPool(100_000)
    eventlet.spawn(eventlet.wsgi.server, listening, app, custom_pool=pool, log_output=False)
    db = psycopg.connect(place.database_url, autocommit=True, prepare_threshold=0)
    broker = connect(place.amqp_url)
    channel = broker.channel()
    channel.basic_qos(0, 10, False)

    def take(delivery: amqp.Message) -> None:
        tell(db, workload.loads(delivery.body))
        channel.basic_ack(delivery.delivery_tag)

    channel.basic_consume(f"{place.namespace}.bare_stream", callback=take)
    while True:
        broker.drain_events()


if __name__ == "__main__":
    main()
