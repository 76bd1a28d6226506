"""FastStream on aio-pika and asyncpg with uvloop: every queue prefetches, a pool of connections commits together."""

from __future__ import annotations

import os
import typing as t
from uuid import UUID

import asyncpg
from faststream import AckPolicy, FastStream
from faststream.rabbit import Channel, RabbitBroker, RabbitQueue
from faststream.rabbit.schemas.queue import QueueType

from benchmarks import workload

PLACE = workload.Place.here()
CONNECTIONS = int(os.environ.get("BENCH_CONCURRENCY", "16"))
INBOX = workload.insert("inbox", workload.INBOX_COLUMNS, "$") + " ON CONFLICT DO NOTHING"
CASE = workload.insert("cases", workload.CASE_COLUMNS, "$")
OUTBOX = workload.insert("outbox", workload.OUTBOX_COLUMNS, "$")
DELETE = "DELETE FROM outbox WHERE id = $1"

broker = RabbitBroker(PLACE.amqp_url, default_channel=Channel(prefetch_count=4), logger=None)
app = FastStream(broker, logger=None)
pools: list[asyncpg.Pool] = []


@app.on_startup
async def connect() -> None:
    pools.append(await asyncpg.create_pool(PLACE.database_url, min_size=CONNECTIONS, max_size=CONNECTIONS))


@app.after_shutdown
async def disconnect() -> None:
    await pools[0].close()


async def open_case(body: bytes) -> None:
    command: dict[str, t.Any] = workload.loads(body)
    effect = workload.event(command)
    pool = pools[0]
    async with pool.acquire() as db, db.transaction():
        if (await db.execute(INBOX, *workload.inbox_row(command))) != "INSERT 0 1":
            return
        await db.execute(CASE, *workload.case_row(command))
        await db.execute(OUTBOX, *workload.outbox_row(effect))
    await broker.publish(
        workload.dumps(effect),
        exchange=PLACE.exchange,
        routing_key=workload.routing_key(effect),
        persist=True,
        content_type="application/json",
        message_id=effect["id"],
        message_type=effect["type"],
    )
    await pool.execute(DELETE, UUID(effect["id"]))


async def raw(message: t.Any) -> t.Any:
    """Hand over the body as it is: parsed once, by us."""
    return message.body


for name in PLACE.queues():
    broker.subscriber(
        RabbitQueue(name, queue_type=QueueType.QUORUM),
        decoder=raw,
        ack_policy=AckPolicy.NACK_ON_ERROR,
    )(open_case)
