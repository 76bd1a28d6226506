"""Addresses and preferences: one's own, masked, checked."""

from __future__ import annotations

import typing as t
from contextlib import nullcontext
from uuid import UUID, uuid4

import pytest

from chassis.errors import Rejected
from chassis.testing import Bench
from contracts.notification import QUERIES
from contracts.problems import PROBLEMS
from services.notification.channels.webhook import new_secret
from services.notification.endpoints import masked
from services.notification.letters import secrets_of
from services.notification.models import Endpoint
from tests.unit.notification.conftest import WOMEN, caller, staff

REGISTER = "notification.register_endpoint.v1"
CHANGE = "notification.change_endpoint.v1"


def register(bench: Bench, person: UUID | None, channel: str, address: str, **more: t.Any) -> dict[str, t.Any]:
    body = {"channel": channel, "address": address, **more}
    answer = bench.handle(REGISTER, body, principal=caller(person, "liaison", WOMEN))
    assert answer is not None
    return answer


@pytest.mark.parametrize(
    ("channel", "address", "kept"),
    [
        ("sms", "+86 138-0000-0000", "13800000000"),
        ("email", " li@example.cn ", "li@example.cn"),
        ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx", "693a91f6-7xxx"),
        ("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=robot-7", "robot-7"),
        ("feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/hook-7", "hook-7"),
        ("feishu", "https://open.larksuite.com/open-apis/bot/v2/hook/hook-7", "hook-7"),
    ],
)
def test_an_address_is_kept_in_the_form_that_its_channel_needs(
    bench: Bench, channel: str, address: str, kept: str
) -> None:
    row = register(bench, uuid4(), channel, address)
    with bench.session() as session:
        stored = session.get(Endpoint, UUID(row["id"]))
        assert stored is not None
        assert bench.settings.vault.open(stored.address_sealed) == kept
    assert kept not in str(row)


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        ("sms", "0371-67970000"),
        ("sms", "12348"),
        ("email", "nobody"),
        ("email", "a@b.cn\nBcc: all@b.cn"),
        ("wecom", "https://evil.example/cgi-bin/webhook/send?key=1"),
        ("dingtalk", "https://oapi.dingtalk.com/robot/send"),
        ("feishu", "../../another/path"),
        ("wecom", "key&debug=1"),
    ],
)
def test_an_address_that_can_never_work_is_refused(bench: Bench, channel: str, address: str) -> None:
    with pytest.raises(Rejected) as refusal:
        register(bench, uuid4(), channel, address)
    assert refusal.value.problem == "bad-address"
    assert refusal.value.pointer == "/address"


def test_every_refusal_of_this_service_is_in_the_catalogue() -> None:
    assert {"no-person", "bad-address", "bad-secret", "half-quiet"} <= set(PROBLEMS)


def test_registering_again_replaces_the_person_s_address_on_that_channel(bench: Bench) -> None:
    person = uuid4()
    first = register(bench, person, "email", "a@example.cn")
    second = register(bench, person, "email", "b@example.cn")
    assert first["id"] == second["id"]
    assert second["version"] == first["version"] + 1


def test_a_webhook_needs_https_a_real_secret_and_a_caller_who_keeps_the_organization_s_front_end(bench: Bench) -> None:
    hook = {"channel": "webhook", "address": "https://front.example/hook", "secret": new_secret()}
    for role in ("lawyer", "auditor", "center_staff"):
        with pytest.raises(Rejected, match="forbidden"):
            bench.handle(REGISTER, hook, principal=caller(uuid4(), role))
    liaison = caller(uuid4(), "liaison", WOMEN)
    for changes, problem in (
        ({"address": "http://front.example/hook"}, "bad-address"),
        ({"address": "ftp://front.example"}, "bad-address"),
        ({"secret": None}, "bad-secret"),
        ({"secret": "whsec_c2hvcnQ="}, "bad-secret"),
        ({"secret": "whsec_***"}, "bad-secret"),
    ):
        with pytest.raises(Rejected, match=problem):
            bench.handle(REGISTER, {**hook, **changes}, principal=liaison)
    answer = bench.handle(REGISTER, hook, principal=liaison)
    assert answer is not None
    assert (answer["organization"], answer["person"]) == (WOMEN, None)


def test_a_new_secret_signs_beside_the_old_one_for_a_day(bench: Bench) -> None:
    liaison = caller(None, "liaison", WOMEN)
    old, new = new_secret(), new_secret()
    hook = {"channel": "webhook", "address": "https://front.example/hook", "secret": old}
    row = bench.handle(REGISTER, hook, principal=liaison)
    assert row is not None
    bench.handle(CHANGE, {"endpoint": row["id"], "secret": new}, principal=liaison)
    with bench.session() as session:
        stored = session.get(Endpoint, UUID(row["id"]))
        assert stored is not None
        assert secrets_of(stored, bench.clock.now(), bench.settings.vault) == (new, old)
        bench.clock.move(days=1)
        assert secrets_of(stored, bench.clock.now(), bench.settings.vault) == (new,)


@pytest.mark.parametrize(("channel", "has_none"), [("dingtalk", True), ("webhook", False)])
def test_null_takes_the_secret_of_a_bot_away_and_that_of_a_webhook_stays(
    bench: Bench, channel: str, has_none: bool
) -> None:
    secret, liaison = new_secret(), caller(uuid4(), "liaison", WOMEN)
    address = {"dingtalk": "robot-7", "webhook": "https://front.example/hook"}[channel]
    row = bench.handle(REGISTER, {"channel": channel, "address": address, "secret": secret}, principal=liaison)
    assert row is not None
    change = {"endpoint": row["id"], "secret": None}
    bench.handle(CHANGE, change, principal=liaison)  # of the first version: null is absent
    with nullcontext() if has_none else pytest.raises(Rejected, match="bad-secret"):
        bench.handle("notification.change_endpoint.v2", change, principal=liaison)
    with bench.session() as session:
        stored = session.get_one(Endpoint, UUID(row["id"]))
        kept = secrets_of(stored, bench.clock.now(), bench.settings.vault)
    assert kept == (() if has_none else (secret,))


def test_nobody_changes_or_sees_an_address_of_somebody_else(bench: Bench) -> None:
    owner = uuid4()
    row = register(bench, owner, "email", "a@example.cn")
    hook = {"channel": "webhook", "address": "https://front.example/hook", "secret": new_secret()}
    theirs = bench.handle(REGISTER, hook, principal=caller(None, "liaison", WOMEN))
    assert theirs is not None
    stranger = caller(uuid4(), "center_admin")
    for endpoint in (row["id"], theirs["id"], str(uuid4())):
        with pytest.raises(Rejected, match="not-found"):
            bench.handle(CHANGE, {"endpoint": endpoint, "state": "removed"}, principal=stranger)
        with pytest.raises(Rejected, match="not-found"):
            bench.query("notification.deliveries", {"endpoint": endpoint}, stranger)
    assert bench.query("notification.endpoints", {"of": "organization"}, stranger)["items"] == []


def test_deliveries_are_read_page_by_page_with_what_the_door_sends(bench: Bench) -> None:
    owner = uuid4()
    endpoint = register(bench, owner, "email", "a@example.cn")["id"]
    for asked in ({"endpoint": endpoint}, {"after": str(uuid4())}):
        assert bench.query("notification.deliveries", asked, caller(owner)) == {"items": [], "next": None}


def test_a_removed_address_is_gone_until_it_is_registered_again(bench: Bench) -> None:
    person = uuid4()
    row = register(bench, person, "email", "a@example.cn")
    bench.handle(CHANGE, {"endpoint": row["id"], "state": "removed"}, principal=caller(person))
    assert bench.query("notification.endpoints", {}, caller(person))["items"] == []
    assert register(bench, person, "email", "a@example.cn")["state"] == "active"


def test_a_change_on_top_of_an_old_version_is_refused(bench: Bench) -> None:
    person = uuid4()
    row = register(bench, person, "email", "a@example.cn")
    change = {"endpoint": row["id"], "state": "paused", "version": row["version"]}
    bench.handle(CHANGE, change, principal=caller(person))
    with pytest.raises(Rejected, match="version-conflict"):
        bench.handle(CHANGE, change, principal=caller(person))


def test_a_change_that_names_nothing_leaves_the_version(bench: Bench) -> None:
    person = uuid4()
    row = register(bench, person, "email", "a@example.cn")
    change = {"endpoint": row["id"], "version": row["version"]}
    assert bench.handle(CHANGE, change, principal=caller(person)) == row


def test_replaying_needs_an_address_that_is_in_use(bench: Bench) -> None:
    person = uuid4()
    row = register(bench, person, "email", "a@example.cn")
    bench.handle(CHANGE, {"endpoint": row["id"], "state": "paused"}, principal=caller(person))
    replay = {"endpoint": row["id"], "since": bench.clock.now()}
    with pytest.raises(Rejected, match="wrong-state"):
        bench.handle("notification.replay_deliveries.v1", replay, principal=caller(person))


def test_the_network_s_own_contact_data_become_addresses_but_a_landline_does_not(bench: Bench) -> None:
    event = staff("officer", WOMEN, email="li@example.cn", phone="0371-67970000")
    bench.handle("intake.staff_registered.v1", event, organization=WOMEN)
    answer = bench.query("notification.endpoints", {}, caller(event["person"]))
    assert [(item["channel"], item["address"]) for item in answer["items"]] == [("email", "li***@example.cn")]
    assert QUERIES["notification.endpoints"][1]().validate(answer) == {}


def test_an_address_that_was_cleared_in_the_register_is_used_no_more_but_the_person_s_own_is(bench: Bench) -> None:
    known = staff("officer", WOMEN, email="li@example.cn", phone="13800000000")
    person = caller(known["person"], "officer", WOMEN)
    bench.handle("intake.staff_registered.v1", known, organization=WOMEN)
    register(bench, known["person"], "sms", "13900000000")
    cleared = {**known, "email": None, "phone": None, "version": 2}
    bench.handle("intake.staff_changed.v1", cleared, organization=WOMEN)
    (left,) = bench.query("notification.endpoints", {}, person)["items"]
    assert (left["channel"], left["address"], left["state"]) == ("sms", "139****0000", "active")
    bench.handle("intake.staff_changed.v1", {**known, "version": 3}, organization=WOMEN)
    addresses = bench.query("notification.endpoints", {}, person)["items"]
    assert {one["channel"]: one["address"] for one in addresses} == {"email": "li***@example.cn", "sms": "138****0000"}


def test_what_a_person_did_with_their_addresses_stays_when_something_else_of_them_changes(bench: Bench) -> None:
    known = staff("officer", WOMEN, email="li@example.cn", phone="13800000000")
    person = caller(known["person"], "officer", WOMEN)
    bench.handle("intake.staff_registered.v1", known, organization=WOMEN)
    register(bench, known["person"], "sms", "13900000000")
    found = {one["channel"]: one for one in bench.query("notification.endpoints", {}, person)["items"]}
    bench.handle(CHANGE, {"endpoint": found["email"]["id"], "state": "removed"}, principal=person)
    bench.handle("intake.staff_changed.v1", {**known, "name": "n", "version": 2}, organization=WOMEN)
    (left,) = bench.query("notification.endpoints", {}, person)["items"]
    assert (left["channel"], left["address"], left["state"]) == ("sms", "139****0000", "active")


def test_preferences_are_kept_and_answered_as_they_are_in_force(bench: Bench) -> None:
    person = caller(uuid4())
    usual = bench.query("notification.preferences", {}, person)
    assert (usual["language"], usual["quiet_from"], usual["digest_at"]) == ("zh", "21:30", "08:30")
    wanted = {"language": "en", "channels": ["sms"], "quiet_from": "20:00", "quiet_until": "09:00", "digest": False}
    answer = bench.handle("notification.set_preferences.v1", wanted, principal=person)
    assert answer == bench.query("notification.preferences", {}, person)
    assert answer is not None
    assert (answer["language"], answer["channels"], answer["quiet_from"]) == ("en", ["sms"], "20:00")
    assert QUERIES["notification.preferences"][1]().validate(answer) == {}
    again = bench.handle("notification.set_preferences.v1", {}, principal=person)
    assert again is not None
    assert (again["quiet_from"], again["channels"]) == (None, None)


def test_preferences_that_changed_meanwhile_are_not_overwritten(bench: Bench) -> None:
    person = caller(uuid4())
    seen = bench.query("notification.preferences", {}, person)["version"]
    first = bench.handle("notification.set_preferences.v1", {"language": "en", "version": seen}, principal=person)
    with pytest.raises(Rejected, match="version-conflict"):
        bench.handle("notification.set_preferences.v1", {"digest": False, "version": seen}, principal=person)
    now = bench.query("notification.preferences", {}, person)
    assert now == first
    assert now["version"] != seen
    assert bench.handle(
        "notification.set_preferences.v1", {"digest": False, "version": now["version"]}, principal=person
    )


def test_half_a_quiet_time_is_refused(bench: Bench) -> None:
    with pytest.raises(Rejected, match="half-quiet"):
        bench.handle("notification.set_preferences.v1", {"quiet_from": "20:00"}, principal=caller(uuid4()))


@pytest.mark.parametrize(
    "address",
    [
        "13800000000",
        "li.mei@example.cn",
        "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa",
        "https://front.example/hook/secret-part",
        "abc",
    ],
)
def test_a_masked_address_is_of_no_use_to_others(address: str) -> None:
    shown = masked(address)
    assert "***" in shown
    assert len([1 for a, b in zip(address, shown, strict=False) if a == b]) < len(address)
