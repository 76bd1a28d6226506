"""The server says in one line when its port is taken, reads chunked bodies, and stops without cutting an answer."""

from __future__ import annotations

import json
import socket
import struct
import typing as t

import eventlet
import pytest
import requests

from chassis.errors import StartError
from gateway.http import HttpServer
from tests.unit.gateway.conftest import FIRM, Network, app_over


@pytest.fixture
def server() -> t.Iterator[HttpServer]:
    server = HttpServer("127.0.0.1", 0, 20)
    yield server
    server.stop(1)


def start(server: HttpServer, app: t.Any) -> str:
    eventlet.spawn(server.serve, app)
    return f"http://127.0.0.1:{server.port}"


def test_a_taken_port_is_one_clear_line(server: HttpServer) -> None:
    with pytest.raises(StartError) as error:
        HttpServer("127.0.0.1", server.port, 20)
    assert str(server.port) in str(error.value)
    assert "AIDBUS_PORT" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_request_under_way_is_answered_before_the_server_stops(server: HttpServer, network: Network) -> None:
    url = start(server, app_over(network.door))
    headers = {"Authorization": f"Bearer {network.keys['center_admin']}", "Prefer": "wait=20"}
    under_way = eventlet.spawn(requests.post, f"{url}/v1/firms", json=FIRM, headers=headers, timeout=10)
    eventlet.sleep(0.2)
    network.door.waiting.stop()
    server.stop(5)
    assert under_way.wait().status_code == 202
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{url}/livez", timeout=2)


def test_chunked_bodies_are_read_and_limited(server: HttpServer, network: Network) -> None:
    url = start(server, app_over(network.door))
    headers = {"Authorization": f"Bearer {network.keys['center_admin']}", "Content-Type": "application/json"}
    good = iter([b'{"name": "a law firm", ', b'"district": "Fengquan"}'])
    assert requests.post(f"{url}/v1/firms", data=good, headers=headers, timeout=5).status_code == 202
    large = (b"x" * 1000 for _ in range(300))
    assert requests.post(f"{url}/v1/firms", data=large, headers=headers, timeout=5).status_code == 413


@pytest.mark.slow
def test_a_slow_request_does_not_hold_up_another(server: HttpServer, network: Network) -> None:
    url = start(server, app_over(network.door))
    headers = {"Authorization": f"Bearer {network.keys['center_admin']}"}
    slow = eventlet.spawn(
        requests.post, f"{url}/v1/firms", json=FIRM, headers=headers | {"Prefer": "wait=1"}, timeout=9
    )
    eventlet.sleep(0.1)
    assert requests.get(f"{url}/v1/me", headers=headers, timeout=0.5).status_code == 200
    assert slow.wait().status_code == 202


NO_END = [
    ["Content-Length: 5", "Transfer-Encoding: chunked"],
    ["Content-Length: 5", "Content-Length: 6"],
    ["Content-Length: +5"],
    ["Content-Length: -1"],
    ["Content-Length: x"],
    ["Transfer-Encoding: gzip, chunked"],
    ["Content-Length: " + "9" * 5000],
]
NO_HEADERS = [
    ["Content-Length : 5"],
    ["no header", "Content-Length: 5"],
    ["Länge: 5", "Content-Length: 5"],
    [": 5"],
    ["X: a\rContent-Length: 5"],
]
UNREADABLE = [
    *[("POST /v1/firms HTTP/1.1", headers, 400) for headers in NO_END + NO_HEADERS],
    ("POST /v1/firms HTTP/9.9", [], 400),
    ("what is this", [], 400),
    ("GET /v1/firms?" + "x" * 9000 + " HTTP/1.1", [], 414),
    ("GET /v1/me HTTP/1.1", ["X: " + "y" * 9000], 431),
    ("GET /v1/me HTTP/1.1", [f"X-{n}: y" for n in range(200)], 431),
]


@pytest.mark.parametrize(("line", "headers", "status"), UNREADABLE)
def test_what_cannot_be_read_as_http_is_a_problem_in_both_languages_and_ends_the_connection(
    server: HttpServer, network: Network, capfd: pytest.CaptureFixture[str], line: str, headers: list[str], status: int
) -> None:
    start(server, app_over(network.door))
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall("\r\n".join([line, "Host: x", *headers, "", "12345"]).encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    problem = json.loads(body)
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"application/problem+json" in head
    assert problem["status"] == status
    assert "请求" in problem["detail"]
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/mixed; boundary=x", "message/rfc822"])
def test_the_kind_of_a_body_is_no_reason_not_to_read_a_request(server: HttpServer, network: Network, kind: str) -> None:
    url = start(server, app_over(network.door))
    headers = {"Authorization": f"Bearer {network.keys['center_admin']}", "Content-Type": kind}
    assert requests.post(f"{url}/v1/firms", data=b"--x--", headers=headers, timeout=5).status_code == 415


@pytest.mark.parametrize("sent", [b"X: " + b"y" * 9000, b"X: y\r\n"], ids=["too large", "half of it"])
def test_a_caller_who_breaks_off_among_the_headers_is_no_error(
    server: HttpServer, network: Network, capfd: pytest.CaptureFixture[str], sent: bytes
) -> None:
    start(server, app_over(network.door))
    for wait in range(8):
        connection = socket.create_connection(("127.0.0.1", server.port), timeout=5)
        connection.sendall(b"POST /v1/firms HTTP/1.1\r\nHost: x\r\n" + sent)
        eventlet.sleep(0.001 * (wait % 4))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # reset, not ended
        connection.close()
        eventlet.sleep(0.01)
    assert capfd.readouterr() == ("", "")


def test_what_broke_off_before_its_headers_ended_is_not_done(server: HttpServer, network: Network) -> None:
    start(server, app_over(network.door))
    head = f"GET /v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {network.keys['center_admin']}\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(head.encode())
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(65536) == b""
