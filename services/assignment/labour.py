"""The steps of a labour dispute, and the dates that each sets and closes: supervision watches them.

A date's id is made of case, kind and last day (and what gave the case back), so that the same date is the same
whoever tells of it.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from chassis.errors import Rejected
from chassis.work import Work
from services.assignment import models as m
from services.assignment import repository
from services.assignment.access import day_between, lawful_day, tell
from services.assignment.domain import labour
from services.assignment.hearings import under_way
from services.assignment.resources import labour_resource

Data = dict[str, t.Any]
LABOUR_FORM, LABOUR_MATTER = "labour_mediation_arbitration", "labour_or_pay"


def record_labour_step(work: Work, command: Data) -> Data:
    """A step of a labour dispute: mediation first, then arbitration, then court; answers with the next date."""
    case = under_way(work, command, "record_step")
    if not is_labour(case):
        raise Rejected("not-a-labour-dispute", number=case.number)
    if command["step"] == "mediation_waived" and command["note"] is None:
        raise Rejected("reason-needed", pointer="/note")
    before = steps_of(work, case)
    on = lawful_day(work, command, "on", since=before[-1].on if before else labour.FIRST_DAY)
    _check(before, command["step"], on)
    step = labour.Step(command["step"], on, _knew_on(command, before, on))
    row = m.LabourStep(
        id=work.new_id(), case_id=case.id, step=step.step, on=on, knew_on=step.knew_on, note=command["note"]
    )
    work.session.add(row)
    _tell(work, case, before, step)
    return labour_resource(row, [*before, step])


def _check(before: list[labour.Step], step: str, on: dt.date) -> None:
    try:
        labour.check_step(before, step, on)
    except labour.MediationFirst:
        raise Rejected("mediation-first", step="arbitration_filed") from None
    except labour.OutOfOrder as wrong:
        allowed = ", ".join(wrong.allowed)
        raise Rejected(
            "not-in-order", of="labour_dispute", after=wrong.after, step=wrong.step, allowed=allowed
        ) from None


def _knew_on(command: Data, before: list[labour.Step], on: dt.date) -> dt.date | None:
    knew_on: dt.date | None = command["knew_on"] or next((one.knew_on for one in before if one.knew_on), None)
    return None if knew_on is None else day_between("knew_on", knew_on, labour.FIRST_DAY, on)


def _tell(work: Work, case: m.Case, before: list[labour.Step], step: labour.Step) -> None:
    opened, closed = labour.changes(before, step)
    first = next(iter(labour.dates([*before, step])), None)
    said = {"step": step.step, "on": step.on, "next": first.next if first else None}
    due_on = first.on if first else None
    tell(
        work, "assignment.labour_step_recorded.v1", case, lawyer=case.lawyer_id, recorded_at=work.now, due_on=due_on,
        **said,
    )  # fmt: skip
    for due, outcome in closed:
        _close(work, case, due, outcome)
    for due in opened:
        _set(work, case, due)


def _set(work: Work, case: m.Case, due: labour.Due) -> None:
    ends = dt.datetime.combine(due.on + dt.timedelta(days=1), dt.time(), ZoneInfo(work.settings.zone))
    date = {"date": date_id(case, due), "kind": due.kind, "since": due.since, "due_on": due.on, "due_at": ends}
    said = {"lawyer": case.lawyer_id, "article": due.article, "set_at": work.now}
    tell(work, "assignment.case_date_set.v1", case, **date, **said)


def set_dates_again(work: Work, case: m.Case) -> None:
    """The case goes on after all: the dates that it waits for are watched again, to the same days."""
    for due in labour.dates(steps_of(work, case)):
        _set(work, case, due)


def drop_dates(work: Work, case: m.Case) -> None:
    """The case is over: what it still waited for is not needed any more."""
    for due in labour.dates(steps_of(work, case)):
        _close(work, case, due, "not_needed")


def _close(work: Work, case: m.Case, due: labour.Due, outcome: str) -> None:
    said = {"date": date_id(case, due), "kind": due.kind, "outcome": outcome, "closed_at": work.now}
    tell(work, "assignment.case_date_closed.v1", case, **said)


def date_id(case: m.Case, due: labour.Due) -> UUID:
    """The same date is the same; after aid was given back it is watched once more, as another one."""
    again = f" {case.restored_by}" if case.restored_by else ""
    return uuid5(case.id, f"{due.kind} {due.since} {due.on}{again}")


def steps_of(work: Work, case: m.Case) -> list[labour.Step]:
    """The steps so far, in their order."""
    return [labour.Step(one.step, one.on, one.knew_on) for one in repository.labour_steps(work.session, case.id)]


def is_labour(case: m.Case) -> bool:
    """Whether a case is a labour dispute, by its form of aid or its matter."""
    return case.form_of_aid == LABOUR_FORM or case.matter == LABOUR_MATTER


def require_mediation(work: Work, case: m.Case, stage: str) -> None:
    """Refuse to report a later stage of a labour dispute while mediation is not behind it."""
    if is_labour(case) and stage in labour.LATER_STAGES and not labour.mediated(steps_of(work, case), work.today()):
        raise Rejected("mediation-first", step=stage)


HANDLERS: dict[str, t.Callable[[Work, Data], Data | None]] = {
    "assignment.record_labour_step.v1": record_labour_step,
}
