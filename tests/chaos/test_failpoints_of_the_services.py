"""kill -9 in the gateway between its commit and its answer, and in the scheduler between claim and commit."""

import datetime as dt
import os
import signal
import subprocess
import sys
import typing as t

import pytest
import requests

from tests.infrastructure.backends import Backend
from tests.infrastructure.waiting import wait_until
from tests.stories.cast import application_of, gather
from tests.stories.network import Network, at


@pytest.fixture
def network(rabbitmq: Backend) -> t.Iterator[Network]:
    """Every service in a process of its own."""
    platform = Network(rabbitmq, at("2026-02-12 09:00"), apart=True)
    try:
        platform.start()
        yield platform
    finally:
        platform.close()


def spawn_to_die(network: Network, service: str, failpoint: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "chassis", "serve", service]
    return subprocess.Popen(command, env={**os.environ, **network.environ, "AIDBUS_FAILPOINT": failpoint})


def dies(child: subprocess.Popen[bytes]) -> None:
    wait_until(lambda: child.poll() is not None, 40, "the process to reach its failpoint")
    assert child.returncode == -signal.SIGKILL


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
