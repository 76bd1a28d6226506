"""Figures from scratch: facts from the ledger and the tasks, rollups from the facts; or a check that nothing differs.

Guarantee: one transaction; the result is the same as what was kept message by message. Subjects are gone through a
chunk at a time, so memory stays small whatever the years.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Date, Select, cast, delete, except_, func, insert, literal, select, text, union, union_all
from sqlalchemy.orm import Session

from services.supervision import ledger
from services.supervision.domain import figures
from services.supervision.domain.figures import Counted, Heard
from services.supervision.ledger import BY, CELL, Key, row_of
from services.supervision.models import FactRow, Feedback, LedgerRow, Rollup, Task
from services.supervision.records import counted_of_task

CHUNK = 2000
SHOWN = 20


@dataclass
class Difference:
    """What the figures kept have and the ones made anew have not, and the other way round; the first few in words."""

    facts: int = 0
    rollups: int = 0
    missing: list[str] = field(default_factory=list)
    surplus: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.facts or self.rollups)


def rebuild(session: Session, zone: ZoneInfo) -> tuple[int, int]:
    """Make all figures anew; returns how many facts and rollups there are. Writers wait meanwhile, readers do not."""
    _hold(session)
    session.execute(delete(Rollup))
    session.execute(delete(FactRow))
    facts = 0
    for subjects in _chunks(session, with_facts=False):
        rows = list(_wanted(session, subjects, zone).values())
        if rows:
            session.execute(insert(FactRow.__table__), rows)
        facts += len(rows)
    session.execute(insert(Rollup.__table__).from_select([*CELL, "value"], sums_of_facts(session)))
    return facts, session.scalar(select(func.count()).select_from(Rollup)) or 0


def check(session: Session, zone: ZoneInfo) -> Difference:
    """Compare what is kept with what would be made anew; changes nothing."""
    _hold(session)
    found = Difference()
    for subjects in _chunks(session, with_facts=True):
        wanted = _wanted(session, subjects, zone)
        between = FactRow.subject.between(subjects[0], subjects[-1])
        rows = session.execute(select(FactRow.__table__).where(between)).mappings()
        kept: dict[Key, dict[str, Any]] = {(row["source"], row["measure"]): dict(row) for row in rows}
        missing = [row for key, row in wanted.items() if kept.get(key) != row]
        surplus = [row for key, row in kept.items() if wanted.get(key) != row]
        found.facts += len({(row["source"], row["measure"]) for row in (*missing, *surplus)})
        found.missing += ledger.names_of(missing[: SHOWN - len(found.missing)])
        found.surplus += ledger.names_of(surplus[: SHOWN - len(found.surplus)])
    kept_sums = select(*(getattr(Rollup, name) for name in CELL), Rollup.value).where(Rollup.value != 0)
    sums = sums_of_facts(session)
    for one, other in ((kept_sums, sums), (sums, kept_sums)):
        differing = except_(select(one.subquery()), select(other.subquery())).subquery()
        found.rollups += session.scalar(select(func.count()).select_from(differing)) or 0
    return found


def sums_of_facts(session: Session) -> Any:
    """Every rollup as the facts make it."""
    whole = _sum(session, "organization", literal(""), literal(""))
    stations = _sum(session, "station", FactRow.station, literal(""))
    return union_all(whole, stations, *(_by(session, name) for name in BY))


def _by(session: Session, name: str) -> Select[Any]:
    column = getattr(FactRow, name)
    return _sum(session, name, literal(""), column).where(column != "")


def _sum(session: Session, dimension: str, station: Any, key: Any) -> Select[Any]:
    month: Any = cast(func.date_trunc("month", FactRow.day), Date)
    if session.get_bind().dialect.name == "sqlite":
        month = func.date(FactRow.day, "start of month", type_=Date)
    named = {
        "organization": FactRow.organization,
        "dimension": literal(dimension),
        "station": station,
        "key": key,
        "month": month,
        "measure": FactRow.measure,
    }
    total = func.sum(FactRow.value)
    columns = [named[name].label(name) for name in CELL]
    group = [named[name] for name in ("organization", "month", "measure")]
    group += [one for one in (station, key) if not hasattr(one, "effective_value")]
    return select(*columns, total.label("value")).group_by(*group).having(total != 0)


def _chunks(session: Session, *, with_facts: bool) -> Iterator[list[UUID]]:
    """Every subject that counts anything, in order; ``with_facts``: those of the facts that are kept as well."""
    parts = [select(LedgerRow.subject), select(Task.id.label("subject"))]
    parts += [select(FactRow.subject)] if with_facts else []
    subjects = union(*parts).subquery()
    after: UUID | None = None
    while True:
        statement = select(subjects.c.subject).order_by(subjects.c.subject).limit(CHUNK)
        found = list(session.scalars(statement.where(subjects.c.subject > after) if after else statement))
        if found:
            yield found
        if len(found) < CHUNK:
            return
        after = found[-1]


def _wanted(session: Session, subjects: list[UUID], zone: ZoneInfo) -> dict[Key, dict[str, Any]]:
    """The facts of a chunk of subjects as they should be, as rows."""
    first, last = subjects[0], subjects[-1]
    found: dict[Key, dict[str, Any]] = {}
    of: dict[UUID, list[Heard]] = {}
    columns = (LedgerRow.subject, LedgerRow.id, LedgerRow.type, LedgerRow.data)
    for subject, *rest in session.execute(select(*columns).where(LedgerRow.subject.between(first, last))):
        of.setdefault(subject, []).append(Heard(*rest))
    for subject, events in of.items():
        _take(found, subject, figures.fold(events, zone))
    tasks = session.scalars(select(Task).where(Task.id.between(first, last))).all()
    said = {row.task: row for row in session.scalars(select(Feedback).where(Feedback.task.between(first, last)))}
    for task in tasks:
        _take(found, task.id, counted_of_task(task, said.get(task.id), zone))
    session.expire_all()
    return found


def _take(found: dict[Key, dict[str, Any]], subject: UUID, wanted: Mapping[Key, Counted]) -> None:
    found |= {key: row_of(subject, counted) for key, counted in wanted.items()}


def _hold(session: Session) -> None:
    """Writers wait until the end; what they have heard by then they add to the new figures."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE tasks, ledger, facts, rollups IN EXCLUSIVE MODE"))
