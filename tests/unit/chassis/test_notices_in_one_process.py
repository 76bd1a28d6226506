"""An SQLite file has one process: it tells itself what there is to do, once the transaction has committed."""

from __future__ import annotations

import typing as t

import pytest

from chassis import notices
from chassis.database import Database


@pytest.fixture
def database() -> t.Iterator[Database]:
    database = Database("sqlite://")
    yield database
    database.close()


def test_it_hears_after_the_commit_and_not_before(database: Database) -> None:
    heard: list[list[str]] = []
    listener = notices.Listener("alpha", database, {"news": heard.append})
    listener.run()
    assert listener.is_listening
    with database.session() as session:
        notices.say(session, "news", "one", "two")
        notices.say(session, "unheard")
        assert heard == []
    assert heard == [["one", "two"]]


def test_what_was_rolled_back_is_not_told(database: Database) -> None:
    heard: list[list[str]] = []
    notices.Listener("alpha", database, {"news": heard.append}).run()
    with database.session() as session:
        notices.say(session, "news")
        session.rollback()
    assert heard == []


def test_who_stopped_hears_nothing_more(database: Database) -> None:
    heard: list[list[str]] = []
    listener = notices.Listener("alpha", database, {"news": heard.append})
    listener.run()
    listener.stop()
    assert not listener.is_listening
    with database.session() as session:
        notices.say(session, "news")
    assert heard == []
