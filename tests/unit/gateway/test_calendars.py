"""Calendar feeds: a secret address, days of open tasks and nothing else, and an end when it is revoked."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import uuid4

import pytest
from icalendar import Calendar
from sqlalchemy import select

from gateway.keys import revoke_key
from gateway.models import ApiKey, CalendarFeed
from tests.unit.gateway.conftest import Bus, Caller, Network

TASK = {
    "id": str(uuid4()), "kind": "decide", "title_zh": "作出决定", "title_en": "decide", "number": "A2026-00001",
    "words": "马秀云的丈夫", "due_on": "2026-03-24", "opened_at": "2026-02-12T10:00:00+08:00", "version": 3,
    "assignees": [{"person": str(uuid4()), "name": "沈嘉涛"}],
}  # fmt: skip


@pytest.fixture
def tasks(bus: Bus) -> Bus:
    bus.reads["supervision.tasks"] = {"items": [TASK], "next": None}
    bus.reads["intake.stations"] = {"items": [{"code": "fengquan"}], "next": None}
    return bus


def make(caller: Caller, **body: t.Any) -> dict[str, t.Any]:
    answer = caller.post("/v1/calendars", body)
    assert answer.status_code == 201, answer.json
    return t.cast(dict[str, t.Any], answer.json)


def test_a_feed_has_day_kind_and_number_of_open_tasks_and_no_personal_data(network: Network, tasks: Bus) -> None:
    made = make(network.client("lawyer"))
    answer = network.client(None).get(made["address"])  # a calendar program has no key
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert str(event["summary"]) == "作出决定 A2026-00001"
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (dt.date(2026, 3, 24), dt.date(2026, 3, 25))
    text = answer.get_data(as_text=True)
    assert not [name for name in ("马秀云", "沈嘉涛") if name in text]
    ((_, params, principal),) = tasks.asked
    assert (params["mine"], params["state"], principal.role) == (True, "open", "lawyer")


def test_the_secret_is_kept_as_a_hash_only(network: Network, tasks: Bus) -> None:
    made = make(network.client("lawyer"))
    secret = made["address"].split("/")[-1].removesuffix(".ics")
    with network.door.database.session() as session:
        (row,) = session.scalars(select(CalendarFeed))
        assert row.secret_hash != secret
        assert secret not in str(vars(row))
    listed = network.client("lawyer").get("/v1/calendars").json["items"]
    assert [one["id"] for one in listed] == [made["id"]]
    assert "address" not in listed[0]


def test_a_revoked_feed_is_gone_and_one_that_never_was_is_not_found(network: Network, tasks: Bus) -> None:
    lawyer = network.client("lawyer")
    made = make(lawyer)
    assert lawyer.post(f"/v1/calendars/{made['id']}/revoke").json["revoked_at"]
    nobody = network.client(None)
    answer = nobody.get(made["address"])
    assert (answer.status_code, answer.json["type"]) == (410, "/problems/calendar-ended")
    assert nobody.get("/v1/calendars/made-up.ics").status_code == 404
    assert tasks.asked == []


def test_a_feed_ends_with_the_key_that_made_it(network: Network, tasks: Bus) -> None:
    made = make(network.client("lawyer"))
    with network.door.database.session() as session:
        (prefix,) = session.scalars(select(ApiKey.prefix).where(ApiKey.role == "lawyer"))
        assert revoke_key(session, prefix, network.door.clock.now())
    assert network.client(None).get(made["address"]).status_code == 410


def test_a_station_has_a_feed_for_those_who_may_see_it(network: Network, tasks: Bus) -> None:
    liaison = network.client("liaison")
    station = liaison.get("/v1/me").json
    made = make(liaison, station=station["station"] or "fengquan", language="en")
    network.client(None).get(made["address"])
    assert tasks.asked[-1][1]["station"] == made["station"]
    other = liaison.post("/v1/calendars", {"station": "fengquan", "organization": "trade-unions"})
    assert (other.status_code, other.json["type"]) == (422, "/problems/unknown-station")


def test_a_station_that_there_is_not_has_no_feed(network: Network, tasks: Bus) -> None:
    tasks.reads["intake.stations"] = {"items": [], "next": None}
    liaison = network.client("liaison")
    refused = liaison.post("/v1/calendars", {"station": "nowhere"})
    assert (refused.status_code, refused.json["type"]) == (422, "/problems/unknown-station")
    assert refused.json["errors"][0]["pointer"] == "/station"
    assert [params for _, params, _ in tasks.asked] == [
        {"organization": "womens-federation", "code": "nowhere", "limit": 1}
    ]
    assert liaison.get("/v1/calendars").json["items"] == []


def test_an_organization_without_a_station_is_no_feed_of_the_callers_own_tasks(network: Network, tasks: Bus) -> None:
    answer = network.client("lawyer").post("/v1/calendars", {"organization": "trade-unions"})
    assert (answer.status_code, answer.json["type"]) == (422, "/problems/station-needed")
    assert answer.json["errors"][0]["pointer"] == "/station"


def test_nobody_lists_or_revokes_a_feed_of_somebody_else(network: Network, tasks: Bus) -> None:
    made = make(network.client("lawyer"))
    liaison = network.client("liaison")
    assert liaison.get("/v1/calendars").json["items"] == []
    for id_ in (made["id"], uuid4()):
        assert liaison.post(f"/v1/calendars/{id_}/revoke").status_code == 404
    assert network.client("auditor").post("/v1/calendars", {}).status_code == 403
    assert network.client(None).get(made["address"]).status_code == 200


def test_whoever_is_nobodys_person_has_no_feed_of_their_own(network: Network) -> None:
    answer = network.client("center_admin").post("/v1/calendars", {})
    assert answer.status_code in (201, 422)
    assert network.client("center_admin").post("/v1/calendars", {"nonsense": 1}).status_code == 422
