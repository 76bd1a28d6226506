"""Applications: filed, judged by dated rules, and decided."""

from __future__ import annotations

import datetime as dt
import typing as t

from chassis.errors import Rejected
from chassis.work import Work
from services.intake import competence, guards, people, repository
from services.intake import handle_papers as papers
from services.intake.domain import application as life
from services.intake.domain.circumstances import TOLD
from services.intake.domain.numbers import application_number
from services.intake.models import Application, Person

Command = dict[str, t.Any]
PLAIN = ("recipient_group", "form_of_aid", "matter", "pledge", "limitation_on", "office_district", "arose_district")


def file_application(work: Work, command: Command) -> dict[str, t.Any]:
    """Accept an application for decision: one record per person, a number, and what the rules of its day say.

    The same matter of the same person, still undecided at the same organization, is refused as a duplicate; at
    another organization it is accepted, and the decision makers are told (any door may be knocked at).
    """
    organization, station = guards.desk(work, command["station"], is_open=True)
    today = work.today()
    applied_on = guards.day_between(command["applied_on"] or today, *life.filing_days(today), "applied_on")
    guards.possible_limitation(work, command["limitation_on"])
    # The number first: its lock puts filings in one order, so that two of them never wait for each other.
    number = application_number(today.year, repository.next_number(work.session, f"A{today.year}"))
    vault, on_behalf = work.settings.vault, command["on_behalf"]
    received_at = on_behalf["received_at"] if on_behalf else None
    if received_at is not None:
        guards.moment_between(work, received_at, work.now - life.OLDEST_FILING, work.now, "on_behalf/received_at")
    # the 24 hours are those of the office that keeps the person, not of a family
    of_office = received_at if on_behalf and on_behalf["relation"] == "office" else None
    person = people.identify(work, command["applicant"], guards.caller(work), "/applicant")
    guards.usable_figures(work, command, person, applied_on)
    duplicates = _duplicates(work, person, command["matter"], organization)
    row = Application(
        id=work.new_id(),
        number=number,
        version=1,
        state=life.START,
        organization=organization,
        station=station,
        person=person.id,
        statement_sealed=vault.seal(command["statement"]),
        opposing_sealed=vault.seal_json(command["opposing_parties"]),
        urgency=life.urgency(command["urgency"], command["limitation_on"], command["facts"], today),
        district=command["applicant"]["district"],
        on_behalf_sealed=_sealed_on_behalf(work, on_behalf),
        forwarded_late=life.forwarded_late(of_office, work.now),
        applied_on=applied_on,
        received_at=work.now,
        duplicates=duplicates,
        **{name: command[name] for name in PLAIN},
    )
    judgement = guards.judge(work, row, person, {name: command[name] for name in TOLD}).as_dict()
    guards.enter(work, row, person, "file")
    _tell_received(work, row, judgement["reasons"], of_office)
    return guards.answer(row) | {
        "person": str(person.id),
        "reasons": judgement["reasons"],
        "missing": judgement["missing"],
        "competence": competence.of(work.session, row),
        "duplicates": duplicates,
        "possible_same": _possible_same(work, person, command["applicant"]),
        "received_at": row.received_at.isoformat(),
        "limitation_passed": life.is_past(row.limitation_on, today),
    }


def _possible_same(work: Work, person: Person, told: Command) -> list[str]:
    """Other records of the same name and birth that the caller may see: staff merge them if they are one person."""
    known = people.candidates(work.session, work.settings.vault, told, guards.caller(work), but=person.id)
    return [str(one) for one in known]


def _duplicates(work: Work, person: Person, matter: str, organization: str) -> list[str]:
    """Numbers of the person's earlier applications for the same matter that are undecided or granted."""
    if people.is_new(person):
        return []
    earlier = repository.same_matter(work.session, person, matter, {*life.UNDECIDED, "granted"})
    for row in earlier:
        if row.organization == organization and row.state in life.UNDECIDED:
            raise Rejected("duplicate-application", number=row.number)
    return [row.number for row in earlier]


def _sealed_on_behalf(work: Work, on_behalf: dict[str, t.Any] | None) -> str | None:
    if on_behalf is None:
        return None
    received_at = on_behalf["received_at"]
    plain = {**on_behalf, "received_at": received_at.isoformat() if received_at else None}
    sealed: str = work.settings.vault.seal_json(plain)
    return sealed


def _tell_received(
    work: Work, row: Application, reasons: list[dict[str, t.Any]], office_received_at: dt.datetime | None
) -> None:
    data = {
        "received_at": row.received_at,
        "urgency": row.urgency,
        "limitation_on": row.limitation_on,
        "eligibility": row.eligibility,
        "reasons": reasons,
        "duplicates": row.duplicates,
        "forwarded_late": row.forwarded_late,
        "office_received_at": office_received_at,
    }
    guards.tell(work, "intake.application_received.v1", row, data)


def grant_application(work: Work, command: Command) -> dict[str, t.Any]:
    """The center gives aid (LA 43). The judgement advises; the decision is a person's."""
    row = guards.application(work, command)
    guards.possible(row, "grant")
    later = command["papers_later"]
    if (later or row.state == "awaiting_papers") and row.urgency != "urgent":
        raise Rejected("not-urgent", number=row.number)
    guards.advance(work, row, "grant", command["note"])
    row.decided_at, row.decision_sealed = work.now, sealed_texts(work, [command["note"]])
    tell_granted(work, row)
    if later:
        papers.ask_for(work, row, later, None, after_grant=True)
    return guards.answer(row)


def tell_granted(work: Work, row: Application, since: dt.datetime | None = None) -> None:
    """Hand a granted application to assignment, with both sides for the conflict check.

    ``since``: from when its three days run, if not from now.
    """
    person = t.cast(Person, work.session.get(Person, row.person))
    age = people.age_on(work.settings.vault, person, row.applied_on)
    data = {
        "granted_at": since or work.now,
        "urgency": row.urgency,
        "district": row.district,
        "facts": guards.told_of(work, row)["facts"],
        "minor": None if age is None else age < life.OF_AGE,
        "parties": _parties(work, row, person),
    }
    guards.tell(work, "intake.application_granted.v1", row, data)


def _parties(work: Work, row: Application, person: Person) -> list[dict[str, t.Any]]:
    """Both sides as the conflict check needs them."""
    vault = work.settings.vault
    number = people.number_of(vault, person)
    aided = {"side": "aided", "name": vault.open(person.name_sealed), "kind": "person", "number": number}
    opposing = [
        {
            "side": "opposing",
            "name": party["name"],
            "kind": party["kind"],
            "number": party.get("identity_number") or party.get("credit_code"),
        }
        for party in vault.open_json(row.opposing_sealed)
    ]
    return [aided, *opposing]


def refuse_application(work: Work, command: Command) -> dict[str, t.Any]:
    """The center refuses in writing, with reasons (LA 43)."""
    row = guards.application(work, command)
    guards.advance(work, row, "refuse", "\n".join(command["reasons"]))
    row.decided_at, row.decision_sealed = work.now, sealed_texts(work, command["reasons"])
    data = {"refused_at": work.now, "reasons": command["reasons"]}
    guards.tell(work, "intake.application_refused.v1", row, data)
    return guards.answer(row)


def withdraw_application(work: Work, command: Command) -> dict[str, t.Any]:
    """The applicant takes the application back before it is decided."""
    row = guards.application(work, command)
    guards.advance(work, row, "withdraw", command["reason"])
    guards.tell(work, "intake.application_withdrawn.v1", row, {"withdrawn_at": work.now, "deemed": False})
    return guards.answer(row)


def sealed_texts(work: Work, texts: list[str | None]) -> str:
    sealed: str = work.settings.vault.seal_json([text for text in texts if text])
    return sealed
