"""What becomes of a message whose handler failed: a decision is a value, made by one pure function."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from chassis.envelope import MalformedEnvelope
from chassis.errors import NotYet, Rejected


@dataclass(frozen=True)
class RetryDecision:
    """Try again after ``delay`` seconds, or (``delay`` None) keep it as a dead letter for ``reason``."""

    delay: float | None
    reason: str
    detail: str


class RetryLimits(t.Protocol):
    """The part of the settings that decides."""

    @property
    def attempts(self) -> int: ...

    @property
    def retry_seconds(self) -> float: ...

    @property
    def retry_seconds_max(self) -> float: ...


def decide(error: Exception, attempt: int, limits: RetryLimits) -> RetryDecision:
    """What to do after the ``attempt``-th failure (from 1).

    What can never succeed (malformed, unknown, breaks its contract, refused by a rule) is not tried again. What
    waits for another message gets twice the attempts of an unexpected error.
    """
    if isinstance(error, MalformedEnvelope):
        return RetryDecision(None, "malformed", str(error))
    if isinstance(error, Rejected):
        return RetryDecision(None, "rejected", error.problem)
    if isinstance(error, UnknownType):
        return RetryDecision(None, "unknown-type", str(error))
    if isinstance(error, BreaksContract):
        return RetryDecision(None, "breaks-contract", str(error))
    waiting = isinstance(error, NotYet)
    detail = str(error) if waiting else f"{type(error).__name__} in the handler"
    most = limits.attempts * 2 if waiting else limits.attempts
    if attempt >= most:
        return RetryDecision(None, "gave-up" if not waiting else "never-came", detail)
    delay = min(limits.retry_seconds * 2.0 ** (attempt - 1), limits.retry_seconds_max)
    return RetryDecision(delay, "retry", detail)


class UnknownType(Exception):
    """A message of a type or version that this service does not handle."""


class BreaksContract(Exception):
    """The body does not fit the message's contract; the text names fields, not values."""
