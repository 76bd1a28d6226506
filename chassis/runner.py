"""Runs services: containers in this process, or several worker processes that are started again when they die.

Guarantee: SIGTERM, SIGINT and SIGHUP (the terminal was closed) stop cleanly (cancel, drain, acknowledge, close); a
second SIGTERM or SIGINT ends at once.
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import subprocess
import sys
import time
import typing as t
from functools import cache
from importlib.metadata import EntryPoint, entry_points

import eventlet
import structlog
from nameko.containers import ServiceContainer

from chassis import failpoints, health, logs, open_files, settings
from chassis.errors import ServiceDied, StartError
from chassis.platform import Process

log = structlog.get_logger("aidbus.runner")
GROUP = "aidbus.services"
CANNOT_START = 78  # how a worker ends (EX_CONFIG) that would not start the next time either


@cache
def installed(group: str) -> tuple[EntryPoint, ...]:
    """Entry points by name; looked for once, since that takes as long as loading a service's tables."""
    return tuple(sorted(entry_points(group=group), key=lambda point: point.name))


def known_services() -> dict[str, str]:
    """Installed services by name, each with the place of its class (``package.module:Class``)."""
    return {point.name: point.value for point in installed(GROUP)}


def check_known(name: str) -> None:
    """Raise StartError when no such service is installed."""
    services = known_services()
    if name not in services:
        raise StartError(f"there is no service {name!r}; known: {', '.join(services)}")


def load_service(name: str) -> t.Any:
    """The class of a service; raises StartError for an unknown name."""
    check_known(name)
    module, _, cls = known_services()[name].partition(":")
    return getattr(importlib.import_module(module), cls)


def package_of(name: str) -> str:
    """The package of a service, e.g. ``services.intake``; its migrations are in there. Raises StartError."""
    check_known(name)
    return known_services()[name].rpartition(".")[0].partition(":")[0]


class Running:
    """Services that run in this process."""

    def __init__(self, classes: t.Sequence[type], process: Process) -> None:
        self.process = process
        self.containers = [ServiceContainer(cls, process.config()) for cls in classes]

    def start(self) -> None:
        """Start every service, or none: raises StartError."""
        options = settings.load(settings.PlatformSettings, self.process.environ)
        failpoints.arm(options.failpoint)
        started = []
        try:
            for container in self.containers:
                container.start()
                started.append(container)
            if options.health_port:
                health.serve(self.process, options.health_port)
        except Exception:
            for container in reversed(started):
                container.stop()
            raise

    def stop(self) -> None:
        """Stop cleanly: the door first, which was started last, then all others at once."""
        *others, door = self.containers
        door.stop()
        pool = eventlet.GreenPool()
        for container in others:
            pool.spawn(container.stop)
        pool.waitall()

    @property
    def dead(self) -> str | None:
        """The name of a service that died, if one did."""
        for container in self.containers:
            if container._died.ready():
                return str(container.service_name)
        return None


def run(names: t.Sequence[str], environ: dict[str, str], started: t.Callable[[Running], None] | None = None) -> None:
    """Run services until a signal comes; ``started`` is called in a green thread of its own once they are up."""
    options = settings.load(settings.PlatformSettings, environ)
    logs.configure(options.log_level, options.log_format)
    open_files.take_all()
    asked: list[int] = []

    def ask(number: int, _frame: t.Any) -> None:
        if is_impatient(number, asked):
            os._exit(130)
        asked.append(number)

    gc.disable()  # nothing of what is loaded and opened now is garbage, and looking for it would take a while
    try:
        running = Running([load_service(name) for name in names], Process(environ))
        listen_for_the_end(ask)
        running.start()
    finally:
        gc.enable()
    spare_the_collector()
    log.info("services run", services=list(names), process=running.process.process_id)
    if started:
        eventlet.spawn(started, running)
    parent = os.getppid()
    while not asked:
        eventlet.sleep(0.2)
        if options.supervised and os.getppid() != parent:
            log.warning("the supervising process is gone")
            break
        if running.dead:
            log.error("a service died", service=running.dead)
            running.stop()
            raise ServiceDied(f"the service {running.dead} died; its log says why")
    running.stop()
    log.info("services stopped", services=list(names))


def listen_for_the_end(ask: t.Callable[[int, t.Any], None]) -> None:
    """Have ``ask`` called by every signal that means the end; a process that `nohup` started outlives its terminal."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, ask)


def is_impatient(number: int, asked: t.Sequence[int]) -> bool:
    """Whether somebody asks again to end; a closing terminal tells it twice by itself, the kernel and the shell."""
    return number != signal.SIGHUP and any(one != signal.SIGHUP for one in asked)


def spare_the_collector() -> None:
    """What a process loaded lives until it ends: to go through it again and again would stop everybody for 50 ms."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def supervise(arguments: t.Sequence[str], workers: int) -> int:
    """Run the same command in several processes; one that dies is started again, slower each time it does so soon.

    One that cannot start at all has said why, and would say it for ever: all of them stop then. Raises StartError.
    """
    environs = [_environ_of_worker(slot) for slot in range(workers)]
    _check_health_ports(environs)
    children: dict[int, tuple[subprocess.Popen[bytes], float]] = {}
    asked: list[int] = []

    def ask(number: int, _frame: t.Any) -> None:
        if is_impatient(number, asked):
            _terminate(children)
        asked.append(number)

    listen_for_the_end(ask)

    def spawn(slot: int) -> None:
        command = [sys.executable, "-m", "chassis", *arguments, "--workers", "1"]
        child = subprocess.Popen(command, start_new_session=True, env=environs[slot])
        children[slot] = (child, time.monotonic())

    for slot in range(workers):
        spawn(slot)
    quick_deaths, failed = 0, False
    been_up: set[int] = set()  # slots whose worker died otherwise than by a start that failed
    while not asked and not failed:
        eventlet.sleep(0.2)
        for slot, (child, since) in list(children.items()):
            if child.poll() is None:
                continue
            quick_deaths = quick_deaths + 1 if time.monotonic() - since < 5 else 0
            failed = quick_deaths > 5 * workers or (child.returncode == CANNOT_START and slot not in been_up)
            if failed:
                break
            been_up.add(slot)
            eventlet.sleep(min(0.2 * 2**quick_deaths, 5))
            spawn(slot)
    _terminate(children)
    for child, _ in children.values():
        child.wait()
    return 1 if failed else 0


def _terminate(children: t.Mapping[int, tuple[subprocess.Popen[bytes], float]]) -> None:
    for child, _ in children.values():
        if child.returncode is None:
            child.terminate()


def _check_health_ports(environs: t.Sequence[t.Mapping[str, str]]) -> None:
    """Raise StartError for the first port of a worker that is taken: one line, before any of them starts."""
    for environ in environs:
        port = settings.load(settings.PlatformSettings, environ).health_port
        if port:
            health.listen(port).close()


def _environ_of_worker(slot: int) -> dict[str, str]:
    """A worker stops with its supervisor, shares the door's port with its siblings, and has its own health port."""
    environ = {**os.environ, "AIDBUS_SHARE_PORT": "true", "AIDBUS_SUPERVISED": "true"}
    health_port = int(environ.get("AIDBUS_HEALTH_PORT") or 0)
    if health_port:
        environ["AIDBUS_HEALTH_PORT"] = str(health_port + slot)
    return environ
