"""The toy platform on each set-up in turn: embedded bus with SQLite, RabbitMQ with PostgreSQL."""

import typing as t

import pytest

from tests.infrastructure.backends import Backend
from tests.toy.driver import Toy


@pytest.fixture
def toy(backend: Backend) -> t.Iterator[Toy]:
    toy = Toy(backend)
    yield toy
    toy.end()
