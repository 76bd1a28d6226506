"""What a caller sends wrongly is refused with a problem document that says where and why, and nothing is kept."""

from __future__ import annotations

import gzip
import io
import typing as t

import pytest
import structlog
from sqlalchemy import func, select

from chassis import logs
from gateway.models import Command
from tests.unit.gateway.conftest import FIRM, Bus, Caller, Network

APPLICATION: dict[str, t.Any] = {
    "station": "fengquan",
    "applicant": {"name": "马某", "identity_number": "410704197001010027"},
    "recipient_group": "woman",
    "matter": "maintenance_or_support",
    "statement": "丈夫拒付医疗费",
}


def pointers(answer: t.Any) -> list[str]:
    return [error["pointer"] for error in answer.json["errors"]]


def changed(**changes: t.Any) -> dict[str, t.Any]:
    return {**APPLICATION, **changes}


@pytest.mark.parametrize(
    "raw",
    [
        b'{"name": ',
        b'{"name": "a", "name": "b"}',
        b'{"name": {"a": 1, "a": 2}}',
        b'{"score": NaN}',
        b'{"score": -Infinity}',
        b'{"score": 1e999}',
        b'{"number": 123456789012345678901234567890}',
        b'{"name": "\\ud800"}',
        b'{"name": "\xff"}',
        b"[1]",
        b'"text"',
        b"[" * 100_000,
        b'{"a":' * 40_000 + b"1" + b"}" * 40_000,
        b'{"number": ' + b"9" * 6000 + b"}",
    ],
    ids=lambda raw: raw[:24].decode("latin-1"),
)
def test_a_body_that_two_parsers_could_read_differently_is_malformed(admin: Caller, raw: bytes) -> None:
    answer = admin.post("/v1/firms", data=raw, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json["type"] == "/problems/malformed-json"
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("depth", [300, 900, 40_000])
def test_a_body_that_is_nested_too_deeply_is_told_so(admin: Caller, depth: int) -> None:
    raw = b'{"a":' * depth + b"1" + b"}" * depth
    answer = admin.post("/v1/firms", data=raw, content_type="application/json")
    assert (answer.status_code, answer.json["reason"]) == (400, "nested too deeply; 嵌套过深")


def test_a_body_of_300_kb_is_too_large(admin: Caller) -> None:
    answer = admin.post("/v1/firms", data=b'{"name":"' + b"x" * 300_000 + b'"}', content_type="application/json")
    assert answer.status_code == 413
    assert answer.json["limit"] == 256 * 1024


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", ""])
def test_only_json_is_taken(admin: Caller, kind: str) -> None:
    answer = admin.post("/v1/firms", data=b'{"name":"a","district":"b"}', content_type=kind)
    assert answer.status_code == 415


def test_another_character_set_is_not_taken(admin: Caller) -> None:
    answer = admin.post("/v1/firms", data="{}".encode("utf-16"), content_type="application/json; charset=utf-16")
    assert answer.status_code == 415


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "br", "identity, gzip"])
def test_a_body_that_was_packed_is_told_to_come_unpacked(admin: Caller, coding: str) -> None:
    packed = gzip.compress(b'{"name":"a","district":"b"}')
    headers = {"Content-Encoding": coding, "Content-Type": "application/json"}
    answer = admin.post("/v1/firms", data=packed, headers=headers)
    assert (answer.status_code, answer.json["type"]) == (415, "/problems/unsupported-media-type")
    assert answer.headers["Accept-Encoding"] == "identity"


def test_a_body_that_says_that_it_was_not_packed_is_taken(admin: Caller) -> None:
    assert admin.post("/v1/firms", FIRM, headers={"Content-Encoding": "identity"}).status_code == 202


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (changed(extra=1), "/extra"),
        (changed(applicant={**APPLICATION["applicant"], "nickname": "x"}), "/applicant/nickname"),
        (changed(opposing_parties=[{"name": "王某", "age": 3}]), "/opposing_parties/0/age"),
        (changed(applicant={"name": "马某", "identity_number": "410704197001010020"}), "/applicant/identity_number"),
        (changed(applicant={"name": "马某", "identity_number": "410704199002310023"}), "/applicant/identity_number"),
        (changed(applicant="马某"), "/applicant"),
        (changed(monthly_income_fen=-1), "/monthly_income_fen"),
        (changed(monthly_income_fen=10**17), "/monthly_income_fen"),
        (changed(monthly_income_fen=1.5), "/monthly_income_fen"),
        (changed(monthly_income_fen="100"), "/monthly_income_fen"),
        (changed(household_size=True), "/household_size"),
        (changed(limitation_on="2026-02-30"), "/limitation_on"),
        (changed(applied_on="yesterday"), "/applied_on"),
        (changed(pledge="yes"), "/pledge"),
        (changed(pledge=1), "/pledge"),
        (changed(facts=["abandoned", "abandoned"]), "/facts"),
        (changed(facts="abandoned"), "/facts"),
        (changed(facts=["unheard-of"]), "/facts/0"),
        (changed(matter="other things"), "/matter"),
        (changed(statement="   "), "/statement"),
        (changed(statement="a\x00b"), "/statement"),
        (changed(statement="x" * 4001), "/statement"),
        (changed(station=None, recipient_group=None), "/recipient_group"),
        ({}, "/applicant"),
    ],
)
def test_content_that_cannot_be_is_pointed_at(admin: Caller, body: dict[str, t.Any], pointer: str) -> None:
    answer = admin.post("/v1/applications", body)
    assert answer.status_code == 422, answer.json
    assert pointer in pointers(answer)


def test_a_field_that_the_path_fills_may_not_stand_in_the_body(admin: Caller) -> None:
    path = "/v1/applications/0190b3f0-0000-7000-8000-000000000009/grant"
    answer = admin.post(path, {"application": "0190b3f0-0000-7000-8000-000000000009"})
    assert pointers(answer) == ["/application"]


def test_the_values_of_the_caller_are_not_repeated_in_the_answer(admin: Caller) -> None:
    answer = admin.post(
        "/v1/applications", changed(applicant={"name": "马某", "identity_number": "410704197001010020"})
    )
    assert "410704197001010020" not in answer.text


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("zh-TW,en;q=0.5", "zh"),
        ("zh-Hans-CN, en;q=0.9", "zh"),
        ("fr, zh;q=0.3, en;q=0.2", "zh"),
        ("en-GB, zh;q=0.9", "en"),
        ("zh;q=0", "en"),
        ("fr", "en"),
        ("*", "en"),
        ("", "en"),
    ],
)
def test_the_language_is_the_one_that_the_caller_wants_most(admin: Caller, wanted: str, told: str) -> None:
    assert admin.get("/v1/nowhere", headers={"Accept-Language": wanted}).headers["Content-Language"] == told


def test_reasons_come_in_chinese_to_who_prefers_chinese(admin: Caller) -> None:
    answer = admin.post("/v1/firms", {}, headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"})
    assert answer.json["title"] == "内容无效"
    assert answer.json["errors"][0]["detail"] == "缺少必填字段。"
    assert answer.headers["Content-Language"] == "zh"
    assert admin.post("/v1/firms", {}).json["title"] == "Invalid content"


def test_what_is_refused_leaves_no_command_behind(network: Network, admin: Caller, bus: Bus) -> None:
    admin.post("/v1/firms", {})
    admin.post("/v1/firms", data=b"{", content_type="application/json")
    with network.door.database.session() as session:
        assert session.scalar(select(func.count()).select_from(Command)) == 0
    assert bus.sent == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/nothing", 404),
        ("GET", "/nothing", 404),
        ("GET", "/v1/applications/not-an-id", 404),
        ("PUT", "/v1/applications", 405),
        ("DELETE", "/v1/organizations", 405),
        ("POST", "/v1/me", 405),
    ],
)
def test_an_unknown_path_or_method_is_a_problem_document(admin: Caller, method: str, path: str, status: int) -> None:
    answer = admin(method, path)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert (status == 405) == ("Allow" in answer.headers)


def test_an_unexpected_fault_tells_the_request_id_and_nothing_else(admin: Caller, bus: Bus) -> None:
    bus.reads["assignment.cases"] = RuntimeError("secret of somebody")
    logs.configure("INFO", "json", stream := io.StringIO())
    answer = admin.get("/v1/cases", headers={"X-Request-Id": "my-request-1"})
    assert answer.status_code == 500
    assert answer.json["type"] == "/problems/internal"
    assert answer.json["request_id"] == answer.headers["X-Request-Id"] == "my-request-1"
    structlog.reset_defaults()
    assert "secret" not in answer.text
    assert "secret" not in stream.getvalue()
    assert "my-request-1" in stream.getvalue()


def test_a_good_firm_is_accepted(admin: Caller, bus: Bus) -> None:
    assert admin.post("/v1/firms", FIRM).status_code == 202
    assert [m.data["name"] for m in bus.sent] == [FIRM["name"]]
