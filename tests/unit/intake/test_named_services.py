"""A name in a service short of a case is found however it is written, shown to administrators alone, and erased."""

from __future__ import annotations

import datetime as dt
import typing as t
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import MetaData, insert, select

from chassis.database import Database
from chassis.errors import Rejected
from chassis.ids import new_id
from chassis.migrations import migrate
from chassis.vault import open_vault
from services.intake.models import Base, Look, Service
from services.intake.people import name_index
from tests.infrastructure.revisions import bring_to
from tests.unit.intake.conftest import AUDITOR, BOUND, CENTER, KEY, LIAISON, OTHER, STAFF, Desk

NAME = "阿依古丽·买买提"
GROUP = {"recipient_group": "prisoner_child"}


def advised(desk: Desk, name: str | None = NAME, topic: str = "抚养费", **more: t.Any) -> str:
    kind = more.pop("kind", "advice")
    entry = {"station": "fengquan", "kind": kind, "topic": topic, "person_name": name, **GROUP}
    return str(desk.do("record_service", BOUND, **entry, **more)["id"])


def paired(desk: Desk, name: str = NAME) -> str:
    names = {"volunteer_name": "张志愿", "person_name": name, "purpose": f"陪伴{name}"}
    return str(desk.do("register_pair", BOUND, station="fengquan", **names, **GROUP)["id"])


def named(desk: Desk, name: str = NAME) -> dict[str, t.Any]:
    return desk.ask("named_services", name=name)


def words(desk: Desk) -> str:
    """Every cell of the database, opened."""
    vault, found = desk.bench.settings.vault, []
    with desk.bench.database.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                found += [vault.open(v) if k.endswith("_sealed") and v else str(v) for k, v in row.items()]
    return "\n".join(str(one) for one in found)


@pytest.mark.parametrize("written", ["阿依古丽•买买提", "阿依古丽．买买提", "阿依古丽买买提", " 阿依古麗‧買買提 "])
def test_a_name_is_found_however_it_is_written(desk: Desk, written: str) -> None:
    service = advised(desk)
    pair = paired(desk)
    advised(desk, "古丽")
    found = named(desk, written)
    assert [one["id"] for one in found["services"]] == [service]
    assert [one["id"] for one in found["pairs"]] == [pair]


def test_visits_to_a_pair_are_found_with_it_though_they_name_nobody(desk: Desk) -> None:
    pair = paired(desk)
    visits = [
        advised(desk, None, "走访", kind=kind, pair=pair) for kind in ("pairing_visit", "tutoring", "counselling")
    ]
    assert [one["id"] for one in named(desk)["services"]] == visits


def test_only_an_administrator_of_the_center_is_shown_them_and_it_is_recorded(desk: Desk) -> None:
    service = advised(desk)
    for principal in (STAFF, LIAISON, OTHER, AUDITOR):
        with pytest.raises(Rejected, match="forbidden"):
            desk.ask("named_services", principal, name=NAME)
    with pytest.raises(Rejected, match="forbidden"):
        desk.do("erase_named_services", LIAISON, name=NAME, reason="本人申请")
    named(desk)
    with desk.bench.session() as session:
        (look,) = session.scalars(select(Look))
        assert (str(look.person), look.what, look.by_person) == (service, "intake.named_services", CENTER.person)


def test_who_never_applied_is_erased_by_name_and_the_figures_stay(desk: Desk) -> None:
    advised(desk, topic=f"{NAME}的抚养费")
    pair = paired(desk)
    advised(desk, None, f"走访{NAME}", kind="pairing_visit", pair=pair)
    desk.do("end_pair", BOUND, pair=pair, reason=f"{NAME}已搬离")
    assert desk.do("erase_named_services", name=NAME, reason="本人申请") == {"services": 2, "pairs": 1}
    assert NAME not in words(desk)
    assert [one["kind"] for one in desk.ask("services", LIAISON)["items"]] == ["pairing_visit", "advice"]
    assert desk.do("erase_named_services", name=NAME, reason="再次申请") == {"services": 0, "pairs": 0}


def test_what_a_namesake_was_given_stays(desk: Desk) -> None:
    advised(desk)
    theirs, pair = advised(desk), paired(desk)
    visit = advised(desk, None, "走访", kind="pairing_visit", pair=pair)
    done = desk.do("erase_named_services", name=NAME, not_theirs=[theirs, pair], reason="本人申请")
    assert done == {"services": 1, "pairs": 0}
    found = named(desk)
    assert [one["id"] for one in found["services"]] == [theirs, visit]
    assert [one["topic"] for one in found["services"]] == ["抚养费", "走访"]


def test_a_pair_that_is_still_together_is_not_erased_and_neither_is_anything_else(desk: Desk) -> None:
    advised(desk)
    pair = paired(desk)
    with pytest.raises(Rejected, match="matter-open") as refused:
        desk.do("erase_named_services", name=NAME, reason="本人申请")
    assert pair in refused.value.params["numbers"]
    assert len(named(desk)["services"]) == 1


def test_export_and_erasure_of_a_person_reach_what_was_done_before_they_applied(desk: Desk) -> None:
    service = advised(desk)
    filed = desk.file(applicant={"name": NAME})
    held = desk.ask("person_export", person=filed["person"])
    assert [(one["id"], one["person_name"], one["topic"]) for one in held["services"]] == [(service, NAME, "抚养费")]
    desk.do("withdraw_application", LIAISON, application=filed["id"], reason="撤回")
    desk.bench.clock.move(days=3700)
    assert desk.do("erase_person", person=filed["person"], reason="本人申请")["services"] == 1
    assert NAME not in words(desk)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.broker)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/intake.db"
    return str(request.getfixturevalue("databases").create("names-in-services"))


def test_names_that_were_there_before_are_found_after_the_migration(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIDBUS_DATA_KEYS", KEY)
    monkeypatch.delenv("AIDBUS_INDEX_KEY", raising=False)
    vault, database = open_vault(KEY, "", url), Database(url)
    bring_to("0008", "services.intake", database)
    names, metadata = {new_id(): NAME, new_id(): None}, MetaData()
    with database.engine.begin() as connection:
        metadata.reflect(connection)
        for service, name in names.items():
            row = {"id": service.hex if url.startswith("sqlite") else service, "organization": "center",
                   "station": "hall", "kind": "advice", "channel": "window", "recipient_group": "woman", "topic": "x",
                   "person_name_sealed": vault.seal(name), "persons": 1, "guided_to_apply": False,
                   "given_on": dt.date(2026, 3, 2), "recorded_at": dt.datetime(2026, 3, 2)}  # fmt: skip
            connection.execute(insert(metadata.tables["services"]).values(row))
    migrate("services.intake", database)
    with database.session() as session:
        found: dict[UUID, str | None] = {one.id: one.name_index for one in session.scalars(select(Service))}
    assert found == {one: name_index(vault, name) if name else None for one, name in names.items()}
    database.close()
