"""How a process that serves ends: by a signal, by its terminal that is closed, or because it cannot start."""

from __future__ import annotations

import contextlib
import io
import os
import pty
import signal
import socket
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner

from chassis import logs
from chassis.cli import main
from chassis.operations import all_services
from chassis.runner import CANNOT_START, is_impatient
from tests.infrastructure.backends import Backend
from tests.infrastructure.private import free_port
from tests.infrastructure.waiting import wait_until

pytestmark = pytest.mark.slow
AWAY = "amqp://guest:guest@127.0.0.1:9//"  # workers need a broker, and start before it answers
Start = t.Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(embedded: Backend, tmp_path: Path) -> t.Iterator[Start]:
    """Start the command line in a process of its own; it is ended after the test."""
    embedded.migrate()
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str, environ: dict[str, str] | None = None, **options: t.Any) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "chassis", *arguments]
        process = subprocess.Popen(
            command,
            env={**os.environ, **embedded.environment(), "AIDBUS_PORT": str(free_port()), **(environ or {})},
            start_new_session=True,
            **{"stderr": subprocess.PIPE, **options},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


@pytest.fixture
def taken_port() -> t.Iterator[int]:
    with contextlib.closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def says(path: Path, text: str) -> None:
    wait_until(lambda: text in path.read_text(), 60, f"a process that says {text!r}")


def test_a_process_whose_terminal_is_closed_drains_as_one_that_is_asked_to_end(start: Start, tmp_path: Path) -> None:
    terminal, its_side = pty.openpty()
    process = start("serve", *all_services(), stderr=its_side, stdout=its_side)
    os.close(its_side)
    said = b""
    while b"services run" not in said:
        said += os.read(terminal, 4096)
    os.close(terminal)  # nothing can be written there any more
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGHUP)  # the kernel tells it, and the shell does
    assert process.wait(timeout=30) == 0


def test_who_is_started_under_nohup_outlives_the_terminal(start: Start, tmp_path: Path) -> None:
    def ignore() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    with (tmp_path / "log").open("w") as log:
        process = start("serve", *all_services(), stderr=log, preexec_fn=ignore)
    says(tmp_path / "log", "services run")
    process.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    assert process.poll() is None
    process.terminate()
    assert process.wait(timeout=30) == 0


def test_a_closing_terminal_is_not_taken_for_somebody_who_asks_again() -> None:
    assert not is_impatient(signal.SIGHUP, [signal.SIGHUP])
    assert not is_impatient(signal.SIGHUP, [signal.SIGTERM])
    assert not is_impatient(signal.SIGTERM, [signal.SIGHUP])
    assert is_impatient(signal.SIGINT, [signal.SIGTERM])


class Gone(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError(5, "input/output error")


def test_a_line_of_the_log_that_cannot_be_written_breaks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    logs.configure(stream=Gone())
    try:
        structlog.get_logger("aidbus").warning("it works on")
    finally:
        logs.configure()


def test_workers_whose_health_port_is_taken_do_not_start_and_name_it_in_one_line(
    embedded: Backend, taken_port: int
) -> None:
    embedded.migrate()
    told = CliRunner().invoke(
        main,
        ["serve", *all_services(), "--workers", "2"],
        env=embedded.environment() | {"AIDBUS_BUS_URL": AWAY, "AIDBUS_HEALTH_PORT": str(taken_port - 1)},
    )
    assert told.exit_code == 1
    (line,) = told.output.strip().splitlines()
    assert f"127.0.0.1:{taken_port}" in line
    assert "AIDBUS_HEALTH_PORT" in line


def test_workers_that_cannot_start_are_not_started_again_for_ever(start: Start, taken_port: int) -> None:
    process = start(
        "serve", "gateway", "--workers", "2", environ={"AIDBUS_BUS_URL": AWAY, "AIDBUS_PORT": str(taken_port)}
    )
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    told = [line for line in said.decode().splitlines() if line.startswith("aidbus: ")]
    assert len(told) <= 2
    assert f"cannot listen on 127.0.0.1:{taken_port}" in told[0]


def test_only_a_worker_ends_with_the_status_of_one_that_cannot_start(start: Start, taken_port: int) -> None:
    environ = {"AIDBUS_HEALTH_PORT": str(taken_port)}
    alone, worker = (
        start("serve", *all_services(), environ=environ | more) for more in ({}, {"AIDBUS_SUPERVISED": "true"})
    )
    assert alone.wait(timeout=60) == 1
    assert worker.wait(timeout=60) == CANNOT_START


def test_a_folder_is_of_one_process_with_an_embedded_bus_until_that_process_is_gone(
    start: Start, tmp_path: Path
) -> None:
    """On two ports they were let up, each with a bus of its own over the same files."""
    first = up(start, tmp_path, "up")
    for other in [start("up"), start("serve", *all_services())]:
        _, said = other.communicate(timeout=60)
        assert said.decode().splitlines() == [
            f"aidbus: another process with an embedded bus uses the folder {tmp_path}: stop that one, or choose "
            "another folder with AIDBUS_VAR; several processes for the same data need a broker (AIDBUS_BUS_URL)"
        ]
        assert other.returncode == 1
    for beside in (["doctor"], ["migrate"], ["keys", "create", "--role", "auditor"], ["rules", "check"]):
        assert start(*beside, stdout=subprocess.DEVNULL).wait(timeout=60) == 0, beside
    first.kill()
    first.wait()
    up(start, tmp_path, "serve", *all_services())


def up(start: Start, tmp_path: Path, *command: str) -> subprocess.Popen[bytes]:
    """A process that serves all services, once it does."""
    file = tmp_path / f"{command[0]}.log"
    with file.open("w") as log:
        process = start(*command, environ={"AIDBUS_LOG_LEVEL": "INFO"}, stdout=log, stderr=log)
    wait_until(lambda: "services run" in file.read_text() or process.poll() is not None, 60, "services that run")
    assert process.poll() is None, file.read_text()
    return process


def test_workers_are_not_started_with_an_embedded_bus_for_each_of_them(embedded: Backend) -> None:
    embedded.migrate()
    told = CliRunner().invoke(main, ["serve", *all_services(), "--workers", "2"], env=embedded.environment())
    assert told.exit_code == 1
    assert told.output.startswith("aidbus: the embedded bus lives in one process, and each worker would have its own")
