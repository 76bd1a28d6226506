"""Papers are rendered in a process of their own: it takes a second or two of pure computing, which would stop the hub.

Guarantee: a paper costs other requests nothing; one that takes too long, or whose template is broken, fails alone.
"""

from __future__ import annotations

import subprocess
import sys
import typing as t
from collections.abc import Mapping

import eventlet
import eventlet.semaphore
import orjson
import structlog

from contracts.papers import Fact
from gateway.answers import Refused
from gateway.papers.render import ABSENT, UNUSABLE

log = structlog.get_logger("aidbus.papers")
SECONDS = 30


class Press:
    """Makes papers, a few at a time; more wait their turn. ``folder``: the center's own templates."""

    def __init__(self, folder: str = "", at_once: int = 2) -> None:
        self._folder = folder
        self._turn = eventlet.semaphore.Semaphore(at_once)

    def make(self, kind: str, form: str, facts: Mapping[str, Fact]) -> bytes:
        """The file of a paper; raises Refused."""
        order = {"folder": self._folder, "kind": kind, "form": form, "facts": facts}
        return self._run("gateway.papers.render", order, kind, form)

    def report(self, form: str, language: str, facts: Mapping[str, t.Any]) -> bytes:
        """The file of the half-year report; raises Refused."""
        order = {"folder": self._folder, "form": form, "language": language, "facts": facts}
        return self._run("gateway.reports.render", order, "report", form)

    def _run(self, module: str, order: Mapping[str, t.Any], kind: str, form: str) -> bytes:
        command = [sys.executable, "-m", module]
        with self._turn:
            try:
                done = subprocess.run(command, input=orjson.dumps(order), capture_output=True, timeout=SECONDS)
            except (subprocess.SubprocessError, OSError) as error:
                log.error("a paper was not made", kind=kind, form=form, why=type(error).__name__)
                raise Refused("paper-failed", headers={"Retry-After": "10"}, kind=kind) from None
        if done.returncode == 0:
            return done.stdout
        log.error("a paper was not made", kind=kind, form=form, status=done.returncode, why=_why(done))
        if done.returncode == ABSENT:
            raise Refused("papers-not-installed", kind=kind)
        raise Refused("paper-failed", headers={"Retry-After": "10"}, kind=kind)


def _why(done: subprocess.CompletedProcess[bytes]) -> str:
    """What the log may show: our own words about a template or library; an unforeseen error may hold facts."""
    known = done.returncode in (ABSENT, UNUSABLE)
    return done.stderr.decode(errors="replace")[:300] if known else "unforeseen"
