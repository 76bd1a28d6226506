"""Rows and events of the registers, once everything was checked: for one command, or for a file of many.

What is entered comes in the order of the bodies; a body is what the contract of its command read.
"""

from __future__ import annotations

import typing as t

from sqlalchemy import Table

from chassis import bulk, organizations
from chassis.work import Work
from contracts.intake.services import MOST_TOGETHER
from services.intake import people, standing
from services.intake import repository_network as network
from services.intake.models import OrganizationProfile, Service, Staff, Station, StationMark

Body = dict[str, t.Any]
PROFILE = ("auto_assign", "half_days", "recipient_groups", "phone", "address")
PLACE = ("kind", "address", "latitude", "longitude", "phone", "opening_hours", "recipient_groups")
COUNTED = ("station", "kind", "channel", "recipient_group", "persons", "guided_to_apply", "on")
STAFF = ("organization", "station", "name", "name_en", "role", "phone", "email")


def enter_in_list(work: Work, data: Body) -> None:
    """An organization in the network's list, from which mailboxes follow; again and late are harmless."""
    organizations.hear(work.session, data, work.now)


def enter_organizations(work: Work, bodies: t.Sequence[Body]) -> None:
    """Both rows of each organization. Told in the center's mailbox: their own open because of this event."""
    for body in bodies:
        enter_in_list(work, {**body, "version": 1})
        work.session.add(OrganizationProfile(code=body["code"], version=1, **{name: body[name] for name in PROFILE}))
        told = {**body, **network.standing(body["kind"], body["half_days"], body["recipient_groups"]), "version": 1}
        event = "intake.organization_registered.v1"
        work.emit(event, told, organization=work.settings.center, subject=body["code"])


def enter_stations(work: Work, bodies: t.Sequence[Body]) -> list[Station]:
    """Stations with their history, their head and liaison officer as members of the staff, and the head's marks."""
    rows = [_station(work, body) for body in bodies]
    work.session.add_all(rows)
    work.session.flush()
    for row, body in zip(rows, bodies, strict=True):
        work.session.add(standing.line(work, row, "register", None))
        _people(work, row, body)
    return rows


def _station(work: Work, body: Body) -> Station:
    values = {name: body[name] for name in (*standing.NAMES, *PLACE, "state")}
    row = Station(
        id=work.new_id(), version=1, state_since=work.now, registered_at=work.now, head=None, liaison=None, **values
    )
    told = {name: body[name] for name in (*standing.NAMES, "kind", "state", "latitude", "longitude")}
    organization = row.organization
    told |= {"station": row.id, "version": row.version}
    work.emit("intake.station_registered.v1", told, organization=organization, subject=row.id)
    return row


def _people(work: Work, row: Station, body: Body) -> None:
    place = {"organization": row.organization, "station": row.code}
    liaison, head = body["liaison"], body["head"]
    if liaison is not None:
        row.liaison = enter_staff(work, [{**liaison, **place, "role": "liaison"}])[0].id
    if head is None:
        return
    row.head = enter_staff(work, [{**head, **place, "role": "station_head"}])[0].id
    trained = head["trained_on"]
    for item, on in {"head": work.today(), "head_trained": trained}.items():
        if on is not None:
            work.session.add(StationMark(station=row.id, item=item, met=True, on=on, note=None, by="assessment"))


def enter_staff(work: Work, bodies: t.Sequence[Body]) -> list[Staff]:
    """Colleagues; services keep what they need of them to assign tasks and to tell people."""
    rows = []
    vault = work.settings.vault
    for body in bodies:
        row = Staff(
            id=work.new_id(),
            phone_sealed=vault.seal(body["phone"]),
            email_sealed=vault.seal(body["email"]),
            version=1,
            left_on=None,
            registered_at=work.now,
            **{name: body[name] for name in STAFF[:5]},
        )
        work.session.add(row)
        told = {**{name: body[name] for name in STAFF}, "person": row.id, "version": row.version}
        work.emit("intake.staff_registered.v1", told, organization=row.organization, subject=row.id)
        rows.append(row)
    return rows


def enter_services(work: Work, bodies: t.Sequence[Body]) -> list[Body]:
    """Rows of services short of a case; returned with their new ``service`` ids."""
    vault = work.settings.vault
    plain = ("organization", *COUNTED[:-1], "topic", "minutes", "pair")
    entered = [{**body, "service": work.new_id()} for body in bodies]
    values = [
        {
            "id": body["service"],
            "number": body.get("number"),
            "person_name_sealed": vault.seal(body["person_name"]),
            "name_index": people.name_index(vault, body["person_name"]) if body["person_name"] else None,
            "given_on": body["on"],
            "recorded_at": work.now,
            **{name: body[name] for name in plain},
        }
        for body in entered
    ]
    bulk.insert_all(work.session, t.cast(Table, Service.__table__), values)
    return entered


def enter_service(work: Work, body: Body) -> Body:
    """One service, with its new id; what is told of it counts and names nobody."""
    [entered] = enter_services(work, [body])
    told = {name: entered[name] for name in ("service", "organization", *COUNTED, "pair")}
    work.emit("intake.service_recorded.v1", told, organization=told["organization"], subject=told["service"])
    return entered


def enter_services_of_file(work: Work, bodies: t.Sequence[Body]) -> None:
    """Services of a file, for no pair. They are told together: a message for each would be most of a file's way."""
    by_organization: dict[str, list[Body]] = {}
    for entered in enter_services(work, [{**body, "pair": None} for body in bodies]):
        told = {name: entered[name] for name in ("service", *COUNTED)}
        by_organization.setdefault(entered["organization"], []).append(told)
    for organization, told_together in by_organization.items():
        for start in range(0, len(told_together), MOST_TOGETHER):
            services = told_together[start : start + MOST_TOGETHER]
            said = {"organization": organization, "services": services}
            work.emit("intake.services_recorded.v1", said, organization=organization)
