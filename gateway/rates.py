"""How often a caller may ask: one count for all gateway processes, in fixed windows.

Every process counts in memory and adds what it counted to the window's row once that is a fiftieth of what is allowed,
so a request seldom costs a statement. Each process may let a fiftieth more through than the limit says, never less.
The library's own storage starts a thread for nearly every hit, which costs more than the request.
"""

from __future__ import annotations

import datetime as dt
import math
import time
import typing as t

from limits import parse

from gateway.answers import Refused

Share = t.Callable[[str, dt.datetime, int], int]


class Count:
    """One caller's requests in the present window: what all processes had counted, and what this one counted since."""

    __slots__ = ("own", "total")

    def __init__(self) -> None:
        self.total, self.own = 0, 0


class RateLimit:
    """``rate``: such as ``6000/minute``; ``share(caller, end, amount)`` adds to what all count and returns it."""

    def __init__(self, rate: str, share: Share | None = None, clock: t.Callable[[], float] = time.time) -> None:
        parsed = parse(rate)
        self.amount, self.seconds = parsed.amount, parsed.get_expiry()
        self._step = max(1, self.amount // 50)
        self._share, self._clock = share, clock
        self._window = -1
        self._counts: dict[str, Count] = {}

    def hit(self, caller: str) -> dict[str, str]:
        """Count one request; returns the RateLimit headers, raises Refused when there were too many."""
        now = self._clock()
        window = int(now // self.seconds)
        if window != self._window:
            self._window, self._counts = window, {}
        count = self._add(caller, window)
        rest = max(1, math.ceil((window + 1) * self.seconds - now))
        headers = {
            "RateLimit-Policy": f'"key";q={self.amount};w={self.seconds}',
            "RateLimit": f'"key";r={max(0, self.amount - count)};t={rest}',
        }
        if count > self.amount:
            limit = f"{self.amount}/{self.seconds} s"
            raise Refused("rate-limited", headers=headers | {"Retry-After": str(rest)}, limit=limit, seconds=rest)
        return headers

    def _add(self, caller: str, window: int) -> int:
        """One more; returns how many there were. The first one asks what the other processes have counted."""
        seen = self._counts.get(caller)
        is_first = seen is None
        if seen is None:
            seen = self._counts[caller] = Count()
        seen.own += 1
        if self._share and (is_first or seen.own >= self._step):
            amount, seen.own = seen.own, 0
            seen.total += amount  # requests that come in beside the statement see it already
            ends_at = dt.datetime.fromtimestamp((window + 1) * self.seconds, dt.UTC)
            seen.total = max(seen.total, self._share(caller, ends_at, amount))
        return seen.total + seen.own
