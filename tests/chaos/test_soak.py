"""Processes are killed at random, connections are cut, messages doubled; in the end every command was done once."""

import random
import signal
import time

from tests.chaos.checker import verdict
from tests.infrastructure.backends import Backend
from tests.infrastructure.waiting import wait_until
from tests.integration.chassis.test_weather import through
from tests.toy.driver import Toy

CODES = ["center", "garrison", "trade-union", "youth-league"]
SECONDS = 25


def test_a_rough_half_minute_loses_nothing_and_does_nothing_twice(rabbitmq: Backend, tell) -> None:  # type: ignore[no-untyped-def]
    seed = random.randrange(10**6)
    tell(f"soak with seed {seed}")
    chance = random.Random(seed)
    toy = Toy(rabbitmq, CODES)
    bus, url = through(rabbitmq.bus_url)
    try:
        processes = [toy.spawn("alpha", "beta", AIDBUS_BUS_URL=url) for _ in range(2)]
        sent: dict[int, str] = {}
        poison: set[int] = set()
        kills = 0
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            numbers = range(len(sent) + 1, len(sent) + 21)
            modes = {n: chance.choices(["ok", "flaky", "boom"], [90, 7, 3])[0] for n in numbers}
            sent |= {n: chance.choice(CODES) for n in numbers}
            poison |= {n for n in numbers if modes[n] == "boom"}
            ids = toy.deposit_many([(n, sent[n], modes[n]) for n in numbers])
            if chance.random() < 0.5:  # a doubled message: same id, same body
                toy.deposit(numbers[0], organization=sent[numbers[0]], mode=modes[numbers[0]], message_id=ids[0])
            if chance.random() < 0.3:
                bus.cut()
                time.sleep(chance.random() * 0.5)
                bus.restore()
            if chance.random() < 0.4:
                place = chance.randrange(2)
                processes[place].send_signal(signal.SIGKILL)
                kills += 1
                processes[place] = toy.spawn("alpha", "beta", AIDBUS_BUS_URL=url)
            time.sleep(chance.random())
        assert kills, "the soak killed nobody: it tested nothing"
        toy.wait_heard(set(sent) - poison, 90)
        wait_until(lambda: len(toy.letters()) >= len(poison), 60, f"{len(poison)} dead letters")
        toy.wait_quiet(60)
        assert verdict(toy, sent, poison) == {}, f"seed {seed}"
    finally:
        toy.end()
        bus.close()
