"""The gateway as a nameko service: wiring only; see app.py for HTTP and handlers.py for messages."""

from __future__ import annotations

import contextlib
import datetime as dt
import typing as t
from uuid import UUID

import eventlet
import structlog

from chassis import notices, open_files
from chassis.consume import Handler
from chassis.database import INTERRUPTED
from chassis.endings import COMMAND_FINISHED
from chassis.envelope import Envelope, MalformedEnvelope
from chassis.errors import DatabaseAway
from chassis.mailbox import mailbox
from chassis.platform import Platform
from chassis.registry import Contracts
from contracts.registry import REGISTRY
from gateway import repository
from gateway.app import create_app
from gateway.door import Door
from gateway.handlers import HANDLERS
from gateway.http import HttpServer
from gateway.settings import GatewaySettings
from gateway.streams import Streams
from gateway.waiting import Told, Waiting

log = structlog.get_logger("aidbus.gateway")
SWEEP_SECONDS = 3600
FINISHED = "aidbus_finished"  # commands that ended, for the gateway process whose request waits for them


class GatewayPlatform(Platform):
    """The chassis with the HTTP door on it: the door opens last and closes first."""

    settings: GatewaySettings

    def setup(self) -> None:
        if hasattr(self, "http"):
            return
        self.waiting = Waiting(lambda: self.listener.is_listening)
        super().setup()
        options = self.settings
        connections = options.http_connections + options.stream_listeners  # a stream keeps its connection
        if not open_files.suffice(connections):
            log.warning("too few open files for all connections; raise LimitNOFILE", connections=connections)
        self.http = HttpServer(options.host, options.port, connections, share_port=options.share_port)
        self.streams = Streams(self)

    def start(self) -> None:
        super().start()
        door = Door(
            settings=self.settings,
            database=self.database,
            clock=self.clock,
            relay=self.relay,
            ask=self.ask,
            waiting=self.waiting,
            health=self.health,
            streams=self.streams,
        )
        self.container.spawn_managed_thread(lambda: self.http.serve(create_app(door)), identifier="http")
        self.container.spawn_managed_thread(self._sweep, identifier="sweep")
        for work in (self.streams.hear, self.streams.pump, self.streams.watch_keys):
            self.container.spawn_managed_thread(work, identifier=f"streams-{work.__name__}")

    def stop(self) -> None:
        self.waiting.stop()
        self.streams.stop()
        self.http.stop(self.settings.stop_seconds)
        super().stop()

    def kill(self) -> None:
        self.waiting.stop()
        self.streams.stop()
        super().kill()

    def heard(self) -> dict[str, notices.Heard]:
        return {**super().heard(), FINISHED: self._finished_elsewhere}

    def consume(
        self, handlers: t.Mapping[str, Handler], bodies: t.Sequence[bytes], organization: str | None = None
    ) -> None:
        """Handle a batch. Requests that wait hear before how their command ended: its service has committed that."""
        ends = ended_in(bodies, self.contracts, self.waiting.is_awaited)
        self.waiting.tell({command: told for command, told in ends.items() if told is not None})
        super().consume(handlers, bodies, organization)
        self._finished(ends)

    def _finished(self, commands: t.Iterable[UUID]) -> None:
        """Wake the requests that wait for the commands that a committed batch was about, here or in another process."""
        strangers = self.waiting.wake(commands)
        if strangers and not self.database.is_sqlite:
            with contextlib.suppress(DatabaseAway), self.database.session() as session:
                notices.say(session, FINISHED, *map(str, strangers))

    def _finished_elsewhere(self, words: list[str]) -> None:
        if words:
            self.waiting.wake(map(UUID, words))
        else:
            self.waiting.wake_all()

    def _sweep(self) -> None:
        """Forget old commands with their idempotency keys, and what was counted in windows that are over."""
        while not self._stopping:
            before = self.clock.now() - dt.timedelta(days=self.settings.idempotency_days)
            try:
                with self.database.session() as session:
                    repository.prune(session, before)
                    repository.forget_counts(session, dt.datetime.now(dt.UTC))
            except INTERRUPTED:
                log.warning("the sweep of old commands waits for the database")
            eventlet.sleep(SWEEP_SECONDS)


class GatewayService:
    """The front door."""

    name = "gateway"
    platform = GatewayPlatform(GatewaySettings, REGISTRY)

    @mailbox(HANDLERS)
    def consume(self, batch: t.Any, organization: str) -> None:
        self.platform.consume(HANDLERS, batch, organization)


def ended_in(
    bodies: t.Sequence[bytes], contracts: Contracts, is_awaited: t.Callable[[UUID], bool] = lambda _: True
) -> dict[UUID, Told | None]:
    """The commands whose end these messages tell, and how those that are awaited ended.

    None where nobody waits here, or where it is not said as the contract wants it.
    """
    found: dict[UUID, Told | None] = {}
    for body in bodies:
        try:
            message = Envelope.decode(body)
            command = UUID(message.subject or "")
        except (MalformedEnvelope, ValueError):
            continue
        found[command] = None
        if message.type == COMMAND_FINISHED and is_awaited(command):
            with contextlib.suppress(ValueError):
                found[command] = contracts.load(message.type, message.data)
    return found
