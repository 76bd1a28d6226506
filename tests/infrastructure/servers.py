"""Find a real RabbitMQ and a real PostgreSQL: named, on the usual ports, started privately, installed; or say what is missing.

Never a silent skip: whoever asks for a server gets one that was connected to, or a failure that says what to do.
``AIDBUS_TEST_FORCE_PRIVATE=1`` passes over named and running servers.
"""

from __future__ import annotations

import getpass
import os
import typing as t
from dataclasses import dataclass
from urllib.parse import quote

import psycopg
from kombu import Connection
from sqlalchemy.engine import URL, make_url

from tests.infrastructure import debian
from tests.infrastructure.private import MissingBinaries, PrivateServer, private_postgres, private_rabbitmq


class Unusable(Exception):
    """A server was not found there or cannot be used for tests; the text says why, without credentials."""


@dataclass
class Server:
    """A server that answered. ``url`` holds credentials; ``label`` is what may be printed; ``private``: ours to stop."""

    url: str
    label: str
    private: PrivateServer | None = None

    def close(self) -> None:
        if self.private:
            self.private.close()


def find_rabbitmq() -> Server:
    """A RabbitMQ on which queues may be declared."""
    named = ("AIDBUS_TEST_AMQP_URL", "AMQP_URL", "RABBITMQ_URL")
    candidates = [(f"named by {name}", os.environ[name]) for name in named if os.environ.get(name)]
    candidates.append(("on the usual local port", "amqp://guest:guest@127.0.0.1:5672/%2F"))
    return _find("RabbitMQ", candidates, check_rabbitmq, private_rabbitmq, "rabbitmq-server", "AIDBUS_TEST_AMQP_URL")


def find_postgres() -> Server:
    """A PostgreSQL on which databases may be created."""
    named = ("AIDBUS_TEST_POSTGRES_URL", "DATABASE_URL", "POSTGRES_URL")
    candidates = [(f"named by {name}", os.environ[name]) for name in named if os.environ.get(name)]
    if os.environ.get("PGHOST") or os.environ.get("PGUSER") or os.environ.get("PGPORT"):
        candidates.append(("named by PGHOST, PGPORT, PGUSER", _from_pg_variables()))
    user = quote(getpass.getuser(), safe="")
    for account in ("postgres", "postgres:postgres", user, f"{user}:postgres"):
        candidates.append(("on the usual local port", f"postgresql://{account}@127.0.0.1:5432/postgres"))
    return _find("PostgreSQL", candidates, check_postgres, private_postgres, "postgresql", "AIDBUS_TEST_POSTGRES_URL")


def _find(
    name: str,
    candidates: list[tuple[str, str]],
    check: t.Callable[[str], tuple[str, str]],
    private: t.Callable[[], tuple[PrivateServer, str]],
    package: str,
    variable: str,
) -> Server:
    tried: list[str] = []
    for origin, url in candidates if not os.environ.get("AIDBUS_TEST_FORCE_PRIVATE") else []:
        try:
            usable, version = check(url)
        except Unusable as reason:
            tried.append(f"{origin}: {reason}")
            if origin == f"named by {variable}":
                raise Unusable(f"{name} {origin} cannot be used: {reason}") from None
            continue
        return Server(usable, f"{name} {version} {origin}")
    try:
        return _start(name, private, check)
    except MissingBinaries as reason:
        tried.append(str(reason))
    if debian.can_install():
        tried.append(debian.install(package))
        try:
            return _start(name, private, check)
        except MissingBinaries as reason:
            tried.append(str(reason))
    raise Unusable(
        f"the tests need a real {name} and there is none. Install it (Debian, Ubuntu: apt-get install {package}; the "
        f"service need not run), or name a running one in {variable}. Tried: " + "; ".join(dict.fromkeys(tried))
    )


def _start(
    name: str, private: t.Callable[[], tuple[PrivateServer, str]], check: t.Callable[[str], tuple[str, str]]
) -> Server:
    server, url = private()
    server.ready = lambda: check(url)
    try:
        server.start()
        usable, version = check(url)
    except BaseException:
        server.close()
        raise
    return Server(usable, f"{name} {version}, a private one", server)


def check_rabbitmq(url: str) -> tuple[str, str]:
    """The URL as the product takes it, and the server's version; raises Unusable."""
    try:
        with Connection(url, connect_timeout=10) as connection:
            connection.connect()
            properties = connection.connection.server_properties
            connection.default_channel.close()
    except Exception as error:
        raise Unusable(_reason(error)) from None
    if properties.get("product") != "RabbitMQ":
        raise Unusable(f"it is {properties.get('product')}, not RabbitMQ")
    return url, str(properties.get("version"))


def check_postgres(url: str) -> tuple[str, str]:
    """The URL as SQLAlchemy takes it for psycopg 3, and the server's version; raises Unusable."""
    try:
        parsed = make_url(url).set(drivername="postgresql+psycopg")
    except Exception:
        raise Unusable("the URL cannot be read") from None
    try:
        with psycopg.connect(plain_dsn(parsed), connect_timeout=10, autocommit=True) as connection:
            may = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            row = connection.execute(may).fetchone()
            version = connection.info.server_version
    except psycopg.Error as error:
        raise Unusable(_reason(error)) from None
    if not row or not row[0]:
        raise Unusable("its user may not create databases (CREATEDB)")
    return parsed.render_as_string(hide_password=False), str(version // 10000)


def plain_dsn(url: URL | str) -> str:
    """The URL as libpq takes it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _from_pg_variables() -> str:
    env = os.environ.get
    return URL.create(
        "postgresql",
        username=env("PGUSER", getpass.getuser()),
        password=env("PGPASSWORD"),
        host=env("PGHOST", "127.0.0.1"),
        port=int(env("PGPORT", "5432")),
        database=env("PGDATABASE", "postgres"),
    ).render_as_string(hide_password=False)


def _reason(error: Exception) -> str:
    """The first line of an error; drivers put no password there."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
