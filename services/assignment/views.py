"""Read-only queries for the gateway. Lists go newest first, by the UUIDv7 id; nobody sees more than their rows."""

from __future__ import annotations

import typing as t
from uuid import UUID

from sqlalchemy import Select, and_, false, or_, select

from chassis.errors import Rejected
from chassis.principal import Principal
from chassis.work import Read
from services.assignment import models as m
from services.assignment import repository
from services.assignment.access import sees
from services.assignment.resources import (
    case_resource,
    desk_of,
    finding_resource,
    firm_resource,
    lawyer_resource,
    offer_resource,
    plain,
    request_resource,
)

Params = dict[str, t.Any]
Page = dict[str, t.Any]


def firms(read: Read, params: Params) -> Page:
    """The law firms of the network."""
    rows, following = _page(read, select(m.Firm), m.Firm.id, params)
    return {"items": [firm_resource(row) for row in rows], "next": following}


def lawyers(read: Read, params: Params) -> Page:
    """The lawyers of the network; ``firm``, ``standing_for``. Contact and load for the center and themselves only."""
    statement = select(m.Lawyer)
    if params.get("firm"):
        statement = statement.where(m.Lawyer.firm_id == _uuid(params["firm"]))
    if params.get("standing_for"):
        appointed = select(m.StandingLawyer.lawyer_id).where(m.StandingLawyer.organization == params["standing_for"])
        statement = statement.where(m.Lawyer.id.in_(appointed))
    rows, following = _page(read, statement, m.Lawyer.id, params)
    about = repository.profiles(read.session, [row.id for row in rows])
    names = repository.firm_names(read.session, {row.firm_id for row in rows})
    items = []
    for row in rows:
        item = lawyer_resource(row, names[row.firm_id], *about[row.id])
        open_desk = read.principal.sees_all or read.principal.person == row.id
        items.append({**item, **(desk_of(row) if open_desk else {})})
    return {"items": items, "next": following}


def cases(read: Read, params: Params) -> Page:
    """The cases in sight; ``state``, ``lawyer``, ``organization``, ``application``."""
    statement = select(m.Case).where(_in_sight(read.principal))
    if params.get("state"):
        statement = statement.where(m.Case.state == params["state"])
    if params.get("lawyer"):
        statement = statement.where(m.Case.lawyer_id == _uuid(params["lawyer"]))
    if params.get("organization"):
        statement = statement.where(m.Case.organization == params["organization"])
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
        "facts": row.facts,
        "lawyer_name": named[0].name if named else None,
        "firm_name": named[1].name if named else None,
        "rate_fen": row.rate_fen,
        "rate_source": row.rate_source,
        "rate_verified": row.rate_verified,
        "closing_summary": row.closing_summary if inside else None,
        "remarks": row.remarks if inside else None,
        "progress": _rows(read, m.Progress, row.id, "id", "stage", "summary" if inside else "", "on", "reported_at"),
        "amounts": _rows(read, m.CaseAmount, row.id, "kind", "fen", "note"),
        "documents": _rows(read, m.ClosingDocument, row.id, "kind", "title", "sha256"),
        "offers": [offer_resource(one, row) for one in repository.offers_of(read.session, row.id)],
        "conflicts": [finding_resource(one) for one in _of_case(read, m.ConflictFinding, row.id)] if inside else [],
        "replacements": [request_resource(one) for one in _of_case(read, m.ReplacementRequest, row.id)],
        "lawyers": repository.engagements(read.session, row.id),
        "termination_reason": row.termination_reason if inside else None,
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
    answers = {one.lawyer_id: one.state for one in repository.offers_of(read.session, row.id)}
    return {
        "case": str(row.id),
        "number": row.number,
        "state": row.state,
        "version": row.version,
        "excluded": row.excluded,
        "candidates": [
            {
                "lawyer": str(candidate.lawyer_id),
                "name": name,
                "firm_name": firm_name,
                "rank": candidate.rank,
                "score": candidate.score,
                "reasons": candidate.reasons,
                "asked": answers.get(candidate.lawyer_id, "not_asked"),
            }
            for candidate, name, firm_name in repository.named_candidates(read.session, row.id)
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
    return {"items": [finding_resource(row) for row in rows], "next": following}


def _case(read: Read, params: Params) -> m.Case:
    row = read.session.get(m.Case, _uuid(params["case"]))
    if row is None or not sees(read.principal, row):
        raise Rejected("not-found", what="case")
    return row


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


def _parties(read: Read, case_id: UUID) -> list[dict[str, t.Any]]:
    return [
        {"id": str(one.id), "side": one.side, "name": one.name, "kind": one.kind}
        for one in repository.parties(read.session, case_id)
    ]


def _uuid(value: t.Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


VIEWS: dict[str, t.Callable[[Read, Params], Page]] = {
    "assignment.firms": firms,
    "assignment.lawyers": lawyers,
    "assignment.cases": cases,
    "assignment.case": case,
    "assignment.proposal": proposal,
    "assignment.offers": offers,
    "assignment.conflicts": conflicts,
}
