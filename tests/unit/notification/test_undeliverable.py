"""What could not be delivered asks the liaison to put it right; what nobody acknowledges in time goes to somebody else."""

from __future__ import annotations

import contextlib
import typing as t
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from chassis.envelope import Envelope
from chassis.errors import Rejected
from chassis.tables import outbox
from chassis.testing import Bench
from services.notification.domain.delivery import Outcome
from services.notification.watching import Watcher
from tests.unit.notification.conftest import WOMEN, caller, case, inbox, staff
from tests.unit.notification.test_lanes import SENT, Killed, Post, deliver_outbox, endpoints, lane, overdue, person_with

LOST, REACHED = "notification.undeliverable.v1", "notification.reachable_again.v1"


def waiting(bench: Bench, message_type: str) -> list[Envelope]:
    """What stands in the outbox."""
    with bench.session() as session:
        bodies = list(session.scalars(select(outbox.c.body).order_by(outbox.c.id)))
    found = [Envelope.decode(bytes(body)) for body in bodies]
    return [one for one in found if one.type == message_type]


def test_a_bad_number_asks_for_a_task_once_with_station_and_reason_and_no_number(reach: Bench) -> None:
    person = person_with(reach, phone="13800000000")
    overdue(reach, person)
    overdue(reach, person)
    lane(reach, "sms", Post(Outcome("permanent", "code isv.MOBILE_NUMBER_ILLEGAL", address_is_bad=True))).step()
    (said,) = waiting(reach, LOST)
    assert (said.organization, said.data["station"], said.data["channel"]) == (WOMEN, "fengquan", "sms")
    assert said.data["person"] == str(person)
    assert "138" not in str(said.data["reason"])


def test_what_is_given_up_at_last_asks_for_a_task_and_what_is_only_late_does_not(reach: Bench) -> None:
    person = person_with(reach, email="li@example.cn")
    overdue(reach, person)
    mail = lane(reach, "email", Post(Outcome("temporary", "no connection")))
    for tries in range(12):
        assert waiting(reach, LOST) == [], f"{tries} tries are not the end"
        mail.step()
        reach.clock.move(hours=12, seconds=1)
    (said,) = waiting(reach, LOST)
    assert said.data["reason"] == "no connection"
    assert endpoints(reach, person)[0]["state"] == "active"


def test_the_first_thing_that_arrives_again_ends_the_task(reach: Bench) -> None:
    person = person_with(reach, email="li@example.cn")
    overdue(reach, person)
    post = Post(Outcome("permanent", "SMTP 554"), SENT)
    mail = lane(reach, "email", post)
    mail.step()
    (said,) = waiting(reach, LOST)
    reach.clock.move(seconds=5)
    overdue(reach, person)
    mail.step()
    overdue(reach, person)
    mail.step()
    (again,) = waiting(reach, REACHED)
    assert (again.data["endpoint"], again.data["since"]) == (said.data["endpoint"], said.data["since"])


def test_a_corrected_address_ends_the_task_as_well(reach: Bench) -> None:
    event = staff("officer", WOMEN, phone="13800000000")
    reach.handle("intake.staff_registered.v1", event, organization=WOMEN)
    overdue(reach, event["person"])
    lane(reach, "sms", Post(Outcome("permanent", "x", address_is_bad=True))).step()
    reach.clock.move(seconds=1)
    reach.handle("intake.staff_registered.v1", {**event, "phone": "13900000000"}, organization=WOMEN)
    assert len(reach.said(REACHED)) == 1


def test_an_attempt_that_a_dead_process_left_open_is_not_repeated_but_asked_about(reach: Bench) -> None:
    person = person_with(reach, phone="13800000000")
    overdue(reach, person)
    with contextlib.suppress(Killed):
        lane(reach, "sms", Post(Killed())).step()
    reach.clock.move(minutes=3)
    post = Post()
    lane(reach, "sms", post).step()
    assert post.letters == []
    assert len(waiting(reach, LOST)) == 1


# acknowledged in time, or not


def watcher(bench: Bench) -> Watcher:
    relay = SimpleNamespace(wake=lambda *, sweep: None)
    platform = SimpleNamespace(database=bench.database, clock=bench.clock, contracts=bench.contracts, relay=relay)
    return Watcher(platform)


def exhausted(bench: Bench) -> tuple[UUID, UUID]:
    """Officer and director, after the officer was told that nobody is left for a case."""
    officer, director = staff("officer"), staff("director")
    for one in (officer, director):
        bench.handle("intake.staff_registered.v1", one)
    event = {**case(), "asked": 3, "reason": "all_declined", "exhausted_at": bench.clock.now()}
    known = bench.contracts["assignment.candidates_exhausted.v1"].reader.fields  # type: ignore[attr-defined]
    data = {name: value for name, value in event.items() if name in known}
    bench.handle("assignment.candidates_exhausted.v1", data, organization=WOMEN)
    return officer["person"], director["person"]


def kinds(bench: Bench, person: UUID) -> list[str]:
    return [item["kind"] for item in inbox(bench, person)]


def test_what_nobody_acknowledges_in_time_is_told_to_somebody_above_once(bench: Bench) -> None:
    officer, director = exhausted(bench)
    assert kinds(bench, officer) == ["candidates_exhausted"]
    watch = watcher(bench)
    bench.clock.move(minutes=239)
    watch.step()
    deliver_outbox(bench)
    assert kinds(bench, director) == []
    bench.clock.move(minutes=2)
    watch.step()
    watcher(bench).step()
    deliver_outbox(bench)
    (item,) = inbox(bench, director)
    assert item["kind"] == "unacknowledged"
    assert "C2026-00001" in item["title"]["zh"]
    assert item["link"].startswith("/v1/cases/")
    assert item["why"]["zh"]


def test_who_says_in_time_that_they_act_on_it_is_not_reported(bench: Bench) -> None:
    officer, director = exhausted(bench)
    said = {"notification": inbox(bench, officer)[0]["id"], "state": "acknowledged"}
    bench.handle("notification.acknowledge.v1", said, principal=caller(officer))
    bench.clock.move(days=2)
    watcher(bench).step()
    deliver_outbox(bench)
    assert kinds(bench, director) == []


def test_to_have_read_it_is_not_enough(bench: Bench) -> None:
    officer, director = exhausted(bench)
    read = {"notification": inbox(bench, officer)[0]["id"], "state": "read"}
    bench.handle("notification.acknowledge.v1", read, principal=caller(officer))
    bench.clock.move(days=2)
    watcher(bench).step()
    deliver_outbox(bench)
    assert kinds(bench, director) == ["unacknowledged"]


# search and counts


def ask(bench: Bench, name: str, person: UUID, **params: t.Any) -> dict[str, t.Any]:
    return bench.query(f"notification.{name}", params, caller(person))


def test_search_finds_all_words_in_either_language_and_only_one_s_own(bench: Bench) -> None:
    person, other = uuid4(), uuid4()
    overdue(bench, person, other)
    for text, count in (("A2026-00001", 1), ("a2026 OVERDUE", 1), ("逾期 期限", 1), ("100%", 0), ("A2026_0001", 0)):
        assert len(ask(bench, "search", person, text=text)["items"]) == count, text
    assert {item["person"] for item in ask(bench, "search", other, text="A2026")["items"]} == {str(other)}


def test_filters_tell_read_acknowledged_settled_and_times_apart(bench: Bench) -> None:
    person = uuid4()
    overdue(bench, person)
    bench.clock.move(hours=1)
    overdue(bench, person)
    newest = inbox(bench, person)[0]
    said = {"notification": newest["id"], "state": "acknowledged"}
    bench.handle("notification.acknowledge.v1", said, principal=caller(person))

    def found(**params: t.Any) -> list[str]:
        return [item["id"] for item in inbox(bench, person, **params)]

    assert found(acknowledged=True) == [newest["id"]]
    assert len(found(acknowledged=False)) == len(found(unread=True)) == 1
    assert len(found(open=True, urgency="urgent")) == 2
    assert found(open=False) == found(urgency="low") == []
    moment = bench.clock.now()
    assert found(since=moment.isoformat()) == [newest["id"]]
    assert newest["id"] not in found(until=moment.isoformat())
    counts = ask(bench, "counts", person)
    assert counts == {
        "unread": 1,
        "unacknowledged": 1,
        "open": 2,
        "by_kind": {"deadline_overdue": 1},
        "by_urgency": {"urgent": 1},
    }


def test_one_notification_is_read_by_its_person_alone(bench: Bench) -> None:
    person = uuid4()
    overdue(bench, person)
    one = inbox(bench, person)[0]["id"]
    assert ask(bench, "notification", person, notification=one)["id"] == one
    for stranger in (uuid4(), None):
        with pytest.raises(Rejected, match="not-found"):
            bench.query("notification.notification", {"notification": one}, caller(stranger))
    with pytest.raises(Rejected, match="forbidden"):
        bench.query("notification.notices", {"ids": [one]}, caller(person, "center_admin"))
