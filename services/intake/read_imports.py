"""What is asked about files of many rows: how far they are, and every bad row."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.errors import Rejected
from chassis.work import Read
from services.intake.models import Import, ImportBatch
from services.intake.pages import Answer, Params, as_uuid, page

PLAIN = ("file", "sha256", "dry_run", "state", "rows", "batches", "received", "checked", "entered", "already_there",
         "faulty")  # fmt: skip
AT_ONCE = 200  # faults in an answer, about
MISSING = 100


def described(session: Session, row: Import) -> Answer:
    """An import as callers see it."""
    return {
        **{name: getattr(row, name) for name in PLAIN},
        "id": str(row.id),
        "missing": _missing(session, row) if row.state == "receiving" else [],
        "begun_at": row.begun_at.isoformat(),
        "finished_at": row.finished_at.isoformat() if row.finished_at else None,
    }


def _missing(session: Session, row: Import) -> list[int]:
    here = set(session.scalars(select(ImportBatch.number).where(ImportBatch.import_id == row.id)))
    return [number for number in range(row.batches) if number not in here][:MISSING]


def list_imports(read: Read, params: Params) -> Answer:
    """Imports, newest first; the center's affair alone."""
    _center_only(read)
    statement = select(Import)
    if params.get("state"):
        statement = statement.where(Import.state == params["state"])
    return page(read, statement, Import, params, lambda read, row: described(read.session, row))


def import_(read: Read, params: Params) -> Answer:
    """How far one import is."""
    return described(read.session, _found(read, params))


def import_faults(read: Read, params: Params) -> Answer:
    """Every bad row with its reason, in the order of the file; whole pieces until there are enough."""
    row = _found(read, params)
    statement = select(ImportBatch.number, ImportBatch.kind, ImportBatch.faults).where(
        ImportBatch.import_id == row.id, ImportBatch.number > (-1 if params.get("after") is None else params["after"])
    )
    items: list[Answer] = []
    last = None
    for number, kind, faults in read.session.execute(statement.order_by(ImportBatch.number)):
        if len(items) >= AT_ONCE and faults:
            return {"items": items, "next": last}
        items += [{"kind": kind, **fault} for fault in faults]
        last = number
    return {"items": items, "next": None}


def _found(read: Read, params: Params) -> Import:
    _center_only(read)
    row = read.session.get(Import, as_uuid(params["upload"]))
    if row is None:
        raise Rejected("not-found", what="import")
    return row


def _center_only(read: Read) -> None:
    if not read.principal.sees_all:
        raise Rejected("forbidden", role=read.principal.role)
