"""Timers as handlers set them: rows of ``marks`` that the scheduler turns into commands when they are due.

Guarantee: a timer's id is made of what it is about, so that setting the same one twice sets one, and one that has
fired never runs again. A timer that comes before its time (a clock was put forward by mistake) is set again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from chassis.work import Work
from services.supervision import repository
from services.supervision.domain.clocks import Mark

MARKS = uuid5(NAMESPACE_URL, "urn:aidbus:supervision:marks")
DISAGREEMENT = dt.timedelta(minutes=1)  # clocks of two machines may differ so much


def mark_id(subject: UUID, mark: Mark, due_at: dt.datetime) -> UUID:
    """The same for the same moment of the same subject, in whichever process: what makes a firing happen once."""
    return uuid5(MARKS, f"{subject}/{mark.kind}/{mark.fire_at.isoformat()}/{due_at.isoformat()}")


def plan(work: Work, subject: UUID, organization: str, due_at: dt.datetime, marks: Iterable[Mark]) -> None:
    """Set timers that fire into an organization's mailbox."""
    rows = [
        {
            "id": mark_id(subject, mark, due_at),
            "subject": subject,
            "kind": mark.kind,
            "organization": organization,
            "due_at": due_at,
            "fire_at": mark.fire_at,
            "state": "pending",
        }
        for mark in marks
    ]
    repository.plan_marks(work.session, rows)


def came_early(work: Work, command: Mapping[str, Any], subject: UUID, kind: str) -> bool:
    """Whether a timer went off before its time by this machine's clock; if so, it is set once more."""
    if command["fire_at"] <= work.now + DISAGREEMENT:
        return False
    row = {
        "id": uuid5(MARKS, f"{work.message.id}/again"),
        "subject": subject,
        "kind": kind,
        "organization": work.organization,
        "due_at": command["due_at"],
        "fire_at": command["fire_at"],
        "state": "pending",
    }
    repository.plan_marks(work.session, [row])
    return True
