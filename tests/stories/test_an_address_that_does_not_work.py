"""An address that cannot work is tried once and never again; the liaison gets a task, which ends when it is put right."""

from __future__ import annotations

import datetime as dt
import json
import threading
import typing as t
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.infrastructure.backends import Backend
from tests.infrastructure.waiting import wait_until
from tests.stories.cast import STATION, Cast, filed, gather, granted
from tests.stories.network import PATIENCE, Network, at

pytestmark = pytest.mark.timeout(120)
NUMBER = "13900001234"


class Providers:
    """WeCom and a provider of text messages: the bot ``gone`` and every number are unknown there."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        providers = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                providers.asked.append(self.path)
                is_bot = self.path.startswith("/cgi-bin/")
                code = 93000 if "key=gone" in self.path else 0
                said = {"errcode": code} if is_bot else {"Code": "isv.MOBILE_NUMBER_ILLEGAL", "Message": "illegal"}
                body = json.dumps(said).encode()
                self.send_response(200 if is_bot else 400)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: t.Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True, args=(0.05,)).start()

    def times(self, part: str) -> int:
        return sum(part in path for path in self.asked)


class Stage(t.NamedTuple):
    network: Network
    cast: Cast
    providers: Providers


@pytest.fixture(scope="module")
def stage(setup: Backend) -> Iterator[Stage]:
    providers = Providers()
    network = Network(
        setup,
        at("2026-03-03 10:00"),
        AIDBUS_CHANNELS="wecom,sms",
        AIDBUS_WECOM_URL=providers.url,
        AIDBUS_SMS_URL=providers.url,
        AIDBUS_SMS_DRY_RUN="false",
        AIDBUS_SMS_KEY_ID="id",
        AIDBUS_SMS_KEY_SECRET="secret",
        AIDBUS_SMS_SIGN_NAME="法律援助中心",
        AIDBUS_SMS_TEMPLATE="SMS_1",
        AIDBUS_LANE_SWEEP_SECONDS="0.05",
    )
    network.start()
    yield Stage(network, gather(network), providers)
    network.close()
    providers.server.shutdown()


def test_the_liaison_gets_a_task_for_a_colleague_s_dead_bot_and_it_ends_with_the_right_address(stage: Stage) -> None:
    network, cast, providers = stage
    colleague = network.colleague("秦文博", "liaison", "womens-federation", STATION)
    colleague.does("/v1/endpoints", channel="wecom", address="gone")
    application = filed(cast, "马秀云")
    cast.officer.does(f"/v1/applications/{application['id']}/refuse", reasons=["不属于法律援助范围"])
    colleague.hears("application_refused", application["number"])
    network.goes_on_to(network.clock.now() + dt.timedelta(minutes=15))  # it goes by the bot if it is not read

    task = cast.liaison.finds("/v1/tasks", "the task of mending it", lambda one: one["state"] == "open", kind="reach")
    assert cast.liaison.hears("task_opened", f"/v1/tasks/{task['id']}")
    assert providers.times("key=gone") == 1

    colleague.does("/v1/endpoints", channel="wecom", address="right")

    def is_done() -> bool:
        found = cast.liaison.reads("/v1/tasks", kind="reach", state="finished")["items"]
        return any(one["id"] == task["id"] for one in found)

    wait_until(is_done, PATIENCE, "the task to be done without anybody's doing")
    assert providers.times("key=gone") == 1, "it was tried again"


def test_an_invalid_number_of_a_lawyer_is_the_center_s_task_and_the_number_is_nowhere_in_it(stage: Stage) -> None:
    network, cast, providers = stage
    firm = network.firm("和阳阳明律师事务所")
    lawyer = network.lawyer(firm, "顾明远", years=9, phone=NUMBER)
    case = granted(cast, "冯改兰")
    cast.officer.does(f"/v1/cases/{case['id']}/offers", lawyer=lawyer.id, reason="熟悉此类案件")
    wait_until(lambda: providers.times("PhoneNumbers=" + NUMBER), PATIENCE, "the number to be tried")

    task = cast.officer.finds("/v1/tasks", "the task", lambda one: one["organization"] == "center", kind="reach")
    assert NUMBER not in str(task)
    shown = lawyer.reads("/v1/endpoints")["items"]
    assert [(one["channel"], one["state"]) for one in shown] == [("sms", "bad")]
    network.goes_on_to(network.clock.now() + dt.timedelta(hours=2))
    lawyer.hears("endpoint_failed", f"/v1/endpoints/{shown[0]['id']}")
    assert providers.times("PhoneNumbers=" + NUMBER) == 1
