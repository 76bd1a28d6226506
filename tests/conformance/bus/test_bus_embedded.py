"""What is the embedded bus's own: sleeping instead of polling, sharing the process, forgetting, and its inner order."""

import contextlib
import re
import subprocess
import sys
import time
import typing as t
import uuid
from pathlib import Path

import eventlet
import kombu
import pytest
from amqp.basic_message import Message
from amqp.exceptions import FrameSyntaxError, RecoverableConnectionError
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis import embedded
from chassis.embedded_broker import Queue
from chassis.embedded_routing import TopicIndex
from tests.conformance.bus.bus_under_test import KEPT, Mailbox, hush, send, until

ROOT = Path(__file__).parents[3]
WORDS = st.sampled_from(["center", "prison", "filed", "v1", ""])
PATTERNS = st.lists(st.one_of(WORDS, st.sampled_from("*#")), max_size=5).map(".".join)
KEYS = st.lists(WORDS, max_size=5).map(".".join)


@pytest.fixture
def name() -> t.Iterator[str]:
    embedded.register()
    name = uuid.uuid4().hex
    yield name
    embedded.forget(name)


def channel_to(name: str) -> t.Any:
    return kombu.Connection(f"embedded://{name}").connection.channel()


def test_a_name_is_one_broker_and_another_name_another(name: str) -> None:
    here, there, elsewhere = channel_to(name), channel_to(name), channel_to(f"{name}-2")
    here.queue_declare("mailbox", **KEPT)
    send(there, "mailbox", b"x")
    assert Mailbox(here, "mailbox").receive(1) == [b"x"]
    with pytest.raises(elsewhere.connection.client.channel_errors):
        elsewhere.queue_declare("mailbox", passive=True)
    embedded.forget(f"{name}-2")


def test_forgetting_a_broker_breaks_its_connections_and_loses_its_messages(name: str) -> None:
    channel = channel_to(name)
    channel.queue_declare("mailbox", **KEPT)
    send(channel, "mailbox", b"x")
    connection = channel.connection
    heard: list[BaseException] = []

    def drain() -> None:
        try:
            connection.drain_events()
        except RecoverableConnectionError as error:
            heard.append(error)

    drainer = eventlet.spawn(drain)
    eventlet.sleep(0)
    embedded.forget(name)
    with eventlet.Timeout(5):
        drainer.wait()

    assert heard
    assert not connection.connected
    client = connection.client
    client.ensure_connection(max_retries=1)
    with pytest.raises(client.channel_errors):
        client.default_channel.queue_declare("mailbox", passive=True)


def test_an_idle_bus_uses_no_processor_time(name: str) -> None:
    channels = [channel_to(name) for _ in range(50)]
    for number, channel in enumerate(channels):
        channel.queue_declare(f"mailbox-{number}", **KEPT)
        channel.basic_consume(f"mailbox-{number}", callback=print)
    drainers = [eventlet.spawn(channel.connection.drain_events) for channel in channels]
    eventlet.sleep(0.05)

    before = time.process_time()
    eventlet.sleep(1)
    used = time.process_time() - before

    for drainer in drainers:
        drainer.kill()
    assert used < 0.02


def test_a_sleeping_consumer_wakes_at_once(name: str) -> None:
    publisher, channel = channel_to(name), channel_to(name)
    channel.queue_declare("mailbox", **KEPT)
    waits: list[float] = []
    channel.basic_consume("mailbox", callback=lambda message: waits.append(time.perf_counter() - float(message.body)))

    def drain() -> None:
        while True:
            channel.connection.drain_events(timeout=60)

    drainer = eventlet.spawn(drain)
    for _ in range(50):
        eventlet.sleep(0.002)
        send(publisher, "mailbox", str(time.perf_counter()).encode())
    eventlet.sleep(0.05)
    drainer.kill()
    assert len(waits) == 50
    assert sorted(waits)[25] < 0.01


def test_draining_a_full_inbox_gives_way_to_other_greenlets(name: str) -> None:
    channel = channel_to(name)
    channel.queue_declare("mailbox", **KEPT)
    channel.basic_consume("mailbox", no_ack=True, callback=lambda message: None)
    send(channel, "mailbox", *[b"x"] * 1000)
    turns = 0

    def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            eventlet.sleep(0)

    other = eventlet.spawn(count)
    for _ in range(1000):
        channel.connection.drain_events(timeout=1)
    other.kill()
    assert turns >= 1000 // embedded.TURNS - 1


def test_a_header_that_cannot_travel_is_refused_as_it_is_on_the_wire(name: str) -> None:
    channel = channel_to(name)
    with pytest.raises(FrameSyntaxError):
        channel.basic_publish(Message(b"x", application_headers={"id": uuid.uuid4()}), "", "mailbox")


def test_confirms_of_a_batch_are_told_in_one(name: str) -> None:
    channel = channel_to(name)
    told: list[tuple[int, bool]] = []
    channel.confirm_select()
    channel.events["basic_ack"].add(lambda tag, multiple: told.append((tag, multiple)))
    send(channel, "nobody", *[b"x"] * 10)
    hush(channel.connection, 0.01)
    assert told == [(10, True)]


def test_cancelling_returns_what_the_callback_has_not_seen_unmarked(name: str) -> None:
    channel = channel_to(name)
    channel.queue_declare("mailbox", **KEPT)
    mailbox = Mailbox(channel, "mailbox")
    send(channel, "mailbox", b"1", b"2", b"3")
    until(channel.connection, lambda: mailbox.messages, "the first message")

    channel.basic_cancel(mailbox.tag)

    heir = Mailbox(channel, "mailbox")
    assert heir.receive(2) == [b"2", b"3"]
    assert not any(message.delivery_info["redelivered"] for message in heir.messages)


@given(st.lists(PATTERNS, max_size=6, unique=True), KEYS)
def test_the_tree_of_topics_finds_what_the_definition_says(patterns: list[str], key: str) -> None:
    queues = {pattern: Queue(pattern, None, durable=True, auto_delete=False, kind="quorum") for pattern in patterns}
    index = TopicIndex()
    for pattern, queue in queues.items():
        index.add(pattern, queue)

    assert {queue.name for queue in index.match(key)} == {pattern for pattern in patterns if defined(pattern, key)}

    for pattern, queue in queues.items():
        index.remove(pattern, queue)
    assert not index._root.children
    assert not index.match(key)


def defined(pattern: str, key: str) -> bool:
    """AMQP 0-9-1, 3.1.3.3: words are delimited by dots; each word is put between two commas here."""

    def expression(word: str) -> str:
        return {"*": r"<[^<>]*>", "#": r"(<[^<>]*>)*"}.get(word, re.escape(f"<{word}>"))

    words = "".join(f"<{word}>" for word in key.split(".")) if key else ""
    return bool(re.fullmatch("".join(map(expression, pattern.split("."))) if pattern else "", words))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["publish", "drain", "ack", "reject", "close", "cancel"]), st.integers(0, 2)))
)
def test_whatever_consumers_do_nothing_is_lost_doubled_or_out_of_order(acts: list[tuple[str, int]]) -> None:
    embedded.register()
    name = uuid.uuid4().hex
    publisher = channel_to(name)
    publisher.queue_declare("mailbox", **KEPT)
    boxes = [Mailbox(channel_to(name), "mailbox", prefetch=3) for _ in range(3)]
    published, done = 0, set()
    for act, which in acts:
        box = boxes[which]
        if act == "publish":
            send(publisher, "mailbox", str(published).encode())
            published += 1
        elif act == "drain":
            with contextlib.suppress(TimeoutError):
                box.connection.drain_events(timeout=0)
        elif act == "ack" and box.messages:
            done.add(int(box.messages[0].body))
            box.ack()
        elif act == "reject" and box.messages:
            box.channel.basic_reject(box.messages.pop().delivery_tag, requeue=True)
        elif act == "close":
            box.connection.close()
            boxes[which] = Mailbox(channel_to(name), "mailbox", prefetch=3)
        elif act == "cancel":
            box.channel.basic_cancel(box.tag)
            box.tag = box.channel.basic_consume("mailbox", callback=box.messages.append)
        held = [int(message.body) for box in boxes for message in box.messages]
        assert len(set(held)) == len(held)
        assert not done & set(held)

    for box in boxes:
        box.connection.close()
    left = []
    while (message := publisher.basic_get("mailbox", no_ack=True)) is not None:
        left.append(int(message.body))
    embedded.forget(name)
    assert left == [number for number in range(published) if number not in done]


THREADS = """
import sys, threading, time
sys.path.insert(0, {root!r})
import kombu
from amqp.basic_message import Message
from chassis import embedded
assert "eventlet" not in sys.modules, "this test is about plain threads"
embedded.register()
COUNT, got, redelivered, stop = 2000, [], [], threading.Event()

def publish(number):
    channel = kombu.Connection("embedded://threads").connection.channel()
    channel.confirm_select()
    confirmed = [0]
    channel.events["basic_ack"].add(lambda tag, multiple: confirmed.__setitem__(0, tag))
    for sent in range(COUNT):
        channel.basic_publish(Message(b"%d.%d" % (number, sent)), "", "mailbox", mandatory=True)
        if sent % 50 == 49:
            while confirmed[0] <= sent:
                channel.connection.drain_events(timeout=10)

def consume(impatient):
    while not stop.is_set():
        connection = kombu.Connection("embedded://threads").connection
        channel = connection.channel()
        channel.basic_qos(0, 10, False)
        def handle(message):
            if message.delivery_info["redelivered"]:
                redelivered.append(message.body)
            got.append(message.body)
            channel.basic_ack(message.delivery_tag)
        channel.basic_consume("mailbox", callback=handle)
        for _ in range(30 if impatient else 10**9):
            try:
                connection.drain_events(timeout=0.2)
            except TimeoutError:
                if stop.is_set():
                    break
        connection.close()

setup = kombu.Connection("embedded://threads").connection.channel()
setup.queue_declare("mailbox", durable=True, auto_delete=False)
threads = [threading.Thread(target=consume, args=(number < 2,), daemon=True) for number in range(4)]
publishers = [threading.Thread(target=publish, args=(number,), daemon=True) for number in range(3)]
for thread in threads + publishers:
    thread.start()
for thread in publishers:
    thread.join(60)
end = time.monotonic() + 30
while len(got) < 3 * COUNT and time.monotonic() < end:
    time.sleep(0.02)
stop.set()
for thread in threads:
    thread.join(5)
before = time.process_time()
sleeper = threading.Thread(target=lambda: setup.connection.drain_events(), daemon=True)
sleeper.start()
time.sleep(0.5)
print(len(got), len(set(got)), len(redelivered) > 0, setup.queue_declare("mailbox", passive=True).message_count,
      time.process_time() - before < 0.05)
"""


def test_plain_threads_lose_and_double_nothing_and_sleep_when_idle() -> None:
    script = THREADS.format(root=str(ROOT))
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=100, check=False)
    assert result.stderr == ""
    assert result.stdout.split() == ["6000", "6000", "True", "0", "True"]


class Handled:
    """A publisher whose confirms mean that consumers have acknowledged."""

    def __init__(self, name: str) -> None:
        options = {"confirm": "handled"}
        self.channel = kombu.Connection(f"embedded://{name}", transport_options=options).connection.channel()
        self.told: list[t.Any] = []
        self.channel.events["basic_ack"].add(lambda tag, multiple: self.told.append(("ack", tag, multiple)))
        self.channel.events["basic_return"].add(lambda *args: self.told.append("return"))
        self.channel.confirm_select()

    def hear(self) -> list[t.Any]:
        hush(self.channel.connection, 0.01)
        return self.told


def test_a_confirm_may_wait_until_every_consumer_has_acknowledged(name: str) -> None:
    publisher, channel = Handled(name), channel_to(name)
    boxes = []
    for queue in ("one", "two"):
        channel.queue_declare(queue, **KEPT)
        channel.queue_bind(queue, "amq.fanout")
        boxes.append(Mailbox(channel, queue))
    for body in (b"1", b"2"):
        publisher.channel.basic_publish(Message(body), "amq.fanout", mandatory=True)
    boxes[0].receive(2)
    boxes[0].ack(1)
    boxes[0].ack(0)
    assert publisher.hear() == []

    boxes[1].ack(1)
    assert publisher.hear() == [("ack", 2, False)]
    boxes[1].channel.basic_reject(boxes[1].messages[0].delivery_tag, requeue=False)
    assert publisher.hear() == [("ack", 2, False), ("ack", 1, False)]


def test_a_message_that_comes_back_is_not_handled_yet(name: str) -> None:
    publisher, channel, other = Handled(name), channel_to(name), channel_to(name)
    channel.queue_declare("mailbox", **KEPT)
    Mailbox(channel, "mailbox").receive(0)
    send(publisher.channel, "mailbox", b"x")
    channel.connection.close()
    assert publisher.hear() == []

    heir = Mailbox(other, "mailbox")
    heir.receive(1)
    heir.ack()
    assert publisher.hear() == [("ack", 1, False)]


def test_a_message_without_a_queue_is_returned_before_it_is_confirmed(name: str) -> None:
    publisher = Handled(name)
    publisher.channel.basic_publish(Message(b"x"), "", "nobody", mandatory=True)
    assert publisher.hear() == ["return", ("ack", 1, False)]


@pytest.mark.parametrize("held", [True, False])
def test_a_message_whose_queue_is_deleted_will_not_be_waited_for(name: str, held: bool) -> None:
    publisher, channel = Handled(name), channel_to(name)
    channel.queue_declare("mailbox", **KEPT)
    if held:
        Mailbox(channel, "mailbox", on_cancel=print)
    send(publisher.channel, "mailbox", b"x")
    publisher.channel.queue_delete("mailbox")
    channel.close()
    assert publisher.hear() == [("ack", 1, False)]


def test_a_late_confirm_does_not_settle_a_message_of_the_channel_s_next_life(name: str) -> None:
    publisher, channel = Handled(name), channel_to(name)
    channel.queue_declare("mailbox", **KEPT)
    mailbox = Mailbox(channel, "mailbox")
    send(publisher.channel, "mailbox", b"old")
    mailbox.receive(1)
    with contextlib.suppress(publisher.channel.connection.client.channel_errors):
        publisher.channel.queue_declare("missing", passive=True)
    publisher.channel.confirm_select()
    send(publisher.channel, "mailbox", b"new")
    mailbox.receive(2)

    mailbox.ack(0)
    assert publisher.hear() == []
    mailbox.ack(0)
    assert publisher.hear() == [("ack", 1, False)]
