"""The ranking as one query: hard rules and points are worked out where the lawyers are, only the first come back.

The formulas are those of domain/points.py, read with columns; the rules are those of domain/ranking.py, in the same
order. Tests hold the two to the same result on both databases. No answer is kept, so nothing can be stale; the query's
text is, one for each combination of rules that a case can bring into play.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Date,
    Integer,
    String,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    desc,
    func,
    not_,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from services.assignment import models as m
from services.assignment.domain import ranking
from services.assignment.domain.conflicts import Conflict
from services.assignment.domain.points import UNKNOWN, Algebra, Weights, score, seconds

COLUMNS = Algebra(
    least=lambda one, other: case((one < other, one), else_=other),
    pick=lambda condition, yes, no: case((condition, yes), else_=no),
)
WEIGHTS = ("specialty", "experience", "load", "standing", "rotation", "near", "wish", "priority")


@dataclass(frozen=True)
class Found:
    """The first lawyers of a ranking, best first, with their scores in hundredths; and how many each rule ruled out."""

    lawyers: tuple[tuple[int, ranking.Lawyer], ...]
    excluded: dict[str, int]


@dataclass(frozen=True)
class _Shape:
    """Which rules come into play; whether ids are handed over as one array, as only PostgreSQL can."""

    arrays: bool
    grave: bool = False
    minor: bool = False
    district: bool = False
    gender: bool = False
    language: bool = False
    priority: bool = False
    exact: bool = False
    likely: bool = False
    asked: bool = False


def best(
    session: Session,
    need: ranking.Need,
    today: dt.date,
    now: dt.datetime,
    weights: Weights,
    *,
    conflicts: t.Sequence[Conflict] = (),
    without: t.Collection[UUID] = (),
    most: int = 20,
) -> Found:
    """The ``most`` best lawyers who may be asked for a case; ``without``: who was asked before."""
    touched = {kind: [one for one in conflicts if one.certainty == kind] for kind in ("exact", "likely")}
    shape = _shape(session, need, {kind: bool(found) for kind, found in touched.items()}, bool(without))
    values = {**_values(need, today), "now": seconds(now), "most": most, "asked": sorted(without)}
    for kind, found in touched.items():
        values[f"{kind}_lawyers"] = sorted({one.lawyer for one in found if one.lawyer is not None})
        values[f"{kind}_firms"] = sorted({one.firm for one in found})
    values |= {f"weight_{key}": weights.hundredths(key) for key in WEIGHTS}
    rows = session.execute(_ranking(shape), values).all()
    rows = sorted(rows, key=lambda row: (row.number is not None, -(row.score or 0), row.rested_from or 0, str(row.id)))
    lawyers = tuple((int(row.score), _lawyer(row)) for row in rows if row.number is None)
    return Found(lawyers, {row.name: row.number for row in rows if row.number is not None})


def one(session: Session, need: ranking.Need, today: dt.date, lawyer_id: UUID) -> ranking.Lawyer | None:
    """An active lawyer as the choice for a case sees them, or None."""
    row = session.execute(_single(), {**_values(need, today), "lawyer": lawyer_id}).one_or_none()
    return _lawyer(row) if row else None


def _shape(session: Session, need: ranking.Need, touched: dict[str, bool], asked: bool) -> _Shape:
    return _Shape(
        arrays=session.get_bind().dialect.name == "postgresql",
        grave=need.grave,
        minor=need.recipient_group == "minor",
        district=need.district is not None,
        gender=need.gender is not None,
        language=need.language is not None,
        priority=need.priority,
        asked=asked,
        **touched,
    )


def _values(need: ranking.Need, today: dt.date) -> dict[str, t.Any]:
    return {
        "matter": need.matter,
        "organization": need.organization,
        "district": need.district or "",
        "place": need.place or need.district or "",
        "gender": need.gender,
        "language": need.language or "",
        "speaks_anyway": need.language is None,
        "wished": need.wished,
        "today": today,
    }


@cache
def _ranking(shape: _Shape) -> t.Any:
    """The first lawyers whom no rule rules out, and a row with ``number`` for each rule, in one statement."""
    rules = {name: rule for name, rule in _rules(shape).items() if rule is not None}
    why = case(*((broken, name) for name, broken in rules.items()), else_=None)
    asked = not_(_among(shape, m.Lawyer.id, "asked")) if shape.asked else true()
    facts = {name: column.label(name) for name, column in vars(_facts()).items()}
    every = (
        _joined(select(m.Lawyer.id, why.label("why"), *facts.values()).select_from(m.Lawyer))
        .where(m.Lawyer.state == "active", asked)
        .cte("every")
    )

    weights = t.cast(Weights, SimpleNamespace(hundredths=lambda key: bindparam(f"weight_{key}", type_=Integer)))
    scored = score(every.c, weights, t.cast(int, bindparam("now", type_=BigInteger)), shape.priority, COLUMNS)
    top = (
        select(every.c.id, scored.label("score"))
        .where(every.c.why.is_(None))
        .order_by(desc("score"), every.c.rested_from, every.c.id)
        .limit(bindparam("most", type_=Integer))
        .cte("top")
    )
    columns = [cast(null(), BigInteger).label("number"), top.c.score, *_selected()]
    first = _joined(select(*columns).join(top, top.c.id == m.Lawyer.id)).subquery()
    empty = {column.name: null().label(column.name) for column in first.c}
    counted = {**empty, "number": func.count().label("number"), "name": every.c.why.label("name")}
    ruled_out = select(*counted.values()).where(every.c.why.is_not(None)).group_by(every.c.why)
    return union_all(select(first), ruled_out)


@cache
def _single() -> t.Any:
    chosen = m.Lawyer.id == bindparam("lawyer", type_=Uuid)
    return _joined(select(*_selected()).select_from(m.Lawyer)).where(chosen, m.Lawyer.state == "active")


def _there() -> t.Any:
    listed = select(m.LawyerDistrict.lawyer_id).where(m.LawyerDistrict.district == bindparam("district", type_=String))
    return or_(m.Lawyer.everywhere, m.Lawyer.id.in_(listed))


def _away() -> t.Any:
    today = bindparam("today", type_=Date)
    return m.Lawyer.id.in_(select(m.Absence.lawyer_id).where(m.Absence.since <= today, m.Absence.until >= today))


def _suspended() -> t.Any:
    return m.Lawyer.id.in_(m.Suspension.standing())


def _speaks() -> t.Any:
    asked_for = m.LawyerLanguage.language == bindparam("language", type_=String)
    return m.Lawyer.id.in_(select(m.LawyerLanguage.lawyer_id).where(asked_for))


def _facts() -> t.Any:
    lawyer, organization = m.Lawyer, bindparam("organization", type_=String)
    appointed = select(m.StandingLawyer.lawyer_id).where(m.StandingLawyer.organization == organization)
    return SimpleNamespace(
        capacity=lawyer.capacity,
        load=lawyer.load,
        specialty_years=func.coalesce(m.Specialty.years, UNKNOWN),
        practice_years=lawyer.practice_years,
        rested_from=lawyer.rested_from,
        distance=func.coalesce(m.Distance.metres, UNKNOWN),
        near=m.Firm.district == bindparam("place", type_=String),
        standing=lawyer.id.in_(appointed),
        wished=lawyer.id == bindparam("wished", type_=Uuid),
    )


def _rules(shape: _Shape) -> dict[str, t.Any]:
    lawyer = m.Lawyer
    gender = bindparam("gender", type_=String)
    return {
        "suspended": _suspended(),
        "absence": _away(),
        "capacity": lawyer.load >= lawyer.capacity,
        "conflict": _conflicted(shape, "exact") if shape.exact else None,
        "conflict_likely": _conflicted(shape, "likely") if shape.likely else None,
        "criminal_years": lawyer.criminal_defence_years < ranking.YEARS_FOR_GRAVE_CASES if shape.grave else None,
        "minors": not_(lawyer.trained_for_minors) if shape.minor else None,
        "district": not_(_there()) if shape.district else None,
        "gender": or_(lawyer.gender.is_(None), lawyer.gender != gender) if shape.gender else None,
        "language": not_(_speaks()) if shape.language else None,
    }


def _selected() -> list[t.Any]:
    facts = _facts()
    columns = {
        "matter_years": m.Specialty.years,
        "works_in_district": _there(),
        "near": facts.near,
        "standing": facts.standing,
        "absent": _away(),
        "suspended": _suspended(),
        "speaks": or_(bindparam("speaks_anyway"), _speaks()),
        "wished": facts.wished,
        "metres": m.Distance.metres,
        "firm": m.Lawyer.firm_id,
        "firm_name": m.Firm.name,
    }
    return [*(getattr(m.Lawyer, name) for name in PLAIN), *(column.label(name) for name, column in columns.items())]


def _joined(statement: t.Any) -> t.Any:
    matter, place = bindparam("matter", type_=String), bindparam("place", type_=String)
    practised = and_(m.Specialty.lawyer_id == m.Lawyer.id, m.Specialty.matter == matter)
    far = and_(m.Distance.firm_id == m.Lawyer.firm_id, m.Distance.district == place)
    with_firm = statement.join(m.Firm, m.Firm.id == m.Lawyer.firm_id)
    return with_firm.outerjoin(m.Specialty, practised).outerjoin(m.Distance, far)


#: Columns of a lawyer that the choice takes as they are.
PLAIN = (
    "id",
    "name",
    "capacity",
    "load",
    "practice_years",
    "criminal_defence_years",
    "trained_for_minors",
    "last_assigned_at",
    "gender",
    "rested_from",
)
FLAGS = ("works_in_district", "near", "standing", "absent", "suspended", "speaks", "wished")


def _conflicted(shape: _Shape, certainty: str) -> t.Any:
    """The lawyers, and the lawyers of the firms, that a conflict of this certainty touches."""
    own = _among(shape, m.Lawyer.id, f"{certainty}_lawyers")
    return or_(own, _among(shape, m.Lawyer.firm_id, f"{certainty}_firms"))


def _among(shape: _Shape, column: t.Any, name: str) -> t.Any:
    """Whether a column is one of many ids: one parameter where arrays are known, so that the text stays the same."""
    if not shape.arrays:
        return column.in_(bindparam(name, expanding=True))
    return column.in_(select(func.unnest(bindparam(name, type_=postgresql.ARRAY(Uuid)))))


def _lawyer(row: t.Any) -> ranking.Lawyer:
    columns = dict(row._mapping)
    for extra in ("score", "number", "rested_from"):
        columns.pop(extra, None)
    return ranking.Lawyer(**{**columns, **{flag: bool(columns[flag]) for flag in FLAGS}})
