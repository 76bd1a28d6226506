"""kill -9 in the gateway between its commit and its answer, and in the scheduler between claim and commit."""

import datetime as dt
import typing as t

import pytest
import requests

from tests.chaos.dying import consumers, dies, spawn_to_die
from tests.infrastructure.backends import Backend
from tests.infrastructure.waiting import wait_until
from tests.stories.cast import application_of, gather
from tests.stories.network import Actor, Network, at


@pytest.fixture
def network(rabbitmq: Backend) -> t.Iterator[Network]:
    """Gateway and supervision, of which some are killed, in processes of their own."""
    platform = Network(rabbitmq, at("2026-02-12 09:00"), apart=True, together=("intake", "assignment", "notification"))
    try:
        platform.start()
        yield platform
    finally:
        platform.close()


def test_what_the_gateway_committed_before_it_was_killed_is_done_once(network: Network) -> None:
    cast = gather(network)
    network.stop("gateway")
    child = spawn_to_die(network, "gateway", "gateway.after_commit")
    wait_until(lambda: cast.liaison.asks("/livez").status == 200, 40, "the door to open again")
    with pytest.raises(requests.ConnectionError):
        cast.liaison.sends("/v1/applications", application_of("马秀云"), key="once")
    dies(child)
    network.start("gateway")
    answer = cast.liaison.sends("/v1/applications", application_of("马秀云"), key="once", wait=30)
    assert answer.status == 201
    again = cast.liaison.sends("/v1/applications", application_of("马秀云"), key="once", wait=30)
    assert again.body["number"] == answer.body["number"]
    assert len(cast.liaison.reads("/v1/applications")["items"]) == 1


def test_a_deadline_that_was_claimed_when_the_scheduler_was_killed_fires_once(network: Network) -> None:
    cast = gather(network)
    application = cast.liaison.does("/v1/applications", **application_of("马秀云"))
    task = cast.officer.finds("/v1/tasks", "the decision to make", kind="decide", application=application["id"])
    network.stop("supervision")
    network.goes_on_to(dt.datetime.fromisoformat(task["due_at"]) + dt.timedelta(minutes=1))
    dies(spawn_to_die(network, "supervision", "scheduler.after_claim"))
    network.start("supervision")
    link = f"/v1/tasks/{task['id']}"
    cast.officer.hears("deadline_overdue", link)
    cast.officer.sees(link, "the task overdue", when=lambda page: page["overdue"])
    assert cast.officer.heard(link).count("deadline_overdue") == 1
    story = cast.officer.reads(f"/v1/applications/{application['id']}/timeline", limit=200)["items"]
    assert [item["type"] for item in story].count("supervision.deadline_overdue.v1") == 1


def test_of_two_schedulers_one_is_killed_with_timers_in_its_hands_and_every_deadline_fires_once(
    network: Network,
) -> None:
    cast = gather(network)
    names = ("马秀云", "李秋菊", "孙桂兰", "周玉珍", "吴春花", "郑秀英")
    filed = [cast.liaison.does("/v1/applications", **application_of(name)) for name in names]
    tasks = [cast.officer.finds("/v1/tasks", "the task", kind="decide", application=one["id"]) for one in filed]
    network.environ["AIDBUS_TICK_LIMIT"] = "1"
    network.stop("supervision")
    network.start("supervision")
    doomed = spawn_to_die(network, "supervision", "scheduler.after_claim")
    both_serve = wait_until(lambda: consumers(network, "womens-federation") == 2, 40, "two processes of supervision")
    assert both_serve
    network.goes_on_to(dt.datetime.fromisoformat(tasks[0]["due_at"]) + dt.timedelta(days=2))
    dies(doomed)
    for one, task in zip(filed, tasks, strict=True):
        wait_until(lambda task=task: late_marks(cast.officer, task) == MARKS, 40, "all marks to be fired")
        path = f"/v1/applications/{one['id']}/timeline"
        page = cast.officer.sees(path, "both escalations", when=lambda page: kinds(page).count("escalated") == 2)
        assert kinds(page).count("overdue") == 1


MARKS = {"reminder": "fired", "overdue": "fired", "escalation": "fired"}


def late_marks(officer: Actor, task: dict[str, t.Any]) -> dict[str, str]:
    return {mark["mark"]: mark["state"] for mark in officer.reads(f"/v1/tasks/{task['id']}")["marks"]}


def kinds(page: dict[str, t.Any]) -> list[str]:
    """``overdue`` for each event ``supervision.deadline_overdue.v1`` of a timeline."""
    return [item["type"].removesuffix(".v1").rpartition("deadline_")[2] for item in page["items"]]
