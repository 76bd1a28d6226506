"""Telling the other processes of a service that something is there for them: LISTEN and NOTIFY on PostgreSQL.

A notice is a hint and never the truth: it says "look now" to whoever would look a little later anyway. So it may get
lost (a listener that reconnects, a pooler that does not pass it on). A listener has one connection of its own, waits
through eventlet's hub, and after a loss of the connection takes for granted that it missed something. An SQLite file
has one process, which tells itself; what the command line writes there is found by looking.
"""

from __future__ import annotations

import contextlib
import typing as t
import weakref

import eventlet
import structlog
from eventlet import hubs
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from chassis.database import Database

OUTBOX = "aidbus_outbox"  # rows without a lease: any relay may take them
ORGANIZATIONS = "aidbus_organizations"  # one is new: every process that serves it opens its mailbox
PAUSES = (0.5, 1.0, 2.0, 5.0, 15.0)  # seconds between tries to connect
SIGN_OF_LIFE = 20.0  # seconds without a notice after which the server is asked for one
Heard = t.Callable[[list[str]], None]
_HERE: weakref.WeakKeyDictionary[t.Any, t.Mapping[str, Heard]] = weakref.WeakKeyDictionary()  # by SQLite engine
log = structlog.get_logger("aidbus.notices")


def say(session: Session, channel: str, *words: str) -> None:
    """Tell all who listen, once this transaction has committed."""
    if session.get_bind().dialect.name != "postgresql":
        event.listen(session, "after_commit", lambda _: _tell_here(session.get_bind(), channel, words), once=True)
        return
    for start in range(0, max(len(words), 1), 100):  # a notice holds 8,000 bytes at most
        notice = {"channel": channel, "words": " ".join(words[start : start + 100])}
        session.execute(text("SELECT pg_notify(:channel, :words)"), notice)


def _tell_here(engine: t.Any, channel: str, words: tuple[str, ...]) -> None:
    heard = _HERE.get(engine, {}).get(channel)
    if heard:
        heard(list(words))


class Listener:
    """Calls ``heard[channel]`` with the words of each notice, and with none when some may have been missed."""

    def __init__(self, service: str, database: Database, heard: t.Mapping[str, Heard]) -> None:
        self.service, self.database, self.heard = service, database, dict(heard)
        self._stopping = False
        self._connection: t.Any = None
        self._thread: t.Any = None

    @property
    def is_listening(self) -> bool:
        """Whether notices come in now: who waits for one need not look so often."""
        return self._connection is not None or _HERE.get(self.database.engine) is self.heard

    def run(self) -> None:
        """Listen until ``stop``; on SQLite returns at once, for there is nothing to wait for."""
        if self.database.is_sqlite:
            _HERE[self.database.engine] = self.heard
            return
        self._thread = eventlet.getcurrent()
        with contextlib.suppress(eventlet.greenlet.GreenletExit):
            self._keep_listening()
        self._close()

    def stop(self) -> None:
        """End ``run`` at once."""
        self._stopping = True
        _HERE.pop(self.database.engine, None)
        if self._thread is not None and not self._thread.dead:
            eventlet.kill(self._thread)

    def _keep_listening(self) -> None:
        failures = 0
        while not self._stopping:
            try:
                self._connect()
                failures = 0
                self._listen()
            except Exception as error:  # whatever it is, the sweeps go on without notices
                log.warning("notices wait", service=self.service, why=type(error).__name__)
            self._close()
            eventlet.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
            failures += 1

    def _connect(self) -> None:
        import psycopg

        address = self.database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = psycopg.connect(address, autocommit=True, connect_timeout=5, application_name="aidbus notices")
        for channel in self.heard:
            connection.execute(f'LISTEN "{channel}"')
        connection.add_notify_handler(lambda notice: self._tell(notice.channel, notice.payload))  # beside an answer
        self._connection = connection
        for heard in self.heard.values():
            heard([])  # what was said while nobody listened

    def _listen(self) -> None:
        raw = self._connection.pgconn
        while not self._stopping:
            try:
                hubs.trampoline(raw.socket, read=True, timeout=SIGN_OF_LIFE, timeout_exc=_Quiet)
            except _Quiet:
                self._connection.execute("SELECT 1")
            raw.consume_input()
            while notice := raw.notifies():
                self._tell(notice.relname.decode(), notice.extra.decode())

    def _tell(self, channel: str, words: str) -> None:
        heard = self.heard.get(channel)
        if heard:
            heard(words.split())

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(Exception):
                connection.close()


class _Quiet(Exception):
    """Nothing came in for a while."""
