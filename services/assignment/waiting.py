"""What the plan of a backlog is made of, read in a handful of queries however many cases wait."""

from __future__ import annotations

import datetime as dt
import typing as t
from collections import defaultdict
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Select, String, and_, case, cast, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from services.assignment import models as m
from services.assignment.domain import ranking
from services.assignment.domain.backlog import Ask, Lawyers, Problem
from services.assignment.domain.points import UNKNOWN, seconds
from services.assignment.repository import OTHER_SIDE, among, themselves
from services.assignment.tables import weights_for

Pairs = dict[str, set[str]]


@dataclass(frozen=True)
class Backlog:
    """The problem, and what its numbers stand for."""

    problem: Problem
    #: the cases of each group, the longest waiting first
    cases: list[list[UUID]]
    numbers: dict[UUID, str]
    lawyers: list[UUID]

    def metres(self, group: int, lawyer: int) -> int | None:
        """How far a lawyer's firm is from a group's place."""
        ask, known = self.problem.groups[group], self.problem.lawyers
        of_firms = known.metres.get(ask.place or ask.district or "")
        metres = of_firms[known.firm[lawyer]] if of_firms else UNKNOWN
        return None if metres == UNKNOWN else metres


def backlog(
    session: Session,
    organization: str | None,
    most: int,
    today: dt.date,
    now: dt.datetime,
    tables: str,
    ahead: t.Callable[[Problem], None] = lambda _: None,
) -> Backlog:
    """The longest waiting cases, urgent ones first, and every active lawyer. ``tables``: folder with weights.

    ``ahead`` is told what the cases ask for before it is looked up who may not take them, which takes longer.
    """
    waiting = session.execute(_waiting(organization, most)).all()
    ids, lawyers, firms = _lawyers(session, today)
    place = {lawyer.hex: number for number, lawyer in enumerate(ids)}
    firm_place = {firm.hex: number for number, firm in enumerate(firms)}
    rest: dict[str, t.Any] = {
        "lawyers": lawyers,
        "spread": weights_for("", tables).hundredths("load"),
        "now": seconds(now),
        "years_for_grave": ranking.YEARS_FOR_GRAVE_CASES,
    }
    wanted = _wanted(waiting, place)
    ahead(_problem({ask: [] for ask in wanted}, tables, rest))
    cases = [row.id for row in waiting]
    against, moved = _conflicted(session, cases)
    asked = _asked(session, cases)
    asks: dict[Ask, list[UUID]] = {}
    for row, ask in zip(waiting, wanted, strict=True):
        own = row.id.hex
        blocked = {place[one] for one in (*asked.get(own, ()), *moved.get(own, ())) if one in place}
        barred = {firm_place[one] for one in against.get(own, ())}
        if blocked or barred:
            ask = replace(ask, blocked=tuple(sorted(blocked)), firms=tuple(sorted(barred)))
        asks.setdefault(ask, []).append(row.id)
    numbers = {row.id: row.number for row in waiting}
    problem = _problem(asks, tables, rest)
    return Backlog(problem, list(asks.values()), numbers, ids)


def _problem(asks: dict[Ask, list[UUID]], tables: str, rest: dict[str, t.Any]) -> Problem:
    return Problem(
        groups=list(asks),
        sizes=[len(cases) for cases in asks.values()],
        weights=[weights_for(ask.organization, tables) for ask in asks],
        **rest,
    )


def _waiting(organization: str | None, most: int) -> Select[t.Any]:
    of_case, station = m.Case, m.Station
    at_station = and_(station.organization == of_case.organization, station.code == of_case.station)
    statement = (
        select(*(getattr(of_case, name) for name in CASE), station.district.label("station_district"))
        .outerjoin(station, at_station)
        .where(of_case.state.in_(("proposed", "unassigned")))
        .order_by((of_case.urgency == "urgent").desc(), of_case.granted_at, of_case.id)
        .limit(most)
    )
    return statement.where(of_case.organization == organization) if organization is not None else statement


#: What is a case's own, and what others may ask as well; facts are a list, and so read apart.
OWN = ("id", "number", "facts")
CASE = (
    *OWN,
    *("matter", "form_of_aid", "recipient_group", "organization", "district", "urgency", "minor"),
    *("wished_gender", "wished_language", "wished_lawyer_id"),
)


def _wanted(waiting: t.Sequence[t.Any], place: dict[str, int]) -> list[Ask]:
    """What each case asks for; many ask for the same, which is worked out once."""
    known: dict[tuple[t.Any, ...], Ask] = {}
    wanted = []
    for row in waiting:
        alike = (*row[len(OWN) :], tuple(row.facts))
        if alike not in known:
            known[alike] = _ask(row, place)
        wanted.append(known[alike])
    return wanted


def _ask(row: t.Any, place: dict[str, int]) -> Ask:
    """What a case asks of a lawyer, whoever may not take it."""
    need = ranking.Need(
        matter=row.matter,
        form_of_aid=row.form_of_aid,
        recipient_group=row.recipient_group,
        organization=row.organization,
        urgent=row.urgency == "urgent",
        facts=frozenset(row.facts),
        minor=row.minor,
    )
    return Ask(
        matter=row.matter,
        organization=row.organization,
        district=row.district,
        place=row.district or row.station_district,
        gender=row.wished_gender,
        language=row.wished_language,
        wished=place.get(row.wished_lawyer_id.hex) if row.wished_lawyer_id else None,
        grave=need.grave,
        minor=need.of_minor,
        priority=need.priority,
    )


def _lawyers(session: Session, today: dt.date) -> tuple[list[UUID], Lawyers, list[UUID]]:
    """The active lawyers by id, in columns; and the firms by number."""
    firms = session.execute(select(m.Firm.id, m.Firm.district).order_by(m.Firm.id)).all()
    firm_place = {firm: number for number, (firm, _) in enumerate(firms)}
    columns = (m.Lawyer.id, m.Lawyer.firm_id, *(getattr(m.Lawyer, name) for name in COLUMNS.values()))
    rows = session.execute(select(*columns).where(m.Lawyer.state == "active").order_by(m.Lawyer.id)).all()
    place = {row.id: number for number, row in enumerate(rows)}
    away = set(session.scalars(select(m.Absence.lawyer_id).where(m.Absence.since <= today, m.Absence.until >= today)))
    away |= set(session.scalars(m.Suspension.standing()))
    specialties: dict[str, list[tuple[int, int]]] = defaultdict(list)
    practised = select(m.Specialty.lawyer_id, m.Specialty.matter, m.Specialty.years).order_by(m.Specialty.lawyer_id)
    for lawyer, matter, years in session.execute(practised):
        if lawyer in place:
            specialties[matter].append((place[lawyer], years))
    metres: dict[str, list[int]] = {}
    for district, firm, far in session.execute(select(m.Distance.district, m.Distance.firm_id, m.Distance.metres)):
        metres.setdefault(district, [UNKNOWN] * len(firms))[firm_place[firm]] = far
    lawyers = Lawyers(
        **{name: [getattr(row, column) for row in rows] for name, column in COLUMNS.items()},
        absent=[row.id in away for row in rows],
        firm=[firm_place[row.firm_id] for row in rows],
        firm_district=[district for _, district in firms],
        specialties=dict(specialties),
        districts=_having(session, m.LawyerDistrict, "district", place),
        languages=_having(session, m.LawyerLanguage, "language", place),
        standing=_having(session, m.StandingLawyer, "organization", place),
        metres=metres,
    )
    return [row.id for row in rows], lawyers, [firm for firm, _ in firms]


#: A column of the problem -> the column of the table.
COLUMNS = {
    "capacity": "capacity",
    "load": "load",
    "practice_years": "practice_years",
    "rested_from": "rested_from",
    "criminal_years": "criminal_defence_years",
    "for_minors": "trained_for_minors",
    "everywhere": "everywhere",
    "gender": "gender",
}


def _having(session: Session, model: t.Any, column: str, place: dict[UUID, int]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for lawyer, value in session.execute(select(model.lawyer_id, getattr(model, column)).order_by(model.lawyer_id)):
        if lawyer in place:
            found[value].append(place[lawyer])
    return dict(found)


def _asked(session: Session, cases: t.Sequence[UUID]) -> Pairs:
    """The lawyers who were asked for each case."""
    found: Pairs = defaultdict(set)
    for some in _pieces(cases):
        asked = select(m.Offer.case_id, m.Offer.lawyer_id).where(among(session, m.Offer.case_id, some))
        for case_id, lawyer in session.execute(asked):
            found[case_id.hex].add(lawyer.hex)
    return found


#: So many cases are looked at in one statement: each reads all parties, and none outlasts the patience of the database.
AT_ONCE = 10_000


def _pieces(cases: t.Sequence[UUID]) -> t.Iterator[t.Sequence[UUID]]:
    return (cases[since : since + AT_ONCE] for since in range(0, len(cases), AT_ONCE))


def _conflicted(session: Session, cases: t.Sequence[UUID]) -> tuple[Pairs, Pairs]:
    """The firms that act or acted on the other side of each case; and the lawyers who did and have left them since.

    As repository.conflicts, for all. There may be hundreds of thousands of crossings: so ids are in hexadecimal.
    """
    firms: Pairs = defaultdict(set)
    moved: Pairs = defaultdict(set)
    for some in _pieces(cases):
        for known in (False, True):
            for case_id, firm, lawyer in session.execute(_engaged(_crossed(session, some, numbered=known))):
                firms[case_id].add(firm)
                if lawyer is not None:
                    moved[case_id].add(lawyer)
        own = themselves(among(session, m.Party.matter_id, some)).subquery()
        for case_id, firm in session.execute(select(_hex(own.c.matter_id), _hex(own.c.firm_id))):
            firms[case_id].add(firm)
    return firms, moved


def _hex(column: t.Any) -> t.Any:
    return func.replace(cast(column, String), "-", "")


def _engaged(crossed: t.Any) -> Select[t.Any]:
    """Of each case the firms in the matters that cross it, with the lawyer where that one is in another firm now."""
    pair, engaged = crossed.subquery(), m.Engagement
    left = case((m.Lawyer.firm_id != engaged.firm_id, engaged.lawyer_id))
    found = (
        select(pair.c.case_id, engaged.firm_id, left.label("lawyer_id"))
        .distinct()
        .join(engaged, engaged.matter_id == pair.c.crossed_id)
        .join(m.Lawyer, m.Lawyer.id == engaged.lawyer_id)
        .subquery()
    )
    return select(*map(_hex, found.c))


def _crossed(session: Session, cases: t.Sequence[UUID], *, numbered: bool) -> t.Any:
    """The matters that cross each case, by the parties whose number is known, or by the others.

    One side after the other, because a database that must work out the other side cannot foresee what it will find.
    """
    sides = (_crossed_by(side, other, numbered=numbered) for side, other in OTHER_SIDE.items())
    return union_all(*(side.where(among(session, m.Party.matter_id, cases)) for side in sides))


def _crossed_by(side: str, other_side: str, *, numbered: bool) -> t.Any:
    own, other, other_party = aliased(m.PartyKey), aliased(m.PartyKey), aliased(m.Party)
    crossed = and_(other.key == own.key, other.side == other_side, other.matter_id != own.matter_id)
    statement = (
        select(own.matter_id.label("case_id"), other.matter_id.label("crossed_id"))
        .distinct()
        .select_from(m.Party)
        .join(own, and_(own.party_id == m.Party.id, own.side == side))
        .join(other, crossed)
    )
    if not numbered:
        return statement.where(m.Party.number_hash.is_(None))
    # only where both numbers are known are they compared
    same = or_(other_party.number_hash.is_(None), other_party.number_hash == m.Party.number_hash)
    known = m.Party.number_hash.is_not(None)
    return statement.join(other_party, other_party.id == other.party_id).where(known, same)
