"""Who may do what with a row, and the one way in which a case moves on.

A row that the caller may not see is answered exactly like one that does not exist.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID

from chassis.errors import Rejected
from chassis.principal import Principal
from chassis.work import Work
from contracts.registry import REGISTRY
from services.assignment import models as m
from services.assignment import repository
from services.assignment.domain.lifecycle import WrongMove, move, possible


def caller(work: Work) -> Principal:
    """Who asked; a command without a caller is refused."""
    if work.principal is None:
        raise Rejected("forbidden", role="none")
    return work.principal


def sees(principal: Principal, case: m.Case) -> bool:
    """A lawyer sees the cases that are theirs, an organization its own, the center all."""
    if principal.role == "lawyer":
        return case.lawyer_id is not None and case.lawyer_id == principal.person
    return principal.may_see(case.organization, case.station)


def center_only(work: Work) -> Principal:
    """Refuse everyone but the center's staff."""
    principal = caller(work)
    if not principal.is_center:
        raise Rejected("forbidden", role=principal.role)
    return principal


def case_for(work: Work, command: t.Mapping[str, t.Any], *roles: str) -> m.Case:
    """The command's case under its lock, for a caller of the center or of one of ``roles``.

    Raises Rejected: not-found (absent or out of sight), forbidden, version-conflict.
    """
    principal = caller(work)
    case = repository.lock_case(work.session, command["case"])
    if case is None or not sees(principal, case):
        raise Rejected("not-found", what="case")
    if not principal.is_center and principal.role not in roles:
        raise Rejected("forbidden", role=principal.role)
    seen = command.get("version")
    if seen is not None and seen != case.version:
        raise Rejected("version-conflict", expected=seen, actual=case.version)
    return case


def still_known(case: m.Case) -> None:
    """Nothing is entered any more about somebody whose data were erased: words would come back, and aid has no name."""
    if case.erased_at is not None:
        raise Rejected("person-erased")


def handler_of(case: m.Case) -> UUID:
    """The lawyer who handles the case; a case in a state without one cannot be handled."""
    if case.lawyer_id is None:
        raise wrong_state(case, "handle")
    return case.lawyer_id


def wrong_state(case: m.Case, act: str) -> Rejected:
    """What refuses an act that the state of a case does not allow, with those that it does."""
    return Rejected("wrong-state", of="case", state=case.state, act=act, allowed=", ".join(possible(case.state)))


def lawful_day(work: Work, command: t.Mapping[str, t.Any], field: str, *, since: dt.date | None) -> dt.date:
    """The day that a command names, today if it names none; never in the future, nor before ``since``."""
    day: dt.date = command[field] or work.today()
    return day_between(field, day, since or dt.date.min, work.today())


def day_between(field: str, day: dt.date, earliest: dt.date, latest: dt.date) -> dt.date:
    """The day of a command's field; raises Rejected impossible-date where it lies outside of two days."""
    if not earliest <= day <= latest:
        limits = {"earliest": earliest.isoformat(), "latest": latest.isoformat()}
        raise Rejected("impossible-date", pointer=f"/{field}", field=field, value=day.isoformat(), **limits)
    return day


def known_organization(work: Work, code: str, station: str | None = None, *, pointer: str = "/organization") -> None:
    """Refuse an organization that is not in the network, and a station that is not one of its."""
    if code != work.settings.center and work.session.get(m.OrganizationRule, code) is None:
        raise Rejected("unknown-organization", code=code, pointer=pointer)
    if station is not None and work.session.get(m.Station, (code, station)) is None:
        raise Rejected("unknown-station", code=station, pointer="/station")


def advance(work: Work, case: m.Case, act: str, *, by_rule: bool = False) -> None:
    """Move a case on by an act and keep the act in its history; raises Rejected wrong-state."""
    before = case.state
    try:
        case.state = move(before, act)
    except WrongMove:
        raise wrong_state(case, act) from None
    case.version += 1
    principal = None if by_rule else work.principal
    work.session.add(
        m.CaseAct(
            id=work.new_id(),
            case_id=case.id,
            version=case.version,
            act=act,
            before=before,
            after=case.state,
            at=work.now,
            by_role=principal.role if principal else "rule",
            by_person=principal.person if principal else None,
        )
    )


def case_event(case: m.Case, **more: t.Any) -> dict[str, t.Any]:
    """What every event about a case carries, and ``more``."""
    return {
        "application": case.application_id,
        "application_number": case.application_number,
        "organization": case.organization,
        "station": case.station,
        "recipient_group": case.recipient_group,
        "form_of_aid": case.form_of_aid,
        "matter": case.matter,
        "case": case.id,
        "case_number": case.number,
        "restored": case.restored_by,
        **more,
    }


def tell(work: Work, event: str, case: m.Case, **more: t.Any) -> None:
    """Say an event about a case, in the mailbox of the case's organization."""
    say(work, event, case_event(case, **more), case.organization, case.id)


def say(work: Work, event: str, data: dict[str, t.Any], organization: str, subject: UUID) -> None:
    """Say an event; one that no service hears is only held against its contract, for the broker has no place for it."""
    if REGISTRY[event].heard_by:
        work.emit(event, data, organization=organization, subject=subject)
    else:
        REGISTRY.dump(event, data)
