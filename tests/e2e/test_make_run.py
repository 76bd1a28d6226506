"""`make run` as a newcomer meets it: the golden case, the addresses it prints, Ctrl-C, the next start."""

from __future__ import annotations

import json
import os
import re
import signal
import time
import typing as t
from pathlib import Path

import requests

from tests.e2e.conftest import UP
from tests.e2e.house import House, Running
from tests.infrastructure.waiting import wait_until

STEPS = (
    "7/7",
    "71/71",
    "advises Ma and guides her to apply  → intake.womens-federation",
    "files Ma's application for legal aid  A",
    "task: decide on A",
    "grants aid  A",
    "proposes 20 lawyers, ranked",
    "offers the case to the first of them",
    "declines: too many hearings",
    "accepts the case",
    "records retainer and power of attorney",
    "reports on the first instance",
    "reports on the second instance",
    "ends the case: won",
    "hands in the closing file",
    "checks the closing file: excellent",
    "pays the lawyer's subsidy",
    "visits Ma again: satisfaction 5 of 5, a cross-stitch as thanks  → supervision.womens-federation",
    "30,050.00 yuan recovered",
)
LISTS = ("organizations", "stations", "staff", "firms", "lawyers", "applications", "cases", "services", "tasks")


def administrator(house: House) -> str:
    """The key that the start printed and keeps in a file."""
    return str(json.loads((house.var / "sample.json").read_text(encoding="utf-8"))["keys"]["administrator"])


def count(house: House, name: str) -> int:
    total, after = 0, None
    while True:
        page = house.get(f"/v1/{name}", administrator(house), limit=200, after=after).json()
        total, after = total + len(page["items"]), page.get("next")
        if not after:
            return total


def test_the_golden_case_is_told_step_by_step(first_start: tuple[House, Running]) -> None:
    _, running = first_start
    place = 0
    for step in STEPS:
        found = running.output.find(step, place)
        assert found >= 0, f"{step!r} is missing, or comes too early, in:\n{running.output}"
        place = found
    assert "✉" in running.output
    assert "Traceback" not in running.output


def test_it_is_ready_and_prints_keys_that_work(first_start: tuple[House, Running]) -> None:
    house, running = first_start
    ready = house.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    assert f"{house.url}/readyz" in running.output
    keys = re.findall(r"^(aid\w+\.[\w-]+)  ", running.output, re.MULTILINE)
    assert len(keys) >= 6
    assert {house.get("/v1/me", key).status_code for key in keys} == {200}
    assert house.get("/v1/me", keys[0] + "x").status_code == 401


def test_the_documentation_page_loads_with_all_it_needs_from_here(platform: House) -> None:
    page = platform.get("/")
    assert page.status_code == 200
    assets = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert any(name.endswith(".js") for name in assets)
    for asset in assets:
        assert asset.startswith("/"), f"{asset} comes from elsewhere"
        answer = platform.get(asset)
        assert answer.status_code == 200, asset
        assert answer.content, asset
    assert platform.get("/openapi.json").json()["openapi"].startswith("3.1")


def test_the_sample_has_the_size_of_a_city(platform: House) -> None:
    assert count(platform, "organizations") == 8, "seven and the center"
    assert count(platform, "stations") >= 71
    assert count(platform, "lawyers") == 60
    assert count(platform, "firms") == 12


def test_it_stops_with_ctrl_c_at_any_time_and_the_next_start_goes_on_and_makes_nothing_twice(house: House) -> None:
    first = house.make_run()
    try:
        first.until_prints("files Ma's application", 60)  # in the middle of the golden case
        first.press_ctrl_c()
        began = time.monotonic()
        first.until_ends(15)
        assert time.monotonic() - began < 10
        assert "Traceback" not in first.output
    finally:
        first.close()

    second, seen = started(house)
    assert "30,050.00 yuan recovered" in second
    assert seen["organizations"] == 8
    assert (seen["stations"], seen["lawyers"], seen["applications"], seen["cases"]) == (71, 60, 1, 1)

    third, seen_again = started(house)
    assert "The golden case was played before" in third
    assert "30,050.00" in third
    assert seen_again == seen


def test_after_a_kill_in_the_middle_of_the_play_the_next_start_goes_on_and_makes_nothing_twice(house: House) -> None:
    first = house.make_run()
    try:
        first.until_prints("proposes 20 lawyers, ranked", 60)
        os.killpg(first.process.pid, signal.SIGKILL)  # make, and all that it started
        first.until_ends(5)
    finally:
        first.close()
    second, seen = started(house)
    assert "30,050.00 yuan recovered" in second
    assert (seen["organizations"], seen["stations"], seen["lawyers"]) == (8, 71, 60)
    assert (seen["applications"], seen["cases"]) == (1, 1)


def started(house: House) -> tuple[str, dict[str, int]]:
    """One whole life: start, look, Ctrl-C. What it printed, and how many there were of everything."""
    running = house.make_run()
    try:
        running.until_prints(UP, 240)
        seen = {name: count(house, name) for name in LISTS}
        running.press_ctrl_c()
        began = time.monotonic()
        running.until_ends(15)
        assert time.monotonic() - began < 10, "it took too long to stop"
        assert "Traceback" not in running.output, running.output[-3000:]
        wait_until(lambda: refuses(house.url), 5, "the port to be free")
        return running.output, seen
    finally:
        running.close()


def refuses(url: str) -> bool:
    try:
        requests.get(url, timeout=2)
    except requests.ConnectionError:
        return True
    return False


def test_a_taken_port_is_one_clear_line(platform: House, tmp_path: Path) -> None:
    done = platform.run("aidbus", "up", AIDBUS_VAR=str(tmp_path / "var"))
    assert one_line(done.stdout + done.stderr) == (
        f"aidbus: cannot listen on 127.0.0.1:{platform.port}: Address already in use; "
        "stop what runs there or set AIDBUS_PORT"
    )
    assert done.returncode == 1


def test_a_folder_that_cannot_be_written_is_one_clear_line(house: House, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = house.run("aidbus", "up", AIDBUS_VAR=str(tmp_path / "file" / "var"))
    line = one_line(done.stdout + done.stderr)
    assert line.startswith(f"aidbus: cannot write into the folder {tmp_path / 'file' / 'var'}: Not a directory;")
    assert done.returncode == 1


def test_a_wrong_option_is_one_clear_line_that_does_not_repeat_a_secret(house: House) -> None:
    wrong = {"AIDBUS_BUS_URL": "http://u:secret@host", "AIDBUS_DATABASE_URL": "postgresql://u:secret@host/{service}}"}
    done = house.run("aidbus", "up", AIDBUS_BATCH_SIZE="many", **wrong)
    line = one_line(done.stdout + done.stderr)
    assert "AIDBUS_DATABASE_URL may hold {service} and {var}, and no other braces" in line
    assert "AIDBUS_BATCH_SIZE must be a whole number" in line
    assert "AIDBUS_BUS_URL must begin with" in line
    assert "secret" not in line
    assert done.returncode == 1


def test_an_old_python_is_one_clear_line(house: House, tmp_path: Path) -> None:
    old = tmp_path / "python3.9"
    old.write_text('#!/bin/sh\ncase "$2" in *exit*) exit 1;; *) printf 3.9;; esac\n')
    old.chmod(0o755)
    done = house.run("make", "run", f"PYTHON={old}")
    lines: list[t.Any] = [line for line in done.stderr.splitlines() if line.startswith("aidbus:")]
    assert lines == [
        f"aidbus: needs Python 3.11, 3.12 or 3.13; found: {old} (3.9). Install one of them, "
        "or name it: make run PYTHON=/path/to/python3.12"
    ]
    assert done.returncode != 0


def one_line(text: str) -> str:
    lines = text.strip().splitlines()
    assert len(lines) == 1, text
    return lines[0]
