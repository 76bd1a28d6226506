"""Standard Webhooks against a server that verifies them, and the guard against private networks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import socket
import typing as t
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from services.notification.channels import http, webhook
from tests.integration.notification import servers
from tests.integration.notification.conftest import DELIVERY, NOW, letter
from tests.integration.notification.servers import Request, Web

HERE = http.networks("127.0.0.0/8")
OLD, NEW = webhook.new_secret(), webhook.new_secret()
DOCUMENT = {"type": "notification.created", "timestamp": NOW.isoformat(), "data": {"title": {"zh": "新任务"}}}


def verify(request: Request, secret: str) -> bool:
    """What a receiver does, written from the specification."""
    signed = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode() + request.body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(given == f"v1,{wanted}" for given in request.headers["webhook-signature"].split(" "))


def to(url: str, *secrets: str) -> t.Any:
    return letter(url, secrets=secrets or (NEW,), document=DOCUMENT)


def test_a_receiver_can_verify_what_it_gets_and_knows_a_repetition_by_its_id(web: Web) -> None:
    for attempt in (1, 2):
        outcome = webhook.send(http.guarded(HERE), replace(to(f"{web.url}/hook"), attempt=attempt))
        assert outcome.kind == "sent"
    assert {request.headers["webhook-id"] for request in web.requests} == {DELIVERY}
    assert all(verify(request, NEW) for request in web.requests)
    assert not verify(web.requests[0], OLD)
    assert orjson.loads(web.requests[0].body) == DOCUMENT


def test_while_a_secret_is_changed_both_are_valid(web: Web) -> None:
    webhook.send(http.guarded(HERE), to(web.url, NEW, OLD))
    assert verify(web.requests[0], NEW)
    assert verify(web.requests[0], OLD)


def test_the_signature_is_that_of_the_specification_s_own_example() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    signature = webhook.sign([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("status", "headers", "kind", "is_bad"),
    [
        (204, {}, "sent", False),
        (410, {}, "permanent", True),
        (404, {}, "temporary", False),
        (302, {"Location": "http://169.254.169.254/"}, "temporary", False),
        (500, {}, "temporary", False),
        (429, {"Retry-After": "120"}, "throttled", False),
        (503, {"Retry-After": "Mon, 02 Mar 2026 01:32:00 GMT"}, "throttled", False),
    ],
)
def test_the_receiver_s_status_decides_what_happens_next(
    status: int, headers: dict[str, str], kind: str, is_bad: bool, web: Web
) -> None:
    web.answer = lambda request: (status, headers, b"")
    outcome = webhook.send(http.guarded(HERE), to(web.url))
    assert (outcome.kind, outcome.address_is_bad) == (kind, is_bad)
    if kind == "throttled":
        assert outcome.retry_after == 120
    assert len(web.requests) == 1, "a redirect is not followed"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1"])
def test_a_private_address_is_never_connected_to_however_it_is_written(host: str, web: Web) -> None:
    port = web.url.rpartition(":")[2]
    outcome = webhook.send(http.guarded(), to(f"http://{host}:{port}/hook"))
    assert (outcome.kind, outcome.address_is_bad) == ("permanent", True)
    assert web.requests == []


def test_a_name_that_changes_between_check_and_use_gains_nothing(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["93.184.216.34", "127.0.0.1"])
    port = int(web.url.rpartition(":")[2])

    def resolve(host: str, *args: t.Any, **kw: t.Any) -> list[t.Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers, "127.0.0.1"), port))]

    connected = []

    class Socket(socket.socket):
        def connect(self, address: t.Any) -> None:
            connected.append(address[0])
            raise ConnectionRefusedError

    monkeypatch.setattr(http.socket, "getaddrinfo", resolve)
    monkeypatch.setattr(http.socket, "socket", Socket)
    outcome = webhook.send(http.guarded(), to(f"http://rebind.example:{port}/hook"))
    assert (outcome.kind, connected) == ("temporary", ["93.184.216.34"])
    outcome = webhook.send(http.guarded(), to(f"http://rebind.example:{port}/hook"))
    assert (outcome.kind, outcome.address_is_bad, connected) == ("permanent", True, ["93.184.216.34"])
    assert web.requests == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("10.0.0.1", False),
        ("172.16.3.4", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::a00:1", False),
    ],
)
def test_public_and_private_addresses_are_told_apart(address: str, public: bool) -> None:
    assert http.is_public(address) is public


def test_the_operator_may_allow_a_network_of_their_own() -> None:
    assert http.is_public("10.1.2.3", http.networks("10.1.0.0/16, fd00::/8"))
    assert not http.is_public("10.2.2.3", http.networks("10.1.0.0/16, fd00::/8"))


def test_https_is_verified_by_name_although_the_address_is_connected_to(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with servers.web(certificate) as secure:
        untrusted = webhook.send(http.guarded(HERE), to(secure.url))
        assert (untrusted.kind, secure.requests) == ("temporary", [])
        session = http.guarded(HERE)
        session.verify = str(certificate[0])
        port = secure.url.rpartition(":")[2]
        assert webhook.send(session, to(f"https://localhost:{port}/hook")).kind == "sent"
        assert verify(secure.requests[0], NEW)


def test_a_receiver_that_hangs_up_may_have_taken_it_and_one_that_is_not_there_has_not(web: Web) -> None:
    web.answer = lambda request: (0, {}, b"")
    assert webhook.send(http.guarded(HERE), to(web.url)).kind == "unknown"
    assert webhook.send(http.guarded(HERE), to("http://127.0.0.1:1/")).kind == "temporary"
    assert webhook.send(http.guarded(HERE), to("http://no.such.host.invalid/")).kind == "temporary"


def test_an_endless_answer_is_not_read_to_its_end(web: Web) -> None:
    web.answer = lambda request: (200, {}, b"x" * (5 * http.MOST_BYTES))
    answer = http.post(http.guarded(HERE), web.url)
    assert isinstance(answer, tuple)
    assert len(answer[1]) == http.MOST_BYTES
