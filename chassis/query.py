"""Queries: reads over the bus with a timeout on both sides. Nothing of them is durable, nothing is retried.

Guarantee: a service that is down costs its own reads only; a caller waits no longer than it said; an error in a view
is answered, and never reaches the container.
"""

from __future__ import annotations

import collections
import contextlib
import time
import typing as t

import eventlet
import orjson
import structlog
from amqp.basic_message import Message
from nameko.extensions import Entrypoint

from chassis import bus, metrics
from chassis.errors import Rejected, ServiceUnavailable
from chassis.ids import new_id
from chassis.principal import Principal
from chassis.topology import Topology
from chassis.work import Read

log = structlog.get_logger("aidbus.query")
View = t.Callable[..., dict[str, t.Any]]
MOST_AT_ONCE = 25


class Queries(Entrypoint):
    """nameko entrypoint: the decorated method gets a list of questions and returns as many answers."""

    def __init__(self, views: t.Mapping[str, View], **kwargs: t.Any) -> None:
        super().__init__(**kwargs)
        self.views = views
        self._stopping = False
        self._connection: t.Any = None
        self._channel: t.Any = None
        self._waiting: collections.deque[t.Any] = collections.deque()
        self._running = 0
        self._is_serving = False

    def setup(self) -> None:
        from chassis.platform import platform_of

        self.platform = platform_of(self.container)

    def start(self) -> None:
        self.container.spawn_managed_thread(self._run, identifier="queries")

    def stop(self) -> None:
        self._stopping = True
        end = time.monotonic() + 3
        while (self._running or self._is_serving) and time.monotonic() < end:
            eventlet.sleep(0.01)

    def kill(self) -> None:
        self._stopping = True

    def _run(self) -> None:
        self._is_serving = True
        pause = 0.2
        while not self._stopping:
            try:
                self._serve()
                pause = 0.2
            except bus.LOST as error:
                if not self._stopping:
                    log.warning("queries wait", service=self.platform.service, why=type(error).__name__)
            self._disconnect()
            if not self._stopping:
                eventlet.sleep(pause)
                pause = min(pause * 2, 5)
        self._is_serving = False

    def _serve(self) -> None:
        settings = self.platform.settings
        self._connection = bus.connect(settings.bus_url, settings.heartbeat)
        self._channel = self._connection.channel()
        queue = self.platform.topology.declare_queries(self._channel, self.platform.service)
        self._channel.basic_qos(0, 4 * MOST_AT_ONCE, False)
        self._channel.basic_consume(queue, callback=self._receive)
        pulse = bus.Pulse(self._connection)
        while not self._stopping:
            bus.drain(self._connection, 1)
            pulse.beat()

    def _receive(self, message: t.Any) -> None:
        self._waiting.append(message)
        self._dispatch()

    def _dispatch(self) -> None:
        while self._waiting and self._running < self.platform.settings.concurrency and not self._stopping:
            messages = [self._waiting.popleft() for _ in range(min(MOST_AT_ONCE, len(self._waiting)))]
            self._running += 1
            self._spawn(self._channel, messages)

    def _spawn(self, channel: t.Any, messages: list[t.Any]) -> None:
        def finished(_context: t.Any, answers: t.Any, exc_info: t.Any) -> tuple[None, None]:
            self._running -= 1
            if exc_info is not None:
                log.error("queries failed", service=self.platform.service, exc_info=exc_info[1])
                answers = [orjson.dumps({"error": "failed"})] * len(messages)
            self._reply(channel, messages, answers)
            self._dispatch()
            return None, None

        self.container.spawn_worker(self, ([message.body for message in messages],), {}, handle_result=finished)

    def _reply(self, channel: t.Any, messages: list[t.Any], answers: list[bytes]) -> None:
        with contextlib.suppress(*bus.LOST, AttributeError), bus.corked(self._connection):
            for message, answer in zip(messages, answers, strict=True):
                reply_to = message.properties.get("reply_to")
                if reply_to:
                    correlation = message.properties.get("correlation_id") or ""
                    reply = Message(answer, correlation_id=correlation, delivery_mode=1)
                    channel.basic_publish(reply, exchange="", routing_key=reply_to)
            for message in messages:
                channel.basic_ack(message.delivery_tag)

    def _disconnect(self) -> None:
        self._waiting.clear()
        connection, self._connection, self._channel = self._connection, None, None
        bus.close_quietly(connection)


queries = Queries.decorator


def answer(
    views: t.Mapping[str, View],
    body: t.Any,
    make_read: t.Callable[[Principal], Read],
    service: str,
    keep: t.Callable[[list[t.Any]], None],
) -> bytes:
    """Answer one question; whatever happens, there is an answer. ``keep`` commits what the view recorded: an answer
    whose record was not committed does not leave."""
    began, name = time.perf_counter(), "?"
    reply: dict[str, t.Any]
    try:
        question = orjson.loads(body)
        name = question["name"]
        view = views[name]
        read = make_read(Principal.from_dict(question["principal"]))
        try:
            reply, outcome = {"data": view(read, question["params"])}, "answered"
        except BaseException:
            read.session.rollback()  # so that the next question finds a session that works
            raise
        finally:
            read.session.expunge_all()  # nothing stays behind for the next question
        if read.records:
            read.session.rollback()  # SQLite has one connection, and the record needs it
            keep(read.records)
    except Rejected as refusal:
        reply, outcome = {"rejected": refusal.as_dict()}, "rejected"
    except (KeyError, TypeError, ValueError) as error:
        name = name if isinstance(name, str) and name in views else "?"  # a list would raise here again
        if name in views:
            log.error("view failed", service=service, query=name, exc_info=error)
        reply, outcome = {"error": "failed" if name in views else "unknown-query"}, "failed"
    except Exception as error:
        log.error("view failed", service=service, query=name, exc_info=error)
        reply, outcome = {"error": "failed"}, "failed"
    metrics.count("aidbus_queries_total", service=service, query=str(name), outcome=outcome)
    metrics.observe("aidbus_query_seconds", time.perf_counter() - began, service=service)
    return orjson.dumps(reply)


class QueryClient:
    """Asks services. One connection and one exclusive reply queue per process; safe for many green threads."""

    def __init__(self, url: str, topology: Topology, heartbeat: int) -> None:
        self._url, self._topology, self._heartbeat = url, topology, heartbeat
        self._lock = eventlet.semaphore.Semaphore()
        self._connection: t.Any = None
        self._channel: t.Any = None
        self._reply_queue = ""
        self._waiting: dict[str, eventlet.event.Event] = {}
        self._closed = False

    def ask(
        self, service: str, name: str, params: dict[str, t.Any], principal: Principal, timeout: float
    ) -> dict[str, t.Any]:
        """The answer of one query; raises Rejected as the view did, or ServiceUnavailable."""
        correlation = str(new_id())
        waiter = self._waiting[correlation] = eventlet.event.Event()
        question = orjson.dumps({"name": name, "params": params, "principal": principal.as_dict()})
        try:
            with eventlet.Timeout(timeout, ServiceUnavailable(service, timeout)):
                self._send(service, question, correlation, timeout)
                reply = orjson.loads(waiter.wait())
        except bus.LOST:
            raise ServiceUnavailable(service, timeout) from None
        finally:
            self._waiting.pop(correlation, None)
        if "data" in reply:
            return t.cast(dict[str, t.Any], reply["data"])
        if "rejected" in reply:
            raise Rejected.from_dict(reply["rejected"])
        raise ServiceUnavailable(service, timeout)

    def close(self) -> None:
        self._closed = True

    def _send(self, service: str, question: bytes, correlation: str, timeout: float) -> None:
        channel = self._connected()
        message = Message(
            question,
            reply_to=self._reply_queue,
            correlation_id=correlation,
            expiration=str(int(timeout * 1000)),
            delivery_mode=1,
        )
        try:
            channel.basic_publish(message, exchange="", routing_key=self._topology.queries(service))
        except bus.LOST:
            self._give_up()
            raise

    def _connected(self) -> t.Any:
        with self._lock:
            if self._channel is None:
                connection = bus.connect(self._url, self._heartbeat)
                channel = connection.channel()
                queue = channel.queue_declare("", exclusive=True, auto_delete=True, durable=False).queue
                channel.basic_consume(queue, no_ack=True, callback=self._receive)
                self._connection, self._channel, self._reply_queue = connection, channel, queue
                for service in self._topology.contracts.services:
                    self._topology.declare_queries(channel, service)
                eventlet.spawn(self._listen, connection)  # from here on it alone reads from the connection
            return self._channel

    def _listen(self, connection: t.Any) -> None:
        """Read answers until the connection is given up; only this thread reads from it, so it also closes it."""
        pulse = bus.Pulse(connection)
        with contextlib.suppress(*bus.LOST):
            while not self._closed and connection is self._connection:
                bus.drain(connection, 2)
                pulse.beat()
        if connection is self._connection:
            self._give_up()
        bus.close_quietly(connection)

    def _receive(self, message: t.Any) -> None:
        waiter = self._waiting.pop(message.properties.get("correlation_id", ""), None)
        if waiter is not None and not waiter.ready():
            waiter.send(message.body)

    def _give_up(self) -> None:
        self._connection = self._channel = None
