"""The one wrapper around every handler: effect, inbox row and outbox rows are one."""

import dataclasses
import json

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DataError, OperationalError

from chassis import bulk, inbox, tables
from chassis.envelope import Envelope
from chassis.errors import DatabaseAway
from chassis.principal import Principal
from chassis.testing import Bench
from tests.toy.platform import Effect

CALLER = Principal("k1", "center_admin", "center")


def deposit(bench: Bench, n: int, mode: str = "ok") -> Envelope:
    return bench.envelope("alpha.deposit.v1", {"n": n, "mode": mode}, principal=CALLER)


def effects(bench: Bench) -> list[int]:
    with bench.session() as session:
        return list(session.scalars(select(Effect.n).order_by(Effect.id)))


def letters(bench: Bench) -> list[tuple[str, str]]:
    with bench.session() as session:
        rows = session.execute(select(tables.dead_letters).order_by(tables.dead_letters.c.id))
        return [(row.reason, row.detail) for row in rows]


def outbox_types(bench: Bench) -> list[str]:
    with bench.session() as session:
        return list(session.scalars(select(tables.outbox.c.type)))


def test_a_message_has_its_effect_and_says_so_in_one_transaction(bench: Bench) -> None:
    bench.deliver(deposit(bench, 7))
    assert effects(bench) == [7]
    assert sorted(outbox_types(bench)) == ["alpha.deposited.v1", "platform.command_finished.v1"]
    assert bench.said("platform.command_finished.v1")[0]["resource"] == {"n": 7}


def test_a_message_that_is_delivered_twice_has_effect_once(bench: Bench) -> None:
    message = deposit(bench, 7)
    bench.deliver(message)
    bench.deliver(message)
    bench.deliver(message, message)
    assert effects(bench) == [7]
    assert len(bench.said("alpha.deposited.v1")) == 1


def test_the_same_message_twice_in_one_batch_has_effect_once(bench: Bench) -> None:
    message = deposit(bench, 7)
    bench.deliver(message, deposit(bench, 8), message)
    assert effects(bench) == [7, 8]


def test_a_bad_message_does_not_take_its_neighbours_with_it(bench: Bench) -> None:
    bench.deliver(deposit(bench, 1), deposit(bench, 2, "boom"), deposit(bench, 3), deposit(bench, 4, "broken-sql"))
    assert effects(bench) == [1, 3]
    assert [said["n"] for said in bench.said("alpha.deposited.v1")] == [1, 3]


@pytest.mark.slow
def test_a_failing_message_is_retried_with_backoff_and_then_kept_with_its_reason(bench: Bench) -> None:
    message = deposit(bench, 5, "boom")
    bench.deliver(message)
    with bench.session() as session:
        row = session.execute(select(tables.outbox)).one()
    assert (row.attempt, row.routing_key) == (2, "alpha.center")
    assert (row.available_at - row.created_at).total_seconds() == 1
    bench.deliver(dataclasses.replace(message, attempt=2))
    assert letters(bench) == []
    bench.deliver(dataclasses.replace(message, attempt=3))
    assert letters(bench) == [("gave-up", "RuntimeError in the handler")]
    assert bench.said("platform.command_finished.v1")[0]["status"] == "held"
    assert effects(bench) == []


def test_a_redelivered_failure_does_not_shorten_the_row_of_tries(bench: Bench) -> None:
    message = deposit(bench, 5, "boom")
    for _ in range(5):
        bench.deliver(message)
    assert outbox_types(bench) == ["alpha.deposit.v1"]
    assert letters(bench) == []


def test_a_refusal_is_told_and_has_no_effect(bench: Bench) -> None:
    bench.deliver(deposit(bench, 6, "refuse"))
    finished = bench.said("platform.command_finished.v1")[0]
    assert finished["status"] == "rejected"
    assert finished["problem"]["problem"] == "wrong-state"
    assert effects(bench) == []
    assert bench.said("alpha.deposited.v1") == []


def test_what_is_not_an_envelope_becomes_a_dead_letter(bench: Bench) -> None:
    bench.consumer.consume([b"not json", b"[1]", b'{"id": 1}', b"\xff\xfe", deposit(bench, 9).encode()])
    assert [reason for reason, _ in letters(bench)] == ["malformed"] * 4
    assert effects(bench) == [9]


ODD = {
    "attempt": [2**63, -5, 1.5, "x", [1], True],
    "subject": [{"a": 1}, 5, "a\0b"],
    "correlationid": [{"a": 1}, "x" * 2000],
    "causationid": [[1]],
    "traceparent": [{"a": 1}],
    "type": ["alpha\0.v1", "x" * 500, 5],
    "organization": ["a\0", "x" * 50, "", "#", "*", "center.#", "机构"],
    "principal": ["x", [1], {"key": 1}, {"key": "k", "role": ["x"], "organization": "center"}],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in ODD.items() for value in values])
def test_an_attribute_that_cannot_be_kept_or_routed_does_not_hold_up_the_mailbox(
    bench: Bench, name: str, value: object
) -> None:
    odd = json.dumps(json.loads(deposit(bench, 1).encode()) | {name: value}).encode()
    bench.consumer.consume([odd, deposit(bench, 2).encode()])
    assert effects(bench) == [2]
    assert [reason for reason, _ in letters(bench)] == ["malformed"]
    with bench.session() as session:
        assert set(session.scalars(select(tables.outbox.c.organization))) == {"center"}, "no mailbox of that name"


@pytest.mark.slow
def test_what_makes_its_own_transaction_fail_is_kept_and_its_neighbours_are_handled(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = inbox.claim

    def refuse(session, keys, now):  # type: ignore[no-untyped-def]
        if odd.id in [message for message, _ in keys]:
            raise DataError("insert", {}, Exception("out of range"))
        return claim(session, keys, now)

    odd = deposit(bench, 2)
    monkeypatch.setattr(inbox, "claim", refuse)
    bench.deliver(deposit(bench, 1), odd, deposit(bench, 3))
    assert effects(bench) == [1, 3]
    assert [reason for reason, _ in letters(bench)] == ["malformed"]
    ends = {end["command"]: end["status"] for end in bench.said("platform.command_finished.v1")}
    assert ends.pop(str(odd.id)) == "held", "its caller is told, and does not wait for ever"
    assert set(ends.values()) == {"done"}


def test_an_answer_that_cannot_be_sent_is_a_failure_of_that_message_alone(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = bench.handlers["alpha.deposit.v1"]

    def wrong(work, command):  # type: ignore[no-untyped-def]
        answer = original(work, command)
        return answer if command["n"] != 2 else {"n": {2}}

    monkeypatch.setitem(bench.handlers, "alpha.deposit.v1", wrong)  # type: ignore[arg-type]
    bench.deliver(deposit(bench, 1), deposit(bench, 2), deposit(bench, 3))
    assert effects(bench) == [1, 3]
    assert "alpha.deposit.v1" in outbox_types(bench), "it is tried again"


def test_a_message_in_the_mailbox_of_another_organization_is_kept_and_answers_nobody(bench: Bench) -> None:
    astray = bench.envelope("alpha.deposit.v1", {"n": 1}, principal=CALLER, organization="nowhere")
    bench.consumer.consume([astray.encode(), deposit(bench, 2).encode()], "center")
    assert effects(bench) == [2]
    assert letters(bench) == [("malformed", "it lies in the mailbox of another organization")]
    with bench.session() as session:
        assert set(session.scalars(select(tables.outbox.c.organization))) == {"center"}
        assert session.scalar(select(tables.dead_letters.c.organization)) == "nowhere"


@pytest.mark.parametrize("kind", ["alpha.deposit.v2", "alpha.unknown.v1", "alpha.deposited.v1"])
def test_an_unknown_type_or_version_becomes_a_dead_letter(bench: Bench, kind: str) -> None:
    bench.deliver(dataclasses.replace(deposit(bench, 9), type=kind))
    assert [reason for reason, _ in letters(bench)] == ["unknown-type"]


def test_a_body_that_breaks_its_contract_becomes_a_dead_letter_that_does_not_repeat_it(bench: Bench) -> None:
    bench.deliver(dataclasses.replace(deposit(bench, 9), data={"n": "secret words"}))
    ((reason, detail),) = letters(bench)
    assert reason == "breaks-contract"
    assert "secret" not in detail


def test_the_loss_of_the_database_changes_nothing_and_is_reported(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_args: object) -> dict[str, int]:
        raise OperationalError("select", {}, Exception("server closed the connection"))

    monkeypatch.setitem(bench.handlers, "alpha.deposit.v1", lost)  # type: ignore[arg-type]
    with pytest.raises(DatabaseAway):
        bench.deliver(deposit(bench, 1))
    with bench.session() as session:
        assert session.scalar(select(func.count()).select_from(tables.inbox)) == 0


def test_what_cannot_be_said_is_not_done_either(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    insert_new = bulk.insert_new

    def no_outbox(session, table, rows):  # type: ignore[no-untyped-def]
        if table is tables.outbox:
            raise DatabaseAway("OperationalError")
        return insert_new(session, table, rows)

    monkeypatch.setattr(bulk, "insert_new", no_outbox)
    message = deposit(bench, 1)
    with pytest.raises(DatabaseAway):
        bench.deliver(message)
    monkeypatch.undo()
    assert effects(bench) == []
    bench.deliver(message)
    assert effects(bench) == [1]


def test_a_defect_in_what_a_handler_says_is_a_failure_of_that_message_alone(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = bench.handlers["alpha.deposit.v1"]

    def wrong(work, command):  # type: ignore[no-untyped-def]
        if command["n"] == 2:
            work.emit("alpha.deposited.v1", {"n": 2, "extra": 1})
        return original(work, command)

    monkeypatch.setitem(bench.handlers, "alpha.deposit.v1", wrong)  # type: ignore[arg-type]
    bench.deliver(deposit(bench, 1), deposit(bench, 2), deposit(bench, 3))
    assert effects(bench) == [1, 3]
