"""What operators copy is right: the example of options, compose file, policy, units, Procfile."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import typing as t
from pathlib import Path

import pytest
import yaml
from cryptography.fernet import Fernet

from chassis import open_files, policies, runner, settings
from gateway.settings import GatewaySettings
from tests.infrastructure import reports

DEPLOY = Path(__file__).resolve().parents[3] / "deploy"
KEY = Fernet.generate_key().decode()
USUAL = GatewaySettings()
ROOM = USUAL.stream_listeners + USUAL.http_connections + open_files.SPARE
SERVICES = sorted(runner.known_services())


def example() -> dict[str, str]:
    """The example's options, filled in where it leaves a blank."""
    lines = (DEPLOY / "aidbus.env.example").read_text(encoding="utf-8").splitlines()
    found = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return {name: value or KEY for name, value in found.items()}


@pytest.fixture(scope="module")
def compose() -> dict[str, t.Any]:
    return t.cast(dict[str, t.Any], yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8")))


@pytest.mark.parametrize("service", SERVICES)
def test_the_example_of_options_is_valid_and_names_what_servers_need(service: str) -> None:
    options = settings.load(runner.load_service(service).platform.kind, example())
    assert not options.is_embedded
    assert {"AIDBUS_PEPPER", "AIDBUS_DATA_KEYS", "AIDBUS_LINK_KEYS", "AIDBUS_VAR"} <= set(example())


def test_the_compose_file_gives_every_service_what_servers_need(compose: dict[str, t.Any]) -> None:
    ours = {name: one for name, one in compose["services"].items() if one.get("image") == "aidbus"}
    assert sorted(set(ours) - {"migrate"}) == SERVICES
    for name, one in ours.items():
        options = {key: re.sub(r"\$\{\w+(:\?[^}]*)?}", "x", value) for key, value in one["environment"].items()}
        settings.load(settings.PlatformSettings, options)
        assert {"AIDBUS_PEPPER", "AIDBUS_DATA_KEYS", "AIDBUS_LINK_KEYS"} <= set(options), name
        assert one["ulimits"]["nofile"] >= ROOM, name
        assert one["command"] == (["migrate"] if name == "migrate" else ["serve", name])
    assert set(compose["volumes"]) == {"rabbitmq", "postgres"}


def test_what_a_container_waits_for_is_there(compose: dict[str, t.Any]) -> None:
    for name, one in compose["services"].items():
        for other, how in one.get("depends_on", {}).items():
            assert other in compose["services"], name
            healthy = how["condition"] == "service_healthy"
            assert not healthy or "healthcheck" in compose["services"][other], f"{name} waits for ever for {other}"


def test_the_policy_in_the_repository_is_the_one_that_the_command_applies() -> None:
    options = settings.load(settings.PlatformSettings, {"AIDBUS_BUS_URL": "amqp://a:b@h:5672/aidbus"})
    kept = json.loads((DEPLOY / "rabbitmq" / "policies.json").read_text(encoding="utf-8"))
    assert kept == {"policies": [policies.policy(options, SERVICES)]}


@pytest.mark.parametrize(
    ("namespace", "queue", "is_limited"),
    [
        ("", "intake.center", True),
        ("", "intake.womens-federation", True),
        ("", "intake..queries", False),
        ("", "aidbus.unroutable", False),
        ("", "other.intake.center", False),
        ("a.b", "a.b.intake.center", True),
        ("a.b", "axb.intake.center", False),
        ("a.b", "intake.center", False),
    ],
)
def test_the_policy_is_for_mailboxes_and_for_nothing_else(namespace: str, queue: str, is_limited: bool) -> None:
    options = settings.PlatformSettings(namespace=namespace, bus_url="amqp://h/%2F")
    wanted = policies.policy(options, SERVICES)
    assert bool(re.search(wanted["pattern"], queue)) == is_limited
    assert wanted["vhost"] == "/"


def test_a_unit_may_open_as_many_files_as_its_live_streams_and_requests_need() -> None:
    unit = (DEPLOY / "systemd" / "aidbus@.service").read_text(encoding="utf-8")
    limit = re.search(r"^LimitNOFILE=(\d+)$", unit, re.MULTILINE)
    assert limit is not None
    assert int(limit[1]) >= ROOM


def test_the_procfile_starts_every_service() -> None:
    lines = (DEPLOY / "Procfile").read_text(encoding="utf-8").splitlines()
    assert sorted(line.partition(": ")[2] for line in lines) == [f"aidbus serve {name}" for name in SERVICES]


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    for unit in sorted((DEPLOY / "systemd").glob("*.service")):
        text = unit.read_text(encoding="utf-8")
        sections = re.findall(r"^\[(\w+)\]$", text, re.MULTILINE)
        assert sections == ["Unit", "Service", "Install"], unit.name
        name = unit.name.replace("@.", "@intake.")
        # the programs and accounts of an installation are not on this machine
        text = text.replace("/opt/aidbus/.venv/bin/aidbus", "/bin/true").replace("User=aidbus\n", "")
        (tmp_path / name).write_text(text, encoding="utf-8")
    if program:  # else only its form was looked at
        units = sorted(str(path) for path in tmp_path.glob("*.service"))
        done = subprocess.run([program, "verify", *units], capture_output=True, text=True, timeout=60)
        ours = [line for line in (done.stderr + done.stdout).splitlines() if "aidbus" in line]
        known = ("Failed to create", "rabbitmq-server.service", "postgresql.service", "not found", "man ")
        assert [line for line in ours if not any(word in line for word in known)] == []


def test_the_image_can_make_official_papers() -> None:
    """Every system package and every library of the extra [reports] is installed, in the versions that are tested."""
    image = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    for package in (*reports.PACKAGES.split(), "docxtpl", "weasyprint", "-c requirements-test.lock"):
        assert package in image, package
