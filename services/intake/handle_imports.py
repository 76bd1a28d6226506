"""Files of many rows: received piece by piece, checked whole, then entered piece by piece; a bad row, and nothing is.

Each piece is a transaction of its own that says when the next one comes, so a crash anywhere goes on where it was, and
other work of the center takes its turn between pieces.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID

from sqlalchemy import select

from chassis.errors import Rejected
from chassis.work import Work
from services.intake import guards, importing
from services.intake.domain.sheets import Fault
from services.intake.models import Import, ImportBatch
from services.intake.read_imports import described

Command = dict[str, t.Any]


def begin_import(work: Work, command: Command) -> Command:
    """Announce a file. The same one again, under way or entered, is that same import: nothing is entered twice."""
    guards.center_only(work)
    resume_key = f"{command['sha256']} {'dry run' if command['dry_run'] else 'entered'}"
    row = work.session.scalar(select(Import).where(Import.resume_key == resume_key))
    if row is not None and (row.batches, row.rows) != (command["batches"], command["rows"]):
        if row.state != "receiving":
            return described(work.session, row)
        _end(work, row, "refused")  # cut into other pieces: it is received anew
        work.session.flush()
        row = None
    if row is None:
        row = Import(
            id=work.new_id(),
            organization=work.organization,
            resume_key=resume_key,
            state="receiving",
            received=0,
            received_rows=0,
            checked=0,
            entered=0,
            already_there=0,
            faulty=0,
            by_person=guards.caller(work).person,
            begun_at=work.now,
            heard_at=work.now,
            **{name: command[name] for name in ("file", "sha256", "dry_run", "rows", "batches")},
        )
        work.session.add(row)
        work.session.flush()
        _lapse_at(work, row, work.now + dt.timedelta(days=work.settings.import_days))
    return described(work.session, row)


def stage_rows(work: Work, command: Command) -> Command:
    """Take in one piece; the same piece again changes nothing. The last one lets the check begin."""
    guards.center_only(work)
    row = _upload(work, command["upload"])
    if row is None:
        raise Rejected("not-found", what="import")
    piece = command["piece"]
    if piece >= row.batches:
        raise Rejected("wrong-batch", pointer="/piece", batches=row.batches, piece=piece)
    if row.state != "receiving" or _batch(work, row, piece) is not None:
        return described(work.session, row)
    row.received_rows += len(command["rows"])
    if row.received_rows > row.rows:
        raise Rejected("more-rows-than-announced", pointer="/rows", rows=row.rows)
    work.session.add(
        ImportBatch(
            id=work.new_id(),
            import_id=row.id,
            rows_sealed=work.settings.vault.seal_json(command["rows"]),
            number=piece,
            faults=[],
            **{name: command[name] for name in ("kind", "headings", "first_row")},
        )
    )
    row.received += 1
    row.heard_at = work.now
    if row.received == row.batches:
        row.state = "waiting"
        _go_on(work, row, "check", 0)
    work.session.flush()
    return described(work.session, row)


def go_on_with_import(work: Work, command: Command) -> None:
    """Check or enter one piece, and say that the next one comes."""
    row = _upload(work, command["upload"])
    if row is None or row.state != "waiting":
        return
    batch = t.cast(ImportBatch, _batch(work, row, command["piece"]))
    if command["act"] == "check":
        _check(work, row, batch)
    else:
        _enter(work, row, batch)


def _check(work: Work, row: Import, batch: ImportBatch) -> None:
    rows = len(work.settings.vault.open_json(t.cast(str, batch.rows_sealed)))
    piece = importing.check(work, row, batch)
    row.checked += rows
    _keep_faults(row, batch, piece.faults)
    if batch.kind in importing.OF_ASSIGNMENT and piece.fresh:
        _hand_over(work, row, batch, piece, "check")
    else:
        _checked(work, row, batch, piece.already_there)


def _checked(work: Work, row: Import, batch: ImportBatch, already_there: int) -> None:
    row.already_there += already_there
    if batch.number + 1 < row.batches:
        _go_on(work, row, "check", batch.number + 1)
    elif row.faulty:
        _end(work, row, "refused")
    elif row.dry_run:
        _end(work, row, "checked")
    else:
        row.already_there = 0  # counted anew: others may enter rows meanwhile
        _go_on(work, row, "enter", 0)


def _enter(work: Work, row: Import, batch: ImportBatch) -> None:
    piece = importing.look_again(work, row, batch)
    _keep_faults(row, batch, piece.faults)  # only what others changed since the check
    if batch.kind in importing.OF_ASSIGNMENT and piece.fresh:
        _hand_over(work, row, batch, piece, "enter")
        return
    if piece.fresh:
        importing.ENTERS[batch.kind](work, [body for _, body in piece.fresh])
    _entered(work, row, batch, len(piece.fresh), piece.already_there)


def _entered(work: Work, row: Import, batch: ImportBatch, fresh: int, already_there: int) -> None:
    row.entered += fresh
    row.already_there += already_there
    batch.rows_sealed = None
    work.session.flush()
    if batch.number + 1 < row.batches:
        _go_on(work, row, "enter", batch.number + 1)
    else:
        _end(work, row, "done")


def _hand_over(work: Work, row: Import, batch: ImportBatch, piece: importing.Piece, act: str) -> None:
    """Assignment keeps this register: it looks at the rows, or enters them, and says what came of it."""
    told = importing.told_of(work, row, batch, piece, act)
    too_much = importing.too_much(batch, told)
    if too_much is not None:  # found when it is checked, so that no piece fails on its way in
        _keep_faults(row, batch, [too_much])
        _checked(work, row, batch, piece.already_there)
        return
    work.emit("intake.rows_read.v1", told, organization=row.organization, subject=row.id)


def rows_taken(work: Work, event: Command) -> None:
    """Assignment has looked at a piece of its registers, or entered it: the next one comes."""
    row = _upload(work, event["upload"])
    if row is None or row.state != "waiting":
        return
    batch = t.cast(ImportBatch, _batch(work, row, event["piece"]))
    _keep_faults(row, batch, importing.told_against(batch, event["faults"]))
    if event["act"] == "check":
        _checked(work, row, batch, event["already_there"])
    else:
        _entered(work, row, batch, event["fresh"], event["already_there"])


def _keep_faults(row: Import, batch: ImportBatch, found: t.Sequence[Fault]) -> None:
    """Beside those that are kept already: a piece is looked at here and, of some registers, by assignment."""
    told = [{"row": one.row, "column": one.column, "zh": one.zh, "en": one.en} for one in found]
    batch.faults = sorted([*batch.faults, *told], key=lambda fault: t.cast(int, fault["row"]))
    row.faulty += len({one.row for one in found})


def lapse_import(work: Work, command: Command) -> None:
    """A file that was never sent whole is given up some days after its last piece; its rows are not kept."""
    row = _upload(work, command["upload"])
    if row is None or row.state != "receiving":
        return
    over = row.heard_at + dt.timedelta(days=work.settings.import_days)
    if work.now < over:
        _lapse_at(work, row, over)
    else:
        _end(work, row, "expired")


def _lapse_at(work: Work, row: Import, moment: dt.datetime) -> None:
    data = {"upload": row.id}
    work.emit("intake.lapse_import.v1", data, organization=row.organization, subject=row.id, available_at=moment)


def _end(work: Work, row: Import, state: str) -> None:
    row.state, row.finished_at = state, work.now
    if state != "done":
        row.resume_key = None  # a corrected network may make the same file good
    importing.forget(work, row.id)


def _go_on(work: Work, row: Import, act: str, piece: int) -> None:
    data = {"upload": row.id, "act": act, "piece": piece}
    work.emit("intake.go_on_with_import.v1", data, organization=row.organization, subject=row.id)


def _upload(work: Work, upload: UUID) -> Import | None:
    """An import, locked until the transaction ends: its pieces may come through several processes."""
    return work.session.get(Import, upload, with_for_update=True, populate_existing=True)


def _batch(work: Work, row: Import, number: int) -> ImportBatch | None:
    named = select(ImportBatch).where(ImportBatch.import_id == row.id, ImportBatch.number == number)
    return work.session.scalar(named)
