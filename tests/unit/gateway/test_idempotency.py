"""The same Idempotency-Key with the same request is carried out once, whatever happens in between."""

from __future__ import annotations

import threading
import typing as t
from pathlib import Path
from uuid import UUID

import eventlet
import pytest
from sqlalchemy import func, select

from chassis import tables
from chassis.database import Database
from gateway import repository, writes
from gateway.models import Base, Command
from tests.unit.gateway.conftest import FIRM, Bus, Caller, Network

KEY = {"Idempotency-Key": "registration-1"}


def count(network: Network) -> int:
    with network.door.database.session() as session:
        return session.scalar(select(func.count()).select_from(Command)) or 0


def test_a_repeated_request_gets_the_stored_answer(network: Network, admin: Caller, bus: Bus) -> None:
    bus.will_finish("done", resource={"firm": "x", "version": 1})
    first = admin.post("/v1/firms", FIRM, headers=KEY | {"Prefer": "wait=5"})
    again = admin.post("/v1/firms", FIRM, headers=KEY)
    assert (first.status_code, first.json, first.headers["ETag"]) == (again.status_code, again.json, '"1"')
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert count(network) == len(bus.sent) == 1


def test_a_repeated_request_gets_the_stored_problem(admin: Caller, bus: Bus) -> None:
    bus.will_finish("rejected", problem={"problem": "duplicate", "params": {"what": "firm", "key": "凤泉"}})
    first = admin.post("/v1/firms", FIRM, headers=KEY | {"Prefer": "wait=5"})
    again = admin.post("/v1/firms", FIRM, headers=KEY)
    assert first.status_code == again.status_code == 409
    assert again.json["type"] == "/problems/duplicate"
    assert again.headers["Idempotent-Replayed"] == "true"


def test_spacing_and_order_of_the_body_do_not_make_another_request(network: Network, admin: Caller) -> None:
    admin.post("/v1/firms", FIRM, headers=KEY)
    raw = f'{{ "district": "{FIRM["district"]}",\n "name": "{FIRM["name"]}" }}'.encode()
    answer = admin.post("/v1/firms", data=raw, content_type="application/json", headers=KEY)
    assert answer.json["type"] == "/problems/idempotency-in-progress"
    assert count(network) == 1


def test_while_the_first_is_under_way_the_second_is_told_where_to_look(admin: Caller) -> None:
    first = admin.post("/v1/firms", FIRM, headers=KEY)
    again = admin.post("/v1/firms", FIRM, headers=KEY)
    assert (again.status_code, again.json["type"]) == (409, "/problems/idempotency-in-progress")
    assert again.headers["Location"] == first.headers["Location"]


def test_the_second_may_wait_for_the_first(admin: Caller, bus: Bus) -> None:
    command = admin.post("/v1/firms", FIRM, headers=KEY).json["command"]
    eventlet.spawn_after(0.1, bus.finish, command, "done", resource={"firm": "x"})
    again = admin.post("/v1/firms", FIRM, headers=KEY | {"Prefer": "wait=5"})
    assert (again.status_code, again.json) == (201, {"firm": "x"})
    assert again.headers["Idempotent-Replayed"] == "true"


def test_the_second_is_woken_when_the_first_ends(network: Network, admin: Caller, bus: Bus) -> None:
    command = UUID(admin.post("/v1/firms", FIRM, headers=KEY).json["command"])
    awaited = []

    def first_ends() -> None:
        awaited.append(network.door.waiting.is_awaited(command))
        bus.finish(str(command), "done", resource={"firm": "x"})

    eventlet.spawn_after(0.1, first_ends)
    again = admin.post("/v1/firms", FIRM, headers=KEY | {"Prefer": "wait=5"})
    assert (awaited, again.status_code) == ([True], 201)
    assert not network.door.waiting.is_awaited(command)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/firms", {**FIRM, "district": "卫滨区"}),
        ("/v1/services", {"station": "fengquan", "kind": "advice", "recipient_group": "woman", "topic": "离婚"}),
    ],
)
def test_the_same_key_for_something_else_is_a_conflict(
    network: Network, admin: Caller, path: str, body: dict[str, t.Any]
) -> None:
    admin.post("/v1/firms", FIRM, headers=KEY)
    answer = admin.post(path, body, headers=KEY)
    assert (answer.status_code, answer.json["type"]) == (422, "/problems/idempotency-conflict")
    assert count(network) == 1


def test_callers_do_not_share_idempotency_keys(network: Network, admin: Caller) -> None:
    admin.post("/v1/firms", FIRM, headers=KEY)
    assert network.client("center_staff").post("/v1/firms", FIRM, headers=KEY).status_code == 202
    assert count(network) == 2


def test_without_a_key_every_request_is_a_command_of_its_own(network: Network, admin: Caller) -> None:
    admin.post("/v1/firms", FIRM)
    admin.post("/v1/firms", FIRM)
    assert count(network) == 2


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 201, "schlüssel", "a\tb"])
def test_a_key_that_is_not_1_to_200_visible_characters_is_refused(admin: Caller, key: str) -> None:
    answer = admin.post("/v1/firms", FIRM, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json["header"]) == (400, "Idempotency-Key")


def test_old_keys_are_forgotten_after_seven_days_but_not_commands_under_way(
    network: Network, admin: Caller, bus: Bus
) -> None:
    done = admin.post("/v1/firms", FIRM, headers=KEY).json["command"]
    bus.finish(done, "done", resource={})
    under_way = admin.post("/v1/firms", FIRM, headers={"Idempotency-Key": "other"}).json["command"]
    with network.door.database.session() as session:
        assert repository.prune(session, network.door.clock.now()) == 0
    network.bus.bench.clock.move(days=8)
    with network.door.database.session() as session:
        assert repository.prune(session, network.door.clock.now()) == 2
    assert admin.get(f"/v1/commands/{done}").status_code == 404
    assert admin.get(f"/v1/commands/{under_way}").status_code == 200
    assert admin.post("/v1/firms", FIRM, headers=KEY).status_code == 202


def test_two_requests_that_race_with_the_same_key_make_one_command(
    network: Network, admin: Caller, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both look for the key before either has committed: the unique constraint decides."""
    real, looks, barrier = writes._earlier, [], threading.Event()

    def both_look_first(door: t.Any, command: t.Any) -> t.Any:
        found = real(door, command)
        looks.append(found)
        if len(looks) == 2:
            barrier.set()
        barrier.wait(2)
        return found

    monkeypatch.setattr(writes, "_earlier", both_look_first)
    threads = [eventlet.spawn(admin.post, "/v1/firms", FIRM, headers=KEY) for _ in range(2)]
    answers = sorted((thread.wait() for thread in threads), key=lambda answer: answer.status_code)
    assert looks[:2] == [None, None]
    assert [answer.status_code for answer in answers] == [202, 409]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert count(network) == len(bus.sent) == 1


def test_a_key_survives_a_restart(network: Network, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/gateway.db"
    first = Database(url)
    tables.metadata.create_all(first.engine)
    Base.metadata.create_all(first.engine)
    now = network.door.clock.now()
    row = {"key": "aid", "idempotency_key": "k", "digest": "d", "state": "accepted", "status": 201, "type": "x"}
    with first.session() as session:
        session.add(Command(id=network.bus.bench.relay.token, organization="center", created_at=now, **row))
    first.close()
    second = Database(url)
    with second.session() as session:
        found = repository.by_idempotency_key(session, "aid", "k")
    second.close()
    assert found is not None
