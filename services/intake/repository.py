"""Queries of intake as plain functions taking a session."""

from __future__ import annotations

import contextlib
import datetime as dt
import typing as t
from uuid import UUID

from sqlalchemy import Select, Table, and_, bindparam, exists, false, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.principal import Principal
from chassis.tables import organizations
from services.intake.models import (
    Act,
    Application,
    Consent,
    Counter,
    Document,
    Merge,
    Person,
    Referral,
    Service,
    Station,
)

# Made once: every application asks them.
COUNTERS = t.cast(Table, Counter.__table__)
COUNT = update(COUNTERS).where(COUNTERS.c.series == bindparam("of"))
COUNT = COUNT.values(last=COUNTERS.c.last + 1).returning(COUNTERS.c.last)
STATION = select(Station).where(Station.organization == bindparam("of"), Station.code == bindparam("named"))
OWN_FIRST = (Station.organization == bindparam("of")).desc()
STATIONS = select(Station).where(Station.code == bindparam("named")).order_by(OWN_FIRST).limit(2)


def next_number(session: Session, series: str) -> int:
    """The next number of a series, without gaps: its row stays locked until the transaction ends."""
    found = session.execute(COUNT, {"of": series}).scalar()
    if found is None:
        with contextlib.suppress(IntegrityError), session.begin_nested():  # another process may begin it meanwhile
            session.execute(insert(Counter).values(series=series, last=0))
        found = session.execute(COUNT, {"of": series}).scalar_one()
    return int(found)


def organization_exists(session: Session, code: str) -> bool:
    return session.scalar(select(organizations.c.code).where(organizations.c.code == code)) is not None


def station(session: Session, organization: str, code: str) -> Station | None:
    """A station of one organization. Looked up once in a transaction, for several rules ask for it."""
    known = _known_stations(session)
    found = known.get((organization, code))
    if found is None or found not in session:
        found = session.scalar(STATION, {"of": organization, "named": code})
        if found is not None:
            known[organization, code] = found
    return found


def station_named(session: Session, code: str, own: str) -> Station | None:
    """The station of this code: that of the organization ``own``, else the only one that there is."""
    found = list(session.scalars(STATIONS, {"of": own, "named": code}))
    if not found or (found[0].organization != own and len(found) > 1):
        return None
    _known_stations(session)[found[0].organization, code] = found[0]
    return found[0]


def _known_stations(session: Session) -> dict[tuple[str, str], Station]:
    """Those that this transaction has looked up."""
    return t.cast(dict[tuple[str, str], Station], session.info.setdefault("stations", {}))


def same_matter(session: Session, person: Person, matter: str, states: t.Iterable[str]) -> list[Application]:
    """Applications of a person for the same matter in these states, oldest first."""
    found = select(Application).where(
        Application.person == person.id, Application.matter == matter, Application.state.in_(list(states))
    )
    return list(session.scalars(found.order_by(Application.id)))


def application_to_change(session: Session, application: UUID) -> Application | None:
    """An application, locked until the transaction ends."""
    return session.get(Application, application, with_for_update=True, populate_existing=True)


def acts(session: Session, application: UUID) -> list[Act]:
    """The history of an application, oldest first."""
    return list(session.scalars(select(Act).where(Act.application == application).order_by(Act.version, Act.id)))


def last_act_at(session: Session, row: Application) -> dt.datetime:
    """When something last happened to an application."""
    latest = session.scalar(select(func.max(Act.at)).where(Act.application == row.id))
    return latest or row.received_at


def visible(statement: Select[t.Any], model: t.Any, principal: Principal) -> Select[t.Any]:
    """Only rows that the principal may see: the same rule as ``sees``, for lists."""
    if principal.sees_all:
        return statement
    if principal.role == "lawyer":
        return statement.where(false())
    own = model.organization == principal.organization
    if principal.station is not None:
        own = and_(own, model.station == principal.station)
    if model is Application:
        own = or_(own, exists(_sent_on(principal).where(Referral.application == Application.id)))
    return statement.where(own)


def may_change(principal: Principal, row: Application | Service) -> bool:
    """Whether a row is the principal's: the center's all, a station's liaison its own, a lawyer none."""
    if principal.sees_all:
        return True
    if principal.role == "lawyer" or row.organization != principal.organization:
        return False
    return principal.station is None or row.station == principal.station


def sees(session: Session, principal: Principal, row: Application) -> bool:
    """Whether an application is in sight: one's own, and for reading, those that one has referred on."""
    if may_change(principal, row):
        return True
    if principal.role == "lawyer":
        return False
    sent_on = _sent_on(principal).where(Referral.application == row.id)
    return session.scalar(sent_on.limit(1)) is not None


def _sent_on(principal: Principal) -> Select[t.Any]:
    sent = select(Referral.id).where(Referral.from_organization == principal.organization)
    return sent.where(Referral.from_station == principal.station) if principal.station is not None else sent


def consents(session: Session, person: UUID) -> list[Consent]:
    """A person's consents, oldest first."""
    return list(session.scalars(select(Consent).where(Consent.person == person).order_by(Consent.id)))


def merges(session: Session, person: UUID) -> list[Merge]:
    """Where a person's record took part in a merge, oldest first."""
    mine = or_(Merge.kept == person, Merge.merged == person)
    return list(session.scalars(select(Merge).where(mine).order_by(Merge.id)))


def records_of(session: Session, person: UUID) -> list[UUID]:
    """The ids of all records that are this person by now, its own first."""
    found, ahead = [person], [person]
    while ahead:
        ahead = list(session.scalars(select(Person.id).where(Person.merged_into.in_(ahead)).order_by(Person.id)))
        found += ahead
    return found


def documents(session: Session, application: UUID) -> list[Document]:
    """The documents of an application, oldest first."""
    return list(session.scalars(select(Document).where(Document.application == application).order_by(Document.id)))


def referrals(session: Session, application: UUID) -> list[Referral]:
    """The way of an application through organizations, oldest first."""
    return list(session.scalars(select(Referral).where(Referral.application == application).order_by(Referral.id)))


def newest_first(
    session: Session, statement: Select[t.Any], column: t.Any, limit: int, after: UUID | None
) -> tuple[list[t.Any], UUID | None]:
    """One page by falling UUIDv7 and the cursor of the next one (None: this was the last)."""
    if after is not None:
        statement = statement.where(column < after)
    rows = list(session.scalars(statement.order_by(column.desc()).limit(limit + 1)))
    return rows[:limit], (rows[limit - 1].id if len(rows) > limit else None)
