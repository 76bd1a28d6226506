"""The server says in one line when its port is taken, reads chunked bodies, and stops without cutting an answer."""

from __future__ import annotations

import typing as t

import eventlet
import pytest
import requests

from chassis.errors import StartError
from gateway.app import create_app
from gateway.http import HttpServer
from tests.unit.gateway.conftest import FIRM, Network


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
    url = start(server, create_app(network.door))
    headers = {"Authorization": f"Bearer {network.keys['center_admin']}", "Prefer": "wait=20"}
    under_way = eventlet.spawn(requests.post, f"{url}/v1/firms", json=FIRM, headers=headers, timeout=10)
    eventlet.sleep(0.2)
    network.door.waiting.stop()
    server.stop(5)
    assert under_way.wait().status_code == 202
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{url}/livez", timeout=2)


def test_chunked_bodies_are_read_and_limited(server: HttpServer, network: Network) -> None:
    url = start(server, create_app(network.door))
    headers = {"Authorization": f"Bearer {network.keys['center_admin']}", "Content-Type": "application/json"}
    good = iter([b'{"name": "a law firm", ', b'"district": "Fengquan"}'])
    assert requests.post(f"{url}/v1/firms", data=good, headers=headers, timeout=5).status_code == 202
    large = (b"x" * 1000 for _ in range(300))
    assert requests.post(f"{url}/v1/firms", data=large, headers=headers, timeout=5).status_code == 413


def test_a_slow_request_does_not_hold_up_another(server: HttpServer, network: Network) -> None:
    url = start(server, create_app(network.door))
    headers = {"Authorization": f"Bearer {network.keys['center_admin']}"}
    slow = eventlet.spawn(
        requests.post, f"{url}/v1/firms", json=FIRM, headers=headers | {"Prefer": "wait=1"}, timeout=9
    )
    eventlet.sleep(0.1)
    assert requests.get(f"{url}/v1/me", headers=headers, timeout=0.5).status_code == 200
    assert slow.wait().status_code == 202
