"""Plans that recur: started, changed and stopped by the center, and fired by the scheduler's timers.

Handlers, as in handlers.py. Guarantee: the id of an occurrence is made of plan and planned day, and that of each of its
tasks of occurrence and place, so that what is planned for a day is opened once, whoever fires it and however often.
After an outage nothing is forgotten: what the plan's own rule does not open late is kept as skipped.
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
from services.supervision import occurrences, repository, timers
from services.supervision.domain import counting, plans
from services.supervision.domain.clocks import Mark
from services.supervision.domain.recurrence import Falls
from services.supervision.models import Station
from services.supervision.models_plans import OccurrenceRow, PlanChange, PlanRow
from services.supervision.remarks import center_only

LATE = dt.timedelta(days=1)  # found later than this, an occurrence counts as missed
DEFAULTS = {"moved": "next", "opens": "08:30", "due_days": 10, "covers": 1, "misfire": "latest"}
MISSING = {"zh": "未填写", "en": "missing"}
OF_THE_NETWORK = {"zh": "此类计划面向整个网络", "en": "it is one for the network"}
CHANGED = ("title_zh", "title_en", "rule", "moved", "opens", "due_days", "covers", "misfire", "sample")


def start_plan(work: Work, command: dict[str, Any]) -> dict[str, Any]:
    """Start a plan, from a template or whole."""
    center_only(work)
    starts_on = command["starts_on"] or work.today()
    values = _values(work, command, starts_on)
    _check_place(work, values["kind"], command["organization"], command["station"])
    _check(values, starts_on)
    row = PlanRow(
        id=work.new_id(),
        organization=command["organization"],
        station=command["station"],
        starts_on=starts_on,
        template=command["template"],
        state="running",
        provisional=False,
        started_by=work.principal.person if work.principal else None,
        started_at=work.now,
        version=1,
        **values,
    )
    work.session.add(row)
    work.session.flush()
    _set_next(work, row, starts_on - dt.timedelta(1))
    return _answer(row)


def change_plan(work: Work, command: dict[str, Any]) -> dict[str, Any]:
    """Change how a plan goes on; old and new are kept."""
    row = _own(work, command)
    if row.state == "stopped":
        raise Rejected("wrong-state", of="plan", state=row.state, act="change", allowed="")
    changed = {name: command[name] for name in CHANGED if name in command and command[name] != getattr(row, name)}
    if not changed:
        return _answer(row)
    _check({name: getattr(row, name) for name in ("kind", *CHANGED)} | changed, row.starts_on)
    for name, value in changed.items():
        _note(work, row, name, getattr(row, name), value, "changed by the center")
        setattr(row, name, value)
    row.version += 1
    row.state = "running"
    repository.cancel_marks(work.session, row.id)
    _set_next(work, row, work.today() - dt.timedelta(1))
    return _answer(row)


def stop_plan(work: Work, command: dict[str, Any]) -> dict[str, Any]:
    """Stop a plan."""
    row = _own(work, command)
    if row.state == "stopped":
        raise Rejected("wrong-state", of="plan", state=row.state, act="stop", allowed="")
    row.state, row.stopped_at, row.stop_reason = "stopped", work.now, command["reason"]
    row.next_planned_on = row.next_on = row.next_fire_at = None
    row.version += 1
    repository.cancel_marks(work.session, row.id)
    return _answer(row)


def fire_plan(work: Work, command: dict[str, Any]) -> None:
    """A timer of a plan went off: open what is due, by the plan's rule for what is late, and set the next timer."""
    if work.principal is not None:  # only the scheduler sends it
        raise Rejected("forbidden", role=work.principal.role)
    if timers.came_early(work, command, command["plan"], "plan"):
        return
    row = _locked(work, command["plan"])
    if row is None or row.state != "running" or row.next_fire_at != command["fire_at"]:
        return  # changed, stopped, or done by another timer meanwhile
    due = list(_due(work, row))
    for place, one in enumerate(due):
        _take(work, row, one, opened=_is_opened(work, row, one, last=place == len(due) - 1))
    _set_next(work, row, due[-1].planned)


def moved_by_calendar(work: Work, year: int) -> int:
    """A year's working calendar was published: the next occurrences that it moves; old and new day are kept."""
    moved = 0
    running = select(PlanRow).where(PlanRow.state == "running", PlanRow.next_planned_on.is_not(None))
    for row in work.session.scalars(running.order_by(PlanRow.id).with_for_update()):
        planned, old = row.next_planned_on, row.next_on
        if planned is None or abs(planned.year - year) > 1:
            continue
        repository.cancel_marks(work.session, row.id)
        _set_next(work, row, planned - dt.timedelta(1))
        if row.next_on != old:
            _note(work, row, "next_on", old, row.next_on, f"working calendar of {year}")
            moved += 1
    return moved


def _values(work: Work, command: Mapping[str, Any], starts_on: dt.date) -> dict[str, Any]:
    """What the plan has: of the template, of the command, else by default."""
    base: dict[str, Any] = {**DEFAULTS, "title_en": None, "sample": None}
    if command["template"]:
        template = plans.template(command["template"], starts_on, work.settings.plans_file)
        if template is None:
            raise Rejected("not-found", what="template")
        base |= template.values
    named = {name: command[name] for name in ("kind", *CHANGED) if command[name] is not None}
    values = {**base, **named}
    for name in ("kind", "title_zh", "rule"):
        if values.get(name) is None:
            raise Rejected("bad-plan", pointer=f"/{name}", field=name, why=MISSING)
    return values


def _check(values: Mapping[str, Any], starts_on: dt.date) -> None:
    try:
        plans.check(values, starts_on)
    except plans.BadPlan as error:
        raise Rejected("bad-plan", pointer=f"/{error.field}", field=error.field, why=error.why) from None


def _check_place(work: Work, kind: str, organization: str | None, station: str | None) -> None:
    if organization is not None and organization not in organizations.codes(work.session):
        raise Rejected("unknown-organization", pointer="/organization", code=organization)
    if station is not None and (not organization or work.session.get(Station, (organization, station)) is None):
        raise Rejected("unknown-station", pointer="/station", code=station)
    if organization is not None and plans.PER[kind] == "center":
        raise Rejected("bad-plan", pointer="/organization", field="organization", why=OF_THE_NETWORK)


def _set_next(work: Work, row: PlanRow, after: dt.date) -> None:
    """Set the timer of the next occurrence after a planned day that is not taken yet; none left: the plan has ended."""
    taken = select(OccurrenceRow.planned_on).where(OccurrenceRow.plan == row.id, OccurrenceRow.planned_on > after)
    known = set(work.session.scalars(taken))
    falls = occurrences.falls(work.session, row, after)
    one = next((one for one in falls if one.planned not in known), None)
    if one is None:
        row.state, row.next_planned_on, row.next_on, row.next_fire_at = "ended", None, None, None
        return
    row.next_planned_on, row.next_on, row.provisional = one.planned, one.on, one.provisional
    row.next_fire_at = _fire_at(work, row, one)
    due_at = counting.end_of_day(one.on, work.settings.time_zone)
    timers.plan(work, row.id, work.settings.center, due_at, [Mark("plan", row.next_fire_at)])


def _fire_at(work: Work, row: PlanRow, one: Falls) -> dt.datetime:
    return counting.local_instant(one.on, dt.time.fromisoformat(row.opens), work.settings.time_zone)


def _due(work: Work, row: PlanRow) -> list[Falls]:
    """The occurrences whose moment has come; the first of them is the one whose timer went off."""
    assert row.next_planned_on is not None
    found: list[Falls] = []
    for one in occurrences.falls(work.session, row, row.next_planned_on - dt.timedelta(1)):
        if found and _fire_at(work, row, one) > work.now:
            break
        found.append(one)
    return found


def _is_opened(work: Work, row: PlanRow, one: Falls, *, last: bool) -> bool:
    """Whether the plan's rule opens an occurrence; one that is hardly late is never skipped."""
    if work.now - _fire_at(work, row, one) <= LATE or row.misfire == "each":
        return True
    return row.misfire == "latest" and last


def _take(work: Work, row: PlanRow, one: Falls, *, opened: bool) -> None:
    """Keep an occurrence, and open its tasks."""
    id_ = uuid5(row.id, one.planned.isoformat())
    if work.session.get(OccurrenceRow, id_) is not None:
        return
    first, last = occurrences.covered(row, one.planned)
    late = max(dt.timedelta(), work.now - _fire_at(work, row, one))
    made = OccurrenceRow(
        id=id_,
        plan=row.id,
        planned_on=one.planned,
        on=one.on,
        state="opened" if opened else "skipped",
        first_day=first,
        last_day=last,
        due_on=occurrences.due_on(work.session, row, max(one.on, work.today())),
        late_seconds=int(late.total_seconds()),
        tasks=0,
        at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    if opened:
        occurrences.open_tasks(work, row, made)


def _own(work: Work, command: Mapping[str, Any]) -> PlanRow:
    center_only(work)
    row = _locked(work, command["plan"])
    if row is None:
        raise Rejected("not-found", what="plan")
    if command["version"] is not None and command["version"] != row.version:
        raise Rejected("version-conflict", expected=command["version"], actual=row.version)
    return row


def _locked(work: Work, plan: UUID) -> PlanRow | None:
    found = select(PlanRow).where(PlanRow.id == plan).with_for_update().execution_options(populate_existing=True)
    return work.session.scalars(found).one_or_none()


def _note(work: Work, row: PlanRow, field: str, old: Any, new: Any, why: str) -> None:
    texts = {"old": None if old is None else str(old)[:500], "new": None if new is None else str(new)[:500]}
    by = work.principal.person if work.principal else None
    change = PlanChange(id=work.new_id(), plan=row.id, field=field, why=why, by=by, at=work.now, **texts)
    work.session.add(change)


def _answer(row: PlanRow) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "kind": row.kind,
        "state": row.state,
        "next_on": row.next_on.isoformat() if row.next_on else None,
        "version": row.version,
    }
