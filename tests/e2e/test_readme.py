"""Every command of the README is run, in its order, and answers what the README says.

A fenced block ``sh`` is run; a block ``json`` or ``text`` after it is what it answers, in part: what is shown must be
in the answer, where digits and identifiers may differ. ``make run`` starts the platform that the others are run
against; ``make test`` is what runs this.
"""

from __future__ import annotations

import json
import re
import typing as t

import pytest

from tests.e2e.house import ROOT, House
from tests.infrastructure.backends import Backend
from tests.infrastructure.waiting import wait_until

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SEVERAL = "### Every service in a process of its own"
RUN_ELSEWHERE = {"make run\n", "make test\n"}
MARK = "=== block %d ==="
BY_THE_DAY = {"days_left"}  # a limit that would end on a rest day ends on the next working day
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(text: str) -> list[tuple[str, tuple[str, str]]]:
    """Commands with the answer that is shown below them: its language and text."""
    found = BLOCK.findall(text)
    answers = [*found[1:], ("", "")]
    return [
        (body, answer)
        for (language, body), answer in zip(found, answers, strict=True)
        if language == "sh" and body not in RUN_ELSEWHERE
    ]


JOURNEY = blocks(README[: README.index(SEVERAL)])
PROCESSES = blocks(README[README.index(SEVERAL) :])


@pytest.fixture(scope="module")
def answers(first_start: t.Any) -> list[str]:
    """All blocks in one bash, as somebody would type them; what each printed."""
    house: House = first_start[0]
    lines = ["set -u", f"URL={house.url}"]
    for number, (command, _) in enumerate(JOURNEY):
        lines += [f'echo "{MARK % number}"', command]
    running = house.script("\n".join([*lines, 'echo "=== end ==="']))
    try:
        running.until_prints("=== end ===", 240)
        return re.split(r"^=== .* ===\n", running.output, flags=re.MULTILINE)[1:-1]
    finally:
        running.close()


def test_no_command_of_the_readme_is_left_out() -> None:
    languages = {language for language, _ in BLOCK.findall(README)}
    assert languages == {"sh", "json", "text"}
    assert {body for language, body in BLOCK.findall(README) if language == "sh"} >= RUN_ELSEWHERE
    assert len(JOURNEY) > 20


@pytest.mark.parametrize("number", range(len(JOURNEY)))
def test_a_block_answers_what_is_shown(answers: list[str], number: int) -> None:
    command, (language, shown) = JOURNEY[number]
    printed = answers[number]
    assert "command not found" not in printed
    assert "Traceback" not in printed
    if language == "json":
        assert missing(json.loads(shown), json.loads(printed.strip().splitlines()[-1])) == [], command
    elif language == "text":
        assert plain(shown.strip()) in plain(printed), command
    else:
        assert '"status":' not in printed, f"{command} was refused: {printed}"


def missing(shown: t.Any, found: t.Any, place: str = "") -> list[str]:
    """Where the answer lacks what is shown."""
    if isinstance(shown, dict) and isinstance(found, dict):
        return [
            gap
            for name, value in shown.items()
            for gap in (
                missing(value, found[name], f"{place}/{name}") if name in found else [f"{place}/{name} is not there"]
            )
            if name not in BY_THE_DAY or not isinstance(found.get(name), int)
        ]
    if isinstance(shown, list) and isinstance(found, list):
        if len(found) < len(shown):
            return [f"{place}: {len(found)} instead of {len(shown)}"]
        return [gap for n, value in enumerate(shown) for gap in missing(value, found[n], f"{place}/{n}")]
    same = plain(shown) == plain(found) if isinstance(shown, str) and isinstance(found, str) else shown == found
    return [] if same else [f"{place} is {found!r}, not {shown!r}"]


def plain(text: str) -> str:
    """Text in which identifiers and numbers do not matter."""
    return re.sub(r"\d+", "0", re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", text))


def test_the_comparison_would_find_a_difference() -> None:
    assert missing({"state": "closed", "n": 2}, {"state": "ended", "n": 1, "more": 1}) != []
    assert missing({"items": [{"a": "A2026-00001"}]}, {"items": [{"a": "A2027-00009", "b": 1}, {}]}) == []


def test_the_same_runs_as_several_processes_on_real_servers(cloned: t.Any, rabbitmq: Backend) -> None:
    house = House(cloned, rabbitmq.folder, **rabbitmq.environment(), AIDBUS_LOG_LEVEL="WARNING")
    script = "\n".join(command for command, _ in PROCESSES)
    running = house.script(f"set -eu\ntrap 'kill $(jobs -p); wait' TERM\n{script}\nwait")
    try:
        running.until_answers("/readyz", 60)
        wait_until(lambda: consumed(house) == 5, 60, "every mailbox of the center to be consumed")
        assert "Traceback" not in running.output
        running.process.terminate()
        running.until_ends(30)
        assert "Traceback" not in running.output
        assert consumed(house) == 0, "somebody was left behind"
    finally:
        running.close()


def consumed(house: House) -> int:
    """How many consume the center's mailboxes; the pattern ``garrison`` leaves these alone."""
    found = json.loads(house.run("aidbus", "queues", "--json").stdout)
    return sum(row["consumers"] or 0 for row in found if row["organization"] == "center")
