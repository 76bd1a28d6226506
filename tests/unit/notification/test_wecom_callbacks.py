"""WeCom's callbacks: sealed, signed, of now and meant for us, or refused; the answer in them, and what is answered."""

from __future__ import annotations

import base64
import typing as t
from uuid import UUID, uuid4

import pytest

from chassis.errors import Rejected
from chassis.principal import Principal
from chassis.testing import Bench
from services.notification.channels import wecom
from tests.infrastructure.wecom import Query, WeCom, as_json, button, card, event_as_json, outside, text
from tests.unit.notification.conftest import NOW, caller
from tests.unit.notification.test_answering import PLATFORM

TOKEN = "eyJhY3QiOiJhY2NlcHQifQ" + "a" * 60 + "." + "b" * 43  # as long as one of ours
SECONDS = NOW.timestamp()


def registered(bench: Bench, side: WeCom, answers: bool = True, **more: t.Any) -> UUID:
    bot = {"channel": "wecom", "address": "key-1", "secret": side.secret, "answers": answers, **more}
    made = bench.handle("notification.register_endpoint.v1", bot, principal=caller(uuid4(), "lawyer"))
    assert made is not None
    return UUID(made["id"])


def ask(bench: Bench, endpoint: UUID, query: Query, body: bytes = b"") -> dict[str, t.Any]:
    params = {"endpoint": str(endpoint), "headers": {}, "query": query, "body": base64.b64encode(body).decode()}
    return bench.query("notification.callback", params, PLATFORM)


def test_the_example_of_the_platform_s_own_description_is_read() -> None:
    secret = "QDG6eK jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C wx5823bf96d3bd56c7"
    echo = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
    signature = "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"
    query = {"msg_signature": signature, "timestamp": "1409659589", "nonce": "263014780", "echostr": echo}
    assert wecom.read([secret], query, b"") == wecom.Said(echo="1616140317555161061")
    other = secret.replace("wx5823bf96d3bd56c7", "wx5823bf96d3bd56c8")
    assert wecom.read([other], query, b"") is None
    assert wecom.read([other, secret], query, b"") == wecom.Said(echo="1616140317555161061")


@pytest.mark.parametrize("receiver", ["", "wx5823bf96d3bd56c7"])
def test_the_address_is_checked_with_a_sealed_text_that_is_sent_back_as_it_is(reach: Bench, receiver: str) -> None:
    side = WeCom(receiver)
    said = ask(reach, registered(reach, side), side.check("161614031755516106 &<", SECONDS))
    assert (said["style"], said["challenge"], said["answer"]) == ("wecom", "161614031755516106 &<", None)


@pytest.mark.parametrize(
    ("inside", "form"),
    [
        (text(f"@援助机器人 {TOKEN}"), "xml"),
        (f"<xml><MsgType>text</MsgType><Content>{TOKEN}</Content></xml>", "xml"),
        (button(TOKEN), "xml"),
        (card(TOKEN), "xml"),
        (as_json(f"@援助机器人 {TOKEN} "), "json"),
        (event_as_json(TOKEN), "json"),
    ],
)
def test_the_answer_is_found_wherever_a_message_carries_it(reach: Bench, inside: str, form: str) -> None:
    side = WeCom()
    said = ask(reach, registered(reach, side), *side.message(inside, SECONDS))
    assert said == {"style": "wecom", "answer": TOKEN, "challenge": None, "form": form}


@pytest.mark.parametrize(
    "inside",
    [text("你好"), text(""), "<xml></xml>", "no xml", "{", "{}", '{"text": 1, "event": []}', as_json("明天. 见")],
)
def test_a_message_that_is_no_answer_has_none(reach: Bench, inside: str) -> None:
    side = WeCom()
    assert ask(reach, registered(reach, side), *side.message(inside, SECONDS))["answer"] is None


def test_a_forged_changed_or_stale_message_is_refused(reach: Bench) -> None:
    side, other = WeCom("wx1"), WeCom("wx1")
    endpoint = registered(reach, side)
    query, body = side.message(text(TOKEN), SECONDS)
    wrong: list[tuple[Query, bytes]] = [
        ({}, body),
        (query, b""),
        (query | {"msg_signature": "0" * 40}, body),
        (query | {"nonce": "2"}, body),
        (query | {"timestamp": str(int(SECONDS) + 1)}, body),
        (query | {"msg_signature": "签名"}, body),
        (query, side.message(text("x"), SECONDS)[1]),  # the signature of another message
        other.message(text(TOKEN), SECONDS),
        side.message(text(TOKEN), SECONDS - 301),  # recorded, and sent again later
        side.message(text(TOKEN), SECONDS + 301),
        side.message(text(TOKEN), SECONDS, receiver="wx2"),  # sealed for somebody else
        side.message(text(TOKEN), SECONDS, receiver=""),
        side.message(text(TOKEN), SECONDS, filler=0),  # filled up in another way
    ]
    for bad, sent in wrong:
        with pytest.raises(Rejected, match="bad-signature"):
            ask(reach, endpoint, bad, sent)
    assert ask(reach, endpoint, query, body)["answer"] == TOKEN


@pytest.mark.parametrize("sealed", ["", "!", "AAAA", base64.b64encode(b"x" * 32).decode(), "严"])
def test_what_is_signed_but_not_sealed_is_refused(reach: Bench, sealed: str) -> None:
    side = WeCom()
    endpoint = registered(reach, side)
    with pytest.raises(Rejected, match="bad-signature"):
        ask(reach, endpoint, side.signed(sealed, SECONDS), outside(sealed).encode())


def test_a_document_that_declares_entities_is_not_read(reach: Bench) -> None:
    side = WeCom()
    endpoint, sealed = registered(reach, side), side.sealed(text(TOKEN))
    bomb = f'<!DOCTYPE x [<!ENTITY e "{sealed}">]><xml><Encrypt>&e;</Encrypt></xml>'
    with pytest.raises(Rejected, match="bad-signature"):
        ask(reach, endpoint, side.signed(sealed, SECONDS), bomb.encode())


def test_a_new_secret_opens_beside_the_old_one_for_a_day(reach: Bench) -> None:
    old, new, person = WeCom(), WeCom(token="new"), caller(uuid4(), "lawyer")
    bot = {"channel": "wecom", "address": "key-1", "secret": old.secret, "answers": True}
    made = reach.handle("notification.register_endpoint.v1", bot, principal=person)
    assert made is not None
    change = {"endpoint": made["id"], "secret": new.secret}
    reach.handle("notification.change_endpoint.v1", change, principal=person)
    for side in (old, new):
        assert ask(reach, UUID(made["id"]), *side.message(text(TOKEN), SECONDS))["answer"] == TOKEN
    reach.clock.move(days=1)
    with pytest.raises(Rejected, match="bad-signature"):
        ask(reach, UUID(made["id"]), *old.message(text(TOKEN), reach.clock.now().timestamp()))


def test_a_bot_that_does_not_answer_has_no_callback_and_one_without_a_secret_hears_nothing(reach: Bench) -> None:
    side = WeCom()
    with pytest.raises(Rejected, match="not-found"):
        ask(reach, registered(reach, side, answers=False), *side.message(text(TOKEN), SECONDS))
    with pytest.raises(Rejected, match="bad-signature"):
        ask(reach, registered(reach, side, secret=None), *side.message(text(TOKEN), SECONDS))


@pytest.mark.parametrize(
    "secret", ["SECf00d", "token short", f"token {'a' * 42}", f"to-ken {'a' * 43}", f"t {'a' * 43} x y"]
)
def test_a_secret_that_is_not_what_the_platform_shows_is_refused(reach: Bench, secret: str) -> None:
    with pytest.raises(Rejected, match="bad-secret"):
        registered(reach, WeCom(), secret=secret)


@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize("receiver", ["", "wx1"])
def test_what_became_of_it_is_sealed_for_the_chat(reach: Bench, form: str, receiver: str) -> None:
    side, words = WeCom(receiver), "您已接受指派。 <Done> & accepted"
    params = {"endpoint": str(registered(reach, side)), "form": form, "words": words}
    body = reach.query("notification.callback_reply", params, PLATFORM)["body"]
    assert words not in body
    assert side.answer(body.encode()) == words
    with pytest.raises(Rejected, match="forbidden"):
        reach.query("notification.callback_reply", params, Principal("k", "center_admin", "center"))
    with pytest.raises(Rejected, match="not-found"):
        reach.query("notification.callback_reply", {**params, "endpoint": str(uuid4())}, PLATFORM)
