"""What an operator does on the command line, beside a platform that runs."""

from __future__ import annotations

import json
import typing as t

from tests.e2e.house import House


def rows(house: House, *command: str) -> list[dict[str, t.Any]]:
    """What a command with --json says; it must succeed and print nothing else."""
    done = house.run("aidbus", *command, "--json")
    assert done.returncode == 0, done.stderr
    return t.cast(list[dict[str, t.Any]], json.loads(done.stdout))


def test_the_doctor_finds_nothing_wrong(platform: House) -> None:
    found = rows(platform, "doctor")
    assert {row["what"] for row in found} >= {"settings", "broker", "database of intake", "database of gateway"}
    assert {row["state"] for row in found} == {"ok"}


def test_the_doctor_says_what_to_do_where_nothing_was_migrated(house: House) -> None:
    done = house.run("aidbus", "doctor", "--json")
    wrong = [row for row in json.loads(done.stdout) if row["state"] == "wrong"]
    assert {row["to do"] for row in wrong} == {"run `aidbus migrate`"}
    assert len(wrong) == 5
    assert done.returncode == 1


def test_queues_show_every_mailbox_and_outbox(platform: House) -> None:
    found = {(row["service"], row["organization"]): row for row in rows(platform, "queues")}
    assert ("intake", "womens-federation") in found
    assert found["supervision", "(outbox)"]["waiting"] == 0
    assert found["notification", "(dead letters)"]["waiting"] == 0


def test_nothing_of_the_sample_became_a_dead_letter(platform: House) -> None:
    assert rows(platform, "dead-letters", "list") == []


def test_a_dead_letter_that_is_not_there_is_one_line(platform: House) -> None:
    done = platform.run("aidbus", "dead-letters", "replay", "01900000-0000-7000-8000-000000000000")
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stderr.startswith("aidbus: ")


def test_settings_show_every_option_and_no_secret(platform: House) -> None:
    found = {row["variable"]: row for row in rows(platform, "settings", "check")}
    assert found["AIDBUS_PORT"]["value"] == platform.port
    assert found["AIDBUS_BUS_URL"]["value"] == "(set)"
    assert all(row["doc"] for row in found.values())
    done = platform.run("aidbus", "settings", "check", "--json", AIDBUS_PROT="8000", AIDBUS_PEPPER="very-secret")
    assert "unknown AIDBUS_PROT" in done.stderr
    assert "very-secret" not in done.stdout + done.stderr
    assert done.returncode == 1


def test_a_key_is_made_works_and_is_ended(platform: House) -> None:
    [made] = rows(platform, "keys", "create", "--role", "auditor", "--label", "for a look")
    assert platform.get("/v1/me", made["key"]).json()["role"] == "auditor"
    assert made["key"] not in json.dumps(rows(platform, "keys", "list"))
    assert rows(platform, "keys", "revoke", made["prefix"]) == [{"prefix": made["prefix"], "state": "revoked"}]
    assert platform.get("/v1/me", made["key"]).status_code == 401


def test_organizations_are_listed_with_their_mailboxes(platform: House) -> None:
    found = {row["code"]: row for row in rows(platform, "organizations")}
    assert "assignment.garrison" in found["garrison"]["mailboxes"]


def test_an_unknown_service_is_one_line_that_names_the_known(house: House) -> None:
    done = house.run("aidbus", "serve", "intakes")
    assert done.stderr.strip().splitlines() == [
        "aidbus: there is no service 'intakes'; known: assignment, gateway, intake, notification, supervision"
    ]
    assert done.returncode == 1
