"""One service's database: engine, transactions, column types; the same behaviour on SQLite and PostgreSQL.

Guarantee: ``session()`` is one transaction, committed when the block ends and rolled back when it raises. On SQLite
all transactions of a process are serialized over one connection (``BEGIN IMMEDIATE``), because a busy SQLite blocks
the whole process instead of one green thread.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
import typing as t
from contextlib import closing, contextmanager
from pathlib import Path

import orjson
from sqlalchemy import JSON, DateTime, Engine, MetaData, QueuePool, create_engine, event, make_url, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from chassis.errors import DatabaseAway, StartError

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
#: Statements here take milliseconds: to start a second process for one, or to compile it, costs more than it saves, and
#: makes one in a hundred take ten times as long.
AT_ONCE = "-c max_parallel_workers_per_gather=0 -c jit=off"
OPTIONS = f"-c timezone=UTC -c statement_timeout=60s -c idle_in_transaction_session_timeout=120s {AT_ONCE}"
#: What a thread without end waits out: the database is away, or broke a statement off (a lock, a limit, a cancel).
INTERRUPTED = (DatabaseAway, OperationalError)
#: Connection, resources, shutdown, system, and a server that only reads (a standby, after another one took over); not
#: deadlocks and the like.
POSTGRESQL_AWAY = ("08", "53", "57P", "58", "25006")
SQLITE_AWAY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL} | {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
}


class UtcDateTime(TypeDecorator[dt.datetime]):
    """A moment: aware UTC in Python, ``timestamptz`` on PostgreSQL, naive UTC on SQLite; a naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: t.Any) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        value = value.astimezone(dt.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: dt.datetime | None, dialect: t.Any) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


Json = JSON().with_variant(JSONB(), "postgresql")


def service_base() -> type[DeclarativeBase]:
    """A declarative base of its own for one service, with named constraints."""

    class Base(DeclarativeBase):
        metadata = MetaData(naming_convention=NAMING)

    return Base


class Database:
    """The database of one service. ``url``: an SQLAlchemy address, ``sqlite:///…`` or ``postgresql+psycopg://…``."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = make_url(url)
        if self.url.drivername in ("postgresql", "postgres"):
            self.url = self.url.set(drivername="postgresql+psycopg")
        self.engine = _sqlite(self.url) if self.is_sqlite else _postgresql(self.url, pool_size)
        self._reading_engine = self.engine
        if not self.is_sqlite:  # connections of their own: to switch one back and forth costs as much as a short read
            self._reading_engine = _postgresql(
                self.url, max(2, pool_size // 2), isolation_level="AUTOCOMMIT", pool_reset_on_return=None
            )

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def session(self) -> t.Iterator[Session]:
        """One transaction; raises DatabaseAway when the database cannot be reached or is overloaded."""
        session = Session(self.engine, expire_on_commit=False)
        try:
            with session.begin():
                yield session
        except (DBAPIError, PoolTimeout) as error:
            raise_if_away(error)
            raise
        finally:
            session.close()

    @contextmanager
    def reading(self) -> t.Iterator[Session]:
        """A session for reads: each statement sees what is committed when it begins, as in READ COMMITTED, and on
        PostgreSQL needs no BEGIN and COMMIT around it. Raises DatabaseAway."""
        session = Session(self._reading_engine, expire_on_commit=False)
        try:
            yield session
        except (DBAPIError, PoolTimeout) as error:
            raise_if_away(error)
            raise
        finally:
            session.close()

    def ping(self) -> None:
        """Ask the database for a sign of life; raises DatabaseAway."""
        with self.session() as session:
            session.execute(text("SELECT 1"))

    def forget_freed(self) -> None:
        """Empty the write-ahead log of an SQLite file, which goes on holding what rows said before they were changed or
        deleted; in the file itself freed space is overwritten at once. Raises DatabaseAway."""
        if not self.is_sqlite:
            return
        try:
            with closing(self.engine.raw_connection()) as connection:
                t.cast(t.Any, connection.driver_connection).execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except (sqlite3.Error, PoolTimeout) as error:
            raise DatabaseAway(type(error).__name__) from error

    def close(self) -> None:
        self.engine.dispose()
        self._reading_engine.dispose()


def raise_if_away(error: Exception) -> None:
    """Turn the loss of the database into DatabaseAway; errors that the statement itself caused pass."""
    if isinstance(error, PoolTimeout | InterfaceError):
        raise DatabaseAway(type(error).__name__) from error
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        raise DatabaseAway(type(error.orig).__name__) from error
    if isinstance(error, OperationalError | InternalError) and _is_loss(error.orig):
        raise DatabaseAway(type(error.orig).__name__) from error


def _is_loss(cause: t.Any) -> bool:
    """Whether the driver's error means that the database is away or full, not that the statement was wrong."""
    if isinstance(cause, sqlite3.Error):
        return (getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_BUSY) & 0xFF) in SQLITE_AWAY
    state = getattr(cause, "sqlstate", None)
    return state is None or state.startswith(POSTGRESQL_AWAY)


def dump_json(value: t.Any) -> str:
    return orjson.dumps(value).decode()


def _sqlite(url: t.Any) -> Engine:
    if url.database not in (None, "", ":memory:"):
        folder = Path(url.database).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StartError(
                f"cannot make the data folder {folder}: {error.strerror}; choose another with AIDBUS_VAR"
            ) from None
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=30,
        connect_args={"check_same_thread": False, "timeout": 5},
        json_serializer=dump_json,
        json_deserializer=orjson.loads,
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: t.Any, _record: t.Any) -> None:
        connection.isolation_level = None  # the transaction is begun below, so that savepoints work
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: t.Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _postgresql(url: t.Any, pool_size: int, **options: t.Any) -> Engine:
    from chassis import green_wait  # imports psycopg, which a plain SQLite process does not need

    green_wait.install()
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=4,
        pool_timeout=15,
        pool_use_lifo=True,  # the connection that was used last has its statements prepared and its pages warm
        connect_args={
            "connect_timeout": 5,
            "keepalives_idle": 20,
            "options": OPTIONS,
        },
        json_serializer=dump_json,
        json_deserializer=orjson.loads,
        **options,
    )
