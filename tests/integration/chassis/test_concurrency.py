"""Green threads: a query in PostgreSQL must not stop the others, and one organization must not stop another."""

import time

import eventlet
from sqlalchemy import text

from chassis.database import Database
from tests.infrastructure.backends import Backend
from tests.toy.driver import Toy


def test_other_green_threads_run_while_postgresql_works(rabbitmq: Backend) -> None:
    database = Database(rabbitmq.create("intake"))
    ticks = []

    def tick() -> None:
        while True:
            ticks.append(1)
            eventlet.sleep(0.01)

    thread = eventlet.spawn(tick)
    with database.session() as session:
        session.execute(text("SELECT pg_sleep(0.5)"))
    thread.kill()
    database.close()
    assert len(ticks) > 20


def test_a_slow_organization_does_not_stop_another(rabbitmq: Backend) -> None:
    toy = Toy(rabbitmq)
    try:
        toy.deposit_many([(n, "garrison", "slow") for n in range(100, 200)])
        toy.start()
        began = time.monotonic()
        toy.deposit_many([(n, "center", "ok") for n in range(1, 11)])
        toy.wait_heard(range(1, 11), timeout=15)
        took = time.monotonic() - began
        assert len(toy.effects("alpha")) < 100, f"the flood was through after {took:.1f} s: the test tested nothing"
    finally:
        toy.end()
