"""What a handler holds in its hands: one message inside its transaction. Handlers never commit, publish or ack."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass, field
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from chassis.endings import Endings
from chassis.envelope import Envelope
from chassis.ids import new_id
from chassis.outbox import OutboxRow, row_for
from chassis.principal import Principal
from chassis.registry import Contracts


@dataclass
class Work:
    """One message being handled. Everything it changes and emits is one transaction."""

    service: str
    session: Session
    now: dt.datetime
    message: Envelope
    settings: t.Any
    contracts: Contracts
    rows: list[OutboxRow] = field(default_factory=list)

    @property
    def principal(self) -> Principal | None:
        """Who asked (commands); None for events."""
        return self.message.principal

    @property
    def organization(self) -> str:
        """The mailbox's organization."""
        return self.message.organization

    @property
    def endings(self) -> Endings:
        """What this service says of commands that ended otherwise than by their own handler."""
        return Endings(self.service, self.contracts)

    def today(self) -> dt.date:
        """The present day in the network's zone."""
        return self.now.astimezone(ZoneInfo(self.settings.zone)).date()

    def new_id(self) -> UUID:
        """A new UUIDv7."""
        return new_id()

    def emit(
        self,
        message_type: str,
        data: t.Mapping[str, t.Any],
        *,
        organization: str | None = None,
        subject: str | UUID | None = None,
        message_id: UUID | None = None,
        available_at: dt.datetime | None = None,
    ) -> UUID:
        """Say something: a row of the outbox in this very transaction.

        ``organization``: whose mailbox it goes through (the message's own if absent). Raises ValueError when the
        data does not fit the contract: a defect of the handler, shown as such.
        """
        envelope = Envelope(
            id=message_id or new_id(),
            type=message_type,
            source=f"/aidbus/{self.service}",
            organization=organization or self.organization,
            time=self.now,
            data=self.contracts.dump(message_type, data),
            subject=str(subject) if subject is not None else None,
            correlation=self.message.correlation or str(self.message.id),
            causation=str(self.message.id),
            traceparent=self.message.traceparent,
            principal=self.message.principal,
        )
        self.rows.append(row_for(envelope, self.contracts, self.now, available_at))
        return envelope.id


@dataclass(frozen=True)
class Read:
    """One query being answered, on a session that changes nothing.

    What ``record`` is given (who was shown what) is committed before the answer leaves, or there is no answer.
    """

    session: Session
    now: dt.datetime
    principal: Principal
    settings: t.Any
    records: list[t.Any] = field(default_factory=list)

    def record(self, row: t.Any) -> None:
        """Keep a row of the service's own tables with this answer."""
        self.records.append(row)

    def today(self) -> dt.date:
        """The present day in the network's zone."""
        return self.now.astimezone(ZoneInfo(self.settings.zone)).date()
