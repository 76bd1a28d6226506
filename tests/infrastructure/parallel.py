"""Run pytest in one process per core, each with its part of the files: for tests that share nothing but the machine.

python -m tests.infrastructure.parallel FOLDER... [pytest options]; the worst exit status is its own. (pytest-xdist does
not go together with eventlet's patching.)
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import typing as t
from collections import Counter
from pathlib import Path

WEIGHTS = {"stories": 12}  # a story starts a whole platform: seconds, where a rule's test takes a fraction of one


def main() -> int:
    count = max(1, min(4, os.cpu_count() or 1))
    print(f"running in {count} processes", flush=True)
    worst = 0
    with contextlib.ExitStack() as files:
        outputs = [files.enter_context(tempfile.TemporaryFile("w+")) for _ in range(count)]
        runs = [_start(f"{number}/{count}", output) for number, output in enumerate(outputs, 1)]
        for run, output in zip(runs, outputs, strict=True):
            worst = max(worst, run.wait())
            output.seek(0)
            print(output.read(), flush=True)
    return worst


def _start(part: str, output: t.IO[str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pytest", *sys.argv[1:], "--part", part, "-p", "no:cacheprovider"]
    return subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)


def files_of_part(part: str, files: t.Iterable[Path]) -> set[Path]:
    """The files that part ``1/2`` runs: whole files, so that what a module sets up is set up once; the heaviest first."""
    number, _, count = part.partition("/")
    loads = [0] * int(count)
    mine = set()
    weights = {file: tests * WEIGHTS.get(file.parent.name, 1) for file, tests in Counter(files).items()}
    for file, weight in sorted(weights.items(), key=lambda item: (-item[1], str(item[0]))):
        lightest = loads.index(min(loads))
        loads[lightest] += weight
        if lightest == int(number) - 1:
            mine.add(file)
    return mine


if __name__ == "__main__":
    sys.exit(main())
