"""Read-only queries for the gateway. Lists go newest first, by the UUIDv7 id; nobody sees more than their rows."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import defer

from chassis.errors import Rejected
from chassis.principal import Principal
from chassis.work import Read
from services.assignment import contact, repository
from services.assignment import models as m
from services.assignment.access import sees
from services.assignment.domain.checklist import Needed, missing
from services.assignment.domain.duties import LAST_MINUTE
from services.assignment.domain.hearings import asked_days
from services.assignment.printed import paper, papers
from services.assignment.resources import (
    absence_resource,
    case_resource,
    civil_resource,
    claim_resource,
    cost_resource,
    desk_of,
    duty_resource,
    finding_resource,
    firm_resource,
    hearing_resource,
    labour_way,
    lawyer_resource,
    missing_resource,
    objection_resource,
    offer_resource,
    plain,
    plan_item,
    plan_resource,
    progress_resource,
    request_resource,
    return_resource,
    run_item,
    run_resource,
    wishes_of,
)
from services.assignment.tables import checklist_for
from services.assignment.volunteers import volunteers

Params = dict[str, t.Any]
Page = dict[str, t.Any]


def firms(read: Read, params: Params) -> Page:
    """The law firms of the network."""
    rows, following = _page(read, select(m.Firm), m.Firm.id, params)
    return {"items": [firm_resource(row) for row in rows], "next": following}


def lawyers(read: Read, params: Params) -> Page:
    """The lawyers of the network; ``firm``, ``standing_for``. Contact and load for the center and themselves only.

    An organization sees its standing lawyers, whom it puts on duty; a lawyer themselves; an auditor the contact masked.
    """
    statement = select(m.Lawyer)
    if not read.principal.sees_all:
        statement = statement.where(_lawyers_in_sight(read.principal))
    if params.get("firm"):
        statement = statement.where(m.Lawyer.firm_id == _uuid(params["firm"]))
    if params.get("standing_for"):
        appointed = select(m.StandingLawyer.lawyer_id).where(m.StandingLawyer.organization == params["standing_for"])
        statement = statement.where(m.Lawyer.id.in_(appointed))
    for model, column in ((m.Specialty, "matter"), (m.LawyerLanguage, "language")):
        if params.get(column):
            has = select(model.lawyer_id).where(getattr(model, column) == params[column])
            statement = statement.where(m.Lawyer.id.in_(has))
    if params.get("district"):
        there = select(m.LawyerDistrict.lawyer_id).where(m.LawyerDistrict.district == params["district"])
        statement = statement.where(or_(m.Lawyer.everywhere, m.Lawyer.id.in_(there)))
    if params.get("state"):
        statement = statement.where(m.Lawyer.state == params["state"])
    rows, following = _page(read, statement, m.Lawyer.id, params)
    about = repository.profiles(read.session, [row.id for row in rows])
    names = repository.firm_names(read.session, {row.firm_id for row in rows})
    suspended = repository.suspended_since(read.session, [row.id for row in rows])
    items = []
    for row in rows:
        item = lawyer_resource(row, names[row.firm_id], about[row.id]) | {"suspended_since": suspended.get(row.id)}
        items.append({**item, **_desk(read, row)})
    return {"items": items, "next": following}


def _desk(read: Read, row: m.Lawyer) -> dict[str, t.Any]:
    if read.principal.is_center or read.principal.person == row.id:
        return {**desk_of(row), **contact.opened(read.settings.vault, row)}
    return {**desk_of(row), **contact.masked(read.settings.vault, row)} if read.principal.sees_all else {}


def cases(read: Read, params: Params) -> Page:
    """The cases in sight; ``number``, ``urgency``, ``state``, ``lawyer``, ``organization``, ``application``."""
    statement = select(m.Case).where(_in_sight(read.principal))
    for name in ("number", "urgency", "state", "organization"):
        if params.get(name):
            statement = statement.where(getattr(m.Case, name) == params[name])
    if params.get("lawyer"):
        statement = statement.where(m.Case.lawyer_id == _uuid(params["lawyer"]))
    if params.get("application"):
        statement = statement.where(m.Case.application_id == _uuid(params["application"]))
    rows, following = _page(read, statement, m.Case.id, params)
    return {"items": [case_resource(row) for row in rows], "next": following}


def case(read: Read, params: Params) -> Page:
    """One case with all that is known; its parties for the center and the case's lawyer alone."""
    row = _case(read, params)
    inside = read.principal.sees_all or read.principal.role == "lawyer"
    named = repository.lawyer_with_firm(read.session, row.lawyer_id) if row.lawyer_id else None
    shown = {
        **case_resource(row),
        "district": row.district,
        "wishes": wishes_of(row),
        "facts": row.facts,
        "lawyer_name": named[0].name if named else None,
        "firm_name": named[1].name if named else None,
        "rate_fen": row.rate_fen,
        "rate_source": row.rate_source,
        "rate_verified": row.rate_verified,
        "closing_summary": row.closing_summary if inside else None,
        "remarks": row.remarks if inside else None,
        "progress": [progress_resource(one, inside) for one in _of_case(read, m.Progress, row.id)],
        "amounts": _rows(read, m.CaseAmount, row.id, "kind", "fen", "note"),
        "documents": _rows(read, m.ClosingDocument, row.id, "kind", "title", "sha256"),
        "offers": [offer_resource(one, row) for one in repository.offers_of(read.session, row.id)],
        "conflicts": [finding_resource(one, row.state) for one in _of_case(read, m.ConflictFinding, row.id)]
        if inside
        else [],
        "replacements": [request_resource(one) for one in _of_case(read, m.ReplacementRequest, row.id)],
        "lawyers": repository.engagements(read.session, row.id),
        "hearings": [hearing_resource(one, row.number) for one in _of_case(read, m.Hearing, row.id)],
        "costs": [cost_resource(one) for one in _of_case(read, m.Cost, row.id)],
        "civil_dates": [civil_resource(one) for one in repository.civil_dates(read.session, row.id)],
        "labour_steps": labour_way(_of_case(read, m.LabourStep, row.id)),
        **missing_resource(_missing(read, row)),
        "returns": [return_resource(one) for one in _of_case(read, m.ClosingReturn, row.id)] if inside else [],
        "termination_reason": row.termination_reason if inside else None,
        "objections": [objection_resource(one, inside) for one in _of_case(read, m.TerminationObjection, row.id)],
        "subsidies": _subsidies(read, row) if inside else [],
        "history": _rows(read, m.CaseAct, row.id, "act", "before", "after", "at", "by_role", "by_person"),
    }
    if inside:
        shown["parties"] = _parties(read, row.id)
    return shown


def proposal(read: Read, params: Params) -> Page:
    """The ranked lawyers of a case with their reasons, and which of them were asked: for the center."""
    row = _case(read, params)
    if not read.principal.sees_all:
        raise Rejected("not-found", what="proposal")
    answers = {str(one.lawyer_id): one.state for one in repository.offers_of(read.session, row.id)}
    candidates = repository.candidates(read.session, row.id)
    names = repository.names_with_firms(read.session, [UUID(one["lawyer"]) for one in candidates])
    return {
        "case": str(row.id),
        "number": row.number,
        "state": row.state,
        "version": row.version,
        "excluded": row.excluded,
        "excluded_why": row.excluded_why,
        "candidates": [
            {
                **one,
                **dict(zip(("name", "firm_name"), names[UUID(one["lawyer"])], strict=True)),
                "asked": answers.get(one["lawyer"], "not_asked"),
            }
            for one in candidates
        ],
    }


def offers(read: Read, params: Params) -> Page:
    """The offers in sight; ``state``, ``case``. A lawyer sees their own, with the parties while it is open."""
    principal = read.principal
    statement = select(m.Offer, m.Case).join(m.Case, m.Case.id == m.Offer.case_id)
    statement = statement.where(
        m.Offer.lawyer_id == principal.person if principal.role == "lawyer" else _in_sight(principal)
    )
    if params.get("state"):
        statement = statement.where(m.Offer.state == params["state"])
    if params.get("case"):
        statement = statement.where(m.Offer.case_id == _uuid(params["case"]))
    limit = params.get("limit") or 50
    if params.get("after"):
        statement = statement.where(m.Offer.id < _uuid(params["after"]))
    rows = read.session.execute(statement.order_by(m.Offer.id.desc()).limit(limit + 1)).all()
    items = []
    for offer, of_case in rows[:limit]:
        item = offer_resource(offer, of_case)
        if offer.state == "open" and (principal.sees_all or principal.role == "lawyer"):
            item["parties"] = _parties(read, of_case.id)
        items.append(item)
    return {"items": items, "next": str(rows[limit - 1][0].id) if len(rows) > limit else None}


def conflicts(read: Read, params: Params) -> Page:
    """Conflicts that were found, for the center: ``state`` open, cleared or replaced."""
    if not read.principal.sees_all:
        raise Rejected("forbidden", role=read.principal.role)
    statement = select(m.ConflictFinding)
    if params.get("state"):
        statement = statement.where(m.ConflictFinding.state == params["state"])
    rows, following = _page(read, statement, m.ConflictFinding.id, params)
    their_cases = select(m.Case.id, m.Case.state).where(m.Case.id.in_({row.case_id for row in rows}))
    states = {row.id: row.state for row in read.session.execute(their_cases)}
    return {"items": [finding_resource(row, states[row.case_id]) for row in rows], "next": following}


def hearings(read: Read, params: Params) -> Page:
    """Hearings of the cases in sight between two days, in the order in which they take place (from today on)."""
    zone = ZoneInfo(read.settings.zone)
    first, until = asked_days(_date(params.get("since")) or read.today(), _date(params.get("until")))
    since = dt.datetime.combine(first, dt.time.min, zone)
    statement = select(m.Hearing, m.Case.number).join(m.Case, m.Case.id == m.Hearing.case_id)
    statement = statement.where(_in_sight(read.principal), m.Hearing.at >= since)
    if until is not None:
        statement = statement.where(m.Hearing.at < dt.datetime.combine(until + dt.timedelta(days=1), dt.time.min, zone))
    limit = params.get("limit") or 50
    rows = read.session.execute(statement.order_by(m.Hearing.at, m.Hearing.id).limit(limit + 1)).all()
    return {"items": [hearing_resource(one, number) for one, number in rows[:limit]], "more": len(rows) > limit}


def absences(read: Read, params: Params) -> Page:
    """Absences, newest first: ``lawyer``, ``on``. A lawyer sees their own, the center all."""
    principal = read.principal
    if not principal.sees_all and principal.role != "lawyer":
        raise Rejected("forbidden", role=principal.role)
    statement = select(m.Absence)
    if not principal.sees_all:
        statement = statement.where(m.Absence.lawyer_id == principal.person)
    if params.get("lawyer"):
        statement = statement.where(m.Absence.lawyer_id == _uuid(params["lawyer"]))
    on = _date(params.get("on"))
    if on is not None:
        statement = statement.where(m.Absence.since <= on, m.Absence.until >= on)
    rows, following = _page(read, statement, m.Absence.id, params)
    return {"items": [absence_resource(row) for row in rows], "next": following}


def duties(read: Read, params: Params) -> Page:
    """Who is on duty where; ``now``: at this moment, ``uncovered``: only duties without anybody who can come."""
    since = _date(params.get("since")) or read.today()
    until = _date(params.get("until")) or since
    away = exists().where(
        m.Absence.lawyer_id == m.Duty.lawyer_id, m.Absence.since <= m.Duty.on, m.Absence.until >= m.Duty.on
    )
    appointed = exists().where(
        m.StandingLawyer.lawyer_id == m.Duty.lawyer_id, m.StandingLawyer.organization == m.Duty.organization
    )
    covered = and_(m.Lawyer.state == "active", m.Lawyer.id.not_in(m.Suspension.standing()), ~away, appointed)
    statement = select(m.Duty, m.Lawyer.name, func.coalesce(covered, false()).label("covered"))
    statement = statement.outerjoin(m.Lawyer, m.Lawyer.id == m.Duty.lawyer_id)
    if params.get("now"):
        clock = read.now.astimezone(ZoneInfo(read.settings.zone)).strftime("%H:%M")
        since = until = read.today()
        ends_with_the_day = m.Duty.ends == LAST_MINUTE
        statement = statement.where(m.Duty.begins <= clock, or_(m.Duty.ends > clock, ends_with_the_day))
    statement = statement.where(m.Duty.on >= since, m.Duty.on <= until)
    if not read.principal.sees_all and read.principal.role != "lawyer":
        statement = statement.where(m.Duty.organization == read.principal.organization)
    if params.get("organization"):
        statement = statement.where(m.Duty.organization == params["organization"])
    if params.get("lawyer"):
        statement = statement.where(m.Duty.lawyer_id == _uuid(params["lawyer"]))
    if params.get("uncovered"):
        statement = statement.where(~func.coalesce(covered, false()))
    limit = params.get("limit") or 200
    order = (m.Duty.on, m.Duty.begins, m.Duty.organization, m.Duty.id)
    rows = read.session.execute(statement.order_by(*order).limit(limit + 1)).all()
    items = [{**duty_resource(duty), "lawyer_name": name, "covered": bool(ok)} for duty, name, ok in rows[:limit]]
    return {"items": items, "more": len(rows) > limit}


def statement(read: Read, params: Params) -> Page:
    """What became due to a lawyer in a month, what of it is paid and what is open, in fen.

    A lawyer who names nobody asks for their own; anybody else says whose.
    """
    principal = read.principal
    if principal.sees_all and not params.get("lawyer"):
        raise Rejected("lawyer-needed", pointer="/lawyer")
    lawyer_id = _uuid(params["lawyer"]) if params.get("lawyer") else principal.person
    own = principal.role == "lawyer" and lawyer_id == principal.person
    if lawyer_id is None or not (principal.sees_all or own):
        raise Rejected("not-found", what="statement")
    if read.session.get(m.Lawyer, lawyer_id) is None:
        raise Rejected("not-found", what="lawyer")
    month = params.get("month") or f"{read.today():%Y-%m}"
    first = dt.date.fromisoformat(f"{month}-01")
    following = (first + dt.timedelta(days=31)).replace(day=1)
    rows = repository.claims_between(read.session, lawyer_id, first, following)
    lines = [claim_resource(claim, number) for claim, number in rows]
    due, paid = (sum(line[name] for line in lines) for name in ("subsidy_fen", "paid_fen"))
    over = sum(max(line["paid_fen"] - line["subsidy_fen"], 0) for line in lines)
    sums = {"due_fen": due, "paid_fen": paid, "open_fen": due - paid + over, "overpaid_fen": over}
    return {"lawyer": str(lawyer_id), "month": month, "lines": lines, **sums}


def backlog_plan(read: Read, params: Params) -> Page:
    """A plan for the backlog, for the center."""
    row = read.session.get(m.BacklogPlan, _uuid(params["plan"]))
    if row is None or not read.principal.sees_all:
        raise Rejected("not-found", what="plan")
    return plan_resource(row, params.get("line") or 0, params.get("limit") or 500)


def backlog_plans(read: Read, params: Params) -> Page:
    """The backlog plans, newest first, for the center; ``state``."""
    if not read.principal.sees_all:
        raise Rejected("forbidden", role=read.principal.role)
    statement = select(m.BacklogPlan).options(defer(m.BacklogPlan.lines), defer(m.BacklogPlan.left))
    if params.get("state"):
        statement = statement.where(m.BacklogPlan.state == params["state"])
    rows, following = _page(read, statement, m.BacklogPlan.id, params)
    sizes = repository.plan_sizes(read.session, [plan.id for plan in rows])
    return {"items": [plan_item(plan, *sizes[plan.id]) for plan in rows], "next": following}


def payment_run(read: Read, params: Params) -> Page:
    """A payment run with its list, for the center."""
    run = read.session.get(m.PaymentRun, _uuid(params["run"]))
    if run is None or not read.principal.sees_all:
        raise Rejected("not-found", what="payment_run")
    return run_resource(run, repository.payments_of(read.session, run.id))


def payment_runs(read: Read, params: Params) -> Page:
    """The payment runs, newest first, for the center; ``month``. Whoever lost a run's id finds its list by this."""
    if not read.principal.sees_all:
        raise Rejected("forbidden", role=read.principal.role)
    statement = select(m.PaymentRun)
    if params.get("month"):
        statement = statement.where(m.PaymentRun.month == params["month"])
    rows, following = _page(read, statement, m.PaymentRun.id, params)
    sums = repository.sums_of_runs(read.session, [run.id for run in rows])
    return {"items": [run_item(run, *sums[run.id]) for run in rows], "next": following}


def closing_checklist(read: Read, params: Params) -> Page:
    """What the closing file of a case must hold, what of it is there, and by which list."""
    row = _case(read, params)
    needed = checklist_for(row, read.today(), read.settings)
    there = {one.kind for one in _of_case(read, m.ClosingDocument, row.id)}
    items = [{"kind": one.kind, "zh": one.zh, "en": one.en, "there": one.kind in there} for one in needed.documents]
    known = {"since": needed.since.isoformat(), "source": needed.source, "verified": needed.verified}
    return {
        "case": str(row.id),
        "number": row.number,
        "on": plain(row.ended_on or read.today()),
        **known,
        "items": items,
    }


def _missing(read: Read, row: m.Case) -> list[Needed]:
    """What the closing file lacks; nothing before the case has ended."""
    if row.state not in ("ended", "filed", "closed") or row.lawyer_id is None:
        return []
    kinds = {one.kind for one in _of_case(read, m.ClosingDocument, row.id)}
    return missing(checklist_for(row, read.today(), read.settings), kinds)


def _date(value: t.Any) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def _case(read: Read, params: Params) -> m.Case:
    row = read.session.get(m.Case, _uuid(params["case"]))
    if row is None or not sees(read.principal, row):
        raise Rejected("not-found", what="case")
    return row


def _lawyers_in_sight(principal: Principal) -> t.Any:
    if principal.role == "lawyer":
        return m.Lawyer.id == principal.person
    own = m.StandingLawyer.organization == principal.organization
    return m.Lawyer.id.in_(select(m.StandingLawyer.lawyer_id).where(own))


def _in_sight(principal: Principal) -> t.Any:
    """The condition that ``access.sees`` states, as SQL."""
    if principal.sees_all:
        return m.Case.id.is_not(None)
    if principal.role == "lawyer":
        return m.Case.lawyer_id == principal.person if principal.person else false()
    if principal.station is None:
        return m.Case.organization == principal.organization
    own_station = or_(m.Case.station.is_(None), m.Case.station == principal.station)
    return and_(m.Case.organization == principal.organization, own_station)


def _page(read: Read, statement: Select[t.Any], key: t.Any, params: Params) -> tuple[list[t.Any], str | None]:
    """One page by keyset, newest first, and the cursor of the next."""
    limit = params.get("limit") or 50
    if params.get("after"):
        statement = statement.where(key < _uuid(params["after"]))
    rows = list(read.session.scalars(statement.order_by(key.desc()).limit(limit + 1)))
    return rows[:limit], str(rows[limit - 1].id) if len(rows) > limit else None


def _of_case(read: Read, model: t.Any, case_id: UUID) -> list[t.Any]:
    """What belongs to a case, oldest first."""
    return list(read.session.scalars(select(model).where(model.case_id == case_id).order_by(model.id)))


def _rows(read: Read, model: t.Any, case_id: UUID, *names: str) -> list[dict[str, t.Any]]:
    rows = _of_case(read, model, case_id)
    return [{name: plain(getattr(row, name)) for name in names if name} for row in rows]


def _subsidies(read: Read, row: m.Case) -> list[dict[str, t.Any]]:
    """What became due for a case and was paid: all for the center, their own for its lawyer."""
    mine = None if read.principal.sees_all else read.principal.person
    claims = [one for one in _of_case(read, m.SubsidyClaim, row.id) if mine in (None, one.lawyer_id)]
    return [{"lawyer": str(one.lawyer_id), **claim_resource(one, row.number)} for one in claims]


def _parties(read: Read, case_id: UUID) -> list[dict[str, t.Any]]:
    return [
        {
            "id": str(one.id),
            "side": one.side,
            "name": one.name,
            "kind": one.kind,
            "former_names": one.former_names,
            "identified": one.number_hash is not None,
        }
        for one in repository.parties(read.session, case_id)
    ]


def _uuid(value: t.Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


VIEWS: dict[str, t.Callable[[Read, Params], Page]] = {
    "assignment.firms": firms,
    "assignment.lawyers": lawyers,
    "assignment.volunteers": volunteers,
    "assignment.cases": cases,
    "assignment.case": case,
    "assignment.proposal": proposal,
    "assignment.offers": offers,
    "assignment.conflicts": conflicts,
    "assignment.hearings": hearings,
    "assignment.absences": absences,
    "assignment.duties": duties,
    "assignment.closing_checklist": closing_checklist,
    "assignment.statement": statement,
    "assignment.payment_run": payment_run,
    "assignment.payment_runs": payment_runs,
    "assignment.backlog_plan": backlog_plan,
    "assignment.backlog_plans": backlog_plans,
    "assignment.papers": papers,
    "assignment.paper": paper,
}
