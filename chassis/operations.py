"""What the command line does for operators, as plain functions that return rows."""

from __future__ import annotations

import datetime as dt
import fcntl
import getpass
import importlib
import socket
import sqlite3
import typing as t
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import UUID

import orjson
import sqlalchemy as sa
from alembic.util.exc import CommandError
from amqp.basic_message import Message
from amqp.exceptions import ChannelError, MessageNacked
from sqlalchemy.orm import Session

from chassis import bus, dead_letters, faults, inbox, migrations, organizations, policies, relay, runner, settings
from chassis.clock import SystemClock, clock_for
from chassis.database import Database
from chassis.endings import Endings
from chassis.envelope import MalformedEnvelope
from chassis.errors import DatabaseAway, StartError
from chassis.topology import Topology
from chassis.vault import LostKey, Vault

Environ = t.Mapping[str, str]
CLOCKS_DIFFER = 60  # seconds by which the clocks of machines may differ
LOCK = ".lock"  # the file, empty, whose lock says that a process with an embedded bus uses the folder
PROBE = 65_536  # bytes: on a full disk an empty file can still be made
Say = t.Callable[..., None]  # takes what, state, found and what to do


def all_services() -> list[str]:
    """All services in the order in which they start: the door last."""
    return sorted(runner.known_services(), key=lambda name: (name == "gateway", name))


def check_folder(options: settings.PlatformSettings) -> None:
    """Raise StartError when the folder for data cannot be written."""
    folder = Path(options.var)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".probe"
        try:
            probe.write_bytes(bytes(PROBE))
        finally:
            probe.unlink(missing_ok=True)
    except OSError as error:
        raise StartError(_not_writable(folder, error)) from None


@contextmanager
def folder_alone(options: settings.PlatformSettings) -> t.Iterator[None]:
    """Keep the folder for data from every other process with an embedded bus: each would handle and tell for itself.

    Commands that only look or repair take no part in it. Raises StartError when the folder is taken.
    """
    if not options.is_embedded:
        yield
        return
    file = Path(options.var) / LOCK
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock = file.open("ab")
    except OSError as error:
        raise StartError(_not_writable(file.parent, error)) from None
    with lock:  # the system gives it back when the process ends, however it does
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartError(
                f"another process with an embedded bus uses the folder {file.parent}: stop that one, or choose another "
                "folder with AIDBUS_VAR; several processes for the same data need a broker (AIDBUS_BUS_URL)"
            ) from None
        except OSError as error:
            raise StartError(
                f"cannot lock the folder {file.parent}: {error.strerror}; choose one on a disk of this machine "
                "with AIDBUS_VAR"
            ) from None
        yield


def _not_writable(folder: Path, error: OSError) -> str:
    return f"cannot write into the folder {folder}: {error.strerror}; free it or choose another with AIDBUS_VAR"


def check_bus(services: t.Collection[str], options: settings.PlatformSettings, workers: int = 1) -> None:
    """Raise StartError where some services alone would run on the embedded bus, which nobody outside can hear, or
    several workers each on its own."""
    left_out = [name for name in all_services() if name not in services]
    if options.is_embedded and left_out:
        raise StartError(
            f"the embedded bus ends with this process, and {', '.join(left_out)} would hear nothing: set "
            "AIDBUS_BUS_URL to the broker that all share, or run all of them with `aidbus up`"
        )
    if options.is_embedded and workers > 1:
        raise StartError(
            "the embedded bus lives in one process, and each worker would have its own: set AIDBUS_BUS_URL to the "
            "broker that all share, or leave --workers out"
        )


def check_port(host: str, port: int) -> None:
    """Raise StartError when the port is taken."""
    with closing(socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise StartError(
                f"cannot listen on {host}:{port}: {error.strerror}; stop what runs there or set AIDBUS_PORT"
            ) from None


def migrate(service: str, environ: Environ) -> str:
    """Upgrade one service's database, made first if PostgreSQL lacks it; returns the revision."""
    options = settings.load(settings.PlatformSettings, environ)
    with _database(service, options) as database:
        _create_database(database)
        with database.session() as session:
            faults.refuse_another_owner(service, session.connection())
            if why := faults.read_only(database, session.connection()):
                raise StartError(f"the database of {service} can only be read ({why}): {faults.WRITABLE}")
        try:
            return migrations.migrate(runner.package_of(service), database, options.center)
        except CommandError:
            current = _revision(database)
            raise StartError(
                f"the database of {service} is at revision {current}, which this version does not know: "
                "a newer version made it"
            ) from None


def check_migrated(service: str, environ: Environ) -> None:
    """Raise StartError when the service's database is older than this version; one that is away is waited for."""
    try:
        if not has_tables(service, environ):
            raise StartError(f"the database of {service} has no tables yet; run `aidbus migrate`")
    except DatabaseAway as error:
        with _database(service, settings.load(settings.PlatformSettings, environ)) as database:
            if faults.is_missing(database, error):
                raise StartError(
                    f"the database {database.url.database} of {service} does not exist; run `aidbus migrate`"
                ) from None


def check_keys(service: str, environ: Environ) -> None:
    """Raise StartError when no key opens what the service has sealed; a database that is away is waited for."""
    options = settings.load(runner.load_service(service).platform.kind, environ)
    try:
        with _database(service, options) as database, database.session() as session:
            todo = faults.lost_key(service, session, options)
    except (DatabaseAway, sa.exc.SQLAlchemyError):  # the latter: a newer version's tables, which is told elsewhere
        return
    if todo:
        raise StartError(f"what {service} has sealed cannot be opened: {todo}")


def has_tables(service: str, environ: Environ) -> bool:
    """Whether the service's database was migrated; raises StartError where an older version did it, DatabaseAway."""
    options = settings.load(settings.PlatformSettings, environ)
    package = runner.package_of(service)
    with _database(service, options) as database, database.session() as session:
        faults.refuse_another_owner(service, session.connection())
        current = migrations.current_revision(session.connection())
    newest = migrations.newest_revision(package)
    if current is None:
        return False
    if current != newest and migrations.is_known(package, current):
        raise StartError(
            f"the database of {service} is at revision {current}, needed is {newest}; run `aidbus migrate`"
        )
    return True


def queues(environ: Environ) -> list[dict[str, t.Any]]:
    """Per service and organization: messages ready in the mailbox, consumers; per service the outbox and its oldest.

    ``state`` of a mailbox: ``open``, ``missing`` (nobody declared it yet), or ``no leader``: the broker has it and does
    not answer for it. Without a broker, and on the embedded bus, it is None.
    """
    options = settings.load(settings.PlatformSettings, environ)
    rows: list[dict[str, t.Any]] = []
    channel, close = _channel(options)
    try:
        for service in all_services():
            topology = Topology(options.namespace, runner.load_service(service).platform.contracts)
            with _session(service, options) as session:
                codes = organizations.codes(session)
                count, age = relay.backlog(session, SystemClock().now())
                held = dead_letters.count_held(session)
            rows.append(_queue_row(service, "(outbox)", count, None, age))
            rows.append(_queue_row(service, "(dead letters)", held, None, None))
            for code in codes:
                rows.append(_mailbox_row(options, channel, service, code, topology.mailbox(service, code)))
        if channel:
            found = _passive(channel, topology.unroutable)
            rows.append(_queue_row("(all)", "(unroutable)", found.message_count if found else 0, None, None))
    finally:
        close()
    return rows


def policy(environ: Environ) -> dict[str, t.Any]:
    """The broker policy for this installation; raises StartError where there is no broker."""
    options = settings.load(settings.PlatformSettings, environ)
    if options.is_embedded:
        raise StartError("the embedded bus has no policies; they are for RabbitMQ (AIDBUS_BUS_URL)")
    return policies.policy(options, all_services())


def list_dead_letters(
    environ: Environ, service: str | None, organization: str | None, limit: int
) -> list[dict[str, t.Any]]:
    """Held letters of one or all services, without their content; of each service the ``limit`` oldest."""
    options = settings.load(settings.PlatformSettings, environ)
    rows = []
    for name in _services(service):
        with _session(name, options) as session:
            rows += [_letter_row(name, letter) for letter in dead_letters.held(session, organization, limit)]
    return rows


def show_dead_letter(environ: Environ, letter: UUID, with_content: bool) -> dict[str, t.Any]:
    """One letter; ``with_content`` adds the message itself."""
    service, row = _find_letter(environ, letter)
    shown = _letter_row(service, row)
    if with_content:
        try:
            shown["content"] = dead_letters.content(row, _vault(service, environ)).decode("utf-8", "replace")
        except LostKey as error:
            raise StartError(str(error)) from None
    return shown


def replay_dead_letters(environ: Environ, letter: str, service: str | None) -> list[dict[str, t.Any]]:
    """Replay one letter, or ``all``, each in its own transaction; the service's relay sends it within its sweep."""
    options = settings.load(settings.PlatformSettings, environ)
    if letter == "all":
        wanted = []
        for name in _services(service):
            with _session(name, options) as session:
                wanted += [(name, held) for held in dead_letters.held_ids(session)]
    else:
        found, _ = _find_letter(environ, _uuid(letter))
        wanted = [(found, _uuid(letter))]
    rows, vaults = [], {name: _vault(name, environ) for name in {name for name, _ in wanted}}
    for name, one in wanted:
        with _session(name, options) as session:
            try:
                dead_letters.replay(session, one, name, SystemClock().now(), getpass.getuser(), vaults[name])
                state = "replayed"
            except (LookupError, MalformedEnvelope, LostKey) as error:
                state = str(error)
        rows.append({"service": name, "letter": one, "state": state})
    return rows


def discard_dead_letter(environ: Environ, letter: UUID) -> None:
    """Give one letter up, and tell whoever waits for it; raises StartError when it is not held."""
    options = settings.load(settings.PlatformSettings, environ)
    service, _ = _find_letter(environ, letter)
    endings = Endings(service, runner.load_service(service).platform.contracts)
    with _session(service, options) as session:
        try:
            now, by, vault = SystemClock().now(), getpass.getuser(), _vault(service, environ)
            dead_letters.discard(session, letter, now, by, endings, vault)
        except LookupError as error:
            raise StartError(str(error)) from None


def diagnose(environ: Environ) -> list[dict[str, t.Any]]:
    """Rows of what, state (``ok``, ``warning``, ``wrong``), found, and what to do."""
    rows: list[dict[str, t.Any]] = []

    def say(what: str, state: str, found: str, todo: str = "") -> None:
        rows.append({"what": what, "state": state, "found": found, "to do": todo})

    try:
        options = settings.load(settings.PlatformSettings, environ)
        of_services = [settings.load(runner.load_service(name).platform.kind, environ) for name in all_services()]
        say("settings", "ok", "all options are valid")
    except StartError as error:
        say("settings", "wrong", str(error), "correct the variables; `aidbus settings check` lists them")
        return rows
    for variable, found, todo in (weakness for one in of_services for weakness in one.weaknesses):
        say(variable, "warning", found, todo)
    if options.database_url.startswith("sqlite"):
        try:
            check_folder(options)
        except StartError as error:
            say("folder of data", "wrong", str(error), "free it, or correct AIDBUS_VAR")
    for service in all_services():
        _diagnose_database(service, environ, say)
    try:
        _, close = _channel(options, must=True)
        close()
        say("broker", "ok", "embedded in the process" if options.is_embedded else "answers")
    except StartError as error:
        say("broker", "wrong", str(error), "start the broker or correct AIDBUS_BUS_URL")
        return rows
    _diagnose_mailboxes(environ, options, say)
    return rows


def key_maker(platform: t.Any) -> t.Callable[..., str]:
    """The gateway's own way to make an API key, for the sample player in the same process."""
    module = importlib.import_module(f"{runner.package_of('gateway')}.keys")
    return t.cast(t.Callable[..., str], module.maker(platform))


def _diagnose_database(service: str, environ: Environ, say: Say) -> None:
    what = f"database of {service}"
    options = settings.load(runner.load_service(service).platform.kind, environ)
    try:
        with _database(service, options) as database:
            try:
                _look_into(service, database, options, say)
            except (DatabaseAway, sa.exc.SQLAlchemyError, sqlite3.Error) as error:
                if faults.is_damage(error):
                    say(what, "wrong", f"its file is damaged ({faults.reason(error)})", faults.RESTORE)
                elif faults.is_missing(database, error):
                    say(what, "wrong", "it does not exist on its server", "run `aidbus migrate`")
                else:
                    found = f"it cannot be used: {faults.reason(error)}"
                    say(what, "wrong", found, "start or mend it, or correct AIDBUS_DATABASE_URL")
    except StartError as error:
        say(what, "wrong", str(error), "make that folder writable, or correct AIDBUS_VAR")


def _look_into(service: str, database: Database, options: settings.PlatformSettings, say: Say) -> None:
    what = f"database of {service}"
    package = runner.package_of(service)
    newest = migrations.newest_revision(package)
    with database.session() as session:
        current = migrations.current_revision(session.connection())
        other = faults.owner(service, session.connection())
        read_only = faults.read_only(database, session.connection())
    if other:
        say(what, "wrong", f"it holds the tables of {other}", faults.MIXED_UP)
        return
    if read_only:
        say(what, "wrong", f"it can only be read: {read_only}", faults.WRITABLE)
        return
    if broken := faults.damage(database):
        say(what, "wrong", f"its file is damaged ({broken})", faults.RESTORE)
        return
    if current is None or (current != newest and migrations.is_known(package, current)):
        say(what, "wrong", f"revision {current}, newest {newest}", "run `aidbus migrate`")
        return
    with database.session() as session:
        count, age = relay.backlog(session, SystemClock().now())
        held = dead_letters.count_held(session)
        todo = faults.lost_key(service, session, options) if current == newest else None
        ahead = _seconds_ahead(inbox.newest(session), options)
    if ahead > CLOCKS_DIFFER:
        found = f"{service} worked {dt.timedelta(seconds=round(ahead))} after what the clock says now"
        say(f"clock beside {service}", "wrong", found, "set the clock of every machine (NTP): time limits run by it")
    if todo:
        say(f"keys of {service}", "wrong", "what is sealed cannot be opened", todo)
    if current == newest:
        say(what, "ok", f"revision {current}")
    else:  # it is served all the same, and `migrate` refuses it
        found = f"revision {current}, newest known {newest}"
        say(what, "warning", found, "install the newer version that made it")
    if age > 60:
        say(f"outbox of {service}", "warning", f"{count} rows, oldest {age:.0f} s", "is the service running?")
    if held:
        say(f"dead letters of {service}", "warning", f"{held} held", "see `aidbus dead-letters list`")


def _seconds_ahead(moment: dt.datetime | None, options: settings.PlatformSettings) -> float:
    """By how much a moment lies in the future."""
    return (moment - clock_for(options.clock_file).now()).total_seconds() if moment else 0.0


def _diagnose_mailboxes(environ: Environ, options: settings.PlatformSettings, say: Say) -> None:
    if options.is_embedded:
        return
    try:
        rows = queues(environ)
    except (DatabaseAway, sa.exc.SQLAlchemyError, StartError):
        return  # a database that cannot be used is told already
    for row in rows:
        name = f"{row['service']}.{row['organization']}"
        if row["consumers"] == 0:
            say(f"mailbox {name}", "warning", "nobody consumes it", f"run `aidbus serve {row['service']}`")
        if row["state"] == "no leader":
            queue = f"{options.namespace}.{name}" if options.namespace else name
            todo = (
                f"`rabbitmq-queues quorum_status {queue}`, then the runbook in ARCHITECTURE.md; do not delete the queue"
            )
            say(f"mailbox {name}", "wrong", "its queue has no leader: what is for it waits", todo)
        if row["organization"] == "(unroutable)" and row["waiting"]:
            say("unroutable messages", "warning", f"{row['waiting']} parked", "who sends to an unknown organization?")


def _mailbox_row(
    options: settings.PlatformSettings, channel: t.Any, service: str, code: str, queue: str
) -> dict[str, t.Any]:
    found = _passive(channel, queue) if channel else None
    if found is None:
        return _queue_row(service, code, None, None, None, "missing" if channel else None)
    if not found.message_count and not found.consumer_count and _is_headless(options, queue):
        return _queue_row(service, code, None, None, None, "no leader")
    oldest = _oldest_age(channel, queue) if found.message_count else None
    return _queue_row(service, code, found.message_count, found.consumer_count, oldest, "open")


def _is_headless(options: settings.PlatformSettings, queue: str) -> bool:
    try:
        return not bus.has_leader(options.bus_url, queue)
    except bus.LOST:
        return False  # the broker went away meanwhile: that is told elsewhere


def _queue_row(
    service: str,
    organization: str,
    waiting: int | None,
    consumers: int | None,
    age: float | None,
    state: str | None = None,
) -> dict[str, t.Any]:
    shown = None if age is None else round(age, 1)
    row = {"service": service, "organization": organization, "waiting": waiting, "oldest_seconds": shown}
    return {**row, "consumers": consumers, "state": state}


def _services(service: str | None) -> list[str]:
    """The named service, or all; raises StartError for one that does not exist."""
    if service:
        runner.check_known(service)
    return [service] if service else all_services()


def _letter_row(service: str, letter: t.Any) -> dict[str, t.Any]:
    names = ("type", "organization", "attempt", "reason", "detail", "created_at", "state")
    return {"service": service, "letter": letter.id, **{name: getattr(letter, name) for name in names}}


def _vault(service: str, environ: Environ) -> Vault | None:
    return settings.load(runner.load_service(service).platform.kind, environ).vault


def _find_letter(environ: Environ, letter: UUID) -> tuple[str, t.Any]:
    options = settings.load(settings.PlatformSettings, environ)
    for name in all_services():
        with _session(name, options) as session:
            row = dead_letters.find(session, letter)
        if row is not None:
            return name, row
    raise StartError(f"there is no dead letter {letter}")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise StartError(f"{text!r} is not a dead letter's id") from None


@contextmanager
def _database(service: str, options: settings.PlatformSettings) -> t.Iterator[Database]:
    database = Database(options.database_for(service), pool_size=2)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def _session(service: str, options: settings.PlatformSettings) -> t.Iterator[Session]:
    with _database(service, options) as database:
        if _revision(database) is None:
            raise StartError(f"the database of {service} has no tables yet; run `aidbus migrate`")
        with database.session() as session:
            yield session


def _revision(database: Database) -> str | None:
    """The revision that a database is at; None: nothing was migrated. Raises DatabaseAway."""
    with database.session() as session:
        return migrations.current_revision(session.connection())


def _create_database(database: Database) -> None:
    """Make a missing PostgreSQL database, if the role may."""
    if database.is_sqlite:
        return
    try:
        database.ping()
        return
    except DatabaseAway as error:
        cause = error
    name = str(database.url.database)
    if not faults.is_missing(database, cause):
        why = faults.reason(cause)
        raise StartError(f"the database server of {name} cannot be used ({why}); is AIDBUS_DATABASE_URL right?")
    try:
        with faults.on_server(database) as connection:
            quoted = connection.dialect.identifier_preparer.quote(name)
            connection.execute(sa.text(f"CREATE DATABASE {quoted} ENCODING 'UTF8' TEMPLATE template0"))
    except sa.exc.ProgrammingError as error:
        if "already exists" not in str(error):
            raise StartError(f"the database {name} is missing and this role may not make it") from None
    except sa.exc.OperationalError:
        raise StartError(f"the database {name} is missing and could not be made; make it by hand") from None


def _channel(options: settings.PlatformSettings, must: bool = False) -> tuple[t.Any, t.Callable[[], None]]:
    """A channel on the broker and how to close it; (None, …) when it is away or inside another process."""
    if options.is_embedded:
        return None, lambda: None
    try:
        connection = bus.connect(options.bus_url, timeout=3)
    except bus.LOST as error:
        if must:
            raise StartError(f"the broker does not answer ({type(error).__name__})") from None
        return None, lambda: None
    return connection, lambda: bus.close_quietly(connection)


@contextmanager
def _own_channel(connection: t.Any) -> t.Iterator[t.Any]:
    """A channel for one question: a miss (ChannelError) closes it. Raises StartError when the broker goes away."""
    try:
        channel = connection.channel()
        yield channel
        channel.close()
    except ChannelError:
        raise
    except bus.LOST as error:
        away = f"the broker went away meanwhile ({type(error).__name__}); see `aidbus doctor`"
        raise StartError(away) from None


def _passive(connection: t.Any, queue: str) -> t.Any | None:
    """Counts of a queue, or None when it does not exist."""
    try:
        with _own_channel(connection) as channel:
            return channel.queue_declare(queue, passive=True)
    except ChannelError:
        return None


def _oldest_age(connection: t.Any, queue: str) -> float | None:
    """Age in seconds of the first message, looked at and put back, or None where none can be told."""
    try:
        with _own_channel(connection) as channel:
            message = channel.basic_get(queue, no_ack=False)
            if message is None:
                return None
            _put_back(channel, queue, message)
        sent = dt.datetime.fromisoformat(orjson.loads(message.body)["time"])
        return (SystemClock().now() - sent).total_seconds()
    except (ChannelError, ValueError, KeyError, TypeError):
        return None


def _put_back(channel: t.Any, queue: str, message: t.Any) -> None:
    """Leave a message where it was. The broker counts a look as a delivery and parks what was delivered too often, so
    from half of that on it is sent to its queue anew, and the old one goes when the new one is confirmed."""
    kept = dict(message.properties)
    headers = kept.pop("application_headers", None) or {}
    if headers.get("x-delivery-count", 0) >= policies.DELIVERIES // 2:
        try:
            channel.basic_publish_confirm(Message(message.body, **kept), "", queue, confirm_timeout=5)
        except MessageNacked:
            pass  # the mailbox is full
        else:
            channel.basic_ack(message.delivery_tag)
            return
    channel.basic_reject(message.delivery_tag, requeue=True)
