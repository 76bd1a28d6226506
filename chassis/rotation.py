"""Brings stored personal data under the newest key, a batch at a time, beside the running service.

Guarantee: each batch is one transaction on locked rows; an interruption loses nothing, and the next run goes on.
"""

from __future__ import annotations

import typing as t
from uuid import UUID

from sqlalchemy import inspect, select
from sqlalchemy.orm import DeclarativeBase, Session

from chassis import dead_letters
from chassis.database import Database
from chassis.errors import StartError
from chassis.vault import LostKey, Vault

BATCH = 200
LOOKED_AT = 3  # rows of a table from either end, to see whether the keys are those that sealed it


def rotate(database: Database, vault: Vault, base: type[DeclarativeBase]) -> t.Iterator[tuple[str, int]]:
    """Seal every table of a service anew, and its dead letters; yields each with how many of its rows changed."""
    for model, columns in sealed_models(base).items():
        changed, after = 0, None
        while True:
            with database.session() as session:
                done, after = rotate_batch(session, vault, model, columns, after)
            changed += done
            if after is None:
                break
        yield model.__tablename__, changed
    yield "dead_letters", _rotate_letters(database, vault)


def _rotate_letters(database: Database, vault: Vault) -> int:
    """Letters under the newest key; those that were kept before letters were sealed are sealed now.

    Raises StartError in the end for those that no key opens.
    """
    with database.session() as session:
        letters = dead_letters.held_ids(session)
    changed, lost = 0, []
    for letter in letters:
        with database.session() as session:
            try:
                changed += dead_letters.seal_anew(session, letter, vault)
            except LostKey:
                lost.append(str(letter))
    if lost:
        raise StartError(
            f"no key of AIDBUS_DATA_KEYS opens the dead letters {', '.join(lost)}: add the former key at the end, or "
            "discard them; the others are sealed anew"
        )
    return changed


def sealed_models(base: type[DeclarativeBase]) -> dict[type[t.Any], list[str]]:
    """Every table of a service that holds sealed columns, with their names."""
    found = {}
    for mapper in base.registry.mappers:
        columns = [column.key for column in mapper.column_attrs if column.key.endswith("_sealed")]
        if columns:
            found[mapper.class_] = columns
    return dict(sorted(found.items(), key=lambda item: item[0].__tablename__))


def samples(session: Session, base: type[DeclarativeBase]) -> list[str]:
    """Some sealed values of a service: those of the first and the last rows of each table."""
    found: list[str] = []
    for model, columns in sealed_models(base).items():
        key = inspect(model).primary_key[0]
        statement = select(*(getattr(model, name) for name in columns)).limit(LOOKED_AT)
        for order in (key, key.desc()):
            found += [value for row in session.execute(statement.order_by(order)) for value in row if value]
    return found


def opens(vault: Vault, sealed: str) -> bool:
    """Whether one of the keys opens this."""
    try:
        vault.open(sealed)
    except LostKey:
        return False
    return True


def rotate_batch(
    session: Session, vault: Vault, model: type[t.Any], columns: list[str], after: UUID | None
) -> tuple[int, UUID | None]:
    """Seal one batch anew; returns how many rows changed and where to go on (None: the table is done)."""
    key = inspect(model).primary_key[0]
    statement = select(model).order_by(key).limit(BATCH).with_for_update()
    rows = session.scalars(statement.where(key > after) if after is not None else statement).all()
    changed = 0
    for row in rows:
        stale = [name for name in columns if getattr(row, name) and not vault.is_newest(getattr(row, name))]
        for name in stale:
            setattr(row, name, vault.rotate(getattr(row, name)))
        changed += bool(stale)
    return changed, (getattr(rows[-1], key.key) if len(rows) == BATCH else None)
