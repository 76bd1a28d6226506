"""What the half-year report reads beside figures: what is unsolved on the day on which it is drawn up."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import func, select

from chassis.work import Read
from services.supervision.models import Complaint, Remark, Suspension, Task
from services.supervision.reading import visible

MOST = 50  # lines of a list in the report


def overdue(read: Read, organization: str | None) -> list[tuple[str, str, int]]:
    """(organization, kind of task, how many are overdue), the most first."""
    late = (Task.state == "open", Task.stopped_at.is_(None), Task.due_at <= read.now)
    number = func.count().label("number")
    statement: Any = select(Task.organization, Task.kind, number).where(*late).group_by(Task.organization, Task.kind)
    statement = _of(visible(read, statement), Task, organization)
    rows = read.session.execute(statement.order_by(number.desc(), Task.organization, Task.kind).limit(MOST))
    return [(code, kind, int(count)) for code, kind, count in rows]


def unfinished(read: Read, organization: str | None, kind: str) -> list[tuple[str, str, dt.date]]:
    """(organization, words, due day) of open findings or decisions, the oldest first."""
    statement: Any = select(Task.organization, Remark.words, Task.due_on).join(Remark, Remark.id == Task.subject)
    statement = visible(read, statement.where(Task.kind == kind, Task.state == "open"))
    rows = read.session.execute(_of(statement, Task, organization).order_by(Task.due_at, Task.id).limit(MOST))
    return [(code, words, due) for code, words, due in rows]


def open_complaints(read: Read, organization: str | None) -> list[tuple[str, int]]:
    """(subject, how many are not answered yet)."""
    statement: Any = (
        select(Complaint.subject, func.count()).where(Complaint.state != "answered").group_by(Complaint.subject)
    )
    rows = read.session.execute(_of(statement, Complaint, organization).order_by(Complaint.subject))
    return [(subject, int(count)) for subject, count in rows]


def suspended_lawyers(read: Read) -> int:
    """How many lawyers are suspended today."""
    statement = select(func.count(func.distinct(Suspension.lawyer)))
    return int(read.session.scalar(statement.where(Suspension.lifted_at.is_(None))) or 0)


def _of(statement: Any, table: Any, organization: str | None) -> Any:
    return statement.where(table.organization == organization) if organization else statement
