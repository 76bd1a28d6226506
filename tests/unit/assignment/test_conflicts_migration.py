"""Conflicts that were found before an upgrade are about the parties of then, and nobody is asked about them anew.

Those that are still open are told once, for supervision had not heard of them. Parties get the keys of all readings.
"""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import MetaData, Table, insert, select, update

from chassis import tables
from chassis.database import Database
from chassis.envelope import Envelope
from chassis.ids import new_id
from contracts.registry import REGISTRY
from services.assignment import models as m
from tests.infrastructure.revisions import bring_to
from tests.unit.assignment.test_claims_migration import NOW
from tests.unit.assignment.test_sealed_contact import url  # noqa: F401 - the fixture: on both databases

pytestmark = pytest.mark.slow

CASE = {
    "organization": "center", "recipient_group": "woman", "form_of_aid": "civil_litigation", "matter": "marriage_family",
    "urgency": "normal", "facts": [], "state": "assigned", "version": 1, "granted_at": NOW, "opened_at": NOW,
    "excluded": 0, "excluded_why": {}, "paid_fen": 0,
}  # fmt: skip
LAWYER = {
    "name": "李律师", "capacity": 9, "load": 0, "practice_years": 3, "criminal_defence_years": 0,
    "trained_for_minors": False, "everywhere": True, "state": "active", "rested_from": 0, "registered_at": NOW, "version": 1,
}  # fmt: skip


def before(url: str) -> tuple[Database, UUID]:  # noqa: F811
    """As it was until 0015: a case with a party, a finding of its lawyer and one of a lawyer who has parted from it."""
    database = Database(url)
    bring_to("0015", "services.assignment", database)
    firm, case, party, lawyers = new_id(), new_id(), new_id(), [new_id(), new_id()]
    old = Table("conflict_findings", MetaData(), *(c._copy() for c in m.ConflictFinding.__table__.c if c.name not in ("parties", "parted_at")))  # fmt: skip
    found = {
        "case_id": case,
        "other_matter": "C2026-00001",
        "certainty": "likely",
        "found_when": "accepted",
        "found_at": NOW,
    }
    with database.engine.begin() as connection:
        add = connection.execute
        add(insert(m.Firm.__table__).values(id=firm, name="甲所", district="凤泉区", registered_at=NOW, version=1))
        for number, one in enumerate(lawyers):
            add(insert(m.Lawyer.__table__).values(id=one, firm_id=firm, licence=f"L-{number}", **LAWYER))
        named = {"id": case, "number": "C2026-00002", "application_id": new_id(), "application_number": "A2026-00002"}
        add(insert(m.Case.__table__).values(**named, lawyer_id=lawyers[0], **CASE))
        add(
            insert(m.Party.__table__).values(
                id=party, matter_id=case, side="opposing", name="张玮", kind="person", former_names=[]
            )
        )
        for one in lawyers:
            add(insert(old).values(id=new_id(), lawyer_id=one, state="cleared", **found))
    return database, party


def test_what_was_found_before_is_about_the_parties_of_then_and_of_lawyers_who_parted_it_is_past(url: str) -> None:  # noqa: F811
    database, party = before(url)
    bring_to("0016", "services.assignment", database)
    with database.session() as session:
        first, second = session.scalars(select(m.ConflictFinding).order_by(m.ConflictFinding.id))
        assert (first.parties, first.parted_at) == ([str(party)], None)
        assert (second.parties, second.parted_at) == ([str(party)], NOW)
    bring_to("0015", "services.assignment", database, down=True)
    bring_to("0016", "services.assignment", database)
    database.close()


def test_what_is_still_open_is_told_once_and_nothing_else(url: str) -> None:  # noqa: F811
    database, _ = before(url)
    bring_to("0017", "services.assignment", database)
    with database.session() as session:
        session.execute(update(m.ConflictFinding).values(state="open"))
        stands = session.scalars(select(m.ConflictFinding).where(m.ConflictFinding.parted_at.is_(None))).one()
    bring_to("0018", "services.assignment", database)
    with database.session() as session:
        (message,) = map(Envelope.decode, session.scalars(select(tables.outbox.c.body)))
    told = REGISTRY.load(message.type, message.data)
    assert (message.type, message.organization) == ("assignment.conflict_found.v1", "center")
    assert (told["conflict"], told["case"], told["lawyer"]) == (stands.id, stands.case_id, stands.lawyer_id)
    assert (told["case_number"], told["must"], told["found_at"]) == ("C2026-00002", "decide", NOW)
    bring_to("0017", "services.assignment", database, down=True)
    bring_to("0018", "services.assignment", database)
    with database.session() as session:
        assert len(session.scalars(select(tables.outbox.c.id)).all()) == 1
    database.close()


def parties(
    url: str,  # noqa: F811
    known_as: str,
    erased_as: str,
    keys: list[str],
    kind: str = "person",
) -> tuple[Database, UUID, UUID]:
    """As it was until 0018: a party with these keys and one that an erasure left without any, in one matter."""
    database = Database(url)
    bring_to("0018", "services.assignment", database)
    known, erased, matter = new_id(), new_id(), new_id()
    same = {"matter_id": matter, "side": "opposing", "kind": kind, "former_names": []}
    with database.engine.begin() as connection:
        named = [{"id": known, "name": known_as, **same}, {"id": erased, "name": erased_as, **same}]
        connection.execute(insert(m.Party.__table__), named)
        kept = {"party_id": known, "side": "opposing", "matter_id": matter}
        connection.execute(insert(m.PartyKey.__table__), [{**kept, "key": key} for key in keys])
    return database, known, matter


def test_parties_get_the_keys_that_they_lack_and_whoever_was_erased_gets_none(url: str) -> None:  # noqa: F811
    database, known, matter = parties(url, "解放", "(erased)", ["name:解放", "sound:jiefang"])
    bring_to("0020", "services.assignment", database)
    with database.session() as session:
        keys = session.execute(select(m.PartyKey.party_id, m.PartyKey.key, m.PartyKey.side, m.PartyKey.matter_id))
        assert {tuple(row) for row in keys} == {
            (known, key, "opposing", matter) for key in ("name:解放", "sound:jiefang", "sound:xiefang")
        }
    bring_to("0018", "services.assignment", database, down=True)
    bring_to("0020", "services.assignment", database)
    database.close()


def test_parties_that_are_there_are_found_without_the_notes_behind_their_names(url: str) -> None:  # noqa: F811
    database, known, _ = parties(url, "张三（男）", "李四（男）", ["name:张三男"])
    for _ in range(2):
        bring_to("0020", "services.assignment", database)
        with database.session() as session:
            keys = session.execute(select(m.PartyKey.party_id, m.PartyKey.key)).all()
        assert {party for party, _ in keys} == {known}
        assert {"name:张三男", "name:张三", "sound:zhangsan"} <= {key for _, key in keys}
        bring_to("0018", "services.assignment", database, down=True)
    database.close()


def test_lawyers_and_firms_that_are_there_are_found_by_their_names_as_they_are_compared(url: str) -> None:  # noqa: F811
    database = Database(url)
    bring_to("0020", "services.assignment", database)
    firm = new_id()
    with database.engine.begin() as connection:
        named = {"id": firm, "name": "北京大成（郑州）律师事务所", "district": "凤泉区"}
        connection.execute(insert(m.Firm.__table__).values(**named, registered_at=NOW, version=1))
        lawyer = {"id": new_id(), "firm_id": firm, "licence": "L-1", **LAWYER, "name": "阿迪力•買買提"}
        connection.execute(insert(m.Lawyer.__table__).values(**lawyer))
    for _ in range(2):
        bring_to("0021", "services.assignment", database)
        with database.session() as session:
            assert session.scalars(select(m.Firm.name_key)).one() == "北京大成郑州律师事务所"
            assert session.scalars(select(m.Lawyer.name_key)).one() == "阿迪力买买提"
        bring_to("0020", "services.assignment", database, down=True)
    database.close()


def test_companies_that_are_there_are_found_by_their_places_as_people_shorten_them(url: str) -> None:  # noqa: F811
    database, known, _ = parties(url, "北京市宏达建筑有限公司", "(erased)", ["name:北京市宏达建筑"], kind="company")
    for _ in range(2):
        bring_to("0022", "services.assignment", database)
        with database.session() as session:
            keys = session.execute(select(m.PartyKey.party_id, m.PartyKey.key)).all()
        assert {party for party, _ in keys} == {known}
        assert {"name:北京市宏达建筑", "core:宏达建筑", "core:北京宏达建筑"} <= {key for _, key in keys}
        bring_to("0021", "services.assignment", database, down=True)
    database.close()


@pytest.mark.parametrize(
    ("name", "kind", "before", "more"),
    [
        ("Jörg Müller", "person", ["name:jörgmüller", "sound:jörgmvller"], {"sound:jorgmuller", "sound:mullerjorg"}),
        ("张三又名张四", "person", ["name:张三又名张四"], {"name:张三", "name:张四"}),
        ("㈱三星电子", "company", ["name:株三星电子"], {"name:三星电子"}),
        ("河南新乡宏达有限公司", "company", ["name:河南新乡宏达"], {"core:新乡宏达"}),
    ],
)
def test_parties_that_are_there_are_found_as_others_write_their_names(
    url: str,  # noqa: F811
    name: str,
    kind: str,
    before: list[str],
    more: set[str],
) -> None:
    database, known, _ = parties(url, name, "(erased)", before, kind=kind)
    for _ in range(2):
        bring_to("0026", "services.assignment", database)
        with database.session() as session:
            keys = session.execute(select(m.PartyKey.party_id, m.PartyKey.key)).all()
        assert {party for party, _ in keys} == {known}
        assert {*before, *more} <= {key for _, key in keys}
        bring_to("0022", "services.assignment", database, down=True)
    database.close()
