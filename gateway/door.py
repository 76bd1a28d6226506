"""What the HTTP face stands on. Everything is handed in, so that the app runs without a bus and without nameko."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from marshmallow import Schema

from chassis.clock import Clock
from chassis.consume import Relay
from chassis.database import Database
from chassis.principal import Principal
from contracts import assignment, intake, notification, supervision
from contracts.registry import REGISTRY, Registry
from gateway.settings import GatewaySettings
from gateway.waiting import Waiting

if t.TYPE_CHECKING:
    from gateway.streams import Streams

Queries = t.Mapping[str, tuple[type[Schema], type[Schema]]]


class Ask(t.Protocol):
    """Ask a service; raises Rejected or ServiceUnavailable."""

    def __call__(self, service: str, name: str, params: dict[str, t.Any], principal: Principal) -> dict[str, t.Any]: ...


def known_queries() -> Queries:
    """Every query of the contracts: name -> (parameters, result)."""
    found: dict[str, tuple[type[Schema], type[Schema]]] = {}
    for module in (intake, assignment, supervision, notification):
        found |= getattr(module, "QUERIES", {})
    return found


@dataclass(frozen=True)
class Door:
    """``health``: at least ``database`` and ``broker``, whether each is there."""

    settings: GatewaySettings
    database: Database
    clock: Clock
    relay: Relay
    ask: Ask
    waiting: Waiting
    health: t.Callable[[], t.Mapping[str, t.Any]]
    streams: Streams | None = None
    contracts: Registry = REGISTRY
    queries: Queries = field(default_factory=known_queries)
