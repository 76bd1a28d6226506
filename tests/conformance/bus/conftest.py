"""The buses that must behave alike: the embedded one, and RabbitMQ with each type of queue.

Every test is written against py-amqp's channel and runs on all of them. `bus.queue(...)` gives mailbox queues, of the
type that the bus under test stands for; all names are unique and deleted afterwards.
"""

import typing as t
import uuid

import pytest

from chassis import embedded
from tests.conformance.bus.bus_under_test import Bus

BUSES = [
    pytest.param(("embedded", "quorum"), id="embedded"),
    pytest.param(("rabbitmq", "quorum"), id="rabbitmq-quorum", marks=pytest.mark.broker),
    pytest.param(("rabbitmq", "classic"), id="rabbitmq-classic", marks=pytest.mark.broker),
]


@pytest.fixture(params=BUSES)
def bus(request: pytest.FixtureRequest) -> t.Iterator[Bus]:
    """Each bus in turn. RabbitMQ's address comes from the suite's `amqp_url`."""
    kind, queue_type = request.param
    embedded.register()
    name = uuid.uuid4().hex
    made = Bus(f"embedded://{name}" if kind == "embedded" else request.getfixturevalue("amqp_url"), queue_type)
    yield made
    made.clean_up()
    embedded.forget(name)
