"""A green thread's turn: work that needs no waiting gives the others their turn every few milliseconds.

Green threads change only where one waits. A batch of fifty messages would keep the process for tens of milliseconds,
and with it a single message of another organization.
"""

from __future__ import annotations

import time

import eventlet

SECONDS = 0.002


class Turn:
    """Began when it was made, and anew after every ``end``."""

    def __init__(self) -> None:
        self._until = time.perf_counter() + SECONDS

    @property
    def is_over(self) -> bool:
        return time.perf_counter() >= self._until

    def end(self) -> None:
        """Let every other green thread that can run do so, then begin the next turn."""
        eventlet.sleep(0)
        self._until = time.perf_counter() + SECONDS
