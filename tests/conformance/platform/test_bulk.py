"""Many rows in one statement do the same on both databases, whatever their columns hold."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID

import pytest
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    Uuid,
    select,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from chassis import bulk
from chassis.database import Database, UtcDateTime, service_base
from tests.infrastructure.backends import Backend

TABLE = Table(
    "things",
    MetaData(),
    Column("place", String(40), primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("id", Uuid),
    Column("count", Integer),
    Column("share", Float),
    Column("is_open", Boolean),
    Column("day", Date),
    Column("moment", UtcDateTime),
    Column("words", Text),
    Column("content", LargeBinary),
    Column("document", JSON),
)
NOTHING = dict.fromkeys(("id", "count", "share", "is_open", "day", "moment", "words", "content", "document"))


def thing(number: int, place: str = "一", **other: t.Any) -> dict[str, t.Any]:
    full = {
        "id": UUID(int=number),
        "count": 2**31 - 1,
        "share": 0.1,
        "is_open": number % 2 == 0,
        "day": dt.date(2026, 11, 27),
        "moment": dt.datetime(2026, 11, 27, 1, 2, 3, 456789, tzinfo=dt.UTC),
        "words": 'a "quoted", \\ {word} NULL',
        "content": b"\x00\xff",
        "document": {"a": ["b", None]},
    }
    return {"place": place, "number": number, **full, **other}


@pytest.fixture
def database(backend: Backend) -> t.Iterator[Database]:
    database = Database(backend.create("intake"))
    TABLE.create(database.engine)
    yield database
    database.close()


def kept(database: Database) -> list[dict[str, t.Any]]:
    with database.session() as session:
        return [dict(row) for row in session.execute(select(TABLE).order_by(TABLE.c.number)).mappings()]


@pytest.mark.parametrize("many", [1, 3, 4, 60])
def test_rows_are_inserted_as_they_are_however_many(database: Database, many: int) -> None:
    rows = [thing(2**40 + number, **(NOTHING if number % 3 == 1 else {})) for number in range(many)]
    with database.session() as session:
        bulk.insert_all(session, TABLE, rows)
        bulk.insert_all(session, TABLE, [])
    assert kept(database) == rows


def test_of_new_rows_the_keys_are_told_and_others_stay_as_they_were(database: Database) -> None:
    with database.session() as session:
        assert bulk.insert_new(session, TABLE, [thing(1), thing(2)]) == [("一", 1), ("一", 2)]
    with database.session() as session:
        assert bulk.insert_new(session, TABLE, [thing(2, count=7), thing(3)]) == [("一", 3)]
    assert [row["count"] for row in kept(database)] == [2**31 - 1] * 3


@pytest.mark.parametrize("many", [1, 5])
def test_keys_are_deleted_and_others_stay(database: Database, many: int) -> None:
    with database.session() as session:
        bulk.insert_all(session, TABLE, [thing(number) for number in range(many + 2)])
        bulk.delete_keys(session, TABLE, [("一", number) for number in range(many)] + [("二", 99)])
    assert [row["number"] for row in kept(database)] == [many, many + 1]


@pytest.mark.parametrize("many", [1, 5])
def test_a_sum_is_added_to_and_begins_with_what_it_is_given(database: Database, many: int) -> None:
    rows = [{"place": "一", "number": number, "count": 7} for number in range(many)]
    with database.session() as session:
        bulk.add_to(session, TABLE, "count", rows)
        bulk.add_to(session, TABLE, "count", [*rows, {"place": "一", "number": 99, "count": -1}])
    assert [row["count"] for row in kept(database)] == [14] * many + [-1]


@pytest.mark.parametrize("many", [1, 5])
def test_a_row_takes_the_place_of_the_one_with_its_key_and_others_stay(database: Database, many: int) -> None:
    with database.session() as session:
        bulk.insert_all(session, TABLE, [thing(number, count=1) for number in range(many + 1)])
        bulk.replace(session, TABLE, [thing(number, count=2) for number in (*range(many), 99)])
    assert [(row["number"], row["count"]) for row in kept(database)] == [
        *((number, 2) for number in range(many)),
        (many, 1),
        (99, 2),
    ]


class Thing(service_base()):  # type: ignore[misc]
    """A mapped row that leaves one column to its default."""

    __tablename__ = "objects"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    words: Mapped[str] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20), server_default="new")


def test_an_object_is_inserted_and_goes_on_as_one_that_was_read(database: Database) -> None:
    Thing.metadata.create_all(database.engine)
    thing = Thing(id=UUID(int=1), words="一")
    with database.session() as session:
        bulk.insert_object(session, thing)
        assert session.get(Thing, thing.id) is thing
        assert (thing.state, thing.note) == ("new", None)
        thing.words = "二"
    with database.session() as session:
        assert session.get_one(Thing, thing.id).words == "二", "what changes later is written as of any object"
    with pytest.raises(IntegrityError), database.session() as session:
        bulk.insert_object(session, Thing(id=UUID(int=1), words="三"))


def test_a_row_that_is_there_is_refused_where_all_must_be_new(database: Database) -> None:
    with database.session() as session:
        bulk.insert_all(session, TABLE, [thing(1)])
    with pytest.raises(IntegrityError), database.session() as session:
        bulk.insert_all(session, TABLE, [thing(2), thing(1)])
    assert [row["number"] for row in kept(database)] == [1]


def test_which_keys_are_there_is_found_in_one_question(database: Database) -> None:
    with database.session() as session:
        bulk.insert_all(session, TABLE, [thing(number, place) for number in range(900) for place in ("一", "二")])
        asked = {(place, number) for number in range(450, 1350) for place in ("一", "三")}
        there = bulk.present(session, TABLE, ("place", "number"), asked)
        assert there == {("一", number) for number in range(450, 900)}
        assert bulk.present(session, TABLE, ("place", "number"), set()) == set()
