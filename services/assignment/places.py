"""Where firms and stations are, and how far it is from one to the other: kept up to date with every change.

A case comes from a district; its place is the middle of the district's stations. The distances are few (firms times
districts), so they are worked out when a firm or a station becomes known or moves, and a ranking only reads them.
"""

from __future__ import annotations

import typing as t

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.assignment import models as m
from services.assignment.domain.places import Point, metres, middle


def keep_station(session: Session, event: t.Mapping[str, t.Any]) -> None:
    """Our own copy of a station's place; ``event`` as in StationRegistered or StationChanged, an older one is left."""
    row = session.get(m.Station, (event["organization"], event["code"]))
    if row is not None and event["version"] < row.version:
        return
    before = row.district if row else None
    if row is None:
        row = m.Station(organization=event["organization"], code=event["code"])
        session.add(row)
    row.district, row.latitude, row.longitude = event["district"], event["latitude"], event["longitude"]
    row.version = event["version"]
    session.flush()
    for district in sorted({row.district, before or row.district}):
        _measure_district(session, district)


def keep_firm(session: Session, firm: m.Firm) -> None:
    """A firm is known or has moved: how far it is from every district."""
    session.execute(delete(m.Distance).where(m.Distance.firm_id == firm.id))
    where = _place(firm)
    if where is not None:
        session.add_all(
            m.Distance(district=district, firm_id=firm.id, metres=metres(where, center))
            for district, center in _centers(session).items()
        )
    session.flush()


def district_of(session: Session, organization: str, station: str | None) -> str | None:
    """The district of a station, where it is known."""
    row = session.get(m.Station, (organization, station)) if station else None
    return row.district if row else None


def _measure_district(session: Session, district: str) -> None:
    session.execute(delete(m.Distance).where(m.Distance.district == district))
    center = _centers(session, district).get(district)
    if center is not None:
        for firm in session.scalars(select(m.Firm).order_by(m.Firm.id)):
            where = _place(firm)
            if where is not None:
                session.add(m.Distance(district=district, firm_id=firm.id, metres=metres(where, center)))
    session.flush()


def _centers(session: Session, district: str | None = None) -> dict[str, Point]:
    """The middle of every district that has a station whose place is known."""
    statement = select(m.Station).order_by(m.Station.district)
    if district is not None:
        statement = statement.where(m.Station.district == district)
    known: dict[str, list[Point]] = {}
    for station in session.scalars(statement):
        where = _place(station)
        if where is not None:
            known.setdefault(station.district, []).append(where)
    centers = {name: middle(points) for name, points in known.items()}
    return {name: center for name, center in centers.items() if center is not None}


def _place(row: m.Firm | m.Station) -> Point | None:
    return (row.latitude, row.longitude) if row.latitude is not None and row.longitude is not None else None
