"""Paths, methods and forms that are not there: each a clear answer, and a problem document where there is a body."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from chassis.topology import Topology
from contracts.registry import REGISTRY
from gateway.streams import Streams
from tests.unit.gateway.conftest import FIRM, Bus, Caller, Network, app_over

LIST = {"items": [], "next": None}


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/", "/v1/firms/", "/v1//firms", "//v1/firms", "/V1/firms", "/v1/cases/17", "/docs/../app.py"]
)
def test_a_path_that_is_nearly_right_is_not_found_and_not_redirected(admin: Caller, path: str) -> None:
    answer = admin.get(path)
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/firms", "GET, HEAD, OPTIONS, POST"),
        ("BREW", "/v1/firms", "GET, HEAD, OPTIONS, POST"),
        ("POST", "/v1/preferences", "GET, HEAD, OPTIONS, PUT"),
        ("POST", "/readyz", "GET, HEAD, OPTIONS"),
    ],
)
def test_a_method_that_a_path_does_not_know_is_405_with_those_it_knows(
    admin: Caller, method: str, path: str, allowed: str
) -> None:
    answer = admin(method, path)
    assert (answer.status_code, answer.json["type"]) == (405, "/problems/method-not-allowed")
    assert answer.headers["Allow"] == allowed


def test_head_of_the_stream_leaves_no_listener_behind(network: Network) -> None:
    door = network.door
    platform = SimpleNamespace(
        settings=door.settings, database=door.database, ask=door.ask, topology=Topology("", REGISTRY)
    )
    streams = Streams(platform)
    lawyer = Caller(app_over(replace(door, streams=streams)).test_client(), network.keys["lawyer"])
    answer = lawyer("HEAD", "/v1/notifications/stream")
    assert (answer.status_code, answer.content_type) == (200, "text/event-stream; charset=utf-8")
    assert streams.listeners == []


def test_head_answers_as_get_without_the_body(admin: Caller, bus: Bus) -> None:
    bus.reads["assignment.firms"] = LIST
    whole, head = admin.get("/v1/firms"), admin("HEAD", "/v1/firms")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == whole.headers["Content-Length"]


def test_options_tells_the_methods_and_nothing_else(admin: Caller) -> None:
    answer = admin("OPTIONS", "/v1/firms")
    assert (answer.status_code, answer.data) == (204, b"")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert "Content-Type" not in answer.headers


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "text/csv;q=0.5", "application/json;q=0"])
def test_who_takes_no_json_gets_406_and_nothing_is_done(admin: Caller, bus: Bus, network: Network, accept: str) -> None:
    bus.reads["assignment.firms"] = LIST
    read = admin.get("/v1/firms", headers={"Accept": accept})
    write = admin.post("/v1/firms", FIRM, headers={"Accept": accept})
    assert [(a.status_code, a.json["type"]) for a in (read, write)] == [(406, "/problems/not-acceptable")] * 2
    assert bus.sent == []


@pytest.mark.parametrize("accept", ["*/*", "application/*", "text/html, */*;q=0.1", "application/problem+json", ""])
def test_who_takes_json_somehow_gets_it(admin: Caller, bus: Bus, accept: str) -> None:
    bus.reads["assignment.firms"] = LIST
    assert admin.get("/v1/firms", headers={"Accept": accept}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/me"),
        ("GET", "/v1/commands"),
        ("GET", "/v1/commands/0190b3f0-0000-7000-8000-000000000077"),
        ("GET", "/v1/calendars"),
        ("POST", "/v1/calendars"),
        ("POST", "/v1/calendars/0190b3f0-0000-7000-8000-000000000077/revoke"),
    ],
)
def test_the_paths_that_the_door_answers_itself_are_json_too_or_406(network: Network, method: str, path: str) -> None:
    lawyer = network.client("lawyer")
    answer = lawyer(method, path, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.json["type"]) == (406, "/problems/not-acceptable")
    assert lawyer.get("/v1/calendars").json["items"] == []
