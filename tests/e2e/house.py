"""The product as somebody meets it who has just cloned it: commands, output, HTTP. Imports nothing of the product."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import typing as t
from pathlib import Path

import requests

from tests.infrastructure.waiting import wait_until

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.prefix) / "bin"
LEFT_OUT = shutil.ignore_patterns(".git", ".venv*", "var", "*.egg-info", "__pycache__", ".*_cache", ".hypothesis")


def clone(target: Path) -> Path:
    """What a fresh clone would hold, with the changes of the working tree: a file that git does not know is missing."""
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, text=True)
    if listed.returncode:
        return Path(shutil.copytree(ROOT, target, ignore=LEFT_OUT))
    for name in filter(None, listed.stdout.split("\0")):
        source = ROOT / name
        if source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)
    return target


def free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


#: What `make test ARGS=...` hands on to every make below it; these tests call one of their own.
OF_MAKE = ("MAKE", "MFLAGS", "ARGS")


class House:
    """A clone with its port and folder of data. The packages are those of the tests' own environment."""

    def __init__(self, folder: Path, var: Path, **environment: str) -> None:
        self.folder, self.var, self.port = folder, var, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIDBUS_", *OF_MAKE))}
        self.environment = kept | {
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(folder),
            "PYTHONDONTWRITEBYTECODE": "1",
            "COLUMNS": "200",
            "NO_PROXY": "*",
            "AIDBUS_PORT": str(self.port),
            "AIDBUS_VAR": str(var),
            **environment,
        }

    def run(self, *command: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """A command that ends by itself."""
        environment = self.environment | changes
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=60)

    def make_run(self) -> Running:
        """``make run`` in a terminal of its own; the environment with the packages is there already."""
        return Running(self, ["make", "run", "SETUP=true", f"BIN={BIN}"])

    def script(self, text: str) -> Running:
        """Shell commands in one bash."""
        return Running(self, ["bash", "-c", text])

    def get(self, path: str, key: str = "", **parameters: t.Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return requests.get(self.url + path, headers=headers, params=parameters, timeout=20)


class Running:
    """A process group with its output."""

    def __init__(self, house: House, command: list[str]) -> None:
        self.house = house
        handle, name = tempfile.mkstemp(prefix="aidbus-e2e-")
        self._log = Path(name)
        self.process = subprocess.Popen(
            command,
            cwd=house.folder,
            env=house.environment,
            stdout=handle,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        os.close(handle)

    @property
    def output(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def until_prints(self, text: str, timeout: float) -> None:
        wait_until(lambda: text in self.output or self.process.poll() is not None, timeout, f"{text!r} in the output")
        assert text in self.output, f"it ended:\n{self.output[-3000:]}"

    def until_answers(self, path: str, timeout: float) -> None:
        """Until the gateway answers 200 there."""

        def answers() -> bool:
            with contextlib.suppress(requests.ConnectionError):
                return self.house.get(path).status_code == 200
            return self.process.poll() is not None

        wait_until(answers, timeout, f"200 at {path}")
        assert self.process.poll() is None, f"it ended:\n{self.output[-3000:]}"

    def until_ends(self, timeout: float) -> int:
        """Its exit status."""
        wait_until(lambda: self.process.poll() is not None, timeout, "the end of the process")
        return int(self.process.returncode)

    def press_ctrl_c(self) -> None:
        """What a terminal does: the signal goes to the whole group."""
        os.killpg(self.process.pid, signal.SIGINT)

    def close(self) -> None:
        """Whatever became of it, nothing of it is left. Only the first process is asked: it asks its own children."""
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self._log.unlink(missing_ok=True)
