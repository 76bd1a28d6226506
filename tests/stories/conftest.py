"""What every story stands on: both set-ups, and one running platform for the stories of a module."""

from __future__ import annotations

import logging
import typing as t

import pytest
import structlog

from tests.infrastructure.backends import Backend, Broker, Databases
from tests.stories.cast import Cast, gather
from tests.stories.network import Network, at

SETUPS = [
    pytest.param("embedded", id="embedded"),
    pytest.param("rabbitmq", id="rabbitmq", marks=pytest.mark.broker),
]
BEGINS = "2026-02-12 10:00"  # a Thursday, four days before the Spring Festival of the Year of the Horse


@pytest.fixture(scope="package", autouse=True)
def quiet() -> t.Iterator[None]:
    """Services that run in this process log what is wrong and nothing else."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="module", params=SETUPS)
def setup(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Backend]:
    """Each set-up in turn: embedded bus with SQLite, RabbitMQ with PostgreSQL."""
    folder = tmp_path_factory.mktemp("story")
    if request.param == "embedded":
        yield Backend("embedded", f"embedded://{folder.name}", "sqlite:///{var}/{service}.db", "aidbus", folder)
        return
    broker: Broker = request.getfixturevalue("broker")
    databases: Databases = request.getfixturevalue("databases")
    namespace = broker.namespace()
    backend = Backend("rabbitmq", broker.url, databases.address(namespace), namespace, folder, databases)
    yield backend
    broker.delete_queues_of(backend)
    databases.drop(namespace)


@pytest.fixture(scope="module")
def network(setup: Backend) -> t.Iterator[Network]:
    """A running platform that knows nothing but the center, on a Thursday in February 2026."""
    platform = Network(setup, at(BEGINS))
    platform.start()
    yield platform
    platform.close()


@pytest.fixture(scope="module")
def cast(network: Network) -> Cast:
    """The center, the women's federation and two lawyers."""
    return gather(network)
