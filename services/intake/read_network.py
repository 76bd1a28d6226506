"""What is asked about the network: organizations, stations, staff."""

from __future__ import annotations

from sqlalchemy import select

from chassis.tables import organizations
from chassis.work import Read
from services.intake.models import OrganizationProfile, Staff, Station
from services.intake.pages import Answer, Params, page


def list_organizations(read: Read, params: Params) -> Answer:
    """All organizations of the network, by code: everybody may know which doors there are."""
    statement = (
        select(organizations, OrganizationProfile.auto_assign)
        .outerjoin(OrganizationProfile, OrganizationProfile.code == organizations.c.code)
        .order_by(organizations.c.code)
    )
    if params.get("after"):
        statement = statement.where(organizations.c.code > params["after"])
    limit = params.get("limit") or 50
    rows = read.session.execute(statement.limit(limit + 1)).all()
    items = [
        {
            "code": row.code,
            "name": row.name,
            "name_en": row.name_en,
            "kind": row.kind,
            "superior": row.superior,
            "auto_assign": bool(row.auto_assign),
        }
        for row in rows[:limit]
    ]
    return {"items": items, "next": items[-1]["code"] if len(rows) > limit else None}


def list_stations(read: Read, params: Params) -> Answer:
    """Stations of the network, newest first: public, so that any door may send people to another."""
    statement = select(Station)
    if params.get("organization"):
        statement = statement.where(Station.organization == params["organization"])
    if params.get("district"):
        statement = statement.where(Station.district == params["district"])
    return page(read, statement, Station, params, _station)


def _station(read: Read, row: Station) -> Answer:
    plain = ("organization", "code", "name", "name_en", "level", "district", "address", "latitude", "longitude")
    liaison = str(row.liaison) if row.liaison else None
    return {"id": str(row.id), "liaison": liaison, **{name: getattr(row, name) for name in plain}}


def list_staff(read: Read, params: Params) -> Answer:
    """Colleagues, newest first: the center sees all, an organization its own."""
    statement = select(Staff)
    if not read.principal.sees_all:
        own = read.principal.organization if read.principal.role != "lawyer" else ""
        statement = statement.where(Staff.organization == own)
    if params.get("organization"):
        statement = statement.where(Staff.organization == params["organization"])
    return page(read, statement, Staff, params, _member)


def _member(read: Read, row: Staff) -> Answer:
    vault = read.settings.vault
    return {
        "id": str(row.id),
        "organization": row.organization,
        "station": row.station,
        "name": row.name,
        "name_en": row.name_en,
        "role": row.role,
        "phone": vault.open(row.phone_sealed),
        "email": vault.open(row.email_sealed),
    }
