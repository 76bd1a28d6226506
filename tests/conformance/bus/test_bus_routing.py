"""Where a published message goes: exchanges, bindings, alternates, and what is said when it can go nowhere."""

import typing as t

import pytest
from amqp.basic_message import Message
from amqp.exceptions import NotFound, PreconditionFailed

from tests.conformance.bus.bus_under_test import KEPT, Bus, Mailbox, eventually, hush, send, until

PATTERNS = [
    ("center.intake.application_filed.v1", "center.intake.application_filed.v1", True),
    ("center.*.application_filed.v1", "center.intake.application_filed.v1", True),
    ("*.*.*.*", "center.intake.application_filed.v1", True),
    ("*.*.*", "center.intake.application_filed.v1", False),
    ("center.#", "center.intake.application_filed.v1", True),
    ("center.#", "center", True),
    ("center.#", "centers.intake", False),
    ("#", "", True),
    ("*", "", False),
    ("#.v1", "center.intake.application_filed.v1", True),
    ("#.v1", "v1", True),
    ("#.v2", "center.intake.application_filed.v1", False),
    ("center.#.v1", "center.v1", True),
    ("#.intake.#", "center.intake.x", True),
    ("#.#", "anything.at.all", True),
    ("*.#", "one", True),
    ("a..b", "a..b", True),
    ("a.*.b", "a..b", True),
]


def test_a_direct_exchange_leads_by_the_whole_key(bus: Bus) -> None:
    channel = bus.channel()
    commands = bus.exchange(channel, "direct")
    ours, theirs = bus.queue(channel, "ours"), bus.queue(channel, "theirs")
    channel.queue_bind(ours, commands, "intake.center")
    channel.queue_bind(theirs, commands, "intake.prison")

    channel.basic_publish(Message(b"x"), commands, "intake.center")

    assert Mailbox(channel, ours).receive(1) == [b"x"]
    assert Mailbox(channel, theirs).receive(0) == []


@pytest.mark.parametrize(("pattern", "key", "expected"), PATTERNS)
def test_a_topic_exchange_leads_by_words(bus: Bus, pattern: str, key: str, expected: bool) -> None:
    channel = bus.channel()
    events = bus.exchange(channel, "topic")
    queue = bus.queue(channel)
    channel.queue_bind(queue, events, pattern)
    returned: list[t.Any] = []
    channel.confirm_select()
    acked: list[int] = []
    channel.events["basic_ack"].add(lambda tag, multiple: acked.append(tag))
    channel.events["basic_return"].add(lambda *args: returned.append(args))

    channel.basic_publish(Message(b"x"), events, key, mandatory=True)

    until(channel.connection, lambda: acked, "the confirm")
    assert (not returned) is expected


def test_a_fanout_exchange_leads_to_every_queue(bus: Bus) -> None:
    channel = bus.channel()
    everyone = bus.exchange(channel, "fanout")
    queues = [bus.queue(channel, f"mailbox-{number}") for number in range(3)]
    for queue in queues:
        channel.queue_bind(queue, everyone)

    channel.basic_publish(Message(b"x"), everyone, "any")

    for queue in queues:
        assert Mailbox(channel, queue).receive(1) == [b"x"]


def test_the_default_exchange_leads_to_the_queue_of_that_name(bus: Bus) -> None:
    channel = bus.channel()
    queue = bus.queue(channel)

    send(channel, queue, b"x")

    assert Mailbox(channel, queue).receive(1) == [b"x"]


def test_a_queue_gets_one_copy_however_many_bindings_match(bus: Bus) -> None:
    channel = bus.channel()
    events = bus.exchange(channel, "topic")
    queue = bus.queue(channel)
    for pattern in ("center.#", "*.filed", "center.filed", "center.filed"):
        channel.queue_bind(queue, events, pattern)

    channel.basic_publish(Message(b"x"), events, "center.filed")

    assert Mailbox(channel, queue).receive(1) == [b"x"]


def test_an_unbound_queue_gets_nothing_more(bus: Bus) -> None:
    channel = bus.channel()
    events = bus.exchange(channel, "topic")
    queue = bus.queue(channel)
    for pattern in ("a.*", "a.b"):
        channel.queue_bind(queue, events, pattern)

    channel.queue_unbind(queue, events, "a.*")
    channel.basic_publish(Message(b"no"), events, "a.c")
    channel.basic_publish(Message(b"yes"), events, "a.b")

    assert Mailbox(channel, queue).receive(1) == [b"yes"]


def test_a_mandatory_message_that_no_queue_takes_comes_back_as_it_was_and_is_then_confirmed(bus: Bus) -> None:
    channel = bus.channel()
    commands = bus.exchange(channel, "direct")
    heard: list[tuple[t.Any, ...]] = []
    channel.confirm_select()
    channel.events["basic_return"].add(
        lambda error, exchange, key, message: heard.append(
            ("returned", error.reply_code, error.reply_text, exchange, key, message.body, message.properties)
        )
    )
    channel.events["basic_ack"].add(lambda tag, multiple: heard.append(("confirmed", tag)))

    channel.basic_publish(Message(b"\x00x", message_id="m-1", type="t"), commands, "intake.nobody", mandatory=True)

    until(channel.connection, lambda: len(heard) == 2, "the return and the confirm")
    assert heard == [
        ("returned", 312, "NO_ROUTE", commands, "intake.nobody", b"\x00x", {"message_id": "m-1", "type": "t"}),
        ("confirmed", 1),
    ]


def test_a_return_that_nobody_listens_for_is_raised(bus: Bus) -> None:
    channel = bus.channel()

    channel.basic_publish(Message(b"x"), "", bus.name("nobody"), mandatory=True)

    with pytest.raises(channel.connection.client.channel_errors, match="NO_ROUTE"):
        channel.connection.drain_events(timeout=5)


def test_what_an_exchange_cannot_route_goes_to_its_alternate_and_counts_as_routed(bus: Bus) -> None:
    channel = bus.channel()
    lost = bus.exchange(channel, "fanout", "lost")
    commands = bus.exchange(channel, "direct", "commands", **{"alternate-exchange": lost})
    parked = bus.queue(channel, "parked")
    channel.queue_bind(parked, lost)
    returned: list[t.Any] = []
    channel.events["basic_return"].add(lambda *args: returned.append(args))

    channel.basic_publish(Message(b"x"), commands, "intake.nobody", mandatory=True)

    mailbox = Mailbox(channel, parked)
    assert mailbox.receive(1) == [b"x"]
    assert mailbox.messages[0].delivery_info["exchange"] == commands
    assert mailbox.messages[0].delivery_info["routing_key"] == "intake.nobody"
    assert not returned


def test_what_an_exchange_can_route_does_not_reach_its_alternate(bus: Bus) -> None:
    channel = bus.channel()
    lost = bus.exchange(channel, "fanout", "lost")
    commands = bus.exchange(channel, "direct", "commands", **{"alternate-exchange": lost})
    parked, queue = bus.queue(channel, "parked"), bus.queue(channel)
    channel.queue_bind(parked, lost)
    channel.queue_bind(queue, commands, "intake.center")

    channel.basic_publish(Message(b"x"), commands, "intake.center")

    assert Mailbox(channel, queue).receive(1) == [b"x"]
    assert bus.count(parked) == 0


def test_a_message_that_is_not_mandatory_and_goes_nowhere_is_confirmed_in_silence(bus: Bus) -> None:
    channel = bus.channel()
    acked: list[int] = []
    channel.confirm_select()
    channel.events["basic_ack"].add(lambda tag, multiple: acked.append(tag))

    channel.basic_publish(Message(b"x"), "", bus.name("nobody"))

    until(channel.connection, lambda: acked == [1], "the confirm")


def test_publishing_to_an_exchange_that_is_not_there_shows_in_the_next_drain(bus: Bus) -> None:
    channel = bus.channel()
    queue = bus.queue(channel)

    channel.basic_publish(Message(b"x"), bus.name("missing"), "key")
    with pytest.raises(NotFound):
        channel.connection.drain_events(timeout=5)

    send(channel, queue, b"the channel is open again")
    assert Mailbox(channel, queue).receive(1) == [b"the channel is open again"]


def test_a_passive_declaration_asks_and_does_not_create(bus: Bus) -> None:
    channel = bus.channel()
    for declare in (
        lambda: channel.queue_declare(bus.name("missing"), passive=True),
        lambda: channel.exchange_declare(bus.name("missing"), "direct", passive=True),
        lambda: channel.queue_bind(bus.name("missing"), "amq.direct", "key"),
        lambda: channel.queue_purge(bus.name("missing")),
    ):
        with pytest.raises(NotFound):
            declare()
    queue = bus.queue(channel)
    send(channel, queue, b"1", b"2")
    eventually(lambda: tuple(channel.queue_declare(queue, passive=True)) == (queue, 2, 0), "two messages to wait")


def test_declaring_twice_changes_nothing_and_declaring_differently_is_refused(bus: Bus) -> None:
    channel = bus.channel()
    queue = bus.queue(channel)
    exchange = bus.exchange(channel, "direct")
    bus.queue(channel)
    bus.exchange(channel, "direct")

    for differently in (
        lambda: channel.queue_declare(queue, arguments={"x-queue-type": "stream"}, **KEPT),
        lambda: channel.exchange_declare(exchange, "topic", **KEPT),
        lambda: channel.exchange_declare(exchange, "direct", durable=False, auto_delete=False),
        lambda: channel.exchange_declare(exchange, "direct", arguments={"alternate-exchange": "other"}, **KEPT),
    ):
        with pytest.raises(PreconditionFailed):
            differently()


def test_an_error_on_a_channel_takes_its_consumers_and_gives_back_what_they_held(bus: Bus) -> None:
    channel, other = bus.channel(), bus.channel()
    queue = bus.queue(channel)
    mailbox = Mailbox(channel, queue)
    send(other, queue, b"x")
    mailbox.receive(1)

    with pytest.raises(NotFound):
        channel.queue_declare(bus.name("missing"), passive=True)

    heir = Mailbox(other, queue)
    assert heir.receive(1) == [b"x"]
    assert heir.messages[0].delivery_info["redelivered"]
    send(other, queue, b"y")
    assert heir.receive(2) == [b"x", b"y"]


def test_an_error_of_publishing_takes_the_consumers_of_the_channel_too(bus: Bus) -> None:
    channel, other = bus.channel(), bus.channel()
    queue = bus.queue(channel)
    mailbox = Mailbox(channel, queue)
    send(other, queue, b"x")
    mailbox.receive(1)

    channel.basic_publish(Message(b"x"), bus.name("missing"), "key")
    with pytest.raises(NotFound):
        channel.connection.drain_events(timeout=5)

    assert Mailbox(other, queue).receive(1) == [b"x"]


def test_purging_and_deleting_tell_how_many_waited(bus: Bus) -> None:
    channel = bus.channel()
    queue = bus.queue(channel)
    send(channel, queue, b"1", b"2")
    eventually(lambda: bus.count(queue) == 2, "two messages to wait")
    assert channel.queue_purge(queue) == 2
    send(channel, queue, b"3")
    eventually(lambda: bus.count(queue) == 1, "one message to wait")
    assert channel.queue_delete(queue) == 1
    assert channel.queue_delete(queue) == 0
    hush(channel.connection)
