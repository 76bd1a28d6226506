"""Complaints: opened by anybody through any door, accepted, concluded with measures and answered by the center.

Handlers, as in handlers.py. Who complained and what they said stays in the table: events carry numbers and terms only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis import organizations
from chassis.errors import Rejected
from chassis.principal import Principal
from chassis.work import Work
from contracts.registry import REGISTRY
from services.supervision import records, repository, tasks
from services.supervision.models import Complaint, Suspension

NEXT = {"received": ("accept", "conclude"), "accepted": ("conclude",), "concluded": ("answer",), "answered": ()}


def open_complaint(work: Work, command: dict[str, Any]) -> dict[str, Any]:
    """Take a complaint in. Its first task goes to the center's directors at once; so does every report of a fee."""
    _caller(work)
    if command["organization"] not in organizations.codes(work.session):
        raise Rejected("unknown-organization", pointer="/organization", code=command["organization"])
    lawyer = command["lawyer"]
    if lawyer is not None and lawyer not in repository.names(work.session, [lawyer]):
        raise Rejected("unknown-person", pointer="/lawyer")
    row = Complaint(
        id=work.new_id(),
        number=repository.next_number(work.session, "T", work.today().year),
        case_id=command["case"],
        state="received",
        measures=[],
        opened_at=work.now,
        version=1,
        **{name: command[name] for name in ("organization", "station", "lawyer", "subject", "channel", "statement")},
        **{name: command[name] for name in ("amount_fen", "complainant_name", "complainant_phone")},
    )
    work.session.add(row)
    say(work, "supervision.complaint_opened.v1", {**_reference(row), "opened_at": work.now})
    return _answer(row)


def accept_complaint(work: Work, command: dict[str, Any]) -> dict[str, Any]:
    """The center takes the complaint up."""
    row = _of_the_center(work, command, "accept")
    row.state, row.accepted_at = "accepted", work.now
    say(work, "supervision.complaint_accepted.v1", {**_reference(row), "accepted_at": work.now})
    return _answer(row)


def conclude_complaint(work: Work, command: dict[str, Any]) -> dict[str, Any]:
    """The center's conclusion with its measures; a suspension takes effect at once."""
    row = _of_the_center(work, command, "conclude")
    conclusion, measures = command["conclusion"], command["measures"]
    if row.state == "received" and conclusion not in ("not_accepted", "withdrawn"):
        raise Rejected("wrong-state", state=row.state, act="conclude", allowed="accept")
    missing = {"suspend_station": row.station, "suspend_lawyer": row.lawyer}
    if any(measure in missing and missing[measure] is None for measure in measures):
        raise Rejected("invalid", pointer="/measures")
    row.state, row.concluded_at = "concluded", work.now
    row.conclusion, row.measures, row.reasons = conclusion, measures, command["reasons"]
    if "suspend_station" in measures:
        suspend(work, row.id, row.organization, station=row.station)
    if "suspend_lawyer" in measures:
        suspend(work, row.id, work.settings.center, lawyer=row.lawyer)
    told = {"conclusion": conclusion, "measures": measures, "concluded_at": work.now}
    say(work, "supervision.complaint_concluded.v1", {**_reference(row), **told})
    return _answer(row)


def answer_complaint(work: Work, command: dict[str, Any]) -> dict[str, Any]:
    """The complainant is answered."""
    row = _of_the_center(work, command, "answer")
    row.state, row.answered_at, row.answer = "answered", work.now, command["answer"]
    say(work, "supervision.complaint_answered.v1", {**_reference(row), "answered_at": work.now})
    return _answer(row)


def suspend(work: Work, because: Any, organization: str, **whom: Any) -> None:
    """Suspend the work of a station or a lawyer."""
    row = Suspension(id=work.new_id(), organization=organization, because=because, since=work.now, **whom)
    work.session.add(row)
    data = {"organization": organization, "because": because, "since": work.now, **whom}
    say(work, "supervision.work_suspended.v1", data)


def say(work: Work, message_type: str, data: Mapping[str, Any]) -> None:
    """Tell the network what was done here, if anybody hears it; count it; and let the clocks follow it."""
    message_id = work.new_id()
    if REGISTRY[message_type].heard_by:
        work.emit(message_type, data, organization=data["organization"], message_id=message_id)
    work.session.flush()
    records.count(work, message_type, data, message_id)
    tasks.follow(work, message_type, data, work.now)


def _caller(work: Work) -> Principal:
    if work.principal is None or work.principal.role == "auditor":
        raise Rejected("forbidden", role="auditor")
    return work.principal


def _of_the_center(work: Work, command: dict[str, Any], act: str) -> Complaint:
    """A complaint in a state that allows an act of the center, unchanged since it was seen; locked."""
    caller = _caller(work)
    row = repository.complaint(work.session, command["complaint"])
    if row is None or not caller.may_see(row.organization, row.station):
        raise Rejected("not-found", what="complaint")
    if not caller.is_center:
        raise Rejected("forbidden", role=caller.role)
    if command["version"] is not None and command["version"] != row.version:
        raise Rejected("version-conflict", expected=command["version"], actual=row.version)
    if act not in NEXT[row.state]:
        raise Rejected("wrong-state", state=row.state, act=act, allowed=", ".join(NEXT[row.state]) or "none")
    row.version += 1
    return row


def _reference(row: Complaint) -> dict[str, Any]:
    names = ("number", "organization", "station", "lawyer", "subject")
    return {"complaint": row.id, **{name: getattr(row, name) for name in names}}


def _answer(row: Complaint) -> dict[str, Any]:
    return {"id": str(row.id), "number": row.number, "state": row.state, "version": row.version}
