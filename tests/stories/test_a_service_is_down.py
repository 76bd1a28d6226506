"""A service is down: its own reads are 503, all others work; what was accepted meanwhile is done when it is back."""

from __future__ import annotations

import typing as t
from contextlib import contextmanager

import pytest

from tests.infrastructure.backends import Backend
from tests.stories.cast import STATION, Cast, application_of, case_of, filed
from tests.stories.conftest import BEGINS
from tests.stories.network import Answer, Network, at


@pytest.fixture(scope="module")
def network(setup: Backend) -> t.Iterator[Network]:
    """A platform whose door does not wait long for an answer."""
    platform = Network(setup, at(BEGINS), AIDBUS_QUERY_SECONDS="0.75")
    platform.start()
    yield platform
    platform.close()


@contextmanager
def down(network: Network, service: str) -> t.Iterator[None]:
    """A service is stopped for a while, and is back afterwards."""
    network.stop(service)
    try:
        yield
    finally:
        network.start(service)


def is_away(answer: Answer, service: str) -> bool:
    return (answer.status, answer.problem, answer.body.get("service")) == (503, "service-unavailable", service)


def test_while_intake_is_down_the_door_accepts_applications_and_they_are_filed_later(
    network: Network, cast: Cast
) -> None:
    with down(network, "intake"):
        accepted = cast.liaison.sends("/v1/applications", application_of("谢小娥"), wait=0)
        assert (accepted.status, accepted.body["state"]) == (202, "accepted")
        assert is_away(cast.liaison.asks("/v1/applications"), "intake")
        cast.officer.sees("/v1/cases", "the cases all the same")
        cast.officer.sees("/v1/tasks", "the tasks all the same")
        assert cast.liaison.reads(accepted.headers["Location"])["state"] == "accepted"
    done = cast.liaison.sees(accepted.headers["Location"], "the command done", lambda one: one["state"] == "done")
    assert done["status"] == 201
    task = cast.officer.finds("/v1/tasks", "its task", kind="decide", application=done["resource"]["id"])
    assert task["number"] == done["resource"]["number"]


def test_while_supervision_is_down_work_goes_on_and_its_clocks_run_from_the_day_it_was_done(
    network: Network, cast: Cast
) -> None:
    with down(network, "supervision"):
        assert is_away(cast.officer.asks("/v1/tasks"), "supervision")
        application = filed(cast, "邹月华")
        cast.officer.does(f"/v1/applications/{application['id']}/grant")
        case = case_of(cast, application)
        cast.officer.sees(f"/v1/cases/{case['id']}/proposal", "the lawyers", when=lambda page: page["candidates"])
        cast.liaison.does("/v1/services", kind="advice", station=STATION, recipient_group="woman", topic="咨询")
    assign = cast.officer.finds("/v1/tasks", "the task to assign", kind="assign", application=application["id"])
    assert assign["state"] == "open"
    decide = cast.officer.finds("/v1/tasks", "the decision, met", kind="decide", application=application["id"])
    assert decide["state"] == "finished"
    cast.head.sees("/v1/figures", "the advice counted", when=lambda page: page["sums"]["advice"] == 1)


def test_while_assignment_is_down_aid_is_granted_and_its_case_opens_later(network: Network, cast: Cast) -> None:
    application = filed(cast, "柏雪琴")
    with down(network, "assignment"):
        assert is_away(cast.officer.asks("/v1/cases"), "assignment")
        granted = cast.officer.does(f"/v1/applications/{application['id']}/grant")
        assert granted["state"] == "granted"
        cast.officer.finds("/v1/tasks", "the task to assign", kind="assign", application=application["id"])
    assert case_of(cast, application)["state"] == "proposed"


def test_while_notification_is_down_nobody_is_forgotten(network: Network, cast: Cast) -> None:
    with down(network, "notification"):
        assert is_away(cast.officer.asks("/v1/notifications"), "notification")
        application = filed(cast, "水玉兰")
        cast.officer.finds("/v1/tasks", "the task to decide", kind="decide", application=application["id"])
    assert cast.officer.hears("task_opened", application["number"])
    assert cast.officer.heard(application["number"]) == ["task_opened"]


def test_what_the_door_accepted_is_done_although_it_went_down_at_once(network: Network, cast: Cast) -> None:
    accepted = cast.liaison.sends("/v1/applications", application_of("窦桂花"), wait=0, key="dou-1")
    with down(network, "gateway"):
        assert accepted.status == 202
    done = cast.liaison.sees(accepted.headers["Location"], "the command done", lambda one: one["state"] == "done")
    again = cast.liaison.sends("/v1/applications", application_of("窦桂花"), key="dou-1")
    assert (again.status, again.body["id"]) == (201, done["resource"]["id"])
