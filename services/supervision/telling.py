"""What supervision itself does and says: told where somebody hears it, counted, and followed by its own clocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis.work import Work
from contracts.registry import REGISTRY
from services.supervision import records, tasks


def say(work: Work, message_type: str, data: Mapping[str, Any]) -> None:
    """Tell the network what was done here, if anybody hears it; count it; and let the clocks follow it."""
    message_id = work.new_id()
    if REGISTRY[message_type].heard_by:
        work.emit(message_type, data, organization=data["organization"], message_id=message_id)
    work.session.flush()
    records.count(work, message_type, data, message_id)
    tasks.follow(work, message_type, data, work.now)
