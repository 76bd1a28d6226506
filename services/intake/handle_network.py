"""The network's registers: organizations, stations, staff."""

from __future__ import annotations

import typing as t

from chassis import organizations
from chassis.errors import Rejected
from chassis.work import Work
from services.intake import guards, repository
from services.intake.models import OrganizationProfile, Staff, Station

Command = dict[str, t.Any]


def register_organization(work: Work, command: Command) -> dict[str, t.Any]:
    """Take an organization into the network. Said in the center's mailbox: its own open because of this event."""
    code = command["code"]
    if repository.organization_exists(work.session, code):
        raise Rejected("duplicate", pointer="/code", what="organization", key=code)
    if command["superior"] is not None:
        guards.known_organization(work, command["superior"], "/superior")
    _enter(work, command)
    work.session.add(OrganizationProfile(code=code, auto_assign=command["auto_assign"]))
    event = "intake.organization_registered.v1"
    work.emit(event, command, organization=work.settings.center, subject=code)
    return {"code": code, "name": command["name"], "kind": command["kind"]}


def organization_registered(work: Work, event: dict[str, t.Any]) -> None:
    """Open mailboxes for an organization; again and late are harmless."""
    _enter(work, event)


def _enter(work: Work, data: dict[str, t.Any]) -> None:
    organizations.register(
        work.session,
        data["code"],
        data["name"],
        data["name_en"],
        data["kind"],
        superior=data["superior"],
        now=work.now,
    )


def register_station(work: Work, command: Command) -> dict[str, t.Any]:
    """Open a station, with its liaison officer as a member of the staff."""
    organization, code = command["organization"], command["code"]
    guards.same_or_center(work, organization)
    guards.known_organization(work, organization)
    if repository.station(work.session, organization, code) is not None:
        raise Rejected("duplicate", pointer="/code", what="station", key=code)
    known = ("organization", "code", "name", "name_en", "level", "district", "address", "latitude", "longitude")
    values = {name: command[name] for name in known}
    row = Station(id=work.new_id(), registered_at=work.now, liaison=None, **values)
    work.session.add(row)
    event = {name: command[name] for name in ("organization", "code", "name", "name_en", "level", "district")}
    work.emit("intake.station_registered.v1", event, organization=organization, subject=row.id)
    if command["liaison"] is not None:
        officer = {**command["liaison"], "organization": organization, "station": code, "role": "liaison"}
        row.liaison = _enter_staff(work, officer).id
    liaison = str(row.liaison) if row.liaison else None
    return {"id": str(row.id), "organization": organization, "code": code, "liaison": liaison}


def register_staff(work: Work, command: Command) -> dict[str, t.Any]:
    """Take a colleague into the network."""
    guards.same_or_center(work, command["organization"])
    guards.known_organization(work, command["organization"])
    code = command["station"]
    if code is not None and repository.station(work.session, command["organization"], code) is None:
        raise Rejected("unknown-station", pointer="/station", code=code)
    row = _enter_staff(work, command)
    return {"id": str(row.id), "organization": row.organization, "station": row.station, "role": row.role}


def _enter_staff(work: Work, data: dict[str, t.Any]) -> Staff:
    vault = work.settings.vault
    row = Staff(
        id=work.new_id(),
        organization=data["organization"],
        station=data["station"],
        name=data["name"],
        name_en=data["name_en"],
        role=data["role"],
        phone_sealed=vault.seal(data["phone"]),
        email_sealed=vault.seal(data["email"]),
        registered_at=work.now,
    )
    work.session.add(row)
    work.emit("intake.staff_registered.v1", {**data, "person": row.id}, organization=row.organization, subject=row.id)
    return row
