"""What is asked about applications; each answer shows only what the caller may see."""

from __future__ import annotations

import typing as t

from sqlalchemy import select

from chassis.errors import Rejected
from chassis.work import Read
from services.intake import competence, guards, repository
from services.intake.audit import looked
from services.intake.domain.application import is_past
from services.intake.domain.names import masked_number
from services.intake.models import Act, Application, Document, Objection, Person, Referral
from services.intake.pages import Answer, Params, as_uuid, page
from services.intake.read_persons import applicant

SHOWN = ("name", "masked number", "born_on", "phone", "address", "statement", "circumstances", "opposing parties")


def list_applications(read: Read, params: Params) -> Answer:
    """Applications, newest first, without personal data."""
    statement = repository.visible(select(Application), Application, read.principal)
    for name in ("number", "urgency", "state", "station", "organization", "recipient_group", "matter"):
        if params.get(name):
            statement = statement.where(getattr(Application, name) == params[name])
    if params.get("person"):
        statement = statement.where(Application.person == as_uuid(params["person"]))
    return page(read, statement, Application, params, lambda _, row: _summary(row))


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
    row = read.session.get(Application, as_uuid(params["application"]))
    if row is None or not repository.sees(read.session, read.principal, row):
        raise Rejected("not-found", what="application")
    looked(read, row.person, "intake.application", SHOWN, row.id)
    return detail(read, row) | {"acts": _acts(read, row)}


def _acts(read: Read, row: Application) -> list[str]:
    """What would not be refused for the application's own sake; whether the caller's role may is the door's word."""
    if not repository.may_change(read.principal, row):
        return []  # referred on: to be read here, and handled there
    return guards.acts(row, is_erased=read.session.get_one(Person, row.person).erased_at is not None)


def detail(read: Read, row: Application) -> Answer:
    """All that is kept of an application; what was erased is empty."""
    vault = read.settings.vault
    told = vault.open_json(row.circumstances_sealed)
    return _summary(row) | {
        "applicant": applicant(read, t.cast(Person, read.session.get(Person, row.person))),
        "household_size": told["household_size"],
        "monthly_income_fen": told["monthly_income_fen"],
        "facts": told["facts"] or [],
        "figures": told["figures"] or {},
        "notice": vault.open_json(row.notice_sealed) if row.notice_sealed else None,
        "judgement": vault.open_json(row.judgement_sealed) if row.judgement_sealed else None,
        "statement": vault.open(row.statement_sealed),
        "opposing_parties": [_opponent(party) for party in vault.open_json(row.opposing_sealed)],
        "pledge": row.pledge,
        "on_behalf": vault.open_json(row.on_behalf_sealed) if row.on_behalf_sealed else None,
        "forwarded_late": row.forwarded_late,
        "limitation_on": row.limitation_on.isoformat() if row.limitation_on else None,
        "limitation_passed": is_past(row.limitation_on, read.today()),
        "duplicates": row.duplicates,
        "decision": vault.open_json(row.decision_sealed) if row.decision_sealed else [],
        "papers": _papers(read, row),
        "documents": [_document(read, document) for document in repository.documents(read.session, row.id)],
        "referrals": [_referral(read, referral) for referral in repository.referrals(read.session, row.id)],
        "office_district": row.office_district,
        "arose_district": row.arose_district,
        "competence": competence.of(read.session, row),
        "objection": _objection(read, row),
        "history": [_act(read, act) for act in repository.acts(read.session, row.id)],
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
    plain = ("from_organization", "from_station", "to_organization", "to_station", "ground", "district")
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
