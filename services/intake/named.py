"""Services short of a case and pairs that bear a name: found for an export, erased for whoever asks it (PIPL 45, 47).

They hold no record of the person, only a name, which a namesake may bear as well. So an administrator looks at what is
found, and says what is not theirs.
"""

from __future__ import annotations

import typing as t
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from chassis.errors import Rejected
from chassis.work import Read, Work
from services.intake import guards, people
from services.intake.audit import looked
from services.intake.models import Pair, Service
from services.intake.pages import Answer, Params

ERASED = "（已删除）"
MOST = 500  # of each in an answer


def find(session: Session, indexes: t.Collection[str]) -> tuple[list[Service], list[Pair]]:
    """The services, visits and pairs under names (their keyed hashes), oldest first."""
    pairs = list(session.scalars(select(Pair).where(Pair.name_index.in_(indexes)).order_by(Pair.id)))
    theirs = or_(Service.name_index.in_(indexes), Service.pair.in_([one.id for one in pairs]))
    return list(session.scalars(select(Service).where(theirs).order_by(Service.id))), pairs


def shown(read: Read, indexes: t.Collection[str]) -> Answer:
    """What is kept under names, whole; that it was shown is recorded with each."""
    vault = read.settings.vault
    services, pairs = find(read.session, indexes)
    for one in (*(row.id for row in services[:MOST]), *(row.id for row in pairs[:MOST])):
        looked(read, one, "intake.named_services", ("name", "topic", "on"))
    plain = ("organization", "station", "recipient_group")
    return {
        "services": [
            {
                "id": str(row.id),
                **{name: getattr(row, name) for name in (*plain, "kind", "topic")},
                "on": row.given_on.isoformat(),
                "person_name": vault.open(row.person_name_sealed),
                "pair": str(row.pair) if row.pair else None,
            }
            for row in services[:MOST]
        ],
        "pairs": [
            {
                "id": str(row.id),
                **{name: getattr(row, name) for name in (*plain, "purpose")},
                "person_name": vault.open(row.person_sealed),
                "volunteer_name": vault.open(row.volunteer_sealed),
                "since": row.since.isoformat(),
                "ended_on": row.ended_on.isoformat() if row.ended_on else None,
                "end_reason": vault.open(row.end_reason_sealed),
            }
            for row in pairs[:MOST]
        ],
        "more": max(len(services), len(pairs)) > MOST,
    }


def named_services(read: Read, params: Params) -> Answer:
    """What is kept under a name short of a case; for the center's administrators."""
    if read.principal.role != "center_admin":
        raise Rejected("forbidden", role=read.principal.role)
    return shown(read, [people.name_index(read.settings.vault, params["name"])])


def erase_named_services(work: Work, command: Params) -> Answer:
    """Erase a name from services short of a case, for somebody who has no record."""
    guards.center_only(work)
    return erase(work, [people.name_index(work.settings.vault, command["name"])], command["not_theirs"])


def erase(work: Work, indexes: t.Collection[str], not_theirs: t.Collection[UUID]) -> dict[str, int]:
    """No name and no word stays of what is found; kinds, days and figures do. Refused while a pair is together."""
    services, pairs = find(work.session, indexes)
    others = {row.id for row in pairs if row.id in not_theirs}
    pairs = [row for row in pairs if row.id not in others]
    services = [row for row in services if row.id not in not_theirs and row.pair not in others]
    together = [str(row.id) for row in pairs if row.ended_on is None]
    if together:
        raise Rejected("matter-open", numbers=", ".join(together))
    for service in services:
        service.person_name_sealed, service.name_index, service.topic = None, None, ERASED
    for pair in pairs:
        pair.person_sealed, pair.name_index = work.settings.vault.seal(""), None
        pair.purpose, pair.end_reason_sealed = None, None
        pair.version += 1
    return {"services": len(services), "pairs": len(pairs)}
