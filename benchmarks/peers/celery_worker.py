"""Celery 5: quorum queues, late acks, publisher confirms, no result backend, no remote control.

The event goes out through Celery's own producer pool, which costs less than ``send_task``.
"""

from __future__ import annotations

import typing as t

from celery import Celery
from celery.worker.consumer.delayed_delivery import DelayedDelivery
from kombu import Exchange, Queue

from benchmarks import workload
from benchmarks.peers import rows

PLACE = workload.Place.here()
EVENTS = Exchange(PLACE.exchange, "topic", durable=True, no_declare=True)

# No task is delayed here, and its 28 queues would stand in the broker beyond this run.
DelayedDelivery.include_if = lambda self, consumer: False

app = Celery("bench", broker=PLACE.amqp_url)
app.conf.update(
    task_queues=[
        Queue(name, Exchange(""), routing_key=name, queue_arguments=workload.QUORUM) for name in PLACE.queues()
    ],
    task_default_queue=PLACE.queues()[0],
    task_default_queue_type="quorum",
    worker_detect_quorum_queues=True,
    task_acks_late=True,
    task_ignore_result=True,
    task_store_errors_even_if_ignored=False,
    worker_prefetch_multiplier=4,
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    broker_transport_options={"confirm_publish": True},
    broker_heartbeat=0,
    broker_connection_retry_on_startup=True,
)


@app.task(name="bench.open_case", ignore_result=True)
def open_case(command: dict[str, t.Any]) -> None:
    db = rows.connection(PLACE.database_url)
    effect = rows.handle(db, command)
    if effect is None:
        return
    with app.producer_pool.acquire(block=True) as producer:
        producer.publish(
            workload.dumps(effect),
            exchange=PLACE.exchange,
            routing_key=workload.routing_key(effect),
            delivery_mode=2,
            content_type="application/json",
            content_encoding="utf-8",
            message_id=effect["id"],
            type=effect["type"],
        )
    rows.sent(db, effect)
