"""One scheduler process of the benchmark: the platform's own loop, over a relay that keeps what it is handed."""

from __future__ import annotations

import chassis.green  # noqa: F401  # isort: skip - before anything that opens a socket

import datetime as dt
import signal
import typing as t
from types import SimpleNamespace

from benchmarks.workload import Place
from chassis.clock import SystemClock
from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import OutboxRow
from services.supervision.scheduler import Scheduler
from services.supervision.settings import SupervisionSettings


class Shelf:
    """Takes every row and sends none: what is measured is the firing."""

    def __init__(self) -> None:
        self.token = new_id()

    def lease(self, now: dt.datetime) -> dt.datetime:
        return now + dt.timedelta(minutes=10)

    def hand_over(self, rows: t.Sequence[OutboxRow]) -> None:
        pass


def main() -> None:
    scheduler = Scheduler()
    scheduler.settings = SupervisionSettings(tick_seconds=0.05)
    database = Database(Place.here().database_url.replace("postgresql:", "postgresql+psycopg:"))
    scheduler.platform = t.cast(t.Any, SimpleNamespace(database=database, relay=Shelf(), clock=SystemClock()))
    scheduler.prepare()
    signal.signal(signal.SIGTERM, lambda *_: scheduler.stop())
    scheduler.run()


if __name__ == "__main__":
    main()
