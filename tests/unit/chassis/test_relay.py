"""The relay rests while it cannot send, so that the answers that it waits for can come in."""

from __future__ import annotations

import datetime as dt
import typing as t

import eventlet
from psycopg.errors import DeadlockDetected
from sqlalchemy.exc import OperationalError

from chassis.clock import MovableClock
from chassis.ids import new_id
from chassis.outbox import COMMANDS, OutboxRow
from chassis.relay import Relay
from chassis.settings import PlatformSettings
from chassis.topology import Topology
from tests.toy.platform import REGISTRY


class Full:
    """A publisher that waits for answers to as many messages as may be under way."""

    in_flight = 10
    sent: t.ClassVar[list[OutboxRow]] = []

    def send(self, rows: list[OutboxRow]) -> None:
        self.sent.extend(rows)


def test_a_relay_with_all_hands_full_lets_others_run_until_answers_come() -> None:
    settings: t.Any = PlatformSettings(relay_batch=1)
    relay: t.Any = Relay("alpha", t.cast(t.Any, None), Topology("", REGISTRY), MovableClock(), settings)
    relay.publisher = publisher = Full()
    now = dt.datetime.now(dt.UTC)
    row = OutboxRow(new_id(), 1, "alpha.deposit.v1", "center", COMMANDS, "alpha.center", b"{}", now, now)
    relay.hand_over([row])

    def answer() -> None:
        publisher.in_flight = 9
        relay.wake()

    eventlet.spawn(answer)
    for _ in range(3):
        relay.step()
        relay._rest()
    assert publisher.sent == [row]


def test_a_relay_goes_on_after_the_database_has_broken_off_one_of_two_who_waited_for_each_other() -> None:
    relay: t.Any = Relay("alpha", t.cast(t.Any, None), Topology("", REGISTRY), MovableClock(), PlatformSettings())
    steps: list[str] = []

    def step() -> None:
        steps.append("step")
        if len(steps) == 1:
            raise OperationalError("DELETE", {}, DeadlockDetected())
        relay.stop()

    relay.step, relay._release_all = step, lambda: None
    relay._settle = lambda: False
    with eventlet.Timeout(5):
        relay.run()
    assert steps == ["step", "step"]
