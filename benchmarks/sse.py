"""sse: 2,000 live streams on one gateway process; from the commit of a notification's row to the client that has it.

An event for 50 people comes in every 200 ms: notification writes the rows, the gateway hears of them, reads them and
hands them on. Beside it a bare loop that inserts the same rows and writes straight to its sockets. Then, not judged,
everybody is told something at once. Afterwards every listener must have had what it was told, and nothing twice.
"""

from __future__ import annotations

import datetime as dt
import json
import signal
import subprocess
import sys
import time
import typing as t
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from benchmarks import told
from benchmarks.environment import ROOT, Environment, Worker, connect
from benchmarks.network import Network
from benchmarks.percentiles import milliseconds
from benchmarks.results import Row
from chassis.database import Database
from gateway.keys import create_key

PEOPLE, PAUSE = 50, 0.2


class Listeners:
    """The clients, in a process of their own: connected when it is made, heard out by ``end``."""

    def __init__(self, port: int, headers: dict[str, list[str]]) -> None:
        """``headers``: for each stream, path and further header lines."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.sse_clients", str(port)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(headers) + "\n")
        self.process.stdin.flush()
        self.seconds_to_open = float(self._line()["seconds"])

    def end(self, wanted: int) -> dict[UUID, list[float]]:
        """When each notification came in; waits until there are ``wanted`` of them. Raises RuntimeError."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{wanted}\n")
        self.process.stdin.flush()
        return {UUID(one): times for one, times in self._line()["came"].items()}

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(10)

    def _line(self) -> dict[str, t.Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("sse: the listening process ended; its errors stand above")
        return t.cast(dict[str, t.Any], json.loads(line))


def keys(network: Network, people: t.Sequence[UUID]) -> dict[str, list[str]]:
    """An API key for everybody, as the header of a stream."""
    database = Database(network.database.format(service="gateway").replace("postgresql:", "postgresql+psycopg:"))
    now = dt.datetime.now(dt.UTC)
    with Session(database.engine) as session, session.begin():
        made = [
            create_key(session, "", role="center_staff", organization=told.CENTER, now=now, person=person)
            for person in people
        ]
    database.close()
    return {str(n): ["/v1/notifications/stream", f"Authorization: Bearer {key}"] for n, key in enumerate(made)}


def measure(
    environment: Environment, queue: str, listeners: Listeners, people: t.Sequence[UUID], events: int, pause: float
) -> dict[UUID, list[float]]:
    """Tell everybody in turn, 50 people at a time; returns when what came in."""
    broker = connect(environment.place.amqp_url)
    channel = broker.channel()
    begin = time.perf_counter()
    for number in range(events):
        first = number * PEOPLE % len(people)
        channel.basic_publish(told.opened(people[first : first + PEOPLE]), routing_key=queue)
        if (left := begin + pause * (number + 1) - time.perf_counter()) > 0:
            time.sleep(left)
    broker.close()
    return listeners.end(events * PEOPLE)


def latencies(came: dict[UUID, list[float]], committed: dict[UUID, float]) -> list[float]:
    """Seconds of each notification; raises RuntimeError when one came twice or was never written."""
    twice = sum(len(times) > 1 for times in came.values())
    if twice or not set(came) <= set(committed):
        raise RuntimeError(f"sse: {twice} came twice, {len(set(came) - set(committed))} of nowhere")
    return [times[0] - committed[one] for one, times in came.items()]


def ours(environment: Environment, count: int, events: int) -> tuple[dict[str, t.Any], dict[str, float]]:
    """The platform: told in turn, with what it cost, and told all at once."""
    people = [uuid4() for _ in range(count)]
    more = {"AIDBUS_STREAM_LISTENERS": str(count + 10)}
    services = ("notification", "gateway")
    alone = Network(environment, [[one] for one in services], settled=False, more=more)
    with alone as network, network.notifications() as db:
        db.execute(told.COMMITTED)
        listeners = Listeners(network.port, keys(network, people))
        queue = f"{environment.place.namespace}.notification.{told.CENTER}"
        try:
            measure(environment, queue, listeners, people, 10, PAUSE)  # connections opened, statements prepared
            before = [worker.cpu_seconds() for worker in network.workers]
            steady = measure(environment, queue, listeners, people, events, PAUSE)
            used = [worker.cpu_seconds() - b for worker, b in zip(network.workers, before, strict=True)]
            at_once = measure(environment, queue, listeners, people, count // PEOPLE, 0)
        finally:
            listeners.close()
        committed = told.committed(db)
    cost = {f"cpu_ms_of_{one}": round(1000 * each / len(steady), 2) for one, each in zip(services, used, strict=True)}
    found = {"listeners": count, "seconds_to_open_all": listeners.seconds_to_open, **cost}
    return {**found, **milliseconds(latencies(steady, committed))}, milliseconds(latencies(at_once, committed))


def bare(environment: Environment, count: int, events: int) -> dict[str, float]:
    """The same by hand."""
    people = [uuid4() for _ in range(count)]
    queue = f"{environment.place.namespace}.bare_stream"
    environment.declare(queue)
    environment.db.execute(BARE)
    environment.db.execute(told.COMMITTED)
    worker = environment.start(["-m", "benchmarks.peers.bare_stream"])
    environment.wait_for_consumer(queue, worker)
    listeners = Listeners(_port(worker), {str(n): [f"/{person}"] for n, person in enumerate(people)})
    try:
        measure(environment, queue, listeners, people, 10, PAUSE)
        came = measure(environment, queue, listeners, people, events, PAUSE)
    finally:
        listeners.close()
        worker.stop()
    return milliseconds(latencies(came, told.committed(environment.db)))


def _port(worker: Worker) -> int:
    return int(worker.log.read_text().rpartition("PORT=")[2].split()[0])


BARE = """
CREATE TABLE notifications (
    id uuid PRIMARY KEY, person uuid NOT NULL, source uuid NOT NULL, kind text NOT NULL,
    title text NOT NULL, body text NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), UNIQUE (person, source, kind)
)
"""


def run(environment: Environment, quick: bool, say: t.Callable[[str], None]) -> list[Row]:
    count, events = (200, 30) if quick else (2_000, 200)
    peer = bare(environment, count, events)
    say(f"bare loop: {peer} ms")
    steady, at_once = ours(environment, count, events)
    say(f"told in turn: {steady} ms; all at once: {at_once} ms")
    details = {"aidbus": steady, "all at once": at_once, "peer": peer}
    rows = [Row("sse", steady["p99"], "ms p99", target="<= 500", details=details)]
    rows.append(Row("sse_of_bare_loop", steady["p99"], "ms p99", "an eventlet loop by hand", peer["p99"]))
    return rows
