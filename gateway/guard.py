"""What every request to the API passes first: who is calling, how often, and whether the role may do this."""

from __future__ import annotations

import math
import time
import typing as t

from flask import g, request
from limits import parse

from chassis.principal import Principal
from gateway.answers import Refused
from gateway.auth import authenticate, credential
from gateway.door import Door
from gateway.permissions import may


class RateLimit:
    """Counts requests per caller in this process, in fixed windows; only the present window is remembered.

    The library's own storage starts a thread for nearly every hit, which costs more than the request.
    """

    def __init__(self, rate: str, clock: t.Callable[[], float] = time.monotonic) -> None:
        parsed = parse(rate)
        self.amount, self.seconds = parsed.amount, parsed.get_expiry()
        self._clock = clock
        self._window = -1
        self._counts: dict[str, int] = {}

    def hit(self, caller: str) -> dict[str, str]:
        """Count one request; returns the RateLimit headers, raises Refused when there were too many."""
        now = self._clock()
        window = int(now // self.seconds)
        if window != self._window:
            self._window, self._counts = window, {}
        count = self._counts[caller] = self._counts.get(caller, 0) + 1
        rest = max(1, math.ceil((window + 1) * self.seconds - now))
        headers = {
            "RateLimit-Policy": f'"key";q={self.amount};w={self.seconds}',
            "RateLimit": f'"key";r={max(0, self.amount - count)};t={rest}',
        }
        if count > self.amount:
            limit = f"{self.amount}/{self.seconds} s"
            raise Refused("rate-limited", headers=headers | {"Retry-After": str(rest)}, limit=limit, seconds=rest)
        return headers


def identify(door: Door, limit: RateLimit) -> None:
    """Put the caller into ``g.principal``; a caller without a valid key is limited by address."""
    given = credential(request.headers.get("Authorization"), request.headers.get("X-API-Key"))
    principal = None
    if given:
        with door.database.session() as session:
            principal = authenticate(session, door.settings.pepper, given, door.clock.now().date())
    if principal is None:
        limit.hit(f"address:{request.remote_addr}")
        raise Refused("unauthenticated", headers={"WWW-Authenticate": 'Bearer realm="aidbus"'})
    g.principal = principal
    g.rate_headers = limit.hit(f"key:{principal.key}")


def acceptable(*kinds: str) -> None:
    """Raise Refused when the caller's ``Accept`` takes none of the media types in which this path answers."""
    wanted = request.accept_mimetypes
    if wanted and not any(wanted[kind] for kind in kinds):
        raise Refused("not-acceptable", kinds=kinds)


def require(principal: Principal, permission: str) -> None:
    """Raise Refused unless the caller's role has the permission."""
    if not may(principal.role, permission):
        params: dict[str, t.Any] = {"role": principal.role, "permission": permission}
        raise Refused("forbidden", **params)
