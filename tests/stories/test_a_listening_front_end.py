"""A front end listens, loses its connection and misses nothing; nobody hears what is somebody else's."""

from __future__ import annotations

import json
import socket
import threading
import typing as t
from collections.abc import Iterator

import pytest
import requests

from gateway.keys import revoke_key
from tests.infrastructure.backends import Backend
from tests.infrastructure.waiting import wait_until
from tests.stories.cast import Cast, filed, gather
from tests.stories.network import PATIENCE, Actor, Network, at

pytestmark = pytest.mark.timeout(120)


class Ear:
    """A front end that listens for a person, as EventSource does."""

    def __init__(self, who: Actor, last: str | None = None) -> None:
        self.events: list[tuple[str, dict[str, t.Any]]] = []
        self.last, self.ended = last, False
        headers = {"Authorization": f"Bearer {who.key}"} | ({"Last-Event-ID": last} if last else {})
        self.answer = requests.get(who.url() + "/v1/notifications/stream", headers=headers, stream=True, timeout=30)
        assert self.answer.status_code == 200, self.answer.text
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        kind, data, place = "", "", ""
        try:
            for line in self.answer.iter_lines(chunk_size=1, decode_unicode=True):
                if line:
                    name, _, value = line.partition(": ")
                    kind, data, place = (
                        value if name == "event" else kind,
                        value if name == "data" else data,
                        value if name == "id" else place,
                    )
                elif kind:
                    self.events.append((kind, json.loads(data)))
                    self.last = place or self.last
                    kind = data = place = ""
        except (requests.RequestException, AttributeError, ValueError):
            pass
        self.ended = True

    @property
    def heard(self) -> list[str]:
        """What it was told of, in order."""
        return [f"{data['kind']} {data['number']}" for kind, data in self.events if kind == "notification"]

    def until(self, kind: str) -> Ear:
        wait_until(lambda: any(one == kind for one, _ in self.events), PATIENCE, f"the event {kind}")
        return self

    def hears(self, what: str) -> None:
        wait_until(lambda: what in self.heard, PATIENCE, f"to hear {what}; heard: {self.heard}")

    def hangs_up(self) -> None:
        """The connection is lost."""
        connection: t.Any = self.answer.raw.connection
        connection.sock.shutdown(socket.SHUT_RDWR)


class Stage(t.NamedTuple):
    network: Network
    cast: Cast


@pytest.fixture(scope="module")
def stage(setup: Backend) -> Iterator[Stage]:
    network = Network(
        setup, at("2026-02-12 10:00"), AIDBUS_STREAM_CHECK_SECONDS="0.1", AIDBUS_STREAM_HEARTBEAT_SECONDS="0.2"
    )
    network.start()
    yield Stage(network, gather(network))
    network.close()


def test_a_front_end_that_loses_its_connection_misses_nothing_and_hears_nothing_twice(stage: Stage) -> None:
    cast = stage.cast
    ear = Ear(cast.officer).until("ready")
    first = filed(cast, "马秀云")["number"]
    ear.hears(f"task_opened {first}")
    data = next(data for kind, data in ear.events if kind == "notification")
    assert data["why"]["zh"]
    assert data["link"].startswith("/v1/tasks/")

    ear.hangs_up()
    second = filed(cast, "冯改兰")["number"]
    cast.officer.hears("task_opened", second)  # told while nobody listened

    back = Ear(cast.officer, ear.last).until("ready")
    back.hears(f"task_opened {second}")
    third = filed(cast, "褚秀英")["number"]
    back.hears(f"task_opened {third}")
    assert back.heard == [f"task_opened {second}", f"task_opened {third}"]


def test_it_hears_everything_after_notification_was_down(stage: Stage) -> None:
    network, cast = stage
    ear = Ear(cast.officer).until("ready")
    network.stop("notification")
    number = filed(cast, "卫红霞")["number"]
    cast.officer.finds("/v1/tasks", "the task", lambda item: item["number"] == number, kind="decide")
    late = Ear(cast.officer, ear.last)  # comes while notification is down: it is connected, and waits
    network.start("notification")
    for one in (ear, late):
        one.hears(f"task_opened {number}")
    assert ear.heard == late.heard == [f"task_opened {number}"]


def test_nobody_listens_to_somebody_else_s_stream(stage: Stage) -> None:
    network, cast = stage
    officer, head, lawyer = (Ear(who).until("ready") for who in (cast.officer, cast.head, cast.first))
    number = filed(cast, "蒋美玲")["number"]
    officer.hears(f"task_opened {number}")
    cast.liaison.hears("task_to_know", number)
    assert head.heard == lawyer.heard == []
    stolen = Ear(cast.first, officer.last).until("ready")  # somebody else's cursor says where to begin, not whose it is
    assert stolen.heard == []

    url = network.url + "/v1/notifications/stream"
    assert requests.get(url, timeout=10).status_code == 401
    assert network.administrator.asks("/v1/notifications/stream").problem == "no-person"
    headers = {"Authorization": f"Bearer {cast.officer.key}", "Last-Event-ID": "yesterday"}
    assert requests.get(url, headers=headers, timeout=10).status_code == 400


def test_the_stream_of_a_revoked_key_is_closed(stage: Stage) -> None:
    network, cast = stage
    guest = network.actor("guest", "center_staff", "center", cast.officer.id)
    theirs, others = Ear(guest).until("ready"), Ear(cast.officer).until("ready")
    with network.door.session() as session:
        assert revoke_key(session, guest.key.partition(".")[0], network.clock.now())
    theirs.until("closed")
    assert dict(theirs.events)["closed"] == {"reason": "key-revoked"}
    wait_until(lambda: theirs.ended, PATIENCE, "the stream to end")
    number = filed(cast, "沈桂香")["number"]
    others.hears(f"task_opened {number}")
    assert f"task_opened {number}" not in theirs.heard


def test_one_key_has_room_for_so_many_streams(stage: Stage) -> None:
    ears = [Ear(stage.cast.second).until("ready") for _ in range(10)]
    one_more = stage.cast.second.asks("/v1/notifications/stream")
    assert (one_more.status, one_more.problem) == (429, "too-many-streams")
    ears[0].hangs_up()

    def has_room() -> Ear | None:
        try:
            return Ear(stage.cast.second)
        except AssertionError:
            return None

    wait_until(has_room, PATIENCE, "the stream that was hung up to make room")
