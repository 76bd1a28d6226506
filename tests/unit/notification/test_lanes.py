"""Deliveries from the plan to the end: claimed once, sent outside any transaction, recorded, repeated by kind."""

from __future__ import annotations

import datetime as dt
import re
import typing as t
from dataclasses import replace
from types import SimpleNamespace
from uuid import UUID, uuid4

import eventlet
import pytest

from chassis.envelope import Envelope
from chassis.tables import outbox
from chassis.testing import Bench
from services.notification.channels.letter import Letter
from services.notification.channels.webhook import new_secret
from services.notification.domain.delivery import WAYS, Outcome
from services.notification.lanes import Lane
from services.notification.models import Attempt, Delivery
from services.notification.planning import plans
from tests.unit.notification.conftest import NOW, WOMEN, caller, inbox, mark, staff, task

SENT = Outcome("sent")


class Killed(BaseException):
    """Stands for SIGKILL: nothing of the process's own code runs any more."""


class Post:
    """Stands for a channel: keeps the letters and answers as told; the last answer is repeated."""

    def __init__(self, *answers: Outcome | BaseException) -> None:
        self.answers = list(answers) or [SENT]
        self.letters: list[Letter] = []

    def __call__(self, letter: Letter) -> Outcome:
        self.letters.append(letter)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, BaseException):
            raise answer
        return answer


def lane(bench: Bench, channel: str, send: t.Any) -> Lane:
    platform = SimpleNamespace(
        database=bench.database,
        clock=bench.clock,
        settings=bench.settings,
        contracts=bench.contracts,
        relay=SimpleNamespace(wake=lambda *, sweep: None),
    )
    return Lane(WAYS[channel], send, platform)


def person_with(bench: Bench, **contact: str) -> UUID:
    event = staff("officer", WOMEN, station="fengquan", **contact)
    bench.handle("intake.staff_registered.v1", event, organization=WOMEN)
    return t.cast(UUID, event["person"])


def overdue(bench: Bench, *people: UUID) -> dict[str, t.Any]:
    event = task()
    bench.handle("supervision.deadline_overdue.v1", mark(event, list(people)), organization=WOMEN)
    return event


def deliveries(bench: Bench, person: UUID, **params: t.Any) -> list[dict[str, t.Any]]:
    return t.cast(list[dict[str, t.Any]], bench.query("notification.deliveries", params, caller(person))["items"])


def test_an_urgent_matter_goes_to_the_mail_address_at_once_with_why_and_link_and_no_more(reach: Bench) -> None:
    person, post = person_with(reach, email="li@example.cn"), Post()
    event = overdue(reach, person)
    assert lane(reach, "email", post).step()
    (letter,) = post.letters
    assert letter.address == "li@example.cn"
    assert letter.title == inbox(reach, person)[0]["title"]["zh"]
    assert letter.body == "您负责的工作已超过期限。"
    assert letter.link == f"https://aid.example/v1/tasks/{event['task']}"
    assert letter.document == {}


def test_what_is_sent_is_not_sent_again(reach: Bench) -> None:
    person, post = person_with(reach, email="li@example.cn"), Post()
    overdue(reach, person)
    one, two = lane(reach, "email", post), lane(reach, "email", post)
    assert [one.step(), two.step(), one.step()] == [True, False, False]
    assert len(post.letters) == 1
    (row,) = deliveries(reach, person)
    assert (row["state"], [attempt["outcome"] for attempt in row["attempts"]]) == ("sent", ["sent"])


def test_channels_that_are_switched_off_get_nothing(bench: Bench) -> None:
    person = person_with(bench, email="li@example.cn", phone="13800000000")
    overdue(bench, person)
    assert deliveries(bench, person) == []
    assert len(inbox(bench, person)) == 1


def test_a_dead_server_is_tried_again_with_the_same_id_until_it_is_back(reach: Bench) -> None:
    person, post = person_with(reach, email="li@example.cn"), Post(Outcome("temporary", "no connection"), SENT)
    overdue(reach, person)
    mail = lane(reach, "email", post)
    mail.step()
    assert not mail.step()
    reach.clock.move(seconds=61)
    assert mail.step()
    first, second = post.letters
    assert (first.id, first.attempt, second.id, second.attempt) == (first.id, 1, first.id, 2)
    (row,) = deliveries(reach, person)
    assert [attempt["outcome"] for attempt in row["attempts"]] == ["temporary", "sent"]


def test_an_invalid_number_is_never_tried_again_and_those_who_can_mend_it_are_told(reach: Bench) -> None:
    liaison = staff("liaison", WOMEN, station="fengquan")
    reach.handle("intake.staff_registered.v1", liaison, organization=WOMEN)
    person = person_with(reach, phone="13800000000")
    overdue(reach, person)
    post = Post(Outcome("permanent", "code isv.MOBILE_NUMBER_ILLEGAL", address_is_bad=True))
    sms = lane(reach, "sms", post)
    sms.step()
    reach.clock.move(days=2)
    assert not sms.step()
    deliver_outbox(reach)
    assert [item["kind"] for item in inbox(reach, person)] == ["endpoint_failed", "deadline_overdue"]
    (item,) = inbox(reach, liaison["person"])
    assert item["title"]["zh"] == "接收地址失效：短信"
    assert "13800000000" not in str(item)
    said = " ".join(str(item[name]) for name in ("title", "text", "why"))  # an id, as in the link, may hold any digits
    assert not re.search(r"\d{7}|13800|\*{3}|0000", said), "neither the number nor what is left of it when masked"
    overdue(reach, person)
    assert not sms.step()
    assert len(post.letters) == 1


def test_a_corrected_number_is_used_again(reach: Bench) -> None:
    event = staff("officer", WOMEN, phone="13800000000")
    reach.handle("intake.staff_registered.v1", event, organization=WOMEN)
    overdue(reach, event["person"])
    lane(reach, "sms", Post(Outcome("permanent", "x", address_is_bad=True))).step()
    reach.clock.move(seconds=1)
    reach.handle("intake.staff_registered.v1", {**event, "phone": "13900000000"}, organization=WOMEN)
    post = Post()
    overdue(reach, event["person"])
    lane(reach, "sms", post).step()
    assert {letter.address for letter in post.letters} == {"13900000000"}


def test_a_liaison_whose_own_address_fails_is_not_the_one_who_must_mend_it(reach: Bench) -> None:
    head = staff("organization_head", WOMEN)
    reach.handle("intake.staff_registered.v1", head, organization=WOMEN)
    liaison = staff("liaison", WOMEN, station="fengquan", phone="13800000000")
    reach.handle("intake.staff_registered.v1", liaison, organization=WOMEN)
    overdue(reach, liaison["person"])
    lane(reach, "sms", Post(Outcome("permanent", "x", address_is_bad=True))).step()
    deliver_outbox(reach)
    assert [item["kind"] for item in inbox(reach, liaison["person"])].count("endpoint_failed") == 1
    assert [item["kind"] for item in inbox(reach, head["person"])] == ["endpoint_failed"]


def test_what_was_read_in_the_inbox_meanwhile_is_not_sent(reach: Bench) -> None:
    person, post = person_with(reach, email="li@example.cn"), Post()
    reach.handle("supervision.deadline_reminded.v1", mark(task("retainer"), [person]), organization=WOMEN)
    read = {"notification": inbox(reach, person)[0]["id"]}
    reach.handle("notification.acknowledge.v1", read, principal=caller(person))
    reach.clock.move(minutes=11)
    assert not lane(reach, "email", post).step()
    assert deliveries(reach, person)[0]["state"] == "cancelled"


def test_who_does_not_read_in_time_hears_it_another_way(reach: Bench) -> None:
    person = person_with(reach, email="li@example.cn", phone="13800000000")
    overdue(reach, person)
    mail, sms = Post(), Post()
    lane(reach, "email", mail).step()
    assert not lane(reach, "sms", sms).step()
    reach.clock.move(minutes=61)
    assert lane(reach, "sms", sms).step()
    assert "A2026-00001" in mail.letters[0].title
    assert "A2026-00001" in sms.letters[0].title


@pytest.mark.slow
@pytest.mark.parametrize(("channel", "again"), [("email", True), ("sms", False)])
def test_after_a_crash_while_sending_only_a_way_that_knows_the_message_again_repeats_it(
    reach: Bench, channel: str, again: bool
) -> None:
    person = person_with(reach, **({"email": "li@example.cn"} if channel == "email" else {"phone": "13800000000"}))
    overdue(reach, person)
    dying, post = lane(reach, channel, Post(Killed())), Post()
    with pytest.raises(Killed):
        dying.step()
    later = lane(reach, channel, post)
    assert not later.step(), "the lease still holds"
    reach.clock.move(minutes=3)
    assert later.step() is again
    assert len(post.letters) == int(again)
    (row,) = deliveries(reach, person)
    assert row["state"] == ("sent" if again else "failed")
    assert row["attempts"][0]["ended_at"] is None


def test_a_process_that_lost_its_lease_changes_nothing_any_more(reach: Bench) -> None:
    person, post = person_with(reach, email="li@example.cn"), Post()
    overdue(reach, person)
    other = lane(reach, "email", post)

    def slow(letter: Letter) -> Outcome:
        reach.clock.move(minutes=3)
        other.step()
        return Outcome("permanent", "too late", address_is_bad=True)

    lane(reach, "email", slow).step()
    assert deliveries(reach, person)[0]["state"] == "sent"
    assert endpoints(reach, person)[0]["state"] == "active"


def test_a_defect_of_an_adapter_does_not_stop_the_lane(reach: Bench) -> None:
    people = [person_with(reach, email=f"p{number}@example.cn") for number in range(3)]
    overdue(reach, *people)
    lane(reach, "email", Post(ValueError("defect"), SENT)).step()
    assert sorted(deliveries(reach, person)[0]["state"] for person in people) == ["pending", "sent", "sent"]


def test_a_far_side_that_comes_to_no_end_keeps_its_worker_no_longer_than_the_lease(reach: Bench) -> None:
    person, mail = person_with(reach, email="p@example.cn"), lane(reach, "email", lambda _: eventlet.sleep(60))
    mail.settings = replace(mail.settings, lane_lease_seconds=0.02)
    overdue(reach, person)
    assert mail.step()
    (row,) = deliveries(reach, person)
    assert (row["state"], [one["outcome"] for one in row["attempts"]]) == ("pending", ["unknown"])


def test_who_waits_holds_up_only_its_own_worker_and_its_end_is_written_too(reach: Bench) -> None:
    slow, quick = (person_with(reach, email=f"{name}@example.cn") for name in ("slow", "quick"))
    answer = eventlet.event.Event()

    def send(letter: Letter) -> Outcome:
        if letter.address.startswith("slow"):
            answer.wait()
        return SENT

    mail = lane(reach, "email", send)
    overdue(reach, slow)
    (waiting,) = mail.begin()
    eventlet.sleep(0)
    assert not mail.finish()
    overdue(reach, quick)
    for one in mail.begin():
        one.wait()
    assert mail.finish()
    states = [deliveries(reach, person)[0]["state"] for person in (slow, quick)]
    assert states == ["pending", "sent"]
    answer.send()
    waiting.wait()
    assert mail.finish()
    assert mail.is_idle
    assert deliveries(reach, slow)[0]["state"] == "sent"


def test_an_address_that_takes_one_at_a_time_gets_no_second_message_while_the_first_is_under_way(reach: Bench) -> None:
    person, answer = person_with(reach), eventlet.event.Event()
    reach.handle(
        "notification.register_endpoint.v1",
        {"channel": "wecom", "address": "key-1"},
        principal=caller(person),
    )

    def send(letter: Letter) -> Outcome:
        answer.wait()
        return SENT

    bot = lane(reach, "wecom", send)
    overdue(reach, person)
    (first,) = bot.begin()
    overdue(reach, person)
    assert bot.begin() == []
    answer.send()
    first.wait()
    bot.finish()
    reach.clock.move(seconds=4)
    assert len(bot.begin()) == 1


def test_no_transaction_is_open_while_something_is_sent(reach: Bench) -> None:
    person = person_with(reach, email="li@example.cn")
    overdue(reach, person)
    seen = []

    def send(letter: Letter) -> Outcome:
        with reach.session() as session:  # would fail or wait if another transaction were open
            seen.append(session.query(Attempt).count())
        return SENT

    lane(reach, "email", send).step()
    assert seen == [1], "the attempt is committed before anything leaves"


def test_a_bot_is_not_asked_faster_than_it_takes_and_others_do_not_wait_for_it(reach: Bench) -> None:
    first, second = person_with(reach), person_with(reach)
    for person in (first, second):
        bot = {"channel": "wecom", "address": f"key-of-{person}"}
        reach.handle("notification.register_endpoint.v1", bot, principal=caller(person))
    for _ in range(12):
        overdue(reach, first)
    overdue(reach, second)
    post = Post()
    bots = lane(reach, "wecom", post)
    bots.step()
    assert {letter.address for letter in post.letters} == {f"key-of-{first}", f"key-of-{second}"}
    assert not bots.step()
    reach.clock.move(seconds=3)
    assert bots.step()
    assert len(post.letters) == 3


def test_a_throttled_address_is_left_alone_for_as_long_as_it_asks(reach: Bench) -> None:
    secret = new_secret()
    hook = {"channel": "webhook", "address": "https://front.example/hook", "secret": secret}
    reach.handle("notification.register_endpoint.v1", hook, principal=caller(None, "liaison", WOMEN))
    person = person_with(reach)
    overdue(reach, person)
    post = Post(Outcome("throttled", "HTTP 429", retry_after=100), SENT)
    hooks = lane(reach, "webhook", post)
    hooks.step()
    overdue(reach, person)
    reach.clock.move(seconds=99)
    assert not hooks.step()
    reach.clock.move(seconds=1)
    assert hooks.step()
    assert hooks.step()
    assert len(post.letters) == 3
    assert post.letters[0].document["data"]["kind"] == "deadline_overdue"
    assert post.letters[0].secrets == (secret,)


def test_a_front_end_that_is_dead_for_three_days_is_paused_and_gets_everything_when_it_is_back(reach: Bench) -> None:
    liaison = caller(None, "liaison", WOMEN)
    hook = {"channel": "webhook", "address": "https://front.example/hook", "secret": new_secret()}
    registered = reach.handle("notification.register_endpoint.v1", hook, principal=liaison)
    assert registered is not None
    person = person_with(reach)
    overdue(reach, person)
    dead = lane(reach, "webhook", Post(Outcome("temporary", "no connection")))
    for _ in range(80):
        dead.step()
        reach.clock.move(hours=1)
    (row,) = endpoints(reach, None, liaison)
    assert row["state"] == "paused"
    overdue(reach, person)
    post = Post()
    hooks = lane(reach, "webhook", post)
    assert not hooks.step()
    change = {"endpoint": registered["id"], "state": "active", "version": row["version"]}
    reach.handle("notification.change_endpoint.v1", change, principal=liaison)
    replay = {"endpoint": registered["id"], "since": NOW}
    answer = reach.handle("notification.replay_deliveries.v1", replay, principal=liaison)
    assert answer is not None
    assert answer["replayed"] == 2
    while hooks.step():
        pass
    assert len({letter.id for letter in post.letters}) == 2


def test_the_morning_list_comes_once_with_everything_unread(reach: Bench) -> None:
    person = person_with(reach, email="li@example.cn")
    for _ in range(3):
        paid = {**case_of(), "lawyer": person, "amount_fen": 1, "paid_on": NOW.date(), "paid_at": NOW}
        reach.handle("assignment.subsidy_paid.v1", paid, organization=WOMEN)
    post = Post()
    mail = lane(reach, "email", post)
    assert not mail.step()
    reach.clock.set(dt.datetime(2026, 3, 3, 0, 31, tzinfo=dt.UTC))
    assert mail.step()
    assert not mail.step()
    (letter,) = post.letters
    assert letter.title == "晨间清单：3 条通知"
    assert letter.body.count("https://aid.example/v1/subsidy-statement") == 3


def test_a_morning_list_with_nothing_left_is_not_sent(reach: Bench) -> None:
    person = person_with(reach, email="li@example.cn")
    paid = {**case_of(), "lawyer": person, "amount_fen": 1, "paid_on": NOW.date(), "paid_at": NOW}
    reach.handle("assignment.subsidy_paid.v1", paid, organization=WOMEN)
    read = {"notification": inbox(reach, person)[0]["id"]}
    reach.handle("notification.acknowledge.v1", read, principal=caller(person))
    post = Post()
    reach.clock.move(days=1)
    lane(reach, "email", post).step()
    assert post.letters == []


def test_a_superior_gets_the_overdue_tasks_below_them_every_monday_while_they_are_open(reach: Bench) -> None:
    superior = person_with(reach, email="head@example.cn")
    first, second = task(), task(number="A2026-00002")
    for event in (first, second):
        escalated = mark(event, [superior], line="center")
        reach.handle("supervision.deadline_escalated.v1", escalated, organization=WOMEN)
    kept = {name: first[name] for name in ("organization", "station", "application", "number", "task", "kind")}
    done = {**kept, "by": "act", "outcome": "done", "on_time": False, "finished_at": NOW}
    reach.handle("supervision.task_finished.v1", done, organization=WOMEN)
    post = Post()
    mail = lane(reach, "email", post)
    mail.step()
    reach.clock.set(dt.datetime(2026, 3, 9, 0, 29, tzinfo=dt.UTC))
    assert not mail.step()
    reach.clock.move(minutes=1)
    assert mail.step()
    letter = post.letters[-1]
    assert letter.title == "每周逾期清单：1 项"
    assert "A2026-00002" in letter.body
    assert "A2026-00001" not in letter.body
    assert not mail.step()


def test_who_is_registered_only_after_the_event_gets_what_is_still_news(reach: Bench) -> None:
    event = staff("officer", WOMEN, email="li@example.cn")
    overdue(reach, event["person"])
    reach.clock.move(hours=2)
    reach.handle("intake.staff_registered.v1", event, organization=WOMEN)
    post = Post()
    lane(reach, "email", post).step()
    assert len(post.letters) == 1


def test_every_urgency_has_a_plan() -> None:
    assert set(plans()) == {"low", "normal", "urgent"}


def case_of() -> dict[str, t.Any]:
    from tests.unit.notification.conftest import case

    return case(case=uuid4())


def endpoints(bench: Bench, person: UUID | None, principal: t.Any = None) -> list[dict[str, t.Any]]:
    of = "me" if principal is None else "organization"
    answer = bench.query("notification.endpoints", {"of": of}, principal or caller(person))
    return t.cast(list[dict[str, t.Any]], answer["items"])


def deliver_outbox(bench: Bench) -> None:
    """Take what the lanes said to the handlers."""
    with bench.session() as session:
        bodies = list(session.execute(outbox.select()).all())
        session.execute(outbox.delete())
    bench.deliver(*(Envelope.decode(row.body) for row in bodies))


def test_the_deliveries_of_a_delivery_table_are_unique_per_thing_and_address(reach: Bench) -> None:
    person = person_with(reach, email="li@example.cn")
    overdue(reach, person)
    with reach.session() as session:
        pairs = [(row.source, row.endpoint) for row in session.query(Delivery)]
    assert len(pairs) == len(set(pairs)) == 1
