"""Tools of the suite that both buses pass: connections and names of a test's own, and waiting for messages."""

import contextlib
import time
import typing as t
import uuid

import eventlet
import kombu
from amqp.basic_message import Message

SECONDS = 10  # how long a test waits for what must come
SILENCE = 0.2  # and for what must not
KEPT = {"durable": True, "auto_delete": False}


class Bus:
    """A bus under test with connections and names of its own."""

    def __init__(self, url: str, queue_type: str) -> None:
        self.url = url
        self.arguments = {"x-queue-type": queue_type}
        self._prefix = f"conformance-{uuid.uuid4().hex[:8]}"
        self._connections: list[kombu.Connection] = []
        self._queues: list[str] = []
        self._exchanges: list[str] = []

    def connect(self, **options: t.Any) -> t.Any:
        """A connection of py-amqp's kind; `.client` is kombu's."""
        client = kombu.Connection(self.url, transport_options={"login_method": "PLAIN", **options})
        self._connections.append(client)
        return client.connection

    def channel(self, **options: t.Any) -> t.Any:
        """A channel on a connection of its own."""
        return self.connect(**options).channel()

    def name(self, what: str) -> str:
        return f"{self._prefix}.{what}"

    def queue(self, channel: t.Any, what: str = "mailbox") -> str:
        """A mailbox: durable, of the type under test."""
        name = self.name(what)
        self._queues.append(name)
        channel.queue_declare(name, arguments=self.arguments, **KEPT)
        return name

    def exchange(self, channel: t.Any, kind: str, what: str = "exchange", **arguments: t.Any) -> str:
        name = self.name(what)
        self._exchanges.append(name)
        channel.exchange_declare(name, kind, arguments=arguments or None, **KEPT)
        return name

    def count(self, queue: str) -> int:
        """How many messages wait, asked on a fresh channel."""
        channel = self.channel()
        try:
            count: int = channel.queue_declare(queue, passive=True).message_count
        finally:
            channel.connection.close()
        return count

    def clean_up(self) -> None:
        channel = self.channel()
        for queue in self._queues:
            channel.queue_delete(queue)
        for exchange in self._exchanges:
            channel.exchange_delete(exchange)
        for client in self._connections:
            with contextlib.suppress(Exception):
                client.release()


class Mailbox:
    """Collects what a consumer is given, and acknowledges nothing by itself."""

    def __init__(self, channel: t.Any, queue: str, prefetch: int = 0, **options: t.Any) -> None:
        self.channel = channel
        self.connection = channel.connection
        self.messages: list[Message] = []
        channel.basic_qos(0, prefetch, False)
        self.tag = channel.basic_consume(queue, callback=self.messages.append, **options)

    @property
    def bodies(self) -> list[bytes]:
        return [message.body for message in self.messages]

    def receive(self, count: int) -> list[bytes]:
        """The bodies, once there are that many; fails if more come or too few."""
        until(self.connection, lambda: len(self.messages) >= count, f"{count} messages, have {len(self.messages)}")
        hush(self.connection)
        assert len(self.messages) == count
        return self.bodies

    def ack(self, index: int = 0, **options: t.Any) -> None:
        self.channel.basic_ack(self.messages.pop(index).delivery_tag, **options)


def until(connection: t.Any, condition: t.Callable[[], object], what: str) -> None:
    """Drain a connection until something holds."""
    end = time.monotonic() + SECONDS
    while not condition():
        left = end - time.monotonic()
        assert left > 0, f"waited {SECONDS} s for {what}"
        with contextlib.suppress(TimeoutError):
            connection.drain_events(timeout=left)


def hush(connection: t.Any, seconds: float = SILENCE) -> None:
    """Drain a connection for a while, so that what should not come has its chance."""
    end = time.monotonic() + seconds
    with contextlib.suppress(TimeoutError):
        while (left := end - time.monotonic()) > 0:
            connection.drain_events(timeout=left)


def eventually(condition: t.Callable[[], object], what: str) -> None:
    """Wait for what another connection sees a moment later."""
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end, f"waited {SECONDS} s for {what}"
        eventlet.sleep(0.02)


def send(channel: t.Any, queue: str, *bodies: bytes, **properties: t.Any) -> None:
    """Publish to one queue by its name."""
    for body in bodies:
        channel.basic_publish(Message(body, delivery_mode=2, **properties), exchange="", routing_key=queue)
