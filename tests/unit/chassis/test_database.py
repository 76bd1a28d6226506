"""SQLite: transactions of one process stand in line, in memory and in a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import eventlet
import pytest
from sqlalchemy import text

from chassis.database import Database


@pytest.fixture(params=["memory", "file"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    database = Database("sqlite://" if request.param == "memory" else f"sqlite:///{tmp_path / 'one.sqlite'}")
    yield database
    database.close()


def test_two_transactions_at_once_do_not_mix(database: Database) -> None:
    with database.session() as session:
        session.execute(text("CREATE TABLE said (words TEXT)"))

    def say(words: str, takes: float, fails: bool) -> None:
        with database.session() as session:
            session.execute(text("INSERT INTO said VALUES (:words)"), {"words": words})
            eventlet.sleep(takes)
            if fails:
                session.rollback()

    slow = eventlet.spawn(say, "taken back", 0.05, True)
    eventlet.sleep(0)
    say("kept", 0, False)
    slow.wait()
    with database.reading() as session:
        assert list(session.scalars(text("SELECT words FROM said"))) == ["kept"]
