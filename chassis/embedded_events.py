"""The embedded bus, inbox: what a connection's ``drain_events`` finds there, and what each find calls."""

from __future__ import annotations

import typing as t

from amqp import spec
from amqp.basic_message import Message
from amqp.exceptions import ChannelError, ConsumerCancelled, error_for_code

from chassis.embedded_broker import Consumer, Entry, Letter

if t.TYPE_CHECKING:
    from chassis.embedded_channel import Channel


class Event:
    """What waits in a connection's inbox until ``drain_events`` takes it."""

    __slots__ = ("channel",)

    def __init__(self, channel: Channel) -> None:
        self.channel = channel

    def dispatch(self) -> None:
        """Call, outside the broker's lock, what the event is for."""

    def absorb(self, later: Event) -> bool:
        """Speak for a later event of the same channel too, if that is possible."""
        return False


class Delivery(Event):
    """A message for a consumer, or one that ``basic_get`` took; kept by the channel until it is settled."""

    __slots__ = ("consumer", "entry", "tag")

    def __init__(self, channel: Channel, consumer: Consumer | None, entry: Entry, tag: int) -> None:
        super().__init__(channel)
        self.consumer = consumer
        self.entry = entry
        self.tag = tag

    def message(self, **more: t.Any) -> Message:
        letter = self.entry.letter
        message = self.channel.unpack(letter)
        message.channel = self.channel
        message.delivery_info = {
            "delivery_tag": self.tag,
            "redelivered": self.entry.redelivered,
            "exchange": letter.exchange,
            "routing_key": letter.routing_key,
            **more,
        }
        return message

    def dispatch(self) -> None:
        tag = self.consumer.tag if self.consumer is not None else ""
        callback = self.channel.callbacks.get(tag)
        if callback is not None:
            callback(self.message(consumer_tag=tag))
        elif self.tag in self.channel.unacked:
            self.channel.basic_reject(self.tag, requeue=True)


class Confirm(Event):
    """The broker has taken responsibility for everything up to ``tag``."""

    __slots__ = ("alone", "multiple", "tag")

    def __init__(self, channel: Channel, tag: int, *, alone: bool = False) -> None:
        """``alone``: for this one message, because messages are not handled in the order of their tags."""
        super().__init__(channel)
        self.tag = tag
        self.alone = alone
        self.multiple = False

    def absorb(self, later: Event) -> bool:
        if not isinstance(later, Confirm) or self.alone:
            return False
        self.tag, self.multiple = later.tag, True
        return True

    def dispatch(self) -> None:
        for callback in list(self.channel.events["basic_ack"]):
            callback(self.tag, self.multiple)


class Returned(Event):
    """A mandatory message that no queue wanted."""

    __slots__ = ("letter",)

    def __init__(self, channel: Channel, letter: Letter) -> None:
        super().__init__(channel)
        self.letter = letter

    def dispatch(self) -> None:
        error = error_for_code(312, "NO_ROUTE", spec.Basic.Return, ChannelError)
        callbacks = list(self.channel.events["basic_return"])
        if not callbacks:
            raise error
        for callback in callbacks:
            callback(error, self.letter.exchange, self.letter.routing_key, self.channel.unpack(self.letter))


class Cancelled(Event):
    """The broker ended a consumer, because its queue is gone."""

    __slots__ = ("tag",)

    def __init__(self, channel: Channel, tag: str) -> None:
        super().__init__(channel)
        self.tag = tag

    def dispatch(self) -> None:
        callback = self.channel.remove_tag(self.tag)
        if callback is None:
            raise ConsumerCancelled(self.tag, spec.Basic.Cancel)
        callback(self.tag)


class Failed(Event):
    """The broker closed the channel because of an error; taking the event opens it again, empty."""

    __slots__ = ("error",)

    def __init__(self, channel: Channel, error: ChannelError) -> None:
        super().__init__(channel)
        self.error = error

    def dispatch(self) -> None:
        self.channel.fault = None
        raise self.error
