"""What is wrong with a service's database, found out and put into words for an operator."""

from __future__ import annotations

import sqlite3
import typing as t
from contextlib import closing, contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from chassis import migrations, rotation, runner, settings
from chassis.database import Database
from chassis.errors import StartError
from chassis.vault import key_file

MIXED_UP = "stop all services and give each its own again (the file in AIDBUS_VAR, or AIDBUS_DATABASE_URL)"

RESTORE = "stop all services and put the last backup of all of them back, as deploy/README.md says"
WRITABLE = "let AIDBUS_DATABASE_URL name the server that takes writes, or switch that setting off"


def is_missing(database: Database, error: BaseException) -> bool:
    """Whether a PostgreSQL server answers and does not have the database that could not be reached."""
    name = str(database.url.database)
    if database.is_sqlite:
        return False
    if f'database "{name}" does not exist' in _words(error):
        return True
    try:  # the words above are of a server that speaks English
        with on_server(database) as connection:
            found = connection.execute(sa.text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name})
            return found.first() is None
    except sa.exc.SQLAlchemyError:
        return False


@contextmanager
def on_server(database: Database) -> t.Iterator[Connection]:
    """A connection without transactions to the database that every PostgreSQL server has."""
    url = database.url.set(database="postgres")
    server = sa.create_engine(url, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 5})
    try:
        with server.connect() as connection:
            yield connection
    finally:
        server.dispose()


def reason(error: BaseException) -> str:
    """Why a database cannot be used, in the words of its server or of SQLite; no row's values stand in them."""
    words = _words(error).strip()
    if "FATAL:" in words:
        return words.splitlines()[0].rpartition("FATAL:")[2].strip()[:120]
    cause = _cause(error)
    return words.splitlines()[0][:120] if isinstance(cause, sqlite3.Error) and words else "no answer"


def read_only(database: Database, connection: Connection) -> str | None:
    """Why nothing can be written into a PostgreSQL database that answers; None: something can."""
    if database.is_sqlite or connection.execute(sa.text("SHOW transaction_read_only")).scalar_one() == "off":
        return None
    if connection.execute(sa.text("SELECT pg_is_in_recovery()")).scalar_one():
        return "its server is a standby"
    return "default_transaction_read_only is on"


def damage(database: Database) -> str | None:
    """What is broken in an SQLite file, looked through beside whoever works on it; None: nothing that shows."""
    if not database.is_sqlite:
        return None
    with closing(database.engine.raw_connection()) as connection:
        driver: t.Any = connection.driver_connection
        (found,) = driver.execute("PRAGMA quick_check(1)").fetchone()
    return None if found == "ok" else str(found).splitlines()[-1][:120]


def is_damage(error: BaseException) -> bool:
    """Whether an error says that an SQLite file itself is broken, or no database."""
    cause = _cause(error)
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    return isinstance(cause, sqlite3.Error) and code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def owner(service: str, connection: Connection) -> str | None:
    """The service whose tables a migrated database holds where it is another one than ``service``."""
    present = set(sa.inspect(connection).get_table_names())
    own = migrations.own_tables(runner.package_of(service))
    if own <= present or migrations.current_revision(connection) is None:
        return None
    held = {name: len(present & migrations.own_tables(runner.package_of(name))) for name in runner.known_services()}
    found = max(held, key=lambda name: held[name])  # some names of tables are those of several services
    return found if held[found] > held[service] else None


def refuse_another_owner(service: str, connection: Connection) -> None:
    """Raise StartError where the database is another service's: to migrate or serve it would spoil it."""
    if other := owner(service, connection):
        raise StartError(f"the database of {service} holds the tables of {other}: {MIXED_UP}")


def lost_key(service: str, session: Session, options: settings.PlatformSettings) -> str | None:
    """What to do where no key opens what a service has sealed; to go on would seal the new under another key, find
    nobody again by a number, and make of the key that comes back the wrong one. None: a key opens some of it."""
    sealed = rotation.samples(session, migrations.base_of(runner.package_of(service)))
    file = None if getattr(options, "data_keys", "") else key_file(options.database_for(service))
    if file and not file.exists():  # the vault would make one
        again = f"put {file} back from where its copy is kept, or set AIDBUS_DATA_KEYS to the key that it held"
        return again if sealed else None
    try:
        vault = options.vault
    except (OSError, StartError):
        return f"{file} holds no key, or none that this user may read: put its copy back, or let the user read it"
    if not sealed or vault is None or any(rotation.opens(vault, one) for one in sealed):
        return None
    if file:
        return f"{file} is not the key of this database: put back the one that was made beside it"
    former, beside = "add the former key at the end of AIDBUS_DATA_KEYS", key_file(options.database_for(service))
    if beside is None or not beside.exists():
        return former
    # Each service has a file of its own, and looks people up under its last key.
    return f"{former}; is it the one in {beside}, then only of what runs {service}, or leave AIDBUS_DATA_KEYS out"


def _words(error: BaseException) -> str:
    return str(_cause(error) or "")


def _cause(error: BaseException) -> BaseException | None:
    """The driver's own error behind DatabaseAway and SQLAlchemy's; theirs repeat the statement."""
    if isinstance(error, sqlite3.Error):
        return error
    found: BaseException | None = error
    while found is not None and not isinstance(found, sa.exc.DBAPIError):
        found = found.__cause__
    return found.orig if isinstance(found, sa.exc.DBAPIError) else None
