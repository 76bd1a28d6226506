"""Connections to the message bus: RabbitMQ or the embedded one, through the same kombu interface."""

from __future__ import annotations

import contextlib
import functools
import socket
import time
import typing as t

import amqp.exceptions
import kombu
import kombu.exceptions

from chassis import embedded

LOST = (
    OSError,
    EOFError,  # eventlet, when a socket is closed under a reader
    amqp.exceptions.AMQPError,
    kombu.exceptions.KombuError,
    kombu.exceptions.OperationalError,
)  # what the loss of a connection looks like
READ_AHEAD = 16 * 1024  # bytes


def connect(url: str, heartbeat: int = 0, timeout: float = 5, *, confirm_when_handled: bool = False) -> t.Any:
    """A new connection to the bus; raises one of ``LOST`` when the broker is away.

    ``confirm_when_handled``: the embedded bus confirms a message only when its consumers have acknowledged it; a
    broker that keeps messages over a crash ignores this.
    """
    embedded.register()
    beat = 0 if url.startswith("embedded://") else heartbeat
    options = {"login_method": "PLAIN"}
    if confirm_when_handled and url.startswith("embedded://"):
        options["confirm"] = "handled"
    connection = kombu.Connection(url, heartbeat=beat, connect_timeout=timeout, transport_options=options)
    connection.connect()
    if not url.startswith("embedded://"):
        # py-amqp would read an event before every publish, beside the thread that reads this connection. A blocked
        # broker shows as a confirm that does not come.
        connection.connection.client_properties["capabilities"].pop("connection.blocked", None)
        # Bodies are bytes, whatever a sender says of their encoding: py-amqp would make text of them, such as no
        # bytes can be made of again, in the thread that all mailboxes of a process share.
        connection.connection.Channel = functools.partial(connection.connection.Channel, auto_decode=False)
        _read_ahead(connection.connection.transport)
    return connection


def _read_ahead(transport: t.Any) -> None:
    """Let py-amqp take what the socket holds in one call, instead of one for each head, body and end of a frame.

    It keeps what it read too much for its next frame anyway; a TLS transport has its own way and stays as it is.
    """
    receive = getattr(transport, "_quick_recv", None)
    if receive is not None and receive == getattr(transport.sock, "recv", None):
        transport._quick_recv = lambda wanted: receive(max(wanted, READ_AHEAD))


@contextlib.contextmanager
def corked(connection: t.Any) -> t.Iterator[None]:
    """Send what is written inside as one piece: a system call for a batch instead of one for each frame.

    Nothing inside may wait for an answer of the broker.
    """
    transport: t.Any = getattr(connection.connection, "transport", None)
    write = getattr(transport, "_write", None)
    if write is None:  # the embedded bus has no wire
        yield
        return
    pieces: list[bytes] = []
    transport._write = lambda piece: pieces.append(bytes(piece))
    try:
        yield
    finally:
        transport._write = write
    if pieces:
        transport.write(b"".join(pieces))


class Pulse:
    """Sends heartbeats of one connection when they are due and raises when the broker's stay away."""

    def __init__(self, connection: t.Any) -> None:
        self._connection = connection
        self._interval = (connection.get_heartbeat_interval() or 0) / 4
        self._next = time.monotonic() + self._interval

    def beat(self) -> None:
        if self._interval and time.monotonic() >= self._next:
            self._next = time.monotonic() + self._interval
            self._connection.heartbeat_check()


def close_quietly(connection: t.Any) -> None:
    """Close a connection that may be broken."""
    if connection is not None:
        with contextlib.suppress(*LOST, AttributeError, ValueError):
            connection.release()


def has_leader(url: str, queue: str) -> bool:
    """Whether anybody answers for a queue; raises one of ``LOST`` when the broker is away.

    A quorum queue without a leader can be declared like any other, and then says that it is empty and unused; only
    whoever asks it for a message is refused, and loses the connection with that.
    """
    connection = connect(url)
    try:
        connection.channel().basic_get(queue)  # a message that came meanwhile goes back as the connection closes
    except amqp.exceptions.InternalError:
        return False
    finally:
        close_quietly(connection)
    return True


def drain(connection: t.Any, timeout: float) -> bool:
    """Let one event in; False when none came in time."""
    try:
        connection.drain_events(timeout=timeout)
    except (TimeoutError, socket.timeout):  # noqa: UP041 - eventlet's socket.timeout may differ
        return False
    return True
