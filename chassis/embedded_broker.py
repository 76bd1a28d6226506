"""The broker of the embedded bus: exchanges, queues and consumers of one process, in memory.

Guarantee: a message that was routed lies in its queue or is held by one consumer until it is acknowledged, and comes
back to its old place when its consumer goes. Nothing outlives the process: the outbox sends again what was not handled.

Every method here runs under ``Broker.lock``, which the caller holds; nothing here blocks, logs or calls a handler.
"""

from __future__ import annotations

import threading
import time
import typing as t
import uuid
from collections import deque

from amqp.basic_message import Message
from amqp.exceptions import AccessRefused, NotFound, PreconditionFailed, ResourceLocked

from chassis.embedded_routing import INDEXES

TYPE_ARGUMENT = "x-queue-type"
ALTERNATE_ARGUMENT = "alternate-exchange"


class Letter:
    """What was published, as it would lie on the wire: every receiver unpacks a copy of its own."""

    __slots__ = ("body", "exchange", "lifetime", "on_handled", "open", "properties", "routing_key")

    def __init__(self, message: Message, exchange: str, routing_key: str) -> None:
        """Pack ``message``; raises what py-amqp raises when a property or header cannot travel."""
        body = message.body
        if isinstance(body, str):
            body = body.encode(message.properties.setdefault("content_encoding", "utf-8"))
        self.body = bytes(body)
        self.properties: bytes = message._serialize_properties()
        self.exchange = exchange
        self.routing_key = routing_key
        self.lifetime: str | None = message.properties.get("expiration")
        self.open = 0  # places that are not done with the letter: queues, and consumers that hold it
        self.on_handled: t.Callable[[], None] | None = None

    def leave(self) -> None:
        """One place is done with the letter; the last one says that it was handled."""
        self.open -= 1
        if not self.open and self.on_handled is not None:
            self.on_handled()

    def unpack(self) -> Message:
        """A fresh message with the body as bytes."""
        message = Message(self.body)
        message._load_properties(Message.CLASS_ID, self.properties, 0)
        return message

    def seconds(self) -> float | None:
        """How long the letter may wait in a queue; PreconditionFailed unless it is a number of milliseconds."""
        if self.lifetime is None:
            return None
        if not self.lifetime.isdecimal():
            raise PreconditionFailed(f"PRECONDITION_FAILED - invalid expiration '{self.lifetime}'")
        return int(self.lifetime) / 1000


class Entry:
    """A letter's place in one queue."""

    __slots__ = ("expires", "letter", "position", "queue", "redelivered")

    def __init__(self, queue: Queue, position: int, letter: Letter, expires: float | None) -> None:
        self.queue = queue
        self.position = position
        self.letter = letter
        self.expires = expires
        self.redelivered = False


class Receiver(t.Protocol):
    """The channel, as its consumers' broker sees it."""

    def receive(self, consumer: Consumer, entry: Entry) -> None:
        """Put a delivery into the connection's inbox."""

    def lose(self, consumer: Consumer) -> None:
        """The queue is gone, and the consumer with it."""


class Consumer:
    """One subscription to one queue with a prefetch limit of its own (0: none)."""

    __slots__ = ("exclusive", "no_ack", "prefetch", "queue", "receiver", "tag", "unacked")

    def __init__(
        self, receiver: Receiver, queue: Queue, tag: str, *, no_ack: bool, exclusive: bool, prefetch: int
    ) -> None:
        self.receiver = receiver
        self.queue = queue
        self.tag = tag
        self.no_ack = no_ack
        self.exclusive = exclusive
        self.prefetch = prefetch
        self.unacked = 0

    def has_room(self) -> bool:
        return self.no_ack or not self.prefetch or self.unacked < self.prefetch


class Queue:
    """Letters in order, and the consumers that take turns at them."""

    def __init__(self, name: str, owner: object | None, *, durable: bool, auto_delete: bool, kind: str) -> None:
        self.name = name
        self.owner = owner
        self.durable = durable
        self.auto_delete = auto_delete
        self.kind = kind
        self.consumers: deque[Consumer] = deque()
        self.bindings: set[tuple[Exchange, str]] = set()
        self._ready: deque[Entry] = deque()
        self._count = 0

    def put(self, letter: Letter, lifetime: float | None, now: float) -> None:
        """Add at the end, and hand over at once if a consumer has room."""
        self._count += 1
        letter.open += 1
        self._ready.append(Entry(self, self._count, letter, None if lifetime is None else now + lifetime))
        self.pump(now)

    def put_back(self, entry: Entry) -> None:
        """Return an entry to the place that it had, which is nearly always the front."""
        earlier = []
        while self._ready and self._ready[0].position < entry.position:
            earlier.append(self._ready.popleft())
        self._ready.appendleft(entry)
        self._ready.extendleft(reversed(earlier))

    def take(self, now: float) -> Entry | None:
        """The first entry that has not expired."""
        self._drop_expired(now)
        return self._ready.popleft() if self._ready else None

    def pump(self, now: float) -> None:
        """Hand over what waits, in turn, to the consumers that have room."""
        while self._ready and self.consumers:
            consumer = self._next_consumer()
            if consumer is None:
                return
            entry = self.take(now)
            if entry is None:
                return
            if not consumer.no_ack:
                consumer.unacked += 1
            consumer.receiver.receive(consumer, entry)
            if consumer.no_ack:
                entry.letter.leave()

    def count(self) -> int:
        """Letters that wait; those that consumers hold are not among them."""
        self._drop_expired(time.monotonic())
        return len(self._ready)

    def purge(self) -> int:
        count = self.count()
        while self._ready:
            self._ready.popleft().letter.leave()
        return count

    def _next_consumer(self) -> Consumer | None:
        for _ in range(len(self.consumers)):
            consumer = self.consumers[0]
            self.consumers.rotate(-1)
            if consumer.has_room():
                return consumer
        return None

    def _drop_expired(self, now: float) -> None:
        # Only at the head, as RabbitMQ does. "Later than" lets a lifetime of 0 reach a consumer that is ready.
        while self._ready and (expires := self._ready[0].expires) is not None and now > expires:
            self._ready.popleft().letter.leave()


class Exchange:
    """A name that messages are published to, with the bindings that lead on from it."""

    def __init__(self, name: str, kind: str, *, durable: bool, auto_delete: bool, alternate: str | None) -> None:
        self.name = name
        self.kind = kind
        self.durable = durable
        self.auto_delete = auto_delete
        self.alternate = alternate
        self.index = INDEXES[kind]()
        self.bindings: set[tuple[str, Queue]] = set()

    def bind(self, key: str, queue: Queue) -> None:
        self.bindings.add((key, queue))
        queue.bindings.add((self, key))
        self.index.add(key, queue)

    def unbind(self, key: str, queue: Queue) -> None:
        self.bindings.discard((key, queue))
        queue.bindings.discard((self, key))
        self.index.remove(key, queue)


class Broker:
    """All exchanges and queues of one name. ``link`` below stands for the connection that asks."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lock = threading.Lock()
        self.links: set[t.Any] = set()
        self._queues: dict[str, Queue] = {}
        self._exchanges = {
            f"amq.{kind}": Exchange(f"amq.{kind}", kind, durable=True, auto_delete=False, alternate=None)
            for kind in INDEXES
        }

    def publish(self, letter: Letter) -> bool:
        """Put the letter into every queue that it is routed to; False if there is none, NotFound without exchange."""
        queues = self._route(letter)
        lifetime = letter.seconds()
        now = time.monotonic()
        for queue in queues:
            queue.put(letter, lifetime, now)
        return bool(queues)

    def _route(self, letter: Letter) -> t.Collection[Queue]:
        if not letter.exchange:
            queue = self._queues.get(letter.routing_key)
            return [queue] if queue else []
        exchange: Exchange | None = self.exchange(letter.exchange)
        tried = set()
        while exchange is not None and exchange not in tried:
            if queues := exchange.index.match(letter.routing_key):
                return queues
            tried.add(exchange)
            exchange = self._exchanges.get(exchange.alternate or "")
        return []

    def exchange(self, name: str) -> Exchange:
        """The exchange of that name, or NotFound."""
        try:
            return self._exchanges[name]
        except KeyError:
            raise NotFound(f"NOT_FOUND - no exchange '{name}'") from None

    def declare_exchange(
        self, name: str, kind: str, *, durable: bool, auto_delete: bool, arguments: t.Mapping[str, t.Any]
    ) -> None:
        """Create the exchange; PreconditionFailed if it exists and differs."""
        alternate = arguments.get(ALTERNATE_ARGUMENT)
        if name in self._exchanges:
            exchange = self._exchanges[name]
            _same("exchange", name, "type", exchange.kind, kind)
            _same("exchange", name, "durable", exchange.durable, durable)
            _same("exchange", name, "auto_delete", exchange.auto_delete, auto_delete)
            _same("exchange", name, ALTERNATE_ARGUMENT, exchange.alternate, alternate)
            return
        if not name or name.startswith("amq."):
            raise AccessRefused(f"ACCESS_REFUSED - exchange name '{name}' is reserved")
        self._exchanges[name] = Exchange(name, kind, durable=durable, auto_delete=auto_delete, alternate=alternate)

    def delete_exchange(self, name: str, *, if_unused: bool) -> None:
        """Delete the exchange if it exists; PreconditionFailed if it must be unused and is not."""
        exchange = self._exchanges.get(name)
        if exchange is None:
            return
        if if_unused and exchange.bindings:
            raise PreconditionFailed(f"PRECONDITION_FAILED - exchange '{name}' in use")
        del self._exchanges[name]
        for _, queue in exchange.bindings:
            queue.bindings = {(other, key) for other, key in queue.bindings if other is not exchange}

    def queue(self, name: str, link: object) -> Queue:
        """The queue of that name; NotFound, or ResourceLocked if another connection has it for itself."""
        queue = self._queues.get(name)
        if queue is None:
            raise NotFound(f"NOT_FOUND - no queue '{name}'")
        if queue.owner is not None and queue.owner is not link:
            raise ResourceLocked(f"RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '{name}'")
        return queue

    def declare_queue(
        self,
        name: str,
        link: object,
        *,
        durable: bool,
        exclusive: bool,
        auto_delete: bool,
        arguments: t.Mapping[str, t.Any],
    ) -> Queue:
        """Create the queue; PreconditionFailed if it exists and differs. The type is kept only to compare it."""
        name = name or f"amq.gen-{uuid.uuid4().hex}"
        kind = arguments.get(TYPE_ARGUMENT, "classic")
        if name in self._queues:
            queue = self.queue(name, link)
            _same("queue", name, "durable", queue.durable, durable)
            _same("queue", name, "auto_delete", queue.auto_delete, auto_delete)
            _same("queue", name, TYPE_ARGUMENT, queue.kind, kind)
            if exclusive and queue.owner is None:
                raise ResourceLocked(f"RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '{name}'")
            return queue
        owner = link if exclusive else None
        queue = self._queues[name] = Queue(name, owner, durable=durable, auto_delete=auto_delete, kind=kind)
        return queue

    def bind(self, queue: Queue, exchange: str, key: str) -> None:
        """Lead the exchange's messages with that key or pattern to the queue; binding twice changes nothing."""
        if not exchange:
            raise AccessRefused("ACCESS_REFUSED - operation not permitted on the default exchange")
        self.exchange(exchange).bind(key, queue)

    def unbind(self, queue: Queue, exchange: str, key: str) -> None:
        """Take a binding away if it is there; an exchange that deletes itself goes with its last one."""
        found = self._exchanges.get(exchange)
        if found is None or (found, key) not in queue.bindings:
            return
        found.unbind(key, queue)
        if found.auto_delete and not found.bindings:
            del self._exchanges[exchange]

    def delete_queue(self, queue: Queue) -> int:
        """Delete the queue, its bindings and its letters, and tell its consumers; returns how many letters waited."""
        if self._queues.get(queue.name) is not queue:
            return 0
        del self._queues[queue.name]
        for exchange, key in list(queue.bindings):
            self.unbind(queue, exchange.name, key)
        while queue.consumers:
            consumer = queue.consumers.popleft()
            consumer.receiver.lose(consumer)
        return queue.purge()

    def has_queue(self, name: str) -> bool:
        return name in self._queues

    def subscribe(self, consumer: Consumer) -> None:
        """Add a consumer to its queue; AccessRefused if it, or the one that is there, wants to be alone."""
        others = consumer.queue.consumers
        if others and (consumer.exclusive or others[0].exclusive):
            raise AccessRefused(f"ACCESS_REFUSED - queue '{consumer.queue.name}' in exclusive use")
        others.append(consumer)

    def release(self, consumers: t.Iterable[Consumer], entries: t.Iterable[Entry]) -> None:
        """Take consumers away and put back what they held; then hand it to the consumers that remain."""
        consumers, entries = list(consumers), list(entries)
        for consumer in consumers:
            if consumer in consumer.queue.consumers:
                consumer.queue.consumers.remove(consumer)
        for entry in entries:
            self.put_back(entry)
        left = {consumer.queue: None for consumer in consumers}
        for queue in left:
            if queue.auto_delete and not queue.consumers:
                self.delete_queue(queue)
        now = time.monotonic()
        for queue in left | {entry.queue: None for entry in entries}:
            queue.pump(now)

    def put_back(self, entry: Entry) -> None:
        """Return an entry to its queue, or let it go with a queue that is no more."""
        if self._queues.get(entry.queue.name) is entry.queue:
            entry.queue.put_back(entry)
        else:
            entry.letter.leave()

    def disown(self, link: object) -> None:
        """Delete the queues that a connection had for itself."""
        for queue in [queue for queue in self._queues.values() if queue.owner is link]:
            self.delete_queue(queue)


def _same(what: str, name: str, argument: str, current: object, received: object) -> None:
    if current != received:
        raise PreconditionFailed(
            f"PRECONDITION_FAILED - inequivalent arg '{argument}' for {what} '{name}': "
            f"received {received!r} but current is {current!r}"
        )
