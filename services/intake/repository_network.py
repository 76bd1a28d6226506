"""Queries about organizations, stations and staff as plain functions taking a session."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from chassis.tables import organizations
from services.intake.domain.kinds import kinds
from services.intake.models import OrganizationProfile, Service, Staff, Station, StationAct, StationMark


def organization_to_change(session: Session, code: str) -> tuple[dict[str, t.Any], OrganizationProfile] | None:
    """An organization's names and its profile, locked; one that came without a profile (the center) is given one."""
    row = session.execute(select(organizations).where(organizations.c.code == code)).one_or_none()
    if row is None:
        return None
    profile = session.get(OrganizationProfile, code, with_for_update=True, populate_existing=True)
    if profile is None:
        profile = OrganizationProfile(code=code, auto_assign=False, version=1)
        session.add(profile)
        session.flush()
    names = ("code", "name", "name_en", "kind", "superior")
    return {name: getattr(row, name) for name in names}, profile


def superior_of(session: Session, code: str) -> str | None:
    """The organization above one in its own line of authority."""
    return session.scalar(select(organizations.c.superior).where(organizations.c.code == code))


def standing(kind: str, half_days: list[dict[str, t.Any]] | None, groups: list[str] | None) -> dict[str, list[t.Any]]:
    """Half-days and recipient groups as they hold: an organization's own, or those of its kind."""
    of_kind = kinds()[kind]
    return {
        "half_days": half_days if half_days is not None else list(of_kind.half_days),
        "recipient_groups": groups if groups is not None else list(of_kind.groups),
    }


def standings(session: Session, codes: t.Collection[str]) -> dict[str, dict[str, list[t.Any]]]:
    """``standing`` of some organizations, by code."""
    profile = OrganizationProfile
    statement = select(organizations.c.code, organizations.c.kind, profile.half_days, profile.recipient_groups)
    statement = statement.outerjoin(profile, profile.code == organizations.c.code)
    rows = session.execute(statement.where(organizations.c.code.in_(sorted(codes))))
    return {row.code: standing(row.kind, row.half_days, row.recipient_groups) for row in rows}


def middle_of(session: Session, district: str) -> tuple[float, float] | None:
    """The middle of a district: the mean place of its stations; None where none has coordinates."""
    statement = select(func.avg(Station.latitude), func.avg(Station.longitude)).where(Station.district == district)
    row = session.execute(statement.where(Station.latitude.is_not(None), Station.longitude.is_not(None))).one()
    return (float(row[0]), float(row[1])) if row[0] is not None else None


def open_stations_in(session: Session, box: tuple[float, float, float, float]) -> list[Station]:
    """Stations that are open for applications within south, north, west, east."""
    south, north, west, east = box
    statement = select(Station).where(
        Station.state == "ready",
        Station.latitude.between(south, north),
        Station.longitude.between(west, east),
    )
    return list(session.scalars(statement.order_by(Station.id)))


def station_by_id(session: Session, station: UUID) -> Station | None:
    """A station, locked until the transaction ends."""
    return session.get(Station, station, with_for_update=True, populate_existing=True)


def station_to_change(session: Session, organization: str, code: str) -> Station | None:
    """A station of an organization by its code, locked until the transaction ends."""
    named = select(Station).where(Station.organization == organization, Station.code == code)
    return session.scalar(named.with_for_update().execution_options(populate_existing=True))


def stations_of(session: Session, person: UUID) -> list[Station]:
    """The stations that somebody leads or is the liaison of, locked."""
    statement = select(Station).where(or_(Station.head == person, Station.liaison == person))
    return list(session.scalars(statement.order_by(Station.id).with_for_update()))


def mark_rows(session: Session, station: UUID) -> dict[str, StationMark]:
    """Item of the standard -> the latest word on it."""
    return {row.item: row for row in session.scalars(select(StationMark).where(StationMark.station == station))}


def station_acts(session: Session, station: UUID) -> list[StationAct]:
    """The history of a station, oldest first."""
    statement = select(StationAct).where(StationAct.station == station)
    return list(session.scalars(statement.order_by(StationAct.at, StationAct.id)))


def suspended_by_supervision(session: Session, station: UUID) -> bool:
    """Whether the last thing that happened to a station was a suspension by a complaint or an inspection."""
    acts = station_acts(session, station)
    return bool(acts) and (acts[-1].act, acts[-1].by_role) == ("suspend", "supervision")


def marks(session: Session, station: UUID) -> dict[str, bool]:
    """Item of the standard -> met or not."""
    rows = session.execute(select(StationMark.item, StationMark.met).where(StationMark.station == station))
    return {row.item: row.met for row in rows}


def member(session: Session, person: UUID, *, lock: bool = False) -> Staff | None:
    """A colleague; ``lock``: until the transaction ends."""
    return session.get(Staff, person, with_for_update=lock or None, populate_existing=lock)


def visits(session: Session, pairs: t.Collection[UUID]) -> dict[UUID, tuple[int, dt.date]]:
    """How often pairs were visited, tutored or counselled, and the last day of it."""
    statement = select(Service.pair, func.count(), func.max(Service.given_on)).where(Service.pair.in_(pairs))
    rows = session.execute(statement.group_by(Service.pair))
    return {pair: (count, last) for pair, count, last in rows if pair is not None}
