"""Requests that wait for their command's end: woken at once in this process, and looking for themselves otherwise.

Who waits in this process is told how the command ended, as its service has committed it, while the gateway still writes
that into the command's row; until it has, ``as_told`` shows the row as it will be. Anything else is only a hint; the
truth is the command's row, so a lost hint costs a fifth of a second and no more. Where other processes tell of what
ended in them (PostgreSQL), a look of one's own is needed once a second at most.
"""

from __future__ import annotations

import threading
import time
import typing as t
from contextlib import contextmanager
from uuid import UUID

from gateway.models import Command

T = t.TypeVar("T")
MOST_TOLD = 1000  # ends that are told and not in their rows yet; each is there for milliseconds
FIRST_LOOK = 0.05  # seconds
LAST_LOOK = 0.2
LAST_LOOK_TOLD = 1.0  # where other processes tell


Told = t.Mapping[str, t.Any]
"""How a command ended: the data of ``platform.command_finished.v1``."""


def ended(command: Command, told: Told) -> Command:
    """The command as its row is, or will be, without reading it."""
    command.state, command.finished_at = told["status"], told["finished_at"]
    command.resource, command.problem = told["resource"], told["problem"]
    return command


class Waiter(threading.Event):
    """Set when there is news of a command; ``told``: how it ended, where that is known already."""

    told: Told | None = None


class Waiting:
    """The requests of this process that wait for a command."""

    def __init__(self, is_told: t.Callable[[], bool] = lambda: False) -> None:
        self._is_told = is_told
        self._lock = threading.Lock()
        self._waiters: dict[UUID, list[Waiter]] = {}
        self._told: dict[UUID, Told] = {}
        self._is_stopping = False

    @contextmanager
    def expect(self, command: UUID) -> t.Iterator[Waiter]:
        """An event that is set when ``wake`` names the command; enter before the commit, so that none is missed."""
        event = Waiter()
        with self._lock:
            self._waiters.setdefault(command, []).append(event)
        try:
            yield event
        finally:
            with self._lock:
                events = self._waiters[command]
                events.remove(event)
                if not events:
                    del self._waiters[command]

    def is_awaited(self, command: UUID) -> bool:
        """Whether a request of this process waits for a command."""
        with self._lock:
            return command in self._waiters

    def tell(self, ends: t.Mapping[UUID, Told]) -> None:
        """Tell those who wait here how these commands ended; ``wake`` follows when it is in their rows."""
        with self._lock:
            for command, told in ends.items():
                events = self._waiters.get(command, ())
                for event in events:
                    event.told = told
                    event.set()
                if events:
                    self._told[command] = told
            while len(self._told) > MOST_TOLD:  # of those whose commit was made elsewhere, for a connection was lost
                self._told.pop(next(iter(self._told)))

    def as_told(self) -> t.Callable[[Command], Command]:
        """Shows a command as its row is, or as it will be in a moment: nobody sees an older state than they were told.

        Take it before the rows are read: an end that gets into its row in between would be missed otherwise.
        """
        with self._lock:
            ends = dict(self._told)

        def shown(command: Command) -> Command:
            told = ends.get(command.id)
            return command if told is None or command.state != "accepted" else ended(command, told)

        return shown

    def wake(self, commands: t.Iterable[UUID]) -> list[UUID]:
        """Let those who wait for these commands look; must be called after the commit.

        Returns the commands for which nobody waited here: somebody may do so in another process.
        """
        strangers = []
        with self._lock:
            for command in commands:
                events = self._waiters.get(command, ())
                for event in events:
                    event.set()
                if self._told.pop(command, None) is None and not events:
                    strangers.append(command)
        return strangers

    def wake_all(self) -> None:
        """Tell all to look: something may have been missed."""
        with self._lock:
            events = [event for waiters in self._waiters.values() for event in waiters]
        for event in events:
            event.set()

    def until(self, event: threading.Event, seconds: float, look: t.Callable[[], T | None]) -> T | None:
        """Wait up to ``seconds`` for ``look`` to find something: it looks when woken, and now and then."""
        end = time.monotonic() + seconds
        pause = FIRST_LOOK
        while (left := end - time.monotonic()) > 0 and not self._is_stopping:
            event.wait(min(pause, left))
            event.clear()
            found = look()
            if found is not None:
                return found
            pause = min(LAST_LOOK_TOLD if self._is_told() else LAST_LOOK, pause * 1.5)
        return None

    def stop(self) -> None:
        """Let nobody wait any longer: the process ends, and callers learn where to look."""
        self._is_stopping = True
        self.wake_all()
