"""What is heard of colleagues out of order: two processes take messages of one mailbox, and a retry comes late."""

from __future__ import annotations

import typing as t
from uuid import UUID

from services.supervision.models import Person
from tests.unit.supervision.conftest import Network


def change(network: Network, person: UUID, version: int, role: str) -> None:
    facts = {"organization": "womens-federation", "station": None, "name": f"{role} {version}", "name_en": None}
    network.hear("intake.staff_changed.v1", person=person, role=role, version=version, **facts)


def known(network: Network, person: UUID) -> tuple[t.Any, ...]:
    with network.bench.session() as session:
        row = session.get_one(Person, person)
        return row.role, row.name, row.version


def test_an_older_word_of_a_colleague_does_not_overwrite_a_newer_one(network: Network) -> None:
    person = network.person("organization_head", "womens-federation")
    change(network, person, 3, "liaison")
    change(network, person, 2, "organization_head")
    assert known(network, person) == ("liaison", "liaison 3", 3)


def test_whoever_has_left_does_not_come_back_by_a_word_that_was_under_way(network: Network) -> None:
    person = network.person("organization_head", "womens-federation")
    left = {"organization": "womens-federation", "role": "organization_head", "left_on": network.today}
    network.hear("intake.staff_left.v1", person=person, version=3, **left)
    change(network, person, 2, "organization_head")
    assert known(network, person)[0] not in ("organization_head", "liaison")
