"""What notification says of its own accord, outside of any message: an outbox row in the transaction at hand."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID

from sqlalchemy.orm import Session

from chassis import outbox
from chassis.envelope import Envelope
from chassis.ids import new_id
from services.notification.models import Endpoint, Person

FAILED = "notification.endpoint_failed.v1"
LOST = "notification.undeliverable.v1"
REACHED = "notification.reachable_again.v1"


def say(
    session: Session,
    contracts: t.Any,
    message_type: str,
    data: dict[str, t.Any],
    now: dt.datetime,
    *,
    subject: UUID,
    message_id: UUID | None = None,
) -> None:
    """Write an event into the outbox, in the mailbox of the organization that it names."""
    envelope = Envelope(
        id=message_id or new_id(),
        type=message_type,
        source="/aidbus/notification",
        organization=data["organization"],
        time=now,
        data=contracts.dump(message_type, data),
        subject=str(subject),
    )
    outbox.write(session, [outbox.row_for(envelope, contracts, now)], None, None)


def of_endpoint(session: Session, endpoint: Endpoint) -> dict[str, t.Any]:
    """What every event about an address carries."""
    person = session.get(Person, endpoint.person) if endpoint.person else None
    return {
        "endpoint": endpoint.id,
        "organization": endpoint.organization,
        "station": person.station if person else None,
    }


def failed(session: Session, contracts: t.Any, endpoint: Endpoint, now: dt.datetime) -> None:
    """An address is not used any more: those who can mend it are told."""
    more = {"state": endpoint.state, "reason": endpoint.reason, "failed_at": now}
    data = {**of_endpoint(session, endpoint), "person": endpoint.person, "channel": endpoint.channel, **more}
    say(session, contracts, FAILED, data, now, subject=endpoint.id)


def lost(session: Session, contracts: t.Any, endpoint: Endpoint, reason: str, now: dt.datetime) -> bool:
    """Something was given up at an address: once, until something arrives there again, a task is asked for."""
    if endpoint.lost_since is not None:
        return False
    endpoint.lost_since = now
    more = {"person": endpoint.person, "channel": endpoint.channel, "reason": reason[:200] or "unknown", "since": now}
    say(session, contracts, LOST, {**of_endpoint(session, endpoint), **more}, now, subject=endpoint.id)
    return True


def reached(session: Session, contracts: t.Any, endpoint: Endpoint, now: dt.datetime) -> bool:
    """Something has arrived, or the address is another one: nothing is left to put right."""
    if endpoint.lost_since is None:
        return False
    data = {**of_endpoint(session, endpoint), "since": endpoint.lost_since, "reached_at": now}
    endpoint.lost_since = None
    say(session, contracts, REACHED, data, now, subject=endpoint.id)
    return True
