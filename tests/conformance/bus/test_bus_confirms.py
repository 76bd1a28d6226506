"""What a publisher is told, and the short-lived queues on which a question is answered."""

import typing as t

import pytest
from amqp.basic_message import Message
from amqp.exceptions import NotFound, ResourceLocked

from tests.conformance.bus.bus_under_test import Bus, Mailbox, eventually, send, until


class Answers:
    """The broker's answers on a confirming channel: which tags are settled, and what came back."""

    def __init__(self, channel: t.Any) -> None:
        self.settled: set[int] = set()
        self.last = 0
        self.returned: list[str] = []
        self.order: list[str] = []
        channel.confirm_select()
        channel.events["basic_ack"].add(self._ack)
        channel.events["basic_nack"].add(lambda tag, multiple: pytest.fail("a healthy bus sends no nack"))
        channel.events["basic_return"].add(self._return)

    def _ack(self, tag: int, multiple: bool) -> None:
        first = self.last + 1 if multiple else tag
        self.settled |= set(range(first, tag + 1))
        while self.last + 1 in self.settled:
            self.last += 1

    def _return(self, error: Exception, exchange: str, routing_key: str, message: Message) -> None:
        self.returned.append(message.properties["message_id"])


def test_every_message_of_a_batch_is_confirmed_once_it_is_sent(bus: Bus) -> None:
    channel = bus.channel()
    queue = bus.queue(channel)
    answers = Answers(channel)

    send(channel, queue, *[b"x"] * 100)

    until(channel.connection, lambda: len(answers.settled) == 100, "100 confirms")
    assert answers.settled == set(range(1, 101))
    assert bus.count(queue) == 100


def test_returns_are_matched_by_message_id_and_come_before_their_confirm(bus: Bus) -> None:
    channel = bus.channel()
    queue = bus.queue(channel)
    answers = Answers(channel)

    for number in range(20):
        key = queue if number % 2 else bus.name("nobody")
        channel.basic_publish(Message(b"x", message_id=f"m-{number}", delivery_mode=2), "", key, mandatory=True)

    until(channel.connection, lambda: len(answers.settled) == 20, "20 confirms")
    assert answers.returned == [f"m-{number}" for number in range(0, 20, 2)]


def test_confirms_count_from_the_selection_on_each_channel_for_itself(bus: Bus) -> None:
    connection = bus.connect()
    first, second = connection.channel(), connection.channel()
    queue = bus.queue(first)
    send(first, queue, b"before")
    one, two = Answers(first), Answers(second)

    send(first, queue, b"1", b"2")
    send(second, queue, b"3")

    until(connection, lambda: one.settled == {1, 2} and two.settled == {1}, "the confirms of both channels")


def test_a_channel_that_did_not_select_confirms_gets_none(bus: Bus) -> None:
    channel = bus.channel()
    acked: list[int] = []
    channel.events["basic_ack"].add(lambda tag, multiple: acked.append(tag))
    send(channel, bus.queue(channel), b"x")
    with pytest.raises(TimeoutError):
        channel.connection.drain_events(timeout=0.2)
    assert not acked


def test_a_closed_channel_takes_the_answers_that_nobody_read_with_it(bus: Bus) -> None:
    connection = bus.connect()
    channel = connection.channel()
    channel.confirm_select()
    channel.basic_publish(Message(b"x"), "", bus.name("nobody"), mandatory=True)

    channel.close()

    with pytest.raises(TimeoutError):
        connection.drain_events(timeout=0.2)


def test_a_connection_with_confirm_publish_waits_for_each_confirm(bus: Bus) -> None:
    channel = bus.channel(confirm_publish=True)
    queue = bus.queue(channel)

    send(channel, queue, b"x")
    assert bus.count(queue) == 1
    with pytest.raises(channel.connection.client.channel_errors, match="NO_ROUTE"):
        channel.basic_publish(Message(b"x"), "", bus.name("nobody"), mandatory=True)
    with pytest.raises(NotFound):
        channel.basic_publish(Message(b"x"), bus.name("missing"), "key")


def test_a_question_is_answered_on_an_exclusive_queue_without_acks(bus: Bus) -> None:
    asker, answerer = bus.channel(), bus.channel()
    publisher = (
        bus.channel()
    )  # a connection of its own: py-amqp lets events in before it publishes, here the next question
    questions = bus.queue(answerer)
    replies = asker.queue_declare("", exclusive=True, auto_delete=True).queue
    inbox = Mailbox(asker, replies, no_ack=True)

    asked: list[bytes] = []

    def answer(message: Message) -> None:
        asked.append(message.body)
        reply = Message(b"answer to " + message.body, correlation_id=message.properties["correlation_id"])
        publisher.basic_publish(reply, "", message.properties["reply_to"], mandatory=True)
        answerer.basic_ack(message.delivery_tag)

    answerer.basic_consume(questions, callback=answer)
    send(asker, questions, b"1", b"2", reply_to=replies, correlation_id="c")
    until(answerer.connection, lambda: asked == [b"1", b"2"], "both questions")

    assert inbox.receive(2) == [b"answer to 1", b"answer to 2"]
    assert {message.properties["correlation_id"] for message in inbox.messages} == {"c"}


def test_an_exclusive_queue_is_closed_to_others_and_ends_with_its_connection(bus: Bus) -> None:
    asker, other = bus.channel(), bus.channel()
    replies = asker.queue_declare("", exclusive=True, auto_delete=False).queue
    for use in (
        lambda: other.basic_consume(replies),
        lambda: other.queue_declare(replies, passive=True),
        lambda: other.queue_delete(replies),
    ):
        with pytest.raises(ResourceLocked):
            use()
    send(other, replies, b"anyone may answer")
    assert Mailbox(asker, replies, no_ack=True).receive(1) == [b"anyone may answer"]

    asker.connection.close()

    eventually(lambda: not exists(bus, replies), "the reply queue to go")


def test_a_queue_that_deletes_itself_goes_with_its_last_consumer(bus: Bus) -> None:
    channel = bus.channel()
    queue = channel.queue_declare("", exclusive=True, auto_delete=True).queue
    first, second = Mailbox(channel, queue, no_ack=True), Mailbox(channel, queue, no_ack=True)

    channel.basic_cancel(first.tag)
    assert channel.queue_declare(queue, passive=True).consumer_count == 1
    channel.basic_cancel(second.tag)

    with pytest.raises(NotFound):
        channel.queue_declare(queue, passive=True)


def test_an_answer_to_an_asker_that_is_gone_comes_back(bus: Bus) -> None:
    asker, answerer = bus.channel(), bus.channel()
    replies = asker.queue_declare("", exclusive=True, auto_delete=True).queue
    answers = Answers(answerer)
    asker.connection.close()
    eventually(lambda: not exists(bus, replies), "the reply queue to go")

    answerer.basic_publish(Message(b"x", message_id="late"), "", replies, mandatory=True)

    until(answerer.connection, lambda: answers.settled == {1}, "the confirm")
    assert answers.returned == ["late"]


def exists(bus: Bus, queue: str) -> bool:
    """Asked on a fresh channel, because a miss closes it; a locked queue is there."""
    channel = bus.channel()
    try:
        channel.queue_declare(queue, passive=True)
    except NotFound:
        return False
    except ResourceLocked:
        return True
    finally:
        channel.connection.close()
    return True
