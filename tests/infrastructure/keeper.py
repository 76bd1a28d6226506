"""Keeps one private server process for a test run, and ends it whatever happens to the run.

Started as a process of its own with a JSON description as its argument; it reads words from stdin (start, stop,
kill) and answers each with a line. When stdin closes (the tests ended, or were killed with SIGKILL) it stops the
server's own process group and removes the folder. Standard library only; it ends nothing that it did not start.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import typing as t


class Keeper:
    """``command`` and ``env`` of the server, the ``user`` it runs as (null: this one), its ``folder``, stop ``signal``."""

    def __init__(self, description: dict[str, t.Any]) -> None:
        self.command: list[str] = description["command"]
        self.env: dict[str, str] = description["env"]
        self.user: str | None = description.get("user")
        self.folder: str = description["folder"]
        self.signal = signal.Signals[description.get("signal", "SIGTERM")]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        account: dict[str, t.Any] = {}
        if self.user:
            account = {"user": self.user, "group": _group_of(self.user), "extra_groups": []}
        with open(os.path.join(self.folder, "output.log"), "ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
                **account,
            )

    def stop(self) -> None:
        """Ask the server to end; after 20 seconds end its group by force."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, self.signal)
        if not self._gone(20):
            self.kill()
        self.process = None

    def kill(self) -> None:
        """End the server as a power cut would."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self._gone(10)
        self.process = None

    def _gone(self, seconds: float) -> bool:
        assert self.process is not None
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.process.poll()
            try:
                os.killpg(self.process.pid, 0)
            except (ProcessLookupError, PermissionError):
                return True
            time.sleep(0.05)
        return False


def _group_of(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keeper = Keeper(json.loads(sys.argv[1]))
    try:
        for line in sys.stdin:
            word = line.strip()
            {"start": keeper.start, "stop": keeper.stop, "kill": keeper.kill}[word]()
            print(word, flush=True)
    finally:
        keeper.stop()
        shutil.rmtree(keeper.folder, ignore_errors=True)


if __name__ == "__main__":
    main()
