"""Many rows in one statement: what the outbox and inbox do for every batch, without a bind parameter per value.

PostgreSQL gets one array a column (``unnest``), so the statement's text is always the same and stays prepared; of a few
rows it gets the values, for the driver takes twenty times as long over an array as over a value. SQLite gets
``executemany``. Both behave alike; rows that are there are left as they are, but by ``replace``.
"""

from __future__ import annotations

import functools
import typing as t

import orjson
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    Uuid,
    inspect,
    select,
    tuple_,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, make_transient_to_detached

from chassis.database import UtcDateTime

FEW = 3  # rows; a statement's text differs with their number
ARRAYS: tuple[tuple[type, str], ...] = (
    (Uuid, "uuid[]"),
    (BigInteger, "bigint[]"),
    (Integer, "integer[]"),
    (Boolean, "boolean[]"),
    (Date, "date[]"),
    (Float, "double precision[]"),
    (LargeBinary, "bytea[]"),
    (UtcDateTime, "timestamptz[]"),
    (Text, "text[]"),
    (String, "text[]"),
    (JSON, "text[]::jsonb[]"),
)


def insert_new(session: Session, table: Table, rows: t.Sequence[t.Mapping[str, t.Any]]) -> list[tuple[t.Any, ...]]:
    """Insert rows that all have the same columns; returns the primary keys of those that were not there yet."""
    if not rows:
        return []
    names = tuple(rows[0])
    if session.get_bind().dialect.name == "postgresql":
        sql = _insert_new_sql(table, names, _count(rows))
        return [tuple(row) for row in session.connection().exec_driver_sql(sql, _values(table, names, rows))]
    statement: t.Any = insert_ignore(session, table).returning(*table.primary_key.columns)
    return [tuple(row) for row in session.execute(statement, list(rows))]


def insert_all(session: Session, table: Table, rows: t.Sequence[t.Mapping[str, t.Any]]) -> None:
    """Insert rows that all have the same columns; raises IntegrityError when one is there already."""
    if not rows:
        return
    if session.get_bind().dialect.name == "postgresql":
        names = tuple(rows[0])
        sql = _insert_sql(table, names, _count(rows))
        session.connection().exec_driver_sql(sql, _values(table, names, rows))
    else:
        session.execute(table.insert(), list(rows))


def insert_object(session: Session, row: t.Any) -> None:
    """Insert a new mapped object as it stands, and go on with it as if it had been read.

    For rows that are inserted for every message: the unit of work takes longer on its way than the statement does.
    What the object does not say is left to the column's default. Raises IntegrityError when it is there already.
    """
    said = inspect(row).dict
    table = t.cast(Table, row.__table__)
    insert_all(session, table, [{column.name: said[column.name] for column in table.columns if column.name in said}])
    make_transient_to_detached(row)
    session.add(row)


def add_to(session: Session, table: Table, column: str, rows: t.Sequence[t.Mapping[str, t.Any]]) -> None:
    """Add to a column of the rows with these primary keys; one that is not there yet begins with what it is given."""
    if not rows:
        return
    names = tuple(rows[0])
    if session.get_bind().dialect.name == "postgresql":
        sql = _add_sql(table, names, column, _count(rows))
        session.connection().exec_driver_sql(sql, _values(table, names, rows))
        return
    new = sqlite.insert(table)
    added = {column: table.c[column] + new.excluded[column]}
    session.execute(new.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=added), list(rows))


def replace(session: Session, table: Table, rows: t.Sequence[t.Mapping[str, t.Any]]) -> None:
    """Insert rows that all have the same columns; each takes the place of the one with its primary key."""
    if not rows:
        return
    names = tuple(rows[0])
    if session.get_bind().dialect.name == "postgresql":
        sql = _replace_sql(table, names, _count(rows))
        session.connection().exec_driver_sql(sql, _values(table, names, rows))
        return
    new = sqlite.insert(table)
    said = {name: new.excluded[name] for name in _beside_key(table, names)}
    session.execute(new.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=said), list(rows))


def delete_keys(session: Session, table: Table, keys: t.Sequence[tuple[t.Any, ...]]) -> None:
    """Delete rows by primary key."""
    if not keys:
        return
    primary: list[t.Any] = list(table.primary_key.columns)
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql(_delete_sql(table, _count(keys)), _flat(keys))
        return
    for start in range(0, len(keys), 400):
        session.execute(table.delete().where(tuple_(*primary).in_(keys[start : start + 400])))


def present(
    session: Session, table: Table, names: tuple[str, ...], keys: t.Collection[tuple[t.Any, ...]]
) -> set[tuple[t.Any, ...]]:
    """Which of the keys, values of the named columns, are in the table."""
    asked = list(keys)
    if not asked:
        return set()
    if session.get_bind().dialect.name == "postgresql":
        sql = _present_sql(table, names, _count(asked))
        return {tuple(row) for row in session.connection().exec_driver_sql(sql, _flat(asked))}
    found = [table.c[name] for name in names]
    rows = (
        session.execute(select(*found).where(tuple_(*found).in_(asked[start : start + 400])))
        for start in range(0, len(asked), 400)
    )
    return {tuple(row) for some in rows for row in some}


def insert_ignore(session: Session, table: t.Any) -> t.Any:
    """``INSERT … ON CONFLICT DO NOTHING`` in the session's dialect, as a statement that can be added to."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


@functools.cache
def _insert_sql(table: Table, names: tuple[str, ...], count: int) -> str:
    return f"INSERT INTO {table.name} ({', '.join(names)}) SELECT * FROM {_given(table, names, count)} AS given"


@functools.cache
def _insert_new_sql(table: Table, names: tuple[str, ...], count: int) -> str:
    keys = ", ".join(column.name for column in table.primary_key.columns)
    return f"{_insert_sql(table, names, count)} ON CONFLICT DO NOTHING RETURNING {keys}"


@functools.cache
def _add_sql(table: Table, names: tuple[str, ...], column: str, count: int) -> str:
    keys = ", ".join(column.name for column in table.primary_key.columns)
    added = f"{column} = {table.name}.{column} + excluded.{column}"
    return f"{_insert_sql(table, names, count)} ON CONFLICT ({keys}) DO UPDATE SET {added}"


@functools.cache
def _replace_sql(table: Table, names: tuple[str, ...], count: int) -> str:
    keys = ", ".join(column.name for column in table.primary_key.columns)
    said = ", ".join(f"{name} = excluded.{name}" for name in _beside_key(table, names))
    return f"{_insert_sql(table, names, count)} ON CONFLICT ({keys}) DO UPDATE SET {said}"


def _beside_key(table: Table, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if not table.c[name].primary_key]


@functools.cache
def _delete_sql(table: Table, count: int) -> str:
    names = tuple(column.name for column in table.primary_key.columns)
    match = " AND ".join(f"{table.name}.{name} = gone.{name}" for name in names)
    return f"DELETE FROM {table.name} USING {_given(table, names, count)} AS gone ({', '.join(names)}) WHERE {match}"


@functools.cache
def _present_sql(table: Table, names: tuple[str, ...], count: int) -> str:
    match = " AND ".join(f"{table.name}.{name} = asked.{name}" for name in names)
    asked = f"{_given(table, names, count)} AS asked ({', '.join(names)})"
    return f"SELECT * FROM {asked} WHERE EXISTS (SELECT 1 FROM {table.name} WHERE {match})"


def _given(table: Table, names: tuple[str, ...], count: int) -> str:
    """The rows as something to select from: ``count`` of them value by value, or (0) any number in arrays.

    ``b``: binary, nothing is escaped.
    """
    arrays = [_array(table, name) for name in names]
    if not count:
        return f"unnest({', '.join(f'%b::{array}' for array in arrays)})"
    row = ", ".join(f"%b::{array.replace('[]', '')}" for array in arrays)
    return f"(VALUES {', '.join([f'({row})'] * count)})"


def _count(rows: t.Sequence[t.Any]) -> int:
    return len(rows) if len(rows) <= FEW else 0


def _flat(rows: t.Sequence[tuple[t.Any, ...]]) -> tuple[t.Any, ...]:
    """The parameters of ``_given``."""
    if len(rows) <= FEW:
        return tuple(value for row in rows for value in row)
    return tuple(map(list, zip(*rows, strict=True)))


def _values(table: Table, names: tuple[str, ...], rows: t.Sequence[t.Mapping[str, t.Any]]) -> tuple[t.Any, ...]:
    documents = _documents(table, names)
    if documents:
        rows = [{**row, **{name: _document(row[name]) for name in documents}} for row in rows]
    return _flat([tuple(row[name] for name in names) for row in rows])


def _document(value: t.Any) -> str | None:
    return None if value is None else orjson.dumps(value).decode()


@functools.cache
def _documents(table: Table, names: tuple[str, ...]) -> tuple[str, ...]:
    """The columns that hold documents: they travel as text."""
    return tuple(name for name in names if isinstance(table.c[name].type, JSON))


def _array(table: Table, name: str) -> str:
    kind = table.c[name].type
    return next(array for python, array in ARRAYS if isinstance(kind, python))
