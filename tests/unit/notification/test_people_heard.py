"""Of a colleague the newest version holds, whatever the clock of the process that told it says."""

from __future__ import annotations

import datetime as dt

from chassis.testing import Bench
from services.notification.models import Person
from tests.unit.notification.conftest import staff


def test_a_newer_version_counts_although_its_process_is_slow(bench: Bench) -> None:
    event = staff("officer")
    now = bench.clock.now()
    bench.handle("intake.staff_registered.v1", event)
    for version, name, minutes in ((2, "second", 5), (4, "fourth", 0), (3, "third", 9)):
        told = {**event, "name": name, "version": version}
        bench.handle("intake.staff_changed.v1", told, now=now + dt.timedelta(minutes=minutes))
    with bench.session() as session:
        assert session.get_one(Person, event["person"]).name == "fourth"
