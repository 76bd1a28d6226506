"""People's records: two become one, and two again; one person's data are erased."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from chassis.errors import Rejected
from chassis.vault import Vault
from chassis.work import Work
from services.intake import erasure, guards, named, people, repository
from services.intake.domain import retention
from services.intake.models import Application, Consent, Merge, Person

Command = dict[str, t.Any]


def merge_persons(work: Work, command: Command) -> dict[str, t.Any]:
    """Two records are one person: applications and consents come over; the other record stays, and points here.

    An identity number or document that the kept record lacks goes over to it, with the birth and gender that it says.
    """
    kept, merged = _locked(work, command["kept"]), _locked(work, command["merged"], "/merged")
    _check_mergeable(work, kept, merged)
    if _births_differ(work.settings.vault, kept, merged):
        _check_births(work, command, kept, merged)
    moved = {
        "applications": _move(work, Application, merged.id, kept.id),
        "consents": _move(work, Consent, merged.id, kept.id),
    }
    merged.merged_into, merged.updated_at = kept.id, work.now
    lent = people.lend(work, merged, kept)
    if "identity" in lent:
        lent += people.learn_of_number(work.settings.vault, kept)
    row = Merge(
        id=work.new_id(),
        kept=kept.id,
        merged=merged.id,
        lent=lent,
        reason_sealed=work.settings.vault.seal(command["reason"]),
        merged_at=work.now,
        merged_by=guards.caller(work).person,
        **moved,
    )
    work.session.add(row)
    return {"id": str(row.id), "kept": str(kept.id), "merged": str(merged.id), **moved}


def _locked(work: Work, person: UUID, pointer: str | None = None) -> Person:
    people.seen(work.session, guards.caller(work), person, pointer)
    return t.cast(Person, work.session.get(Person, person, with_for_update=True, populate_existing=True))


def _check_mergeable(work: Work, kept: Person, merged: Person) -> None:
    """Two identity numbers are two people; erased and merged records stay as they are."""
    vault, why = work.settings.vault, None
    if kept.id == merged.id:
        why = "same_record"
    elif kept.merged_into or merged.merged_into:
        why = "merged_already"
    elif kept.erased_at or merged.erased_at:
        why = "erased"
    elif people.number_of(vault, kept) and people.number_of(vault, merged):
        why = "two_numbers"
    if why:
        raise Rejected("cannot-merge", pointer="/merged", why=why)


def _births_differ(vault: Vault, kept: Person, merged: Person) -> bool:
    one, other = people.born_on(vault, kept), people.born_on(vault, merged)
    return one is not None and other is not None and one != other


def _check_births(work: Work, command: Command, kept: Person, merged: Person) -> None:
    """Two days of birth are two people, unless a named person says why one of them was wrong; a number's holds."""
    why = None if command["births_differ"] else "two_births"
    if people.number_of(work.settings.vault, merged):
        why = "birth_of_number"
    if why:
        raise Rejected("cannot-merge", pointer="/merged", why=why)
    if guards.caller(work).person is None:
        raise Rejected("no-person")


def _move(work: Work, model: t.Any, source: UUID, target: UUID, only: t.Collection[str] | None = None) -> list[str]:
    rows = work.session.scalars(select(model).where(model.person == source).order_by(model.id)).all()
    moved = [row for row in rows if only is None or str(row.id) in only]
    for row in moved:
        row.person = target
    return [str(row.id) for row in moved]


def undo_merge(work: Work, command: Command) -> dict[str, t.Any]:
    """They were two after all: what came with the merge goes back; what was filed since stays where it is."""
    row = work.session.get(Merge, command["merge"], with_for_update=True, populate_existing=True)
    if row is None:
        raise Rejected("not-found", what="merge")
    kept, merged = _locked(work, row.kept), _locked(work, row.merged)
    if row.undone_at is not None or kept.merged_into is not None or kept.erased_at is not None:
        raise Rejected("merge-undone")
    moved = {
        "applications": _move(work, Application, kept.id, merged.id, row.applications),
        "consents": _move(work, Consent, kept.id, merged.id, row.consents),
    }
    people.lend(work, kept, merged, row.lent)
    people.forget(kept, row.lent)
    merged.merged_into, merged.updated_at = None, work.now
    row.undone_at, row.undone_by = work.now, guards.caller(work).person
    row.undone_because_sealed = work.settings.vault.seal(command["reason"])
    return {"id": str(row.id), "kept": str(kept.id), "merged": str(merged.id), **moved}


def erase_person(work: Work, command: Command) -> dict[str, t.Any]:
    """Erase one person's data (PIPL 47): figures, numbers, dates and the history of acts stay, without words.

    Refused while a matter is open, and until files need no longer be kept. Merged records go with it, and the name in
    services short of a case.
    """
    person = people.current(work.session, people.seen(work.session, guards.caller(work), command["person"]))
    person = t.cast(Person, work.session.get(Person, person.id, with_for_update=True, populate_existing=True))
    records = repository.records_of(work.session, person.id)
    rows = list(work.session.scalars(select(Application).where(Application.person.in_(records)).with_for_update()))
    kept_elsewhere = {"services": 0, "pairs": 0}
    if person.erased_at is None:
        _check_erasable(work, rows)
        names = [one.name_index for one in (work.session.get_one(Person, record) for record in records)]
        kept_elsewhere = named.erase(work, [name for name in names if name], command["not_theirs"])
        for row in rows:
            erasure.erase_application(work, row)
        for record in records:
            one = t.cast(Person, work.session.get(Person, record))
            erasure.erase_letters(work, one, rows)
            erasure.erase_record(work, one, command["reason"])
        event = {"person": person.id, "applications": [row.id for row in rows], "erased_at": work.now}
        for organization in sorted({row.organization for row in rows}) or [work.organization]:
            work.emit("intake.person_erased.v1", event, organization=organization, subject=person.id)
    erased_at = t.cast(dt.datetime, person.erased_at)
    numbers = [row.number for row in rows]
    return {"id": str(person.id), "erased_at": erased_at.isoformat(), "applications": numbers, **kept_elsewhere}


def _check_erasable(work: Work, rows: list[Application]) -> None:
    matters = [
        retention.Matter(row.number, row.state, row.case_closed_at, repository.last_act_at(work.session, row))
        for row in rows
    ]
    open_matters = retention.open_matters(matters)
    if open_matters:
        raise Rejected("matter-open", numbers=", ".join(sorted(open_matters)))
    until = retention.kept_until(matters, work.settings.retention_days)
    if until is not None and work.now < until:
        raise Rejected("kept-by-law", day=until.astimezone(ZoneInfo(work.settings.zone)).date())


def case_closed(work: Work, event: Command) -> None:
    """Assignment closed the case of an application: from now on the matter is not open any more."""
    row = repository.application_to_change(work.session, event["application"])
    if row is not None:
        row.case_closed_at = event["checked_at"]


def aid_restored(work: Work, event: Command) -> None:
    """Aid that was terminated goes on: the matter is open again."""
    row = repository.application_to_change(work.session, event["application"])
    if row is not None and (row.case_closed_at is None or row.case_closed_at <= event["restored_at"]):
        row.case_closed_at = None


def case_terminated(work: Work, event: Command) -> None:
    """A case that nobody had taken is closed when it is terminated; any other one with its closing file."""
    row = repository.application_to_change(work.session, event["application"])
    if row is not None and event["lawyer"] is None:
        row.case_closed_at = event["terminated_at"]
