"""Answers without an account: what a signed link or a bot's callback asks is done once, in the name of its person.

Guarantee: the link alone decides who does what; it may do that one act and nothing else. However often it is clicked,
and however many links there are for the same act, one command is sent, and every click gets its answer.
"""

from __future__ import annotations

import hashlib
import typing as t
from dataclasses import dataclass
from uuid import UUID

from chassis import signing
from chassis.errors import Rejected, ServiceUnavailable
from chassis.ids import new_id
from chassis.principal import Principal
from contracts.answers import ACTS, PURPOSE, Act, Answer
from gateway import repository
from gateway.answers import Refused
from gateway.body import digest
from gateway.door import Door
from gateway.guard import require
from gateway.models import Command
from gateway.writes import accept_and_wait, message_of

LINK_KEY = "link"  # stands where other commands have the prefix of an API key
STATUS = 200


@dataclass(frozen=True)
class Asked:
    """A link that was read: the answer, its act, who would give it, and the command if it was given already."""

    answer: Answer
    act: Act
    principal: Principal
    is_expired: bool
    given: Command | None


def read(door: Door, token: str) -> Asked:
    """What a link asks; raises Refused for one that was not signed here."""
    keys = door.settings.link_ring
    try:
        if not keys or len(token) > 1000:
            raise ValueError("no link")
        answer = Answer.unpack(signing.Seal(keys, PURPOSE).read(token))
    except ValueError:
        raise Refused("not-found", what="link") from None
    principal = Principal(LINK_KEY, answer.role, answer.organization, answer.person, answer.station)
    as_told = door.waiting.as_told()
    with door.database.session() as session:
        given = repository.by_idempotency_key(session, LINK_KEY, _once(answer))
    shown = as_told(given) if given is not None else None
    return Asked(answer, ACTS[answer.act], principal, answer.until <= door.clock.now(), shown)


def notice(door: Door, asked: Asked) -> dict[str, t.Any] | None:
    """The notification that the link came with, as its person reads it; None while notification does not answer."""
    params = {"notification": str(asked.answer.notification)}
    try:
        return door.ask("notification", "notification.notification", params, asked.principal)
    except (ServiceUnavailable, Rejected):
        return None


def give(door: Door, asked: Asked, reason: str | None = None) -> Command:
    """Send the command, or find the one that was sent; waits for its end as long as calls may wait.

    Raises Refused for a link that has expired unused.
    """
    answer = asked.answer
    if asked.given is None and asked.is_expired:
        raise Refused("link-expired")
    require(asked.principal, asked.act.permission)
    command = Command(
        id=new_id(),
        organization=answer.organization,
        key=LINK_KEY,
        person=answer.person,
        station=answer.station,
        type=asked.act.command,
        idempotency_key=_once(answer),
        digest=digest("POST", "/answers", {"answer": answer.key}),
        state="accepted",
        status=STATUS,
        created_at=door.clock.now(),
    )
    message = message_of(door, command, _data(asked, reason), asked.principal)
    return accept_and_wait(door, command, message, min(door.settings.max_wait, 15.0))[0]


def _data(asked: Asked, reason: str | None) -> dict[str, t.Any]:
    data: dict[str, t.Any] = {asked.act.item: asked.answer.item, **asked.act.fixed}
    words = (reason or "").replace("\0", "").strip()[:1000]
    if asked.act.takes_reason and any(one.isprintable() and one != " " for one in words):
        data["reason"] = words
    return data


def _once(answer: Answer) -> str:
    return hashlib.sha256(answer.key.encode()).hexdigest()


def callback(
    door: Door, endpoint: UUID, headers: t.Mapping[str, str], body: str, query: t.Mapping[str, str]
) -> dict[str, t.Any]:
    """What a bot's callback says, once notification has found its signature to be genuine; ``body`` in base64."""
    params = {"endpoint": str(endpoint), "headers": dict(headers), "body": body, "query": dict(query)}
    return door.ask("notification", "notification.callback", params, _nobody(door))


def sealed_reply(door: Door, endpoint: UUID, form: str, words: str) -> str:
    """The body that tells a chat of WeCom what became of its answer."""
    params = {"endpoint": str(endpoint), "form": form, "words": words}
    return str(door.ask("notification", "notification.callback_reply", params, _nobody(door))["body"])


def _nobody(door: Door) -> Principal:
    return Principal(LINK_KEY, "platform", door.settings.center)
