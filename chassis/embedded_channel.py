"""The embedded bus, client side: ``amqp.Channel`` on a broker in the same process.

Guarantee: a channel here behaves as py-amqp's does against RabbitMQ, method by method, so that no caller has a branch:
a channel error takes the channel's consumers with it, and an error of ``basic_publish`` or ``basic_ack`` shows in the
next ``drain_events``. The suite in tests/conformance/bus holds for both.
"""

from __future__ import annotations

import contextlib
import functools
import time
import typing as t
import uuid
from collections import defaultdict

import amqp
from amqp import spec
from amqp.exceptions import (
    AMQPNotImplementedError,
    ChannelError,
    ConnectionError,
    InvalidCommand,
    NotAllowed,
    PreconditionFailed,
    RecoverableConnectionError,
)
from amqp.protocol import queue_declare_ok_t
from kombu.transport import base, pyamqp

from chassis.embedded_broker import Broker, Consumer, Entry, Letter
from chassis.embedded_events import Cancelled, Confirm, Delivery, Event, Failed, Returned
from chassis.embedded_routing import INDEXES


class Link(t.Protocol):
    """The connection, as its channels see it; its methods run under the broker's lock."""

    broker: Broker
    channels: dict[int, Channel]
    confirm_publish: bool
    confirm_when_handled: bool

    def push(self, event: Event) -> None:
        """Put an event into the inbox and wake whoever drains it."""

    def withdraw(self, unwanted: t.Callable[[Event], bool]) -> list[Event]:
        """Take events out of the inbox that nobody has seen."""

    def shut(self) -> None:
        """End the connection and all its channels."""


class Channel(base.StdChannel):
    """The part of ``amqp.Channel`` that the platform and kombu use; signatures, results and errors are py-amqp's."""

    Message = pyamqp.Message

    def __init__(self, connection: Link, channel_id: int) -> None:
        self.connection: Link | None = connection
        self.channel_id = channel_id
        self.is_open = True
        self.auto_decode = True
        self.callbacks: dict[str, t.Callable[[amqp.Message], object] | None] = {}
        self.cancel_callbacks: dict[str, t.Callable[[str], object]] = {}
        self.events: defaultdict[str, set[t.Callable[..., object]]] = defaultdict(set)
        self.no_ack_consumers: set[str] = set()  # type: ignore[assignment]
        self._broker = connection.broker
        self._queue = ""
        self._reset()

    def _reset(self) -> None:
        self._consumers: dict[str, Consumer] = {}
        self.unacked: dict[int, Delivery] = {}
        self.fault: Failed | None = None
        self._prefetch = 0
        self._delivered = 0
        self._published = 0
        self._confirming = False
        self._opened = object()  # changes whenever the channel begins anew

    # -- exchanges and queues

    def exchange_declare(
        self,
        exchange: str,
        type: str,
        passive: bool = False,
        durable: bool = False,
        auto_delete: bool = True,
        nowait: bool = False,
        arguments: t.Mapping[str, t.Any] | None = None,
    ) -> None:
        with self._method(spec.Exchange.Declare):
            if passive:
                self._broker.exchange(exchange)
                return
            if type not in INDEXES:
                raise InvalidCommand(f"COMMAND_INVALID - unknown exchange type '{type}'")
            self._broker.declare_exchange(
                exchange, type, durable=durable, auto_delete=auto_delete, arguments=arguments or {}
            )

    def exchange_delete(self, exchange: str, if_unused: bool = False, nowait: bool = False) -> None:
        with self._method(spec.Exchange.Delete):
            self._broker.delete_exchange(exchange, if_unused=if_unused)

    def queue_declare(
        self,
        queue: str = "",
        passive: bool = False,
        durable: bool = False,
        exclusive: bool = False,
        auto_delete: bool = True,
        nowait: bool = False,
        arguments: t.Mapping[str, t.Any] | None = None,
    ) -> queue_declare_ok_t | None:
        with self._method(spec.Queue.Declare) as connection:
            if passive:
                found = self._broker.queue(queue or self._queue, connection)
            else:
                found = self._broker.declare_queue(
                    queue,
                    connection,
                    durable=durable,
                    exclusive=exclusive,
                    auto_delete=auto_delete,
                    arguments=arguments or {},
                )
            self._queue = found.name
            return None if nowait else queue_declare_ok_t(found.name, found.count(), len(found.consumers))

    def queue_bind(
        self,
        queue: str,
        exchange: str = "",
        routing_key: str = "",
        nowait: bool = False,
        arguments: t.Mapping[str, t.Any] | None = None,
    ) -> None:
        with self._method(spec.Queue.Bind) as connection:
            self._broker.bind(self._broker.queue(queue or self._queue, connection), exchange, routing_key)

    def queue_unbind(
        self,
        queue: str,
        exchange: str,
        routing_key: str = "",
        nowait: bool = False,
        arguments: t.Mapping[str, t.Any] | None = None,
    ) -> None:
        with self._method(spec.Queue.Unbind) as connection:
            if self._broker.has_queue(queue or self._queue):
                self._broker.unbind(self._broker.queue(queue or self._queue, connection), exchange, routing_key)

    def queue_purge(self, queue: str = "", nowait: bool = False) -> int | None:
        with self._method(spec.Queue.Purge) as connection:
            count = self._broker.queue(queue or self._queue, connection).purge()
            return None if nowait else count

    def queue_delete(
        self, queue: str = "", if_unused: bool = False, if_empty: bool = False, nowait: bool = False
    ) -> int | None:
        with self._method(spec.Queue.Delete) as connection:
            name = queue or self._queue
            if not self._broker.has_queue(name):
                return None if nowait else 0
            found = self._broker.queue(name, connection)
            if if_unused and found.consumers:
                raise PreconditionFailed(f"PRECONDITION_FAILED - queue '{name}' in use")
            if if_empty and found.count():
                raise PreconditionFailed(f"PRECONDITION_FAILED - queue '{name}' not empty")
            count = self._broker.delete_queue(found)
            return None if nowait else count

    # -- consuming

    def basic_qos(self, prefetch_size: int, prefetch_count: int, a_global: bool) -> None:
        """Limit the unacknowledged messages of every consumer that starts on this channel from now on."""
        with self._method(spec.Basic.Qos):
            if prefetch_size or a_global:
                # Quorum queues refuse both, and mailboxes are quorum queues.
                raise AMQPNotImplementedError("NOT_IMPLEMENTED - prefetch is a count of messages, per consumer")
            self._prefetch = prefetch_count

    def basic_consume(
        self,
        queue: str = "",
        consumer_tag: str = "",
        no_local: bool = False,
        no_ack: bool = False,
        exclusive: bool = False,
        nowait: bool = False,
        callback: t.Callable[[amqp.Message], object] | None = None,
        arguments: t.Mapping[str, t.Any] | None = None,
        on_cancel: t.Callable[[str], object] | None = None,
    ) -> str:
        if nowait and not consumer_tag:
            raise ValueError("Consumer tag must be specified when nowait is True")
        with self._method(spec.Basic.Consume) as connection:
            found = self._broker.queue(queue or self._queue, connection)
            tag = consumer_tag or f"amq.ctag-{uuid.uuid4().hex}"
            if tag in self._consumers:
                raise NotAllowed(f"NOT_ALLOWED - attempt to reuse consumer tag '{tag}'")
            consumer = Consumer(self, found, tag, no_ack=no_ack, exclusive=exclusive, prefetch=self._prefetch)
            self._broker.subscribe(consumer)
            self._consumers[tag] = consumer
            self.callbacks[tag] = callback
            if on_cancel is not None:
                self.cancel_callbacks[tag] = on_cancel
            if no_ack:
                self.no_ack_consumers.add(tag)
            found.pump(time.monotonic())
        return tag

    def basic_cancel(self, consumer_tag: str, nowait: bool = False) -> None:
        """End a consumer. What its callback has not seen yet goes back to the queue; what it has, stays to be acked."""
        if self.connection is None:
            return
        with self._method(spec.Basic.Cancel) as connection:
            consumer = self._consumers.pop(consumer_tag, None)
            self.remove_tag(consumer_tag)
            if consumer is not None:
                unseen = connection.withdraw(lambda event: isinstance(event, Delivery) and event.consumer is consumer)
                deliveries = [event for event in unseen if isinstance(event, Delivery)]
                for delivery in deliveries:
                    self.unacked.pop(delivery.tag, None)
                self._broker.release([consumer], [delivery.entry for delivery in deliveries])

    def basic_get(self, queue: str = "", no_ack: bool = False) -> amqp.Message | None:
        with self._method(spec.Basic.Get) as connection:
            found = self._broker.queue(queue or self._queue, connection)
            entry = found.take(time.monotonic())
            if entry is None:
                return None
            delivery = self._hold(None, entry, no_ack)
            if no_ack:
                entry.letter.leave()
            left = found.count()
        return delivery.message(message_count=left)

    def basic_ack(self, delivery_tag: int, multiple: bool = False) -> None:
        self._settle(delivery_tag, multiple=multiple, requeue=False)

    def basic_reject(self, delivery_tag: int, requeue: bool) -> None:
        self._settle(delivery_tag, multiple=False, requeue=requeue)

    def _settle(self, tag: int, *, multiple: bool, requeue: bool) -> None:
        with self._broker.lock:
            self._open_connection()
            if self.fault is not None:
                return
            if multiple:
                tags = [held for held in self.unacked if not tag or held <= tag]
            else:
                tags = [tag] if tag in self.unacked else []
            if not tags and not (multiple and not tag):
                self._fail(PreconditionFailed(f"PRECONDITION_FAILED - unknown delivery tag {tag}", spec.Basic.Ack))
            deliveries = [self.unacked.pop(held) for held in tags]
            for delivery in deliveries:
                if delivery.consumer is not None:
                    delivery.consumer.unacked -= 1
                if requeue:
                    delivery.entry.redelivered = True
                    self._broker.put_back(delivery.entry)
                else:
                    delivery.entry.letter.leave()
            now = time.monotonic()
            for queue in {delivery.entry.queue: None for delivery in deliveries}:
                queue.pump(now)

    # -- publishing

    def basic_publish(
        self,
        msg: amqp.Message,
        exchange: str = "",
        routing_key: str = "",
        mandatory: bool = False,
        immediate: bool = False,
        timeout: float | None = None,
        confirm_timeout: float | None = None,
    ) -> None:
        """Route a message. Confirms, returns and errors come through ``drain_events``, except on a connection with
        ``confirm_publish``, where they are called or raised here.
        """
        if immediate:
            raise AMQPNotImplementedError("NOT_IMPLEMENTED - immediate=true", spec.Basic.Publish)
        letter = Letter(msg, exchange, routing_key)
        with self._broker.lock:
            connection = self._open_connection()
            at_once = connection.confirm_publish
            self._confirming = self._confirming or at_once
            answers = self._route(letter, mandatory)
            if not at_once:
                for answer in answers:
                    connection.push(answer)
        if at_once:
            for answer in answers:
                answer.dispatch()

    def confirm_select(self, nowait: bool = False) -> None:
        with self._method(spec.Confirm.Select):
            self._confirming = True

    def _route(self, letter: Letter, mandatory: bool) -> list[Event]:
        if self.fault is not None:
            return []  # the broker has closed the channel and listens no more
        try:
            routed = self._broker.publish(letter)
        except ChannelError as error:
            self._drop()
            self.fault = Failed(self, type(error)(error.reply_text, spec.Basic.Publish, reply_code=error.reply_code))
            return [self.fault]
        answers: list[Event] = [] if routed or not mandatory else [Returned(self, letter)]
        if self._confirming:
            self._published += 1
            confirm = Confirm(self, self._published, alone=self._open_connection().confirm_when_handled)
            if confirm.alone and letter.open:
                letter.on_handled = functools.partial(self._confirm_later, confirm, self._opened)
            else:
                answers.append(confirm)
        return answers

    def _confirm_later(self, confirm: Confirm, since: object) -> None:
        # After a channel error tags begin again at 1: an old confirm must not settle a new message.
        if self.connection is not None and since is self._opened:
            self.connection.push(confirm)

    # -- kombu's level

    def prepare_message(
        self,
        body: bytes | str,
        priority: int | None = None,
        content_type: str | None = None,
        content_encoding: str | None = None,
        headers: t.Mapping[str, t.Any] | None = None,
        properties: t.Mapping[str, t.Any] | None = None,
    ) -> amqp.Message:
        return amqp.Message(
            body,
            priority=priority,
            content_type=content_type,
            content_encoding=content_encoding,
            application_headers=headers,
            **properties or {},
        )

    def message_to_python(self, raw_message: amqp.Message) -> pyamqp.Message:
        return self.Message(raw_message, channel=self)

    def prepare_queue_arguments(self, arguments: t.Any, **kwargs: t.Any) -> t.Any:
        return base.to_rabbitmq_queue_arguments(arguments, **kwargs)

    # -- life and death

    def close(self, *_: t.Any) -> None:
        """Return what is unacknowledged to the front of its queues, in order and marked as redelivered."""
        with self._broker.lock:
            if self.connection is not None:
                self._drop()
                self.shut()

    def receive(self, consumer: Consumer, entry: Entry) -> None:
        """See Receiver; the broker calls it under its lock."""
        self._open_connection().push(self._hold(consumer, entry, consumer.no_ack))

    def lose(self, consumer: Consumer) -> None:
        """See Receiver; the broker calls it under its lock."""
        if self._consumers.pop(consumer.tag, None) is not None:
            self._open_connection().push(Cancelled(self, consumer.tag))

    def _hold(self, consumer: Consumer | None, entry: Entry, no_ack: bool) -> Delivery:
        self._delivered += 1
        delivery = Delivery(self, consumer, entry, self._delivered)
        if not no_ack:
            self.unacked[delivery.tag] = delivery
        return delivery

    def unpack(self, letter: Letter) -> amqp.Message:
        message = letter.unpack()
        if self.auto_decode and "content_encoding" in message.properties:
            with contextlib.suppress(Exception):  # as py-amqp: what cannot be decoded stays bytes
                message.body = message.body.decode(message.properties["content_encoding"])
        return message

    def _open_connection(self) -> Link:
        if self.connection is None:
            raise RecoverableConnectionError("connection already closed")
        return self.connection

    @contextlib.contextmanager
    def _method(self, signature: tuple[int, int]) -> t.Iterator[Link]:
        """One synchronous method. A channel error empties the channel, a connection error closes the connection."""
        with self._broker.lock:
            connection = self._open_connection()
            try:
                if self.fault is not None:
                    connection.withdraw(lambda event: event is self.fault)
                    fault, self.fault = self.fault, None
                    raise fault.error
                yield connection
            except ChannelError as error:
                self._drop()
                raise type(error)(
                    error.reply_text, error.method_sig or signature, reply_code=error.reply_code
                ) from None
            except ConnectionError as error:
                connection.shut()
                raise type(error)(error.reply_text, signature, reply_code=error.reply_code) from None

    def _fail(self, error: ChannelError) -> None:
        self._drop()
        self.fault = Failed(self, error)
        self._open_connection().push(self.fault)

    def _drop(self) -> None:
        """Give everything back: what the broker does when a channel closes, for whatever reason."""
        self._open_connection().withdraw(lambda event: event.channel is self)
        self._broker.release(*self.surrender())

    def surrender(self) -> tuple[list[Consumer], list[Entry]]:
        """Let go of the consumers and of what is unacknowledged, marked as redelivered."""
        consumers, entries = list(self._consumers.values()), [delivery.entry for delivery in self.unacked.values()]
        self._reset()
        for entry in entries:
            entry.redelivered = True
        return consumers, entries

    def shut(self) -> None:
        """Become unusable, as a closed channel is."""
        connection = self._open_connection()
        connection.channels.pop(self.channel_id, None)
        self.is_open = False
        self.connection = None
        for collection in (self.callbacks, self.cancel_callbacks, self.events, self.no_ack_consumers):
            collection.clear()

    def remove_tag(self, consumer_tag: str) -> t.Callable[[str], object] | None:
        self.no_ack_consumers.discard(consumer_tag)
        self.callbacks.pop(consumer_tag, None)
        return self.cancel_callbacks.pop(consumer_tag, None)
