"""Run pytest in several processes, each with its part of the files: for tests that share nothing but the machine.

python -m tests.infrastructure.parallel FOLDER... [--weigh] [pytest options]. What every process needs (servers, packages) is found,
started or installed once, before. Lines come as they are written, what failed when a process ends, and at the foot one
line for all: ``tests: 12 passed, 0 failed``. The worst exit status is its own. (pytest-xdist does not go together with
eventlet's patching.) ``--weigh`` keeps how long each file took, by which the next runs share the files out.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import threading
import typing as t
from collections import Counter
from pathlib import Path

# Tenths of a second that each file took, as ``--weigh`` measured; in the quick tier many a file has less to do.
WEIGHTS = {False: Path(__file__).with_name("weights.json"), True: Path(__file__).with_name("weights_quick.json")}
EACH = 3  # milliseconds that pytest itself takes for a test
NEW = 20  # the weight of a file that was not weighed yet
TOGETHER = {"e2e"}  # folders whose files share what takes longest to set up: a clone with its environment
NOTHING_TO_RUN = 5  # pytest's exit status; one process may well have none of a few chosen tests
COUNT = re.compile(r"(\d+) (passed|failed|skipped|error|errors|xfailed|xpassed)")
DURATION = re.compile(r"(?P<seconds>[\d.]+)s (?P<phase>call|setup|teardown) +(?P<file>[^:]+)::")
SUMMARY = re.compile(r"\d+ (passed|failed|skipped|error|errors|deselected|warnings?)\b.* in [\d.]+s")


def main() -> int:
    arguments = [argument for argument in sys.argv[1:] if argument != "--weigh"]
    is_weighed = "--weigh" in sys.argv
    if is_weighed:
        arguments += ["--durations=0", "--durations-min=0"]
    is_quick = "--quick" in arguments
    cores = os.cpu_count() or 1
    count = min(4, cores if is_quick else cores + 1)  # a story waits half of its time; what is quick waits for nothing
    with contextlib.ExitStack() as until_the_end:
        environment = dict(os.environ)
        environment.pop(
            "PYTHONDONTWRITEBYTECODE", None
        )  # the tests start hundreds of processes, which need not compile
        environment |= _machine(until_the_end, is_quick)
        print(f"running in {count} processes", flush=True)
        runs = [Run(f"{number}/{count}", arguments, environment) for number in range(1, count + 1)]
        statuses = [run.wait() for run in runs]
    if is_weighed:
        _keep_weights(sum((run.weights for run in runs), Counter()), is_quick)
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
        self.weights: Counter[str] = Counter()
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
            if took := DURATION.match(line):
                self.weights[took["file"]] += round(1000 * float(took["seconds"])) + EACH * (took["phase"] == "call")
            if SUMMARY.search(line):
                self.outcomes = Counter({what: int(number) for number, what in COUNT.findall(line)})
        print("".join(kept), end="", flush=True)


def _machine(until_the_end: contextlib.ExitStack, is_quick: bool) -> dict[str, str]:
    """Find, start or install what the tests need, once for all processes; exits with one line where it cannot be had."""
    from tests.infrastructure import reports
    from tests.infrastructure.servers import Unusable, find_postgres, find_rabbitmq

    try:
        reports.prepare()
        if is_quick:
            return {}
        found = {"AIDBUS_TEST_POSTGRES_URL": find_postgres(), "AIDBUS_TEST_AMQP_URL": find_rabbitmq()}
    except Unusable as reason:
        sys.exit(f"aidbus tests: {reason}")
    for server in found.values():
        until_the_end.callback(server.close)
        print(f"aidbus tests: {server.label}", flush=True)
    return {name: server.url for name, server in found.items()} | {"AIDBUS_TEST_FORCE_PRIVATE": ""}


def _keep_weights(milliseconds: Counter[str], is_quick: bool) -> None:
    """Of the files that ran; what is known of others stays, unless they are gone."""
    known = {name: weight for name, weight in _weights(is_quick).items() if Path(name).exists()}
    known |= {name: max(1, round(took / 100)) for name, took in milliseconds.items()}
    WEIGHTS[is_quick].write_text(json.dumps(known, indent=0, sort_keys=True) + "\n", encoding="utf-8")


def _weights(is_quick: bool) -> dict[str, int]:
    return t.cast(dict[str, int], json.loads(WEIGHTS[is_quick].read_text(encoding="utf-8")))


def files_of_part(part: str, files: t.Iterable[Path], is_quick: bool = False) -> set[Path]:
    """The files that part ``1/2`` runs: whole files, so that what a module sets up is set up once.

    The whole run shares out the heaviest first. In the quick tier neighbours stay together: each process then loads, and
    compiles the statements of, only the services whose tests it has.
    """
    number, _, count = part.partition("/")
    known, root = _weights(is_quick), Path(__file__).parents[2]
    weights: Counter[Path] = Counter()
    members: dict[Path, set[Path]] = {}
    for file in files:
        piece = file.parent if file.parent.name in TOGETHER else file
        weights[piece] += known.get(os.path.relpath(file, root), NEW)
        members.setdefault(piece, set()).add(file)
    share_out = _neighbours_together if is_quick else _heaviest_first
    return {file for piece in share_out(weights, int(count))[int(number) - 1] for file in members[piece]}


def _heaviest_first(weights: Counter[Path], count: int) -> list[list[Path]]:
    shares: list[list[Path]] = [[] for _ in range(count)]
    loads = [0] * count
    for piece, weight in sorted(weights.items(), key=lambda item: (-item[1], str(item[0]))):
        lightest = loads.index(min(loads))
        loads[lightest] += weight
        shares[lightest].append(piece)
    return shares


def _neighbours_together(weights: Counter[Path], count: int) -> list[list[Path]]:
    shares: list[list[Path]] = [[] for _ in range(count)]
    before, total = 0, weights.total()
    for piece, weight in sorted(weights.items()):
        shares[int((before + weight / 2) * count / total)].append(piece)
        before += weight
    return shares


if __name__ == "__main__":
    sys.exit(main())
