"""What every handler checks first: who asks, which row, which version, which state."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Table

from chassis import bulk, versions
from chassis.clock import local_text
from chassis.errors import Rejected
from chassis.principal import Principal
from chassis.work import Work
from services.intake import competence, people, repository
from services.intake.domain import application as life
from services.intake.domain.circumstances import TOLD, circumstances, unusable
from services.intake.eligibility import Judgement
from services.intake.models import Act, Application, Person, Station

JUDGED = ("form_of_aid", "matter", "recipient_group", "pledge", "office_district", "arose_district")
ACTS = t.cast(Table, Act.__table__)
FIRST_DAY = dt.date(2000, 1, 1)  # nothing of the network is older


def caller(work: Work) -> Principal:
    """Who asks; a command without a caller is refused."""
    if work.principal is None:
        raise Rejected("forbidden", role="none")
    return work.principal


def center_only(work: Work) -> None:
    """What only the center may do."""
    principal = caller(work)
    if not principal.is_center:
        raise Rejected("forbidden", role=principal.role)


def same_or_center(work: Work, organization: str) -> None:
    """Only the center acts for other organizations; to anybody else they do not exist."""
    principal = caller(work)
    if not principal.is_center and organization != principal.organization:
        raise Rejected("unknown-organization", pointer="/organization", code=organization)


def known_organization(work: Work, code: str, pointer: str = "/organization") -> None:
    if not repository.organization_exists(work.session, code):
        raise Rejected("unknown-organization", pointer=pointer, code=code)


def desk(work: Work, code: str | None, *, is_open: bool = False) -> tuple[str, str | None]:
    """Organization and station where something is filed: the caller's own; the center may name any station.

    ``is_open``: only a station that takes applications will do, as in ``open_door``.
    """
    principal = caller(work)
    code = code or principal.station
    if code is None:
        return principal.organization, None
    if principal.station not in (None, code):
        raise Rejected("unknown-station", pointer="/station", code=code)
    if principal.is_center:
        own = repository.station_named(work.session, code, principal.organization)
    else:
        own = repository.station(work.session, principal.organization, code)
    if own is None:
        raise Rejected("unknown-station", pointer="/station", code=code)
    if is_open:
        _must_be_open(own, "/station")
    return own.organization, own.code


def application(work: Work, command: t.Mapping[str, t.Any]) -> Application:
    """The application that a command is about, locked; what the caller may not see does not exist."""
    row = repository.application_to_change(work.session, command["application"])
    if row is None or not repository.sees(work.session, caller(work), row):
        raise Rejected("not-found", what="application")
    if not repository.may_change(caller(work), row):
        raise Rejected("referred-on", number=row.number, organization=row.organization)
    expect_version(command, row.version)
    return row


def still_known(work: Work, row: Application) -> None:
    """Nothing is entered any more about somebody whose data were erased: words would come back, and aid has no name."""
    if work.session.get_one(Person, row.person).erased_at is not None:
        raise Rejected("person-erased")


def expect_version(command: t.Mapping[str, t.Any], actual: int) -> None:
    """Refuse a command of somebody who saw another version than the present one."""
    versions.check(command.get("version"), actual)


def open_door(work: Work, organization: str, code: str | None, pointer: str = "/station") -> None:
    """Only a station that is open takes applications: a planned, suspended or closed one sends people on."""
    station = repository.station(work.session, organization, code) if code is not None else None
    if station is not None:
        _must_be_open(station, pointer)


def _must_be_open(station: Station, pointer: str) -> None:
    if station.state != "ready":
        raise Rejected("station-not-open", pointer=pointer, code=station.code, of="station", state=station.state)


def possible(row: Application, act: str) -> str:
    """The state that ``act`` leads to; refuses what the application's state does not allow."""
    try:
        return life.move(row.state, act)
    except life.WrongState as wrong:
        allowed = ", ".join(acts(row))
        raise Rejected("wrong-state", of="application", state=wrong.state, act=wrong.act, allowed=allowed) from None


def acts(row: Application, *, is_erased: bool = False) -> list[str]:
    """What is possible with an application now, as far as it is its own state that decides."""
    return life.possible_now(
        row.state,
        is_urgent=row.urgency == "urgent",
        told_once=row.papers_requested_at is not None,
        awaits_papers=row.papers_requested_at is not None and row.papers_complete_at is None,
        is_erased=is_erased,
    )


def advance(work: Work, row: Application, act: str, note: str | None = None, *, by_rule: bool = False) -> None:
    """Move an application by ``act`` and write it into its history; refuses what its state does not allow.

    ``by_rule``: nobody did it, a rule of law came to pass.
    """
    row.state = possible(row, act)
    row.version += 1
    remember(work, row, act, note, by_rule=by_rule)


def enter(work: Work, row: Application, person: Person, act: str) -> None:
    """Insert a new application after its person, if that is new, and the first line of its history after it."""
    if people.is_new(person):
        bulk.insert_object(work.session, person)  # the lock on their numbers holds off who files at the same moment
    bulk.insert_object(work.session, row)
    remember(work, row, act)


def remember(work: Work, row: Application, act: str, note: str | None = None, *, by_rule: bool = False) -> None:
    """One line of an application's history."""
    principal = None if by_rule else work.principal
    line = {
        "id": work.new_id(),
        "application": row.id,
        "act": act,
        "state": row.state,
        "version": row.version,
        "by_role": principal.role if principal else "rule",
        "by_organization": principal.organization if principal else row.organization,
        "by_person": principal.person if principal else None,
        "at": work.now,
        "note_sealed": work.settings.vault.seal(note),
    }
    bulk.insert_all(work.session, ACTS, [line])


def local_day(work: Work, moment: dt.datetime) -> dt.date:
    """The day of a moment in the network's zone."""
    return moment.astimezone(ZoneInfo(work.settings.zone)).date()


def whole_place(latitude: float | None, longitude: float | None) -> None:
    """A place has both coordinates or neither; raises Rejected with the one that is missing."""
    if (latitude is None) != (longitude is None):
        raise Rejected("half-a-place", pointer="/latitude" if latitude is None else "/longitude")


def day_between(day: dt.date, earliest: dt.date, latest: dt.date, field: str) -> dt.date:
    """A day that is possible; raises Rejected with what would be."""
    if not earliest <= day <= latest:
        raise Rejected("impossible-date", pointer=f"/{field}", field=field, value=day, earliest=earliest, latest=latest)
    return day


def moment_between(work: Work, moment: dt.datetime, earliest: dt.datetime, latest: dt.datetime, field: str) -> None:
    """Raises Rejected for a moment that is not possible, with what would be, in the network's zone."""
    if not earliest <= moment <= latest:
        zone = ZoneInfo(work.settings.zone)
        named = {"value": moment, "earliest": earliest, "latest": latest}
        told = {name: local_text(one, zone) for name, one in named.items()}
        raise Rejected("impossible-date", pointer=f"/{field}", field=field, **told)


def possible_limitation(work: Work, day: dt.date | None) -> None:
    """A limitation ends on a day that can be; raises Rejected."""
    if day is not None:
        day_between(day, *life.limitation_days(work.today()), "limitation_on")


def usable_figures(work: Work, form: t.Mapping[str, t.Any], person: Person, day: dt.date) -> None:
    """Figures must be inputs of the rules of that day, with values possible for that person; raises Rejected."""
    rules = work.settings.rule_book.find(work.settings.jurisdiction, day)
    born = people.born_on(work.settings.vault, person)
    for pointer, name, why in unusable(rules, form, born, day) if rules else ():
        raise Rejected("unusable-figure", pointer=pointer, name=name, why=why)


def told_of(work: Work, row: Application) -> dict[str, t.Any]:
    """Facts, household, income and other figures of an application, opened."""
    told: dict[str, t.Any] = work.settings.vault.open_json(row.circumstances_sealed)
    return told


def judge(work: Work, row: Application, person: Person, told: t.Mapping[str, t.Any]) -> Judgement:
    """Judge an application by the rules of its own day, and keep what was told and what the rules say, sealed."""
    vault = work.settings.vault
    form = {name: getattr(row, name) for name in JUDGED}
    form |= {"district": row.district or person.district, "station_district": competence.here(work.session, row)}
    given = circumstances({**form, **told}, people.born_on(vault, person), row.applied_on)
    judgement: Judgement = work.settings.rule_book.judge(work.settings.jurisdiction, row.applied_on, given)
    row.circumstances_sealed = vault.seal_json({name: told.get(name) for name in TOLD})
    row.eligibility, row.judgement_sealed = judgement.outcome, vault.seal_json(judgement.as_dict())
    return judgement


def reference(row: Application) -> dict[str, t.Any]:
    """What every event about an application carries (``CaseReference``)."""
    return {
        "application": row.id,
        "application_number": row.number,
        "organization": row.organization,
        "station": row.station,
        "recipient_group": row.recipient_group,
        "form_of_aid": row.form_of_aid,
        "matter": row.matter,
    }


def tell(work: Work, message_type: str, row: Application, data: t.Mapping[str, t.Any]) -> UUID:
    """Emit an event about an application in its organization's mailbox."""
    return work.emit(message_type, {**reference(row), **data}, organization=row.organization, subject=row.id)


def answer(row: Application) -> dict[str, t.Any]:
    """What the caller of a command about an application is answered with."""
    return {
        "id": str(row.id),
        "number": row.number,
        "state": row.state,
        "version": row.version,
        "organization": row.organization,
        "station": row.station,
        "eligibility": row.eligibility,
    }
