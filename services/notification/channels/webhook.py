"""Webhooks for front ends by Standard Webhooks 1.0: id, timestamp and an HMAC-SHA256 signature for every secret."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets as random
import typing as t

import orjson
import requests

from services.notification.channels.http import post, retry_after
from services.notification.channels.letter import Letter
from services.notification.domain.delivery import Outcome, of_status

PREFIX = "whsec_"


def new_secret() -> str:
    """A secret as Standard Webhooks writes it: ``whsec_`` and 24 to 64 random bytes in base64."""
    return PREFIX + base64.b64encode(random.token_bytes(32)).decode()


def key_of(secret: str) -> bytes:
    """The bytes of a secret; raises ValueError where it is not one."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("the secret is not base64") from None
    if not secret.startswith(PREFIX) or not 24 <= len(key) <= 64:
        raise ValueError("a secret is whsec_ and 24 to 64 bytes in base64")
    return key


def sign(secrets: t.Sequence[str], message_id: str, timestamp: int, body: bytes) -> str:
    """The ``webhook-signature`` header: one signature per secret, so that a secret can be changed without a gap."""
    content = b".".join((message_id.encode(), str(timestamp).encode(), body))
    digests = (hmac.new(key_of(secret), content, hashlib.sha256).digest() for secret in secrets)
    return " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)


def send(session: requests.Session, letter: Letter) -> Outcome:
    """POST one notification; 2xx is success, 410 retires the address."""
    body = orjson.dumps(dict(letter.document))
    timestamp = int(letter.at.timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "aidbus",
        "webhook-id": letter.id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(letter.secrets, letter.id, timestamp, body),
    }
    answer = post(session, letter.address, data=body, headers=headers)
    if isinstance(answer, Outcome):
        return answer
    status, _, answered = answer
    if status == 410:
        return Outcome("permanent", "HTTP 410", address_is_bad=True)
    if 200 <= status < 300 or status == 429 or status >= 500:
        return of_status(status, retry_after(answered, letter.at))
    return Outcome("temporary", f"HTTP {status}")  # a front end that is being deployed may answer 404 for a while
