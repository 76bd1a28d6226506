"""What a consumer is given, when, in which order, and what becomes of what it does not acknowledge."""

import contextlib
import typing as t

import eventlet
import pytest
from amqp.basic_message import Message
from amqp.exceptions import ConsumerCancelled, PreconditionFailed, RecoverableConnectionError

from tests.conformance.bus.bus_under_test import Bus, Mailbox, eventually, hush, send, until

FIVE = [b"1", b"2", b"3", b"4", b"5"]


def test_messages_arrive_in_the_order_in_which_they_were_published(bus: Bus) -> None:
    channel = bus.channel()
    queue = bus.queue(channel)
    bodies = [str(number).encode() for number in range(200)]

    send(channel, queue, *bodies)

    assert Mailbox(channel, queue).receive(200) == bodies


def test_a_body_that_is_not_json_and_every_property_arrive_untouched(bus: Bus) -> None:
    channel = bus.channel()
    queue = bus.queue(channel)
    body = bytes(range(256)) + b"{not json"
    properties = {
        "content_type": "application/json",
        "content_encoding": "binary",
        "delivery_mode": 2,
        "priority": 3,
        "message_id": "m-1",
        "correlation_id": "c-1",
        "reply_to": "r-1",
        "type": "intake.application_filed.v1",
        "application_headers": {"attempt": 1, "organization": "法律援助中心", "nested": {"list": [1, "two", None]}},
    }

    channel.basic_publish(Message(body, **properties), "", queue)

    mailbox = Mailbox(channel, queue)
    assert mailbox.receive(1) == [body]
    message = mailbox.messages[0]
    assert message.properties == properties
    assert message.headers == properties["application_headers"]
    assert message.channel is channel
    assert message.delivery_info == {
        "consumer_tag": mailbox.tag,
        "delivery_tag": 1,
        "redelivered": False,
        "exchange": "",
        "routing_key": queue,
    }


def test_a_receiver_may_change_its_message_without_another_seeing_it(bus: Bus) -> None:
    channel = bus.channel()
    everyone = bus.exchange(channel, "fanout")
    headers = {"list": [1]}
    boxes = []
    for name in ("one", "two"):
        queue = bus.queue(channel, name)
        channel.queue_bind(queue, everyone)
        boxes.append(Mailbox(channel, queue))

    channel.basic_publish(Message(b"x", application_headers=headers), everyone, "")
    headers["list"].append(2)

    until(channel.connection, lambda: all(box.messages for box in boxes), "both copies")
    boxes[0].messages[0].headers["list"].append(3)
    assert boxes[1].messages[0].headers == {"list": [1]}


def test_a_body_without_an_encoding_is_bytes_and_one_with_an_encoding_is_text(bus: Bus) -> None:
    channel = bus.channel()
    queue = bus.queue(channel)
    for message in (
        Message(b"bytes"),
        Message("文字"),
        Message("文字".encode(), content_encoding="utf-8"),
        Message(b"\xff", content_encoding="utf-8"),
    ):
        channel.basic_publish(message, "", queue)

    assert Mailbox(channel, queue).receive(4) == [b"bytes", "文字", "文字", b"\xff"]


def test_an_empty_body_arrives_empty(bus: Bus) -> None:
    channel = bus.channel()
    queue = bus.queue(channel)
    send(channel, queue, b"")
    assert len(Mailbox(channel, queue).receive(1)[0]) == 0


def test_prefetch_limits_each_consumer_by_itself(bus: Bus) -> None:
    channel = bus.channel()
    flooded, quiet = bus.queue(channel, "flooded"), bus.queue(channel, "quiet")
    many, few = Mailbox(channel, flooded, prefetch=3), Mailbox(channel, quiet, prefetch=2)

    send(channel, flooded, *FIVE)
    send(channel, quiet, *FIVE)

    assert many.receive(3) == FIVE[:3]
    assert few.receive(2) == FIVE[:2]
    many.ack()
    assert many.receive(3) == FIVE[1:4]
    assert few.receive(2) == FIVE[:2]


def test_an_ack_of_several_frees_as_many_places(bus: Bus) -> None:
    channel = bus.channel()
    queue = bus.queue(channel)
    mailbox = Mailbox(channel, queue, prefetch=2)
    send(channel, queue, *FIVE)
    mailbox.receive(2)

    mailbox.ack(1, multiple=True)

    assert mailbox.receive(3) == [b"1", b"3", b"4"]
    channel.basic_ack(0, multiple=True)
    assert mailbox.receive(4) == [b"1", b"3", b"4", b"5"]


def test_an_ack_of_several_spans_the_queues_of_the_channel(bus: Bus) -> None:
    channel = bus.channel()
    one, two = bus.queue(channel, "one"), bus.queue(channel, "two")
    first, second = Mailbox(channel, one), Mailbox(channel, two)
    send(channel, one, b"1")
    first.receive(1)
    send(channel, two, b"2")
    second.receive(1)

    channel.basic_ack(second.messages[0].delivery_tag, multiple=True)
    channel.connection.close()

    eventually(lambda: bus.count(one) == bus.count(two) == 0, "nothing to wait")


def test_what_was_acknowledged_does_not_come_back_and_what_was_not_does(bus: Bus) -> None:
    channel = bus.channel()
    queue = bus.queue(channel)
    mailbox = Mailbox(channel, queue)
    send(channel, queue, *FIVE)
    mailbox.receive(5)

    mailbox.ack(1)
    mailbox.ack(2)
    channel.connection.close()

    heir = Mailbox(bus.channel(), queue)
    assert heir.receive(3) == [b"1", b"3", b"5"]
    assert all(message.delivery_info["redelivered"] for message in heir.messages)


def test_acknowledging_an_unknown_tag_shows_in_the_next_drain(bus: Bus) -> None:
    channel = bus.channel()

    channel.basic_ack(7)

    with pytest.raises(PreconditionFailed, match="unknown delivery tag"):
        channel.connection.drain_events(timeout=5)


@pytest.mark.parametrize("whole_connection", [True, False], ids=["connection", "channel"])
def test_closing_puts_back_what_was_held_before_what_waits_in_its_old_order(bus: Bus, whole_connection: bool) -> None:
    publisher, channel = bus.channel(), bus.channel()
    queue = bus.queue(publisher)
    mailbox = Mailbox(channel, queue, prefetch=3)
    send(publisher, queue, *FIVE)
    mailbox.receive(3)

    (channel.connection if whole_connection else channel).close()

    heir = Mailbox(publisher, queue)
    assert heir.receive(5) == FIVE
    assert [message.delivery_info["redelivered"] for message in heir.messages] == [True, True, True, False, False]


def test_a_message_that_was_pushed_but_never_drained_comes_back_too(bus: Bus) -> None:
    publisher, channel = bus.channel(), bus.channel()
    queue = bus.queue(publisher)
    Mailbox(channel, queue)
    send(publisher, queue, b"1", b"2")
    eventually(lambda: bus.count(queue) == 0, "both to be pushed")

    channel.connection.close()

    assert Mailbox(publisher, queue).receive(2) == [b"1", b"2"]


def test_what_a_closed_consumer_held_goes_at_once_to_the_one_that_is_there(bus: Bus) -> None:
    channel, other = bus.channel(), bus.channel()
    queue = bus.queue(channel)
    mailbox = Mailbox(channel, queue)
    send(channel, queue, b"1", b"2")
    mailbox.receive(2)
    heir = Mailbox(other, queue)

    channel.close()

    assert heir.receive(2) == [b"1", b"2"]


def test_a_closed_channel_calls_nobody_and_leaves_the_others_of_its_connection_alone(bus: Bus) -> None:
    connection, publisher = bus.connect(), bus.channel()
    one, two = bus.queue(publisher, "one"), bus.queue(publisher, "two")
    closing, staying = Mailbox(connection.channel(), one), Mailbox(connection.channel(), two)
    send(publisher, one, b"1")
    send(publisher, two, b"2")
    eventually(lambda: bus.count(one) == bus.count(two) == 0, "both to be pushed")

    closing.channel.close()

    until(connection, lambda: staying.messages, "the message of the open channel")
    hush(connection)
    assert (closing.bodies, staying.bodies) == ([], [b"2"])
    eventually(lambda: bus.count(one) == 1, "the message of the closed channel to wait again")


def test_a_rejected_message_comes_back_marked_or_is_dropped(bus: Bus) -> None:
    channel = bus.channel()
    queue = bus.queue(channel)
    mailbox = Mailbox(channel, queue, prefetch=1)
    send(channel, queue, b"1", b"2")
    mailbox.receive(1)

    channel.basic_reject(mailbox.messages.pop().delivery_tag, requeue=True)
    until(channel.connection, lambda: mailbox.messages, "a message")
    again = mailbox.messages.pop()
    if again.body == b"2":  # a quorum queue may hand out the next one first
        channel.basic_ack(again.delivery_tag)
        until(channel.connection, lambda: mailbox.messages, "the rejected message")
        again = mailbox.messages.pop()
    assert (again.body, again.delivery_info["redelivered"]) == (b"1", True)

    channel.basic_reject(again.delivery_tag, requeue=False)
    hush(channel.connection)
    assert b"1" not in mailbox.bodies


def test_consumers_of_one_queue_take_turns(bus: Bus) -> None:
    channels = [bus.channel() for _ in range(3)]
    queue = bus.queue(channels[0])
    boxes = [Mailbox(channel, queue, prefetch=50) for channel in channels]

    send(channels[0], queue, *[str(number).encode() for number in range(30)])

    for box in boxes:
        assert len(box.receive(10)) == 10


def test_a_consumer_without_room_is_passed_over(bus: Bus) -> None:
    channels = [bus.channel() for _ in range(2)]
    queue = bus.queue(channels[0])
    busy, idle = Mailbox(channels[0], queue, prefetch=1), Mailbox(channels[1], queue, prefetch=10)

    send(channels[0], queue, *FIVE)

    assert len(busy.receive(1)) + len(idle.receive(4)) == 5


def test_an_expired_message_is_not_delivered(bus: Bus) -> None:
    channel = bus.channel()
    queue = bus.queue(channel)
    send(channel, queue, b"short", expiration="50")
    send(channel, queue, b"long", expiration="60000")
    eventlet.sleep(0.2)

    mailbox = Mailbox(channel, queue)

    assert mailbox.receive(1) == [b"long"]
    assert mailbox.messages[0].properties["expiration"] == "60000"


def test_a_message_that_nobody_may_wait_for_reaches_a_consumer_that_is_ready(bus: Bus) -> None:
    channel = bus.channel()
    name = channel.queue_declare("", exclusive=True).queue
    mailbox = Mailbox(channel, name, no_ack=True)
    send(channel, name, b"now", expiration="0")
    assert mailbox.receive(1) == [b"now"]


def test_an_expiration_that_is_no_number_is_refused(bus: Bus) -> None:
    channel = bus.channel()
    send(channel, bus.queue(channel), b"x", expiration="soon")
    with pytest.raises(PreconditionFailed, match="expiration"):
        channel.connection.drain_events(timeout=5)


def test_draining_raises_a_timeout_when_nothing_comes(bus: Bus) -> None:
    connection = bus.connect()
    for seconds in (0, 0.1):
        with pytest.raises(TimeoutError):
            connection.drain_events(timeout=seconds)
    assert connection.connected


def test_an_error_of_a_callback_reaches_whoever_drains_and_the_message_stays_unacknowledged(bus: Bus) -> None:
    channel = bus.channel()
    queue = bus.queue(channel)

    def fail(message: Message) -> None:
        raise LookupError(message.body)

    channel.basic_consume(queue, callback=fail)
    send(channel, queue, b"x")
    with pytest.raises(LookupError):
        until(channel.connection, lambda: False, "the callback")
    channel.connection.close()
    assert Mailbox(bus.channel(), queue).receive(1) == [b"x"]


def test_a_cancelled_consumer_is_given_nothing_more_and_may_still_acknowledge(bus: Bus) -> None:
    channel = bus.channel()
    queue = bus.queue(channel)
    mailbox = Mailbox(channel, queue)
    send(channel, queue, b"1")
    mailbox.receive(1)

    channel.basic_cancel(mailbox.tag)
    send(channel, queue, b"2")
    hush(channel.connection)

    assert mailbox.bodies == [b"1"]
    mailbox.ack()
    channel.basic_cancel("never-there")
    eventually(lambda: bus.count(queue) == 1, "the second message to wait")
    channel.connection.close()
    assert Mailbox(bus.channel(), queue).receive(1) == [b"2"]


def test_nothing_is_lost_or_doubled_when_a_consumer_is_cancelled_under_load(bus: Bus) -> None:
    channel = bus.channel()
    queue = bus.queue(channel)
    bodies = [str(number).encode() for number in range(40)]
    mailbox = Mailbox(channel, queue, prefetch=10)
    send(channel, queue, *bodies)
    until(channel.connection, lambda: len(mailbox.messages) >= 2, "two messages")

    channel.basic_cancel(mailbox.tag)
    heir = Mailbox(channel, queue)

    until(channel.connection, lambda: len(mailbox.messages) + len(heir.messages) >= 40, "all messages")
    assert sorted(mailbox.bodies + heir.bodies) == sorted(bodies)


def test_deleting_a_queue_cancels_its_consumers(bus: Bus) -> None:
    channel, other = bus.channel(), bus.channel()
    told: list[str] = []
    one = Mailbox(channel, bus.queue(channel, "one"), on_cancel=told.append)
    Mailbox(channel, bus.queue(channel, "two"))

    other.queue_delete(bus.name("one"))
    until(channel.connection, lambda: told, "the cancellation")
    assert told == [one.tag]

    other.queue_delete(bus.name("two"))
    with pytest.raises(ConsumerCancelled):
        channel.connection.drain_events(timeout=5)


def test_getting_takes_one_message_at_a_time(bus: Bus) -> None:
    channel = bus.channel()
    queue = bus.queue(channel)
    assert channel.basic_get(queue) is None
    send(channel, queue, *FIVE[:3])
    eventually(lambda: bus.count(queue) == 3, "three messages to wait")

    first = channel.basic_get(queue)
    assert (first.body, first.delivery_info["message_count"], first.delivery_info["routing_key"]) == (b"1", 2, queue)
    assert channel.basic_get(queue, no_ack=True).body == b"2"
    channel.basic_ack(first.delivery_tag)
    channel.connection.close()
    eventually(lambda: bus.count(queue) == 1, "the third message to wait")


def test_a_consumer_added_while_another_greenlet_drains_is_served(bus: Bus) -> None:
    channel = bus.channel()
    queues = [bus.queue(channel, f"mailbox-{number}") for number in range(2)]
    send(channel, queues[0], b"waiting")
    received: list[bytes] = []

    def handle(message: Message) -> None:
        received.append(message.body)
        eventlet.spawn(channel.basic_ack, message.delivery_tag)

    with draining(channel.connection):
        eventlet.sleep(0.1)
        for number, queue in enumerate(queues):
            channel.basic_consume(queue, consumer_tag=f"added-{number}", nowait=True, callback=handle)
        eventually(lambda: received == [b"waiting"], "what waited before the consumer came")
        send(bus.channel(), queues[1], b"later")
        eventually(lambda: received == [b"waiting", b"later"], "what came afterwards")
        channel.basic_cancel("added-1", nowait=True)
        eventlet.sleep(0.1)
        send(bus.channel(), queues[1], b"too late")
        eventlet.sleep(0.2)
    assert received == [b"waiting", b"later"]
    channel.connection.close()
    eventually(lambda: [bus.count(queue) for queue in queues] == [0, 1], "only the last message to wait")


def test_a_closed_channel_and_a_closed_connection_say_so(bus: Bus) -> None:
    connection = bus.connect()
    channel, other = connection.channel(), connection.channel()
    channel.close()
    channel.close()
    for use in (
        lambda: channel.basic_publish(Message(b"x"), "", "nobody"),
        lambda: channel.basic_ack(1),
        lambda: channel.queue_declare("", exclusive=True),
    ):
        with pytest.raises(RecoverableConnectionError):
            use()
    assert other.is_open

    connection.close()
    connection.close()
    assert not connection.connected
    assert other.connection is None
    with pytest.raises(RecoverableConnectionError):
        other.basic_publish(Message(b"x"), "", "nobody")
    with pytest.raises(RecoverableConnectionError):
        connection.channel()


@contextlib.contextmanager
def draining(connection: t.Any) -> t.Iterator[None]:
    """Another greenlet sits in `drain_events` all the while."""

    def drain() -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                connection.drain_events(timeout=5)

    drainer = eventlet.spawn(drain)
    try:
        yield
    finally:
        drainer.kill()
