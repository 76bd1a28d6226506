"""What the gateway does beside its requests goes on after a statement that the database broke off, and after an event
that is none."""

from __future__ import annotations

import json
import typing as t
from types import SimpleNamespace

import pytest
from psycopg.errors import QueryCanceled
from sqlalchemy.exc import OperationalError

from chassis.testing import Bench
from contracts.registry import REGISTRY
from gateway import repository
from gateway.handlers import HANDLERS
from gateway.models import Base
from gateway.service import GatewayPlatform
from gateway.settings import GatewaySettings
from gateway.streams import Streams

BROKEN_OFF = OperationalError("DELETE", {}, QueryCanceled("it took too long"))


@pytest.fixture
def bench() -> Bench:
    return Bench("gateway", HANDLERS, {}, Base.metadata, GatewaySettings(), REGISTRY)


def breaking_off_once(end: t.Callable[[], None]) -> t.Callable[..., t.Any]:
    """A statement that is broken off; when it is made again, ``end`` is called."""
    calls: list[int] = []

    def statement(*_: t.Any) -> t.Any:
        calls.append(1)
        if len(calls) == 1:
            raise BROKEN_OFF
        end()
        return set()

    return statement


def test_old_commands_are_forgotten_at_the_next_sweep(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    platform: t.Any = GatewayPlatform(GatewaySettings, REGISTRY)
    platform.database, platform.clock, platform.settings, platform._stopping = (
        bench.database,
        bench.clock,
        bench.settings,
        False,
    )
    monkeypatch.setattr("eventlet.sleep", lambda _seconds: None)
    monkeypatch.setattr(repository, "prune", breaking_off_once(lambda: setattr(platform, "_stopping", True)))
    platform._sweep()
    assert platform._stopping


def test_streams_of_revoked_keys_are_closed_at_the_next_look(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    streams = Streams(SimpleNamespace(settings=bench.settings, database=bench.database, ask=None, topology=None))
    monkeypatch.setattr("eventlet.sleep", lambda _seconds: None)
    monkeypatch.setattr(repository, "revoked_of", breaking_off_once(lambda: setattr(streams, "_stopping", True)))
    streams.watch_keys()
    assert streams._stopping


@pytest.mark.parametrize(
    "data", [{"person": 5, "notification": 6}, {"person": [], "notification": {}}, {}, [], "x", None]
)
def test_an_event_that_is_none_ends_no_stream(bench: Bench, data: object) -> None:
    streams = Streams(SimpleNamespace(settings=bench.settings, database=bench.database, ask=None, topology=None))
    streams._receive(SimpleNamespace(body=json.dumps({"data": data}).encode()))
    assert not streams._news
