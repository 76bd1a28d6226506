"""The mailbox entrypoint: takes an organization's messages from the broker in micro-batches and acknowledges late.

Guarantees: a message is acknowledged only after its transaction committed. One batch of an organization is handled at
a time, organizations take turns, so one's flood does not starve another. While the database is away, messages stay
unacknowledged and are tried again. ``stop`` cancels, lets running batches finish, acknowledges, and only then closes.
New organizations are consumed without a restart. A mailbox that the broker cannot open (a quorum queue without a
leader) is left out and tried again on a connection of its own, so that it does not keep the others from their work.
Must not raise during kill.
"""

from __future__ import annotations

import collections
import contextlib
import math
import time
import typing as t
from dataclasses import dataclass, field

import amqp.exceptions
import eventlet
import structlog
from nameko.extensions import Entrypoint

from chassis import bus, failpoints, metrics, organizations
from chassis.database import INTERRUPTED
from chassis.errors import DatabaseAway
from chassis.topology import serves

log = structlog.get_logger("aidbus.mailbox")
PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)  # seconds between tries while broker or database is away
TOLD = 15.0  # seconds between looks for new organizations where notices tell of them at once
REST = 10.0  # seconds until a mailbox that the broker could not open is tried again


@dataclass
class Box:
    """One organization's mailbox in this process: what was taken from the broker and is not handled yet."""

    organization: str
    queue: str
    waiting: collections.deque[tuple[int, bytes]] = field(default_factory=collections.deque)
    is_ready: bool = False  # stands in the line for a worker
    is_running: bool = False
    failures: int = 0  # transactions that failed as a whole, one after the other


class Mailbox(Entrypoint):
    """nameko entrypoint: the decorated method gets a list of message bodies, and whose mailbox they lay in."""

    def __init__(self, handlers: t.Mapping[str, t.Any], **kwargs: t.Any) -> None:
        super().__init__(**kwargs)
        self.handlers = handlers
        self._boxes: dict[str, Box] = {}
        self._broken: set[str] = set()  # organizations whose mailbox the broker cannot open; each is watched
        self._ready: collections.deque[Box] = collections.deque()
        self._running = 0
        self._size = 0  # messages in a batch; found by trial, see _learn
        self._generation = 0
        self._failures = 0
        self._looked = -math.inf  # when new organizations were looked for
        self._stopping = False  # takes nothing new
        self._closing = False  # everything taken is handled: the consuming thread, which alone reads, may close
        self._connection: t.Any = None
        self._channel: t.Any = None
        self._declaring: t.Any = None
        self._ended = eventlet.event.Event()
        self._started = False

    def setup(self) -> None:
        from chassis.platform import platform_of

        self.platform = platform_of(self.container)
        self.settings = self.platform.settings

    def start(self) -> None:
        self._started = True
        self.container.spawn_managed_thread(self._run, identifier="mailbox")

    def stop(self) -> None:
        """Cancel, drain, acknowledge, close."""
        self._stopping = True
        if not self._started:
            return
        self._cancel_all()
        for box in self._boxes.values():
            box.waiting.clear()
        if self._running:
            failpoints.reach("consumer.during_stop")
        end = time.monotonic() + self.settings.stop_seconds
        while self._running and time.monotonic() < end:
            eventlet.sleep(0.01)
        self._closing = True
        with eventlet.Timeout(self.settings.refresh_seconds + 2, False):
            self._ended.wait()

    def kill(self) -> None:
        self._stopping = self._closing = True

    # the consuming thread

    def _run(self) -> None:
        while not self._stopping:
            try:
                self._connect()
                self._failures = 0
                self._consume_until_lost()
            except (*INTERRUPTED, *bus.LOST) as error:
                if not self._stopping:
                    log.warning("mailbox waits", service=self.platform.service, why=type(error).__name__)
            self._disconnect()
            if not self._stopping:
                eventlet.sleep(PAUSES[min(self._failures, len(PAUSES) - 1)])
                self._failures += 1
        if not self._ended.ready():
            self._ended.send()

    def _connect(self) -> None:
        self._generation += 1
        self._connection = bus.connect(self.settings.bus_url, self.settings.heartbeat)
        self._declaring = self._connection.channel()
        self.platform.topology.declare_base(self._declaring)
        self._channel = self._connection.channel()
        self._open_new()
        if not self._boxes and not self._broken:  # they may be yet to join; or the pattern is mistyped
            patterns = self.settings.organizations
            log.warning("no organization to serve yet", service=self.platform.service, organizations=patterns)

    def _consume_until_lost(self) -> None:
        pulse = bus.Pulse(self._connection)
        self._looked = time.monotonic()
        while not self._closing:
            bus.drain(self._connection, min(self.settings.refresh_seconds, 1))
            pulse.beat()
            if self._stopping:
                continue
            if self._must_look():
                self._looked = time.monotonic()
                self._open_new()

    def _must_look(self) -> bool:
        """Whether it is time to look for new organizations."""
        seldom = TOLD if self.platform.listener.is_listening else 0
        return self.platform.may_have_new_organizations() or (
            time.monotonic() >= self._looked + max(self.settings.refresh_seconds, seldom)
        )

    def _open_new(self) -> None:
        """Open the mailboxes of organizations that this process serves and does not consume yet."""
        with self.platform.database.session() as session:
            known = organizations.codes(session)
        here = self._boxes.keys() | self._broken
        new = [code for code in known if code not in here and serves(self.settings.organizations, code)]
        if not new:
            return
        share = self.settings.process_prefetch // (len(self._boxes) + len(new))
        for code in new:
            try:
                self._open(code, max(2, min(self.settings.prefetch, share)))
            except amqp.exceptions.InternalError:
                self._leave_out(code)
                raise  # the broker has closed the connection with it
        metrics.gauge("aidbus_mailboxes", len(self._boxes), service=self.platform.service)
        log.info("mailboxes open", service=self.platform.service, new=len(new), all=len(self._boxes))

    def _open(self, code: str, prefetch: int) -> None:
        queue = self.platform.topology.declare_mailbox(self._declaring, self.platform.service, code)
        box = self._boxes[code] = Box(code, queue)
        self._channel.basic_qos(0, prefetch, False)
        self._channel.basic_consume(queue, consumer_tag=self._tag(box), callback=self._receiver(box))

    def _leave_out(self, code: str) -> None:
        self._broken.add(code)
        metrics.gauge("aidbus_mailboxes_broken", len(self._broken), service=self.platform.service)
        self.container.spawn_managed_thread(lambda: self._watch(code), identifier="mailbox-watch")
        todo = "see its state with rabbitmq-queues quorum_status; it is tried again by itself"
        log.error("the broker cannot open a mailbox", service=self.platform.service, organization=code, todo=todo)

    def _watch(self, code: str) -> None:
        """Ask for a mailbox that the broker could not open until it answers; then the consuming thread opens it."""
        while not self._stopping:
            eventlet.sleep(REST)
            try:
                self._ask(code)
            except bus.LOST:
                continue
            self._broken.discard(code)
            self._looked = -math.inf
            metrics.gauge("aidbus_mailboxes_broken", len(self._broken), service=self.platform.service)
            return

    def _ask(self, code: str) -> None:
        """Take one message on a connection of its own, where nobody else is held up; what it took goes back."""
        connection = None
        try:
            connection = bus.connect(self.settings.bus_url)
            channel = connection.channel()
            channel.basic_get(self.platform.topology.declare_mailbox(channel, self.platform.service, code))
        finally:
            bus.close_quietly(connection)

    def _receiver(self, box: Box) -> t.Callable[[t.Any], None]:
        generation = self._generation

        def receive(message: t.Any) -> None:
            if generation != self._generation or self._stopping:
                return
            body = message.body
            box.waiting.append((message.delivery_tag, body.encode() if isinstance(body, str) else bytes(body)))
            self._line_up(box)

        return receive

    # workers

    def _line_up(self, box: Box) -> None:
        is_lost = self._boxes.get(box.organization) is not box  # with its connection: its messages come again
        if box.waiting and not is_lost and not box.is_ready and not box.is_running:
            box.is_ready = True
            self._ready.append(box)
        self._dispatch()

    def _dispatch(self) -> None:
        """Start workers for the organizations that wait, in turn."""
        while self._ready and self._running < self.settings.concurrency and not self._stopping:
            box = self._ready.popleft()
            box.is_ready = False
            if not box.waiting:
                continue
            box.is_running = True
            self._running += 1
            size = self._size or self.settings.batch_size
            batch = [box.waiting.popleft() for _ in range(min(size, len(box.waiting)))]
            self._spawn(box, batch)

    def _spawn(self, box: Box, batch: list[tuple[int, bytes]]) -> None:
        generation, began = self._generation, time.perf_counter()

        def finished(_context: t.Any, _result: t.Any, exc_info: t.Any) -> tuple[None, None]:
            self._running -= 1
            box.is_running = False
            if exc_info is None:
                box.failures = 0
                # batches beside it took their share of the time
                self._learn(len(batch), (time.perf_counter() - began) / (self._running + 1))
                self._acknowledge(generation, batch)
                self._line_up(box)
            else:
                self._try_again(generation, box, batch, exc_info[1])
            return None, None

        self.container.spawn_worker(self, ([body for _, body in batch], box.organization), {}, handle_result=finished)

    def _learn(self, count: int, seconds: float) -> None:
        """Keep batches about as long as the settings say: grow in steps, halve when one took far too long."""
        most, wanted = self.settings.batch_size, self.settings.batch_milliseconds / 1000
        size = self._size or most
        if seconds > 2 * wanted and count >= size:
            size = size // 2
        elif count >= size and seconds < wanted:
            size += 2
        self._size = max(min(5, most), min(size, most))
        metrics.observe("aidbus_batch_seconds", seconds, service=self.platform.service)

    def _acknowledge(self, generation: int, batch: list[tuple[int, bytes]]) -> None:
        if generation != self._generation or self._channel is None:
            return  # the broker delivers them again; the inbox knows them
        with contextlib.suppress(*bus.LOST, AttributeError), bus.corked(self._connection):
            for tag, _ in batch:
                self._channel.basic_ack(tag)

    def _try_again(self, generation: int, box: Box, batch: list[tuple[int, bytes]], error: BaseException) -> None:
        """The transaction failed as a whole: keep the messages unacknowledged and handle them after a pause."""
        if not isinstance(error, DatabaseAway):
            log.error("batch failed", service=self.platform.service, organization=box.organization, exc_info=error)
        if generation == self._generation and not self._stopping:
            box.waiting.extendleft(reversed(batch))
            pause = PAUSES[min(box.failures, len(PAUSES) - 1)]
            box.failures += 1
            self.container.spawn_managed_thread(lambda: self._resume(box, pause), identifier="mailbox-resume")
        self._dispatch()  # the others go on meanwhile

    def _resume(self, box: Box, pause: float) -> None:
        eventlet.sleep(pause)
        if not self._stopping:
            self._line_up(box)

    def _cancel_all(self) -> None:
        channel = self._channel
        if channel is None:
            return
        with contextlib.suppress(*bus.LOST, AttributeError):
            for box in list(self._boxes.values()):
                channel.basic_cancel(self._tag(box), nowait=True)

    def _disconnect(self) -> None:
        self._generation += 1
        self._boxes.clear()
        self._ready.clear()
        connection, self._connection, self._channel = self._connection, None, None
        bus.close_quietly(connection)

    def _tag(self, box: Box) -> str:
        return f"{box.queue}/{self.platform.process_id}"


mailbox = Mailbox.decorator
