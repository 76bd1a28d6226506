"""Places where a test kills the process, to prove that nothing is lost and nothing is done twice.

Named by ``AIDBUS_FAILPOINT=<name>`` or ``<name>:<n>`` (the n-th time). Without it ``reach`` costs one comparison.
"""

from __future__ import annotations

import os
import signal

CATALOGUE = {
    "gateway.after_commit": "the command is committed, the caller is not answered",
    "relay.after_claim": "outbox rows are claimed, none is published",
    "relay.after_publish": "messages are published, confirms are not read",
    "relay.after_confirm": "the broker confirmed, the outbox rows are still there",
    "consumer.after_inbox": "the inbox rows are inserted, no handler has run",
    "consumer.after_commit": "the transaction is committed, the messages are not acknowledged",
    "consumer.during_stop": "the consumer is cancelled, messages are still being handled",
    "scheduler.after_claim": "due timers are claimed, nothing is committed",
}

_armed: dict[str, int] = {}


def arm(spec: str) -> None:
    """Arm one failpoint, e.g. ``relay.after_claim`` or ``relay.after_claim:3``; an empty text disarms all."""
    _armed.clear()
    if not spec:
        return
    name, _, count = spec.partition(":")
    if name not in CATALOGUE:
        raise ValueError(f"unknown failpoint {name!r}; known: {', '.join(CATALOGUE)}")
    _armed[name] = int(count or 1)


def reach(name: str) -> None:
    """Die by SIGKILL here if this failpoint is armed and its count is reached."""
    if not _armed or name not in _armed:
        return
    _armed[name] -= 1
    if _armed[name] <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
