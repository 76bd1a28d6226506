"""How a command ended: the one event that tells the gateway, and with it whoever asked."""

from __future__ import annotations

import datetime as dt
import typing as t

from chassis.envelope import Envelope
from chassis.ids import new_id
from chassis.outbox import OutboxRow, row_for
from chassis.registry import Contracts

COMMAND_FINISHED = "platform.command_finished.v1"


class Endings(t.NamedTuple):
    """What one service says of the commands that it carries out."""

    service: str
    contracts: Contracts

    def is_command(self, message_type: str) -> bool:
        try:
            return self.contracts[message_type].kind == "command"
        except LookupError:
            return False

    def is_awaited(self, message: Envelope) -> bool:
        """Whether somebody waits to hear how this ended: commands that a caller sent."""
        return message.principal is not None and self.is_command(message.type)

    def told(self, message: Envelope, now: dt.datetime, status: str, **outcome: t.Any) -> OutboxRow:
        """Tell the gateway how a command ended."""
        data = {"command": message.id, "command_type": message.type, "status": status, "finished_at": now, **outcome}
        envelope = Envelope(
            id=new_id(),
            type=COMMAND_FINISHED,
            source=f"/aidbus/{self.service}",
            organization=message.organization,
            time=now,
            data=self.contracts.dump(COMMAND_FINISHED, data),
            subject=str(message.id),
            correlation=message.correlation,
            causation=str(message.id),
            traceparent=message.traceparent,
        )
        return row_for(envelope, self.contracts, now)
