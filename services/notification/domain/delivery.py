"""What follows from an attempt to deliver: done, tried again at a time, or given up. Decisions are values.

Why three kinds of failure: a temporary one is worth waiting for, a throttled one names its own time, and a permanent
one (no such number) only gets worse by repeating.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from collections.abc import Sequence
from dataclasses import dataclass

MINUTE, HOUR = 60, 3600
BOT_PAUSES = (20, 120, 600, HOUR, 4 * HOUR, 12 * HOUR)


@dataclass(frozen=True)
class Outcome:
    """How one attempt ended. ``detail`` is for the operator and holds no personal data.

    ``kind``: ``sent``; ``temporary``; ``throttled`` (``retry_after`` seconds, where the provider says); ``permanent``
    (``address_is_bad``: the address itself, not only this message); ``unknown``: the far side may have taken it.
    ``whole_channel``: the provider throttles the account, not this address.
    """

    kind: t.Literal["sent", "temporary", "throttled", "permanent", "unknown"]
    detail: str = ""
    retry_after: float | None = None
    address_is_bad: bool = False
    whole_channel: bool = False
    receipt: str | None = None


@dataclass(frozen=True)
class Way:
    """How a channel behaves. ``pauses``: seconds before each further attempt; when they are used up it is given up.

    ``repeatable``: the far side knows a message again by its id, so that an attempt whose end is unknown may be
    repeated; without that it is not, because nobody may get the same thing twice.
    ``one_at_a_time`` and ``seconds_between``: the pace of one address (bots take 20 messages a minute).
    ``confidential``: whether more than the title and a link may go over it.
    """

    name: str
    pauses: Sequence[float]
    repeatable: bool
    confidential: bool = False
    personal: bool = True
    one_at_a_time: bool = False
    seconds_between: float = 0.0


WAYS = {
    way.name: way
    for way in (
        # three days: a mail server that is dead over a weekend loses nothing; the Message-ID stays the same
        Way("email", (60, 300, 900, HOUR, 3 * HOUR, 6 * HOUR, *(12 * HOUR,) * 5), repeatable=True),
        # a text message that comes a day late is worth nothing; the provider knows no idempotency key
        Way("sms", (30, 120, 600, HOUR, 3 * HOUR), repeatable=False),
        Way("wecom", BOT_PAUSES, False, one_at_a_time=True, seconds_between=3.0),
        Way("dingtalk", BOT_PAUSES, False, one_at_a_time=True, seconds_between=3.0),
        Way("feishu", BOT_PAUSES, False, one_at_a_time=True, seconds_between=0.6),
        # whatever Apprise knows; what it says of a failure is little, so what may have arrived is not repeated
        Way("apprise", BOT_PAUSES, repeatable=False, one_at_a_time=True, seconds_between=1.0),
        # the schedule that Standard Webhooks recommends, up to three days; webhook-id is the idempotency key
        Way(
            "webhook",
            (5, 300, 1800, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 20 * HOUR),
            repeatable=True,
            confidential=True,
            personal=False,
            one_at_a_time=True,
        ),
    )
}
BOTS = ("wecom", "dingtalk", "feishu")
LONGEST_THROTTLE = 6 * HOUR


@dataclass(frozen=True)
class Decision:
    """``state``: ``sent``, ``pending`` (again at ``due_at``) or ``failed``; ``address_is_bad`` retires the address."""

    state: t.Literal["sent", "pending", "failed"]
    due_at: dt.datetime | None = None
    address_is_bad: bool = False


def decide(way: Way, attempt: int, outcome: Outcome, now: dt.datetime) -> Decision:
    """What to do after attempt number ``attempt`` (from 1)."""
    if outcome.kind == "sent":
        return Decision("sent")
    if outcome.kind == "permanent":
        return Decision("failed", address_is_bad=outcome.address_is_bad)
    if outcome.kind == "unknown" and not way.repeatable:
        return Decision("failed")
    if attempt > len(way.pauses):
        return Decision("failed")
    pause = way.pauses[attempt - 1]
    if outcome.kind == "throttled" and outcome.retry_after is not None:
        pause = max(min(outcome.retry_after, LONGEST_THROTTLE), 1.0)
    return Decision("pending", due_at=now + dt.timedelta(seconds=pause))


def of_status(status: int, retry_after: float | None = None, detail: str = "") -> Outcome:
    """The outcome that an HTTP status means, where the body says nothing more."""
    detail = detail or f"HTTP {status}"
    if 200 <= status < 300:
        return Outcome("sent", detail)
    if status == 429 or (status == 503 and retry_after is not None):
        return Outcome("throttled", detail, retry_after=retry_after)
    if status >= 500 or status in (408, 425):
        return Outcome("temporary", detail)
    return Outcome("permanent", detail, address_is_bad=status == 410)
