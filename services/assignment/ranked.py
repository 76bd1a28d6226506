"""The ranking as one query: hard rules and points are worked out where the lawyers are, only the first come back.

The formulas are those of domain/points.py, read with columns; the rules are those of domain/ranking.py, in the same
order. Tests hold the two to the same result on both databases. No answer is kept, so nothing can be stale; the query's
text is, and few of them: what most cases ask for is spelled out, so that PostgreSQL plans each text once; the rules
that few cases bring into play are switched by values in a text of their own.
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
    bindparam,
    case,
    cast,
    desc,
    false,
    func,
    literal_column,
    not_,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.functions import ReturnTypeFromArgs
from sqlalchemy.sql.visitors import replacement_traverse

from services.assignment import models as m
from services.assignment.domain import ranking
from services.assignment.domain.conflicts import Conflict
from services.assignment.domain.points import UNKNOWN, Algebra, Weights, most_without_practice, score, seconds


class least(ReturnTypeFromArgs[t.Any]):
    """The lesser of two columns: ``least`` in PostgreSQL, ``min`` in SQLite."""

    inherit_cache = True


@compiles(least, "sqlite")
def _min(element: least, compiler: t.Any, **how: t.Any) -> str:
    return f"min{compiler.process(element.clause_expr, **how)}"


COLUMNS = Algebra(least, pick=lambda condition, yes, no: case((condition, yes), else_=no))
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
    for kind in ("all", "exact"):
        touched = [one for one in conflicts if kind in ("all", one.certainty)]
        values[f"{kind}_lawyers"] = sorted({one.lawyer for one in touched if one.lawyer is not None})
        values[f"{kind}_firms"] = sorted({one.firm for one in touched})
    values |= {f"weight_{key}": weights.hundredths(key) for key in WEIGHTS}
    values["most_of_others"] = most_without_practice(weights, seconds(now), need.priority, need.wished is not None)
    values |= {"grave": need.grave, "minor": need.of_minor}
    in_play = {
        "asked": without,
        "district": need.district,
        "priority": need.priority,
        "particular": need.grave or need.of_minor or need.gender or need.language or need.wished,
    }
    arrays = session.get_bind().dialect.name == "postgresql"
    statement = _ranking(arrays, frozenset(name for name, is_so in in_play.items() if is_so))
    rows = session.execute(statement, values).all()
    first = [row for row in rows if row.number is None]
    first.sort(key=lambda row: (-row.score, row.rested_from, str(row.id)))
    excluded = {RULES[row.score]: row.number for row in rows if row.number}
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
def _ranking(arrays: bool, in_play: frozenset[str]) -> t.Any:
    """The first lawyers whom no rule rules out, and a row with ``number`` for each rule, in one statement.

    ``arrays``: ids are handed over as one array, as only PostgreSQL can. ``in_play``: whether somebody was ``asked``
    before, whether the case has a ``district`` and ``priority``, and whether it brings ``particular`` rules or wishes.
    The rule is told as a number, because PostgreSQL expects a comparison with one to hold for many, and ``IS NULL`` for
    next to nobody. Of those who work elsewhere only the number is worked out.

    Whoever practises the matter comes first: the others are looked at only where the best whom they could have among
    them would come before the last of those, or where these are too few.
    """
    rules = _rules(arrays, in_play)
    why = _spelled_out(case(*((rules[name], place) for place, name in enumerate(RULES) if name in rules), else_=-1))
    everybody = [_spelled_out(m.Lawyer.state == "active")]
    everybody += [not_(_among(arrays, m.Lawyer.id, "asked"))] if "asked" in in_play else []
    there = [_there()] if "district" in in_play else []
    own = [getattr(m.Lawyer, name) for name in ("id", "firm_id", *SCORED)]
    here = select(*own, why.label("why")).where(*everybody, *there).cte("here")

    practised = _first(here, in_play, m.Specialty.lawyer_id.is_not(None)).cte("practised")
    last = select(case((func.count() == bindparam("most", type_=Integer), func.min(practised.c.score))))
    in_reach = func.coalesce(last.scalar_subquery(), 0) <= bindparam("most_of_others", type_=Integer)
    others = _first(here, in_play, m.Specialty.lawyer_id.is_(None), in_reach).subquery("others")
    found = union_all(select(practised), select(others)).subquery("found")
    top = _top(select(found), found.c).cte("top")
    columns = [cast(null(), BigInteger).label("number"), top.c.score, *(top.c[name] for name in FOUND)]
    columns += [
        *(getattr(m.Lawyer, name) for name in PLAIN),
        m.Lawyer.firm_id.label("firm"),
        m.Firm.name.label("firm_name"),
    ]
    first = select(*columns).select_from(top).join(m.Lawyer, m.Lawyer.id == top.c.id)
    first = first.join(m.Firm, m.Firm.id == m.Lawyer.firm_id)
    empty = {column.name: null().label(column.name) for column in first.subquery().c}
    # the rule stands in the column of the score, as its place in RULES
    counted: dict[str, t.Any] = {**empty, "number": func.count().label("number"), "score": here.c.why.label("score")}
    ruled_out = select(*counted.values()).where(here.c.why > -1).group_by(here.c.why)
    if not there:
        return union_all(first, ruled_out)
    number = select(func.count(m.Lawyer.id)).where(*everybody).scalar_subquery()
    number_here = select(func.count(here.c.id)).scalar_subquery()
    place = literal_column(str(RULES.index("district")), Integer)
    elsewhere = select(*{**empty, "number": number - number_here, "score": place}.values())
    return union_all(first, ruled_out, elsewhere)


def _first(here: t.Any, in_play: frozenset[str], *which: t.Any) -> t.Any:
    """The first of those whom no rule rules out and the conditions name, with their scores.

    In two steps, so that the formulas read columns; OFFSET keeps the steps apart: what the formulas read several times
    is worked out once.
    """
    weights = t.cast(Weights, SimpleNamespace(hundredths=lambda key: bindparam(f"weight_{key}", type_=Integer)))
    facts = vars(_facts(here.c))
    if "particular" not in in_play:
        facts["wished"] = false()
    left = _joined(select(here.c.id, *(fact.label(name) for name, fact in facts.items())).select_from(here), here.c)
    left = left.where(here.c.why < 0, *which).offset(literal_column("0")).subquery()
    now, urgent = t.cast(int, bindparam("now", type_=BigInteger)), "priority" in in_play
    scored = _spelled_out(score(left.c, weights, now, urgent, COLUMNS))
    return _top(select(left.c.id, left.c.rested_from, scored.label("score"), *(left.c[name] for name in FOUND)), left.c)


def _top(statement: t.Any, columns: t.Any) -> t.Any:
    return statement.order_by(desc("score"), columns.rested_from, columns.id).limit(bindparam("most", type_=Integer))


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
    """Whether a lawyer works in the case's district."""
    district = bindparam("district", type_=String)
    listed = select(m.LawyerDistrict.lawyer_id).where(m.LawyerDistrict.district == district)
    return or_(m.Lawyer.everywhere, m.Lawyer.id.in_(listed))


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
    "district",
    "suspended",
    "absence",
    "capacity",
    "conflict",
    "conflict_likely",
    "criminal_years",
    "minors",
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


def _rules(arrays: bool, in_play: frozenset[str]) -> dict[str, t.Any]:
    """When each rule in play stands against a lawyer who works in the case's district."""
    lawyer = m.Lawyer
    gender = bindparam("gender", type_=String)
    # most lawyers have none: these are found out by one look at all of them
    conflicted = _conflicted(arrays, "all")
    always = {
        "suspended": _suspended(),
        "absence": _away(),
        "capacity": lawyer.load >= lawyer.capacity,
        "conflict": and_(conflicted, _conflicted(arrays, "exact")),
        "conflict_likely": conflicted,
    }
    if "particular" not in in_play:
        return always
    grave, minor = bindparam("grave", type_=Boolean), bindparam("minor", type_=Boolean)
    return always | {
        "criminal_years": and_(grave, lawyer.criminal_defence_years < ranking.YEARS_FOR_GRAVE_CASES),
        "minors": and_(minor, not_(lawyer.trained_for_minors)),
        "gender": and_(gender != "", or_(lawyer.gender.is_(None), lawyer.gender != gender)),
        "language": not_(_speaks()),
    }


def _selected() -> list[t.Any]:
    facts = _facts(m.Lawyer)
    columns = {
        "matter_years": m.Specialty.years,
        "works_in_district": or_(bindparam("district", type_=String) == "", _there()),
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
    return column.in_(select(func.unnest(bindparam(name, type_=postgresql.ARRAY(Uuid)))))


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
