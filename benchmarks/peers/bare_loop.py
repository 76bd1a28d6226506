"""The least that any platform on a bus must do: take a message, insert one row, commit, reply, acknowledge.

Persistent messages on quorum queues, both ways with confirms; nothing else.
"""

from __future__ import annotations

import signal

import amqp
import psycopg

from benchmarks import workload
from benchmarks.environment import Publisher, connect
from benchmarks.peers import rows


def main() -> None:
    place = workload.Place.here()
    db = psycopg.connect(place.database_url, autocommit=True, prepare_threshold=0)
    broker = connect(place.amqp_url)
    publisher = Publisher(broker.channel())
    channel = broker.channel()
    channel.basic_qos(0, 10, False)
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda *_: stopping.append(1))

    def take(delivery: amqp.Message) -> None:
        command = workload.loads(delivery.body)
        db.execute(rows.CASE, workload.case_row(command))
        reply = amqp.Message(workload.dumps(workload.event(command)), delivery_mode=2, message_id=command["id"])
        publisher.publish(reply, "", f"{place.namespace}.replies")
        publisher.wait()
        channel.basic_ack(delivery.delivery_tag)

    channel.basic_consume(f"{place.namespace}.bare", callback=take)
    while not stopping:
        try:
            broker.drain_events(timeout=0.5)
        except TimeoutError:
            continue
    broker.close()


if __name__ == "__main__":
    main()
