"""The organizations that a service serves: its own copy of the network's list, from which its mailboxes follow."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from chassis import notices
from chassis.tables import organizations


def register(
    session: Session,
    code: str,
    name: str,
    name_en: str | None,
    kind: str,
    *,
    superior: str | None = None,
    now: dt.datetime,
) -> bool:
    """Take an organization into the list and tell all processes, or bring its names up to date; True when it is new."""
    values = {"name": name, "name_en": name_en, "kind": kind, "superior": superior}
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
