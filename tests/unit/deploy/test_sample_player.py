"""The player's client and memory: nothing is sent or done twice, whatever the door answers first."""

from __future__ import annotations

import json
import stat
import threading
import typing as t
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deploy.sample.client import ApiError, Caller, Unfinished
from deploy.sample.record import Record
from deploy.sample.seed import key_of

Answer = tuple[int, dict[str, str], dict[str, t.Any]]


class Door:
    """A scripted HTTP door: answers in the given order, remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.asked: list[tuple[str, str, str | None]] = []
        door = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                door.asked.append((self.command, self.path, self.headers.get("Idempotency-Key")))
                status, headers, body = door.answers.pop(0)
                content = json.dumps(body).encode()
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = _answer

            def log_message(self, *_: t.Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def door() -> Iterator[Door]:
    scripted = Door()
    yield scripted
    scripted.server.shutdown()
    scripted.server.server_close()


def test_an_accepted_command_is_followed_to_its_end(door: Door) -> None:
    door.answers = [
        (202, {"Location": "/v1/commands/1"}, {"state": "accepted"}),
        (200, {}, {"state": "accepted"}),
        (200, {}, {"state": "done", "resource": {"id": "7"}}),
    ]
    assert Caller(door.url, "key").post("/v1/things", {}, "once") == {"id": "7"}
    assert door.asked[0] == ("POST", "/v1/things", "once")
    assert [method for method, *_ in door.asked] == ["POST", "GET", "GET"]


def test_a_command_that_is_still_in_progress_is_followed_and_not_sent_again(door: Door) -> None:
    problem = {"type": "/problems/idempotency-in-progress"}
    done = {"state": "done", "resource": {"id": "7"}}
    door.answers = [(409, {"Location": "/v1/commands/1"}, problem), (200, {}, done)]
    assert Caller(door.url, "key").post("/v1/things", {}, "once") == {"id": "7"}


@pytest.mark.slow
def test_a_service_that_is_briefly_away_is_asked_again(door: Door) -> None:
    door.answers = [(503, {}, {}), (200, {}, {"items": [], "next": None})]
    assert Caller(door.url, "key").all("/v1/things") == []


def test_a_list_is_read_over_all_its_pages(door: Door) -> None:
    door.answers = [(200, {}, {"items": [{"n": 1}], "next": "x"}), (200, {}, {"items": [{"n": 2}], "next": None})]
    assert Caller(door.url, "key").all("/v1/things") == [{"n": 1}, {"n": 2}]
    assert "after=x" in door.asked[1][1]


def test_a_refusal_is_told_with_its_problem(door: Door) -> None:
    body = {"type": "/problems/invalid", "errors": [{"pointer": "/station", "detail": "Missing."}]}
    door.answers = [(422, {}, body)]
    with pytest.raises(ApiError, match="/station: Missing") as refused:
        Caller(door.url, "key").post("/v1/things", {})
    assert refused.value.slug == "invalid"


def test_waiting_in_vain_names_what_was_waited_for() -> None:
    with pytest.raises(Unfinished, match="for the moon"):
        Caller("http://127.0.0.1:1", "key").until("the moon", lambda: None, timeout=0.1)


def test_what_was_done_is_not_done_again_after_a_restart(tmp_path: Path) -> None:
    path, made = tmp_path / "sample.json", []

    def make() -> int:
        made.append(1)
        return len(made)

    assert Record(path).once("steps", "first", make) == 1
    assert Record(path).once("steps", "first", make) == 1
    assert made == [1]


def test_a_step_that_failed_is_not_remembered(tmp_path: Path) -> None:
    path = tmp_path / "sample.json"
    with pytest.raises(ZeroDivisionError):
        Record(path).once("steps", "first", lambda: 1 // 0)
    assert Record(path).once("steps", "first", lambda: 5) == 5


def test_the_record_is_for_its_owner_only(tmp_path: Path) -> None:
    record = Record(tmp_path / "sample.json")
    record.save()
    assert stat.S_IMODE(record.path.stat().st_mode) == 0o600


def test_a_broken_record_begins_anew(tmp_path: Path) -> None:
    (tmp_path / "sample.json").write_text('{"keys": {')
    assert Record(tmp_path / "sample.json").data["keys"] == {}


def test_the_same_row_has_the_same_key_and_another_row_another() -> None:
    assert key_of("/v1/firms", {"a": 1, "b": 2}) == key_of("/v1/firms", {"b": 2, "a": 1})
    assert key_of("/v1/firms", {"a": 1}) != key_of("/v1/firms", {"a": 2})
