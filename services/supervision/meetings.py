"""The joint meeting: prepared from figures and open problems, called, held; its decisions become tasks.

Handlers, as in handlers.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select

from chassis import organizations
from chassis.errors import Rejected
from chassis.work import Work
from services.supervision import asks, repository, tasks, telling
from services.supervision.agenda import draw_up
from services.supervision.domain import counting
from services.supervision.models import Meeting, Person, Task
from services.supervision.remarks import center_only, refuse_outside, remark


def prepare_meeting(work: Work, command: dict[str, Any]) -> dict[str, Any]:
    """Call a meeting, or move one: agenda and report are drawn up now; the day is a task of every head."""
    center_only(work)
    starts_at = command["starts_at"]
    on = counting.local_day(starts_at, work.settings.time_zone)
    refuse_outside("starts_at", on, work.today())
    row = _prepared(work, command["meeting"])
    drawn = draw_up(work, command["first_day"], command["last_day"])
    participants = command["participants"] or (row.participants if row else drawn["participants"])
    _check_participants(work, participants)
    agenda = command["agenda"] or [line["zh"] for line in drawn["agenda"]]
    values = {"on": on, "starts_at": starts_at, "place": command["place"], "report": drawn["report"]}
    if row is None:
        row = Meeting(id=work.new_id(), state="prepared", minutes=None, recorded_at=work.now)
        work.session.add(row)
    for name, value in {**values, "participants": participants, "agenda": agenda}.items():
        setattr(row, name, value)
    work.session.flush()
    _call(work, row)
    return {"id": str(row.id), "on": on.isoformat(), "participants": participants, "agenda": agenda}


def record_meeting(work: Work, command: dict[str, Any]) -> dict[str, Any]:
    """Keep the minutes of a joint meeting; every decision is a task of its owner until its day."""
    center_only(work)
    refuse_outside("on", command["on"], dt.date(2000, 1, 1), work.today())
    row = _prepared(work, command["meeting"]) or Meeting(
        id=work.new_id(), participants=[], agenda=[], starts_at=None, place=None, report=None
    )
    participants = command["participants"] or row.participants
    if not participants:
        raise Rejected("invalid", pointer="/participants")
    row.on, row.state, row.recorded_at = command["on"], "held", work.now
    row.participants, row.agenda = participants, command["agenda"] or row.agenda
    row.minutes = command["minutes"]
    work.session.add(row)
    _decide(work, row, command["decisions"])
    asks.fulfil(work, "joint_meeting", work.settings.center)
    return {"id": str(row.id), "on": row.on.isoformat(), "decisions": len(command["decisions"])}


def _decide(work: Work, row: Meeting, decisions: list[Mapping[str, Any]]) -> None:
    owners: dict[UUID, Person] = repository.names(work.session, [one["owner"] for one in decisions])
    for number, decision in enumerate(decisions):
        owner = owners.get(decision["owner"])
        if owner is None or owner.role == repository.LEFT:
            raise Rejected("unknown-person", pointer=f"/decisions/{number}/owner")
        refuse_outside("due_on", decision["due_on"], work.today())
        found = remark(work, row.id, decision["words"])
        told = {"decision": found, "organization": owner.organization, "owner": owner.person, "recorded_at": work.now}
        due_at = counting.end_of_day(decision["due_on"], work.settings.time_zone)
        telling.say(work, "supervision.decision_recorded.v1", {**told, "due_at": due_at})


def _prepared(work: Work, meeting: UUID | None) -> Meeting | None:
    if meeting is None:
        return None
    row = work.session.get(Meeting, meeting, with_for_update=True)
    if row is None:
        raise Rejected("not-found", what="meeting")
    if row.state != "prepared":
        raise Rejected("wrong-state", of="meeting", state=row.state, act="prepare_or_record", allowed="")
    return row


def _check_participants(work: Work, participants: list[str]) -> None:
    known = organizations.codes(work.session)
    unknown = [code for code in participants if code not in known]
    if unknown:
        raise Rejected("unknown-organization", pointer="/participants", code=unknown[0])


def _call(work: Work, row: Meeting) -> None:
    """Ask every participant but the center; an earlier invitation to another hour, or of somebody else, is void."""
    assert row.starts_at is not None
    called = {invitation(row, code): code for code in row.participants if code != work.settings.center}
    open_ones = select(Task).where(Task.kind == "attend_meeting", Task.state == "open").with_for_update()
    mine = repository.remarked(work.session, row.id)
    for task in work.session.scalars(open_ones):
        if task.subject in mine and task.subject not in called:
            tasks.settle(work, "attend_meeting", task.subject, "not_needed", work.now)
    for id_, code in called.items():
        if id_ in mine:
            continue
        where = f"，{row.place}" if row.place else ""
        local = row.starts_at.astimezone(work.settings.time_zone)
        remark(work, row.id, f"联席会议：{local:%Y-%m-%d %H:%M}{where}", id_)
        told = {"invitation": id_, "meeting": row.id, "organization": code, "starts_at": row.starts_at}
        telling.say(work, "supervision.meeting_called.v1", {**told, "recorded_at": work.now})


def invitation(row: Meeting, organization: str) -> UUID:
    """The same for the same meeting, hour and organization."""
    assert row.starts_at is not None
    return uuid5(row.id, f"{organization}/{row.starts_at.astimezone(dt.UTC).isoformat()}")
