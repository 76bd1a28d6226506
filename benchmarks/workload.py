"""The work that every side of the benchmarks does: the same commands, the same rows, the same events.

Nothing here imports the platform, so that the peers run without it.
"""

from __future__ import annotations

import os
import typing as t
from datetime import UTC, datetime
from uuid import UUID

import orjson
import uuid_utils

SERVICE = "bench"
COMMAND_TYPE = "bench.open_case.v1"
EVENT_TYPE = "bench.case_opened.v1"
EVENTS_EXCHANGE = "aidbus.events"
EVENT_FIELDS = ("case", "number", "matter", "recipient_group", "amount")
QUORUM = {"x-queue-type": "quorum"}

# ~400 characters of facts, so that a whole command is about 1 kB as the golden case's are.
FACTS = (
    "The applicant was left with two children and without support after her husband moved to another city; "
    "she asks for maintenance arrears, custody and her share of the house. The women's federation station of "
    "her township recorded advice twice and helped her to gather the marriage certificate, the household "
    "register and the statements of two neighbours before she came to apply for legal aid."
)

SCHEMA = """
CREATE TABLE cases (
    id uuid PRIMARY KEY,
    organization varchar(60) NOT NULL,
    number varchar(40) NOT NULL,
    matter varchar(60) NOT NULL,
    recipient_group varchar(60) NOT NULL,
    facts text NOT NULL,
    amount bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX ix_cases_organization ON cases (organization, id);
"""

# Inbox and outbox are the platform's own tables (chassis/tables.py), for the peers too.
INBOX_COLUMNS = ("message_id", "attempt", "received_at")
CASE_COLUMNS = ("id", "organization", "number", "matter", "recipient_group", "facts", "amount")
OUTBOX_COLUMNS = (
    "id",
    "attempt",
    "type",
    "organization",
    "exchange",
    "routing_key",
    "body",
    "created_at",
    "available_at",
)


def insert(table: str, columns: tuple[str, ...], placeholder: str = "%s") -> str:
    """An INSERT with ``%s`` (psycopg) or ``$1`` (asyncpg) placeholders."""
    marks = ", ".join(placeholder if placeholder == "%s" else f"${i}" for i in range(1, len(columns) + 1))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"


def organizations(count: int = 71) -> list[str]:
    """Codes of organizations: 71 as in the network the platform is made for."""
    return [f"station-{i:04d}" for i in range(count)]


def command(organization: str, number: int) -> dict[str, t.Any]:
    """A command of about 1 kB in the platform's envelope; nobody asked for it, so nobody is answered."""
    message_id = str(uuid_utils.uuid7())
    return {
        "specversion": "1.0",
        "id": message_id,
        "source": "/aidbus/gateway",
        "type": COMMAND_TYPE,
        "subject": None,
        "time": datetime.now(UTC).isoformat(),
        "datacontenttype": "application/json",
        "dataschema": f"/contracts/{COMMAND_TYPE}",
        "organization": organization,
        "correlationid": message_id,
        "causationid": None,
        "attempt": 1,
        "traceparent": None,
        "principal": None,
        "data": {
            "case": str(uuid_utils.uuid7()),
            "number": f"C2026-{number:07d}",
            "matter": "maintenance",
            "recipient_group": "women",
            "facts": FACTS,
            "amount": 3_005_000,
        },
    }


def event(cause: dict[str, t.Any]) -> dict[str, t.Any]:
    """The event that the handling of a command sends: what is new, without the facts."""
    data = cause["data"]
    return {
        "specversion": "1.0",
        "id": str(uuid_utils.uuid7()),
        "source": f"/aidbus/{SERVICE}",
        "type": EVENT_TYPE,
        "subject": data["case"],
        "time": datetime.now(UTC).isoformat(),
        "datacontenttype": "application/json",
        "dataschema": f"/contracts/{EVENT_TYPE}",
        "organization": cause["organization"],
        "correlationid": cause["correlationid"],
        "causationid": cause["id"],
        "attempt": 1,
        "traceparent": None,
        "principal": None,
        "data": {key: data[key] for key in EVENT_FIELDS},
    }


def case_row(cause: dict[str, t.Any]) -> tuple[t.Any, ...]:
    data = cause["data"]
    return (
        UUID(data["case"]),
        cause["organization"],
        data["number"],
        data["matter"],
        data["recipient_group"],
        data["facts"],
        data["amount"],
    )


def inbox_row(cause: dict[str, t.Any]) -> tuple[t.Any, ...]:
    return (UUID(cause["id"]), cause["attempt"], datetime.now(UTC))


def outbox_row(effect: dict[str, t.Any]) -> tuple[t.Any, ...]:
    now = datetime.now(UTC)
    key = routing_key(effect)
    return (UUID(effect["id"]), 1, effect["type"], effect["organization"], "events", key, dumps(effect), now, now)


def routing_key(effect: dict[str, t.Any]) -> str:
    return f"{effect['organization']}.{effect['type']}"


dumps = orjson.dumps
loads = orjson.loads


class Place(t.NamedTuple):
    """Where a worker process works; handed over by environment variables."""

    amqp_url: str
    database_url: str
    namespace: str
    organizations: int

    @classmethod
    def here(cls) -> Place:
        env = os.environ
        return cls(
            env["BENCH_AMQP_URL"],
            env["BENCH_DATABASE_URL"],
            env["BENCH_NAMESPACE"],
            int(env["BENCH_ORGANIZATIONS"]),
        )

    def queue(self, organization: str) -> str:
        return f"{self.namespace}.{SERVICE}.{organization}"

    def queues(self) -> list[str]:
        return [self.queue(organization) for organization in organizations(self.organizations)]

    @property
    def exchange(self) -> str:
        return f"{self.namespace}.{EVENTS_EXCHANGE}"

    @property
    def sink(self) -> str:
        """The queue that every event ends in; nobody reads it, its length is checked."""
        return f"{self.namespace}.sink"

    def environment(self) -> dict[str, str]:
        return {
            "BENCH_AMQP_URL": self.amqp_url,
            "BENCH_DATABASE_URL": self.database_url,
            "BENCH_NAMESPACE": self.namespace,
            "BENCH_ORGANIZATIONS": str(self.organizations),
        }
