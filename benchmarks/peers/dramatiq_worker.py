"""Dramatiq 2 on RabbitMQ: quorum queues, confirms, threads; only the middleware that a task needs.

Dramatiq acks after the task by itself. The event goes out on the broker's own channel of the thread.
"""

from __future__ import annotations

import typing as t

import dramatiq
import pika
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.middleware import Retries

from benchmarks import workload
from benchmarks.environment import pika_url
from benchmarks.peers import rows

PLACE = workload.Place.here()


class QuorumBroker(RabbitmqBroker):
    """Task queues are quorum queues. No queues for delayed and dead messages: nothing here is delayed or dies.

    With them, 71 organizations are 213 queues and 142 connections at once, which ran a broker with the usual 1,024 file
    descriptors out of them; without, Dramatiq has half the connections and starts faster.
    """

    def declare_queue(self, queue_name: str, *, ensure: bool = False) -> None:
        if queue_name not in self.queues:
            self.emit_before("declare_queue", queue_name)
            self.queues.add(queue_name)
            self.queues_pending.add(queue_name)
            self.emit_after("declare_queue", queue_name)
        if ensure:
            self._ensure_queue(queue_name)

    def _declare_queue(self, queue_name: str) -> t.Any:
        return self.channel.queue_declare(queue=queue_name, durable=True, arguments=workload.QUORUM)

    def _declare_dq_queue(self, queue_name: str) -> None:
        pass

    def _declare_xq_queue(self, queue_name: str) -> None:
        pass


broker = QuorumBroker(url=pika_url(PLACE.amqp_url), confirm_delivery=True, middleware=[Retries(max_retries=3)])
dramatiq.set_broker(broker)
for name in PLACE.queues():
    broker.declare_queue(name)

PERSISTENT = pika.DeliveryMode.Persistent.value


@dramatiq.actor(actor_name="open_case", queue_name=PLACE.queues()[0])
def open_case(command: dict[str, t.Any]) -> None:
    db = rows.connection(PLACE.database_url)
    effect = rows.handle(db, command)
    if effect is None:
        return
    broker.channel.basic_publish(
        exchange=PLACE.exchange,
        routing_key=workload.routing_key(effect),
        body=workload.dumps(effect),
        properties=pika.BasicProperties(
            delivery_mode=PERSISTENT, content_type="application/json", message_id=effect["id"], type=effect["type"]
        ),
    )
    rows.sent(db, effect)
