"""What one test runs on: a bus and a database per service of its own, embedded or on real servers.

A run's databases are called ``aidbus_t_<run>_...`` and its virtual host ``aidbus-t-<run>``; both are dropped at its
end, and those of runs that were killed are dropped by the next one after two hours.
"""

from __future__ import annotations

import atexit
import datetime as dt
import secrets
import shutil
import subprocess
import tempfile
import typing as t
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
import requests
from cryptography.fernet import Fernet
from kombu import Connection
from psycopg import sql
from sqlalchemy.engine import make_url

from chassis import operations
from tests.infrastructure.servers import Server, plain_dsn

SERVICES = ("intake", "assignment", "supervision", "notification", "gateway")
STALE = dt.timedelta(hours=2)  # a run lasts 15 minutes at most
DATA_KEY = Fernet.generate_key().decode()  # one for all processes of a run: PostgreSQL is not used without


def new_run() -> str:
    """A name of this run that sorts by time: ``2611231712a1b2``."""
    return f"{dt.datetime.now(dt.UTC):%y%m%d%H%M}{secrets.token_hex(2)}"


def is_stale(run: str) -> bool:
    try:
        started = dt.datetime.strptime(run[:10], "%y%m%d%H%M").replace(tzinfo=dt.UTC)
    except ValueError:
        return False
    return dt.datetime.now(dt.UTC) - started > STALE


@dataclass
class Backend:
    """The addresses that one platform under test needs; ``environment()`` gives them to processes.

    Databases on a server are made when they are asked for, by ``create`` or ``migrate``.
    """

    name: t.Literal["embedded", "rabbitmq"]
    bus_url: str
    database_url: str
    namespace: str
    folder: Path
    databases: Databases | None = None

    def environment(self) -> dict[str, str]:
        return {
            "AIDBUS_BUS_URL": self.bus_url,
            "AIDBUS_DATABASE_URL": self.database_url,
            "AIDBUS_NAMESPACE": self.namespace,
            "AIDBUS_VAR": str(self.folder),
            "AIDBUS_DATA_KEYS": DATA_KEY,
        }

    def database(self, service: str) -> str:
        return self.database_url.format(service=service, var=self.folder)

    def create(self, service: str) -> str:
        """Make an empty database for a service, where a database must be made; returns its address."""
        if self.databases:
            self.databases.create(f"{self.namespace}_{service}")
        return self.database(service)

    def migrate(self) -> None:
        """Give every service its database, as ``aidbus migrate`` makes it: a run migrates once and then copies."""
        if self.databases:
            self.databases.copy_migrated(self.namespace, self.environment())
            return
        files = _migrated_files()
        for service in SERVICES:
            shutil.copy(files / f"{service}.db", self.folder)


@cache
def _migrated_files() -> Path:
    """A folder with a migrated SQLite file for each service; it goes with this process."""
    folder = Path(tempfile.mkdtemp(prefix="aidbus-t-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    backend = Backend("embedded", "embedded://migrated", "sqlite:///{var}/{service}.db", "aidbus", folder)
    for service in SERVICES:
        operations.migrate(service, backend.environment())
    return folder


class Databases:
    """Creates databases for a run, and drops them at its end."""

    def __init__(self, server: Server, run: str) -> None:
        self.server = server
        self.prefix = f"aidbus_t_{run}"
        self._is_migrated = False
        self._drop_stale()

    def create(self, suffix: str, template: str | None = None) -> str:
        """Create ``<prefix>_<suffix>``, empty or as a copy of another database; returns its URL."""
        name = f"{self.prefix}_{suffix}"
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template:
            statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
        self._execute(statement)
        return self.url(name)

    def address(self, suffix: str) -> str:
        """The address of a database per service, with ``{service}`` in it; none of them is made yet."""
        return self.url(f"{self.prefix}_{suffix}_SERVICE").replace("SERVICE", "{service}")

    def copy_migrated(self, suffix: str, environment: t.Mapping[str, str]) -> None:
        """Make the databases of an address, each as a copy of one that was migrated once."""
        if not self._is_migrated:
            for service in SERVICES:
                operations.migrate(service, {**environment, "AIDBUS_DATABASE_URL": self.address("migrated")})
            self._is_migrated = True
        for service in SERVICES:
            self.create(f"{suffix}_{service}", template=f"{self.prefix}_migrated_{service}")

    def url(self, name: str) -> str:
        return make_url(self.server.url).set(database=name).render_as_string(hide_password=False)

    def drop_all(self) -> None:
        """Drop every database of the run, whoever made it."""
        self.drop("")

    def drop(self, suffix: str) -> None:
        """Drop the databases of the run whose names go on with this suffix."""
        for name in self._names(f"{self.prefix}_{suffix}"):
            self._drop(name)

    def _drop(self, name: str) -> None:
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _drop_stale(self) -> None:
        for name in self._names("aidbus_t_"):
            if is_stale(name.removeprefix("aidbus_t_")):
                self._drop(name)

    def _names(self, beginning: str) -> list[str]:
        with psycopg.connect(plain_dsn(self.server.url), autocommit=True) as connection:
            found = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [beginning])
            return [name for (name,) in found.fetchall()]

    def _execute(self, statement: sql.Composable) -> None:
        with psycopg.connect(plain_dsn(self.server.url), autocommit=True) as connection:
            connection.execute(statement)


class Broker:
    """A place for a run on a broker: a virtual host of its own where one may be made, else its own names in the shared one."""

    def __init__(self, server: Server, run: str) -> None:
        self.server = server
        self.vhost = f"aidbus-t-{run}"
        self.url = server.url
        self._remove: t.Callable[[], object] | None = None
        if server.private is None:
            self._make_vhost()

    @property
    def label(self) -> str:
        own = f"virtual host {self.vhost}" if self._remove else "names of its own in the shared virtual host"
        return self.server.label if self.server.private else f"{self.server.label}, {own}"

    def namespace(self) -> str:
        """A new prefix for exchanges and queues."""
        return f"t{secrets.token_hex(4)}"

    def close(self) -> None:
        if self._remove:
            self._remove()

    def delete_queues_of(self, backend: Backend) -> None:
        """Delete what a backend declared, so that a long run does not collect thousands of queues."""
        with Connection(self.url) as connection:
            channel = connection.default_channel
            for service in SERVICES:
                channel.queue_delete(f"{backend.namespace}.{service}..queries")
                for organization in _organizations(backend.database(service)):
                    channel.queue_delete(f"{backend.namespace}.{service}.{organization}")
            channel.queue_delete(f"{backend.namespace}.aidbus.unroutable")
            for exchange in ("commands", "events", "unroutable"):
                channel.exchange_delete(f"{backend.namespace}.aidbus.{exchange}")

    def _make_vhost(self) -> None:
        user = urlsplit(self.url).username or "guest"
        for make, remove in (
            (lambda: self._ctl_make(user), lambda: self._ctl("delete_vhost", self.vhost)),
            (lambda: self._api_make(user), lambda: self._api("DELETE", f"vhosts/{self.vhost}")),
        ):
            if make() and self._reachable():
                self.url, self._remove = self._vhost_url(), remove
                return

    def _vhost_url(self) -> str:
        return urlunsplit(urlsplit(self.url)._replace(path="/" + quote(self.vhost, safe="")))

    def _reachable(self) -> bool:
        """rabbitmqctl may speak to another node than the one of the URL: only a connection proves it."""
        try:
            with Connection(self._vhost_url(), connect_timeout=10) as connection:
                connection.connect()
        except Exception:
            return False
        return True

    def _ctl(self, *arguments: str) -> str | None:
        program = shutil.which("rabbitmqctl") or shutil.which("rabbitmqctl", path="/usr/sbin:/sbin")
        if program is None or urlsplit(self.url).hostname not in ("127.0.0.1", "localhost", "::1"):
            return None
        done = subprocess.run([program, "-q", *arguments], capture_output=True, text=True, timeout=60)
        return done.stdout if done.returncode == 0 else None

    def _ctl_make(self, user: str) -> bool:
        listed = self._ctl("list_vhosts", "name", "--no-table-headers")
        if listed is None:
            return False
        for name in listed.split():
            if name.startswith("aidbus-t-") and is_stale(name.removeprefix("aidbus-t-")):
                self._ctl("delete_vhost", name)
        made = self._ctl("add_vhost", self.vhost)
        return made is not None and self._ctl("set_permissions", "-p", self.vhost, user, ".*", ".*", ".*") is not None

    def _api(self, method: str, path: str, body: object = None) -> bool:
        parts = urlsplit(self.url)
        address = f"http://{parts.hostname}:15672/api/{path}"
        try:
            auth = (parts.username or "guest", parts.password or "guest")
            return requests.request(method, address, auth=auth, json=body, timeout=5).ok
        except requests.RequestException:
            return False

    def _api_make(self, user: str) -> bool:
        rights = {"configure": ".*", "write": ".*", "read": ".*"}
        return self._api("PUT", f"vhosts/{self.vhost}") and self._api(
            "PUT", f"permissions/{self.vhost}/{quote(user, safe='')}", rights
        )


def _organizations(url: str) -> list[str]:
    """The organizations that a service's database knows; none where it was never migrated."""
    try:
        with psycopg.connect(plain_dsn(url), autocommit=True) as connection:
            return [row[0] for row in connection.execute("SELECT code FROM organizations").fetchall()]
    except psycopg.Error:
        return []
