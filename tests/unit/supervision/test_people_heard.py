"""What is heard of colleagues out of order: two processes take messages of one mailbox, and a retry comes late."""

from __future__ import annotations

import typing as t
from uuid import UUID, uuid4

import pytest

from chassis.errors import Rejected
from services.supervision import repository
from services.supervision.models import Person
from tests.unit.supervision.conftest import CENTER, Network


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


def leave(network: Network, person: UUID, version: int) -> None:
    left = {"organization": "womens-federation", "role": "organization_head", "left_on": network.today}
    network.hear("intake.staff_left.v1", person=person, version=version, **left)


def register(network: Network, person: UUID) -> None:
    facts = {"organization": "womens-federation", "name": "head", "name_en": None, "role": "organization_head"}
    network.hear("intake.staff_registered.v1", person=person, **facts)


def heads(network: Network) -> list[UUID]:
    with network.bench.session() as session:
        return repository.people(session, "womens-federation", "organization_head")


def test_whoever_left_before_anything_else_was_heard_of_them_gets_no_post_by_it(network: Network) -> None:
    person = uuid4()
    leave(network, person, 3)
    leave(network, person, 3)
    change(network, person, 2, "organization_head")
    register(network, person)
    assert person not in heads(network)
    assert known(network, person) == (repository.LEFT, "organization_head 2", 3), "their name stays in what they did"


def test_whoever_left_is_there_again_by_a_newer_word_and_does_not_leave_a_second_time(network: Network) -> None:
    person = uuid4()
    leave(network, person, 2)
    change(network, person, 3, "organization_head")
    leave(network, person, 2)
    assert person in heads(network)


def test_a_stand_in_who_has_left_is_given_nothing_any_more(network: Network, staff: dict[str, UUID]) -> None:
    stand_in = network.person("officer", "center")
    asked = {"person": staff["officer"], "stand_in": stand_in, "first_day": network.today, "last_day": network.today}
    network.bench.handle("supervision.set_stand_in.v1", asked, principal=CENTER)
    leave(network, stand_in, 2)
    network.receive()
    assert str(stand_in) not in [str(one["person"]) for one in network.task("decide")["assignees"]]
    with pytest.raises(Rejected, match="unknown-person"):
        network.bench.handle("supervision.set_stand_in.v1", asked, principal=CENTER)


def test_a_task_is_not_handed_over_to_somebody_who_has_left(network: Network, staff: dict[str, UUID]) -> None:
    network.receive()
    leave(network, staff["director"], 2)
    asked = {"task": network.task("decide")["id"], "to": [staff["director"]], "reason": "x"}
    with pytest.raises(Rejected, match="unknown-person"):
        network.bench.handle("supervision.hand_over_task.v1", asked, principal=CENTER)


def test_a_task_that_is_opened_again_is_not_given_to_whoever_has_left_meanwhile(
    network: Network, staff: dict[str, UUID]
) -> None:
    asked = {"words": "x", "to": [staff["liaison"]], "due_on": network.today}
    network.bench.handle("supervision.give_task.v1", asked, principal=CENTER)
    task = network.task("errand")["id"]
    network.bench.handle(
        "supervision.finish_task.v1", {"task": task, "outcome": "done", "confirmed": True}, principal=CENTER
    )
    leave(network, staff["liaison"], 2)
    network.bench.handle("supervision.reopen_task.v1", {"task": task, "reason": "x"}, principal=CENTER)
    assert str(staff["liaison"]) not in [str(one["person"]) for one in network.task("errand")["assignees"]]
    assert network.task("errand")["assignees"] != []
