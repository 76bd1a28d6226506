"""Structured logs: one event a line, JSON or readable; personal data is removed whatever a caller passes.

Guarantee: values under the names of personal data, and anything that looks like an identity number or a mobile
number, leave no trace in a log line. Message bodies are never logged at all.
"""

from __future__ import annotations

import contextlib
import logging
import re
import sys
import typing as t
from types import SimpleNamespace

import structlog
from eventlet.hubs import hub

PERSONAL = frozenset(
    {
        "name", "person_name", "applicant", "identity_number", "phone", "address", "email", "statement", "feedback",
        "opposing_parties", "parties", "body", "data", "password", "secret", "authorization", "token", "key",
    }
)  # fmt: skip
NUMBERS = re.compile(r"(?<!\d)(\d{17}[\dXx]|\d{15}|(?:\+?86)?1[3-9]\d{9})(?!\d)")
HIDDEN = "[removed]"


def redact(_logger: t.Any, _method: str, event: t.MutableMapping[str, t.Any]) -> t.MutableMapping[str, t.Any]:
    """structlog processor: hide personal data."""
    for key, value in event.items():
        event[key] = HIDDEN if key in PERSONAL and value is not None else _clean(value)
    return event


def clean_text(text: str) -> str:
    """Text without identity numbers and mobile numbers."""
    return NUMBERS.sub(HIDDEN, text)


def _clean(value: t.Any) -> t.Any:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {k: HIDDEN if k in PERSONAL else _clean(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value


def _traceback_without_values(
    _logger: t.Any, _method: str, event: t.MutableMapping[str, t.Any]
) -> t.MutableMapping[str, t.Any]:
    """Show where an exception came from but not its text, which may repeat a row's values."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        frames = []
        trace = error.__traceback__
        while trace is not None:
            frames.append(f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}")
            trace = trace.tb_next
        event["error"] = type(error).__name__
        event["where"] = " > ".join(frames[-6:])
    return event


def _thread_ended(_kind: type[BaseException], error: BaseException, _trace: t.Any) -> None:
    structlog.get_logger("aidbus").error("a thread ended", exc_info=error)


class Lossy:
    """A stream whose lines are lost where they cannot be written (a closed terminal, a full disk): a word in the log
    must not break what it tells of."""

    def __init__(self, stream: t.TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self._stream.flush()


def configure(level: str = "INFO", form: str = "json", stream: t.TextIO | None = None) -> None:
    """Set up the logs of this process, the libraries' ones included (warnings and worse)."""
    lines: t.Any = Lossy(stream or sys.stderr)
    renderer: t.Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    if form == "console":
        renderer = structlog.dev.ConsoleRenderer(colors=False)
    shared: list[t.Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _traceback_without_values,
        redact,
    ]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=structlog.PrintLoggerFactory(lines),
        cache_logger_on_first_use=False,
    )
    # What ends a green thread eventlet prints itself, with the error's text: a failed statement's values stand in it.
    t.cast(t.Any, hub).traceback = SimpleNamespace(print_exception=_thread_ended)
    handler = logging.StreamHandler(lines)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for noisy in ("nameko", "amqp", "kombu", "alembic", "sqlalchemy", "eventlet.wsgi"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    for swallowed in ("nameko.containers",):  # errors of workers are logged by the extension that knows them
        logging.getLogger(swallowed).setLevel(logging.CRITICAL)
