"""choice: the proposal for one case among 5,000 lawyers, kept and told, with 200,000 party names to be in conflict with.

The product's own path (choosing.propose), to where all is written; it is committed after the clock has stopped, as a
service commits many commands at once, and the next proposal for the case takes its place. (A rollback would make the
driver forget its prepared statements.) Beside it what one would do otherwise: load all lawyers and rank them in Python,
with the product's own formulas, so that both must come to the same list.
"""

from __future__ import annotations

import time
import typing as t
from collections import defaultdict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks import city
from benchmarks.environment import Environment
from benchmarks.percentiles import milliseconds
from benchmarks.results import Row
from chassis.database import Database
from chassis.runner import spare_the_collector
from services.assignment import choosing, repository
from services.assignment import models as m
from services.assignment.domain.ranking import Lawyer, Need, rank
from services.assignment.tables import weights_for

PARTIES, LAWYERS, CASES = 200_000, 5_000, 300
Order = list[UUID]


def propose(database: Database, case_id: UUID) -> tuple[float, Order]:
    began = time.perf_counter()
    with database.session() as session:
        work = city.work_in(session)
        case = session.get_one(m.Case, case_id)
        found = choosing.propose(work, case)
        session.flush()
        took = time.perf_counter() - began
    return took, found


def load_and_rank(database: Database, case_id: UUID) -> tuple[float, Order]:
    """All lawyers with what is known of them, and the ranking of domain/ranking.py."""
    began = time.perf_counter()
    with database.session() as session:
        work = city.work_in(session)
        case = session.get_one(m.Case, case_id)
        need = choosing.need_of(work, case)
        weights = weights_for(case.organization)
        conflicts = repository.conflicts(session, case_id)
        everybody = lawyers(session, need, work.today())
        found = rank(need, everybody, city.NOW, conflicts=conflicts, weights=weights, most=20)
        took = time.perf_counter() - began
    return took, [one.lawyer.id for one in found.candidates]


def lawyers(session: Session, need: Need, today: t.Any) -> list[Lawyer]:
    years = {one.lawyer_id: one.years for one in session.scalars(select(m.Specialty).filter_by(matter=need.matter))}
    districts = defaultdict(set)
    for place in session.scalars(select(m.LawyerDistrict)):
        districts[place.lawyer_id].add(place.district)
    speaking = set(session.scalars(select(m.LawyerLanguage.lawyer_id).filter_by(language=need.language)))
    standing = set(session.scalars(select(m.StandingLawyer.lawyer_id).filter_by(organization=need.organization)))
    away = set(session.scalars(select(m.Absence.lawyer_id).where(m.Absence.since <= today, m.Absence.until >= today)))
    metres = {one.firm_id: one.metres for one in session.scalars(select(m.Distance).filter_by(district=need.place))}
    rows = session.execute(
        select(m.Lawyer, m.Firm).join(m.Firm, m.Firm.id == m.Lawyer.firm_id).filter_by(state="active")
    )
    return [
        Lawyer(
            row.id,
            row.name,
            firm.id,
            firm.name,
            row.capacity,
            load=row.load,
            matter_years=years.get(row.id),
            practice_years=row.practice_years,
            criminal_defence_years=row.criminal_defence_years,
            trained_for_minors=row.trained_for_minors,
            works_in_district=row.everywhere or need.district in districts[row.id],
            near=firm.district == need.place,
            standing=row.id in standing,
            absent=row.id in away,
            last_assigned_at=row.last_assigned_at,
            gender=row.gender,
            speaks=need.language is None or row.id in speaking,
            metres=metres.get(firm.id),
        )
        for row, firm in rows
    ]


def timed(ask: t.Callable[[UUID], tuple[float, Order]], cases: list[UUID]) -> tuple[list[float], list[Order]]:
    """Seconds of each proposal, and what it said; ten to warm up."""
    asked = [ask(case) for case in [*cases[:10], *cases]][10:]
    return [took for took, _ in asked], [said for _, said in asked]


def run(environment: Environment, quick: bool, say: t.Callable[[str], None]) -> list[Row]:
    rounds = 60 if quick else 1_000
    database = city.database_of(environment.place.database_url)
    with database.session() as session:
        city.keep_lawyers(session, LAWYERS)
        cases = city.keep_cases(session, CASES)
    names = city.keep_matters(database, 20_000 if quick else PARTIES, LAWYERS)
    with database.session() as session:
        city.keep_parties(session, cases, names)
    city.vacuum(database)
    spare_the_collector()  # as every service does
    ours, said = timed(lambda case: propose(database, case), (cases * rounds)[:rounds])
    few = cases[: 10 if quick else 60]
    theirs, ranked = timed(lambda case: load_and_rank(database, case), few)
    database.close()
    if said[: len(few)] != ranked:
        raise RuntimeError("the query and the ranking in Python differ")
    mine, hand = milliseconds(ours), milliseconds(theirs)
    say(f"proposal: p50 {mine['p50']} ms, p99 {mine['p99']} ms; loaded and ranked in Python: p99 {hand['p99']} ms")
    best = milliseconds([min(ours[place::CASES]) for place in range(min(CASES, len(ours)))])
    details = {"lawyers": LAWYERS, "proposals": len(ours), **mine, "in_python_ms": hand, "best_of_each_case_ms": best}
    return [
        Row("choice", mine["p99"], "ms p99", target="<= 20", details=details),
        Row("choice_beside_python", mine["p99"], "ms p99", "load all, rank in Python", hand["p99"], "<= 0.5"),
    ]
