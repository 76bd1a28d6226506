"""What was taken over a connection that is lost: the broker delivers it again, and numbers it anew."""

from __future__ import annotations

import time
import typing as t
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from psycopg.errors import QueryCanceled
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from chassis.errors import DatabaseAway
from chassis.mailbox import Box, Mailbox
from chassis.settings import PlatformSettings

Worker = tuple[list[bytes], t.Callable[..., t.Any]]
FAILED = (DatabaseAway, DatabaseAway("away"), None)


class Channel:
    """Keeps the numbers that were acknowledged over it."""

    def __init__(self) -> None:
        self.acknowledged: list[int] = []

    def basic_ack(self, tag: int) -> None:
        self.acknowledged.append(tag)


class Bench:
    """A mailbox without a broker. ``workers``: what was given to a worker, and how it says that it has finished."""

    def __init__(self, **settings: t.Any) -> None:
        self.box: t.Any = Mailbox({})
        self.box.settings = PlatformSettings(**settings)
        self.box.platform = SimpleNamespace(service="alpha")
        self.box.container = SimpleNamespace(spawn_worker=self._spawn, spawn_managed_thread=self._pause)
        self.workers: list[Worker] = []
        self.paused: list[t.Callable[[], None]] = []

    def connect(self) -> Channel:
        """The connection is lost, if there was one, and made anew."""
        self.box._disconnect()
        self.box._channel, self.box._connection = Channel(), SimpleNamespace(connection=None, release=lambda: None)
        return t.cast(Channel, self.box._channel)

    def deliver(self, organization: str, *numbers: int) -> None:
        box = self.box._boxes.setdefault(organization, Box(organization, f"alpha.{organization}"))
        receive = self.box._receiver(box)
        for number in numbers:
            receive(SimpleNamespace(delivery_tag=number, body=f"{organization} {number}"))

    def finish(self, error: t.Any = None) -> None:
        """The worker that was started first ends."""
        _, finished = self.workers.pop(0)
        finished(None, None, error)

    def _spawn(self, _: t.Any, given: t.Any, __: t.Any, *, handle_result: t.Callable[..., t.Any]) -> None:
        self.workers.append((given[0], handle_result))

    def _pause(self, resume: t.Callable[[], None], **_: t.Any) -> None:
        self.paused.append(resume)


def test_what_waited_when_the_connection_was_lost_acknowledges_nothing_on_the_next() -> None:
    bench = Bench(batch_size=1)
    bench.connect()
    bench.deliver("garrison", 1, 2)
    after = bench.connect()
    bench.deliver("center", 1, 2)  # other messages, which have the same numbers there
    bench.finish()
    assert [bodies for bodies, _ in bench.workers] == [[b"center 1"]]
    assert after.acknowledged == []
    bench.finish()
    assert after.acknowledged == [1]


def test_what_was_put_off_while_the_database_was_away_acknowledges_nothing_on_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("eventlet.sleep", lambda _seconds: None)
    bench = Bench()
    bench.connect()
    bench.deliver("garrison", 1)
    bench.finish(FAILED)
    bench.connect()
    bench.paused.pop()()
    assert bench.workers == []


def test_when_a_batch_of_the_lost_connection_fails_those_who_stand_in_line_take_its_place() -> None:
    bench = Bench(concurrency=1)
    bench.connect()
    bench.deliver("garrison", 1)
    bench.connect()
    bench.deliver("center", 1)
    bench.finish(FAILED)
    assert [bodies for bodies, _ in bench.workers] == [[b"center 1"]]


def test_while_an_organization_s_failed_batch_pauses_the_others_go_on() -> None:
    bench = Bench(concurrency=1)
    bench.connect()
    bench.deliver("garrison", 1)
    bench.deliver("center", 2)
    bench.finish((ValueError, ValueError("a defect"), None))
    assert [bodies for bodies, _ in bench.workers] == [[b"center 2"]]


def test_a_mailbox_that_the_broker_can_open_again_is_opened_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eventlet.sleep", lambda _seconds: None)
    bench = Bench()
    bench.box.platform.listener = SimpleNamespace(is_listening=True)
    bench.box.platform.may_have_new_organizations = lambda: False
    bench.box._ask = lambda _code: None
    bench.box._leave_out("garrison")
    bench.box._looked = time.monotonic()
    assert not bench.box._must_look()
    bench.paused.pop()()
    assert bench.box._must_look()


def test_the_pause_after_a_failure_grows_until_a_batch_succeeds_and_is_each_mailbox_s_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench, slept = Bench(concurrency=1), []
    monkeypatch.setattr("eventlet.sleep", slept.append)
    bench.connect()
    for outcome in (FAILED, FAILED, None, FAILED):
        if not bench.workers:
            bench.deliver("garrison", len(slept) + 1)
        bench.finish(outcome)
        while bench.paused:
            bench.paused.pop()()
    bench.finish()
    bench.deliver("center", 9)
    bench.finish(FAILED)
    bench.paused.pop()()
    assert slept == [0.2, 0.5, 0.2, 0.2]


def test_a_statement_that_the_database_broke_off_ends_no_mailbox(monkeypatch: pytest.MonkeyPatch) -> None:
    box, tries = Bench().box, []

    def connect() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise OperationalError("SELECT", {}, QueryCanceled("it waited for a lock"))
        box._stopping = True
        raise DatabaseAway("away")

    monkeypatch.setattr("eventlet.sleep", lambda _seconds: None)
    monkeypatch.setattr(box, "_connect", connect)
    box._run()
    assert len(tries) == 2


def test_a_process_whose_pattern_covers_nobody_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(organizations="garison")
    connection = SimpleNamespace(channel=lambda: None)
    monkeypatch.setattr("chassis.bus.connect", lambda *_: connection)
    monkeypatch.setattr("chassis.organizations.codes", lambda _: ["center", "garrison"])
    bench.box.platform.topology = SimpleNamespace(declare_base=lambda _: None)
    bench.box.platform.database = SimpleNamespace(session=nullcontext)
    with capture_logs() as said:
        bench.box._connect()
    (warning,) = said
    assert (warning["log_level"], warning["organizations"]) == ("warning", "garison")
