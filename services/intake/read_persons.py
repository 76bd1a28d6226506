"""What is asked about people: registers and searches masked, one person whole; each showing is recorded."""

from __future__ import annotations

import typing as t
from uuid import UUID

from sqlalchemy import select

from chassis.errors import Rejected
from chassis.work import Read
from services.intake import people, repository
from services.intake.audit import looked
from services.intake.domain.consents import needed
from services.intake.domain.names import masked_name, masked_number
from services.intake.models import Application, Consent, Look, Merge, Person
from services.intake.pages import Answer, Params, as_uuid, page


def list_persons(read: Read, params: Params) -> Answer:
    """The register of the people in sight, by recipient group, newest first; names and numbers masked."""
    theirs = repository.visible(select(Application.id), Application, read.principal)
    theirs = theirs.where(Application.person == Person.id)
    for name in ("recipient_group", "organization"):
        if params.get(name):
            theirs = theirs.where(getattr(Application, name) == params[name])
    statement = select(Person).where(theirs.exists(), Person.merged_into.is_(None))
    return page(read, statement, Person, params, masked)


def masked(read: Read, person: Person, found_by: str | None = None) -> Answer:
    """A person in a list."""
    vault, applications = read.settings.vault, _in_sight(read, person)
    document, born = people.document_of(vault, person), people.born_on(vault, person)
    return {
        "id": str(person.id),
        "name": masked_name(vault.open(person.name_sealed) or ""),
        "identity_number": masked_number(people.number_of(vault, person)),
        "document": document | {"number": masked_number(document["number"])} if document else None,
        "born_on": born.isoformat() if born and found_by else None,
        "gender": person.gender,
        "district": person.district,
        "recipient_groups": sorted({row.recipient_group for row in applications}),
        "applications": [row.number for row in applications],
        "found_by": found_by,
    }


def _in_sight(read: Read, person: Person) -> list[Application]:
    theirs = repository.visible(select(Application), Application, read.principal)
    return list(read.session.scalars(theirs.where(Application.person == person.id).order_by(Application.id)))


def search_persons(read: Read, params: Params) -> Answer:
    """Who might this be? An exact number or document first, else everybody in sight of that name and birth."""
    found: dict[UUID, tuple[Person, str]] = {}
    for person, how in _matches(read, params):
        found.setdefault(person.id, (person, how))
    items = []
    for person, how in list(found.values())[:50]:
        looked(read, person.id, "intake.persons_search", ("masked name", "masked number", "born_on", "applications"))
        items.append(masked(read, person, how))
    return {"items": items, "next": None}


def _matches(read: Read, params: Params) -> t.Iterator[tuple[Person, str]]:
    """Persons in sight who were not erased, each with what they were found by."""
    vault, session, born = read.settings.vault, read.session, params.get("born_on")
    if not any(params.get(name) for name in ("identity_number", "document", "name")):
        raise Rejected("who-is-it", pointer="/name")
    for how, find in (("identity_number", people.by_number), ("document", people.by_document)):
        person = find(session, vault, params[how]) if params.get(how) else None
        if person and person.erased_at is None and people.in_sight(session, read.principal, person):
            yield person, how
    if params.get("name"):
        day = people.as_day(born)
        for person in people.by_name(session, vault, params["name"], day, read.principal):
            sure = day is not None and people.born_on(vault, person) == day
            yield person, "name_and_birth" if sure else "name"


def person(read: Read, params: Params) -> Answer:
    """One person whole, the identity number only when asked to reveal it; who looked is recorded."""
    row = people.seen(read.session, read.principal, as_uuid(params["person"]))
    vault, reveal = read.settings.vault, bool(params.get("reveal"))
    shown = applicant(read, row)
    if reveal:
        shown["identity_number"], shown["document"] = people.number_of(vault, row), people.document_of(vault, row)
    numbers = [name for name in ("identity_number", "document") if shown[name]]
    names = [*("name", "born_on", "phone", "address"), *([f"{name} whole" for name in numbers] if reveal else numbers)]
    looked(read, row.id, "intake.person", names)
    return shown | {
        "merged_into": str(row.merged_into) if row.merged_into else None,
        "erased_at": row.erased_at.isoformat() if row.erased_at else None,
        "created_at": row.created_at.isoformat(),
        "consents": [consent(read, one) for one in repository.consents(read.session, row.id)],
        "applications": [one.number for one in _in_sight(read, row)],
        "merges": [merge(read, one) for one in repository.merges(read.session, row.id)],
    }


def applicant(read: Read, row: Person) -> Answer:
    """The person as an application shows them, the numbers masked: reading a file does not need them whole."""
    vault = read.settings.vault
    document, born = people.document_of(vault, row), people.born_on(vault, row)
    return {
        "id": str(row.id),
        "name": vault.open(row.name_sealed),
        "identity_number": masked_number(people.number_of(vault, row)),
        "document": document | {"number": masked_number(document["number"])} if document else None,
        "born_on": born.isoformat() if born else None,
        "gender": row.gender,
        "phone": vault.open(row.phone_sealed),
        "address": vault.open(row.address_sealed),
        "district": row.district,
        "consents_missing": consents_missing(read, row),
        "erased": row.erased_at is not None,
    }


def consents_missing(read: Read, row: Person) -> list[str]:
    """Which consents what is recorded of a person needs, and has not."""
    if row.erased_at is not None:
        return []
    vault, session = read.settings.vault, read.session
    theirs = list(session.scalars(select(Application).where(Application.person == row.id)))
    facts = {fact for one in theirs for fact in vault.open_json(one.circumstances_sealed)["facts"] or ()}
    has_number = bool(people.number_of(vault, row)) or row.document_kind is not None
    age = people.age_on(vault, row, read.today())
    given = {one.kind for one in repository.consents(session, row.id) if one.withdrawn_at is None}
    return [
        kind for kind in needed(age, has_number, facts, {one.recipient_group for one in theirs}) if kind not in given
    ]


def consent(read: Read, row: Consent) -> Answer:
    plain = ("kind", "given_by", "guardian_relation", "form", "sha256")
    return {
        "id": str(row.id),
        **{name: getattr(row, name) for name in plain},
        "guardian": read.settings.vault.open(row.guardian_sealed),
        "given_on": row.given_on.isoformat(),
        "recorded_at": row.recorded_at.isoformat(),
        "withdrawn_at": row.withdrawn_at.isoformat() if row.withdrawn_at else None,
    }


def merge(read: Read, row: Merge) -> Answer:
    vault = read.settings.vault
    return {
        "id": str(row.id),
        "merged": str(row.merged),
        "kept": str(row.kept),
        "reason": vault.open(row.reason_sealed),
        "merged_at": row.merged_at.isoformat(),
        "undone_at": row.undone_at.isoformat() if row.undone_at else None,
        "undone_because": vault.open(row.undone_because_sealed),
    }


def list_looks(read: Read, params: Params) -> Answer:
    """Who was shown a person's data, newest first; for auditors and the center's administrators."""
    person_id = as_uuid(params["person"])
    if read.session.get(Person, person_id) is None:
        raise Rejected("not-found", what="person")
    statement = select(Look).where(Look.person.in_(repository.records_of(read.session, person_id)))
    return page(read, statement, Look, params, _look)


def _look(_read: Read, row: Look) -> Answer:
    return look_as_dict(row) | {"id": str(row.id), "by_key": row.by_key}


def look_as_dict(row: Look) -> Answer:
    return {
        "at": row.at.isoformat(),
        "what": row.what,
        "shown": row.shown,
        "application": str(row.application) if row.application else None,
        "by_role": row.by_role,
        "by_organization": row.by_organization,
        "by_person": str(row.by_person) if row.by_person else None,
    }
