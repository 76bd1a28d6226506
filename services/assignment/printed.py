"""The facts of a case's official papers, as words; the door puts them into a template.

They name the parties, so they are for those who may see the parties: the center and the case's lawyer.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from chassis.errors import Rejected
from chassis.tables import organizations
from chassis.work import Read
from contracts import terms
from contracts.assignment.changes import TERMINATION_GROUNDS
from contracts.assignment.conduct import COST_KINDS
from contracts.assignment.objections import TERMINATION_OUTCOMES
from contracts.papers import PAPERS, day_zh, year_and_serial, yuan
from services.assignment import models as m
from services.assignment import repository
from services.assignment.access import sees

Params = dict[str, t.Any]
Facts = dict[str, t.Any]
KINDS = tuple(kind for kind, paper in PAPERS.items() if paper.of == "case")
NUMERALS = "一二三四五六七八九十"


def papers(read: Read, params: Params) -> dict[str, t.Any]:
    """The papers that there are by now, with the day of each."""
    case = _case(read, params)
    days = {kind: _day_of(read, case, kind) for kind in KINDS}
    items = [
        {"kind": kind, "zh": PAPERS[kind].zh, "en": PAPERS[kind].en, "on": day.isoformat()}
        for kind, day in days.items()
        if day
    ]
    return {"items": items}


def paper(read: Read, params: Params) -> dict[str, t.Any]:
    """What one paper says; raises Rejected paper-not-there before its act."""
    case, kind = _case(read, params), params["kind"]
    if _day_of(read, case, kind) is None:
        raise Rejected("paper-not-there", number=case.number, kind=kind)
    facts = _common(read, case) | FACTS[kind](read, case)
    return {"kind": kind, "number": case.number, "facts": {name: facts[name] for name in PAPERS[kind].facts}}


def _case(read: Read, params: Params) -> m.Case:
    case = read.session.get(m.Case, UUID(str(params["case"])))
    inside = read.principal.sees_all or read.principal.role == "lawyer"
    if case is None or not inside or not sees(read.principal, case):
        raise Rejected("not-found", what="case")
    return case


def _day_of(read: Read, case: m.Case, kind: str) -> dt.date | None:
    """The day of the act that a paper is about; None before it."""
    if kind == "termination_decision":
        return _terminated_on(read, case)
    if kind == "termination_review":
        review = _review(read, case)
        return _local(read, review.decided_at) if review and review.decided_at else None
    if case.lawyer_id is None:
        return None
    if kind == "closing_report":
        return _local(read, case.filed_at) if case.filed_at else None
    return case.signed_on or case.assigned_on if kind in ("retainer", "power_of_attorney") else case.assigned_on


def _terminated_on(read: Read, case: m.Case) -> dt.date | None:
    if case.termination_ground is None:
        return None
    acts = select(m.CaseAct.at).where(m.CaseAct.case_id == case.id, m.CaseAct.act == "terminate")
    at = read.session.scalar(acts.order_by(m.CaseAct.version.desc()).limit(1))
    return _local(read, at) if at else None


def _common(read: Read, case: m.Case) -> Facts:
    parties = repository.parties(read.session, case.id)
    year, serial = year_and_serial(case.number)
    name = select(organizations.c.name).where(organizations.c.code == read.settings.center)
    return {
        "center": read.session.scalar(name) or "",
        "year": year,
        "serial": serial,
        "application_number": case.application_number,
        "case_number": case.number,
        "recipients": "、".join(one.name for one in parties if one.side == "aided"),
        "opponents": "、".join(one.name for one in parties if one.side == "opposing"),
        "matter": terms.MATTERS[case.matter],
        "form_of_aid": terms.FORMS_OF_AID[case.form_of_aid],
        "granted_on": day_zh(_local(read, case.granted_at)),
        **_handler(read, case),
        "assigned_on": day_zh(case.assigned_on),
        "signed_on": day_zh(case.signed_on),
    }


def _handler(read: Read, case: m.Case) -> Facts:
    found = repository.lawyer_with_firm(read.session, case.lawyer_id) if case.lawyer_id else None
    if found is None:
        return {"firm": "", "lawyer": "", "licence": ""}
    lawyer, firm = found
    return {"firm": firm.name, "lawyer": lawyer.name, "licence": lawyer.licence}


def _assignment(read: Read, case: m.Case) -> Facts:
    """A second assignment of the same case bears the same number, marked as the second."""
    nth = len(repository.engagements(read.session, case.id))
    return {"nth": f"之{NUMERALS[nth - 1]}" if 1 < nth <= len(NUMERALS) else ""}


def _termination(read: Read, case: m.Case) -> Facts:
    ground = case.termination_ground or "other"
    return {
        "terminated_on": day_zh(_terminated_on(read, case)),
        "item": NUMERALS[list(TERMINATION_GROUNDS).index(ground)],
        "ground": TERMINATION_GROUNDS[ground],
        "reasons": (case.termination_reason or "").splitlines(),
    }


def _review(read: Read, case: m.Case) -> m.TerminationObjection | None:
    """The last objection to a termination that the bureau decided."""
    objection = m.TerminationObjection
    decided = select(objection).where(objection.case_id == case.id, objection.state != "open")
    return read.session.scalar(decided.order_by(objection.id.desc()).limit(1))


def _reviewed(read: Read, case: m.Case) -> Facts:
    review = _review(read, case)
    if review is None or review.decided_at is None:
        return {}
    return {
        "terminated_on": day_zh(review.terminated_on),
        "ground": TERMINATION_GROUNDS[review.ground],
        "objected_on": day_zh(_local(read, review.objected_at)),
        "decided_on": day_zh(_local(read, review.decided_at)),
        "outcome": TERMINATION_OUTCOMES[review.state],
        "overturned": "是" if review.state == "overturned" else "",
        "reasons": review.reasons,
    }


def _closing(read: Read, case: m.Case) -> Facts:
    return {
        "ended_on": day_zh(case.ended_on),
        "filed_on": day_zh(_local(read, case.filed_at)) if case.filed_at else "",
        "outcome": terms.CASE_OUTCOMES[case.outcome] if case.outcome else "",
        "amounts": [f"{terms.AMOUNT_KINDS[one.kind]}：{yuan(one.fen)}元" for one in _of(read, m.CaseAmount, case)],
        "recovered": yuan(case.recovered_fen),
        "loss_avoided": yuan(case.loss_avoided_fen),
        "costs": [f"{COST_KINDS[one.kind]}：{yuan(one.fen)}元" for one in _of(read, m.Cost, case)],
        "progress": [
            f"{day_zh(one.on)} {terms.STAGES[one.stage]}：{one.summary}" for one in _of(read, m.Progress, case)
        ],
        "summary": case.closing_summary or "",
        "documents": [one.title for one in _of(read, m.ClosingDocument, case)],
        "grade": terms.GRADES[case.grade] if case.grade else "",
        "remarks": case.remarks or "",
    }


FACTS: dict[str, t.Callable[[Read, m.Case], Facts]] = {
    "assignment_notice": _assignment,
    "retainer": lambda *_: {},
    "power_of_attorney": lambda *_: {},
    "termination_decision": _termination,
    "termination_review": _reviewed,
    "closing_report": _closing,
}


def _of(read: Read, model: t.Any, case: m.Case) -> list[t.Any]:
    return list(read.session.scalars(select(model).where(model.case_id == case.id).order_by(model.id)))


def _local(read: Read, at: dt.datetime) -> dt.date:
    return at.astimezone(ZoneInfo(read.settings.zone)).date()
