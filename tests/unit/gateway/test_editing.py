"""Who overwrites says which version they saw; who acts on a state may say it."""

from __future__ import annotations

import pytest

from contracts.registry import REGISTRY
from gateway.routes import WRITES
from tests.unit.gateway.conftest import Bus, Caller

ENDPOINT = "/v1/endpoints/0190b3f0-0000-7000-8000-000000000077"
EDITS = [
    ("PUT", "/v1/preferences", {"language": "en"}),
    ("PATCH", ENDPOINT, {"state": "paused"}),
    ("PUT", "/v1/templates", {"kind": "task_opened", "language": "zh", "source": "字\n\n文"}),
]


def test_what_overwrites_needs_a_version_and_its_command_has_a_field_for_it() -> None:
    """PUT and PATCH overwrite. Such a row of the table says ``edits=True``, and its command has ``version``."""
    for entry in WRITES:
        assert entry.edits == (entry.method in ("PUT", "PATCH")), f"{entry.method} {entry.path}"
        assert not entry.edits or "version" in REGISTRY[entry.type].reader.fields, f"{entry.type} has no version"


@pytest.mark.parametrize(("method", "path", "body"), EDITS)
def test_an_edit_without_a_version_is_428_and_nothing_is_sent(
    admin: Caller, bus: Bus, method: str, path: str, body: dict[str, str]
) -> None:
    answer = admin(method, path, json=body)
    assert (answer.status_code, answer.json["type"]) == (428, "/problems/version-needed")
    assert bus.sent == []


@pytest.mark.parametrize(("method", "path", "body"), EDITS)
def test_an_edit_carries_the_version_that_its_caller_saw(
    admin: Caller, bus: Bus, method: str, path: str, body: dict[str, str]
) -> None:
    assert admin(method, path, json=body, headers={"If-Match": '"7"'}).status_code == 202
    assert admin(method, path, json=body | {"version": 8}).status_code == 202
    assert [message.data["version"] for message in bus.sent] == [7, 8]


def test_an_edit_may_say_that_it_overwrites_whatever_is_there(admin: Caller, bus: Bus) -> None:
    answer = admin("PUT", "/v1/preferences", json={"language": "en"}, headers={"If-Match": "*"})
    assert answer.status_code == 202
    assert bus.sent[0].data["version"] is None


def test_an_edit_of_what_has_changed_since_is_412(admin: Caller, bus: Bus) -> None:
    bus.will_finish("rejected", problem={"problem": "version-conflict", "params": {"expected": 7, "actual": 9}})
    answer = admin("PUT", "/v1/preferences", json={"language": "en"}, headers={"If-Match": '"7"', "Prefer": "wait=5"})
    assert (answer.status_code, answer.json["type"]) == (412, "/problems/version-conflict")
    assert (answer.json["expected"], answer.json["actual"]) == (7, 9)


def test_an_act_on_a_state_needs_no_version(admin: Caller, bus: Bus) -> None:
    path = "/v1/applications/0190b3f0-0000-7000-8000-0000000000aa/grant"
    assert admin.post(path, {}).status_code == 202
    assert bus.sent[0].data["version"] is None


ROW = "0190b3f0-0000-7000-8000-0000000000bb"
CLEARED = [
    ("firms", {"address": None, "name_en": None}),
    ("lawyers", {"phone": None, "email": None}),
    ("volunteers", {"phone": None, "qualification": None}),
    ("stations", {"address": None, "phone": None}),
    ("staff", {"email": None}),
]


@pytest.mark.parametrize(("register", "body"), CLEARED)
def test_null_reaches_the_register_and_what_is_absent_does_not(
    admin: Caller, bus: Bus, register: str, body: dict[str, None]
) -> None:
    answer = admin("PATCH", f"/v1/{register}/{ROW}", json=body, headers={"If-Match": '"1"'})
    assert answer.status_code == 202
    named = {name for name, value in bus.sent[0].data.items() if value is None}
    assert named == set(body)
    assert set(bus.sent[0].data) - {"version", *body} == {register.removesuffix("s").replace("staff", "person")}


@pytest.mark.parametrize(
    ("register", "name"),
    [("firms", "district"), ("lawyers", "licence"), ("lawyers", "capacity"), ("volunteers", "work")],
)
def test_null_where_a_field_is_never_empty_is_422_and_points_at_it(
    admin: Caller, bus: Bus, register: str, name: str
) -> None:
    answer = admin("PATCH", f"/v1/{register}/{ROW}", json={name: None}, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, f"/{name}")
    assert bus.sent == []


def test_null_asks_for_the_calendar_and_groups_of_an_organizations_kind_and_its_name_is_never_null(
    admin: Caller, bus: Bus
) -> None:
    path, seen = "/v1/organizations/womens-federation", {"If-Match": '"1"'}
    answer = admin("PATCH", path, json={"name": None}, headers=seen)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/name")
    of_its_kind = {"half_days": None, "recipient_groups": None}
    assert admin("PATCH", path, json=of_its_kind, headers=seen).status_code == 202
    assert bus.sent[0].data == {"organization": "womens-federation", "version": 1, **of_its_kind}


AMENDMENT = f"/v1/applications/{ROW}/amendment"


@pytest.mark.parametrize("name", ["matter", "statement", "facts", "opposing_parties", "figures", "pledge", "applicant"])
def test_null_in_an_amendment_is_422_where_an_application_always_says_something(
    admin: Caller, bus: Bus, name: str
) -> None:
    answer = admin.post(AMENDMENT, {"reason": "更正", "urgency": "urgent", name: None})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, f"/{name}")
    of_the_applicant = admin.post(AMENDMENT, {"reason": "更正", "applicant": {"name": None}})
    assert of_the_applicant.json["errors"][0]["pointer"] == "/applicant/name"
    assert bus.sent == []


def test_null_in_an_amendment_reaches_the_application_and_what_is_absent_does_not(admin: Caller, bus: Bus) -> None:
    cleared = {"household_size": None, "limitation_on": None, "applicant": {"phone": None}}
    assert admin.post(AMENDMENT, {"reason": "更正", **cleared}).status_code == 202
    assert bus.sent[0].data == {"application": ROW, "reason": "更正", "version": None, **cleared}


@pytest.mark.parametrize("said", [True, 1.0, "1", [1]])
def test_a_version_of_another_type_is_none_though_the_header_says_the_right_one(
    admin: Caller, bus: Bus, said: object
) -> None:
    answer = admin("PATCH", f"/v1/firms/{ROW}", json={"version": said}, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/version")
    assert bus.sent == []
