"""A waiting request is woken at once in its process, finds out for itself otherwise, and never outlives the process."""

from __future__ import annotations

import time

import eventlet
import pytest

from chassis.ids import new_id
from gateway.models import Command
from gateway.waiting import MOST_TOLD, Waiting


def test_who_waits_is_woken_at_once() -> None:
    waiting, command, looks = Waiting(), new_id(), []
    with waiting.expect(command) as event:
        eventlet.spawn(waiting.wake, [command])
        began = time.monotonic()
        found = waiting.until(event, 5, lambda: looks.append(1) or "found")  # type: ignore[func-returns-value]
    assert found == "found"
    assert time.monotonic() - began < 0.04
    assert len(looks) == 1


@pytest.mark.slow
def test_who_is_not_woken_looks_every_50_to_200_ms() -> None:
    waiting, looks = Waiting(), []
    with waiting.expect(new_id()) as event:
        began = time.monotonic()
        assert waiting.until(event, 0.5, lambda: looks.append(time.monotonic())) is None  # type: ignore[func-returns-value]
    assert 0.45 < time.monotonic() - began < 1
    assert 3 <= len(looks) <= 8


def test_a_wake_up_between_commit_and_waiting_is_not_lost() -> None:
    waiting, command = Waiting(), new_id()
    with waiting.expect(command) as event:
        waiting.wake([command, new_id()])
        began = time.monotonic()
        assert waiting.until(event, 5, lambda: True) is True
    assert time.monotonic() - began < 0.04


def test_all_who_wait_for_one_command_are_woken() -> None:
    waiting, command, woken = Waiting(), new_id(), []

    def wait() -> None:
        with waiting.expect(command) as event:
            woken.append(waiting.until(event, 5, lambda: True))

    threads = [eventlet.spawn(wait) for _ in range(3)]
    eventlet.sleep(0)
    waiting.wake([command])
    for thread in threads:
        thread.wait()
    assert woken == [True] * 3
    assert waiting._waiters == {}


def test_what_nobody_waits_for_here_is_named_so_that_another_process_can_be_told() -> None:
    waiting, mine, other = Waiting(), new_id(), new_id()
    with waiting.expect(mine) as event:
        assert waiting.wake([mine, other]) == [other]
        assert event.is_set()


def test_who_was_told_before_the_commit_and_waits_no_longer_needs_no_other_process() -> None:
    waiting, mine, other = Waiting(), new_id(), new_id()
    told = {"status": "done", "finished_at": None, "resource": {}, "problem": None}
    with waiting.expect(mine) as event:
        waiting.tell({mine: told, other: told})
        assert event.is_set()
        assert event.told is told
    assert waiting.wake([mine, other]) == [other]
    assert waiting.wake([mine]) == [mine], "it is told once"


def test_of_ends_whose_commit_was_made_elsewhere_the_oldest_are_forgotten() -> None:
    waiting, commands = Waiting(), [new_id() for _ in range(MOST_TOLD + 1)]
    told = {"status": "done", "finished_at": None, "resource": {}, "problem": None}
    for command in commands:
        with waiting.expect(command):
            waiting.tell({command: told})
    as_told = waiting.as_told()
    assert as_told(Command(id=commands[-1], state="accepted")).state == "done"
    assert as_told(Command(id=commands[0], state="accepted")).state == "accepted"


def test_an_end_that_gets_into_its_row_while_the_row_is_read_is_not_missed() -> None:
    waiting, command = Waiting(), new_id()
    told = {"status": "done", "finished_at": None, "resource": {}, "problem": None}
    with waiting.expect(command):
        waiting.tell({command: told})
    as_told = waiting.as_told()
    read = Command(id=command, state="accepted")  # before the commit
    waiting.wake([command])
    assert as_told(read).state == "done"


def test_who_may_have_missed_something_looks() -> None:
    waiting = Waiting()
    with waiting.expect(new_id()) as one, waiting.expect(new_id()) as other:
        waiting.wake_all()
        assert one.is_set()
        assert other.is_set()


@pytest.mark.slow
def test_where_other_processes_tell_what_ended_a_look_is_seldom_needed() -> None:
    looks: dict[bool, int] = {}
    for is_told in (False, True):
        waiting, seen = Waiting(lambda is_told=is_told: is_told), []  # type: ignore[misc]
        with waiting.expect(new_id()) as event:
            waiting.until(event, 1.5, lambda seen=seen: seen.append(1))  # type: ignore[misc]
        looks[is_told] = len(seen)
    assert looks[True] < looks[False] - 1


def test_a_stopping_process_lets_nobody_wait() -> None:
    waiting = Waiting()
    with waiting.expect(new_id()) as event:
        eventlet.spawn(waiting.stop)
        began = time.monotonic()
        assert waiting.until(event, 30, lambda: None) is None
    assert time.monotonic() - began < 1
