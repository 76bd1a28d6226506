"""The embedded bus: a kombu transport in the process, ``embedded://name``, that wakes its consumers and never polls.

Guarantee: to its callers it is RabbitMQ (see embedded_channel.py), inside one process: a delivery is put into the
connection's inbox at the moment it becomes possible, and ``drain_events`` sleeps until then, so an idle process uses no
CPU. Works under ``eventlet.monkey_patch()``, there from the hub's thread alone, and with plain threads.

Differences by design: durable means until the process ends; priorities, queue limits and dead-letter exchanges are not
there; the arguments of a queue are not heeded; one process sees one broker per name, another process another one.
"""

from __future__ import annotations

import socket
import threading
import time
import typing as t
from collections import deque

import amqp
from amqp.exceptions import RecoverableConnectionError
from kombu.transport import TRANSPORT_ALIASES, base

from chassis.embedded_broker import Broker
from chassis.embedded_channel import Channel
from chassis.embedded_events import Event
from chassis.embedded_routing import INDEXES

SCHEME = "embedded"
DEFAULT_NAME = "default"
TURNS = 32  # events that one greenlet or thread may take from a full inbox before it gives way to others

# The one mutable global: within a process a name must mean one broker, for whoever connects to it.
_brokers: dict[str, Broker] = {}


def register() -> None:
    """Teach kombu the scheme ``embedded``; calling it again changes nothing."""
    TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"


def forget(name: str = DEFAULT_NAME) -> None:
    """Lose the broker of that name with everything in it, as a crash would; its connections are broken."""
    broker = _brokers.pop(name, None)
    if broker is not None:
        with broker.lock:
            for connection in list(broker.links):
                connection.shut()


class Connection:
    """One client of a broker: channels, and the inbox from which ``drain_events`` feeds their callbacks.

    One greenlet or thread drains; any other may publish, acknowledge, consume and cancel meanwhile.
    """

    client: t.Any = None
    heartbeat = 0
    is_closing = False

    def __init__(self, broker: Broker, *, confirm_publish: bool = False, confirm_when_handled: bool = False) -> None:
        """``confirm_when_handled``: a confirm means that every consumer has acknowledged, not that queues have it."""
        self.broker = broker
        self.confirm_publish = confirm_publish
        self.confirm_when_handled = confirm_when_handled
        self.connected = True
        self.channels: dict[int, Channel] = {}
        self.server_properties = {"product": "aidbus embedded bus"}
        self._last_channel = 0
        self._inbox: deque[Event] = deque()
        self._arrived = threading.Condition(broker.lock)
        self._sleepers = 0
        self._turns = 0
        with broker.lock:
            broker.links.add(self)

    def channel(self, channel_id: int | None = None) -> Channel:
        """A new channel, or the open one of that number."""
        with self.broker.lock:
            if not self.connected:
                raise RecoverableConnectionError("Connection already closed.")
            if channel_id in self.channels:
                return self.channels[channel_id]
            self._last_channel = max(self._last_channel, channel_id or 0) + (channel_id is None)
            number = channel_id or self._last_channel
            channel = self.channels[number] = Channel(self, number)
            return channel

    def drain_events(self, timeout: float | None = None) -> None:
        """Wait for one event and call what it is for. Raises ``socket.timeout`` after ``timeout`` seconds (None: never)
        and whatever the callback raises; RecoverableConnectionError once the connection is closed.
        """
        if self._turns >= TURNS:
            self._turns = 0
            time.sleep(0)
        self._next(timeout).dispatch()

    def _next(self, timeout: float | None) -> Event:
        deadline = None if timeout is None else time.monotonic() + timeout
        with self._arrived:
            while not self._inbox:
                self._turns = 0
                if not self.connected:
                    raise RecoverableConnectionError("connection already closed")
                left = None if deadline is None else deadline - time.monotonic()
                if left is not None and left <= 0:
                    raise socket.timeout("timed out")  # noqa: UP041  the name that kombu's callers catch
                self._sleepers += 1
                try:
                    self._arrived.wait(left)
                finally:
                    self._sleepers -= 1
            self._turns += 1
            return self._inbox.popleft()

    def push(self, event: Event) -> None:
        """Put an event into the inbox and wake whoever drains it. Under the broker's lock."""
        if not self._merge(event):
            self._inbox.append(event)
            if self._sleepers:
                self._arrived.notify()

    def _merge(self, event: Event) -> bool:
        last = self._inbox[-1] if self._inbox else None
        return last is not None and last.channel is event.channel and last.absorb(event)

    def withdraw(self, unwanted: t.Callable[[Event], bool]) -> list[Event]:
        """Take events out of the inbox that nobody has seen. Under the broker's lock."""
        withdrawn = [event for event in self._inbox if unwanted(event)]
        if withdrawn:
            self._inbox = deque(event for event in self._inbox if not unwanted(event))
        return withdrawn

    def close(self, *_: t.Any) -> None:
        """Close the channels, return what they held, delete exclusive queues, and wake who sleeps in drain_events."""
        with self.broker.lock:
            self.shut()

    collect = close

    def shut(self) -> None:
        """``close`` for a caller that holds the broker's lock."""
        if not self.connected:
            return
        self.connected = False
        self._inbox.clear()
        self.broker.links.discard(self)
        channels = list(self.channels.values())
        consumers, entries = [], []
        for channel in channels:
            channel_consumers, channel_entries = channel.surrender()
            consumers += channel_consumers
            entries += channel_entries
            channel.shut()
        self.broker.release(consumers, entries)
        self.broker.disown(self)
        self._arrived.notify_all()

    def heartbeat_tick(self, rate: int = 2) -> None:
        """Nothing can be half open here."""

    send_heartbeat = heartbeat_tick


class Transport(base.Transport):
    """What ``kombu.Connection("embedded://name")`` uses after ``register()``; names are not case-sensitive."""

    default_port = None
    connection_errors = amqp.Connection.connection_errors
    channel_errors = amqp.Connection.channel_errors
    recoverable_connection_errors = amqp.Connection.recoverable_connection_errors
    recoverable_channel_errors = amqp.Connection.recoverable_channel_errors
    driver_type = SCHEME
    driver_name = "aidbus"
    implements = base.Transport.implements.extend(exchange_type=frozenset(INDEXES))

    def driver_version(self) -> str:
        return amqp.__version__  # of the protocol that it speaks

    def establish_connection(self) -> Connection:
        client: t.Any = self.client
        name = client.hostname or DEFAULT_NAME
        options = client.transport_options or {}
        broker = _brokers.setdefault(name, Broker(name))
        connection = Connection(
            broker,
            confirm_publish=bool(options.get("confirm_publish")),
            confirm_when_handled=options.get("confirm") == "handled",
        )
        connection.client = client
        return connection

    def close_connection(self, connection: Connection) -> None:
        connection.client = None
        connection.close()

    def create_channel(self, connection: Connection) -> Channel:
        return connection.channel()

    def close_channel(self, channel: Channel) -> None:
        channel.close()

    def drain_events(self, connection: Connection, **kwargs: t.Any) -> None:
        connection.drain_events(**kwargs)

    def verify_connection(self, connection: Connection) -> bool:
        return connection.connected

    def _collect(self, connection: Connection | None) -> None:
        if connection is not None:
            connection.collect()
