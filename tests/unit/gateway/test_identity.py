"""Who is calling is known from the key alone; a role does what its permissions say, and not too often."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

import pytest

from chassis.testing import Bench
from contracts.terms import CALLER_ROLES
from gateway import permissions
from gateway.auth import authenticate, credential, hash_secret
from gateway.keys import WrongKey, create_key, list_keys, maker, revoke_key
from gateway.permissions import PERMISSIONS, may
from gateway.routes import CODES, EXPORTS, READS, WRITES, path_parameters
from tests.unit.gateway.conftest import FIRM, Bus, Caller, Network

CASE = "0190b3f0-0000-7000-8000-00000000000c"


def refused(caller: Caller) -> bool:
    answer = caller.get("/v1/me")
    return bool(answer.status_code == 401 and answer.json["type"] == "/problems/unauthenticated")


def test_without_a_key_nothing_of_the_api_answers(network: Network) -> None:
    nobody = network.client(None)
    assert refused(nobody)
    assert nobody.get("/v1/me").headers["WWW-Authenticate"].startswith("Bearer")
    for path in ("/v1/applications", "/v1/commands", "/v1/unknown"):
        assert nobody.get(path).status_code == 401
    assert nobody.post("/v1/firms", data=b"x" * 10).status_code == 401


@pytest.mark.parametrize("key", ["", ".", "nonsense", "a.b.c", "\u5f20.secret", "x" * 5000, "aid\x00.secret"])
def test_a_key_of_the_wrong_form_is_not_known(network: Network, key: str) -> None:
    caller = network.client(None)
    assert caller.get("/v1/me", headers={"X-API-Key": key.encode("utf-8").decode("latin-1")}).status_code == 401


def test_a_wrong_secret_is_not_known(network: Network) -> None:
    prefix = network.keys["center_admin"].partition(".")[0]
    assert refused(Caller(network.client(None).http, f"{prefix}.wrong"))
    assert refused(Caller(network.client(None).http, prefix))


def test_another_keys_secret_does_not_fit(network: Network) -> None:
    prefix, secret = network.keys["center_admin"].partition(".")[0], network.keys["liaison"].partition(".")[2]
    assert refused(Caller(network.client(None).http, f"{prefix}.{secret}"))


def test_a_revoked_key_is_not_known_from_that_moment(network: Network, admin: Caller) -> None:
    assert admin.get("/v1/me").status_code == 200
    prefix = network.keys["center_admin"].partition(".")[0]
    with network.door.database.session() as session:
        assert revoke_key(session, prefix, network.door.clock.now())
        assert not revoke_key(session, prefix, network.door.clock.now())
    assert refused(admin)


def test_a_key_may_come_in_either_header(network: Network) -> None:
    key = network.keys["liaison"]
    answer = network.client(None).get("/v1/me", headers={"X-API-Key": key})
    assert answer.json["organization"] == "womens-federation"
    assert credential("Basic abc", key) == key
    assert credential(f"bearer {key}", None) == key
    assert credential(None, None) is None


def test_only_a_keyed_hash_of_the_secret_is_kept(network: Network) -> None:
    now = network.door.clock.now()
    with network.door.database.session() as session:
        key = create_key(session, "pepper", role="auditor", organization="center", now=now, label="test")
        prefix, _, secret = key.partition(".")
        row = next(row for row in list_keys(session) if row.prefix == prefix)
        assert secret not in str(vars(row))
        assert row.secret_hash == hash_secret("pepper", secret) != hash_secret("", secret)
    with network.door.database.reading() as session:
        assert authenticate(session, "pepper", key, now.date()) is not None
        assert authenticate(session, "other", key, now.date()) is None


def test_the_day_of_the_last_use_is_noted(network: Network, admin: Caller) -> None:
    admin.get("/v1/me")
    with network.door.database.session() as session:
        days = {row.prefix: row.last_used_on for row in list_keys(session)}
    assert days[network.keys["center_admin"].partition(".")[0]] == network.door.clock.now().date()
    assert days[network.keys["liaison"].partition(".")[0]] is None


@pytest.mark.slow
@pytest.mark.parametrize("role", list(CALLER_ROLES))
def test_each_role_may_write_what_the_table_says_and_nothing_else(network: Network, role: str) -> None:
    caller = network.client(role)
    for entry in WRITES:
        path = entry.path
        for name in entry.fills:
            path = path.replace(f"{{{name}}}", "womens-federation" if name in CODES else CASE)
        seen = {"If-Match": "*"} if entry.edits else {}
        answer = caller(entry.method, path, json={"no such field": 1}, headers=seen)
        assert answer.status_code == (422 if may(role, entry.permission) else 403), (role, entry.path)


@pytest.mark.slow
@pytest.mark.parametrize("role", list(CALLER_ROLES))
def test_each_role_may_read_what_the_table_says_and_nothing_else(network: Network, role: str) -> None:
    caller = network.client(role)
    for entry in (*READS, *EXPORTS):
        path = entry.path
        for name in path_parameters(path):
            path = path.replace(f"{{{name}}}", "womens-federation" if name in CODES else CASE)
        if entry.method == "GET":
            answer = caller.get(path + "?no_such_field=1")
        else:
            answer = caller.post(path, {"no such field": 1})
        assert answer.status_code == (422 if may(role, entry.permission) else 403), (role, entry.path)


def test_an_auditor_changes_nothing(network: Network) -> None:
    assert not {entry.permission for entry in WRITES} & PERMISSIONS["auditor"]


def test_every_permission_of_a_route_belongs_to_somebody_and_every_permission_is_used() -> None:
    used = {entry.permission for entry in WRITES} | {entry.permission for entry in READS}
    assert used == frozenset().union(*PERMISSIONS.values())
    assert set(PERMISSIONS) == set(CALLER_ROLES)
    assert not may("stranger", "figures:read")


def test_a_role_without_the_permission_is_told_so_before_its_body_is_read(network: Network, bus: Bus) -> None:
    answer = network.client("liaison").post("/v1/organizations", data=b"{", content_type="application/json")
    assert (answer.status_code, answer.json["type"], answer.json["role"]) == (403, "/problems/forbidden", "liaison")
    assert bus.sent == []


@pytest.mark.parametrize(
    ("role", "organization"),
    [("center_admin", "womens-federation"), ("lawyer", "center"), ("liaison", "unheard-of"), ("king", "center")],
)
def test_a_key_whose_role_and_organization_do_not_fit_is_not_made(
    network: Network, role: str, organization: str
) -> None:
    make_key = maker(network.door)
    with pytest.raises(WrongKey):
        make_key(role, organization)


@pytest.mark.parametrize(("organization", "station"), [("womens-federation", None), ("center", "fengquan")])
def test_an_auditors_key_does_not_look_as_if_it_were_of_one_organization_or_station(
    network: Network, organization: str, station: str | None
) -> None:
    with pytest.raises(WrongKey):
        maker(network.door)("auditor", organization, station=station)


@pytest.mark.parametrize("known_before", [True, False])
def test_whoever_has_left_has_no_key_and_is_given_none_whichever_was_first(
    network: Network, bench: Bench, known_before: bool
) -> None:
    person, make_key = uuid4(), maker(network.door)
    key = make_key("liaison", "womens-federation", person=person) if known_before else None
    left = {"organization": "womens-federation", "role": "liaison", "left_on": "2026-08-31", "version": 2}
    for _ in range(2):
        bench.handle("intake.staff_left.v1", {"person": person, **left})
    assert key is None or refused(Caller(network.client(None).http, key))
    with pytest.raises(WrongKey, match="has left"):
        make_key("liaison", "womens-federation", person=person)
    make_key("liaison", "womens-federation", person=uuid4())


def test_a_key_made_in_the_process_works(network: Network) -> None:
    key = maker(network.door)("liaison", "womens-federation", station="fengquan", label="sample")
    caller = Caller(network.client(None).http, key)
    assert caller.get("/v1/me").json["station"] == "fengquan"
    assert caller.post("/v1/firms", FIRM).status_code == 403


def test_the_table_in_the_readme_is_the_table_in_the_code() -> None:
    text = (Path(permissions.__file__).parent / "README.md").read_text()
    wanted = [
        f"| `{permission}` | " + " | ".join("✓" if may(role, permission) else " " for role in PERMISSIONS) + " |"
        for permission in sorted(frozenset().union(*PERMISSIONS.values()))
    ]
    assert re.findall(r"^\| `[a-z-]+:[a-z]+` .*$", text, re.MULTILINE) == wanted, "\n".join(wanted)
