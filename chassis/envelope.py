"""The envelope of every message: CloudEvents 1.0 attributes in one JSON body, plus what the platform needs.

Guarantee: the same bytes are kept in the outbox, travel on the bus and stand in a dead letter, so a message can
always be sent again exactly as it was.
"""

from __future__ import annotations

import datetime as dt
import re
import typing as t
from dataclasses import dataclass, field
from uuid import UUID

import orjson

from chassis.principal import Principal

CONTENT_TYPE = "application/cloudevents+json"
MAX_BODY = 256 * 1024
LONGEST_TEXT = 1000
LONGEST = {"organization": 40, "type": 120}  # the columns that keep them
MOST_ATTEMPTS = 1_000_000
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class MalformedEnvelope(ValueError):
    """The bytes are not an envelope; the text says why, without repeating them."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message. ``correlation``: the first message of the chain; ``causation``: the one that led to this."""

    id: UUID
    type: str
    source: str
    organization: str
    time: dt.datetime
    data: dict[str, t.Any]
    subject: str | None = None
    correlation: str | None = None
    causation: str | None = None
    attempt: int = 1
    traceparent: str | None = None
    principal: Principal | None = field(default=None)

    def encode(self) -> bytes:
        """The envelope as JSON bytes."""
        body = {
            "specversion": "1.0",
            "id": str(self.id),
            "source": self.source,
            "type": self.type,
            "subject": self.subject,
            "time": self.time.isoformat(),
            "datacontenttype": "application/json",
            "dataschema": f"/contracts/{self.type}",
            "organization": self.organization,
            "correlationid": self.correlation or str(self.id),
            "causationid": self.causation,
            "attempt": self.attempt,
            "traceparent": self.traceparent,
            "principal": self.principal.as_dict() if self.principal else None,
            "data": self.data,
        }
        return orjson.dumps(body)

    @classmethod
    def decode(cls, body: bytes | memoryview | str) -> Envelope:
        """Read an envelope; raises MalformedEnvelope."""
        try:
            raw = orjson.loads(body)
        except orjson.JSONDecodeError:
            raise MalformedEnvelope("the body is not JSON") from None
        if not isinstance(raw, dict):
            raise MalformedEnvelope("the body is not a JSON object")
        try:
            data = raw["data"]
            if not isinstance(data, dict):
                raise MalformedEnvelope("data is not a JSON object")
            return cls(
                id=UUID(raw["id"]),
                type=_text(raw, "type"),
                source=_text(raw, "source"),
                organization=_code(raw, "organization"),
                time=dt.datetime.fromisoformat(raw["time"]),
                data=data,
                subject=_optional_text(raw, "subject"),
                correlation=_optional_text(raw, "correlationid"),
                causation=_optional_text(raw, "causationid"),
                attempt=_attempt(raw),
                traceparent=_optional_text(raw, "traceparent"),
                principal=_principal(raw),
            )
        except KeyError as error:
            raise MalformedEnvelope(f"the attribute {error.args[0]} is missing") from None
        except (TypeError, ValueError, AttributeError) as error:
            if isinstance(error, MalformedEnvelope):
                raise
            raise MalformedEnvelope("an attribute has the wrong form") from None


def _text(raw: dict[str, t.Any], name: str) -> str:
    value = _optional_text(raw, name) if name in raw else raw[name]
    if not value:
        raise MalformedEnvelope(f"the attribute {name} is not text")
    return value


def _code(raw: dict[str, t.Any], name: str) -> str:
    """An organization's mailboxes are bound by its code, and ``#`` or ``*`` would take every organization's events."""
    code = _text(raw, name)
    if not CODE.fullmatch(code):
        raise MalformedEnvelope(f"the attribute {name} is not a code")
    return code


def _optional_text(raw: dict[str, t.Any], name: str) -> str | None:
    """What no column can keep is not read either: it would hold up a mailbox for as long as it lies there."""
    value = raw.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise MalformedEnvelope(f"the attribute {name} is not text")
    if "\0" in value or len(value) > LONGEST.get(name, LONGEST_TEXT):
        raise MalformedEnvelope(f"the attribute {name} cannot be kept")
    return value


def _attempt(raw: dict[str, t.Any]) -> int:
    attempt = raw.get("attempt") or 1
    if type(attempt) is not int or not 1 <= attempt <= MOST_ATTEMPTS:
        raise MalformedEnvelope("the attribute attempt is not a number of tries")
    return attempt


def _principal(raw: dict[str, t.Any]) -> Principal | None:
    principal = raw.get("principal")
    if not principal:
        return None
    if not isinstance(principal, dict):
        raise MalformedEnvelope("the attribute principal is not a JSON object")
    texts = {name: _text(principal, name) for name in ("key", "role", "organization")}
    others = {name: _optional_text(principal, name) for name in ("person", "station")}
    return Principal.from_dict(texts | others)
