"""How psycopg waits for PostgreSQL inside a green process: a moment at the socket, then through the hub.

psycopg's own C wait blocks the whole eventlet hub; its ``select`` based waits cost 100 to 400 microseconds a
statement there. Most statements are answered within a fraction of a millisecond, so we wait that long at the socket
itself, and give the hub to others only when the answer takes longer (a commit, a lock, a long query).
"""

from __future__ import annotations

import contextlib
import typing as t

import eventlet
from eventlet import hubs, patcher
from psycopg import waiting

select = patcher.original("select")
MOMENT_MS = 1
READ, WRITE = int(waiting.Wait.R), int(waiting.Wait.W)


def wait(gen: t.Any, fileno: int, interval: float | None = 0, **_kw: t.Any) -> t.Any:
    """Drive one of psycopg's generators; the interface of ``psycopg.waiting.wait``."""
    poll = select.poll()
    registered = 0
    try:
        wanted = int(next(gen))
        while True:
            if wanted != registered:
                poll.register(fileno, _events(wanted))
                registered = wanted
            ready = poll.poll(0)
            if not ready and _others_could_run():
                eventlet.sleep(0)  # their work is done while the answer is on its way
                ready = poll.poll(0)
            if not ready:
                ready = poll.poll(MOMENT_MS)
            if not ready:
                _yield_until_ready(fileno, wanted, interval)
                ready = poll.poll(0)
            wanted = int(gen.send(_state(ready, wanted)))
    except StopIteration as end:
        return end.value


class _StillWaiting(Exception):
    """The interval passed; the generator looks at its own time limit."""


def _others_could_run() -> bool:
    """Whether another green thread waits for nothing but its turn."""
    hub = hubs.get_hub()
    return bool(hub.next_timers) or bool(hub.timers and hub.timers[0][0] <= hub.clock())


def _yield_until_ready(fileno: int, wanted: int, interval: float | None) -> None:
    if wanted == READ | WRITE:  # many rows on their way and answers coming back; the hub waits for one of the two only
        eventlet.sleep(MOMENT_MS / 1000)
        return
    with contextlib.suppress(_StillWaiting):
        hubs.trampoline(
            fileno,
            read=bool(wanted & READ) or None,
            write=bool(wanted & WRITE) or None,
            timeout=interval or None,
            timeout_exc=_StillWaiting,
        )


def install() -> None:
    """Let every psycopg connection of this process wait so."""
    waiting.wait = wait  # type: ignore[assignment]


def _events(wanted: int) -> int:
    return (select.POLLIN if wanted & READ else 0) | (select.POLLOUT if wanted & WRITE else 0)


def _state(ready: list[tuple[int, int]], wanted: int) -> t.Any:
    events = ready[0][1] if ready else 0
    state = 0
    if events & ~select.POLLOUT:
        state |= READ
    if events & ~select.POLLIN:
        state |= WRITE
    return waiting.Ready(state & wanted)
