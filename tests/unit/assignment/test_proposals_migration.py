"""Migration 0027: what was proposed stays proposed, as a row for each lawyer and as one document."""

from __future__ import annotations

import typing as t
from uuid import UUID

import pytest
from sqlalchemy import insert, select, text

from chassis.database import Database
from chassis.ids import new_id
from chassis.migrations import migrate
from services.assignment import models as m
from tests.infrastructure.revisions import bring_to
from tests.unit.assignment.test_claims_migration import NOW, a_case, people, tables_of, url  # noqa: F401

pytestmark = pytest.mark.slow

CASES, LAWYERS = 2_100, 3  # more cases than the migration takes at once


@pytest.fixture
def database(url: str) -> t.Iterator[Database]:  # noqa: F811
    database = Database(url)
    migrate("services.assignment", database)
    yield database
    database.close()


def test_proposals_are_the_same_after_going_back_and_forth(database: Database) -> None:
    cases = {str(number): new_id() for number in range(CASES)}
    lawyers = [UUID(int=9 - number) for number in range(LAWYERS)]
    with database.engine.begin() as connection:
        people(connection, tables_of(connection), *lawyers)
    with database.session() as session:
        plain = {"facts": [], "excluded_why": {}, "state": "proposed", "paid_fen": 0}
        session.execute(insert(m.Case), [a_case(cases, name, **plain) for name in cases])
        proposals = [
            {"case_id": cases[name], "candidates": candidates(lawyers[: 1 + number % LAWYERS]), "proposed_at": NOW}
            for number, name in enumerate(cases)
        ]
        session.execute(insert(m.Proposal), proposals)
    before = kept(database)
    bring_to("0026", "services.assignment", database, down=True)
    with database.session() as session:
        assert session.execute(text("SELECT count(*) FROM candidates")).scalar() == CASES * (1 + LAWYERS) // 2
    migrate("services.assignment", database)
    assert kept(database) == before
    assert len(before) == CASES


def kept(database: Database) -> dict[UUID, t.Any]:
    with database.session() as session:
        return {row.case_id: (row.candidates, row.proposed_at) for row in session.scalars(select(m.Proposal))}


def candidates(lawyers: list[UUID]) -> list[dict[str, t.Any]]:
    reason = {"key": "load", "zh": "工作量", "en": "load", "article": None, "points": 12.25}
    return [
        {"lawyer": str(lawyer), "rank": rank, "score": 80.25 - rank, "reasons": [reason]}
        for rank, lawyer in enumerate(lawyers, start=1)
    ]
