"""Who is calling: API keys ``prefix.secret``; the organization comes from the key, never from a body.

The secret is 256 random bits, so a keyed hash (HMAC-SHA256) is enough; it is shown once and never stored.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import typing as t

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from chassis.principal import Principal
from gateway.models import ApiKey

KEYS = t.cast(Table, ApiKey.__table__)
KEY = select(KEYS).where(KEYS.c.prefix == bindparam("of"))  # made once: every request asks it


def credential(authorization: str | None, api_key: str | None) -> str | None:
    """The key in ``Authorization: Bearer`` or ``X-API-Key``; the first wins."""
    scheme, _, value = (authorization or "").partition(" ")
    if scheme.lower() == "bearer" and value.strip():
        return value.strip()
    return (api_key or "").strip() or None


def authenticate(session: Session, pepper: str, given: str, today: dt.date) -> Principal | None:
    """The caller behind a key, or None when it is unknown, wrong or revoked: which of these is not told."""
    prefix, _, secret = given.partition(".")
    is_possible = prefix.isascii() and len(prefix) <= 24 and "\x00" not in prefix
    row = session.execute(KEY, {"of": prefix}).one_or_none() if is_possible else None
    expected = row.secret_hash if row else "0" * 64
    matches = hmac.compare_digest(hash_secret(pepper, secret), expected)
    if row is None or not matches or row.revoked_at is not None:
        return None
    if row.last_used_on != today:
        session.execute(update(ApiKey).where(ApiKey.prefix == prefix).values(last_used_on=today))
        session.commit()
    return Principal(row.prefix, row.role, row.organization, row.person, row.station)


def hash_secret(pepper: str, secret: str) -> str:
    """HMAC-SHA256 of the secret under the pepper, as hex."""
    return hmac.new(pepper.encode(), secret.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
