"""Live streams of notifications: each listener gets what its person is told, from where it left off.

Guarantees: a listener hears of its own person only. What arrives over the bus is a hint; the notification is read
from the service that owns it. When the bus or the service was away, or a listener comes back, what was missed is read
by its cursor, so nothing is lost between. Every gateway process hears everything by a queue of its own. Must not raise
during kill.
"""

from __future__ import annotations

import random
import typing as t
from collections.abc import Iterable
from uuid import UUID

import eventlet
import eventlet.queue
import orjson
import structlog

from chassis import bus, metrics
from chassis.database import INTERRUPTED, Database
from chassis.errors import Rejected, ServiceUnavailable
from chassis.ids import new_id
from chassis.outbox import EVENTS
from chassis.principal import Principal
from gateway import repository
from gateway.answers import Refused
from gateway.cursor import Cursor

log = structlog.get_logger("aidbus.streams")
HEARD = "*.notification.person_notified.v1"
MOST_AT_ONCE = 200
MOST_CATCHING_UP = 25
GATHER_SECONDS = 0.005  # so that what comes in together is read together
PAUSE_SECONDS = 0.5
MOST_WAITING = 300  # events that a slow listener may leave lying before it is sent away
HEARTBEAT = b": \n\n"


class Listener:
    """One open stream."""

    def __init__(self, principal: Principal, person: UUID, cursor: Cursor, *, resumes: bool) -> None:
        self.principal, self.person, self.cursor = principal, person, cursor
        self.resumes = resumes  # else what there is already is not news
        self.is_synced = False
        self.is_closed = False
        self._pieces: eventlet.queue.LightQueue = eventlet.queue.LightQueue()

    def offer(self, one: UUID, item: bytes) -> bool:
        """Send a notification unless it was sent; True if it was news."""
        if self.cursor.has(one):
            return False
        self.cursor.add(one)
        self._put(b"id: %s\nevent: notification\ndata: %s\n\n" % (str(self.cursor).encode(), item))
        return True

    def ready(self) -> None:
        """Nothing that is told from now on is missed."""
        self.is_synced = True
        self._put(b"id: %s\nevent: ready\ndata: {}\n\n" % str(self.cursor).encode())

    def close(self, reason: str) -> None:
        """The last event, and the end."""
        if not self.is_closed:
            self.is_closed = True
            self._pieces.put(b'event: closed\ndata: {"reason": "%s"}\n\n' % reason.encode())
            self._pieces.put(None)

    def pieces(self, heartbeat: float) -> t.Iterator[bytes]:
        """What goes over the wire, for as long as the stream is open; a comment when nothing happens."""
        yield b"retry: %d\n\n" % random.randint(1000, 4000)  # not all come back at the same moment
        while True:
            try:
                piece = self._pieces.get(timeout=heartbeat)
            except eventlet.queue.Empty:
                piece = HEARTBEAT
            if piece is None:
                return
            yield piece

    def _put(self, piece: bytes) -> None:
        if self._pieces.qsize() >= MOST_WAITING:
            self.close("slow")
        elif not self.is_closed:
            self._pieces.put(piece)


class Streams:
    """All listeners of this process."""

    def __init__(self, platform: t.Any) -> None:
        self.settings = platform.settings
        self.database: Database = platform.database
        self._ask, self._topology = platform.ask, platform.topology
        self._by_person: dict[UUID, set[Listener]] = {}
        self._count = 0
        self._news: dict[UUID, UUID] = {}  # notification -> person, not read yet
        self._behind: dict[Listener, None] = {}  # to be read by their cursor
        self._wake = eventlet.event.Event()
        self._pool = eventlet.GreenPool(MOST_CATCHING_UP)
        self._stopping = False
        self._nobody = Principal("stream", "platform", self.settings.center)

    # listeners

    def open(self, principal: Principal, last: str | None) -> Listener:
        """Begin to listen; ``last``: the id of the last event that the caller has. Raises Refused or Rejected."""
        if principal.person is None:
            raise Rejected("no-person")
        of_key = sum(one.principal.key == principal.key for one in self._by_person.get(principal.person, ()))
        if self._stopping or self._count >= self.settings.stream_listeners or of_key >= self.settings.streams_per_key:
            raise Refused("too-many-streams", headers={"Retry-After": "5"}, limit=self.settings.streams_per_key)
        try:
            cursor = Cursor.parse(last) if last else Cursor.at(new_id())
        except ValueError:
            raise Refused("bad-header", header="Last-Event-ID", expected="the id of an event (事件的 id)") from None
        listener = Listener(principal, principal.person, cursor, resumes=bool(last))
        self._by_person.setdefault(principal.person, set()).add(listener)
        self._count += 1
        metrics.gauge("aidbus_stream_listeners", self._count)
        self._fall_behind([listener])
        return listener

    def leave(self, listener: Listener) -> None:
        """The stream has ended, for whatever reason."""
        others = self._by_person.get(listener.person, set())
        if listener in others:
            others.discard(listener)
            self._count -= 1
            metrics.gauge("aidbus_stream_listeners", self._count)
        if not others:
            self._by_person.pop(listener.person, None)
        self._behind.pop(listener, None)

    @property
    def listeners(self) -> list[Listener]:
        return [one for several in self._by_person.values() for one in several]

    def stop(self) -> None:
        """End all streams; front ends come back to another process, or to this one when it is up again."""
        self._stopping = True
        for listener in self.listeners:
            listener.close("restart")
        self._rouse()

    # from the bus

    def hear(self) -> None:
        """Listen to the bus until ``stop``; a queue of this process alone, gone with its connection."""
        while not self._stopping:
            connection = None
            try:
                connection = bus.connect(self.settings.bus_url, self.settings.heartbeat)
                channel = connection.channel()
                self._topology.declare_base(channel)
                queue = channel.queue_declare("", exclusive=True, auto_delete=True, durable=False).queue
                channel.queue_bind(queue, self._topology.exchange(EVENTS), HEARD)
                channel.basic_consume(queue, no_ack=True, callback=self._receive)
                self._fall_behind(self.listeners)  # what was said while nobody heard it
                pulse = bus.Pulse(connection)
                while not self._stopping:
                    bus.drain(connection, 1)
                    pulse.beat()
            except bus.LOST as error:
                if not self._stopping:
                    log.warning("streams wait for the bus", why=type(error).__name__)
                    eventlet.sleep(PAUSE_SECONDS)
            finally:
                bus.close_quietly(connection)

    def _receive(self, message: t.Any) -> None:
        try:
            said = orjson.loads(message.body)["data"]
            person, one = UUID(said["person"]), UUID(said["notification"])
        except (ValueError, KeyError, TypeError, AttributeError):  # the last, where an id is a number
            return  # not for us to complain: whoever hears it by a mailbox keeps it as a dead letter
        if person in self._by_person:
            self._news[one] = person
            self._rouse()

    # to the listeners

    def pump(self) -> None:
        """Read what is new and hand it on, until ``stop``."""
        while not self._stopping:
            if not self._news and not self._behind:
                self._wake.wait()
                self._wake = eventlet.event.Event()
            eventlet.sleep(GATHER_SECONDS)
            try:
                self._hand_on_news()
                self._catch_up()
            except (ServiceUnavailable, Rejected) as error:
                log.warning("streams wait for notification", why=type(error).__name__)
                eventlet.sleep(PAUSE_SECONDS)

    def _hand_on_news(self) -> None:
        while self._news and not self._stopping:
            batch = dict(list(self._news.items())[:MOST_AT_ONCE])
            items = self._notices(ids=[str(one) for one in batch])
            for one in batch:
                self._news.pop(one, None)
            self._deliver(items)

    def _deliver(self, items: Iterable[dict[str, t.Any]]) -> None:
        for item in items:
            one, text = UUID(item["id"]), orjson.dumps(item)
            for listener in tuple(self._by_person.get(UUID(item["person"]), ())):
                if listener.is_synced and listener.offer(one, text):
                    metrics.count("aidbus_stream_events_total")

    def _catch_up(self) -> None:
        """Some listeners at a time, so that news are not kept waiting by a thousand that come back at once."""
        while self._behind and not self._news and not self._stopping:
            some = [listener for listener, _ in zip(self._behind, range(MOST_CATCHING_UP), strict=False)]
            for _ in self._pool.imap(self._read_missed, some):
                pass

    def _read_missed(self, listener: Listener) -> None:
        """What a listener has not had. News that come meanwhile are its own: it is synced before they are handed on."""
        since, more = listener.cursor.floor, True
        while more:
            found = self._answer(person=str(listener.person), since=str(since))
            more = found["more"]
            for item in found["items"]:
                since = UUID(item["id"])
                if listener.resumes:
                    listener.offer(since, orjson.dumps(item))
                else:
                    listener.cursor.add(since)
        self._behind.pop(listener, None)
        listener.resumes = True
        listener.ready()

    def _notices(self, **params: t.Any) -> list[dict[str, t.Any]]:
        return t.cast(list[dict[str, t.Any]], self._answer(**params)["items"])

    def _answer(self, **params: t.Any) -> dict[str, t.Any]:
        return t.cast(dict[str, t.Any], self._ask("notification", "notification.notices", params, self._nobody))

    def _fall_behind(self, listeners: Iterable[Listener]) -> None:
        for listener in listeners:
            listener.is_synced = False
            self._behind[listener] = None
        self._rouse()

    def _rouse(self) -> None:
        if not self._wake.ready():
            self._wake.send()

    # keys

    def watch_keys(self) -> None:
        """Close the streams of keys that were revoked, until ``stop``."""
        while not self._stopping:
            eventlet.sleep(self.settings.stream_check_seconds)
            listeners = self.listeners
            try:
                with self.database.session() as session:
                    revoked = repository.revoked_of(session, {one.principal.key for one in listeners})
            except INTERRUPTED:
                continue
            for listener in listeners:
                if listener.principal.key in revoked:
                    listener.close("key-revoked")
