"""The facts of an application's official papers, as words; the door puts them into a template.

A paper is dated on the day of its act and says the same whenever it is fetched again.
"""

from __future__ import annotations

import typing as t
from zoneinfo import ZoneInfo

from sqlalchemy import select

from chassis.errors import Rejected
from chassis.tables import organizations
from chassis.work import Read
from contracts import terms
from contracts.papers import PAPERS, day_zh, year_and_serial
from services.intake import repository
from services.intake.audit import looked
from services.intake.models import Act, Application, Person
from services.intake.pages import Answer, Params, as_uuid

#: paper -> the acts that it is about; the last one that was done counts.
ACTS = {
    "acceptance_notice": (),  # the receipt itself
    "missing_papers_notice": ("request_papers",),
    "grant_decision": ("grant", "overturn", "appoint"),
    "refusal_decision": ("refuse",),
}


def papers(read: Read, params: Params) -> Answer:
    """The papers that there are by now, with the day of each."""
    row = _application(read, params)
    days = {kind: _moment(read, row, kind) for kind in ACTS}
    zone = ZoneInfo(read.settings.zone)
    return {
        "items": [
            {"kind": kind, "zh": PAPERS[kind].zh, "en": PAPERS[kind].en, "on": at.astimezone(zone).date().isoformat()}
            for kind, at in days.items()
            if at is not None
        ]
    }


def paper(read: Read, params: Params) -> Answer:
    """What one paper says; raises Rejected paper-not-there before its act."""
    row, kind = _application(read, params), params["kind"]
    at = _moment(read, row, kind)
    if at is None:
        raise Rejected("paper-not-there", number=row.number, kind=kind)
    person = t.cast(Person, read.session.get(Person, row.person))
    looked(read, person.id, "intake.paper", ("name", f"paper {kind}"), row.id)
    on_behalf = read.settings.vault.open_json(row.on_behalf_sealed) if row.on_behalf_sealed else {}
    year, serial = year_and_serial(row.number)
    common = {
        "center": _center(read),
        "year": year,
        "serial": serial,
        "application_number": row.number,
        "applicant": read.settings.vault.open(person.name_sealed) or "",
        "represented_by": on_behalf.get("name") or "",
        "matter": terms.MATTERS[row.matter],
        "form_of_aid": terms.FORMS_OF_AID[row.form_of_aid],
        "received_on": _day(read, row.received_at),
    }
    return {"kind": kind, "number": row.number, "facts": common | FACTS[kind](read, row, _day(read, at))}


def _papers_missing(read: Read, row: Application, on: str) -> dict[str, t.Any]:
    missing = read.settings.vault.open_json(row.papers_sealed) if row.papers_sealed else []
    return {"papers": [one["title"] for one in missing], "requested_on": on, "supply_by": day_zh(row.papers_due_on)}


def _granted(read: Read, row: Application, on: str) -> dict[str, t.Any]:
    judgement = read.settings.vault.open_json(row.judgement_sealed) if row.judgement_sealed else {}
    return {"decided_on": on, "grounds": [one["zh"] for one in judgement.get("reasons", []) if one.get("zh")]}


def _refused(read: Read, row: Application, on: str) -> dict[str, t.Any]:
    act = _last_act(read, row, "refusal_decision")
    words = read.settings.vault.open(act.note_sealed) if act else None
    return {"decided_on": on, "reasons": (words or "").splitlines()}


FACTS: dict[str, t.Callable[[Read, Application, str], dict[str, t.Any]]] = {
    "acceptance_notice": lambda *_: {},
    "missing_papers_notice": _papers_missing,
    "grant_decision": _granted,
    "refusal_decision": _refused,
}


def _application(read: Read, params: Params) -> Application:
    row = read.session.get(Application, as_uuid(params["application"]))
    if row is None or not repository.sees(read.session, read.principal, row):
        raise Rejected("not-found", what="application")
    return row


def _last_act(read: Read, row: Application, kind: str) -> Act | None:
    acts = [act for act in repository.acts(read.session, row.id) if act.act in ACTS[kind]]
    return acts[-1] if acts else None


def _moment(read: Read, row: Application, kind: str) -> t.Any:
    if kind == "acceptance_notice":
        return row.received_at
    if kind == "missing_papers_notice":
        return row.papers_requested_at
    act = _last_act(read, row, kind)
    return act.at if act else None


def _day(read: Read, at: t.Any) -> str:
    return day_zh(at.astimezone(ZoneInfo(read.settings.zone)).date())


def _center(read: Read) -> str:
    """The center's name as it is registered."""
    name = select(organizations.c.name).where(organizations.c.code == read.settings.center)
    return read.session.scalar(name) or ""
