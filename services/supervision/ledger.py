"""The ledger of what was heard, and the figures that are kept from it.

Guarantee: the facts of a subject are what ``figures.fold`` makes of all that the ledger holds about it, and the rollups
are the sums of the facts, after every message, in whatever order and however often messages come. So both can be made
anew from the ledger at any time (rebuild.py) and are the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Table, Uuid, bindparam, delete, select, tuple_
from sqlalchemy.orm import Session

from chassis import bulk
from services.supervision.domain import figures
from services.supervision.domain.figures import Counted, Heard
from services.supervision.models import FactRow, LedgerRow, Rollup

Key = tuple[UUID, str]
Cell = tuple[str, str, str, str, dt.date, str]
BY = ("recipient_group", "form_of_aid", "matter", "result")
SUBJECT = bindparam("subject", type_=Uuid)
HEARD = select(LedgerRow.id, LedgerRow.type, LedgerRow.data).where(LedgerRow.subject == SUBJECT).order_by(LedgerRow.id)
FACTS = select(FactRow.__table__).where(FactRow.subject == SUBJECT)
CELL = ("organization", "dimension", "station", "key", "month", "measure")


def hear(session: Session, message_id: UUID, message_type: str, event: Mapping[str, Any], zone: ZoneInfo) -> None:
    """Keep what counts of an event, and bring the figures of its subject up to date; heard twice, it changes nothing.

    The caller holds a lock on the subject where several events are about it (``repository.dossier``, the row itself).
    """
    subject = figures.subject_of(message_type, event)
    if subject is None:
        return
    kept = figures.kept_of(message_type, event)
    row = {"id": message_id, "subject": subject, "type": message_type, "data": kept}
    if not bulk.insert_new(session, cast(Table, LedgerRow.__table__), [row]):
        return
    if figures.RULES[message_type].alone:
        wanted = figures.fold([Heard(message_id, message_type, kept)], zone)
        _add_new(session, [row_of(subject, counted) for counted in wanted.values()])
        return
    known = heard(session, subject)
    stored = facts_of(session, subject) if len(known) > 1 else {}  # of a subject that is new nothing is counted yet
    _settle(session, subject, figures.fold(known, zone), stored)


def hear_alone(session: Session, message_type: str, events: Sequence[Mapping[str, Any]], zone: ZoneInfo) -> None:
    """``hear`` for many events that a message tells at once, each the only one about its subject, whose id it bears."""
    kept = {event[figures.RULES[message_type].subject]: figures.kept_of(message_type, event) for event in events}
    rows = [{"id": key, "subject": key, "type": message_type, "data": data} for key, data in kept.items()]
    new = [key for (key,) in bulk.insert_new(session, cast(Table, LedgerRow.__table__), rows)]
    facts = [
        row_of(key, counted)
        for key in new
        for counted in figures.fold([Heard(key, message_type, kept[key])], zone).values()
    ]
    _add_new(session, facts)


def heard(session: Session, subject: UUID) -> list[Heard]:
    """All that the ledger holds about a subject."""
    return [Heard(*row) for row in session.execute(HEARD, {"subject": subject})]


def facts_of(session: Session, subject: UUID) -> dict[Key, dict[str, Any]]:
    """The facts of a subject as they are kept."""
    rows = session.execute(FACTS, {"subject": subject}).mappings()
    return {(row["source"], row["measure"]): dict(row) for row in rows}


def settle(session: Session, subject: UUID, wanted: Mapping[Key, Counted]) -> None:
    """Make the facts of a subject what they should be; rollups follow by the difference."""
    _settle(session, subject, wanted, facts_of(session, subject))


def _settle(
    session: Session, subject: UUID, wanted: Mapping[Key, Counted], stored: Mapping[Key, dict[str, Any]]
) -> None:
    fresh = {key: row_of(subject, counted) for key, counted in wanted.items()}
    gone = [row for key, row in stored.items() if fresh.get(key) != row]
    new = [row for key, row in fresh.items() if stored.get(key) != row]
    if gone:
        keys = [(row["source"], row["measure"]) for row in gone]
        session.execute(delete(FactRow).where(tuple_(FactRow.source, FactRow.measure).in_(keys)))
    bulk.insert_all(session, cast(Table, FactRow.__table__), new)
    change_rollups(session, [*((row, 1) for row in new), *((row, -1) for row in gone)])


def row_of(subject: UUID, counted: Counted) -> dict[str, Any]:
    """A fact as a row."""
    fact = counted.fact
    values = {"value": fact.value, "day": fact.day, "result": fact.result}
    return {"source": fact.source, "measure": fact.measure, "subject": subject, **values, **counted.place}


def _add_new(session: Session, facts: Sequence[Mapping[str, Any]]) -> None:
    """Facts of subjects of which nothing else is ever heard: only those that are not there yet count."""
    added = set(bulk.insert_new(session, cast(Table, FactRow.__table__), facts))
    change_rollups(session, [(row, 1) for row in facts if (row["source"], row["measure"]) in added])


def change_rollups(session: Session, changes: Iterable[tuple[Mapping[str, Any], int]]) -> None:
    """Add facts to the sums (+1) or take them away (-1)."""
    deltas: dict[Cell, int] = {}
    for row, sign in changes:
        for cell in cells_of(row):
            deltas[cell] = deltas.get(cell, 0) + sign * row["value"]
    rows = [{**dict(zip(CELL, cell, strict=True)), "value": value} for cell, value in sorted(deltas.items()) if value]
    # in one order, so that two transactions never wait for each other crosswise
    bulk.add_to(session, cast(Table, Rollup.__table__), "value", rows)


def cells_of(row: Mapping[str, Any]) -> list[Cell]:
    """The sums to which a fact belongs: its station's, and its organization's in all and by each other dimension."""
    organization, month, measure = row["organization"], figures.month_of(row["day"]), row["measure"]
    cells: list[Cell] = [
        (organization, "organization", "", "", month, measure),
        (organization, "station", row["station"], "", month, measure),
    ]
    return cells + [(organization, name, "", row[name], month, measure) for name in BY if row[name]]


def names_of(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Facts as an operator reads them: what and how much, nothing of whom."""
    return [
        f"{row['source']} {row['measure']} = {row['value']} on {row['day']} at {row['organization']}" for row in rows
    ]
