"""Any number of relays work side by side without a leader: none takes what another has in hand, and none lets go of what
the broker did not take."""

from __future__ import annotations

import datetime as dt
import typing as t

import eventlet
import pytest
from sqlalchemy import select, update

from chassis import bus, tables
from chassis.clock import MovableClock
from chassis.relay import Relay
from chassis.settings import PlatformSettings
from chassis.topology import Topology
from tests.infrastructure.backends import Backend
from tests.infrastructure.waiting import wait_until
from tests.toy.driver import Toy
from tests.toy.platform import REGISTRY


@pytest.fixture
def toy(rabbitmq: Backend) -> t.Iterator[Toy]:
    toy = Toy(rabbitmq)
    yield toy
    toy.end()


def relay_of(toy: Toy, **options: t.Any) -> Relay:
    """A relay of beta, as another process has one."""
    settings = PlatformSettings(bus_url=toy.backend.bus_url, namespace=toy.backend.namespace, **options)
    return Relay("beta", toy.databases["beta"], Topology(settings.namespace, REGISTRY), toy.clock, settings)


def test_two_relays_never_have_the_same_row_in_hand(toy: Toy) -> None:
    toy.deposit_many([(n, "center", "ok") for n in range(1, 101)])
    relays = [relay_of(toy, relay_batch=10) for _ in range(4)]
    pool = eventlet.GreenPool()
    hands = [row.id for rows in pool.imap(lambda place: relays[place % 4].claim(), range(12)) for row in rows]
    hands += [row.id for row in relays[0].claim()]
    assert len(hands) == len(set(hands)), "a row is in two hands"
    assert len(hands) == 100, "a row is in no hand"


def test_a_row_whose_relay_died_is_taken_when_its_lease_ends_and_not_before(toy: Toy) -> None:
    clock = toy.clock = MovableClock()
    toy.deposit_many([(n, "center", "ok") for n in range(1, 4)])
    dead, living = relay_of(toy, relay_lease_seconds=15), relay_of(toy)
    held = {row.id for row in dead.claim()}
    clock.move(seconds=14)
    assert living.claim() == []
    clock.move(seconds=2)
    assert {row.id for row in living.claim()} == held


def test_what_no_queue_takes_stays_in_the_outbox(toy: Toy) -> None:
    """Even the queue of unroutable messages is away: the broker says so, and the row stays with that reason."""
    relay = relay_of(toy)
    relay.publisher.connect()
    connection = bus.connect(toy.backend.bus_url)
    topology = Topology(toy.backend.namespace, REGISTRY)
    with connection.channel() as channel:
        for service in REGISTRY.services:
            topology.declare_mailbox(channel, service, "center")
        relay.publisher._topology._declared = {"center": set(REGISTRY.services)}
        channel.queue_delete(topology.mailbox("alpha", "center"))
        channel.queue_unbind(topology.unroutable, topology.exchange("unroutable"), "")
    bus.close_quietly(connection)
    toy.deposit(1)
    running = eventlet.spawn(relay.run)

    def reason() -> str | None:
        with toy.databases["beta"].session() as session:
            row = session.execute(select(tables.outbox)).one()
        return t.cast(str | None, row.last_error)

    try:
        assert wait_until(reason, 10, "the broker's answer") == "unroutable"
    finally:
        relay.stop()
        running.wait()
        relay.publisher.close()


def test_a_relay_alone_takes_up_what_it_claimed_and_never_held(toy: Toy) -> None:
    """Rows are written as claimed; whoever wrote them may die, or never learn, before it hands them over."""
    clock = toy.clock = MovableClock()
    toy.deposit_many([(n, "center", "ok") for n in range(1, 4)])
    relay = relay_of(toy, relay_lease_seconds=15)
    claimed = {row.id for row in relay.claim()}
    assert relay.claim() == []
    clock.move(seconds=16)
    assert {row.id for row in relay.claim()} == claimed


def test_a_relay_sends_nothing_again_that_it_still_holds(toy: Toy) -> None:
    clock = toy.clock = MovableClock()
    toy.deposit_many([(n, "center", "ok") for n in range(1, 4)])
    relay = relay_of(toy, relay_lease_seconds=15)
    rows = relay.claim()
    relay.publisher._pending = {tag: (row, 0.0) for tag, row in enumerate(rows, 1)}  # the broker has not answered
    clock.move(seconds=16)
    assert relay.claim() == []
    with toy.databases["beta"].session() as session:
        leases = session.scalars(select(tables.outbox.c.leased_until)).all()
    assert all(lease > clock.now() for lease in leases), "its lease was not renewed"


def test_what_fails_for_days_is_tried_every_minute(toy: Toy) -> None:
    """Two to the power of the failures does not fit into a number of seconds for long."""
    clock = toy.clock = MovableClock()
    toy.deposit(1)
    relay = relay_of(toy)
    with toy.databases["beta"].session() as session:
        session.execute(update(tables.outbox).values(failures=5000))
    relay.publisher._failed = [(row, "nack") for row in relay.claim()]
    with pytest.raises(ConnectionError):  # this relay never connected
        relay._settle()
    with toy.databases["beta"].session() as session:
        row = session.execute(select(tables.outbox)).one()
    assert (row.failures, row.token, row.last_error) == (5001, None, "nack")
    assert dt.timedelta(seconds=50) < row.available_at - clock.now() <= dt.timedelta(minutes=1)
