"""What is asked about organizations and the people who work there."""

from __future__ import annotations

import typing as t

from sqlalchemy import Row, select

from chassis.errors import Rejected
from chassis.tables import organizations
from chassis.work import Read
from services.intake import repository_network as network
from services.intake.models import OrganizationProfile, Staff
from services.intake.pages import Answer, Params, page

NAMES = ("code", "name", "name_en", "kind", "superior")
WITH_PROFILE = select(
    organizations,
    OrganizationProfile.auto_assign,
    OrganizationProfile.version,
    OrganizationProfile.half_days,
    OrganizationProfile.recipient_groups,
    OrganizationProfile.phone,
    OrganizationProfile.address,
).outerjoin(OrganizationProfile, OrganizationProfile.code == organizations.c.code)


def list_organizations(read: Read, params: Params) -> Answer:
    """All organizations of the network, by code: everybody may know which doors there are."""
    statement = WITH_PROFILE.order_by(organizations.c.code)
    if params.get("after"):
        statement = statement.where(organizations.c.code > params["after"])
    limit = params.get("limit") or 50
    rows = read.session.execute(statement.limit(limit + 1)).all()
    items = [_organization(row) for row in rows[:limit]]
    return {"items": items, "next": items[-1]["code"] if len(rows) > limit else None}


def organization(read: Read, params: Params) -> Answer:
    """One organization with its calendar and its settings."""
    statement = WITH_PROFILE.where(organizations.c.code == params["organization"])
    row = read.session.execute(statement).one_or_none()
    if row is None:
        raise Rejected("not-found", what="organization")
    return _organization(row)


def _organization(row: Row[t.Any]) -> Answer:
    return {
        **{name: getattr(row, name) for name in NAMES},
        **network.standing(row.kind, row.half_days, row.recipient_groups),
        "auto_assign": bool(row.auto_assign),
        "phone": row.phone,
        "address": row.address,
        "version": row.version or 1,
    }


def list_staff(read: Read, params: Params) -> Answer:
    """Colleagues, newest first: the center sees all, an organization its own; who left only when asked for."""
    statement = select(Staff)
    if not read.principal.sees_all:
        own = read.principal.organization if read.principal.role != "lawyer" else ""
        statement = statement.where(Staff.organization == own)
    for name in ("organization", "station", "role"):
        if params.get(name):
            statement = statement.where(getattr(Staff, name) == params[name])
    if not params.get("with_left"):
        statement = statement.where(Staff.left_on.is_(None))
    return page(read, statement, Staff, params, _member)


def _member(read: Read, row: Staff) -> Answer:
    vault = read.settings.vault
    return {
        **{name: getattr(row, name) for name in ("organization", "station", "name", "name_en", "role", "version")},
        "id": str(row.id),
        "phone": vault.open(row.phone_sealed),
        "email": vault.open(row.email_sealed),
        "left_on": row.left_on.isoformat() if row.left_on else None,
    }
