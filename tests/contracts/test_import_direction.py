"""Imports run one way: contracts and chassis know no service, services know each other by messages alone."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from contracts.registry import SERVICES

ROOT = Path(__file__).resolve().parents[2]
PROJECT = ROOT / "pyproject.toml"
BROKEN = """
[importlinter]
root_package = gateway
include_external_packages = true
[importlinter:contract:1]
name = The door is no web application
type = forbidden
source_modules = gateway
forbidden_modules = flask
"""


def lint(config: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    options = ["--config", str(config), "--no-cache"]
    return subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, timeout=60)


@pytest.mark.slow
def test_every_import_goes_in_the_allowed_direction() -> None:
    done = lint(PROJECT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_import_in_a_forbidden_direction_would_be_found(tmp_path: Path) -> None:
    config = tmp_path / "broken.ini"
    config.write_text(BROKEN)
    done = lint(config)
    assert done.returncode == 1
    assert "The door is no web application BROKEN" in done.stdout


def test_every_service_is_among_those_that_are_kept_apart() -> None:
    settings = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["tool"]["importlinter"]
    apart = next(contract["modules"] for contract in settings["contracts"] if contract["type"] == "independence")
    assert set(apart) == {f"services.{name}" for name in SERVICES if name != "gateway"}
