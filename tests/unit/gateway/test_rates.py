"""How often a caller may ask: clear to the caller, the same for all gateway processes, without harm to others."""

from __future__ import annotations

import datetime as dt

import eventlet
import pytest
from sqlalchemy import func, select

from chassis import migrations
from chassis.database import Database
from gateway import repository
from gateway.answers import Refused
from gateway.models import RateCount
from gateway.rates import RateLimit
from tests.unit.gateway.conftest import Caller, Network

ENDS = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)


@pytest.mark.slow
def test_too_many_requests_of_one_key_are_refused_without_harm_to_others(network: Network) -> None:
    caller = network.client(rate_limit="3/hour")
    answers = [caller.get("/v1/me") for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert answers[0].headers["RateLimit-Policy"] == '"key";q=3;w=3600'
    assert answers[0].headers["RateLimit"].startswith('"key";r=2;t=')
    assert answers[3].json["type"] == "/problems/rate-limited"
    assert int(answers[3].headers["Retry-After"]) >= 1
    assert Caller(caller.http, network.keys["liaison"]).get("/v1/me").status_code == 200


def test_a_new_window_starts_from_nothing() -> None:
    now = [0.0]
    limit = RateLimit("2/minute", clock=lambda: now[0])
    limit.hit("a")
    limit.hit("a")
    with pytest.raises(Refused) as refusal:
        limit.hit("a")
    assert refusal.value.headers["Retry-After"] == "60"
    now[0] = 60.0
    assert limit.hit("a")["RateLimit"] == '"key";r=1;t=60'


@pytest.mark.slow
def test_guessing_keys_is_slowed_down(network: Network) -> None:
    caller = Caller(network.client(None, rate_limit="2/hour").http, "aidguess.secret")
    assert [caller.get("/v1/me").status_code for _ in range(3)] == [401, 401, 429]


@pytest.mark.slow
def test_several_gateway_processes_count_together(network: Network) -> None:
    caller, other = network.client(rate_limit="4/hour"), network.client(rate_limit="4/hour")
    assert caller.http.application is not other.http.application, "each process has an app of its own"
    answers = [which.get("/v1/me") for which in (caller, other, caller, other, caller, other)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429, 429]
    left = [answer.headers["RateLimit"].split(";")[1] for answer in answers]
    assert left == ["r=3", "r=2", "r=1", "r=0", "r=0", "r=0"]


def test_a_request_seldom_costs_a_statement() -> None:
    shared: list[int] = []

    def share(_caller: str, _ends_at: dt.datetime, amount: int) -> int:
        shared.append(amount)
        return sum(shared)

    limit = RateLimit("1000/hour", share)
    for _ in range(1000):
        limit.hit("a")
    assert sum(shared) > 980
    assert len(shared) == 50
    for _ in range(20):
        with pytest.raises(Refused):
            limit.hit("a")


def test_what_was_counted_in_a_window_that_is_over_is_forgotten(network: Network) -> None:
    with network.door.database.session() as session:
        assert repository.count_requests(session, "key:a", ENDS, 3) == 3
        assert repository.count_requests(session, "key:a", ENDS, 4) == 7
        repository.forget_counts(session, ENDS + dt.timedelta(seconds=1))
        assert session.scalar(select(func.count()).select_from(RateCount)) == 0


def test_processes_that_count_at_the_same_time_lose_nothing(postgres_url) -> None:  # type: ignore[no-untyped-def]
    databases = [Database(postgres_url("gateway_rates")) for _ in range(2)]
    migrations.migrate("gateway", databases[0])

    def count(number: int) -> int:
        with databases[number % 2].session() as session:
            return repository.count_requests(session, "key:a", ENDS, 5)

    pool = eventlet.GreenPool()
    assert sorted(pool.imap(count, range(20))) == list(range(5, 105, 5))
    for database in databases:
        database.close()
