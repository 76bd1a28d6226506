"""Commands in the gateway's database, as plain functions that take a session."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID

from sqlalchemy import Table, bindparam, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from chassis import bulk
from chassis.principal import Principal
from gateway.models import ApiKey, Command, Leaver, RateCount

FINAL = ("done", "rejected")
RANK = {"accepted": 0, "held": 1, "done": 2, "rejected": 2}


COMMANDS = t.cast(Table, Command.__table__)
NAMES = tuple(column.name for column in COMMANDS.columns)


def _ended(state: str) -> t.Any:
    """The statement that writes down an end of this kind, over any that is less final."""
    columns, before = COMMANDS.c, [earlier for earlier, rank in RANK.items() if rank < RANK[state]]
    ended = update(COMMANDS).where(columns.id == bindparam("named"), or_(*(columns.state == one for one in before)))
    end = {"state": "now_is", "resource": "of", "problem": "why", "finished_at": "ended"}
    return ended.values({column: bindparam(name) for column, name in end.items()})


ENDED = {state: _ended(state) for state in ("held", *FINAL)}  # made once: every command ends


def add(session: Session, command: Command) -> None:
    """Insert a new command; raises IntegrityError when its idempotency key is there already."""
    bulk.insert_all(session, COMMANDS, [{name: getattr(command, name) for name in NAMES}])


def by_idempotency_key(session: Session, key: str, idempotency_key: str) -> Command | None:
    """The command that an API key sent with this idempotency key."""
    return session.scalar(select(Command).where(Command.key == key, Command.idempotency_key == idempotency_key))


def visible(session: Session, command: UUID, principal: Principal) -> Command | None:
    """A command, to the organization that sent it.

    Within an organization a station's liaison sees the station's commands, and a lawyer their own.
    """
    row = session.get(Command, command)
    if row is None or row.organization != principal.organization:
        return None
    if principal.role == "lawyer" and row.key != principal.key and (not row.person or row.person != principal.person):
        return None
    if principal.station and row.station != principal.station:
        return None
    return row


def sent_by(session: Session, principal: Principal, state: str | None, limit: int, after: UUID | None) -> list[Command]:
    """The caller's own commands, newest first."""
    statement = select(Command).where(Command.key == principal.key)
    if state is not None:
        statement = statement.where(Command.state == state)
    if after is not None:
        statement = statement.where(Command.id < after)
    return list(session.scalars(statement.order_by(Command.id.desc()).limit(limit)))


def revoked_of(session: Session, prefixes: t.Collection[str]) -> set[str]:
    """Which of these API keys were revoked, or are not there any more."""
    found: set[str] = set()
    names = sorted(prefixes)
    for place in range(0, len(names), 500):
        wanted = select(ApiKey.prefix).where(ApiKey.prefix.in_(names[place : place + 500]), ApiKey.revoked_at.is_(None))
        found |= set(session.scalars(wanted))
    return set(names) - found


def finish(
    session: Session,
    command: UUID,
    state: str,
    finished_at: dt.datetime,
    resource: dict[str, t.Any] | None,
    problem: dict[str, t.Any] | None,
) -> bool:
    """Write down how a command ended; never goes back from an end. False if there is no such command or no news."""
    told = {"now_is": state, "of": resource, "why": problem, "ended": finished_at, "named": command}
    return bool(session.connection().execute(ENDED[state], told).rowcount)


def count_requests(session: Session, caller: str, ends_at: dt.datetime, amount: int) -> int:
    """Add to what a caller asked in a window; returns how much that is now, whoever counted it."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement: t.Any = insert(RateCount).values(caller=caller[:80], ends_at=ends_at, count=amount)
    statement = statement.on_conflict_do_update(
        index_elements=[RateCount.caller, RateCount.ends_at], set_={"count": RateCount.count + amount}
    )
    return t.cast(int, session.scalar(statement.returning(RateCount.count)))


def forget_counts(session: Session, now: dt.datetime) -> None:
    """Windows that are over."""
    session.execute(delete(RateCount).where(RateCount.ends_at < now))


def prune(session: Session, before: dt.datetime) -> int:
    """Forget finished commands made before a moment, and free the idempotency keys of the others; returns how many."""
    old = Command.created_at < before
    gone = session.execute(delete(Command).where(old, Command.state.in_(FINAL)))
    freed = session.execute(
        update(Command).where(old, Command.idempotency_key.is_not(None)).values(idempotency_key=None)
    )
    return t.cast(t.Any, gone).rowcount + t.cast(t.Any, freed).rowcount


def part_with(session: Session, person: UUID, now: dt.datetime) -> None:
    """End every key of a person that is still good; that they have left is kept, so that none is made later."""
    bulk.insert_new(session, t.cast(Table, Leaver.__table__), [{"person": person, "heard_at": now}])
    session.execute(update(ApiKey).where(ApiKey.person == person, ApiKey.revoked_at.is_(None)).values(revoked_at=now))
