"""A lawyer answers an offer without an account: by a link in a mail, clicked twice; from a bot; by a bot's callback."""

from __future__ import annotations

import datetime as dt
import json
import re
import threading
import typing as t
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from services.notification.channels.webhook import sign
from tests.infrastructure.backends import Backend
from tests.infrastructure.waiting import wait_until
from tests.infrastructure.wecom import WeCom, text
from tests.stories.cast import Cast, gather, granted
from tests.stories.network import PATIENCE, Actor, Network, at

pytestmark = pytest.mark.timeout(120)
SECRET = "whsec_" + "QUJD" * 8
LINK = re.compile(r"https?://\S+/answers/\S+")


class Chat:
    """A chat platform: keeps what bots say, answers as DingTalk does."""

    def __init__(self) -> None:
        self.said: list[dict[str, t.Any]] = []
        chat = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                chat.said.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                body = b'{"errcode": 0}'
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: t.Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True, args=(0.05,)).start()

    def button(self, words: str, number: str) -> str:
        """The address behind a button of a card about a case, once the card is there."""

        def look() -> str | None:
            for one in self.said:
                card = one.get("actionCard", {})
                if number in card.get("title", ""):
                    return next(b["actionURL"] for b in card["btns"] if b["title"] == words)
            return None

        return t.cast(str, wait_until(look, PATIENCE, f"a card about {number} with the button {words}"))


class Channels(t.NamedTuple):
    network: Network
    cast: Cast
    chat: Chat


@pytest.fixture(scope="module")
def channels(setup: Backend) -> Iterator[Channels]:
    chat = Chat()
    network = Network(
        setup,
        at("2026-02-12 10:00"),
        AIDBUS_CHANNELS="dingtalk,webhook",
        AIDBUS_DINGTALK_URL=chat.url,
        AIDBUS_LANE_SWEEP_SECONDS="0.05",
        AIDBUS_WEBHOOK_PRIVATE_NETWORKS="127.0.0.0/8",
        AIDBUS_LINK_KEYS="a-key-of-the-story-that-signs-links",
    )
    network.start()
    yield Channels(network, gather(network), chat)
    network.close()
    chat.server.shutdown()


def offered(cast: Cast, name: str, lawyer: Actor, hours: int = 24) -> dict[str, t.Any]:
    """A case that is offered to a lawyer by name."""
    case = granted(cast, name)
    wanted = {"lawyer": lawyer.id, "reason": "熟悉此类案件", "answer_within_hours": hours}
    cast.officer.does(f"/v1/cases/{case['id']}/offers", **wanted)
    return case


def has_bot(lawyer: Actor) -> None:
    """The lawyer's own chat with a bot, which nobody else reads."""
    lawyer.does("/v1/endpoints", channel="dingtalk", address=f"key-{lawyer.id}", secret="SEC1", answers=True)


def here(network: Network, address: str) -> str:
    """The link as it leads to this door."""
    return network.url + "/answers/" + address.rpartition("/answers/")[2]


def test_a_lawyer_answers_an_offer_from_a_bot_and_clicking_twice_does_no_harm(channels: Channels) -> None:
    network, cast, chat = channels
    lawyer = cast.second
    has_bot(lawyer)
    case = offered(cast, "马秀云", lawyer)
    link = here(network, chat.button("接受指派", case["number"]))

    looked = requests.get(link, timeout=20)  # a scanner of the chat platform looks first: nothing happens
    assert "接受指派" in looked.text
    assert cast.officer.reads(f"/v1/cases/{case['id']}")["state"] == "offered"

    pages = [requests.post(link, timeout=30) for _ in range(2)]
    assert [page.status_code for page in pages] == [200, 200]
    assert all("您已接受指派" in page.text for page in pages)
    assert cast.officer.reads(f"/v1/cases/{case['id']}")["state"] == "assigned"
    assert cast.liaison.hears("lawyer_assigned", case["number"])

    decline = requests.post(here(network, chat.button("谢绝指派", case["number"])), timeout=30)
    assert "该事项已另行处理" in decline.text, "an offer that was accepted cannot be declined by the other link"
    assert cast.officer.reads(f"/v1/cases/{case['id']}")["state"] == "assigned"


def test_a_link_of_an_offer_whose_time_has_passed_says_so_and_does_nothing(channels: Channels) -> None:
    network, cast, chat = channels
    case = offered(cast, "冯改兰", cast.second, hours=2)
    link = here(network, chat.button("接受指派", case["number"]))
    network.goes_on_to(network.clock.now() + dt.timedelta(hours=3))
    late = requests.post(link, timeout=30)
    assert (late.status_code, "此链接已过期" in late.text) == (410, True)
    assert cast.officer.reads(f"/v1/cases/{case['id']}")["lawyer"] is None


def test_a_front_end_of_the_center_answers_for_a_lawyer_by_a_signed_callback(channels: Channels) -> None:
    network, cast, chat = channels
    administrator = network.administrator
    hook = administrator.does("/v1/endpoints", channel="webhook", address=chat.url, secret=SECRET, answers=True)
    case = offered(cast, "褚秀英", cast.second)

    token = wait_until(lambda: answer_in(chat, case["number"]), PATIENCE, "the offer to reach the front end")
    body = json.dumps({"answer": token}).encode()

    def sends(signature: str, seconds: int) -> requests.Response:
        headers = {"webhook-id": "m-1", "webhook-timestamp": str(seconds), "webhook-signature": signature}
        return requests.post(f"{network.url}/callbacks/{hook['id']}", data=body, headers=headers, timeout=30)

    now = int(network.clock.now().timestamp())
    assert sends("v1,bm8=", now).status_code == 401
    assert sends(sign([SECRET], "m-1", now - 900, body), now - 900).status_code == 401, "recorded and sent again later"
    first, again = (sends(sign([SECRET], "m-1", now, body), now) for _ in range(2))
    assert first.json()["state"] == again.json()["state"] == "done"
    assert cast.officer.reads(f"/v1/cases/{case['id']}")["state"] == "assigned"


def test_a_lawyer_answers_an_offer_in_a_chat_of_wecom(channels: Channels) -> None:
    """The platform checks the address first; then what is said in the chat comes sealed, and is answered sealed."""
    network, cast, chat = channels
    lawyer, side = cast.second, WeCom("wx5823bf96d3bd56c7")
    hook = {"channel": "webhook", "address": chat.url, "secret": SECRET, "answers": True}
    network.administrator.does("/v1/endpoints", **hook)
    case = offered(cast, "卫兰香", lawyer)
    token = wait_until(lambda: answer_in(chat, case["number"]), PATIENCE, "the offer to reach the front end")
    bot = lawyer.does("/v1/endpoints", channel="wecom", address="key-wecom", secret=side.secret, answers=True)
    url, now = f"{network.url}/callbacks/{bot['id']}", network.clock.now().timestamp()

    checked = requests.get(url, params=side.check("1616140317555161061", now), timeout=30)
    assert (checked.status_code, checked.text) == (200, "1616140317555161061")
    wrong = side.check("1616140317555161061", now) | {"msg_signature": "0" * 40}
    assert requests.get(url, params=wrong, timeout=30).status_code == 401

    def says(seconds: float) -> requests.Response:
        query, body = side.message(text(f"@援助机器人 {token}"), seconds)
        return requests.post(url, params=query, data=body, timeout=30)

    assert says(now - 900).status_code == 401, "recorded and sent again later"
    answers = [says(now) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert all("您已接受指派" in side.answer(answer.content) for answer in answers)
    assert cast.officer.reads(f"/v1/cases/{case['id']}")["state"] == "assigned"


def answer_in(chat: t.Any, number: str) -> str | None:
    """What stands for a yes to the offer of a case, as a front end was told it."""
    for one in chat.said:
        data = one.get("data", {})
        if data.get("kind") == "offer_made" and data["number"] == number:
            return next(str(a["answer"]) for a in data["answers"] if a["act"] == "accept")
    return None
