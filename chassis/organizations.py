"""The organizations that a service serves: its own copy of the network's list, from which its mailboxes follow."""

from __future__ import annotations

import datetime as dt
import typing as t

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from chassis import notices
from chassis.tables import organizations


def hear(session: Session, told: t.Mapping[str, t.Any], now: dt.datetime) -> bool:
    """Keep an organization as an event tells of it; False, and nothing is kept, where a newer word was heard before."""
    asked = select(organizations.c.version).where(organizations.c.code == told["code"])
    known = session.scalar(asked.with_for_update())
    if known is not None and told["version"] < known:
        return False
    names = (told["code"], told["name"], told["name_en"], told["kind"])
    register(session, *names, superior=told["superior"], version=told["version"], now=now)
    return True


def register(
    session: Session,
    code: str,
    name: str,
    name_en: str | None,
    kind: str,
    *,
    superior: str | None = None,
    version: int = 0,
    now: dt.datetime,
) -> bool:
    """Take an organization into the list and tell all processes, or bring its names up to date; True when it is new."""
    values = {"name": name, "name_en": name_en, "kind": kind, "superior": superior, "version": version}
    known = session.scalar(select(organizations.c.code).where(organizations.c.code == code))
    if known:
        session.execute(update(organizations).where(organizations.c.code == code).values(**values))
        return False
    session.execute(insert(organizations).values(code=code, registered_at=now, **values))
    notices.say(session, notices.ORGANIZATIONS)
    return True


def codes(session: Session) -> list[str]:
    """All codes, in order."""
    return list(session.scalars(select(organizations.c.code).order_by(organizations.c.code)))
