"""Run pytest in several processes, each with its part of the files: for tests that share nothing but the machine.

python -m tests.infrastructure.parallel FOLDER... [pytest options]. What every process needs (servers, packages) is found,
started or installed once, before. Lines come as they are written, what failed when a process ends, and at the foot one
line for all: ``tests: 12 passed, 0 failed``. The worst exit status is its own. (pytest-xdist does not go together with
eventlet's patching.)
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import threading
import typing as t
from collections import Counter
from pathlib import Path

# How long a file of a folder takes, in seconds beside a rule's one: a story starts a whole platform. Two are named.
WEIGHTS = {"stories": 16, "e2e": 45, "chaos": 55, "conformance": 8, "integration": 6}
WEIGHTS |= {"test_failpoints_of_plans.py": 180, "test_platform_conformance.py": 87}
TOGETHER = {"e2e"}  # folders whose files share what takes longest to set up: a clone with its environment
NOTHING_TO_RUN = 5  # pytest's exit status; one process may well have none of a few chosen tests
COUNT = re.compile(r"(\d+) (passed|failed|skipped|error|errors|xfailed|xpassed)")
SUMMARY = re.compile(r"\d+ (passed|failed|skipped|error|errors|deselected|warnings?)\b.* in [\d.]+s")


def main() -> int:
    arguments = sys.argv[1:]
    count = max(1, min(4, (os.cpu_count() or 1) + 1))  # one more than cores: a story waits half of its time
    with contextlib.ExitStack() as until_the_end:
        environment = dict(os.environ)
        if "--quick" not in arguments:
            environment |= _servers(until_the_end)
        print(f"running in {count} processes", flush=True)
        runs = [Run(f"{number}/{count}", arguments, environment) for number in range(1, count + 1)]
        statuses = [run.wait() for run in runs]
    total: Counter[str] = sum((run.outcomes for run in runs), Counter())
    skipped = f", {total['skipped']} skipped" if total["skipped"] else ""
    print(
        f"tests: {total['passed']} passed, {total['failed'] + total['error'] + total['errors']} failed{skipped}",
        flush=True,
    )
    return max((status for status in statuses if status != NOTHING_TO_RUN), default=NOTHING_TO_RUN)


class Run:
    """One pytest process. Its lines are shown as they come, but what it says after its tests in one piece."""

    def __init__(self, part: str, arguments: list[str], environment: dict[str, str]) -> None:
        command = [sys.executable, "-m", "pytest", *arguments, "--part", part, "-p", "no:cacheprovider"]
        self.outcomes: Counter[str] = Counter()
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", env=environment
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait(self) -> int:
        status = self._process.wait()
        self._reader.join(timeout=30)
        return abs(status)

    def _read(self) -> None:
        assert self._process.stdout is not None
        kept: list[str] = []
        for line in self._process.stdout:
            if kept or line.startswith("==="):
                kept.append(line)
            else:
                print(line, end="", flush=True)
            if SUMMARY.search(line):
                self.outcomes = Counter({what: int(number) for number, what in COUNT.findall(line)})
        print("".join(kept), end="", flush=True)


def _servers(until_the_end: contextlib.ExitStack) -> dict[str, str]:
    """Find, start or install what the tests need, once for all processes; exits with one line where it cannot be had."""
    from tests.infrastructure import reports
    from tests.infrastructure.servers import Unusable, find_postgres, find_rabbitmq

    try:
        reports.prepare()
        found = {"AIDBUS_TEST_POSTGRES_URL": find_postgres(), "AIDBUS_TEST_AMQP_URL": find_rabbitmq()}
    except Unusable as reason:
        sys.exit(f"aidbus tests: {reason}")
    for server in found.values():
        until_the_end.callback(server.close)
        print(f"aidbus tests: {server.label}", flush=True)
    return {name: server.url for name, server in found.items()} | {"AIDBUS_TEST_FORCE_PRIVATE": ""}


def files_of_part(part: str, files: t.Iterable[Path]) -> set[Path]:
    """The files that part ``1/2`` runs: whole files, so that what a module sets up is set up once; the heaviest first."""
    number, _, count = part.partition("/")
    loads = [0] * int(count)
    weights: Counter[Path] = Counter()
    members: dict[Path, set[Path]] = {}
    for file in files:
        piece = file.parent if file.parent.name in TOGETHER else file
        weights[piece] += max(WEIGHTS.get(folder, 1) for folder in file.parts)
        members.setdefault(piece, set()).add(file)
    mine: set[Path] = set()
    for piece, weight in sorted(weights.items(), key=lambda item: (-item[1], str(item[0]))):
        lightest = loads.index(min(loads))
        loads[lightest] += weight
        if lightest == int(number) - 1:
            mine |= members[piece]
    return mine


if __name__ == "__main__":
    sys.exit(main())
