"""Callbacks of bots: is it genuine, is it of now, and which answer does it carry?

Four forms: Standard Webhooks (for front ends of one's own), DingTalk's, Feishu's and WeCom's. Repeating a callback
within the window is harmless: an answer is given once, however often it is sent.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import typing as t
from collections.abc import Mapping, Sequence
from secrets import token_hex
from uuid import UUID

import orjson

from chassis.errors import Rejected
from services.notification.channels import bots, webhook, wecom
from services.notification.letters import secrets_of
from services.notification.models import Endpoint

WINDOW_SECONDS = 300
ANSWER = re.compile(r"[\w-]{20,900}\.[\w-]{20,100}")  # among the other words of a message, such as the bot's name
Headers = Mapping[str, str]


def callback(read: t.Any, params: dict[str, t.Any]) -> dict[str, t.Any]:
    """The answer that a genuine callback carries; whatever else comes in is refused alike."""
    endpoint = read.session.get(Endpoint, UUID(str(params["endpoint"])))
    if endpoint is None or not endpoint.answers or endpoint.state == "removed" or endpoint.channel not in STYLES:
        raise Rejected("not-found", what="endpoint")
    body = base64.b64decode(params["body"])
    secrets, now = secrets_of(endpoint, read.now, read.settings.vault), read.now.timestamp()
    if endpoint.channel == "wecom":
        return _of_wecom(params.get("query") or {}, body, secrets, now)
    if not secrets or not CHECKS[endpoint.channel](params["headers"], body, secrets, now):
        raise Rejected("bad-signature")
    said = _parsed(body)
    challenge = said.get("challenge")
    return {
        "style": endpoint.channel,
        "answer": _answer_in(said),
        "challenge": challenge if isinstance(challenge, str) else None,
    }


def callback_reply(read: t.Any, params: dict[str, t.Any]) -> dict[str, t.Any]:
    """What became of a callback of WeCom, sealed for the chat that it came from; for the gateway alone."""
    if read.principal.role != "platform":
        raise Rejected("forbidden", role=read.principal.role)
    endpoint = read.session.get(Endpoint, UUID(str(params["endpoint"])))
    secrets = secrets_of(endpoint, read.now, read.settings.vault) if endpoint and endpoint.channel == "wecom" else ()
    if not secrets:
        raise Rejected("not-found", what="endpoint")
    moment = str(int(read.now.timestamp()))
    return {"body": wecom.reply(secrets[0], params["form"], params["words"], moment, token_hex(8))}


def _of_wecom(query: Mapping[str, str], body: bytes, secrets: Sequence[str], now: float) -> dict[str, t.Any]:
    """The check of an address, or the answer in a message; refuses what is not genuine, not of now, or for others."""
    said = wecom.read(secrets, query, body) if _seconds(query.get("timestamp"), now) is not None else None
    if said is None:
        raise Rejected("bad-signature")
    answers = (word for text in said.texts for word in text.split() if ANSWER.fullmatch(word))
    return {"style": "wecom", "answer": next(answers, None), "challenge": said.echo, "form": said.form}


def is_signed_webhook(headers: Headers, body: bytes, secrets: Sequence[str], now: float) -> bool:
    """By Standard Webhooks 1.0, with one of the endpoint's secrets."""
    timestamp = _seconds(headers.get("webhook-timestamp"), now)
    if timestamp is None:
        return False
    wanted = webhook.sign(secrets, headers.get("webhook-id", ""), timestamp, body).split()
    return _has_one_of(headers.get("webhook-signature", "").split(), wanted)


def is_signed_by_dingtalk(headers: Headers, body: bytes, secrets: Sequence[str], now: float) -> bool:
    """As DingTalk signs what its robots send: headers ``timestamp`` (milliseconds) and ``sign``."""
    text = headers.get("timestamp", "")
    if _seconds(text, now, 1000) is None:
        return False
    return _has_one_of([headers.get("sign", "")], [bots.dingtalk_sign(secret, text) for secret in secrets])


def is_signed_by_feishu(headers: Headers, body: bytes, secrets: Sequence[str], now: float) -> bool:
    """As Feishu signs: SHA-256 over timestamp, nonce, the app's encrypt key and the body."""
    text, nonce = headers.get("x-lark-request-timestamp", ""), headers.get("x-lark-request-nonce", "")
    if _seconds(text, now) is None:
        return False
    wanted = [hashlib.sha256((text + nonce + secret).encode() + body).hexdigest() for secret in secrets]
    return _has_one_of([headers.get("x-lark-signature", "")], wanted)


CHECKS = {"webhook": is_signed_webhook, "dingtalk": is_signed_by_dingtalk, "feishu": is_signed_by_feishu}
STYLES = (*CHECKS, "wecom")


def _seconds(text: str | None, now: float, per_second: int = 1) -> int | None:
    """A timestamp of the present; None for one that is too old, of the future, or none."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 15:
        return None
    return int(text) if abs(int(text) / per_second - now) <= WINDOW_SECONDS else None


def _has_one_of(given: Sequence[str], wanted: Sequence[str]) -> bool:
    return any(hmac.compare_digest(one.encode(), other.encode()) for one in given[:10] for other in wanted)


def _parsed(body: bytes) -> dict[str, t.Any]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _answer_in(said: Mapping[str, t.Any]) -> str | None:
    """Where each form carries it: ``answer``; the value of a card's button; the text of a message to the robot."""
    event = _mapping(said.get("event"))
    candidates = [
        said.get("answer"),
        _mapping(_mapping(said.get("action")).get("value")).get("answer"),
        _mapping(_mapping(event.get("action")).get("value")).get("answer"),
        str(_mapping(said.get("text")).get("content", "")).strip(),
    ]
    return next((one for one in candidates if isinstance(one, str) and one), None)


def _mapping(value: t.Any) -> Mapping[str, t.Any]:
    return value if isinstance(value, dict) else {}
