"""Reads a mailbox as nobody should: puts its messages back in another order, and some of them twice."""

from __future__ import annotations

import random

from amqp.basic_message import Message

from chassis import bus


def shuffle(url: str, queues: list[str], chance: random.Random) -> int:
    """Put up to 40 waiting messages of each queue back in another order; returns how many were moved.

    A message is taken off the queue only when its copy is confirmed: a broker that goes away meanwhile has it twice.
    """
    moved = 0
    connection = None
    try:
        connection = bus.connect(url, timeout=3)
        channel = connection.channel()
        channel.confirm_select()
        for queue in queues:
            taken = [message for message in (channel.basic_get(queue) for _ in range(40)) if message is not None]
            chance.shuffle(taken)
            for message in taken:
                for _ in range(2 if chance.random() < 0.2 else 1):
                    copy = Message(message.body, delivery_mode=2, **_kept(message))
                    channel.basic_publish_confirm(copy, exchange="", routing_key=queue)
                channel.basic_ack(message.delivery_tag)
            moved += len(taken)
    except bus.LOST:
        pass  # the weather is bad: what was not acknowledged goes back by itself
    finally:
        bus.close_quietly(connection)
    return moved


def _kept(message: Message) -> dict[str, str]:
    names = ("content_type", "message_id", "type")
    return {name: message.properties[name] for name in names if name in message.properties}
