"""What is heard of organizations and lawyers out of order: the newest version holds."""

from __future__ import annotations

import typing as t
from uuid import uuid4

from sqlalchemy import select

from chassis.tables import organizations
from services.supervision import repository
from services.supervision.models_plans import HalfDayRow
from tests.unit.supervision.conftest import Network

UNION = {"code": "trade-union", "kind": "trade_union", "auto_assign": False}
MAY = {"month": 5, "day": 4, "part": "afternoon", "name": "青年节"}


def kept(network: Network) -> tuple[t.Any, ...]:
    with network.bench.session() as session:
        name = session.scalar(select(organizations.c.name).where(organizations.c.code == "trade-union"))
        superior = repository.superior_of(session, "trade-union")
        days = session.scalars(select(HalfDayRow.name).where(HalfDayRow.organization == "trade-union"))
        return name, superior, list(days)


def test_an_organization_is_as_its_newest_word_says_whatever_comes_late(network: Network) -> None:
    newest = {**UNION, "name": "third", "superior": "province", "half_days": [MAY], "version": 3}
    network.hear("intake.organization_changed.v1", **newest)
    network.hear("intake.organization_changed.v1", **UNION, name="second", version=2)
    network.hear("intake.organization_registered.v1", **UNION, name="first")
    assert kept(network) == ("third", "province", ["青年节"])
    network.hear("intake.organization_changed.v1", **UNION, name="fourth", version=4)
    assert kept(network) == ("fourth", None, [])


def test_a_lawyer_has_the_name_of_the_newest_word_and_one_without_a_version_is_the_oldest(network: Network) -> None:
    lawyer = {"lawyer": uuid4(), "firm_name": "f", "standing_for": []}
    for name, version in (("before versions", {}), ("third", {"version": 3}), ("second", {"version": 2}), ("old", {})):
        network.hear("assignment.lawyer_registered.v1", **lawyer, name=name, **version)
    with network.bench.session() as session:
        assert repository.names(session, [lawyer["lawyer"]])[lawyer["lawyer"]].name == "third"
