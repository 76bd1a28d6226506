"""Links by which a person answers: made for a letter, and the signature of what bots send back.

Guarantee: a link is made only for acts that the person's role may do, and only for addresses that are theirs alone.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID

from chassis import signing
from contracts.answers import ACTS, COLLEAGUES, PURPOSE, Answer
from services.notification.channels.letter import Link
from services.notification.models import Endpoint, Notification, Person

LONGEST = dt.timedelta(days=7)  # so long the gateway knows a command again
CENTER_ROLES = {"officer": "center_staff", "director": "center_staff", "auditor": "auditor", "lawyer": "lawyer"}


def links_for(row: Notification, person: Person | None, endpoint: Endpoint, settings: t.Any) -> tuple[Link, ...]:
    """What the person can answer from this address; nothing where others read it, or where no key is set."""
    keys = settings.link_ring
    if person is None or not keys or not may_carry_answers(endpoint) or row.settled_at is not None:
        return ()
    seal = signing.Seal(keys, PURPOSE)
    made = []
    for answer in answers_of(row, person, settings.center):
        token = seal.sign(answer.pack())
        words = ACTS[answer.act].button
        made.append(Link(answer.act, dict(words), f"{settings.public_url}/answers/{token}", token))
    return tuple(made)


def may_carry_answers(endpoint: Endpoint) -> bool:
    """A mail address is its owner's; a chat or a front end only where it was registered so; never a text message."""
    return endpoint.channel == "email" or (endpoint.answers and endpoint.channel != "sms")


def answers_of(row: Notification, person: Person, center: str) -> list[Answer]:
    """The acts of a notification that its person's role may do; the one that all may do comes last."""
    role = role_of(person, center)
    latest = row.created_at + LONGEST
    wanted = [*actions_of(row), {"act": "acknowledge", "item": row.id, "until": None}]
    return [
        Answer(
            act=one["act"],
            item=one["item"],
            person=row.person,
            role=role,
            organization=person.organization,
            station=person.station if role == "liaison" else None,
            notification=row.id,
            number=row.number,
            until=min(one["until"], latest) if one["until"] else latest,
        )
        for one in wanted
        if role in ACTS[one["act"]].roles
    ]


def actions_of(row: Notification) -> list[dict[str, t.Any]]:
    """The stored acts as Python values."""
    return [
        {
            "act": one["act"],
            "item": UUID(one["item"]),
            "until": dt.datetime.fromisoformat(one["until"]) if one["until"] else None,
        }
        for one in row.actions or ()
        if one["act"] in ACTS
    ]


def role_of(person: Person, center: str) -> str:
    """The caller's role of a person by their post: never more than a colleague without the rights of administrators."""
    if person.role == "lawyer":
        return "lawyer"
    role = CENTER_ROLES.get(person.role, "liaison") if person.organization == center else "liaison"
    return role if role in COLLEAGUES else "auditor"
