"""The ranking as one query: hard rules and points are worked out where the lawyers are, only the first come back.

The formulas are those of domain/points.py, read with columns; the rules are those of domain/ranking.py, in the same
order. Tests hold the two to the same result on both databases. No answer is kept, so nothing can be stale; the query's
text is, and the same for every case: a rule that a case does not bring into play is switched off by a value.
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
    Boolean,
    Date,
    Integer,
    String,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    cast,
    desc,
    func,
    literal_column,
    not_,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.visitors import replacement_traverse

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
    values = {**_values(need, today), "now": seconds(now), "most": most, "asked": sorted(without)}
    for kind in ("exact", "likely"):
        touched = [one for one in conflicts if one.certainty == kind]
        values[f"{kind}_lawyers"] = sorted({one.lawyer for one in touched if one.lawyer is not None})
        values[f"{kind}_firms"] = sorted({one.firm for one in touched})
    values |= {f"weight_{key}": weights.hundredths(key) for key in WEIGHTS if need.priority or key != "priority"}
    values |= {"grave": need.grave, "minor": need.of_minor}
    rows = session.execute(_ranking(session.get_bind().dialect.name == "postgresql", need.priority), values).all()
    first = [row for row in rows if row.number is None]
    first.sort(key=lambda row: (-row.score, row.rested_from, str(row.id)))
    excluded = {RULES[row.score - 1]: row.number for row in rows if row.number is not None}
    return Found(tuple((int(row.score), _fit(row)) for row in first), excluded)


def one(session: Session, need: ranking.Need, today: dt.date, lawyer_id: UUID) -> ranking.Lawyer | None:
    """An active lawyer as the choice for a case sees them, or None."""
    row = session.execute(_single(), {**_values(need, today), "lawyer": lawyer_id}).one_or_none()
    return _lawyer(row) if row else None


def _values(need: ranking.Need, today: dt.date) -> dict[str, t.Any]:
    return {
        "matter": need.matter,
        "organization": need.organization,
        "district": need.district or "",
        "place": need.place or need.district or "",
        "gender": need.gender or "",
        "language": need.language or "",
        "wished": need.wished,
        "today": today,
    }


@cache
def _ranking(arrays: bool, priority: bool) -> t.Any:
    """The first lawyers whom no rule rules out, and a row with ``number`` for each rule, in one statement.

    ``arrays``: ids are handed over as one array, as only PostgreSQL can. ``priority``: whether the case is urgent; the
    others do without that formula. The rule is told as a number, because PostgreSQL expects a comparison with one to
    hold for many, and ``IS NULL`` for next to nobody.
    """
    rules = _rules(arrays)
    why = _spelled_out(case(*((rules[name], place) for place, name in enumerate(RULES, 1)), else_=0))
    asked = not_(_among(arrays, m.Lawyer.id, "asked"))
    own = [getattr(m.Lawyer, name) for name in ("id", "firm_id", *SCORED)]
    every = select(*own, why.label("why")).where(m.Lawyer.state == "active", asked).cte("every")

    weights = t.cast(Weights, SimpleNamespace(hundredths=lambda key: bindparam(f"weight_{key}", type_=Integer)))
    # in two steps, so that the formulas read columns, and only of those whom no rule rules out; OFFSET keeps the steps
    # apart: what the formulas read several times is worked out once
    facts = [column.label(name) for name, column in vars(_facts(every.c)).items()]
    left = _joined(select(every.c.id, *facts).select_from(every), every.c).where(every.c.why < 1).offset(0).subquery()
    scored = _spelled_out(score(left.c, weights, t.cast(int, bindparam("now", type_=BigInteger)), priority, COLUMNS))
    top = (
        select(left.c.id, scored.label("score"), *(left.c[name] for name in FOUND))
        .order_by(desc("score"), left.c.rested_from, left.c.id)
        .limit(bindparam("most", type_=Integer))
        .cte("top")
    )
    columns = [cast(null(), BigInteger).label("number"), top.c.score, *(top.c[name] for name in FOUND)]
    columns += [
        *(getattr(m.Lawyer, name) for name in PLAIN),
        m.Lawyer.firm_id.label("firm"),
        m.Firm.name.label("firm_name"),
    ]
    first = select(*columns).select_from(top).join(m.Lawyer, m.Lawyer.id == top.c.id)
    first = first.join(m.Firm, m.Firm.id == m.Lawyer.firm_id)
    empty = {column.name: null().label(column.name) for column in first.subquery().c}
    counted: dict[str, t.Any] = {**empty, "number": func.count().label("number"), "score": every.c.why.label("score")}
    ruled_out = select(*counted.values()).where(every.c.why > 0).group_by(every.c.why)
    return union_all(first, ruled_out)


def _spelled_out(expression: t.Any) -> t.Any:
    """An expression with its own constants in the text: they never change, and each parameter costs on every call."""

    def constant(element: t.Any, **_: t.Any) -> t.Any:
        if isinstance(element, BindParameter) and element.unique and isinstance(element.value, int | str):
            return literal_column(repr(element.value), element.type)
        return None

    return replacement_traverse(expression, {}, constant)


@cache
def _single() -> t.Any:
    chosen = m.Lawyer.id == bindparam("lawyer", type_=Uuid)
    with_firm = select(*_selected()).select_from(m.Lawyer).join(m.Firm, m.Firm.id == m.Lawyer.firm_id)
    return _joined(with_firm, m.Lawyer).where(chosen, m.Lawyer.state == "active")


def _there() -> t.Any:
    """Whether a lawyer works in the case's district; yes where the case is of none."""
    district = bindparam("district", type_=String)
    listed = select(m.LawyerDistrict.lawyer_id).where(m.LawyerDistrict.district == district)
    return or_(district == "", m.Lawyer.everywhere, m.Lawyer.id.in_(listed))


def _away() -> t.Any:
    today = bindparam("today", type_=Date)
    return m.Lawyer.id.in_(select(m.Absence.lawyer_id).where(m.Absence.since <= today, m.Absence.until >= today))


def _suspended() -> t.Any:
    return m.Lawyer.id.in_(m.Suspension.standing())


def _speaks() -> t.Any:
    language = bindparam("language", type_=String)
    speakers = select(m.LawyerLanguage.lawyer_id).where(m.LawyerLanguage.language == language)
    return or_(language == "", m.Lawyer.id.in_(speakers))


#: What rules a lawyer out, in the order in which it is told.
RULES = (
    "suspended",
    "absence",
    "capacity",
    "conflict",
    "conflict_likely",
    "criminal_years",
    "minors",
    "district",
    "gender",
    "language",
)
#: What the formulas read beside the lawyer's own row, and the proposal says.
FOUND = ("specialty_years", "distance", "near", "standing", "wished")
#: What the formulas read of the lawyer's own row.
SCORED = ("capacity", "load", "practice_years", "rested_from")


def _facts(lawyer: t.Any) -> t.Any:
    """What the formulas read; ``lawyer``: the table, or what has its columns."""
    organization = bindparam("organization", type_=String)
    appointed = select(m.StandingLawyer.lawyer_id).where(m.StandingLawyer.organization == organization)
    return SimpleNamespace(
        **{name: getattr(lawyer, name) for name in SCORED},
        specialty_years=func.coalesce(m.Specialty.years, UNKNOWN),
        distance=func.coalesce(m.Distance.metres, UNKNOWN),
        near=lawyer.firm_id.in_(select(m.Firm.id).where(m.Firm.district == bindparam("place", type_=String))),
        standing=lawyer.id.in_(appointed),
        wished=lawyer.id == bindparam("wished", type_=Uuid),
    )


def _rules(arrays: bool) -> dict[str, t.Any]:
    """When each of RULES stands against a lawyer."""
    lawyer = m.Lawyer
    gender = bindparam("gender", type_=String)
    grave, minor = bindparam("grave", type_=Boolean), bindparam("minor", type_=Boolean)
    return {
        "suspended": _suspended(),
        "absence": _away(),
        "capacity": lawyer.load >= lawyer.capacity,
        "conflict": _conflicted(arrays, "exact"),
        "conflict_likely": _conflicted(arrays, "likely"),
        "criminal_years": and_(grave, lawyer.criminal_defence_years < ranking.YEARS_FOR_GRAVE_CASES),
        "minors": and_(minor, not_(lawyer.trained_for_minors)),
        "district": not_(_there()),
        "gender": and_(gender != "", or_(lawyer.gender.is_(None), lawyer.gender != gender)),
        "language": not_(_speaks()),
    }


def _selected() -> list[t.Any]:
    facts = _facts(m.Lawyer)
    columns = {
        "matter_years": m.Specialty.years,
        "works_in_district": _there(),
        "near": facts.near,
        "standing": facts.standing,
        "absent": _away(),
        "suspended": _suspended(),
        "speaks": _speaks(),
        "wished": facts.wished,
        "metres": m.Distance.metres,
        "firm": m.Lawyer.firm_id,
        "firm_name": m.Firm.name,
    }
    return [*(getattr(m.Lawyer, name) for name in PLAIN), *(column.label(name) for name, column in columns.items())]


def _joined(statement: t.Any, lawyer: t.Any) -> t.Any:
    matter, place = bindparam("matter", type_=String), bindparam("place", type_=String)
    practised = and_(m.Specialty.lawyer_id == lawyer.id, m.Specialty.matter == matter)
    far = and_(m.Distance.firm_id == lawyer.firm_id, m.Distance.district == place)
    return statement.outerjoin(m.Specialty, practised).outerjoin(m.Distance, far)


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
OWN = tuple(name for name in PLAIN if name != "rested_from")
FLAGS = ("works_in_district", "near", "standing", "absent", "suspended", "speaks", "wished")


def _conflicted(arrays: bool, certainty: str) -> t.Any:
    """The lawyers, and the lawyers of the firms, that a conflict of this certainty touches."""
    own = _among(arrays, m.Lawyer.id, f"{certainty}_lawyers")
    return or_(own, _among(arrays, m.Lawyer.firm_id, f"{certainty}_firms"))


def _among(arrays: bool, column: t.Any, name: str) -> t.Any:
    """Whether a column is one of many ids: one parameter where arrays are known, so that the text stays the same."""
    if not arrays:
        return column.in_(bindparam(name, expanding=True))
    return column == any_(bindparam(name, type_=postgresql.ARRAY(Uuid)))


def _fit(row: t.Any) -> ranking.Lawyer:
    """A lawyer whom no rule rules out: who works there, speaks the language, and is neither away nor suspended."""
    values: dict[str, t.Any] = {name: getattr(row, name) for name in (*OWN, "firm", "firm_name")}
    values |= {flag: bool(getattr(row, flag)) for flag in ("near", "standing", "wished")}
    known = {"matter_years": row.specialty_years, "metres": row.distance}
    values |= {name: None if value == UNKNOWN else value for name, value in known.items()}
    return ranking.Lawyer(**values)


def _lawyer(row: t.Any) -> ranking.Lawyer:
    columns = {name: value for name, value in row._mapping.items() if name != "rested_from"}
    return ranking.Lawyer(**{**columns, **{flag: bool(columns[flag]) for flag in FLAGS}})
