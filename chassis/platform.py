"""What a service declares to stand on the chassis: settings, clock, database, outbox relay, consumer, query client.

A nameko dependency provider, one per service; ``service.py`` of every service reads the same because of it.
"""

from __future__ import annotations

import datetime as dt
import os
import typing as t
from dataclasses import dataclass, field

import eventlet
import structlog
from nameko.extensions import DependencyProvider

from chassis import dead_letters, inbox, notices, query, relay, settings
from chassis.clock import Clock, clock_for
from chassis.consume import Consumer, Handler
from chassis.database import INTERRUPTED, Database
from chassis.errors import DatabaseAway
from chassis.ids import new_id
from chassis.principal import Principal
from chassis.registry import Contracts
from chassis.topology import Topology
from chassis.work import Read

log = structlog.get_logger("aidbus.platform")
HOUSEKEEPING_SECONDS = 3600


@dataclass
class Process:
    """What all services of one process share; it travels in nameko's configuration under ``aidbus``."""

    environ: t.Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    clock: Clock | None = None
    platforms: dict[str, Platform] = field(default_factory=dict)
    process_id: str = field(default_factory=lambda: new_id().hex[-12:])

    def config(self) -> dict[str, t.Any]:
        """The configuration for a nameko container. Concurrency is limited by the extensions themselves."""
        return {"aidbus": self, "max_workers": 500}


class Platform(DependencyProvider):
    """The chassis of one service."""

    def __init__(self, kind: type[settings.PlatformSettings], contracts: Contracts) -> None:
        self.kind, self.contracts = kind, contracts

    def setup(self) -> None:
        if hasattr(self, "service"):
            return  # an entrypoint that needs the platform may have set it up first
        self.service: str = self.container.service_name
        self.process: Process = self.container.config["aidbus"]
        self.settings = settings.load(self.kind, self.process.environ)
        self.clock = self.process.clock or clock_for(self.settings.clock_file)
        self.process_id = self.process.process_id
        self.topology = Topology(self.settings.namespace, self.contracts)
        pool = self.settings.concurrency + 6
        self.database = Database(self.settings.database_for(self.service), pool_size=pool)
        self.relay = relay.Relay(self.service, self.database, self.topology, self.clock, self.settings)
        self.client = query.QueryClient(self.settings.bus_url, self.topology, self.settings.heartbeat)
        self.listener = notices.Listener(self.service, self.database, self.heard())
        self._consumers: dict[int, Consumer] = {}
        self._has_new_organizations = False
        self._stopping = False
        self.process.platforms[self.service] = self

    def start(self) -> None:
        self.container.spawn_managed_thread(self.relay.run, identifier="relay")
        self.container.spawn_managed_thread(self._keep_house, identifier="housekeeping")
        self.container.spawn_managed_thread(self.listener.run, identifier="notices")

    def stop(self) -> None:
        if not hasattr(self, "relay"):
            return  # its setup failed; the error is on its way to the operator
        self._stopping = True
        self.listener.stop()
        self.relay.stop(self.settings.stop_seconds / 4)
        self.relay.publisher.close()
        self.client.close()
        self.database.close()

    def kill(self) -> None:
        if hasattr(self, "relay"):
            self._stopping = True
            self.listener.stop()
            self.relay.stop()

    def get_dependency(self, worker_ctx: t.Any) -> Platform:
        return self

    def heard(self) -> dict[str, notices.Heard]:
        """What is done about notices of other processes, by channel."""
        return {
            notices.OUTBOX: lambda _words: self.relay.wake(sweep=True),
            notices.ORGANIZATIONS: lambda _words: self._told_of_organizations(),
        }

    def may_have_new_organizations(self) -> bool:
        """Whether somebody told of a new organization since this was asked last."""
        told, self._has_new_organizations = self._has_new_organizations, False
        return told

    def _told_of_organizations(self) -> None:
        self._has_new_organizations = True

    def consume(
        self, handlers: t.Mapping[str, Handler], bodies: t.Sequence[bytes], organization: str | None = None
    ) -> None:
        """Handle one micro-batch; see consume.py."""
        self.consumer(handlers).consume(bodies, organization)

    def consumer(self, handlers: t.Mapping[str, Handler]) -> Consumer:
        """The consumer for one dict of handlers."""
        found = self._consumers.get(id(handlers))
        if found is None:
            found = self._consumers[id(handlers)] = Consumer(
                self.service, self.database, self.contracts, handlers, self.settings, self.clock, self.relay
            )
        return found

    def answer(self, views: t.Mapping[str, query.View], questions: t.Sequence[t.Any]) -> list[bytes]:
        """Answer queries; see query.py."""
        with self.database.reading() as session:

            def read(principal: Principal) -> Read:
                return Read(session, self.clock.now(), principal, self.settings)

            return [query.answer(views, question, read, self.service, self._keep) for question in questions]

    def _keep(self, rows: list[t.Any]) -> None:
        """Commit what a view recorded, in a transaction of its own."""
        with self.database.session() as session:
            session.add_all(rows)

    def ask(
        self, service: str, name: str, params: dict[str, t.Any], principal: Principal, timeout: float | None = None
    ) -> dict[str, t.Any]:
        """Ask another service; raises Rejected or ServiceUnavailable."""
        return self.client.ask(service, name, params, principal, timeout or self.settings.query_seconds)

    def health(self) -> dict[str, t.Any]:
        """What works and how much waits: ``database``, ``broker``, ``outbox``, ``oldest_seconds``, ``dead_letters``."""
        report: dict[str, t.Any] = {"database": True, "broker": self.relay.publisher.is_connected}
        try:
            with self.database.session() as session:
                report["outbox"], report["oldest_seconds"] = relay.backlog(session, self.clock.now())
                report["dead_letters"] = dead_letters.count_held(session)
        except DatabaseAway:
            report["database"] = False
        return report

    def _keep_house(self) -> None:
        """Forget old message ids, and what freed space still says."""
        while not self._stopping:
            try:
                before = self.clock.now() - dt.timedelta(days=self.settings.inbox_days)
                while self._forget(before):
                    eventlet.sleep(0)
                self.database.forget_freed()
            except INTERRUPTED:
                log.warning("housekeeping waits for the database", service=self.service)
            eventlet.sleep(HOUSEKEEPING_SECONDS)

    def _forget(self, before: dt.datetime) -> int:
        """Some old message ids, in a transaction of their own: others work between two."""
        with self.database.session() as session:
            return inbox.forget(session, before)


def platform_of(container: t.Any) -> Platform:
    """The platform of a container, for extensions; sets it up if it is not yet."""
    for provider in container.dependencies:
        if isinstance(provider, Platform):
            provider.setup()
            return provider
    raise RuntimeError(f"{container.service_name} declares no Platform")


__all__ = ["Platform", "Process", "platform_of"]
