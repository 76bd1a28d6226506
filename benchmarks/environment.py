"""A place of our own to measure in: one database and one namespace of queues, both gone afterwards.

Guarantee: nothing outside ``aidbus_bench_*`` databases and ``aidbus-bench-*`` queues is touched.
"""

from __future__ import annotations

import contextlib
import os
import platform
import resource
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import typing as t
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import amqp
import psycopg
from sqlalchemy import create_engine

from benchmarks.workload import QUORUM, SCHEMA, SERVICE, Place, dumps, organizations
from chassis import tables
from chassis.topology import Topology
from contracts.registry import Registry

POSTGRES_URL = os.environ.get("AIDBUS_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432")
NO_CONTRACTS = Registry([], services=())
ROOT = Path(__file__).resolve().parent.parent


def connect(url: str, **kw: t.Any) -> amqp.Connection:
    """An open py-amqp connection to an ``amqp://`` address."""
    parts = urlsplit(url)
    host = unquote(parts.path[1:]) or "/"
    connection = amqp.Connection(
        host=f"{parts.hostname}:{parts.port or 5672}",
        userid=parts.username or "guest",
        password=parts.password or "guest",
        virtual_host=host,
        **kw,
    )
    connection.connect()
    return connection


def pika_url(url: str) -> str:
    """The same address for clients that want the virtual host percent-encoded."""
    parts = urlsplit(url)
    host = unquote(parts.path[1:]) or "/"
    return urlunsplit(parts._replace(path="/" + quote(host, safe="")))


@contextlib.contextmanager
def broker() -> t.Iterator[str]:
    """The broker's address: the one that ``AIDBUS_TEST_AMQP_URL`` names, else a RabbitMQ of our own, gone afterwards.

    Never the one that happens to run on this machine: 1,000 quorum queues reserve 3,000 file handles, and a broker
    with the usual 1,024 then takes no connection from anybody. Ours gets as many as the system allows.
    """
    named = os.environ.get("AIDBUS_TEST_AMQP_URL")
    if named:
        yield named
        return
    from tests.infrastructure.private import MissingBinaries, private_rabbitmq

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    try:
        server, url = private_rabbitmq()
    except MissingBinaries as error:
        raise SystemExit(
            f"benchmarks: {error}; install rabbitmq-server or name a broker in AIDBUS_TEST_AMQP_URL"
        ) from None
    server.ready = partial(_answers, url)
    try:
        server.start()
        yield url
    finally:
        server.close()


def _answers(url: str) -> bool:
    """Whether a broker lets us in."""
    with contextlib.suppress(OSError, amqp.exceptions.AMQPError):
        connect(url, connect_timeout=2, read_timeout=5).close()
        return True
    return False


class Environment:
    """One run's database and queues. Use as a context manager."""

    def __init__(self, amqp_url: str, count: int = 71) -> None:
        tag = secrets.token_hex(4)
        self.database = f"aidbus_bench_{tag}"
        base = POSTGRES_URL.rstrip("/")
        if urlsplit(base).path:
            base = urlunsplit(urlsplit(base)._replace(path=""))
        self.server_url = base + "/postgres"
        self.place = Place(amqp_url, f"{base}/{self.database}", f"aidbus-bench-{tag}", count)
        self.broker: amqp.Connection = None
        self.db: psycopg.Connection[t.Any] = None  # type: ignore[assignment]
        self.folder = Path(tempfile.mkdtemp(prefix="aidbus-bench-"))
        self._queues: set[str] = set()
        self._exchanges: set[str] = set()
        self._workers: list[Worker] = []

    def __enter__(self) -> Environment:
        with psycopg.connect(self.server_url, autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{self.database}"')
        try:
            self.db = psycopg.connect(self.place.database_url, autocommit=True)
            if self.db.execute("SHOW synchronous_commit").fetchone() != ("on",):
                raise SystemExit("benchmarks: PostgreSQL has synchronous_commit off; the comparison would mean nothing")
            self.broker = connect(self.place.amqp_url, heartbeat=0, connect_timeout=10, read_timeout=60)
            self.channel = self.broker.channel()
        except BaseException:
            self._drop_database()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.stop()
        try:
            self.delete_queues()
            self.broker.close()
        finally:
            self._drop_database()

    def _drop_database(self) -> None:
        if self.db is not None:
            self.db.close()
        with psycopg.connect(self.server_url, autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')
        shutil.rmtree(self.folder, ignore_errors=True)

    def fresh_tables(self) -> None:
        """Empty tables: the case table and the platform's inbox and outbox, which all sides write."""
        engine = create_engine(self.place.database_url.replace("postgresql:", "postgresql+psycopg:"))
        self.db.execute("DROP TABLE IF EXISTS cases")
        self.db.execute(SCHEMA)
        tables.metadata.drop_all(engine)
        tables.metadata.create_all(engine)
        with engine.begin() as connection:
            rows = [
                {"code": code, "name": code, "kind": "station", "registered_at": datetime.now(UTC)}
                for code in organizations(self.place.organizations)
            ]
            connection.execute(tables.organizations.insert(), rows)
        engine.dispose()

    # --- the broker ---------------------------------------------------------------------------------------------

    def declare_sink(self) -> None:
        """The topic exchange of the events and the one quorum queue that takes them all."""
        topology = Topology(self.place.namespace, NO_CONTRACTS)
        topology.declare_base(self.channel)
        self._queues.add(topology.unroutable)
        self.declare(self.place.sink)
        self.channel.queue_bind(self.place.sink, self.place.exchange, "#")

    def declare(self, queue: str, arguments: dict[str, t.Any] | None = None) -> None:
        self.channel.queue_declare(queue, durable=True, auto_delete=False, arguments=arguments or QUORUM)
        self._queues.add(queue)

    def owns(self, queue: str, exchange: str | None = None) -> None:
        """A queue (and exchange) that a worker declares: deleted at the end with our own."""
        self._queues.add(queue)
        if exchange:
            self._exchanges.add(exchange)

    def wait_for_consumer(self, queue: str, worker: Worker, seconds: float = 60) -> None:
        """Until somebody consumes a queue; raises RuntimeError with the worker's log when nobody does."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and worker.alive:
            try:
                if self.channel.queue_declare(queue, passive=True).consumer_count:
                    return
            except amqp.exceptions.NotFound:
                self.channel = self.broker.channel()
            time.sleep(0.05)
        raise RuntimeError(f"nobody consumes {queue}:\n{worker.tail()}")

    def length(self, queue: str) -> int:
        return int(self.channel.queue_declare(queue, passive=True).message_count)

    def delete_queues(self) -> None:
        """Everything in our namespace: what we declared, and what a worker declared as far as the broker lists it."""
        with contextlib.suppress(Exception):
            self.broker.close()
        self.broker = connect(self.place.amqp_url, heartbeat=0, connect_timeout=10, read_timeout=60)
        self.channel = self.broker.channel()
        queries = f"{self.place.namespace}.{SERVICE}..queries"
        for name in {*self._queues, queries, *self._listed()}:
            self.channel.queue_delete(name)
        for name in ("commands", "events", "unroutable"):
            self.channel.exchange_delete(f"{self.place.namespace}.aidbus.{name}")
        for name in self._exchanges:
            self.channel.exchange_delete(name)
        self._queues.clear()

    def _listed(self) -> list[str]:
        """Queues in our namespace, if the broker is this machine's own and lets itself be asked."""
        if not shutil.which("rabbitmqctl") or urlsplit(self.place.amqp_url).port not in (None, 5672):
            return []
        try:
            found = subprocess.run(
                ["rabbitmqctl", "-q", "list_queues", "name"], capture_output=True, text=True, timeout=60
            )
        except subprocess.SubprocessError:
            return []
        return [name for name in found.stdout.split() if name.startswith(self.place.namespace)]

    def publish(self, messages: t.Iterable[tuple[str, str, amqp.Message]], batch: int = 500) -> int:
        """Publish persistent messages given as (exchange, routing key, message), confirmed in batches; returns how many."""
        publisher = Publisher(self.broker.channel())
        count = 0
        for count, (exchange, key, message) in enumerate(messages, 1):
            publisher.publish(message, exchange, key)
            if count % batch == 0:
                publisher.wait()
        publisher.wait()
        publisher.channel.close()
        return count

    # --- processes ----------------------------------------------------------------------------------------------

    def platform(self, **extra: str) -> dict[str, str]:
        """The platform's settings for this place: all its services in this one database, all else as it comes."""
        return {
            "AIDBUS_BUS_URL": self.place.amqp_url,
            "AIDBUS_DATABASE_URL": self.place.database_url + "?application_name={service}",
            "AIDBUS_NAMESPACE": self.place.namespace,
            "AIDBUS_VAR": str(self.folder),
            **extra,
        }

    def start(self, arguments: list[str], **extra: str) -> Worker:
        variables = {**os.environ, **self.place.environment(), **self.platform(), **extra}
        worker = Worker(arguments, variables, self.folder)
        self._workers.append(worker)
        return worker


class Publisher:
    """Publisher with batched confirms on py-amqp: publish many, then wait for all."""

    def __init__(self, channel: amqp.Channel) -> None:
        self.channel = channel
        channel.confirm_select()
        channel.events["basic_ack"].add(self._ack)
        channel.events["basic_nack"].add(self._nack)
        self.sent = 0
        self.open: set[int] = set()

    def publish(self, message: amqp.Message, exchange: str, key: str) -> None:
        self.channel.basic_publish(message, exchange=exchange, routing_key=key)
        self.sent += 1
        self.open.add(self.sent)

    def _ack(self, tag: int, multiple: bool) -> None:
        if multiple:
            self.open = {other for other in self.open if other > tag}
        else:
            self.open.discard(tag)

    def _nack(self, tag: int, multiple: bool) -> None:
        raise RuntimeError("the broker refused a message")

    def wait(self, deadline: float = 30) -> None:
        end = time.monotonic() + deadline
        while self.open:
            self.channel.connection.drain_events(timeout=max(0.01, end - time.monotonic()))


def message(body: dict[str, t.Any], **properties: t.Any) -> amqp.Message:
    """A persistent message with a JSON body, named as the platform names it."""
    return amqp.Message(
        dumps(body),
        delivery_mode=2,
        content_type="application/json",
        content_encoding="utf-8",
        message_id=body["id"],
        type=body["type"],
        **properties,
    )


class Worker:
    """A process group of its own, with what it used."""

    def __init__(self, arguments: list[str], environment: dict[str, str], folder: Path) -> None:
        self.arguments = arguments
        self.log = folder / f"{int(time.time() * 1000)}.log"
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def tail(self, lines: int = 30) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def _stats(self) -> t.Iterator[list[str]]:
        for path in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                text = path.read_text()
                fields = text[text.rindex(")") + 2 :].split()
                if int(fields[3]) == self.process.pid:  # session
                    yield fields

    def cpu_seconds(self) -> float:
        """User and system time of the process and its children so far; 0 where there is no /proc."""
        ticks = sum(int(f[11]) + int(f[12]) for f in self._stats())
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory_bytes(self) -> int:
        return sum(int(f[21]) for f in self._stats()) * os.sysconf("SC_PAGE_SIZE")

    def stop(self, patience: float = 10) -> None:
        """Ask, wait, then kill: only this process group."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            if self.alive:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.process.pid, sign)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(patience)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


def pace() -> float:
    """Seconds of ten million additions: how fast the machine is at this moment, for a value beside one of another day."""
    began, total = time.perf_counter(), 0
    for number in range(10_000_000):
        total += number
    return round(time.perf_counter() - began, 2)


def pauses(seconds: float = 2.0) -> list[float]:
    """How long, in milliseconds, the machine let a loop that does nothing else stand still (above 4), longest first.

    Another tenant of its cores had them then: a tail in milliseconds holds these pauses, whoever is measured.
    """
    found, last = [], time.perf_counter()
    end = last + seconds
    while last < end:
        now = time.perf_counter()
        if now - last > 0.004:
            found.append(round(1000 * (now - last), 1))
        last = now
    return sorted(found, reverse=True)


def machine(amqp_url: str) -> dict[str, t.Any]:
    """What the figures were measured on."""
    model = platform.processor() or platform.machine()
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    memory = 0
    with contextlib.suppress(ValueError, OSError):
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with psycopg.connect(
        POSTGRES_URL.rstrip("/") + ("" if urlsplit(POSTGRES_URL).path.strip("/") else "/postgres")
    ) as db:
        postgres = db.execute("SHOW server_version").fetchone()
    connection = connect(amqp_url)
    product = connection.server_properties
    connection.close()
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "memory_gb": round(memory / 2**30, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "postgresql": postgres[0] if postgres else None,
        "rabbitmq": str(product.get("version")),
        "load_at_start": os.getloadavg()[0],
        "day": time.strftime("%Y-%m-%d"),
    }
