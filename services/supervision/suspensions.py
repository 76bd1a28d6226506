"""Suspensions of stations and lawyers: begun by a complaint's conclusion or an inspection, lifted by the center.

Guarantee: whoever has to act on it (intake, assignment) hears of the first suspension that stands and of the end of the
last one. What intake suspends or opens itself is mirrored here.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from chassis.errors import Rejected
from chassis.work import Work
from services.supervision import repository, telling
from services.supervision.models import Suspension


def suspend(work: Work, because: UUID, organization: str, **whom: Any) -> None:
    """Suspend the work of a station or a lawyer; it takes effect as soon as it is heard."""
    row = Suspension(id=work.new_id(), organization=organization, because=because, since=work.now, **whom)
    work.session.add(row)
    told = {"organization": organization, "because": because, "since": work.now, **whom}
    telling.say(work, "supervision.work_suspended.v1", told | _which(row))


def lift_suspension(work: Work, command: dict[str, Any]) -> dict[str, Any]:
    """The center lifts a suspension; the work goes on once none stands any more."""
    if work.principal is None or not work.principal.is_center:
        raise Rejected("forbidden", role=work.principal.role if work.principal else "none")
    row = repository.suspension_to_lift(work.session, command["suspension"])
    if row is None:
        raise Rejected("not-found", what="suspension")
    if row.lifted_at is not None:
        raise Rejected("wrong-state", of="suspension", state="lifted", act="lift", allowed="")
    lift(work, [row], command["reason"])
    return {"id": str(row.id), "lifted_at": work.now.isoformat(), "state": "lifted"}


def lift(work: Work, rows: list[Suspension], reason: str) -> None:
    """Lift suspensions of one station or lawyer; the end of the last one is told."""
    for row in rows:
        row.lifted_at, row.lifted_because = work.now, reason
        row.lifted_by = work.principal.person if work.principal else None
    work.session.flush()
    one = rows[-1]
    whom: dict[str, Any] = {"organization": one.organization, "station": one.station, "lawyer": one.lawyer}
    if not repository.standing_suspensions(work.session, **whom):
        telling.say(work, "supervision.work_resumed.v1", {**whom, "since": work.now, **_which(one)})


def _which(row: Suspension) -> dict[str, Any]:
    return {"suspension": row.id, "whom": "lawyer" if row.lawyer else "station"}


def mirror(work: Work, event: dict[str, Any]) -> None:
    """A station is suspended here exactly as long as it is at intake."""
    whom: dict[str, Any] = {"organization": event["organization"], "station": event["code"], "lawyer": None}
    standing, since = repository.standing_suspensions(work.session, **whom), event["state_since"]
    if event["state"] == "suspended" and not standing:
        because = event["station"]
        work.session.add(Suspension(id=work.new_id(), because=because, since=since, **whom))
    elif event["state"] != "suspended":
        _end(standing, since)


def _end(standing: list[Suspension], at: dt.datetime) -> None:
    for row in standing:
        if row.since < at:  # else intake has not heard of it yet
            row.lifted_at = at
