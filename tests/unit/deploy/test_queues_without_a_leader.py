"""A mailbox without a leader is named by `aidbus queues` and `aidbus doctor`; the broker itself is a stand-in here.

That the real one behaves so is held by tests/chaos/test_mailbox_without_leader.py.
"""

from __future__ import annotations

import json
import typing as t

import amqp.exceptions
import pytest
from amqp.protocol import queue_declare_ok_t

from chassis import bus, organizations, settings
from chassis.clock import SystemClock
from chassis.database import Database
from services.intake.settings import IntakeSettings
from tests.infrastructure.backends import Backend
from tests.unit.deploy.test_operators_mistakes import run

__all__ = ["run"]
Run = t.Callable[..., t.Any]
LAME, UNUSED, USED = "ours.intake.garrison", "ours.intake.center", "ours.intake.youth-league"
BROKER = {"AIDBUS_BUS_URL": "amqp://guest@broker//", "AIDBUS_NAMESPACE": "ours"}


class Broker:
    """Knows three mailboxes; of one nobody leads the queue. A connection that was refused answers nothing more."""

    def __init__(self) -> None:
        self.is_open = True

    def channel(self) -> Broker:
        if not self.is_open:
            raise amqp.exceptions.RecoverableConnectionError("closed")
        return self

    def queue_declare(self, queue: str, passive: bool) -> queue_declare_ok_t:
        assert passive
        if queue not in (LAME, UNUSED, USED):
            raise amqp.exceptions.NotFound("no queue")
        return queue_declare_ok_t(queue, 0, 5 if queue == USED else 0)

    def basic_get(self, queue: str) -> None:
        assert queue != USED, "what is in use is not asked for a message"
        if queue == LAME:
            self.is_open = False
            raise amqp.exceptions.InternalError("noproc")

    def close(self) -> None: ...

    release = close


@pytest.fixture
def asked(run: Run, embedded: Backend, monkeypatch: pytest.MonkeyPatch) -> t.Callable[[str], list[dict[str, t.Any]]]:
    embedded.migrate()
    database = Database(settings.load(IntakeSettings).database_for("intake"))
    with database.session() as session:
        for code in ("center", "garrison", "youth-league"):
            organizations.register(session, code, code, None, "other", now=SystemClock().now())
    database.close()
    monkeypatch.setattr(bus, "connect", lambda *_, **__: Broker())
    return lambda command: t.cast(list[dict[str, t.Any]], json.loads(run(command, "--json", **BROKER).output))


def test_queues_tell_a_mailbox_without_a_leader_from_one_that_nobody_uses(
    asked: t.Callable[[str], list[dict[str, t.Any]]],
) -> None:
    found = {row["organization"]: row for row in asked("queues") if row["service"] == "intake"}
    assert {code: (found[code]["state"], found[code]["consumers"]) for code in ("center", "garrison", "youth-league")} == {
        "center": ("open", 0), "garrison": ("no leader", None), "youth-league": ("open", 5)
    }  # fmt: skip
    assert found["(outbox)"]["state"] is None


def test_the_doctor_tells_all_it_found_where_a_database_has_no_tables(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("migrate", "intake").exit_code == 0
    monkeypatch.setattr(bus, "connect", lambda *_, **__: Broker())
    found = {row["what"]: row for row in json.loads(run("doctor", "--json", **BROKER).output)}
    assert found["database of gateway"]["to do"] == "run `aidbus migrate`"
    assert found["database of intake"]["state"] == "ok"
    assert found["broker"]["state"] == "ok"


def test_the_doctor_names_it_and_says_what_to_do(asked: t.Callable[[str], list[dict[str, t.Any]]]) -> None:
    found = {row["what"]: row for row in asked("doctor")}
    lame = found["mailbox intake.garrison"]
    assert (lame["state"], lame["found"]) == ("wrong", "its queue has no leader: what is for it waits")
    assert f"rabbitmq-queues quorum_status {LAME}" in lame["to do"]
    assert found["mailbox intake.center"]["found"] == "nobody consumes it"
    assert "mailbox intake.youth-league" not in found
