"""Deliveries in the database: planned, claimed, ended. Plain functions taking a session; none commits.

Guarantees: a claim is one short transaction (SKIP LOCKED, token and lease) that writes the attempt before anything
leaves; the end is written only by who holds the token. An attempt that a dead process left open is repeated only on
ways whose far side knows the message again.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from chassis.bulk import insert_ignore
from services.notification.domain.delivery import Decision, Outcome, Way
from services.notification.domain.pace import Rate, filled
from services.notification.models import Attempt, Delivery, Endpoint, Notification, Pace

DEAD_AFTER = dt.timedelta(days=3)
PLAN = Sequence[dict[str, t.Any]]


@dataclass
class Claimed:
    """One delivery that this process may send now."""

    delivery: Delivery
    endpoint: Endpoint
    notification: Notification | None


def add(session: Session, rows: PLAN) -> None:
    """Insert deliveries, leaving out those that are planned already."""
    if rows:
        session.execute(insert_ignore(session, Delivery.__table__), list(rows))


def claim(
    session: Session,
    way: Way,
    now: dt.datetime,
    token: UUID,
    lease: dt.timedelta,
    limit: int,
    rate: Rate | None = None,
) -> tuple[list[Claimed], list[Endpoint]]:
    """Claim what is due on a way: one per address, so that each is asked in its own pace, and all in the provider's.

    Returns what may be sent now, and the addresses at which something was given up.
    """
    pace = _pace(session, way.name, rate, now) if rate else None
    if pace is not None:
        limit = min(limit, int(pace.tokens)) if pace.not_before is None or pace.not_before <= now else 0
    if limit < 1:
        return [], []
    free = or_(Delivery.leased_until.is_(None), Delivery.leased_until < now)
    patient = or_(Endpoint.not_before.is_(None), Endpoint.not_before <= now)
    is_due: tuple[t.Any, ...] = (
        Delivery.channel == way.name,
        Delivery.state == "pending",
        Delivery.due_at <= now,
        free,
        patient,
    )
    joined = select(Delivery, Endpoint).join(Endpoint, Endpoint.id == Delivery.endpoint)
    if way.one_at_a_time:  # the oldest of each address, so that one with a long line does not keep others waiting
        under_way = select(Delivery.endpoint).where(
            Delivery.channel == way.name, Delivery.state == "pending", Delivery.leased_until >= now
        )
        is_due = (*is_due, Delivery.endpoint.not_in(under_way))
        place = func.row_number().over(partition_by=Delivery.endpoint, order_by=(Delivery.due_at, Delivery.id))
        numbered = select(Delivery.id, place.label("place")).join(Endpoint, Endpoint.id == Delivery.endpoint)
        lines = numbered.where(*is_due).subquery()
        joined = joined.where(Delivery.id.in_(select(lines.c.id).where(lines.c.place == 1)))
    due = joined.where(*is_due).order_by(Delivery.due_at, Delivery.id).limit(limit)
    claimed: list[Claimed] = []
    given_up: list[Endpoint] = []
    found = session.execute(due.with_for_update(skip_locked=True, of=Delivery)).all()
    told = [delivery.notification for delivery, _ in found if delivery.notification]
    notifications = {row.id: row for row in session.scalars(select(Notification).where(Notification.id.in_(told)))}
    for delivery, endpoint in found:
        notification = notifications.get(delivery.notification) if delivery.notification else None
        if _is_over(session, way, delivery, endpoint, notification, now):
            if delivery.state == "failed":
                given_up.append(endpoint)
            continue
        delivery.attempts += 1
        delivery.token, delivery.leased_until = token, now + lease
        session.add(Attempt(delivery=delivery.id, number=delivery.attempts, began_at=now))
        claimed.append(Claimed(delivery, endpoint, notification))
    if pace is not None:
        pace.tokens -= len(claimed)
    session.flush()
    return claimed, given_up


def _pace(session: Session, channel: str, rate: Rate, now: dt.datetime) -> Pace:
    """The channel's bucket as it is now, held until this transaction ends."""
    row = session.get(Pace, channel, with_for_update=True, populate_existing=True)
    if row is None:
        full = {"channel": channel, "tokens": float(rate.burst), "at": now}
        session.execute(insert_ignore(session, Pace.__table__), [full])
        row = session.get_one(Pace, channel, with_for_update=True)
    row.tokens, row.at = filled(rate, row.tokens, row.at, now), max(row.at, now)
    return row


def _is_over(
    session: Session,
    way: Way,
    delivery: Delivery,
    endpoint: Endpoint,
    notification: Notification | None,
    now: dt.datetime,
) -> bool:
    """Whether nothing is to be sent any more; says so in the row."""
    if endpoint.state != "active":
        over = ("held" if way.name == "webhook" else "failed", f"the address is {endpoint.state}")
    elif way.personal and notification is not None and (notification.read_at or notification.settled_at):
        over = ("cancelled", "read or settled before it was due")
    elif delivery.token is not None and not way.repeatable and _was_left_open(session, delivery):
        over = ("failed", "the process died while sending; not repeated, for it may have arrived")
    else:
        return False
    delivery.state, delivery.reason = over
    delivery.ended_at, delivery.token, delivery.leased_until = now, None, None
    return True


def _was_left_open(session: Session, delivery: Delivery) -> bool:
    attempt = session.get(Attempt, (delivery.id, delivery.attempts))
    return attempt is not None and attempt.ended_at is None


def end(
    session: Session, way: Way, claimed: Claimed, token: UUID, outcome: Outcome, decision: Decision, now: dt.datetime
) -> Endpoint | None:
    """Write how an attempt ended; returns the endpoint if this made it unusable.

    Nothing is changed when the lease was lost meanwhile to another process.
    """
    delivery = session.get(Delivery, claimed.delivery.id, with_for_update=True, populate_existing=True)
    if delivery is None or delivery.token != token:
        return None
    attempt = session.get(Attempt, (delivery.id, delivery.attempts))
    if attempt is not None:
        attempt.ended_at, attempt.outcome, attempt.detail = now, outcome.kind, outcome.detail[:200]
    delivery.state, delivery.token, delivery.leased_until = decision.state, None, None
    delivery.reason, delivery.receipt = outcome.detail[:200], (outcome.receipt or "")[:200] or None
    if decision.due_at is not None:
        delivery.due_at = decision.due_at
    else:
        delivery.ended_at = now
    return _judge(session, way, delivery.endpoint, outcome, decision, now)


def _judge(
    session: Session, way: Way, endpoint_id: UUID, outcome: Outcome, decision: Decision, now: dt.datetime
) -> Endpoint | None:
    endpoint = session.get(Endpoint, endpoint_id, with_for_update=True, populate_existing=True)
    if endpoint is None:
        return None
    if way.seconds_between:
        endpoint.not_before = now + dt.timedelta(seconds=way.seconds_between)
    if outcome.kind == "sent":
        endpoint.failing_since = None
        return None
    endpoint.failing_since = endpoint.failing_since or now
    if outcome.kind == "throttled" and decision.due_at is not None:
        endpoint.not_before = decision.due_at
        pace = session.get(Pace, way.name, with_for_update=True) if outcome.whole_channel else None
        if pace is not None:
            pace.not_before = decision.due_at
    if endpoint.state != "active":
        return None
    is_dead = endpoint.channel == "webhook" and now - endpoint.failing_since >= DEAD_AFTER
    if not decision.address_is_bad and not is_dead:
        return None
    endpoint.state = "bad" if decision.address_is_bad else "paused"
    endpoint.reason, endpoint.version = outcome.detail[:200], endpoint.version + 1
    return endpoint


def replay(session: Session, endpoint: UUID, since: dt.datetime, now: dt.datetime) -> int:
    """Put what an address missed since then back into the line; returns how many."""
    missed = and_(Delivery.endpoint == endpoint, Delivery.created_at >= since, Delivery.state.in_(["failed", "held"]))
    again = {"state": "pending", "due_at": now, "token": None, "leased_until": None, "ended_at": None}
    result = session.execute(update(Delivery).where(missed).values(**again))
    return int(t.cast(t.Any, result).rowcount)


def wanted(person: UUID | None, endpoint: UUID | None, state: str | None) -> t.Any:
    """The statement for a list of deliveries, newest first."""
    statement = select(Delivery).order_by(Delivery.id.desc())
    if person is not None:
        statement = statement.where(Delivery.person == person)
    if endpoint is not None:
        statement = statement.where(Delivery.endpoint == endpoint)
    return statement.where(Delivery.state == state) if state else statement


def attempts_of(session: Session, deliveries: Sequence[UUID]) -> dict[UUID, list[Attempt]]:
    """The attempts of several deliveries, in order."""
    found: dict[UUID, list[Attempt]] = {delivery: [] for delivery in deliveries}
    wanted = select(Attempt).where(Attempt.delivery.in_(deliveries)).order_by(Attempt.delivery, Attempt.number)
    for attempt in session.scalars(wanted):
        found[attempt.delivery].append(attempt)
    return found


def active_endpoints(session: Session, persons: Sequence[UUID]) -> list[Endpoint]:
    """Where these persons can be reached."""
    return list(session.scalars(select(Endpoint).where(Endpoint.person.in_(persons), Endpoint.state == "active")))


def webhooks_of(session: Session, organizations: Sequence[str]) -> list[Endpoint]:
    """The front ends of organizations; a paused one is kept up to date by holding what it misses."""
    states = ("active", "paused")
    wanted = (Endpoint.organization.in_(organizations), Endpoint.channel == "webhook", Endpoint.person.is_(None))
    return list(session.scalars(select(Endpoint).where(*wanted, Endpoint.state.in_(states))))
