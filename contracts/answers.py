"""What a person can answer by a signed link, without an account: the acts, and what stands in such a link.

A link is bound to one person and one act about one item until a moment. It carries no name and no words. Notification
signs it, the gateway reads it and sends the ordinary command in that person's name.
"""

from __future__ import annotations

import base64
import datetime as dt
import typing as t
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

PURPOSE = "answer"
COLLEAGUES = ("center_staff", "liaison", "lawyer")


@dataclass(frozen=True)
class Act:
    """A command that a link sends: ``item`` is the field with what it is about, ``fixed`` the other fields.

    ``button``, ``done``: what the person reads before and after.
    """

    command: str
    permission: str
    item: str
    roles: tuple[str, ...]
    button: Mapping[str, str]
    done: Mapping[str, str]
    fixed: Mapping[str, t.Any] = field(default_factory=dict)
    takes_reason: bool = False


ACTS: dict[str, Act] = {
    "acknowledge": Act(
        "notification.acknowledge.v1",
        "notifications:acknowledge",
        "notification",
        COLLEAGUES,
        {"zh": "确认知悉", "en": "I act on it"},
        {"zh": "已确认知悉。", "en": "You said that you act on it."},
        {"state": "acknowledged"},
    ),
    "accept": Act(
        "assignment.answer_offer.v1",
        "offers:answer",
        "offer",
        ("lawyer",),
        {"zh": "接受指派", "en": "Accept the case"},
        {"zh": "您已接受指派。", "en": "You accepted the case."},
        {"answer": "accept"},
    ),
    "decline": Act(
        "assignment.answer_offer.v1",
        "offers:answer",
        "offer",
        ("lawyer",),
        {"zh": "谢绝指派", "en": "Decline the case"},
        {"zh": "您已谢绝指派。", "en": "You declined the case."},
        {"answer": "decline"},
        takes_reason=True,
    ),
    "finish": Act(
        "supervision.finish_task.v1",
        "tasks:finish",
        "task",
        COLLEAGUES,
        {"zh": "办理完毕", "en": "It is done"},
        {"zh": "该任务已办结。", "en": "The task is finished."},
        {"outcome": "done", "confirmed": True},
    ),
}


@dataclass(frozen=True)
class Answer:
    """One act that one person may do by a link, until a moment (aware)."""

    act: str
    item: UUID
    person: UUID
    role: str
    organization: str
    station: str | None
    notification: UUID
    number: str | None
    until: dt.datetime

    @property
    def key(self) -> str:
        """The same for the same act of the same person about the same item, however many links there are."""
        return f"{self.act} {self.item} {self.person}"

    def pack(self) -> list[t.Any]:
        """As a short JSON value; seconds are rounded down."""
        ids = (_short(self.item), _short(self.person), _short(self.notification))
        rest = (self.role, self.organization, self.station, self.number, int(self.until.timestamp()))
        return [self.act, *ids, *rest]

    @classmethod
    def unpack(cls, packed: t.Any) -> Answer:
        """Raises ValueError for anything but what ``pack`` made of a known act."""
        try:
            act, item, person, notification, role, organization, station, number, until = packed
            moment = dt.datetime.fromtimestamp(until, dt.UTC)
            known = ACTS[act]
            ids = (_long(item), _long(person), _long(notification))
        except (TypeError, KeyError, ValueError, OverflowError, OSError):
            raise ValueError("not an answer") from None
        if role not in known.roles:
            raise ValueError("not an act of this role")
        return cls(act, ids[0], ids[1], role, organization, station, ids[2], number, moment)


def _short(value: UUID) -> str:
    return base64.urlsafe_b64encode(value.bytes).rstrip(b"=").decode()


def _long(text: str) -> UUID:
    return UUID(bytes=base64.urlsafe_b64decode(text + "=="))
