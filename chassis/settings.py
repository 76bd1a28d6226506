"""Options: typed, documented, read from the environment, all checked at start; secrets are never printed.

Every option is a field of a frozen dataclass made by ``option``; its variable is ``AIDBUS_`` and the field's name.
"""

from __future__ import annotations

import dataclasses
import os
import re
import typing as t
from dataclasses import dataclass
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from marshmallow import ValidationError, fields
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from chassis import failpoints
from chassis.clock import FileClock
from chassis.errors import StartError
from chassis.vault import Vault

PREFIX = "AIDBUS_"
DRIVERS = ("sqlite", "postgresql", "postgresql+psycopg")
T = t.TypeVar("T")
S = t.TypeVar("S", bound="PlatformSettings")


def option(default: T, doc: str, *, secret: bool = False, check: t.Callable[[t.Any], str | None] | None = None) -> T:
    """Declare an option. ``check`` returns what is wrong with a value, or None."""
    metadata = {"doc": doc, "secret": secret, "check": check}
    declared: t.Any = dataclasses.field(default=default, metadata=metadata)
    return declared


def between(low: float, high: float) -> t.Callable[[t.Any], str | None]:
    """A check for numbers."""
    return lambda value: None if low <= value <= high else f"must lie between {low:g} and {high:g}"


def one_of(*values: str) -> t.Callable[[t.Any], str | None]:
    """A check for closed lists."""
    return lambda value: None if value in values else f"must be one of {', '.join(values)}"


def not_blank(value: str) -> str | None:
    """A check for what an empty value would turn into something wide: the root of all folders, every address."""
    return None if value.strip() else "must not be empty; leave the variable out to have its default"


def _zone(value: str) -> str | None:
    try:
        ZoneInfo(value)
    except Exception:
        return "is not a time zone such as Asia/Shanghai"
    return None


def _bus(value: str) -> str | None:
    known = ("embedded://", "amqp://", "amqps://", "pyamqp://")
    if not value.startswith(known):
        return f"must begin with one of {', '.join(known)}"
    try:
        _ = urlsplit(value).port
    except ValueError:
        return "must have a number as its port; a sign such as / or @ in a password is written %2F, %40"
    return None


def _code(value: str) -> str | None:
    right = len(value) <= 40 and re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", value)
    return None if right else "must be a code of lower-case letters, digits and single hyphens"


def _namespace(value: str) -> str | None:
    right = re.fullmatch(r"[A-Za-z0-9_.-]{0,60}", value)
    return None if right else "must hold letters, digits, dots, hyphens and underscores only"


def _patterns(value: str) -> str | None:
    """What no code can match would serve nobody, without a word."""
    right = all(re.fullmatch(r"[a-z0-9*?!\[\]-]+", pattern.strip()) for pattern in value.split(","))
    return None if right else "must be codes of organizations or patterns such as women*, with commas between"


def _clock_file(path: str) -> str | None:
    try:
        FileClock(path).now() if path else None
    except (OSError, ValueError, OverflowError):
        return "must be a file with a number of seconds"
    return None


def _failpoint(value: str) -> str | None:
    name, _, count = value.partition(":")
    if name and (name not in failpoints.CATALOGUE or not (count or "1").isdecimal()):
        return f"must be one of {', '.join(failpoints.CATALOGUE)}"
    return None


def _database(value: str) -> str | None:
    if not value.startswith(("sqlite:", "postgresql")):
        return "must begin with sqlite: or postgresql"
    if "{service}" not in value:
        return "must hold {service}, because every service has a database of its own"
    try:
        address = value.format(service="", var="")
    except (ValueError, LookupError, AttributeError):
        return "may hold {service} and {var}, and no other braces"
    try:
        known = make_url(address).drivername in DRIVERS
    except (ArgumentError, ValueError):
        known = False
    return None if known else "must look like sqlite:///FILE or postgresql+psycopg://user:password@host:port/name"


@dataclass(frozen=True)
class PlatformSettings:
    """What every process of the platform needs to know."""

    bus_url: str = option(
        "embedded://aidbus",
        "Message bus: embedded://NAME or amqp://user:password@host:port/vhost",
        secret=True,
        check=_bus,
    )
    database_url: str = option(
        "sqlite:///{var}/{service}.db",
        "Database per service; {service} and {var} are filled in",
        secret=True,
        check=_database,
    )
    var: str = option("var", "Folder for databases and files of a single machine", check=not_blank)
    namespace: str = option(
        "", "Prefix of every exchange and queue, so that two platforms can share a broker", check=_namespace
    )
    zone: str = option("Asia/Shanghai", "Time zone in which days are counted and times are shown", check=_zone)
    center: str = option("center", "Code of the legal aid center's own organization", check=_code)
    organizations: str = option(
        "*", "Organizations that this process serves: comma separated names or patterns", check=_patterns
    )
    concurrency: int = option(
        4, "Batches that one service handles at the same time in one process", check=between(1, 64)
    )
    batch_size: int = option(50, "Most messages of one organization in one transaction", check=between(1, 500))
    batch_milliseconds: int = option(
        40, "A batch is kept so small that it lasts about so long", check=between(1, 10_000)
    )
    prefetch: int = option(100, "Messages taken in advance from one mailbox", check=between(1, 1000))
    process_prefetch: int = option(
        5000, "Messages taken in advance by one process, over all mailboxes", check=between(10, 100_000)
    )
    attempts: int = option(
        6, "How often a failing message is tried before it becomes a dead letter", check=between(1, 50)
    )
    retry_seconds: float = option(1.0, "Pause before the first retry; doubled each time", check=between(0.01, 3600))
    retry_seconds_max: float = option(300.0, "Longest pause between two tries", check=between(0.01, 86_400))
    relay_batch: int = option(200, "Most outbox rows that are published at once", check=between(1, 5000))
    relay_lease_seconds: float = option(15.0, "How long a claimed outbox row stays claimed", check=between(1, 600))
    relay_sweep_seconds: float = option(
        2.0, "How often the outbox is looked through without being asked", check=between(0.05, 600)
    )
    confirm_seconds: float = option(10.0, "How long the relay waits for the broker's confirms", check=between(0.1, 120))
    query_seconds: float = option(3.0, "How long a read waits for a service's answer", check=between(0.05, 60))
    refresh_seconds: float = option(
        1.0, "How often a process looks for new organizations where no notice tells of them", check=between(0.05, 600)
    )
    inbox_days: int = option(
        8, "How long message ids are remembered, to suppress duplicates (7 at least)", check=between(7, 400)
    )
    heartbeat: int = option(30, "Broker heartbeat in seconds", check=between(0, 600))
    stop_seconds: float = option(
        20.0, "How long a stopping process waits for messages being handled", check=between(0, 600)
    )
    log_level: str = option("INFO", "Least level that is logged", check=one_of("DEBUG", "INFO", "WARNING", "ERROR"))
    log_format: str = option("json", "Form of the log: json or console", check=one_of("json", "console"))
    health_port: int = option(
        0, "Port for /livez, /readyz and /metrics of a process without the gateway; 0: none", check=between(0, 65535)
    )
    supervised: bool = option(False, "This process stops when the one that started it is gone (set by --workers)")
    clock_file: str = option("", "For tests: a file with seconds to add to the machine's clock", check=_clock_file)
    failpoint: str = option("", "For tests: where this process kills itself", check=_failpoint)

    def database_for(self, service: str) -> str:
        """The database address of one service."""
        return self.database_url.format(service=service, var=self.var)

    @property
    def is_embedded(self) -> bool:
        return self.bus_url.startswith("embedded://")

    @property
    def weaknesses(self) -> tuple[tuple[str, str, str], ...]:
        """What is allowed and should not stay so, for `aidbus doctor`: the variable, what is the matter, what to do."""
        return ()

    @property
    def vault(self) -> Vault | None:
        """What seals personal data at rest; None: this service has none to seal (see sealing.py)."""
        return None


def load(kind: type[S], environ: t.Mapping[str, str] | None = None) -> S:
    """Read and check all options of one kind; raises StartError that names every wrong one."""
    values, wrong = {}, []
    source = os.environ if environ is None else environ
    hints = t.get_type_hints(kind)
    for item in dataclasses.fields(kind):
        name = PREFIX + item.name.upper()
        if source.get(name) is None:
            continue
        try:
            values[item.name] = _parse(source[name], hints[item.name])
        except ValidationError:
            wrong.append(f"{name} must be {_article(hints[item.name])}")
            continue
        check = item.metadata.get("check")
        problem = check(values[item.name]) if check else None
        if problem:
            wrong.append(f"{name} {problem}")
    if wrong:
        raise StartError("settings: " + "; ".join(wrong))
    return kind(**values)


def describe(settings: PlatformSettings) -> list[dict[str, t.Any]]:
    """Every option with its variable, value (secrets hidden), default and documentation."""
    rows = []
    for item in dataclasses.fields(settings):
        value = getattr(settings, item.name)
        secret = item.metadata.get("secret", False)
        rows.append(
            {
                "variable": PREFIX + item.name.upper(),
                "value": ("(set)" if value else "(empty)") if secret else value,
                "default": "(secret)" if secret else item.default,
                "doc": item.metadata.get("doc", ""),
            }
        )
    return rows


def _parse(text: str, kind: t.Any) -> t.Any:
    if kind is str:
        return text
    parsers: dict[t.Any, fields.Field[t.Any]] = {int: fields.Integer(), float: fields.Float(), bool: fields.Boolean()}
    return parsers[kind].deserialize(text.strip())


def _article(kind: t.Any) -> str:
    return {int: "a whole number", float: "a number", bool: "true or false"}.get(kind, "text")
