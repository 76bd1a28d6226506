"""Mandatory criminal defence: an office notifies, aid is given by law, a lawyer comes in three days (LA 25, 36)."""

from __future__ import annotations

import datetime as dt
import typing as t

from chassis.errors import Rejected
from chassis.work import Work
from contracts import terms
from services.intake import guards, people, repository
from services.intake.domain import application as life
from services.intake.domain import names
from services.intake.domain.numbers import application_number
from services.intake.handle_applications import tell_granted
from services.intake.models import Application, Person

Command = dict[str, t.Any]
OLDEST_NOTICE = dt.timedelta(days=30)
LATEST_HEARING = dt.timedelta(days=730)


def notify_defence(work: Work, command: Command) -> dict[str, t.Any]:
    """Take in an office's notice: the application is granted in the same act, and hardship is not asked about.

    The three days run from the receipt of the notice, not from its entry here.
    """
    organization, station = guards.desk(work, command["station"])
    received_at = command["received_at"] or work.now
    guards.moment_between(work, received_at, work.now - OLDEST_NOTICE, work.now, "received_at")
    today = work.today()
    number = application_number(today.year, repository.next_number(work.session, f"A{today.year}"))
    if command["hearing_on"] is not None:
        first = guards.local_day(work, received_at)
        guards.day_between(command["hearing_on"], first, today + LATEST_HEARING, "hearing_on")
    person = people.identify(work, command["defendant"], guards.caller(work), "/defendant")
    _refuse_grown_up(work, command, person, guards.local_day(work, received_at))
    _refuse_the_same_notice(work, command, person)
    facts = _facts(work, command, person)
    row = _application(work, command, person, facts)
    row.number, row.organization, row.station, row.received_at = number, organization, station, received_at
    guards.judge(work, row, person, {"facts": facts, "household_size": None, "monthly_income_fen": None, "figures": {}})
    row.eligibility = "eligible"  # by law, whatever a rule set says of the facts that the office named
    guards.enter(work, row, person, "notify")
    guards.advance(work, row, "appoint")
    row.decided_at = work.now
    data = {"received_at": received_at, "office": command["office"]["kind"], "grounds": command["grounds"],
            "stage": command["stage"]}  # fmt: skip
    guards.tell(work, "intake.defence_notified.v1", row, data)
    tell_granted(work, row, received_at)
    return guards.answer(row) | {"person": str(person.id), "received_at": received_at.isoformat()}


def _refuse_the_same_notice(work: Work, command: Command, person: Person) -> None:
    """One notice is one defence: sent twice, it would bring two lawyers into the same proceedings."""
    if people.is_new(person):
        return
    told, vault = _which(command), work.settings.vault
    for row in repository.same_matter(work.session, person, "criminal_defence", {"granted"}):
        if row.notice_sealed and row.case_closed_at is None and _which(vault.open_json(row.notice_sealed)) == told:
            raise Rejected("duplicate-notice", number=row.number)


def _which(notice: t.Mapping[str, t.Any]) -> tuple[str, ...]:
    """What tells two notices about one person apart."""
    office = notice["office"]
    return notice["stage"], office["kind"], names.name_key(office["name"]), names.name_key(notice["charge"])


def _refuse_grown_up(work: Work, command: Command, person: Person, day: dt.date) -> None:
    """Nobody is defended as a minor who was of age on the day of the notice: the ground or the birth is wrong."""
    age = people.age_on(work.settings.vault, person, day)
    if "minor" in command["grounds"] and age is not None and age >= life.OF_AGE:
        raise Rejected("not-a-minor", pointer="/grounds", day=day)


def _facts(work: Work, command: Command, person: Person) -> list[str]:
    """The office's grounds as facts of the rules, and that the person is held."""
    facts = [ground for ground in command["grounds"] if ground in terms.FACTS]
    if "death_review" in command["grounds"] and "life_or_death_sentence_possible" not in facts:
        facts.append("life_or_death_sentence_possible")
    return [*facts, "in_custody"] if command["in_custody_at"] else facts


def _application(work: Work, command: Command, person: Person, facts: list[str]) -> Application:
    vault = work.settings.vault
    group = "minor" if "minor" in command["grounds"] else command["recipient_group"]
    hearing = command["hearing_on"]
    notice = {
        "office": command["office"],
        **{name: command[name] for name in ("grounds", "stage", "charge", "in_custody_at")},
        "hearing_on": hearing.isoformat() if hearing else None,
    }
    return Application(
        id=work.new_id(),
        version=1,
        state=life.START,
        person=person.id,
        recipient_group=group,
        form_of_aid="criminal_defence",
        matter="criminal_defence",
        statement_sealed=vault.seal(command["statement"] or command["charge"]),
        opposing_sealed=vault.seal_json([]),
        urgency=life.urgency("normal", hearing, facts, work.today()),
        limitation_on=None,
        pledge=False,
        district=command["defendant"]["district"],
        on_behalf_sealed=None,
        forwarded_late=False,
        applied_on=work.today(),
        duplicates=[],
        notice_sealed=vault.seal_json(notice),
    )
