"""What is counted is what was committed: once, under its own name, and nothing of a transaction that was rolled back."""

from __future__ import annotations

import typing as t

import pytest

from chassis import metrics, outbox
from chassis.errors import DatabaseAway
from chassis.testing import Bench
from tests.unit.chassis.test_consume import deposit

HANDLED = {"type": "alpha.deposit.v1", "outcome": "handled"}


class Growth:
    """How much a counter has grown since the test began."""

    def __init__(self) -> None:
        self._before = self._all()

    def __call__(self, name: str, **labels: str) -> float:
        key = (name, tuple(sorted({"service": "alpha", **labels}.items())))
        return self._all().get(key, 0) - self._before.get(key, 0)

    @staticmethod
    def _all() -> dict[t.Any, float]:
        families = metrics.REGISTRY.collect()
        samples = [sample for family in families for sample in family.samples]
        return {(sample.name, tuple(sorted(sample.labels.items()))): sample.value for sample in samples}


@pytest.fixture
def grown() -> Growth:
    return Growth()


def test_a_batch_that_is_done_again_message_by_message_counts_each_once(bench: Bench, grown: Growth) -> None:
    known = deposit(bench, 1)
    bench.deliver(known)
    bench.deliver(known, deposit(bench, 2), deposit(bench, 3, "boom"), deposit(bench, 4, "refuse"))
    assert grown("aidbus_messages_total", **HANDLED) == 2
    assert grown("aidbus_messages_total", type="alpha.deposit.v1", outcome="retried") == 1
    assert grown("aidbus_messages_total", type="alpha.deposit.v1", outcome="rejected") == 1
    assert grown("aidbus_duplicates_suppressed_total") == 1


def test_a_body_that_nobody_can_read_is_a_dead_letter_and_no_duplicate(bench: Bench, grown: Growth) -> None:
    bench.consumer.consume([b"not json", deposit(bench, 1).encode(), deposit(bench, 2, "boom").encode()])
    assert grown("aidbus_dead_letters_total", reason="malformed") == 1
    assert grown("aidbus_duplicates_suppressed_total") == 0


def test_what_was_rolled_back_is_not_counted(bench: Bench, grown: Growth, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_arguments: object) -> None:
        raise DatabaseAway("gone before the commit")

    message = deposit(bench, 1)
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "write", lost)
        with pytest.raises(DatabaseAway):
            bench.deliver(message)
    assert grown("aidbus_messages_total", **HANDLED) == 0
    bench.deliver(message)
    assert grown("aidbus_messages_total", **HANDLED) == 1
    assert grown("aidbus_duplicates_suppressed_total") == 0
