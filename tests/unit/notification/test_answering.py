"""Links that people answer by: for whom, where to, what in them; and callbacks of bots, genuine or not."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import typing as t
from uuid import UUID, uuid4

import orjson
import pytest

from chassis import signing
from chassis.errors import Rejected
from chassis.principal import Principal
from chassis.testing import Bench
from contracts.answers import PURPOSE, Answer
from services.notification.channels import bots, webhook
from services.notification.channels.letter import Letter
from tests.unit.notification.conftest import KEY, LINK_KEY, NOW, WOMEN, caller, mark, staff, task
from tests.unit.notification.test_lanes import Post, lane
from tests.unit.notification.test_telling import offer

SECRET = webhook.new_secret()
PLATFORM = Principal("link", "platform", "center")


def lawyer_with(bench: Bench, **contact: str) -> UUID:
    person = uuid4()
    event = {"lawyer": person, "firm": uuid4(), "name": "尹雅梅", "name_en": "Yin Yamei", **contact}
    event |= {"firm_name": "和阳凤阳律师事务所", "licence": "14107200211731139", "specialties": [], "standing_for": []}
    from contracts.registry import REGISTRY

    fields = REGISTRY["assignment.lawyer_registered.v1"].reader.fields
    known = {name: value for name, value in event.items() if name in fields}
    bench.handle("assignment.lawyer_registered.v1", known)
    return person


def letter_of(bench: Bench, channel: str) -> Letter:
    post = Post()
    assert lane(bench, channel, post).step()
    return post.letters[0]


def answers_in(letter: Letter) -> dict[str, Answer]:
    seal = signing.Seal([LINK_KEY], PURPOSE)
    return {one.act: Answer.unpack(seal.read(one.token)) for one in letter.links}


def test_an_offer_by_mail_has_a_link_for_each_answer_bound_to_the_lawyer_and_its_time(reach: Bench) -> None:
    person = lawyer_with(reach, email="yin@example.cn")
    made = offer(person)
    reach.handle("assignment.offer_made.v1", made, organization=WOMEN)
    letter = letter_of(reach, "email")
    found = answers_in(letter)
    assert list(found) == ["accept", "decline", "acknowledge"]
    assert (found["accept"].item, found["accept"].person) == (made["offer"], person)
    assert (found["accept"].role, found["accept"].organization) == ("lawyer", "center")
    assert found["accept"].until == made["answer_by"]
    assert found["acknowledge"].until == NOW + dt.timedelta(days=7)
    assert letter.links[0].url == f"https://aid.example/answers/{letter.links[0].token}"
    assert len(letter.links[0].url) < 300
    assert "尹" not in base64.urlsafe_b64decode(letter.links[0].token.partition(".")[0] + "===").decode()


def test_nobody_but_a_lawyer_gets_the_links_of_an_offer(reach: Bench) -> None:
    event = staff("director", email="d@example.cn")
    reach.handle("intake.staff_registered.v1", event)
    of = task("answer_offer")
    reach.handle("supervision.deadline_reminded.v1", mark(of, [event["person"]]), organization=WOMEN)
    found = answers_in(letter_of(reach, "email"))
    assert list(found) == ["acknowledge"]
    assert found["acknowledge"].role == "center_staff", "a link never has the rights of an administrator"


def test_a_liaison_s_link_is_bound_to_the_station(reach: Bench) -> None:
    event = staff("liaison", WOMEN, station="fengquan", email="l@example.cn")
    reach.handle("intake.staff_registered.v1", event, organization=WOMEN)
    of = task("follow_up", assignees=[event["person"]])
    reach.handle("supervision.task_opened.v1", of, organization=WOMEN)
    reach.clock.move(minutes=11)
    found = answers_in(letter_of(reach, "email"))
    assert list(found) == ["finish", "acknowledge"]
    assert (found["finish"].role, found["finish"].organization, found["finish"].station) == (
        "liaison",
        WOMEN,
        "fengquan",
    )
    assert found["finish"].item == of["task"]


@pytest.mark.parametrize(("answers", "count"), [(True, 3), (False, 0)])
def test_a_bot_gets_links_only_where_its_owner_says_that_nobody_else_reads(
    reach: Bench, answers: bool, count: int
) -> None:
    person = lawyer_with(reach)
    bot = {"channel": "dingtalk", "address": "key-1", "secret": "SEC1", "answers": answers}
    reach.handle("notification.register_endpoint.v1", bot, principal=caller(person, "lawyer"))
    reach.handle("assignment.offer_made.v1", offer(person), organization=WOMEN)
    assert len(letter_of(reach, "dingtalk").links) == count


def test_a_text_message_never_has_links(reach: Bench) -> None:
    person = lawyer_with(reach, phone="13800000000")
    reach.handle("assignment.offer_made.v1", offer(person), organization=WOMEN)
    letter = letter_of(reach, "sms")
    assert letter.links == ()
    assert len(letter.title) <= 35


def test_a_front_end_of_one_station_may_not_answer_for_the_whole_organization(reach: Bench) -> None:
    hook = {"channel": "webhook", "address": "https://front.example/h", "secret": SECRET, "answers": True}
    station = Principal("k", "liaison", WOMEN, None, "fengquan")
    with pytest.raises(Rejected, match="forbidden"):
        reach.handle("notification.register_endpoint.v1", hook, principal=station)
    made = reach.handle("notification.register_endpoint.v1", hook, principal=Principal("k", "liaison", WOMEN))
    assert made is not None
    assert made["answers"] is True


def test_without_keys_letters_go_out_without_links() -> None:
    from contracts.registry import REGISTRY
    from services.notification.handlers import HANDLERS
    from services.notification.models import Base
    from services.notification.settings import NotificationSettings
    from services.notification.views import VIEWS

    settings = NotificationSettings(data_keys=KEY, channels="email", database_url="postgresql+psycopg://x/{service}")
    bench = Bench("notification", HANDLERS, VIEWS, Base.metadata, settings, REGISTRY, start=NOW)
    person = lawyer_with(bench, email="yin@example.cn")
    bench.handle("assignment.offer_made.v1", offer(person), organization=WOMEN)
    assert letter_of(bench, "email").links == ()


# callbacks


def registered(bench: Bench, channel: str, answers: bool = True) -> UUID:
    secret = SECRET if channel == "webhook" else "SECf00d"
    address = "https://front.example/h" if channel == "webhook" else "key-1"
    who = Principal("k", "liaison", WOMEN) if channel == "webhook" else caller(uuid4(), "lawyer")
    endpoint = {"channel": channel, "address": address, "secret": secret, "answers": answers}
    made = bench.handle("notification.register_endpoint.v1", endpoint, principal=who)
    assert made is not None
    return UUID(made["id"])


def signed(channel: str, body: bytes, now: dt.datetime, secret: str | None = None) -> dict[str, str]:
    seconds = str(int(now.timestamp()))
    if channel == "webhook":
        signature = webhook.sign([secret or SECRET], "msg_1", int(seconds), body)
        return {"webhook-id": "msg_1", "webhook-timestamp": seconds, "webhook-signature": signature}
    if channel == "dingtalk":
        stamp = seconds + "000"
        return {"timestamp": stamp, "sign": bots.dingtalk_sign(secret or "SECf00d", stamp)}
    digest = hashlib.sha256(f"{seconds}n0{secret or 'SECf00d'}".encode() + body).hexdigest()
    return {
        "x-lark-request-timestamp": seconds,
        "x-lark-request-nonce": "n0",
        "x-lark-signature": digest,
    }


def ask(bench: Bench, endpoint: UUID, headers: dict[str, str], body: bytes) -> dict[str, t.Any]:
    params = {"endpoint": str(endpoint), "headers": headers, "body": base64.b64encode(body).decode()}
    return bench.query("notification.callback", params, PLATFORM)


BODIES = {
    "webhook": {"answer": "tok"},
    "dingtalk": {"text": {"content": " tok "}, "senderId": "x"},
    "feishu": {"action": {"value": {"answer": "tok"}}},
}


@pytest.mark.parametrize("channel", BODIES)
def test_a_genuine_callback_gives_its_answer(reach: Bench, channel: str) -> None:
    endpoint, body = registered(reach, channel), orjson.dumps(BODIES[channel])
    assert ask(reach, endpoint, signed(channel, body, NOW), body) == {
        "style": channel,
        "answer": "tok",
        "challenge": None,
    }


@pytest.mark.parametrize("channel", BODIES)
def test_a_forged_changed_or_stale_callback_is_refused(reach: Bench, channel: str) -> None:
    endpoint, body = registered(reach, channel), orjson.dumps(BODIES[channel])
    other = webhook.new_secret() if channel == "webhook" else "another"
    window = dt.timedelta(seconds=301)
    wrong = [{}, signed(channel, body, NOW, other), signed(channel, body, NOW - window)]
    wrong += [signed(channel, body, NOW + window), dict.fromkeys(signed(channel, body, NOW), "x")]
    for headers in wrong:
        with pytest.raises(Rejected, match="bad-signature"):
            ask(reach, endpoint, headers, body)
    if channel != "dingtalk":  # DingTalk signs no body; the answer in it is signed by us
        with pytest.raises(Rejected, match="bad-signature"):
            ask(reach, endpoint, signed(channel, body, NOW), body + b" ")


def test_feishu_checks_the_address_with_a_challenge(reach: Bench) -> None:
    endpoint, body = registered(reach, "feishu"), orjson.dumps({"challenge": "c-1", "type": "url_verification"})
    assert ask(reach, endpoint, signed("feishu", body, NOW), body)["challenge"] == "c-1"


def test_an_endpoint_that_does_not_answer_has_no_callback(reach: Bench) -> None:
    body = orjson.dumps(BODIES["webhook"])
    for endpoint in (registered(reach, "webhook", answers=False), uuid4()):
        with pytest.raises(Rejected, match="not-found"):
            ask(reach, endpoint, signed("webhook", body, NOW), body)


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'{"action": 1, "event": [], "text": "x"}'])
def test_a_callback_without_an_answer_has_none(reach: Bench, body: bytes) -> None:
    endpoint = registered(reach, "webhook")
    assert ask(reach, endpoint, signed("webhook", body, NOW), body)["answer"] is None
