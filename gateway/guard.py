"""What every request to the API passes first: who is calling, how often, and whether the role may do this."""

from __future__ import annotations

import datetime as dt
import typing as t

from flask import g, request

from chassis.principal import Principal
from gateway import repository
from gateway.answers import Refused
from gateway.auth import authenticate, credential
from gateway.door import Door
from gateway.permissions import may
from gateway.rates import RateLimit, Share


def rate_limit(door: Door) -> RateLimit:
    """The limit of the settings, counted over all gateway processes."""
    return RateLimit(door.settings.rate_limit, share_of(door))


def share_of(door: Door) -> Share:
    """Counts together with the other gateway processes."""

    def share(caller: str, ends_at: dt.datetime, amount: int) -> int:
        with door.database.session() as session:
            return repository.count_requests(session, caller, ends_at, amount)

    return share


def identify(door: Door, limit: RateLimit) -> None:
    """Put the caller into ``g.principal``; a caller without a valid key is limited by address."""
    given = credential(request.headers.get("Authorization"), request.headers.get("X-API-Key"))
    principal = None
    if given:
        with door.database.reading() as session:
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
