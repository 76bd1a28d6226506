"""A plugin for pytest that switches one safeguard off: ``AIDBUS_TEST_WITHOUT=NAME pytest -p tests.chaos.sabotage TEST``.

The tests that it is used on run the product in their own process. (Safeguards whose harm shows only when a process is
killed are switched off in tests/toy/sabotage.py.)
"""

from __future__ import annotations

import os
import typing as t


def pytest_configure() -> None:
    """After the tests' conftest, which patches eventlet first of all."""
    SAFEGUARDS[os.environ["AIDBUS_TEST_WITHOUT"]][0]()


def without_inbox() -> None:
    """A message that comes twice is taken for two."""
    from chassis import inbox

    inbox.claim = lambda session, keys, now: set(keys)


def without_one_transaction() -> None:
    """What a handler changed stays although what it said could not be written."""
    from chassis import outbox

    write = outbox.write

    def committed_before(session: t.Any, rows: t.Any, token: t.Any, leased_until: t.Any) -> None:
        session.connection().exec_driver_sql("COMMIT")
        session.connection().exec_driver_sql("BEGIN")
        write(session, rows, token, leased_until)

    outbox.write = committed_before


def without_lease() -> None:
    """A relay reads what is due and marks nothing as its own."""
    from sqlalchemy import select

    from chassis import relay
    from chassis.outbox import OutboxRow
    from chassis.tables import outbox

    def claim(self: t.Any) -> list[OutboxRow]:
        with self.database.session() as session:
            due = select(*relay.COLUMNS).where(outbox.c.available_at <= self.clock.now())
            return [OutboxRow(*row) for row in session.execute(due)]

    relay.Relay.claim = claim  # type: ignore[method-assign]


def without_mandatory() -> None:
    """The broker says nothing of a message that no queue takes."""
    from amqp import Channel

    publish = Channel.basic_publish

    def silently(self: t.Any, *arguments: t.Any, **options: t.Any) -> t.Any:
        return publish(self, *arguments, **{**options, "mandatory": False})

    Channel.basic_publish = silently


def without_alternate_exchange() -> None:
    """What no mailbox takes goes nowhere."""
    from chassis import topology

    def declare_base(self: t.Any, channel: t.Any) -> None:
        channel.queue_declare(self.unroutable, arguments=topology.QUORUM, **topology.DURABLE)
        channel.exchange_declare(self.exchange(topology.COMMANDS), "direct", **topology.DURABLE)
        channel.exchange_declare(self.exchange(topology.EVENTS), "topic", **topology.DURABLE)

    topology.Topology.declare_base = declare_base  # type: ignore[method-assign]


def without_locks() -> None:
    """Rows are read without FOR UPDATE."""
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    get = Session.get

    def unlocked(self: t.Any, *arguments: t.Any, **options: t.Any) -> t.Any:
        return get(self, *arguments, **{**options, "with_for_update": None})

    Session.get = unlocked  # type: ignore[method-assign]
    Select.with_for_update = lambda self, **_options: self  # type: ignore[method-assign,assignment]


def without_versions() -> None:
    """What the caller saw is not compared with what is there."""
    from gateway import writes

    writes._version = lambda body, is_versioned, is_needed: {}


def without_idempotency() -> None:
    """A request that is sent again is another request."""
    from gateway import writes

    writes.idempotency_key = lambda: None


def without_scope() -> None:
    """Everybody sees everything."""
    from chassis.principal import Principal

    Principal.sees_all = property(lambda self: True)  # type: ignore[method-assign,assignment]
    Principal.may_see = lambda self, organization, station=None: True  # type: ignore[method-assign]


CONSUME = "tests/unit/chassis/test_consume.py::"
RELAYS = "tests/integration/chassis/test_relays_side_by_side.py::"
SAFEGUARDS: dict[str, tuple[t.Callable[[], None], str]] = {
    "inbox": (without_inbox, CONSUME + "test_a_message_that_is_delivered_twice_has_effect_once"),
    "one transaction": (without_one_transaction, CONSUME + "test_what_cannot_be_said_is_not_done_either"),
    "lease": (without_lease, RELAYS + "test_two_relays_never_have_the_same_row_in_hand"),
    "mandatory": (without_mandatory, RELAYS + "test_what_no_queue_takes_stays_in_the_outbox"),
    "alternate exchange": (
        without_alternate_exchange,
        "tests/integration/chassis/test_weather.py::"
        "test_a_message_to_an_unknown_organization_is_parked_where_it_can_be_seen",
    ),
    "row lock": (
        without_locks,
        "tests/integration/intake/test_two_processes_at_once.py::test_of_two_decisions_at_once_one_holds",
    ),
    "version": (
        without_versions,
        "tests/unit/gateway/test_editing.py::test_an_edit_carries_the_version_that_its_caller_saw",
    ),
    "idempotency key": (
        without_idempotency,
        "tests/unit/gateway/test_postgresql.py::test_ten_requests_that_race_with_one_key_make_one_command",
    ),
    "organization scope": (
        without_scope,
        "tests/unit/intake/test_reading.py::test_what_is_out_of_sight_is_answered_like_what_does_not_exist",
    ),
}
