"""The whole platform as an operator runs it, for the rows that go through the HTTP door."""

from __future__ import annotations

import datetime as dt
import http.client
import itertools
import json
import os
import socket
import subprocess
import sys
import threading
import time
import typing as t
from urllib.parse import urlsplit, urlunsplit

import psycopg
import requests
from cryptography.fernet import Fernet

from benchmarks.environment import ROOT, Environment, Worker

SERVICES = ("intake", "assignment", "supervision", "notification", "gateway")
ORGANIZATION, STATION = "womens-federation", "wf-bench"
Body = dict[str, t.Any]


class Network:
    """Databases migrated, processes started, a key made, one organization with one station. Use as a context manager.

    ``processes``: which services share a process. ``embedded``: one process on SQLite files, no broker.
    ``settled``: with the organization and station of an application, for which all services must run; ``more``: options.
    """

    def __init__(
        self,
        environment: Environment,
        processes: t.Sequence[t.Sequence[str]],
        embedded: bool = False,
        *,
        settled: bool = True,
        more: t.Mapping[str, str] | None = None,
    ) -> None:
        self.environment, self.processes, self.embedded = environment, processes, embedded
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        parts = urlsplit(environment.place.database_url)
        self.database = urlunsplit(parts._replace(path=parts.path + "_{service}"))
        self.settings = {
            "AIDBUS_BUS_URL": environment.place.amqp_url,
            "AIDBUS_DATABASE_URL": self.database,
            "AIDBUS_NAMESPACE": environment.place.namespace,
            "AIDBUS_VAR": str(environment.folder),
            "AIDBUS_PORT": str(self.port),
            "AIDBUS_LOG_LEVEL": "WARNING",
            "AIDBUS_DATA_KEYS": Fernet.generate_key().decode(),
            "AIDBUS_RATE_LIMIT": "1000000/minute",
            **(more or {}),
        }
        self.is_settled = settled
        if embedded:
            self.settings["AIDBUS_BUS_URL"] = "embedded://bench"
            self.settings["AIDBUS_DATABASE_URL"] = "sqlite:///{var}/{service}.db"
        self.url = f"http://127.0.0.1:{self.port}"
        self.workers: list[Worker] = []
        self._wires = threading.local()
        self._headers = {"Prefer": "wait=20", "Content-Type": "application/json"}
        self.http = requests.Session()
        self.http.trust_env = False
        self._numbers = itertools.count(1)

    def __enter__(self) -> Network:
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self) -> None:
        self._command("migrate")
        key = json.loads(self._command("keys", "create", "--role", "center_admin", "--json"))[0]["key"]
        self.http.headers["Authorization"] = self._headers["Authorization"] = f"Bearer {key}"
        for services in self.processes:
            self.workers.append(self.environment.start(["-m", "chassis", "serve", *services], **self.settings))
        self._wait_until_ready()
        if self.is_settled:
            self._settle()

    def __exit__(self, *_: object) -> None:
        for worker in self.workers:
            worker.stop()
        if self.embedded:
            return
        with psycopg.connect(self.environment.server_url, autocommit=True) as server:
            for service in SERVICES:
                server.execute(f'DROP DATABASE IF EXISTS "{self.environment.database}_{service}" WITH (FORCE)')
        for service in SERVICES:
            self.environment.owns(f"{self.environment.place.namespace}.{service}..queries")
            for organization in ("center", ORGANIZATION):
                self.environment.owns(f"{self.environment.place.namespace}.{service}.{organization}")
        self.environment.owns(f"{self.environment.place.namespace}.aidbus.unroutable")

    def post(self, path: str, body: Body) -> Body:
        """Send a command and wait for its result; raises RuntimeError when it is not done in time."""
        wire = self._wire()
        wire.request("POST", path, json.dumps(body), self._headers)
        answer = wire.getresponse()
        told = answer.read()
        if answer.status not in (200, 201):
            raise RuntimeError(f"POST {path}: {answer.status} {told[:500].decode()}\n{self.tail()}")
        return t.cast(Body, json.loads(told))

    def _wire(self) -> http.client.HTTPConnection:
        """This thread's connection, of the standard library: what requests does around one takes as long as a bare loop."""
        if not hasattr(self._wires, "connection"):
            self._wires.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        return t.cast(http.client.HTTPConnection, self._wires.connection)

    def application(self) -> Body:
        """An application of a person who was never there before."""
        number = next(self._numbers)
        born = dt.date(1950, 1, 1) + dt.timedelta(days=number % 20_000)
        return {
            "station": STATION,
            "applicant": {
                "name": f"马{chr(0x4E00 + number % 2_000)}云",
                "identity_number": identity_number(born, number // 20_000),
                "gender": "female",
            },
            "recipient_group": "woman",
            "form_of_aid": "civil_litigation",
            "matter": "marriage_family",
            "statement": "丈夫拒绝支付医疗费用，对申请人弃之不顾。申请人请求离婚，并请求经济帮助。",
            "opposing_parties": [{"name": "王志强", "kind": "person"}],
            "household_size": 1,
            "monthly_income_fen": 60000,
            "facts": ["abandoned"],
            "urgency": "normal",
        }

    def notifications(self) -> psycopg.Connection[t.Any]:
        """A connection to notification's database."""
        return self.connect("notification")

    def connect(self, service: str) -> psycopg.Connection[t.Any]:
        """A connection to a service's database."""
        return psycopg.connect(self.database.format(service=service), autocommit=True)

    def tail(self) -> str:
        return "\n".join(worker.tail(12) for worker in self.workers)

    def _command(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "chassis", *arguments],
            env={**os.environ, **self.settings},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
        )
        if done.returncode:
            raise RuntimeError(f"aidbus {' '.join(arguments)}: {done.stderr[-1500:]}")
        return done.stdout

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                if self.http.get(self.url + "/readyz", timeout=2).ok:
                    return
            except requests.RequestException:
                pass
            if not all(worker.alive for worker in self.workers):
                break
            time.sleep(0.1)
        raise RuntimeError(f"the platform is not ready:\n{self.tail()}")

    def _settle(self) -> None:
        """The network that an application needs, in steps that each wait for the one before."""
        federation = {"code": ORGANIZATION, "name": "妇女联合会", "kind": "womens_federation"}
        self.post("/v1/organizations", federation)
        station = {
            "organization": ORGANIZATION,
            "code": STATION,
            "name": "工作站",
            "level": "city",
            "district": "河滨区",
        }
        self.post("/v1/stations", {**station, "liaison": {"name": "陈静兰"}})
        for role in ("director", "officer"):
            self.post("/v1/staff", {"organization": "center", "name": "钟雅洁", "role": role})
        time.sleep(2)


def identity_number(born: dt.date, sequence: int) -> str:
    """An identity number with a right checksum (GB 11643)."""
    digits = f"410704{born:%Y%m%d}{sequence:03d}"
    total = sum(
        int(digit) * weight
        for digit, weight in zip(digits, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), strict=True)
    )
    return digits + "10X98765432"[total % 11]
