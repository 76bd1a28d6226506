"""What every request to the API passes first: who is calling, how often, and whether the role may do this."""

from __future__ import annotations

import math
import time
import typing as t

from flask import g, request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from chassis.principal import Principal
from gateway.answers import Refused
from gateway.auth import authenticate, credential
from gateway.door import Door
from gateway.permissions import may


class RateLimit:
    """Counts requests per caller in this process."""

    def __init__(self, rate: str) -> None:
        self.rate: RateLimitItem = parse(rate)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def hit(self, caller: str) -> dict[str, str]:
        """Count one request; returns the RateLimit headers, raises Refused when there were too many."""
        allowed = self._limiter.hit(self.rate, caller)
        window = self._limiter.get_window_stats(self.rate, caller)
        seconds = max(1, math.ceil(window.reset_time - time.time()))
        headers = {
            "RateLimit-Policy": f'"key";q={self.rate.amount};w={self.rate.get_expiry()}',
            "RateLimit": f'"key";r={max(0, window.remaining)};t={seconds}',
        }
        if not allowed:
            limit = f"{self.rate.amount}/{self.rate.get_expiry()} s"
            raise Refused("rate-limited", headers=headers | {"Retry-After": str(seconds)}, limit=limit, seconds=seconds)
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


def require(principal: Principal, permission: str) -> None:
    """Raise Refused unless the caller's role has the permission."""
    if not may(principal.role, permission):
        params: dict[str, t.Any] = {"role": principal.role, "permission": permission}
        raise Refused("forbidden", **params)
