"""The ranking as one query: hard rules and points are worked out where the lawyers are, only the first come back.

The formulas are those of domain/points.py, read with columns; the rules are those of domain/ranking.py, in the same
order. Tests hold the two to the same result on both databases. Nothing is cached, so nothing can be stale.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass
from types import SimpleNamespace
from uuid import UUID

from sqlalchemy import BigInteger, and_, case, false, func, literal, not_, or_, select, true
from sqlalchemy.orm import Session

from services.assignment import models as m
from services.assignment.domain import ranking
from services.assignment.domain.conflicts import Conflict
from services.assignment.domain.points import UNKNOWN, Algebra, Weights, score, seconds

COLUMNS = Algebra(
    least=lambda one, other: case((one < other, one), else_=other),
    pick=lambda condition, yes, no: case((condition, yes), else_=no),
)


@dataclass(frozen=True)
class Found:
    """The first lawyers of a ranking, best first, with their scores in hundredths; and how many each rule ruled out."""

    lawyers: tuple[tuple[int, ranking.Lawyer], ...]
    excluded: dict[str, int]


@dataclass(frozen=True)
class _Query:
    facts: t.Any
    rules: dict[str, t.Any]
    selected: t.Any
    joined: t.Any


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
    query = _query(need, today, conflicts)
    scored = score(query.facts, weights, t.cast(int, literal(seconds(now), BigInteger)), need.priority, COLUMNS)
    asked = m.Lawyer.id.not_in(without) if without else true()
    active = and_(m.Lawyer.state == "active", asked)
    first = (
        query.joined(select(scored.label("score"), *query.selected))
        .where(active, *(not_(broken) for broken in query.rules.values()))
        .order_by(scored.desc(), m.Lawyer.rested_from, m.Lawyer.id)
        .limit(most)
    )
    lawyers = tuple((int(row.score), _lawyer(row)) for row in session.execute(first))
    why = case(*((broken, name) for name, broken in query.rules.items()), else_=None)
    counted = query.joined(select(why.label("why"), func.count())).where(active).group_by(why)
    return Found(lawyers, {name: number for name, number in session.execute(counted) if name is not None})


def one(session: Session, need: ranking.Need, today: dt.date, lawyer_id: UUID) -> ranking.Lawyer | None:
    """An active lawyer as the choice for a case sees them, or None."""
    query = _query(need, today, ())
    statement = query.joined(select(*query.selected)).where(m.Lawyer.id == lawyer_id, m.Lawyer.state == "active")
    row = session.execute(statement).one_or_none()
    return _lawyer(row) if row else None


def _query(need: ranking.Need, today: dt.date, conflicts: t.Sequence[Conflict]) -> _Query:
    lawyer = m.Lawyer
    district, place = need.district or "", need.place or need.district or ""
    there = select(m.LawyerDistrict.lawyer_id).where(m.LawyerDistrict.district == district)
    works_there = or_(lawyer.everywhere, lawyer.id.in_(there))
    away = lawyer.id.in_(select(m.Absence.lawyer_id).where(m.Absence.since <= today, m.Absence.until >= today))
    appointed = select(m.StandingLawyer.lawyer_id).where(m.StandingLawyer.organization == need.organization)
    speaking = select(m.LawyerLanguage.lawyer_id).where(m.LawyerLanguage.language == (need.language or ""))
    facts = SimpleNamespace(
        capacity=lawyer.capacity,
        load=lawyer.load,
        specialty_years=func.coalesce(m.Specialty.years, UNKNOWN),
        practice_years=lawyer.practice_years,
        rested_from=lawyer.rested_from,
        distance=func.coalesce(m.Distance.metres, UNKNOWN),
        near=m.Firm.district == place,
        standing=lawyer.id.in_(appointed),
        wished=lawyer.id == need.wished if need.wished else false(),
    )
    speaks = lawyer.id.in_(speaking) if need.language else true()
    suspended = lawyer.id.in_(m.Suspension.standing())
    rules = {
        "suspended": suspended,
        "absence": away,
        "capacity": lawyer.load >= lawyer.capacity,
        "conflict": _conflicted(conflicts, "exact"),
        "conflict_likely": _conflicted(conflicts, "likely"),
        "criminal_years": lawyer.criminal_defence_years < ranking.YEARS_FOR_GRAVE_CASES if need.grave else None,
        "minors": not_(lawyer.trained_for_minors) if need.recipient_group == "minor" else None,
        "district": not_(works_there) if need.district else None,
        "gender": or_(lawyer.gender.is_(None), lawyer.gender != need.gender) if need.gender else None,
        "language": not_(speaks) if need.language else None,
    }
    columns = {
        "matter_years": m.Specialty.years,
        "works_in_district": works_there,
        "near": facts.near,
        "standing": facts.standing,
        "absent": away,
        "suspended": suspended,
        "speaks": speaks,
        "wished": facts.wished,
        "metres": m.Distance.metres,
        "firm": lawyer.firm_id,
        "firm_name": m.Firm.name,
    }
    plain = [getattr(lawyer, name) for name in PLAIN]
    selected = [*plain, *(column.label(name) for name, column in columns.items())]

    def joined(statement: t.Any) -> t.Any:
        practised = and_(m.Specialty.lawyer_id == lawyer.id, m.Specialty.matter == need.matter)
        far = and_(m.Distance.firm_id == lawyer.firm_id, m.Distance.district == place)
        with_firm = statement.select_from(lawyer).join(m.Firm, m.Firm.id == lawyer.firm_id)
        return with_firm.outerjoin(m.Specialty, practised).outerjoin(m.Distance, far)

    return _Query(facts, {name: rule for name, rule in rules.items() if rule is not None}, selected, joined)


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
)
FLAGS = ("works_in_district", "near", "standing", "absent", "suspended", "speaks", "wished")


def _conflicted(conflicts: t.Sequence[Conflict], certainty: str) -> t.Any:
    """The lawyers, and the lawyers of the firms, that a conflict of this certainty touches; None without any."""
    touched = [found for found in conflicts if found.certainty == certainty]
    if not touched:
        return None
    lawyers = {found.lawyer for found in touched if found.lawyer is not None}
    return or_(m.Lawyer.id.in_(sorted(lawyers)), m.Lawyer.firm_id.in_(sorted({found.firm for found in touched})))


def _lawyer(row: t.Any) -> ranking.Lawyer:
    columns = dict(row._mapping)
    columns.pop("score", None)
    return ranking.Lawyer(**{**columns, **{flag: bool(columns[flag]) for flag in FLAGS}})
