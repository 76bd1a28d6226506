"""The platform as a story sees it: started on a set-up, a clock that can be moved, and people who act over HTTP.

Whoever acts has an API key of their own and nothing else: what a story proves, a front end can do.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import socket
import subprocess
import sys
import typing as t
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID
from zlib import crc32
from zoneinfo import ZoneInfo

import eventlet
import requests

from chassis import bus
from chassis.clock import FileClock, MovableClock
from chassis.database import Database
from chassis.platform import Process
from chassis.runner import Running, load_service
from chassis.topology import Topology
from contracts.registry import REGISTRY
from gateway.keys import check_key, create_key
from tests.infrastructure.backends import SERVICES, Backend
from tests.infrastructure.waiting import wait_until

Body = dict[str, t.Any]
HEYANG = ZoneInfo("Asia/Shanghai")  # the model city keeps Beijing time
PATIENCE = 30.0  # seconds until something that must happen has happened
LIVELY = {
    "AIDBUS_PORT": "0",
    "AIDBUS_LOG_LEVEL": "ERROR",
    "AIDBUS_REFRESH_SECONDS": "0.2",
    "AIDBUS_RELAY_SWEEP_SECONDS": "0.5",
    "AIDBUS_RETRY_SECONDS": "0.1",
    "AIDBUS_TICK_SECONDS": "0.05",
    "AIDBUS_QUERY_SECONDS": "10",
    "AIDBUS_STOP_SECONDS": "5",
}


class SaidNo(AssertionError):
    """A story expected the platform to do something, and it refused; the text shows its problem document."""


@dataclass
class Answer:
    """What came back over HTTP."""

    status: int
    body: Body
    headers: t.Mapping[str, str]

    @property
    def problem(self) -> str:
        """``wrong-state`` of ``/problems/wrong-state``."""
        return str(self.body.get("type", "")).rpartition("/")[2]


@dataclass
class Actor:
    """Somebody with an API key. ``id`` is who they are in the network; an administrator is nobody's person."""

    name: str
    url: t.Callable[[], str]
    key: str
    id: str = ""
    http: requests.Session = field(default_factory=requests.Session, repr=False)

    def does(self, path: str, **body: t.Any) -> Body:
        """A command that must succeed; returns the resource that it made or changed."""
        answer = self.sends(path, body)
        if answer.status not in (200, 201):
            raise SaidNo(f"{self.name} POST {path}: {answer.status} {answer.body}")
        return answer.body

    def reads(self, path: str, **parameters: t.Any) -> Body:
        """A read that must succeed."""
        answer = self.asks(path, **parameters)
        if answer.status != 200:
            raise SaidNo(f"{self.name} GET {path}: {answer.status} {answer.body}")
        return answer.body

    def sends(self, path: str, body: Body, key: str | None = None, wait: int = 20, method: str = "POST") -> Answer:
        """A command, however it ends. ``key``: its Idempotency-Key; ``wait``: seconds, 0 to learn of the end later."""
        headers = {"Prefer": f"wait={wait}"} | ({"Idempotency-Key": key} if key else {})
        return self._answer(
            self.http.request(method, self.url() + path, json=body, headers=self._with_key(headers), timeout=60)
        )

    def asks(self, path: str, **parameters: t.Any) -> Answer:
        """A read, however it ends."""
        parameters = {
            name: str(value).lower() if isinstance(value, bool) else value for name, value in parameters.items()
        }
        return self._answer(self.http.get(self.url() + path, params=parameters, headers=self._with_key({}), timeout=60))

    def fetches(self, path: str) -> requests.Response:
        """A file, such as an official paper; it must be there."""
        answer = self.http.get(self.url() + path, headers=self._with_key({}), timeout=60)
        if answer.status_code != 200:
            raise SaidNo(f"{self.name} GET {path}: {answer.status_code} {answer.text}")
        return answer

    def sees(self, path: str, what: str, when: t.Callable[[Body], t.Any] = bool, **parameters: t.Any) -> Body:
        """Read until ``when`` is true of the answer; ``what`` says what is waited for."""

        def look() -> Body | None:
            found = self.reads(path, **parameters)
            return found if when(found) else None

        return t.cast(Body, wait_until(look, PATIENCE, f"{self.name} to see {what}", pause=0.01))

    def finds(self, path: str, what: str, where: t.Callable[[Body], t.Any] = bool, **parameters: t.Any) -> Body:
        """Read a list until an item is there for which ``where`` is true, and return that item."""

        def look() -> Body | None:
            items = self.reads(path, **parameters)["items"]
            return next((item for item in items if where(item)), None)

        return t.cast(Body, wait_until(look, PATIENCE, f"{self.name} to find {what}", pause=0.01))

    def hears(self, kind: str, about: str) -> Body:
        """The notification of a kind about a number (``C2026-00001``) or a link (``/v1/tasks/…``), waited for."""

        def is_it(item: Body) -> bool:
            return about in (item["number"], item["link"])

        return self.finds("/v1/notifications", f"the notification {kind} about {about}", is_it, kind=kind, limit=200)

    def heard(self, about: str) -> list[str]:
        """The kinds of notifications about a number or a link so far, oldest first."""
        items = self.reads("/v1/notifications", limit=200)["items"]
        return [item["kind"] for item in reversed(items) if about in (item["number"], item["link"])]

    def _with_key(self, headers: dict[str, str]) -> dict[str, str]:
        self.http.trust_env = False  # a proxy of the environment is not for the platform
        return {"Authorization": f"Bearer {self.key}", **headers}

    @staticmethod
    def _answer(answer: requests.Response) -> Answer:
        return Answer(answer.status_code, answer.json() if answer.content else {}, answer.headers)


class Network:
    """One platform. ``apart``: every service in a process of its own, as ``aidbus serve`` runs it, else all in this one.

    ``workers``: how many processes for every service that is apart. ``together``: those that share one process all the
    same, because nothing happens to it.
    """

    def __init__(
        self,
        backend: Backend,
        begins: dt.datetime,
        *,
        apart: bool = False,
        workers: int = 1,
        together: t.Collection[str] = (),
        **environ: str,
    ) -> None:
        self.apart, self.workers, self.together = apart, workers, together
        self.environ = {**backend.environment(), **LIVELY, **environ}
        self.clock: MovableClock | MovableFile = MovableClock(begins)
        if apart:
            self.clock = MovableFile(Path(backend.folder) / "clock", begins)
            self.environ |= {"AIDBUS_CLOCK_FILE": str(self.clock.path), "AIDBUS_PORT": str(free_port())}
        self.process = Process(self.environ, clock=None if apart else self.clock)
        self.running: dict[str, Running | subprocess.Popen[bytes]] = {}
        self.door = Database(backend.database("gateway"), pool_size=2)
        backend.migrate()

    # services

    def start(self, *services: str) -> None:
        """Start services, all if none is named, and wait until the door is open."""
        names = services or SERVICES  # the door last
        if self.apart:
            shared = [name for name in names if name in self.together]
            for group in [[name] for name in names if name not in shared] + ([shared] if shared else []):
                command = [sys.executable, "-m", "chassis", "serve", *group, "--workers", str(self.workers)]
                child = subprocess.Popen(command, env={**os.environ, **self.environ})
                self.running |= dict.fromkeys(group, child)
        else:
            for service in names:
                started = Running([load_service(service)], self.process)
                started.start()
                self.running[service] = started
        wait_until(self._is_ready, 60, "the door to be open and every running service to answer")

    def stop(self, *services: str) -> None:
        """Stop services cleanly, all if none is named: the door first."""
        names = services or tuple(reversed(self.running))
        stopping = [self.running.pop(name) for name in names]
        if not services:
            _stop(stopping.pop(0))
        pool = eventlet.GreenPool()
        for _ in pool.imap(_stop, stopping):
            pass

    def close(self) -> None:
        """The end of the story."""
        self.stop()
        self.door.close()

    @property
    def url(self) -> str:
        """Where the door listens."""
        if self.apart:
            return f"http://127.0.0.1:{self.environ['AIDBUS_PORT']}"
        platform: t.Any = self.process.platforms["gateway"]
        return f"http://127.0.0.1:{platform.http.port}"

    def _is_ready(self) -> bool:
        reads = {"intake": "organizations", "assignment": "firms", "supervision": "tasks"}
        admin = self.administrator
        return admin.asks("/readyz").status == 200 and all(
            admin.asks(f"/v1/{path}").status == 200 for service, path in reads.items() if service in self.running
        )

    def has_mailboxes_for(self, organization: str, services: t.Collection[str] = SERVICES) -> bool:
        """Whether each of these services consumes a mailbox for an organization; waits until it does."""

        def consumed() -> bool:
            connection = bus.connect(self.environ["AIDBUS_BUS_URL"], timeout=5)
            try:
                channel = connection.channel()
                queues = [
                    Topology(self.environ["AIDBUS_NAMESPACE"], REGISTRY).mailbox(one, organization) for one in services
                ]
                return all(channel.queue_declare(queue, passive=True).consumer_count for queue in queues)
            finally:
                bus.close_quietly(connection)

        return wait_until(consumed, PATIENCE, f"a mailbox for {organization} in {', '.join(services)}")

    # time

    def today(self) -> dt.date:
        """The day in the model city."""
        return self.clock.now().astimezone(HEYANG).date()

    def goes_on_to(self, moment: dt.datetime) -> None:
        """Time passes."""
        self.clock.set(moment)

    # people

    @property
    def administrator(self) -> Actor:
        """The center's administrator, who is nobody's person and registers the network."""
        if not hasattr(self, "_administrator"):
            self._administrator = self.actor("administrator", "center_admin", "center")
        return self._administrator

    def actor(
        self, name: str, role: str, organization: str, person: str | None = None, station: str | None = None
    ) -> Actor:
        """Give somebody an API key, as ``aidbus keys create`` does, once the door knows the organization."""
        who = UUID(person) if person else None

        def make() -> str:
            with self.door.session() as session:
                check_key(session, "center", role=role, organization=organization, person=who)
                return create_key(
                    session, "", role=role, organization=organization, now=self.clock.now(), person=who, station=station
                )

        key = wait_until(make, PATIENCE, f"the door to know the organization {organization}")
        return Actor(name, lambda: self.url, key, person or "")

    def colleague(self, name: str, post: str, organization: str = "center", station: str | None = None) -> Actor:
        """Register a person on a post, with an API key. Directors administer, officers are the center's staff."""
        where = {"station": station} if station else {}
        row = self.administrator.does("/v1/staff", organization=organization, name=name, role=post, **where)
        role = {"director": "center_admin", "officer": "center_staff", "auditor": "auditor"}.get(post, "liaison")
        return self.actor(name, role, organization, row["id"], station)

    def organization(self, code: str, name: str, kind: str = "womens_federation", **more: t.Any) -> str:
        """Take an organization into the network."""
        return str(self.administrator.does("/v1/organizations", code=code, name=name, kind=kind, **more)["code"])

    def station(self, organization: str, code: str, name: str, liaison: str, district: str = "凤泉区") -> Actor:
        """Open a station; returns its liaison officer."""
        row = self.administrator.does(
            "/v1/stations",
            organization=organization,
            code=code,
            name=name,
            level="district",
            district=district,
            liaison={"name": liaison},
        )
        return self.actor(liaison, "liaison", organization, row["liaison"], code)

    def firm(self, name: str, district: str = "凤泉区") -> str:
        """Register a law firm; returns its id."""
        return str(self.administrator.does("/v1/firms", name=name, district=district)["id"])

    def lawyer(self, firm: str, name: str, years: int, matter: str = "marriage_family", **more: t.Any) -> Actor:
        """Register a lawyer who has practised a matter for some years."""
        licence = f"1410720{crc32((firm + name).encode()):010d}"
        specialties = [{"matter": matter, "years": years}]
        row = self.administrator.does(
            "/v1/lawyers", firm=firm, name=name, licence=licence, specialties=specialties, **more
        )
        return self.actor(name, "lawyer", "center", row["id"])


def _stop(running: Running | subprocess.Popen[bytes]) -> None:
    if isinstance(running, Running):
        running.stop()
        return
    running.send_signal(signal.SIGTERM)
    try:
        running.wait(timeout=20)
    finally:
        running.kill()


class MovableFile:
    """A clock that every process of the platform reads from one file."""

    def __init__(self, path: Path, begins: dt.datetime) -> None:
        self.path = path
        self.set(begins)

    def now(self) -> dt.datetime:
        return FileClock(self.path).now()

    def set(self, moment: dt.datetime) -> None:
        """Put the clock to a moment."""
        draft = self.path.with_suffix(".new")
        draft.write_text(str((moment - dt.datetime.now(dt.UTC)).total_seconds()))
        draft.replace(self.path)


def at(text: str) -> dt.datetime:
    """A moment in the model city: ``2026-02-12 10:00``."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=HEYANG).astimezone(dt.UTC)


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
