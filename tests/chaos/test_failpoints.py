"""kill -9 at every place where a message could be lost or done twice: one test each, on RabbitMQ and PostgreSQL.

Each test is run once more with the safeguard of that place switched off, and must then find the harm.
"""

import signal
import subprocess
import typing as t

import pytest

from tests.chaos.checker import verdict
from tests.infrastructure.backends import Backend
from tests.infrastructure.waiting import wait_until
from tests.toy.driver import Toy

CODES = ["center", "garrison", "trade-union"]


@pytest.fixture
def toy(rabbitmq: Backend) -> t.Iterator[Toy]:
    toy = Toy(rabbitmq, CODES)
    yield toy
    toy.end()


def send(toy: Toy, count: int = 60, poison: t.Collection[int] = ()) -> dict[int, str]:
    sent = {n: CODES[n % 3] for n in range(1, count + 1)}
    toy.deposit_many([(n, organization, "boom" if n in poison else "ok") for n, organization in sent.items()])
    return sent


def died_by_kill(child: subprocess.Popen[bytes]) -> None:
    wait_until(lambda: child.poll() is not None, 40, "the process to reach its failpoint")
    assert child.returncode == -signal.SIGKILL, (child.stderr.read() if child.stderr else b"")[-2000:]


def settle(toy: Toy, timeout: float = 40) -> None:
    """Start healthy processes and wait until nothing is under way."""
    toy.spawn("alpha", "beta")
    toy.deposit(9999, organization="center")
    toy.wait_heard([9999], timeout)
    toy.wait_quiet(timeout)


@pytest.mark.parametrize(
    "failpoint",
    [
        "relay.after_claim",
        "relay.after_publish:2",
        "relay.after_confirm",
        "consumer.after_inbox:3",
        "consumer.after_commit:3",
    ],
)
def test_a_process_killed_there_loses_nothing_and_does_nothing_twice(toy: Toy, failpoint: str) -> None:
    poison = {7, 23}
    sent = send(toy, poison=poison)
    died_by_kill(toy.spawn("alpha", "beta", AIDBUS_FAILPOINT=failpoint))
    settle(toy)
    wait_until(lambda: len(toy.letters()) == len(poison), 40, "the poison in the dead letters")
    toy.wait_heard(set(sent) - poison, 40)
    toy.wait_quiet(40)
    assert verdict(toy, sent | {9999: "center"}, poison) == {}


def test_a_process_killed_while_it_stops_loses_nothing_and_does_nothing_twice(toy: Toy) -> None:
    sent = {n: CODES[n % 3] for n in range(1, 31)}
    child = toy.spawn("alpha", "beta", AIDBUS_FAILPOINT="consumer.during_stop")
    toy.deposit_many([(n, organization, "slow") for n, organization in sent.items()])
    wait_until(lambda: toy.effects("alpha"), 30, "work to be under way")
    child.terminate()
    died_by_kill(child)
    settle(toy)
    toy.wait_heard(sent, 40)
    toy.wait_quiet(40)
    assert verdict(toy, sent | {9999: "center"}) == {}


@pytest.mark.parametrize(
    ("safeguard", "failpoint", "harm"),
    [
        ("inbox", "consumer.after_commit:3", "twice"),
        ("late-ack", "consumer.after_inbox:3", "lost"),
        ("confirms", "relay.after_claim", "lost"),
        ("outbox", "consumer.after_commit:3", "lost"),
    ],
)
def test_without_its_safeguard_the_harm_would_be_found(toy: Toy, safeguard: str, failpoint: str, harm: str) -> None:
    sent = send(toy)
    toy.spawn("beta", TOY_WITHOUT=safeguard)
    died_by_kill(toy.spawn("alpha", AIDBUS_FAILPOINT=failpoint, TOY_WITHOUT=safeguard))  # what it does has effects
    toy.spawn("alpha", TOY_WITHOUT=safeguard)
    last = {9991 + place: code for place, code in enumerate(CODES)}
    toy.deposit_many([(n, code, "ok") for n, code in last.items()])
    toy.wait_heard(last, 40)
    toy.wait_quiet(40)
    found = verdict(toy, sent | last)
    assert [what for what in found if what.startswith(harm)], found
