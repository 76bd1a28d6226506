"""Read-only queries for the gateway: each answers with plain JSON values, and only with what the caller may see."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID

from sqlalchemy import select

from chassis.errors import Rejected
from chassis.tables import organizations
from chassis.work import Read
from services.intake import repository
from services.intake.domain.application import allowed
from services.intake.domain.circumstances import circumstances
from services.intake.domain.names import masked_number
from services.intake.models import (
    Act,
    Application,
    Document,
    Objection,
    OrganizationProfile,
    Person,
    Referral,
    Service,
    Staff,
    Station,
)

Params = dict[str, t.Any]
Answer = dict[str, t.Any]


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
    return _page(read, statement, Station, params, _station)


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
    return _page(read, statement, Staff, params, _member)


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


def list_services(read: Read, params: Params) -> Answer:
    """Services short of a case, newest first; names of the advised are not shown."""
    statement = repository.visible(select(Service), Service, read.principal)
    for name in ("station", "kind"):
        if params.get(name):
            statement = statement.where(getattr(Service, name) == params[name])
    return _page(read, statement, Service, params, _service)


def _service(read: Read, row: Service) -> Answer:
    plain = ("organization", "station", "kind", "channel", "recipient_group", "topic", "persons", "minutes",
             "guided_to_apply")  # fmt: skip
    return {"id": str(row.id), "on": row.given_on.isoformat(), **{name: getattr(row, name) for name in plain}}


def list_applications(read: Read, params: Params) -> Answer:
    """Applications, newest first, without personal data."""
    statement = repository.visible(select(Application), Application, read.principal)
    for name in ("state", "station", "organization"):
        if params.get(name):
            statement = statement.where(getattr(Application, name) == params[name])
    return _page(read, statement, Application, params, lambda _, row: _summary(row))


def _summary(row: Application) -> Answer:
    plain = ("number", "state", "version", "organization", "station", "recipient_group", "form_of_aid", "matter",
             "urgency", "eligibility")  # fmt: skip
    return {
        "id": str(row.id),
        **{name: getattr(row, name) for name in plain},
        "applied_on": row.applied_on.isoformat(),
        "received_at": row.received_at.isoformat(),
        "decided_at": row.decided_at.isoformat() if row.decided_at else None,
    }


def application(read: Read, params: Params) -> Answer:
    """One application with its judgement, version and history; raises Rejected not-found for what is out of sight."""
    row = read.session.get(Application, _uuid(params["application"]))
    if row is None or not repository.sees(read.session, read.principal, row):
        raise Rejected("not-found", what="application")
    vault = read.settings.vault
    person = t.cast(Person, read.session.get(Person, row.person))
    return _summary(row) | {
        "acts": allowed(row.state),
        "applicant": _applicant(read, person),
        "statement": vault.open(row.statement_sealed),
        "opposing_parties": [_opponent(party) for party in vault.open_json(row.opposing_sealed)],
        "household_size": row.household_size,
        "monthly_income_fen": row.monthly_income_fen,
        "facts": row.facts,
        "pledge": row.pledge,
        "on_behalf": vault.open_json(row.on_behalf_sealed) if row.on_behalf_sealed else None,
        "forwarded_late": row.forwarded_late,
        "limitation_on": row.limitation_on.isoformat() if row.limitation_on else None,
        "judgement": row.judgement,
        "duplicates": row.duplicates,
        "decision": vault.open_json(row.decision_sealed) if row.decision_sealed else [],
        "papers": _papers(read, row),
        "documents": [_document(read, document) for document in repository.documents(read.session, row.id)],
        "referrals": [_referral(read, referral) for referral in repository.referrals(read.session, row.id)],
        "objection": _objection(read, row),
        "history": [_act(read, act) for act in repository.acts(read.session, row.id)],
    }


def _applicant(read: Read, person: Person) -> Answer:
    """The person, with the identity number masked: reading a file does not need it whole."""
    vault = read.settings.vault
    return {
        "id": str(person.id),
        "name": person.name,
        "identity_number": masked_number(vault.open(person.identity_sealed)),
        "born_on": person.born_on.isoformat(),
        "gender": person.gender,
        "phone": vault.open(person.phone_sealed),
        "address": vault.open(person.address_sealed),
        "district": person.district,
    }


def _opponent(party: dict[str, t.Any]) -> Answer:
    number = party.get("identity_number")
    return {
        "name": party["name"],
        "kind": party["kind"],
        "number": masked_number(number) if number else party.get("credit_code"),
    }


def _papers(read: Read, row: Application) -> Answer | None:
    if row.papers_sealed is None or row.papers_requested_at is None or row.papers_due_on is None:
        return None
    return {
        "papers": read.settings.vault.open_json(row.papers_sealed),
        "requested_at": row.papers_requested_at.isoformat(),
        "supply_by": row.papers_due_on.isoformat(),
        "complete_at": row.papers_complete_at.isoformat() if row.papers_complete_at else None,
    }


def _document(read: Read, row: Document) -> Answer:
    return {
        "kind": row.kind,
        "title": read.settings.vault.open(row.title_sealed),
        "sha256": row.sha256,
        "original_seen": row.original_seen,
        "received_at": row.received_at.isoformat(),
    }


def _referral(read: Read, row: Referral) -> Answer:
    plain = ("from_organization", "from_station", "to_organization", "to_station")
    reason = read.settings.vault.open(row.reason_sealed)
    return {"reason": reason, "at": row.at.isoformat(), **{name: getattr(row, name) for name in plain}}


def _objection(read: Read, row: Application) -> Answer | None:
    objection = read.session.get(Objection, row.id)
    if objection is None:
        return None
    vault = read.settings.vault
    return {
        "grounds": vault.open(objection.grounds_sealed),
        "objected_at": objection.objected_at.isoformat(),
        "outcome": objection.outcome,
        "reasons": vault.open_json(objection.reasons_sealed) if objection.reasons_sealed else [],
        "decided_at": objection.decided_at.isoformat() if objection.decided_at else None,
    }


def _act(read: Read, act: Act) -> Answer:
    return {
        "act": act.act,
        "state": act.state,
        "version": act.version,
        "at": act.at.isoformat(),
        "by_role": act.by_role,
        "by_organization": act.by_organization,
        "by_person": str(act.by_person) if act.by_person else None,
        "note": read.settings.vault.open(act.note_sealed),
    }


def eligibility_check(read: Read, params: Params) -> Answer:
    """What the rules of a day say of a case that nobody has filed; nothing is stored."""
    day = params.get("applied_on") or read.today()
    day = dt.date.fromisoformat(day) if isinstance(day, str) else day
    case = circumstances(params, None, day) | {"age": params.get("age")}
    judged = read.settings.rule_book.judge(read.settings.jurisdiction, day, case).as_dict()
    return t.cast(Answer, judged)


def _page(
    read: Read, statement: t.Any, model: t.Any, params: Params, describe: t.Callable[[Read, t.Any], Answer]
) -> Answer:
    limit, cursor = params.get("limit") or 50, params.get("after")
    rows, after = repository.newest_first(read.session, statement, model.id, limit, _uuid(cursor) if cursor else None)
    return {"items": [describe(read, row) for row in rows], "next": str(after) if after else None}


def _uuid(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


VIEWS = {
    "intake.organizations": list_organizations,
    "intake.stations": list_stations,
    "intake.staff": list_staff,
    "intake.services": list_services,
    "intake.applications": list_applications,
    "intake.application": application,
    "intake.eligibility_check": eligibility_check,
}
