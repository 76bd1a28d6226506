"""A write is committed before it is answered; the caller waits as long as it likes and learns the end."""

from __future__ import annotations

import time
import typing as t
from uuid import UUID

import pytest
from sqlalchemy import func, select

from chassis.envelope import Envelope
from chassis.errors import DatabaseAway, Rejected
from chassis.ids import new_id
from chassis.tables import outbox
from contracts.registry import REGISTRY
from gateway.models import Command
from gateway.service import ended_in
from tests.unit.gateway.conftest import FIRM, LAWYER, Bus, Caller, Network

WAIT = {"Prefer": "wait=5"}
CASE = "0190b3f0-0000-7000-8000-00000000000c"


def test_without_prefer_the_answer_is_202_and_where_to_look(admin: Caller, bus: Bus) -> None:
    answer = admin.post("/v1/firms", FIRM)
    command = answer.json["command"]
    assert answer.status_code == 202
    assert answer.json == {"command": command, "state": "accepted"}
    assert answer.headers["Location"] == f"/v1/commands/{command}"
    assert admin.get(answer.headers["Location"]).json["state"] == "accepted"


def test_command_and_outbox_row_are_there_before_the_answer(network: Network, admin: Caller) -> None:
    command = UUID(admin.post("/v1/firms", FIRM).json["command"])
    with network.door.database.session() as session:
        assert session.scalar(select(outbox.c.id)) == command
        row = session.get(Command, command)
    assert row is not None
    assert (row.state, row.type, row.organization) == ("accepted", "assignment.register_firm.v1", "center")


def test_when_the_outbox_cannot_be_written_there_is_no_command_either(
    network: Network, admin: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: object) -> None:
        raise DatabaseAway("OperationalError")

    monkeypatch.setattr("chassis.outbox.write", fails)
    answer = admin.post("/v1/firms", FIRM)
    assert answer.status_code == 503
    assert answer.json["service"] == "gateway"
    assert "Retry-After" in answer.headers
    with network.door.database.session() as session:
        assert session.scalar(select(func.count()).select_from(Command)) == 0


def test_the_command_travels_in_the_callers_mailbox_with_the_caller(network: Network, bus: Bus) -> None:
    network.client("station").post(f"/v1/applications/{CASE}/withdraw", {"reason": "和解"})
    (message,) = bus.sent
    assert message.organization == "womens-federation"
    assert message.principal is not None
    assert (message.principal.role, message.principal.station) == ("liaison", "fengquan")
    assert message.data == {"application": CASE, "reason": "和解", "version": None}


def test_a_waiting_caller_gets_the_resource_with_its_status_and_version(admin: Caller, bus: Bus) -> None:
    bus.will_finish("done", resource={"firm": "x", "version": 1})
    began = time.monotonic()
    answer = admin.post("/v1/firms", FIRM, headers=WAIT)
    assert time.monotonic() - began < 2
    assert answer.status_code == 201
    assert answer.json == {"firm": "x", "version": 1}
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Preference-Applied"] == "wait=5"


def test_who_is_told_how_the_command_ended_needs_no_other_look(
    network: Network, admin: Caller, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = []
    reading = network.door.database.reading
    monkeypatch.setattr(network.door.database, "reading", lambda: reads.append(1) or reading())  # type: ignore[func-returns-value]
    bus.will_finish("done", resource={"firm": "x"})
    before = len(reads)
    assert admin.post("/v1/firms", FIRM, headers={"Prefer": "wait=5"}).json == {"firm": "x"}
    told = len(reads) - before
    monkeypatch.setattr("tests.unit.gateway.conftest.ended_in", lambda bodies, _: dict.fromkeys(commands_of(bodies)))
    assert admin.post("/v1/firms", FIRM, headers={"Prefer": "wait=5"}).json == {"firm": "x"}
    assert len(reads) - before - told == told + 1, "one look more than where it was told"


def test_an_end_is_answered_before_it_is_in_the_commands_row_and_nobody_sees_an_older_state(
    network: Network, admin: Caller, bus: Bus
) -> None:
    bus.will_finish("done", committed=False, resource={"firm": "x"})
    once = {"Idempotency-Key": "k-1"}
    assert admin.post("/v1/firms", FIRM, headers=WAIT | once).status_code == 201
    (message,) = bus.sent
    with network.door.database.reading() as session:
        assert session.get_one(Command, message.id).state == "accepted", "the row is not written yet"
    again = admin.post("/v1/firms", FIRM, headers=once)
    assert (again.status_code, again.json, again.headers["Idempotent-Replayed"]) == (201, {"firm": "x"}, "true")
    assert admin.get(f"/v1/commands/{message.id}").json["state"] == "done"
    assert [one["state"] for one in admin.get("/v1/commands").json["items"]] == ["done"]
    network.door.waiting.wake([message.id])
    assert admin.get(f"/v1/commands/{message.id}").json["state"] == "accepted", "the row alone counts from here on"


def commands_of(bodies: t.Sequence[bytes]) -> list[UUID]:
    return [UUID(Envelope.decode(body).subject or "") for body in bodies]


def test_an_end_that_is_not_said_as_the_contract_wants_it_is_only_a_reason_to_look(bus: Bus) -> None:
    command = new_id()
    said = Envelope(
        id=new_id(),
        type="platform.command_finished.v1",
        source="/test",
        organization="center",
        time=bus.bench.clock.now(),
        data={"status": 7},
        subject=str(command),
    )
    assert ended_in([said.encode(), b"{"], REGISTRY) == {command: None}


def test_a_waiting_caller_gets_the_problem_of_the_service(admin: Caller, bus: Bus) -> None:
    problem = {"problem": "version-conflict", "pointer": "/version", "params": {"expected": 1, "actual": 2}}
    bus.will_finish("rejected", problem=problem)
    answer = admin.post(f"/v1/cases/{CASE}/end", {"outcome": "won", "version": 1}, headers=WAIT)
    assert answer.status_code == 412
    assert answer.json["type"] == "/problems/version-conflict"
    assert answer.json["detail"] == "You saw version 1, it is at version 2: read it again and decide anew."
    assert answer.json["actual"] == 2
    assert answer.json["errors"][0]["pointer"] == "/version"
    assert answer.json["instance"].startswith("/v1/commands/")


@pytest.mark.parametrize(
    ("tongue", "said"),
    [
        ("en", "The hearing is cancelled: it is not possible now to move it; possible: nothing."),
        ("zh", "开庭目前的状态为“已取消”，不能变更开庭；可以：无。"),
    ],
)
def test_where_nothing_is_possible_any_more_the_answer_says_so_in_words(
    admin: Caller, bus: Bus, tongue: str, said: str
) -> None:
    params = {"of": "hearing", "state": "cancelled", "act": "move", "allowed": ""}
    bus.will_finish("rejected", problem={"problem": "wrong-state", "params": params})
    answer = admin.post(f"/v1/cases/{CASE}/end", {"outcome": "won"}, headers={**WAIT, "Accept-Language": tongue})
    assert (answer.json["detail"], answer.json["act"], answer.json["allowed"]) == (said, "move", "")


@pytest.mark.parametrize(("tongue", "said"), [("en", "a whole number"), ("zh", "须为整数")])
def test_a_reason_in_both_languages_is_told_in_the_callers(admin: Caller, bus: Bus, tongue: str, said: str) -> None:
    why = {"en": "a whole number", "zh": "须为整数"}
    bus.will_finish("rejected", problem={"problem": "unusable-figure", "params": {"name": "age", "why": why}})
    answer = admin.post(f"/v1/cases/{CASE}/end", {"outcome": "won"}, headers={**WAIT, "Accept-Language": tongue})
    assert answer.json["why"] == said
    assert said in answer.json["detail"]


@pytest.mark.slow
def test_a_wait_that_ends_without_result_is_202(admin: Caller) -> None:
    answer = admin.post("/v1/firms", FIRM, headers={"Prefer": "wait=1"})
    assert answer.status_code == 202
    assert answer.headers["Preference-Applied"] == "wait=1"


@pytest.mark.slow
@pytest.mark.parametrize("seconds", ["100", "10000000"])
def test_a_wait_is_cut_to_the_longest_that_is_granted(network: Network, seconds: str) -> None:
    prefer = {"Prefer": f"respond-async, wait={seconds}"}
    answer = network.client(max_wait=0.1).post("/v1/firms", FIRM, headers=prefer)
    assert (answer.status_code, answer.headers["Preference-Applied"]) == (202, "wait=0.1")


@pytest.mark.parametrize("prefer", ["wait=soon", "wait=-1", "handling=lenient", "", "wait"])
def test_a_preference_that_means_nothing_is_ignored(admin: Caller, prefer: str) -> None:
    answer = admin.post("/v1/firms", FIRM, headers={"Prefer": prefer})
    assert answer.status_code == 202
    assert "Preference-Applied" not in answer.headers


def test_a_command_held_for_an_operator_is_still_accepted_and_says_so(admin: Caller, bus: Bus) -> None:
    bus.will_finish("held", problem={"problem": "held", "params": {}})
    answer = admin.post("/v1/firms", FIRM, headers=WAIT)
    assert (answer.status_code, answer.json["state"]) == (202, "held")
    shown = admin.get(answer.headers["Location"]).json
    assert shown["problem"]["type"] == "/problems/held"


def test_a_held_command_that_is_replayed_can_still_be_done_but_never_the_other_way_round(
    admin: Caller, bus: Bus
) -> None:
    command = admin.post("/v1/firms", FIRM).json["command"]
    bus.finish(command, "held", problem={"problem": "held", "params": {}})
    bus.finish(command, "done", resource={"firm": "x"})
    bus.finish(command, "held", problem={"problem": "held", "params": {}})
    shown = admin.get(f"/v1/commands/{command}").json
    assert (shown["state"], shown["status"], shown["resource"]) == ("done", 201, {"firm": "x"})


@pytest.mark.parametrize(
    ("slug", "zh", "en"),
    [("given-up", "管理员已放弃", "an operator gave it up"), ("erased-meanwhile", "已被删除", "were erased")],
)
def test_a_held_command_that_an_operator_gives_up_ends_and_says_so_in_both_languages(
    admin: Caller, bus: Bus, slug: str, zh: str, en: str
) -> None:
    command = admin.post("/v1/firms", FIRM).json["command"]
    given_up = Rejected(slug).as_dict()
    bus.finish(command, "rejected", problem=given_up)
    bus.finish(command, "held", problem={"problem": "held", "params": {}})  # the older word comes late
    shown = admin.get(f"/v1/commands/{command}").json
    assert (shown["state"], shown["status"], shown["problem"]["type"]) == ("rejected", 410, f"/problems/{slug}")
    for tongue, words in (("zh", zh), ("en", en)):
        said = admin.get(f"/v1/commands/{command}", headers={"Accept-Language": tongue}).json["problem"]["detail"]
        assert words in said


def test_the_end_of_a_command_that_the_gateway_never_sent_is_nobodys_business(bus: Bus) -> None:
    bus.finish("0190b3f0-0000-7000-8000-0000000000ff", "done", resource={})


def test_if_match_becomes_the_version_of_the_command(admin: Caller, bus: Bus) -> None:
    admin.post(f"/v1/cases/{CASE}/end", {"outcome": "won"}, headers={"If-Match": '"7"'})
    assert bus.sent[0].data["version"] == 7


def test_if_match_and_body_must_not_name_different_versions(admin: Caller) -> None:
    answer = admin.post(f"/v1/cases/{CASE}/end", {"outcome": "won", "version": 6}, headers={"If-Match": '"7"'})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/version"


@pytest.mark.parametrize("given", ["7", 'W/"7"', '"a"', '"0"', '"1", "2"'])
def test_an_if_match_that_is_no_single_version_is_refused(admin: Caller, given: str) -> None:
    answer = admin.post(f"/v1/cases/{CASE}/end", {"outcome": "won"}, headers={"If-Match": given})
    assert (answer.status_code, answer.json["header"]) == (400, "If-Match")


def test_if_match_is_refused_where_nothing_has_a_version(admin: Caller) -> None:
    assert admin.post("/v1/firms", FIRM, headers={"If-Match": '"1"'}).status_code == 400


def test_an_act_without_content_needs_no_body(admin: Caller, bus: Bus) -> None:
    assert admin.post(f"/v1/applications/{CASE}/grant").status_code == 202
    assert bus.sent[0].data["application"] == CASE
    assert bus.sent[0].data["version"] is None


def test_another_organization_does_not_see_a_command(network: Network, admin: Caller) -> None:
    place = admin.post("/v1/firms", FIRM).headers["Location"]
    assert admin.get(place).status_code == 200
    assert network.client("center_staff").get(place).status_code == 200
    for role in ("liaison", "station"):
        answer = network.client(role).get(place)
        assert (answer.status_code, answer.json["type"]) == (404, "/problems/not-found")


def test_a_lawyer_sees_their_own_commands_only(network: Network, admin: Caller) -> None:
    lawyer = network.client("lawyer")
    own = lawyer.post(f"/v1/offers/{CASE}/answer", {"answer": "accept"}).headers["Location"]
    assert lawyer.get(own).status_code == 200
    assert lawyer.get(admin.post("/v1/firms", FIRM).headers["Location"]).status_code == 404
    assert str(LAWYER) in lawyer.get("/v1/me").text


def test_a_stations_key_sees_the_commands_of_that_station_only(network: Network) -> None:
    other = network.client("liaison").post(f"/v1/applications/{CASE}/withdraw", {}).headers["Location"]
    assert network.client("station").get(other).status_code == 404


def test_my_commands_are_listed_newest_first_page_by_page(admin: Caller, bus: Bus) -> None:
    made = [admin.post("/v1/firms", FIRM).json["command"] for _ in range(3)]
    first = admin.get("/v1/commands?limit=2")
    assert [item["command"] for item in first.json["items"]] == [made[2], made[1]]
    following = first.headers["Link"].partition(">")[0].lstrip("<")
    second = admin.get(following)
    assert [item["command"] for item in second.json["items"]] == [made[0]]
    assert second.json["next"] is None
    bus.finish(made[0], "done", resource={})
    assert len(admin.get("/v1/commands?state=done").json["items"]) == 1


ROW = "0190b3f0-0000-7000-8000-0000000000bb"
WITH_A_QUESTION = [
    ("POST", "/v1/firms?dry_run=true", FIRM),
    ("PATCH", f"/v1/firms/{ROW}?version=1", {"district": "凤泉区", "version": 1}),
    ("PUT", "/v1/preferences?language=en", {"version": 1}),
    ("POST", "/v1/calendars?station=fengquan", {}),
    ("POST", f"/v1/calendars/{ROW}/revoke?now=1", {}),
    ("POST", "/v1/hotline/complaints?wait=5", {"text": "态度生硬"}),
    ("POST", "/v1/hotline/progress?tracking_code=ABCD", {"tracking_code": "ABCD-EFGH-IJKL-MNOP"}),
]


@pytest.mark.parametrize(("method", "path", "body"), WITH_A_QUESTION)
def test_what_stands_behind_the_question_mark_of_a_write_is_refused_as_it_is_of_a_read(
    admin: Caller, bus: Bus, method: str, path: str, body: dict[str, t.Any]
) -> None:
    name = path.partition("?")[2].partition("=")[0]
    answer = admin(method, path, json=body)
    assert (answer.status_code, answer.json["type"]) == (422, "/problems/invalid")
    assert [one["pointer"] for one in answer.json["errors"]] == [f"/{name}"]
    assert answer.json["errors"] == admin.get(f"/v1/me?{path.partition('?')[2]}").json["errors"]
    assert (bus.sent, bus.asked) == ([], [])
