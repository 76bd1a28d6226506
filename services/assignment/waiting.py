"""What the plan of a backlog is made of, read in a handful of queries however many cases wait."""

from __future__ import annotations

import datetime as dt
import typing as t
from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from services.assignment import models as m
from services.assignment.domain import ranking
from services.assignment.domain.backlog import Ask, Lawyers, Problem
from services.assignment.domain.points import UNKNOWN, seconds
from services.assignment.tables import weights_for

Pairs = dict[UUID, set[UUID]]


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
    session: Session, organization: str | None, most: int, today: dt.date, now: dt.datetime, tables: str
) -> Backlog:
    """The longest waiting cases, urgent ones first, and every active lawyer. ``tables``: folder with weights."""
    waiting = _waiting(organization, most)
    ids, lawyers, firms = _lawyers(session, today)
    place = {lawyer: number for number, lawyer in enumerate(ids)}
    against = _merged(_conflicted(session, waiting), lawyers, firms, place)
    for case, asked in _asked(session, waiting).items():
        against[case] |= {place[one] for one in asked if one in place}
    asks: dict[Ask, list[UUID]] = {}
    numbers = {}
    for row in session.execute(waiting):
        numbers[row.id] = row.number
        asks.setdefault(_ask(row, place, against.get(row.id, set())), []).append(row.id)
    problem = Problem(
        lawyers=lawyers,
        groups=list(asks),
        sizes=[len(cases) for cases in asks.values()],
        weights=[weights_for(ask.organization, tables) for ask in asks],
        spread=weights_for("", tables).hundredths("load"),
        now=seconds(now),
        years_for_grave=ranking.YEARS_FOR_GRAVE_CASES,
    )
    return Backlog(problem, list(asks.values()), numbers, ids)


def _waiting(organization: str | None, most: int) -> Select[t.Any]:
    case, station = m.Case, m.Station
    at_station = and_(station.organization == case.organization, station.code == case.station)
    statement = (
        select(*(getattr(case, name) for name in CASE), station.district.label("station_district"))
        .outerjoin(station, at_station)
        .where(case.state.in_(("proposed", "unassigned")))
        .order_by((case.urgency == "urgent").desc(), case.granted_at, case.id)
        .limit(most)
    )
    return statement.where(case.organization == organization) if organization is not None else statement


CASE = (
    *("id", "number", "matter", "form_of_aid", "recipient_group", "organization", "district", "urgency", "facts"),
    *("wished_gender", "wished_language", "wished_lawyer_id"),
)


def _ask(row: t.Any, place: dict[UUID, int], blocked: set[int]) -> Ask:
    need = ranking.Need(
        matter=row.matter,
        form_of_aid=row.form_of_aid,
        recipient_group=row.recipient_group,
        organization=row.organization,
        urgent=row.urgency == "urgent",
        facts=frozenset(row.facts),
    )
    return Ask(
        matter=row.matter,
        organization=row.organization,
        district=row.district,
        place=row.district or row.station_district,
        gender=row.wished_gender,
        language=row.wished_language,
        wished=place.get(row.wished_lawyer_id),
        grave=need.grave,
        minor=row.recipient_group == "minor",
        priority=need.priority,
        blocked=tuple(sorted(blocked)),
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


def _asked(session: Session, waiting: Select[t.Any]) -> Pairs:
    """The lawyers who were asked for each case, whatever they said."""
    cases = waiting.subquery()
    found: Pairs = defaultdict(set)
    statement = select(m.Offer.case_id, m.Offer.lawyer_id).join(cases, cases.c.id == m.Offer.case_id)
    for case, lawyer in session.execute(statement):
        found[case].add(lawyer)
    return found


def _conflicted(session: Session, waiting: Select[t.Any]) -> dict[UUID, set[tuple[UUID | None, UUID]]]:
    """Who acts or acted on the other side of each case: lawyer and firm. As repository.crossings, for all at once."""
    cases = waiting.subquery()
    own, own_party = aliased(m.PartyKey), aliased(m.Party)
    other, other_party = aliased(m.PartyKey), aliased(m.Party)
    numbers = (own_party.number_hash, other_party.number_hash)
    same = or_(numbers[0].is_(None), numbers[1].is_(None), numbers[0] == numbers[1])
    crossed = and_(other.key == own.key, other.side != own.side, other.matter_id != own.matter_id)
    statement = (
        select(own.matter_id, m.Engagement.lawyer_id, m.Engagement.firm_id)
        .distinct()
        .join(cases, cases.c.id == own.matter_id)
        .join(own_party, own_party.id == own.party_id)
        .join(other, crossed)
        .join(other_party, other_party.id == other.party_id)
        .join(m.Engagement, m.Engagement.matter_id == other.matter_id)
        .where(same)
    )
    found: dict[UUID, set[tuple[UUID | None, UUID]]] = defaultdict(set)
    for case, lawyer, firm in session.execute(statement):
        found[case].add((lawyer, firm))
    return found


def _merged(
    conflicted: dict[UUID, set[tuple[UUID | None, UUID]]],
    lawyers: Lawyers,
    firms: list[UUID],
    place: dict[UUID, int],
) -> dict[UUID, set[int]]:
    """The numbers of the lawyers whom a conflict, their own or their firm's, keeps from each case."""
    colleagues: dict[int, list[int]] = defaultdict(list)
    for lawyer, firm in enumerate(lawyers.firm):
        colleagues[firm].append(lawyer)
    firm_place = {firm: number for number, firm in enumerate(firms)}
    found: dict[UUID, set[int]] = defaultdict(set)
    for case, touched in conflicted.items():
        for acted, of_firm in touched:
            found[case] |= set(colleagues[firm_place[of_firm]])
            if acted in place:
                found[case].add(place[acted])
    return found
