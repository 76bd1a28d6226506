"""Bots of WeCom, DingTalk and Feishu against a server that checks signatures and answers 200 with a code, as they do."""

from __future__ import annotations

import base64
import hashlib
import hmac
import typing as t
from dataclasses import replace

import orjson
import pytest

from services.notification.channels import bots, http
from services.notification.channels.letter import Letter
from services.notification.domain.delivery import Outcome
from tests.integration.notification.conftest import NOW, letter
from tests.integration.notification.servers import Request, Web

SENDERS: dict[str, t.Callable[..., Outcome]] = {
    "wecom": bots.send_wecom,
    "dingtalk": bots.send_dingtalk,
    "feishu": bots.send_feishu,
}
SECRET = "SECf00d"


def send(channel: str, web: Web, one: Letter) -> Outcome:
    return SENDERS[channel](http.plain(), web.url, one)


def always(answer: tuple[int, dict[str, str], bytes]) -> t.Callable[[Request], tuple[int, dict[str, str], bytes]]:
    return lambda request: answer


def answering(channel: str, code: int, status: int = 200) -> t.Callable[[Request], tuple[int, dict[str, str], bytes]]:
    name = "code" if channel == "feishu" else "errcode"
    return lambda request: (status, {}, orjson.dumps({name: code, "errmsg": "x", "msg": "x"}))


@pytest.mark.parametrize("channel", SENDERS)
def test_a_text_reaches_the_bot_with_title_reason_and_link(channel: str, web: Web) -> None:
    web.answer = answering(channel, 0)
    one = letter("the-key")
    assert send(channel, web, one).kind == "sent"
    (request,) = web.requests
    body = orjson.loads(request.body)
    content = body["content"]["text"] if channel == "feishu" else body["text"]["content"]
    assert content == f"{one.title}\n{one.body}\n{one.link}"
    where = {
        "wecom": ("/cgi-bin/webhook/send", {"key": "the-key"}),
        "dingtalk": ("/robot/send", {"access_token": "the-key"}),
        "feishu": ("/open-apis/bot/v2/hook/the-key", {}),
    }
    assert (request.path, request.query) == where[channel]


def test_dingtalk_is_signed_as_its_server_checks_it(web: Web) -> None:
    def check(request: Request) -> tuple[int, dict[str, str], bytes]:
        timestamp = request.query["timestamp"]
        key = SECRET.encode()
        wanted = base64.b64encode(hmac.new(key, f"{timestamp}\n{SECRET}".encode(), hashlib.sha256).digest())
        is_right = request.query["sign"].encode() == wanted and timestamp == str(int(NOW.timestamp()) * 1000)
        return 200, {}, orjson.dumps({"errcode": 0 if is_right else 310000})

    web.answer = check
    assert send("dingtalk", web, letter("k", secrets=(SECRET,))).kind == "sent"
    assert send("dingtalk", web, letter("k", secrets=("another",))).kind == "permanent"


def test_feishu_is_signed_as_its_server_checks_it(web: Web) -> None:
    def check(request: Request) -> tuple[int, dict[str, str], bytes]:
        body = orjson.loads(request.body)
        key = f"{body['timestamp']}\n{SECRET}".encode()
        wanted = base64.b64encode(hmac.new(key, digestmod=hashlib.sha256).digest()).decode()
        is_right = body["sign"] == wanted and body["timestamp"] == str(int(NOW.timestamp()))
        return 200, {}, orjson.dumps({"code": 0 if is_right else 19021})

    web.answer = check
    assert send("feishu", web, letter("k", secrets=(SECRET,))).kind == "sent"
    assert send("feishu", web, letter("k", secrets=("another",))).kind == "permanent"


@pytest.mark.parametrize(
    ("channel", "code", "kind", "is_bad"),
    [
        ("wecom", 45009, "throttled", False),
        ("wecom", -1, "temporary", False),
        ("wecom", 93000, "permanent", True),
        ("wecom", 40058, "permanent", False),
        ("dingtalk", 130101, "throttled", False),
        ("dingtalk", -1, "temporary", False),
        ("dingtalk", 300005, "permanent", True),
        ("dingtalk", 400102, "permanent", True),
        ("dingtalk", 310000, "permanent", False),
        ("feishu", 11232, "throttled", False),
        ("feishu", 19001, "permanent", True),
        ("feishu", 19024, "permanent", False),
    ],
)
def test_a_200_with_an_error_code_is_no_success(channel: str, code: int, kind: str, is_bad: bool, web: Web) -> None:
    web.answer = answering(channel, code)
    outcome = send(channel, web, letter("k"))
    assert (outcome.kind, outcome.address_is_bad) == (kind, is_bad)
    assert str(code) in outcome.detail


@pytest.mark.parametrize("channel", SENDERS)
def test_troubles_below_the_code_are_told_apart(channel: str, web: Web) -> None:
    cases: list[tuple[tuple[int, dict[str, str], bytes], str]] = [
        ((502, {}, b"<html>"), "temporary"),
        ((429, {"Retry-After": "7"}, b""), "throttled"),
        ((200, {}, b"not json"), "unknown"),
        ((200, {}, b"[]"), "unknown"),
        ((404, {}, b"gone"), "permanent"),
        ((302, {"Location": "http://127.0.0.1/"}, b""), "permanent"),
        ((0, {}, b""), "unknown"),
    ]
    for answer, kind in cases:
        web.answer = always(answer)
        assert send(channel, web, letter("k")).kind == kind, answer


@pytest.mark.parametrize("channel", SENDERS)
def test_a_platform_that_is_not_there_is_temporary(channel: str) -> None:
    gone = Web(url="http://127.0.0.1:1")
    assert send(channel, gone, replace(letter("k"))).kind == "temporary"
