"""A broker that was killed may bring a quorum queue back without a leader. That is the trouble of one organization."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from chassis import bus
from tests.infrastructure import quorum
from tests.infrastructure.backends import Backend
from tests.infrastructure.servers import find_rabbitmq
from tests.infrastructure.waiting import wait_until
from tests.toy.driver import Toy

CODES = ["center", "garrison", "youth-league"]


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> t.Iterator[tuple[Toy, t.Any]]:
    monkeypatch.setenv("AIDBUS_TEST_FORCE_PRIVATE", "1")
    rabbitmq = find_rabbitmq()
    database_url = f"sqlite:///{tmp_path}/{{service}}.db"
    toy = Toy(Backend("rabbitmq", rabbitmq.url, database_url, "lame", tmp_path), CODES)
    yield toy, rabbitmq.private
    toy.end()
    rabbitmq.close()


@pytest.mark.parametrize("service", ["alpha", "beta"])
def test_a_mailbox_that_the_broker_cannot_open_holds_up_nobody_else_and_is_made_up_for(
    toy: tuple[Toy, t.Any], service: str
) -> None:
    platform, broker = toy
    lame = f"lame.{service}.youth-league"
    platform.start(AIDBUS_CONFIRM_SECONDS="2").stop()  # everything is declared
    assert bus.has_leader(platform.backend.bus_url, lame)
    quorum.stop_leader(broker, lame)
    assert not bus.has_leader(platform.backend.bus_url, lame)

    platform.start(AIDBUS_CONFIRM_SECONDS="2")
    platform.deposit_many([(n, CODES[n % 3], "ok") for n in range(300)])

    others = {n for n in range(300) if CODES[n % 3] != "youth-league"}
    platform.wait_heard(others, 60)
    platform.deposit_many([(n, CODES[n % 2], "ok") for n in range(300, 400)])
    platform.wait_heard(range(300, 400), 30)
    assert not {n for n in range(300) if n not in others} & set(platform.effects("beta", "heard"))

    quorum.restart_leader(broker, lame)
    platform.wait_heard(range(400), 90)
    wait_until(lambda: platform.outbox() == 0, 90, "all outboxes to be empty")
    assert set(platform.effects("beta", "heard").values()) == {1}
    assert bus.has_leader(platform.backend.bus_url, lame)
