"""The limitation of a claim and the appeal in any civil case: counted here, watched by supervision as tasks.

Guarantee: at most one date of a kind is open in a case; it goes along when the case changes hands, is dropped with the
case's ending, and is watched again when the aid is given back.
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
from services.assignment.access import lawful_day, tell
from services.assignment.domain import civil
from services.assignment.hearings import under_way
from services.assignment.resources import civil_resource

Data = dict[str, t.Any]
FIRST_DAY = dt.date(1949, 10, 1)


def record_civil_date(work: Work, command: Data) -> Data:
    """A limit runs from a day; one of the kind that ran from another day before is not needed any more."""
    case = under_way(work, command, "record_limit")
    kind, since = command["kind"], lawful_day(work, command, "since", since=FIRST_DAY)
    former = repository.open_civil_date(work.session, case.id, kind)
    if former is not None and former.since == since:
        raise Rejected("duplicate", what="limit", key=f"{kind} {since}")
    if former is not None:
        _close(work, case, former, "not_needed")
    row = m.CivilDate(
        id=work.new_id(), case_id=case.id, kind=kind, since=since, on=civil.last_day(kind, since), state="open"
    )
    work.session.add(row)
    _set(work, case, row)
    return civil_resource(row)


def close_civil_date(work: Work, command: Data) -> Data:
    """The claim was brought, or the appeal filed (``done``); or nothing of it is needed any more."""
    case = under_way(work, command, "close_limit")
    row = repository.open_civil_date(work.session, case.id, command["kind"])
    if row is None:
        raise Rejected("not-found", what="limit")
    _close(work, case, row, command["outcome"])
    return civil_resource(row)


def drop_dates(work: Work, case: m.Case) -> None:
    """The case is over: what it still waited for is not needed any more."""
    for row in repository.civil_dates(work.session, case.id):
        if row.state == "open":
            _close(work, case, row, "dropped")


def set_dates_again(work: Work, case: m.Case) -> None:
    """The case goes on after all: what its ending dropped is watched again, to the same days."""
    for row in repository.civil_dates(work.session, case.id):
        if row.state == "dropped":
            row.state = "open"
            _set(work, case, row)


def _set(work: Work, case: m.Case, row: m.CivilDate) -> None:
    ends = dt.datetime.combine(row.on + dt.timedelta(days=1), dt.time(), ZoneInfo(work.settings.zone))
    date = {"date": _date_id(case, row), "kind": row.kind, "since": row.since, "due_on": row.on, "due_at": ends}
    said = {"lawyer": case.lawyer_id, "article": civil.ARTICLES[row.kind], "set_at": work.now}
    tell(work, "assignment.case_date_set.v1", case, **date, **said)


def _close(work: Work, case: m.Case, row: m.CivilDate, state: str) -> None:
    row.state = state
    outcome = "done" if state == "done" else "not_needed"
    said = {"date": _date_id(case, row), "kind": row.kind, "outcome": outcome, "closed_at": work.now}
    tell(work, "assignment.case_date_closed.v1", case, **said)


def _date_id(case: m.Case, row: m.CivilDate) -> UUID:
    """The date as supervision knows it; after aid was given back it is watched once more, as another one."""
    return uuid5(row.id, str(case.restored_by)) if case.restored_by else row.id


HANDLERS: dict[str, t.Callable[[Work, Data], Data | None]] = {
    "assignment.record_civil_date.v1": record_civil_date,
    "assignment.close_civil_date.v1": close_civil_date,
}
