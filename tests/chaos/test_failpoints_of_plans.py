"""kill -9 around the plans' work: of two schedulers on PostgreSQL one is killed, and each occurrence is there once.

Only supervision does anything while a process is killed: notification starts afterwards, and then tells everybody once.
"""

import collections
import datetime as dt
import signal
import subprocess
import typing as t

import psycopg
import pytest

from tests.chaos.dying import consumers, dies, spawn_to_die
from tests.infrastructure.backends import Backend
from tests.infrastructure.servers import plain_dsn
from tests.infrastructure.waiting import wait_until
from tests.stories.cast import Cast, gather
from tests.stories.network import Body, Network, at

BESIDE = ("intake", "assignment", "gateway")
PLANS = ("monthly_report", "joint_meeting", "interview", "center_review")
STATIONS, ORGANIZATIONS = 3, 2
TASKS = {"monthly_report": STATIONS, "joint_meeting": 1, "interview": ORGANIZATIONS, "center_review": ORGANIZATIONS}
MOST_MONTHS = 12


@pytest.fixture
def network(rabbitmq: Backend) -> t.Iterator[Network]:
    """Supervision in processes of its own; a scheduler takes one timer at a time, so that two share what is due."""
    platform = Network(rabbitmq, at("2026-01-20 09:00"), apart=True, together=BESIDE, AIDBUS_TICK_LIMIT="1")
    try:
        platform.start(*BESIDE, "supervision")
        yield platform
    finally:
        platform.close()


@pytest.mark.parametrize(
    "failpoint",
    [
        "scheduler.after_claim",
        "relay.after_claim",
        "relay.after_publish",
        "relay.after_confirm",
        "consumer.after_inbox",
        "consumer.after_commit",
    ],
)
def test_of_two_schedulers_one_is_killed_and_each_occurrence_of_every_plan_is_there_once(
    network: Network, failpoint: str
) -> None:
    cast = a_city(network)
    plans = {
        kind: cast.director.does("/v1/plans", template=kind, rule="FREQ=MONTHLY;BYMONTHDAY=5", misfire="each")
        for kind in PLANS
    }
    doomed = spawn_to_die(network, "supervision", failpoint)
    wait_until(lambda: consumers(network, "center") == 2, 40, "two processes of supervision")
    months = months_pass_until_it_dies(network, cast, plans, doomed)
    months.append(a_month_passes(network))
    for kind, plan in plans.items():
        wait_until(lambda kind=kind, plan=plan: days(cast, plan) == months, 60, f"every occurrence of {kind}")

    tasks = {kind: tasks_of(cast, kind, TASKS[kind] * len(months)) for kind in PLANS}
    for plan in plans.values():
        past = cast.director.reads(f"/v1/plans/{plan['id']}")["occurrences"]
        assert {(one["state"], one["tasks"]) for one in past} == {("opened", TASKS[plan["kind"]])}
    drawn = cast.director.reads("/v1/samples", plan=plans["interview"]["id"], limit=200)["items"]
    assert len(drawn) == len(months), "one draw for each occurrence"
    for kind in PLANS:
        where = collections.Counter((one["organization"], one["station"], one["words"]) for one in tasks[kind])
        assert len(tasks[kind]) == TASKS[kind] * len(months)
        assert set(where.values()) == {1} or kind == "interview", where  # who is drawn has the same words each time
    everybody_is_told_once(network, [one for found in tasks.values() for one in found])
    assert all(len(tasks_of(cast, kind, 0)) == len(tasks[kind]) for kind in PLANS), "and nothing came later"


@pytest.mark.parametrize("failpoint", ["consumer.after_inbox", "consumer.after_commit", "relay.after_publish"])
def test_a_meeting_that_was_called_when_the_process_was_killed_calls_everybody_once(
    network: Network, failpoint: str
) -> None:
    cast = a_city(network)
    network.stop("supervision")
    doomed = spawn_to_die(network, "supervision", failpoint)
    wait_until(lambda: consumers(network, "center") == 1, 40, "the process that will die")
    meeting = {"starts_at": "2026-02-10T14:30:00+08:00", "place": "三楼会议室"}
    draw = {"kind": "interview", "sample": {"of": "stations", "share": 1}, "due_on": "2026-02-10"}
    draw |= {"first_day": "2025-07-01", "last_day": "2025-12-31"}
    for path, body in (("/v1/meetings/prepare", meeting), ("/v1/samples", draw)):
        assert cast.director.sends(path, body, key=path, wait=0).status == 202
    dies(doomed)
    network.workers = 2
    network.start("supervision")
    network.goes_on_to(network.clock.now() + dt.timedelta(minutes=1))  # the leases of the dead process are over
    tasks = tasks_of(cast, "attend_meeting", ORGANIZATIONS) + tasks_of(cast, "interview", STATIONS)
    for path, body in (("/v1/meetings/prepare", meeting), ("/v1/samples", draw)):
        assert cast.director.sends(path, body, key=path).status == 201, "the same key: the same answer"
    assert len(cast.director.reads("/v1/meetings")["items"]) == 1
    assert len(cast.director.reads("/v1/samples")["items"]) == 1
    assert len(tasks) == ORGANIZATIONS + STATIONS
    everybody_is_told_once(network, tasks)


def a_city(network: Network) -> Cast:
    """The center and two organizations with three stations."""
    cast = gather(network)
    network.organization("trade-union", "和阳市总工会", "trade_union")
    network.colleague("冯国强", "organization_head", "trade-union")
    for code, liaison in (("tu-city", "何美玲"), ("tu-fengquan", "吕志远")):
        network.station("trade-union", code, f"总工会{code}工作站", liaison=liaison)
    wait_until(lambda: len(cast.director.reads("/v1/readiness")["items"]) == STATIONS, 40, "the stations")
    return cast


def months_pass_until_it_dies(
    network: Network, cast: Cast, plans: dict[str, Body], doomed: subprocess.Popen[bytes]
) -> list[str]:
    """Which of the two takes a timer or a message is chance: so months pass until it was the one that will die."""
    months: list[str] = []
    while doomed.poll() is None:
        assert len(months) < MOST_MONTHS, "it never reached its failpoint"
        months.append(a_month_passes(network))

        def it_died_or_all_is_done() -> bool:
            return doomed.poll() is not None or all(months == days(cast, plan) for plan in plans.values())

        wait_until(it_died_or_all_is_done, 60, "the month's work, or the end of the process")
    assert doomed.returncode == -signal.SIGKILL
    return months


def a_month_passes(network: Network) -> str:
    """It is late on the fifth or, where that is a rest day, well after it: everything of the month is due."""
    month = (network.today().replace(day=1) + dt.timedelta(32)).replace(day=1)
    network.goes_on_to(at(f"{month:%Y-%m}-15 12:00"))
    return f"{month:%Y-%m}-05"


def days(cast: Cast, plan: Body) -> list[str]:
    past = cast.director.reads(f"/v1/plans/{plan['id']}")["occurrences"]
    return sorted(one["planned_on"] for one in past)


def tasks_of(cast: Cast, kind: str, count: int) -> list[Body]:
    """All tasks of a kind, once there are so many or more."""

    def found() -> list[Body]:
        items = cast.director.reads("/v1/tasks", kind=kind, limit=200)["items"]
        return items if len(items) >= count else []

    return wait_until(found, 60, f"{count} tasks {kind}")


def everybody_is_told_once(network: Network, tasks: list[Body]) -> None:
    """Notification comes up and reads what waits for it; whoever has a task hears of it once."""
    network.start("notification")
    wanted = collections.Counter(
        (one["person"], f"/v1/tasks/{task['id']}") for task in tasks for one in task["assignees"]
    )
    assert set(wanted.values()) == {1}

    def told() -> dict[tuple[str, str], int]:
        with psycopg.connect(
            plain_dsn(network.environ["AIDBUS_DATABASE_URL"].format(service="notification"))
        ) as connection:
            rows = connection.execute("SELECT person, link FROM notifications WHERE kind = 'task_opened'").fetchall()
        found = collections.Counter((str(person), link) for person, link in rows)
        return found if set(found) >= set(wanted) else {}

    found = wait_until(told, 60, "everybody to be told")
    assert {who: count for who, count in found.items() if who in wanted} == wanted
