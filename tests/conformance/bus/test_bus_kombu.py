"""kombu's own level and stock nameko run on both buses."""

import typing as t

import eventlet
import kombu
import pytest
from kombu.pools import connections, producers
from nameko.containers import ServiceContainer
from nameko.events import EventDispatcher, event_handler
from nameko.exceptions import RemoteError
from nameko.rpc import rpc
from nameko.standalone.events import event_dispatcher
from nameko.standalone.rpc import ClusterRpcProxy

from tests.conformance.bus.bus_under_test import SECONDS, Bus


def test_a_producer_and_a_consumer_of_kombu_understand_each_other(bus: Bus) -> None:
    client = bus.connect().client
    exchange = kombu.Exchange(bus.name("exchange"), "topic", durable=False, auto_delete=True)
    queue = kombu.Queue(bus.name("queue"), exchange, "center.*", durable=False, auto_delete=True)
    received: list[tuple[t.Any, ...]] = []

    def handle(body: t.Any, message: kombu.Message) -> None:
        received.append((body, message.content_type, message.properties["correlation_id"], message.headers))
        message.ack()

    with client.Consumer(queue, callbacks=[handle], prefetch_count=5, accept=["json", "yaml"]):
        for serializer in ("json", "yaml"):
            client.Producer().publish(
                {"申请": [1, None]},
                exchange=exchange,
                routing_key="center.filed",
                declare=[queue],
                serializer=serializer,
                correlation_id="c-1",
                headers={"attempt": 1},
            )
            while not received:
                client.drain_events(timeout=SECONDS)
            body, content_type, correlation, headers = received.pop()
            assert body == {"申请": [1, None]}
            assert serializer in content_type
            assert (correlation, headers) == ("c-1", {"attempt": 1})


def test_a_lost_connection_is_made_again(bus: Bus) -> None:
    client = bus.connect().client
    queue = kombu.Queue(bus.name("queue"), durable=False, auto_delete=True, exclusive=False)
    client.connection.close()
    assert not client.connected

    client.ensure_connection(max_retries=1)
    assert client.connected
    client.Producer().publish({"x": 1}, routing_key=queue.name, declare=[queue], retry=True)
    message = queue(client.default_channel).get()
    assert message.payload == {"x": 1}
    message.ack()
    queue(client.default_channel).delete()


def test_a_simple_queue_of_kombu_works_and_times_out(bus: Bus) -> None:
    client = bus.connect().client
    simple = client.SimpleBuffer(bus.name("simple"))
    simple.put({"x": 1})
    assert simple.get(timeout=SECONDS).payload == {"x": 1}
    with pytest.raises(simple.Empty):
        simple.get(timeout=0.05)
    simple.close()


class Clerk:
    """A service as nameko's manual writes it."""

    name = "clerk"
    dispatch = EventDispatcher()
    heard: t.ClassVar[list[str]] = []

    @rpc
    def stamp(self, paper: str) -> str:
        if not paper:
            raise ValueError("no paper")
        self.dispatch("stamped", paper)
        return f"{paper}, stamped"

    @event_handler("clerk", "stamped")
    def hear(self, paper: str) -> None:
        self.heard.append(paper)


@pytest.fixture
def clerk(bus: Bus) -> t.Iterator[dict[str, t.Any]]:
    """The service, running on the bus under test."""
    config = {"AMQP_URI": bus.url, "TRANSPORT_OPTIONS": {"login_method": "PLAIN"}, "rpc_exchange": bus.name("rpc")}
    Clerk.heard.clear()
    container = ServiceContainer(Clerk, config)
    container.start()
    yield config
    container.stop()
    for pools in (connections, producers):
        for pool in pools.values():
            pool.force_close_all()
        pools.clear()
    channel = bus.channel()
    for queue in ("rpc-clerk", "evt-clerk-stamped--clerk.hear"):
        channel.queue_delete(queue)


def test_stock_nameko_answers_calls_and_hears_events(clerk: dict[str, t.Any]) -> None:
    with ClusterRpcProxy(clerk, timeout=SECONDS) as services:
        assert services.clerk.stamp("a grant") == "a grant, stamped"
        with pytest.raises(RemoteError, match="no paper"):
            services.clerk.stamp("")
        calls = [services.clerk.stamp.call_async(str(number)) for number in range(20)]
        assert [call.result() for call in calls] == [f"{number}, stamped" for number in range(20)]
    event_dispatcher(clerk)("clerk", "stamped", "by hand")
    with eventlet.Timeout(SECONDS):
        while len(Clerk.heard) < 22:
            eventlet.sleep(0.02)
    assert set(Clerk.heard) == {"a grant", "by hand", *map(str, range(20))}
