"""Who looked at a person: a view that shows personal data records it, committed before its answer leaves."""

from __future__ import annotations

import typing as t
from uuid import UUID

from chassis.ids import new_id
from chassis.work import Read
from services.intake.models import Look


def looked(read: Read, person: UUID, what: str, shown: t.Iterable[str], application: UUID | None = None) -> None:
    """Record that the caller is shown these of a person's data. ``what``: the view; ``shown``: names, never values."""
    read.record(
        Look(
            id=new_id(),
            at=read.now,
            person=person,
            application=application,
            what=what,
            shown=sorted(shown),
            **read.principal.as_trace(),
        )
    )
