"""The whole HTTP face over an in-memory database and a bus that the test plays itself."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace
from functools import cache
from uuid import UUID

import eventlet
import pytest
from flask import Flask
from flask.testing import FlaskClient

from chassis import organizations
from chassis.envelope import Envelope
from chassis.errors import ServiceUnavailable
from chassis.principal import Principal
from chassis.testing import Bench
from contracts.registry import REGISTRY
from gateway.app import create_app
from gateway.door import Door
from gateway.handlers import HANDLERS
from gateway.keys import create_key
from gateway.models import Base
from gateway.service import ended_in
from gateway.settings import GatewaySettings
from gateway.waiting import Waiting

FIRM = {"name": "凤泉律师事务所", "district": "凤泉区"}
LAWYER = UUID("0190b3f0-0000-7000-8000-000000000001")


@dataclass
class Bus:
    """Stands for services and broker: what they would answer is set by the test."""

    bench: Bench
    waiting: Waiting
    reads: dict[str, t.Any] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, t.Any], Principal]] = field(default_factory=list)
    broker: bool = True
    database: bool = True

    def ask(self, service: str, name: str, params: dict[str, t.Any], principal: Principal) -> dict[str, t.Any]:
        self.asked.append((name, params, principal))
        answer = self.reads.get(name)
        if answer is None:
            raise ServiceUnavailable(service, 3)
        if isinstance(answer, Exception):
            raise answer
        return t.cast(dict[str, t.Any], answer)

    def health(self) -> dict[str, bool]:
        return {"database": self.database, "broker": self.broker}

    @property
    def sent(self) -> list[Envelope]:
        """The commands that the gateway handed to its relay."""
        return [Envelope.decode(row.body) for row in self.bench.relay.rows]

    def finish(self, command: UUID | str, status: str, **outcome: t.Any) -> None:
        """A service says how a command ended."""
        said = self._said(command, status, **outcome)
        kept = list(self.bench.relay.rows)
        self.bench.deliver(said)  # before anybody is told: who is told goes on at once
        self.bench.relay.rows[:] = kept
        self._tell(said)
        self.waiting.wake([UUID(str(command))])

    def told(self, command: UUID | str, status: str, **outcome: t.Any) -> None:
        """The gateway has heard how a command ended, and has not committed it yet."""
        self._tell(self._said(command, status, **outcome))

    def _tell(self, said: Envelope) -> None:
        self.waiting.tell({key: end for key, end in ended_in([said.encode()], REGISTRY).items() if end is not None})

    def _said(self, command: UUID | str, status: str, **outcome: t.Any) -> Envelope:
        data = {
            "command": UUID(str(command)),
            "command_type": "assignment.register_firm.v1",
            "status": status,
            "finished_at": self.bench.clock.now(),
            **outcome,
        }
        return replace(self.bench.envelope("platform.command_finished.v1", data), subject=str(command))

    def will_finish(self, status: str, *, committed: bool = True, **outcome: t.Any) -> None:
        """As soon as a command is sent, a service ends it so; the gateway hears it, and has ``committed`` it."""
        hand_over = self.bench.relay.hand_over

        def answering(rows: t.Any) -> None:
            hand_over(rows)
            for row in rows:
                eventlet.spawn(self.finish if committed else self.told, row.id, status, **outcome)

        self.bench.relay.hand_over = answering  # type: ignore[method-assign]


@dataclass
class Network:
    """What a test holds: a client per role, the bus, and the door behind them."""

    door: Door
    bus: Bus
    keys: dict[str, str]

    def client(self, role: str | None = "center_admin", **settings: t.Any) -> Caller:
        key = self.keys[role] if role else None
        if settings:
            door = replace(self.door, settings=replace(self.door.settings, **settings))
            return Caller(create_app(door).test_client(), key)
        return Caller(app_over(self.door).test_client(), key)


class TheDoor:
    """The door of the test that runs: the app stands on it, because making an app for every test takes minutes."""

    door: Door

    def __getattr__(self, name: str) -> t.Any:
        return getattr(self.door, name)


THE_DOOR = TheDoor()


def app_over(door: Door) -> Flask:
    """The app with default settings, made once, over this door from now on."""
    THE_DOOR.door = door
    return _app()


@cache
def _app() -> Flask:
    return create_app(t.cast(Door, THE_DOOR))


@dataclass
class Caller:
    """A Flask test client with an API key."""

    http: FlaskClient
    key: str | None

    def __call__(self, method: str, path: str, *, headers: dict[str, str] | None = None, **kw: t.Any) -> t.Any:
        credential = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return self.http.open(path, method=method, headers=credential | (headers or {}), **kw)

    def get(self, path: str, **kw: t.Any) -> t.Any:
        return self("GET", path, **kw)

    def post(self, path: str, body: t.Any = None, **kw: t.Any) -> t.Any:
        return self("POST", path, json=body, **kw) if body is not None else self("POST", path, **kw)


@pytest.fixture
def bench() -> Bench:
    return Bench("gateway", HANDLERS, {}, Base.metadata, GatewaySettings(), REGISTRY)


@pytest.fixture
def network(bench: Bench) -> Network:
    waiting = Waiting()
    bus = Bus(bench, waiting)
    door = Door(GatewaySettings(), bench.database, bench.clock, bench.relay, bus.ask, waiting, bus.health)
    now, keys = bench.clock.now(), {}
    with bench.session() as session:
        organizations.register(session, "womens-federation", "妇女联合会", None, "womens_federation", now=now)
        for role in ("center_admin", "center_staff", "auditor"):
            keys[role] = create_key(session, "", role=role, organization="center", now=now)
        keys["lawyer"] = create_key(session, "", role="lawyer", organization="center", person=LAWYER, now=now)
        keys["liaison"] = create_key(session, "", role="liaison", organization="womens-federation", now=now)
        keys["station"] = create_key(
            session, "", role="liaison", organization="womens-federation", station="fengquan", now=now
        )
    return Network(door, bus, keys)


@pytest.fixture
def admin(network: Network) -> Caller:
    return network.client()


@pytest.fixture
def bus(network: Network) -> Bus:
    return network.bus
