"""Complaints: opened by anybody through any door, accepted, concluded with measures and answered by the center.

Handlers, as in handlers.py. Who complained and what they said stays in the table: events carry numbers and terms only.
"""

from __future__ import annotations

from typing import Any

from chassis import organizations
from chassis.errors import Rejected
from chassis.principal import Principal
from chassis.work import Work
from contracts import tracking
from services.supervision import repository, suspensions, telling, traces
from services.supervision.models import Complaint, Person, Station

PUBLIC = "public"  # the role of whoever complains through the door that needs no key
NEXT = {"received": ("accept", "conclude"), "accepted": ("conclude",), "concluded": ("answer",), "answered": ()}

DONE = {"accept": "accepted", "conclude": "concluded", "answer": "answered"}


def open_complaint(work: Work, command: dict[str, Any]) -> dict[str, Any]:
    """Take a complaint in. Its first task goes to the center's directors at once; so does every report of a fee.

    Whoever complains without an account is never turned away for a wrong code: the center finds out whom it is about.
    """
    caller = _caller(work)
    place = _place(work, command, is_lenient=caller.role == PUBLIC)
    code = tracking.code_of(work.message.id)
    vault = work.settings.vault
    row = Complaint(
        id=work.new_id(),
        number=repository.next_number(work.session, "T", work.today().year),
        tracking=tracking.fingerprint(code),
        case_id=command["case"],
        state="received",
        measures=[],
        from_organization=None if caller.role == PUBLIC else caller.organization,
        from_station=_own_station(work, caller),
        name_sealed=vault.seal(command["complainant_name"]),
        phone_sealed=vault.seal(command["complainant_phone"]),
        statement_sealed=vault.seal(command["statement"]),
        opened_at=work.now,
        version=1,
        **place,
        **{name: command[name] for name in ("lawyer", "subject", "channel", "amount_fen")},
    )
    work.session.add(row)
    traces.acted(work, row.id, "opened")
    telling.say(work, "supervision.complaint_opened.v1", {**_reference(row), "opened_at": work.now})
    return {**_answer(row), "tracking_code": code}


def _place(work: Work, command: dict[str, Any], *, is_lenient: bool) -> dict[str, str | None]:
    """Whose work it is about, known to the network; ``is_lenient``: the center's where nobody is known by that code."""
    organization, station = command["organization"], command["station"]
    is_known = organization in organizations.codes(work.session)
    if not is_known and not is_lenient:
        raise Rejected("unknown-organization", pointer="/organization", code=organization)
    if not is_known or (station is not None and work.session.get(Station, (organization, station)) is None):
        if not is_lenient:
            raise Rejected("unknown-station", pointer="/station", code=station)
        return {"organization": organization if is_known else work.settings.center, "station": None}
    if command["lawyer"] is not None and command["lawyer"] not in repository.names(work.session, [command["lawyer"]]):
        raise Rejected("unknown-person", pointer="/lawyer")
    return {"organization": organization, "station": station}


def _own_station(work: Work, caller: Principal) -> str | None:
    """Where the caller works: the station of the key, else of the person."""
    person = work.session.get(Person, caller.person) if caller.person else None
    return caller.station or (person.station if person else None)


def accept_complaint(work: Work, command: dict[str, Any]) -> dict[str, Any]:
    """The center takes the complaint up; it may have found out meanwhile whom it is about."""
    row = _of_the_center(work, command, "accept")
    about = {"organization": row.organization, "station": row.station, "lawyer": row.lawyer}
    about |= {name: command[name] for name in about if command[name] is not None}
    for name, value in ({"lawyer": about["lawyer"]} | _place(work, about, is_lenient=False)).items():
        setattr(row, name, value)
    row.case_id = command["case"] or row.case_id
    row.state, row.accepted_at = "accepted", work.now
    telling.say(work, "supervision.complaint_accepted.v1", {**_reference(row), "accepted_at": work.now})
    return _answer(row)


def conclude_complaint(work: Work, command: dict[str, Any]) -> dict[str, Any]:
    """The center's conclusion with its measures; a suspension takes effect at once."""
    row = _of_the_center(work, command, "conclude")
    conclusion, measures = command["conclusion"], command["measures"]
    if row.state == "received" and conclusion not in ("not_accepted", "withdrawn"):
        raise Rejected("wrong-state", of="complaint", state=row.state, act="conclude", allowed="accept")
    missing = {"suspend_station": row.station, "suspend_lawyer": row.lawyer}
    if any(measure in missing and missing[measure] is None for measure in measures):
        raise Rejected("invalid", pointer="/measures")
    row.state, row.concluded_at = "concluded", work.now
    row.conclusion, row.measures, row.reasons_sealed = (
        conclusion,
        measures,
        work.settings.vault.seal(command["reasons"]),
    )
    if "suspend_station" in measures:
        suspensions.suspend(work, row.id, row.organization, station=row.station)
    if "suspend_lawyer" in measures:
        suspensions.suspend(work, row.id, work.settings.center, lawyer=row.lawyer)
    told = {"conclusion": conclusion, "measures": measures, "concluded_at": work.now}
    telling.say(work, "supervision.complaint_concluded.v1", {**_reference(row), **told})
    return _answer(row)


def answer_complaint(work: Work, command: dict[str, Any]) -> dict[str, Any]:
    """The complainant is answered."""
    row = _of_the_center(work, command, "answer")
    vault = work.settings.vault
    row.state, row.answered_at = "answered", work.now
    row.answer_sealed, row.note_sealed = vault.seal(command["answer"]), vault.seal(command["note"])
    telling.say(work, "supervision.complaint_answered.v1", {**_reference(row), "answered_at": work.now})
    return _answer(row)


def _caller(work: Work) -> Principal:
    if work.principal is None or work.principal.role == "auditor":
        raise Rejected("forbidden", role="auditor")
    return work.principal


def _of_the_center(work: Work, command: dict[str, Any], act: str) -> Complaint:
    """A complaint in a state that allows an act of the center, unchanged since it was seen; locked."""
    caller = _caller(work)
    row = repository.complaint(work.session, command["complaint"])
    if row is None or not caller.may_see(row.organization, row.station):
        raise Rejected("not-found", what="complaint")
    if not caller.is_center:
        raise Rejected("forbidden", role=caller.role)
    if command["version"] is not None and command["version"] != row.version:
        raise Rejected("version-conflict", expected=command["version"], actual=row.version)
    if act not in NEXT[row.state]:
        raise Rejected("wrong-state", of="complaint", state=row.state, act=act, allowed=", ".join(NEXT[row.state]))
    row.version += 1
    traces.acted(work, row.id, DONE[act])
    return row


def _reference(row: Complaint) -> dict[str, Any]:
    names = ("number", "organization", "station", "lawyer", "subject")
    return {"complaint": row.id, **{name: getattr(row, name) for name in names}}


def _answer(row: Complaint) -> dict[str, Any]:
    return {"id": str(row.id), "number": row.number, "state": row.state, "version": row.version}
