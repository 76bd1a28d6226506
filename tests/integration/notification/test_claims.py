"""Lanes of several processes over one PostgreSQL: each delivery leaves once, and telling is fast enough."""

from __future__ import annotations

import collections
import datetime as dt
import threading
import typing as t
from types import SimpleNamespace
from uuid import UUID, uuid4

import eventlet
import pytest
from sqlalchemy import insert, select

from chassis.clock import MovableClock
from chassis.database import Database
from chassis.ids import new_id
from chassis.migrations import migrate
from chassis.testing import Bench
from chassis.vault import Vault
from contracts.registry import REGISTRY
from services.notification.channels.letter import Letter
from services.notification.domain.delivery import WAYS, Outcome
from services.notification.handlers import HANDLERS
from services.notification.lanes import Lane
from services.notification.models import Attempt, Base, Delivery, Endpoint, Notification
from services.notification.settings import NotificationSettings
from services.notification.views import VIEWS
from tests.unit.notification.conftest import KEY, NOW, WOMEN, staff, task

COUNT = 200


@pytest.fixture
def database(databases: t.Any) -> t.Iterator[Database]:
    made = Database(databases.create(f"claims_{uuid4().hex[:6]}"))
    migrate("services.notification", made)
    yield made
    made.close()


def notification(person: UUID, number: int) -> dict[str, t.Any]:
    words = {f"{part}_{lang}": "x" for part in ("title", "text", "why") for lang in ("zh", "en")}
    return {
        "id": new_id(),
        "person": person,
        "source": uuid4(),
        "kind": "task_opened",
        "message": uuid4(),
        "organization": WOMEN,
        "urgency": "urgent",
        "link": f"/v1/tasks/{number}",
        "channel": "inbox",
        "created_at": NOW,
        **words,
    }


def test_two_processes_that_send_at_the_same_time_send_each_letter_once(database: Database) -> None:
    endpoint = {"organization": WOMEN, "channel": "email", "state": "active", "created_at": NOW, "version": 1}
    with database.session() as session:
        for number in range(COUNT):
            person, mail = uuid4(), uuid4()
            row = notification(person, number)
            session.execute(insert(Notification).values(row))
            address = Vault([KEY]).seal(f"p{number}@x.cn")
            session.execute(insert(Endpoint).values(id=mail, person=person, address_sealed=address, **endpoint))
            delivery = {"source": row["id"], "notification": row["id"], "person": person, "endpoint": mail}
            times = {"due_at": NOW, "created_at": NOW}
            session.execute(
                insert(Delivery).values(id=new_id(), channel="email", state="pending", attempts=0, **delivery, **times)
            )
    sent: collections.Counter[str] = collections.Counter()

    def send(letter: Letter) -> Outcome:
        eventlet.sleep(0.001)
        sent[letter.address] += 1
        return Outcome("sent")

    clock = MovableClock(NOW + dt.timedelta(minutes=1), frozen=True)

    def run() -> None:
        own = Database(database.url.render_as_string(hide_password=False))
        settings = NotificationSettings(
            data_keys=KEY, channels="email", lane_workers=8, channel_rates="email=60000/minute"
        )
        platform = SimpleNamespace(database=own, clock=clock, settings=settings, contracts=REGISTRY, relay=None)
        lane = Lane(WAYS["email"], send, platform)
        while lane.step():
            pass
        own.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with database.session() as session:
        assert set(session.scalars(select(Delivery.state))) == {"sent"}
        assert set(session.scalars(select(Attempt.number))) == {1}
    assert len(sent) == COUNT
    assert set(sent.values()) == {1}


def test_an_event_for_fifty_persons_becomes_fifty_rows_in_one_transaction(database: Database) -> None:
    settings = NotificationSettings(data_keys=KEY, channels="email")
    bench = Bench("notification", HANDLERS, VIEWS, Base.metadata, settings, REGISTRY, start=NOW, database=database)
    people = [uuid4() for _ in range(50)]
    bench.deliver(
        *(bench.envelope("supervision.task_opened.v1", task(assignees=people), organization=WOMEN) for _ in range(20))
    )
    with database.session() as session:
        assert len(list(session.scalars(select(Notification.id)))) == 1000


def test_a_holder_who_registers_while_something_is_left_for_the_post_hears_of_it_once(database: Database) -> None:
    """Two transactions at the same moment: one finds the post vacant, the other takes it."""
    settings = NotificationSettings(data_keys=KEY)
    bench = Bench("notification", HANDLERS, VIEWS, Base.metadata, settings, REGISTRY, start=NOW, database=database)
    people = []
    for _ in range(10):
        station = f"s-{uuid4().hex[:8]}"
        person = staff("liaison", WOMEN, station=station)
        refused = {
            "application": uuid4(),
            "application_number": "A2026-00001",
            "organization": WOMEN,
            "station": station,
            "recipient_group": "woman",
            "form_of_aid": "civil_litigation",
            "matter": "marriage_family",
            "refused_at": NOW,
            "reasons": ["x"],
        }
        threads = [
            threading.Thread(target=bench.deliver, args=(bench.envelope(kind, data, organization=WOMEN),))
            for kind, data in (("intake.application_refused.v1", refused), ("intake.staff_registered.v1", person))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        people.append(person["person"])
    with database.session() as session:
        told = list(session.scalars(select(Notification.person).where(Notification.kind == "application_refused")))
    assert sorted(told) == sorted(people)
