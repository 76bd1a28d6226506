"""Hearings with date and place: set, moved, cancelled, held. Whoever must be there is told, and reminded."""

from __future__ import annotations

import datetime as dt
import typing as t
from zoneinfo import ZoneInfo

from sqlalchemy import select

from chassis.clock import local_text
from chassis.errors import Rejected
from chassis.work import Work
from services.assignment import models as m
from services.assignment import repository
from services.assignment.access import caller, case_for, sees, still_known, tell
from services.assignment.domain.hearings import possible_days
from services.assignment.domain.lifecycle import UNDER_WAY
from services.assignment.resources import hearing_resource

Data = dict[str, t.Any]
CASE_ENDED = "案件已办结 · the case has ended"


def schedule_hearing(work: Work, command: Data) -> Data:
    """A hearing with date and place; one that is past already is recorded as it was, and reminds nobody."""
    case = under_way(work, command, "schedule_hearing")
    _check_moment(work, case, command["at"])
    what = {key: command[key] for key in ("stage", "at", "place", "note")}
    hearing = m.Hearing(id=work.new_id(), case_id=case.id, state="scheduled", **what)
    work.session.add(hearing)
    _tell_scheduled(work, case, hearing)
    return hearing_resource(hearing, case.number)


def move_hearing(work: Work, command: Data) -> Data:
    """A hearing takes place at another time: the old one is cancelled with the reason, the new one stands for it."""
    old, case = _scheduled(work, command, "move")
    place = command["place"] or old.place
    _check_moment(work, case, command["at"], instead_of=old if place != old.place else None)
    old.state, old.reason = "cancelled", command["reason"]
    tell(work, "assignment.hearing_cancelled.v1", case, hearing=old.id, cancelled_at=work.now)
    row = {"stage": old.stage, "at": command["at"], "place": place, "note": old.note, "state": "scheduled"}
    hearing = m.Hearing(id=work.new_id(), case_id=case.id, **row)
    work.session.add(hearing)
    _tell_scheduled(work, case, hearing)
    return hearing_resource(hearing, case.number)


def cancel_hearing(work: Work, command: Data) -> Data:
    """A hearing does not take place."""
    hearing, case = _scheduled(work, command, "cancel")
    hearing.state, hearing.reason = "cancelled", command["reason"]
    tell(work, "assignment.hearing_cancelled.v1", case, hearing=hearing.id, cancelled_at=work.now)
    return hearing_resource(hearing, case.number)


def drop_hearings(work: Work, case: m.Case) -> None:
    """The case is over: hearings that were still to come do not take place."""
    coming = select(m.Hearing).where(
        m.Hearing.case_id == case.id, m.Hearing.state == "scheduled", m.Hearing.at > work.now
    )
    for hearing in work.session.scalars(coming.order_by(m.Hearing.id)):
        hearing.state, hearing.reason = "cancelled", CASE_ENDED
        tell(work, "assignment.hearing_cancelled.v1", case, hearing=hearing.id, cancelled_at=work.now)


def set_again(work: Work, case: m.Case) -> None:
    """The case goes on after all: hearings that were dropped with its ending and are still to come stand again."""
    dropped = select(m.Hearing).where(
        m.Hearing.case_id == case.id,
        m.Hearing.state == "cancelled",
        m.Hearing.reason == CASE_ENDED,
        m.Hearing.at > work.now,
    )
    for old in list(work.session.scalars(dropped.order_by(m.Hearing.id))):
        row = {"stage": old.stage, "at": old.at, "place": old.place, "note": old.note, "state": "scheduled"}
        hearing = m.Hearing(id=work.new_id(), case_id=case.id, **row)
        work.session.add(hearing)
        _tell_scheduled(work, case, hearing)


def under_way(work: Work, command: Data, act: str) -> m.Case:
    """The command's case, which must not be over.

    While it waits for a lawyer the center enters what comes: a judgment that is served then runs out all the same.
    """
    case = case_for(work, command, "lawyer")
    if case.state not in UNDER_WAY:
        raise Rejected("wrong-state", of="case", state=case.state, act=act, allowed="")
    return case


def _scheduled(work: Work, command: Data, act: str) -> tuple[m.Hearing, m.Case]:
    hearing = work.session.get(m.Hearing, command["hearing"])
    case = repository.lock_case(work.session, hearing.case_id) if hearing else None
    principal = caller(work)
    if hearing is None or case is None or not sees(principal, case):
        raise Rejected("not-found", what="hearing")
    if not principal.is_center and principal.role != "lawyer":
        raise Rejected("forbidden", role=principal.role)
    work.session.refresh(hearing)
    if hearing.state != "scheduled":
        raise Rejected("wrong-state", of="hearing", state=hearing.state, act=act, allowed="")
    still_known(case)
    return hearing, case


def _check_moment(work: Work, case: m.Case, at: dt.datetime, *, instead_of: m.Hearing | None = None) -> None:
    """Refuse a hearing that cannot be then, or that stands already; ``instead_of`` goes to another place."""
    earliest, latest = possible_days(case.granted_at.date(), work.today())
    if not earliest <= at.date() <= latest:
        limits = {"earliest": earliest.isoformat(), "latest": latest.isoformat()}
        raise Rejected("impossible-date", pointer="/at", field="at", value=_local(work, at), **limits)
    there = repository.hearing_at(work.session, case.id, at)
    if there is not None and there is not instead_of:
        raise Rejected("duplicate", pointer="/at", what="hearing", key=f"{case.number} {_local(work, at)}")


def _local(work: Work, at: dt.datetime) -> str:
    return local_text(at, ZoneInfo(work.settings.zone))


def _tell_scheduled(work: Work, case: m.Case, hearing: m.Hearing) -> None:
    said = {"hearing": hearing.id, "stage": hearing.stage, "at": hearing.at, "place": hearing.place}
    tell(work, "assignment.hearing_scheduled.v1", case, lawyer=case.lawyer_id, scheduled_at=work.now, **said)


HANDLERS: dict[str, t.Callable[[Work, Data], Data | None]] = {
    "assignment.schedule_hearing.v1": schedule_hearing,
    "assignment.move_hearing.v1": move_hearing,
    "assignment.cancel_hearing.v1": cancel_hearing,
}
