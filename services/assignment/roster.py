"""Who is there: absences of lawyers, and duties of the organizations' standing lawyers.

A duty without anybody, or whose lawyer is away, is shown as open; it never vanishes.
"""

from __future__ import annotations

import datetime as dt
import itertools
import typing as t
from uuid import UUID

from sqlalchemy import select

from chassis.errors import Rejected
from chassis.principal import Principal
from chassis.work import Work
from services.assignment import models as m
from services.assignment import repository
from services.assignment.access import caller, day_between, known_organization
from services.assignment.domain.duties import LAST_MINUTE, planned_days, recurring_days
from services.assignment.resources import absence_resource, duty_resource

Data = dict[str, t.Any]


def record_absence(work: Work, command: Data) -> Data:
    """A lawyer is away from one day to another, both included; said by the lawyer or the center."""
    lawyer = work.session.get(m.Lawyer, command["lawyer"])
    if lawyer is None or not _own_desk(caller(work), command["lawyer"]):
        raise Rejected("not-found", what="lawyer")
    earliest, latest = planned_days(work.today())
    since = day_between("since", command["since"], earliest, latest)
    until = day_between("until", command["until"], since, latest)
    if repository.same_absence(work.session, lawyer.id, since, until) is not None:
        raise Rejected("duplicate", what="absence", key=f"{since} {until}")
    absence = m.Absence(
        id=work.new_id(),
        lawyer_id=lawyer.id,
        since=since,
        until=until,
        note=command["note"],
    )
    work.session.add(absence)
    work.session.flush()
    uncovered = repository.duties_of(work.session, lawyer.id, since, until)
    return {**absence_resource(absence), "uncovered": [duty_resource(duty) for duty in uncovered]}


def cancel_absence(work: Work, command: Data) -> Data:
    """The lawyer is there after all."""
    absence = work.session.get(m.Absence, command["absence"])
    if absence is None or not _own_desk(caller(work), absence.lawyer_id):
        raise Rejected("not-found", what="absence")
    work.session.delete(absence)
    return absence_resource(absence)


def set_duty(work: Work, command: Data) -> Data:
    """A duty of an organization's standing lawyers, staffed or still open."""
    _check_place(work, command)
    _check_hours(command)
    day_between("on", command["on"], *planned_days(work.today()))
    row = m.Duty(id=work.new_id(), lawyer_id=None, plan_id=None, **{key: command[key] for key in DUTY})
    _staff(work, row, command["lawyer"])
    work.session.add(row)
    return duty_resource(row)


def plan_duties(work: Work, command: Data) -> Data:
    """A recurring roster: the lawyers in turn; a day on which a lawyer cannot come is kept open and shown."""
    _check_place(work, command)
    _check_hours(command)
    _check_days(command["since"], command["until"], work.today())
    named = [
        _standing(work, lawyer, command["organization"], f"/lawyers/{place}")
        for place, lawyer in enumerate(command["lawyers"])
    ]
    names = ("organization", "station", "since", "until", "weekdays", "every_weeks", "begins", "ends")
    plan = m.DutyPlan(
        id=work.new_id(),
        lawyers=[str(one) for one in command["lawyers"]],
        planned_at=work.now,
        **{name: command[name] for name in names},
    )
    work.session.add(plan)
    work.session.flush()
    days = recurring_days(
        command["since"], command["until"], command["weekdays"], command["every_weeks"], command["without"]
    )
    if not days:
        raise Rejected("nothing-said", pointer="/weekdays")
    in_turn = itertools.cycle(named or [None])
    rows = [_recurring(work, plan, day, lawyer) for day, lawyer in zip(days, in_turn, strict=False)]
    return {"id": str(plan.id), "duties": [duty_resource(row) for row in rows], "open": _open_days(rows)}


def _recurring(work: Work, plan: m.DutyPlan, day: dt.date, lawyer: m.Lawyer | None) -> m.Duty:
    row = m.Duty(
        id=work.new_id(),
        organization=plan.organization,
        station=plan.station,
        on=day,
        begins=plan.begins,
        ends=plan.ends,
        lawyer_id=None,
        plan_id=plan.id,
    )
    work.session.add(row)
    work.session.flush()
    try:
        _staff(work, row, lawyer.id if lawyer else None)
    except Rejected:  # away, or on duty elsewhere: the day stays open
        row.lawyer_id = None
    return row


def _open_days(rows: t.Iterable[m.Duty]) -> list[str]:
    return [row.on.isoformat() for row in rows if row.lawyer_id is None]


def withdraw_duties(work: Work, command: Data) -> Data:
    """A recurring roster ends; what is past stays."""
    plan = work.session.get(m.DutyPlan, command["plan"], with_for_update=True)
    if plan is None or not _leads(caller(work), plan.organization, plan.station):
        raise Rejected("not-found", what="duty_plan")
    tomorrow = work.today() + dt.timedelta(days=1)
    since = max(command["since"] or tomorrow, work.today())
    doomed = list(work.session.scalars(select(m.Duty).where(m.Duty.plan_id == plan.id, m.Duty.on >= since)))
    for row in doomed:
        work.session.delete(row)
    plan.until = min(plan.until, since - dt.timedelta(days=1))
    return {"id": str(plan.id), "until": plan.until.isoformat(), "withdrawn": len(doomed)}


def _check_place(work: Work, command: Data) -> None:
    """The roster is the caller's to keep, and its organization and station are in the network."""
    if not _leads(caller(work), command["organization"], command["station"]):
        raise Rejected("unknown-organization", code=command["organization"], pointer="/organization")
    known_organization(work, command["organization"], command["station"])


def _check_hours(command: Data) -> None:
    if command["ends"] <= command["begins"]:
        limits = {"earliest": command["begins"], "latest": LAST_MINUTE}
        raise Rejected("impossible-date", pointer="/ends", field="ends", value=command["ends"], **limits)


def _check_days(since: dt.date, until: dt.date, today: dt.date) -> None:
    earliest, latest = planned_days(today)
    day_between("since", since, earliest, latest)
    day_between("until", until, since, min(since + dt.timedelta(days=366), latest))


DUTY = ("organization", "station", "on", "begins", "ends")


def staff_duty(work: Work, command: Data) -> Data:
    """Another standing lawyer takes a duty, or nobody does yet."""
    duty = _duty(work, command["duty"])
    _staff(work, duty, command["lawyer"])
    return duty_resource(duty)


def swap_duties(work: Work, command: Data) -> Data:
    """Two lawyers swap their duties; each must be able to take the other's."""
    if command["one"] == command["other"]:
        raise Rejected("swapped-with-itself", pointer="/other")
    one, other = (_duty(work, command[key]) for key in ("one", "other"))
    first, second = one.lawyer_id, other.lawyer_id
    one.lawyer_id = other.lawyer_id = None
    work.session.flush()
    _staff(work, one, second, "/other")
    work.session.flush()
    _staff(work, other, first, "/other")
    return {"one": duty_resource(one), "other": duty_resource(other)}


def _duty(work: Work, duty_id: UUID) -> m.Duty:
    duty = work.session.get(m.Duty, duty_id, with_for_update=True)
    if duty is None or not _leads(caller(work), duty.organization, duty.station):
        raise Rejected("not-found", what="duty")
    return duty


def _staff(work: Work, duty: m.Duty, lawyer_id: UUID | None, pointer: str = "/lawyer") -> None:
    """Put a lawyer on a duty: active, appointed to the organization, there on the day, and free at the time.

    ``pointer``: the command's field that a refusal points at.
    """
    if lawyer_id is not None:
        _standing(work, lawyer_id, duty.organization, pointer)
        if repository.is_absent(work.session, lawyer_id, duty.on):
            raise Rejected("lawyer-not-eligible", pointer=pointer, rule="absence")
        if repository.duty_at(work.session, lawyer_id, duty) is not None:
            raise Rejected("duplicate", what="duty", key=f"{duty.on} {duty.begins}", pointer=pointer)
    duty.lawyer_id = lawyer_id


def _standing(work: Work, lawyer_id: UUID, organization: str, pointer: str) -> m.Lawyer:
    """An active lawyer who is appointed to the organization."""
    lawyer = work.session.get(m.Lawyer, lawyer_id)
    if lawyer is None or lawyer.state != "active":
        raise Rejected("lawyer-not-eligible", pointer=pointer, rule="inactive")
    if repository.suspended_since(work.session, [lawyer_id]):
        raise Rejected("lawyer-not-eligible", pointer=pointer, rule="suspended")
    if work.session.get(m.StandingLawyer, (lawyer_id, organization)) is None:
        raise Rejected("lawyer-not-eligible", pointer=pointer, rule="standing")
    return lawyer


def _own_desk(principal: Principal, lawyer_id: UUID) -> bool:
    return principal.is_center or (principal.role == "lawyer" and principal.person == lawyer_id)


def _leads(principal: Principal, organization: str, station: str | None) -> bool:
    """Rosters are kept by the center and by the organization itself."""
    return principal.is_center or (principal.role == "liaison" and principal.may_see(organization, station))


HANDLERS: dict[str, t.Callable[[Work, Data], Data | None]] = {
    "assignment.record_absence.v1": record_absence,
    "assignment.cancel_absence.v1": cancel_absence,
    "assignment.set_duty.v1": set_duty,
    "assignment.plan_duties.v1": plan_duties,
    "assignment.withdraw_duties.v1": withdraw_duties,
    "assignment.staff_duty.v1": staff_duty,
    "assignment.swap_duties.v1": swap_duties,
}
