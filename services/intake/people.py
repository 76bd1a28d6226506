"""One person, one record: found by number, by another document, by the choice of staff; what is told of them is kept.

Names, births and numbers are sealed; the records are found again under keyed hashes.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, inspect, select, true
from sqlalchemy.orm import Session

from chassis.errors import Rejected
from chassis.principal import Principal
from chassis.vault import Vault
from chassis.work import Work
from services.intake import repository
from services.intake.domain import names
from services.intake.models import Application, Person

Told = t.Mapping[str, t.Any]
OF_NUMBER = select(Person).where(Person.identity_index == bindparam("of"))
OF_DOCUMENT = select(Person).where(Person.document_index == bindparam("of"))
CLEARED = {"phone": "phone_sealed", "address": "address_sealed", "district": "district"}  # what may be not known
FIRST_BIRTH = dt.date(1850, 1, 1)  # as identity numbers are checked


def name_index(vault: Vault, name: str) -> str:
    """The keyed hash under which a name is found, however it is written."""
    return vault.index(f"name:{names.name_key(name)}")


def document_index(vault: Vault, document: Told) -> str:
    """The keyed hash of a document that is no identity number."""
    number = names.name_key(document["number"])
    return vault.index(f"document:{document['kind']}:{number}")


def born_on(vault: Vault, person: Person) -> dt.date | None:
    born = vault.open(person.born_sealed)
    return dt.date.fromisoformat(born) if born else None


def as_day(value: dt.date | str | None) -> dt.date | None:
    """A day as queries bring it."""
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def age_on(vault: Vault, person: Person, day: dt.date) -> int | None:
    born = born_on(vault, person)
    return names.age_on(born, day) if born else None


def number_of(vault: Vault, person: Person) -> str | None:
    """The resident identity number, where one was seen."""
    return vault.open(person.identity_sealed) or None


def document_of(vault: Vault, person: Person) -> dict[str, str] | None:
    """Another document; its number whole."""
    if person.document_kind is None:
        return None
    return {"kind": person.document_kind, "number": vault.open(person.document_sealed) or ""}


def current(session: Session, person: Person) -> Person:
    """The record that a merged one went into."""
    while person.merged_into is not None:
        person = t.cast(Person, session.get(Person, person.merged_into))
    return person


def by_number(session: Session, vault: Vault, number: str) -> Person | None:
    found = session.scalar(OF_NUMBER, {"of": vault.index(number)})
    return current(session, found) if found else None


def by_document(session: Session, vault: Vault, document: Told) -> Person | None:
    found = session.scalar(OF_DOCUMENT, {"of": document_index(vault, document)})
    return current(session, found) if found else None


def by_name(session: Session, vault: Vault, name: str, born: dt.date | None, principal: Principal) -> list[Person]:
    """Records in sight of this name and, where both know it, this day of birth; the 200 oldest, oldest first."""
    rows = session.scalars(_named(principal, Person), {"of": name_index(vault, name)})
    return [row for row in rows if _may_be_born(vault, row.born_sealed, born)]


def _named(principal: Principal, *wanted: t.Any) -> Select[t.Any]:
    return _of_name(*wanted) if principal.sees_all else _of_name(*wanted).where(_in_sight(principal))


@cache
def _of_name(*wanted: t.Any) -> Select[t.Any]:
    """Made once, as it is asked for every application."""
    found = select(*wanted).where(
        Person.name_index == bindparam("of"), Person.merged_into.is_(None), Person.erased_at.is_(None)
    )
    return found.order_by(Person.id).limit(200)


def _may_be_born(vault: Vault, sealed: str | None, born: dt.date | None) -> bool:
    known = vault.open(sealed) if born is not None else None
    return not known or dt.date.fromisoformat(known) == born


def in_sight(session: Session, principal: Principal, person: Person) -> bool:
    """Whether the caller may know of this person: the center of all, others of those who applied with them."""
    seen = select(Person.id).where(Person.id == person.id, _in_sight(principal))
    return principal.sees_all or session.scalar(seen) is not None


def _in_sight(principal: Principal) -> ColumnElement[bool]:
    """``in_sight`` as a condition, for many at once: a common name has hundreds of records."""
    if principal.sees_all:
        return true()
    theirs = repository.visible(select(Application.id), Application, principal)
    return theirs.where(Application.person == Person.id).exists()


def seen(session: Session, principal: Principal, person_id: UUID, pointer: str | None = None) -> Person:
    """A person in sight; raises Rejected not-found for everybody else and for nobody."""
    row = session.get(Person, person_id)
    if row is None or not in_sight(session, principal, current(session, row)):
        raise Rejected("not-found", what="person", **({"pointer": pointer} if pointer else {}))
    return row


def identify(work: Work, told: Told, principal: Principal, at: str) -> Person:
    """The record of who is told of, found or made (``is_new``: it is not inserted yet).

    ``at``: where ``told`` stands in the command, such as ``/applicant``. Raises Rejected where staff must choose, with
    the candidates.
    """
    _refuse_other_birth(told["identity_number"], told, at)
    person = _found(work, told, at) or _chosen(work, told, principal, at)
    if person is None:
        return _make(work, told, at)
    if person.erased_at is not None:
        raise Rejected("person-erased")
    return learn(work, person, told, at)


def is_new(person: Person) -> bool:
    """Whether nobody knew them until now: the record is inserted with its first application."""
    return inspect(person).transient


def _found(work: Work, told: Told, at: str) -> Person | None:
    """The record that has the number or the document; raises Rejected where what is told belongs to two."""
    vault, session, number = work.settings.vault, work.session, told["identity_number"]
    numbered = by_number(session, vault, number) if number else None
    documented = by_document(session, vault, told["document"]) if told["document"] else None
    if numbered is not None:
        _refuse_other_name(vault, numbered, told, at)
    elif documented is not None and number and number_of(vault, documented):
        raise Rejected("another-number", pointer=f"{at}/identity_number")
    found = numbered or documented
    if found is not None and (documented not in (None, found) or not _is_named(session, told, found)):
        raise Rejected("two-records", pointer=at)
    return found


def _is_named(session: Session, told: Told, found: Person) -> bool:
    """Whether the record is the one that staff name, where they name one."""
    named = session.get(Person, told["person"]) if told["person"] else found
    return named is not None and current(session, named) is found


def _refuse_other_name(vault: Vault, found: Person, told: Told, at: str) -> None:
    """A slip of the pen must not put one person's matter, name and address into the record of another.

    Only for identity numbers: under a passport a name is written this way and that.
    """
    if found.erased_at is None and told["person"] != found.id and name_index(vault, told["name"]) != found.name_index:
        raise Rejected("another-name", pointer=f"{at}/name", person=str(found.id))


def _refuse_other_birth(number: str | None, told: Told, at: str) -> None:
    if number and told["born_on"] and names.birth_date(number) != told["born_on"]:
        raise Rejected("another-birth", pointer=f"{at}/born_on")


def _chosen(work: Work, told: Told, principal: Principal, at: str) -> Person | None:
    """``person``: this is the same; else nobody may be known by this name and birth, or staff must say."""
    vault, session = work.settings.vault, work.session
    if told["person"]:
        chosen = current(session, seen(session, principal, told["person"], f"{at}/person"))
        if told["identity_number"] and number_of(vault, chosen):
            raise Rejected("another-number", pointer=f"{at}/identity_number")
        _refuse_other_birth(number_of(vault, chosen), told, at)
        return chosen
    if told["identity_number"] or told["another_person"]:
        return None
    if not told["document"] and not told["born_on"]:
        raise Rejected("who-is-it", pointer=at)
    known = candidates(session, vault, told, principal)
    if known:
        raise Rejected("same-person", pointer=at, candidates=", ".join(map(str, known[:10])))
    return None


def candidates(session: Session, vault: Vault, told: Told, principal: Principal, but: UUID | None = None) -> list[UUID]:
    """People in sight who may be the one: the same name, and the same birth where both say it; ``but``: not this."""
    born = told["born_on"]
    if told["identity_number"]:
        born = names.birth_date(told["identity_number"])
    rows = session.execute(_named(principal, Person.id, Person.born_sealed), {"of": name_index(vault, told["name"])})
    return [row.id for row in rows if row.id != but and _may_be_born(vault, row.born_sealed, born)]


def _make(work: Work, told: Told, at: str) -> Person:
    vault, number = work.settings.vault, told["identity_number"]
    person = Person(id=work.new_id(), created_at=work.now, updated_at=work.now, gender="unknown")
    person.identity_index = vault.index(number or f"person:{person.id}")
    person.identity_sealed = vault.seal(number or "")
    return learn(work, person, told, at)


def learn(work: Work, person: Person, told: Told, at: str) -> Person:
    """What is said anew replaces what was known; what is not said stays. ``at``: where it stands in the command."""
    vault = work.settings.vault
    _refuse_unborn(work, told, at)
    if told.get("name"):
        person.name_sealed, person.name_index = vault.seal(told["name"]), name_index(vault, told["name"])
    number, document = told.get("identity_number"), told.get("document")
    if number and not number_of(vault, person):
        person.identity_sealed, person.identity_index = vault.seal(number), vault.index(number)
    if document and person.document_kind is None:
        person.document_kind, person.document_sealed = document["kind"], vault.seal(document["number"])
        person.document_index = document_index(vault, document)
    _learn_birth(vault, person, told)
    for name in ("phone", "address"):
        if told.get(name):
            setattr(person, f"{name}_sealed", vault.seal(told[name]))
    person.district = told.get("district") or person.district
    person.updated_at = work.now
    return person


def correct(work: Work, person: Person, told: Told, at: str) -> Person:
    """As ``learn``, but null is not known any more; without a word about it the gender is what the number says."""
    learn(work, person, told, at)
    for name, column in CLEARED.items():
        if name in told and told[name] is None:
            setattr(person, column, None)
    if "gender" in told and told["gender"] is None:
        number = number_of(work.settings.vault, person)
        person.gender = names.gender(number) if number else "unknown"
    return person


def lend(work: Work, source: Person, target: Person, only: t.Collection[str] = ("identity", "document")) -> list[str]:
    """Move an identity number or document to a record that has none; returns which went over."""
    vault, lent = work.settings.vault, []
    if "identity" in only and number_of(vault, source) and not number_of(vault, target):
        number = number_of(vault, source)
        source.identity_sealed, source.identity_index = vault.seal(""), vault.index(f"person:{source.id}")
        work.session.flush()  # the index is unique
        target.identity_sealed, target.identity_index = vault.seal(number), vault.index(str(number))
        lent.append("identity")
    if "document" in only and source.document_kind and not target.document_kind:
        moved = source.document_kind, source.document_index, source.document_sealed
        source.document_kind = source.document_index = source.document_sealed = None
        work.session.flush()
        target.document_kind, target.document_index, target.document_sealed = moved
        lent.append("document")
    return lent


def learn_of_number(vault: Vault, person: Person) -> list[str]:
    """Take what the identity number says and the record did not know; returns which: ``born``, ``gender``."""
    number, learned = str(number_of(vault, person)), []
    if person.born_sealed is None:
        person.born_sealed = vault.seal(names.birth_date(number).isoformat())
        learned.append("born")
    if person.gender == "unknown":
        person.gender = names.gender(number)
        learned.append("gender")
    return learned


def forget(person: Person, learned: t.Collection[str]) -> None:
    """What was learned of a number that went back is not known any more."""
    if "born" in learned:
        person.born_sealed = None
    if "gender" in learned:
        person.gender = "unknown"


def _refuse_unborn(work: Work, told: Told, at: str) -> None:
    """Nobody is born after today, whether a day says so or a number does."""
    number, born = told.get("identity_number"), told.get("born_on")
    for field, day in (("identity_number", names.birth_date(number) if number else None), ("born_on", born)):
        if day is not None and not FIRST_BIRTH <= day <= work.today():
            limits = {"earliest": FIRST_BIRTH.isoformat(), "latest": work.today().isoformat()}
            shown = day.isoformat() if field == "born_on" else "***"
            raise Rejected("impossible-date", pointer=f"{at}/{field}", field=field, value=shown, **limits)


def _learn_birth(vault: Vault, person: Person, told: Told) -> None:
    """The identity number says birth and gender; without one they are as told."""
    number = number_of(vault, person)
    born = names.birth_date(number) if number else told.get("born_on")
    if born and born_on(vault, person) != born:
        person.born_sealed = vault.seal(born.isoformat())
    if told.get("gender"):
        person.gender = told["gender"]
    elif number and person.gender == "unknown":
        person.gender = names.gender(number)
