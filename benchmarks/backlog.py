"""backlog: 20,000 waiting cases and 5,000 lawyers solved together, from the command to the plan that is committed.

Beside it scipy's assignment on a backlog that both can solve (1,000 cases, 250 lawyers): what one would write
otherwise, a matrix of cases by places on desks. Both must come to the same optimum.
"""

from __future__ import annotations

import time
import typing as t

import numpy
from scipy.optimize import linear_sum_assignment

from benchmarks import city
from benchmarks.environment import Environment
from benchmarks.results import Row
from chassis.database import Database
from chassis.runner import spare_the_collector
from services.assignment import backlog, waiting
from services.assignment.domain.backlog import WITHOUT_LAWYER, Problem, fuller, worth
from services.assignment.solve import Scored, solve

CASES, LAWYERS = 20_000, 5_000
SMALL_CASES, SMALL_LAWYERS = 1_000, 250


def fill(database: Database, cases: int, lawyers: int) -> None:
    """Waiting cases with their parties, and 20,000 parties of past matters to be in conflict with."""
    with database.session() as session:
        city.keep_lawyers(session, lawyers)
        waiting_cases = city.keep_cases(session, cases)
    names = city.keep_matters(database, 20_000, lawyers)
    with database.session() as session:
        city.keep_parties(session, waiting_cases, names)
    city.vacuum(database)


def plan(database: Database, most: int) -> tuple[float, dict[str, t.Any]]:
    """Seconds of the whole command: read, score, solve in a process of its own, write down, commit."""
    began = time.perf_counter()
    with database.session() as session:
        made = backlog.plan_backlog(city.work_in(session), {"organization": None, "most": most})
    return time.perf_counter() - began, made


def by_matrix(problem: Problem) -> int:
    """What the best plan is worth, found by scipy: a row for each case, a column for each place on a desk or for none."""
    scored = Scored(problem)
    seats = [(lawyer, taken) for lawyer, room in enumerate(problem.lawyers.places()) for taken in range(room)]
    dearer = numpy.array([fuller(problem, lawyer, taken) for lawyer, taken in seats])
    rows = []
    for number, size in enumerate(problem.sizes):
        points = numpy.full(len(problem.lawyers), -WITHOUT_LAWYER)
        for lawyer, brought in scored.choices(number):
            points[lawyer] = brought
        row = points[[lawyer for lawyer, _ in seats]] - dearer
        rows += [row] * size
    matrix = numpy.vstack(rows)
    worths = numpy.hstack([matrix, numpy.full((len(rows), len(rows)), -WITHOUT_LAWYER)])
    chosen = linear_sum_assignment(worths, maximize=True)
    return int(worths[chosen].sum())


def beside_scipy(database: Database, say: t.Callable[[str], None]) -> Row:
    with database.session() as session:
        asked = waiting.backlog(session, None, SMALL_CASES, city.NOW.date(), city.NOW, "")
    began = time.perf_counter()
    found = solve(asked.problem)
    ours = time.perf_counter() - began
    began = time.perf_counter()
    best = by_matrix(asked.problem)
    theirs = time.perf_counter() - began
    mine = worth(asked.problem, found.flows, found.choices)
    say(
        f"{SMALL_CASES} cases, {SMALL_LAWYERS} lawyers: {ours:.2f} s; by matrix {theirs:.2f} s, worth {mine} and {best}"
    )
    if mine != best:
        raise RuntimeError(f"the plan is worth {mine}, scipy's {best}")
    details = {"cases": SMALL_CASES, "lawyers": SMALL_LAWYERS, "groups": len(asked.problem.groups), "worth": mine}
    return Row("backlog_of_matrix", round(ours, 2), "s", "scipy on a matrix", round(theirs, 2), "<= 1", details=details)


def run(environment: Environment, quick: bool, say: t.Callable[[str], None]) -> list[Row]:
    cases, lawyers, rounds = (2_000, 500, 1) if quick else (CASES, LAWYERS, 3)
    database = city.database_of(environment.place.database_url)
    fill(database, SMALL_CASES, SMALL_LAWYERS)
    spare_the_collector()  # as every service does
    beside = beside_scipy(database, say)
    city.empty(database)
    fill(database, cases, lawyers)
    times, plans = zip(*(plan(database, cases) for _ in range(rounds)), strict=True)
    database.close()
    shown = [{name: value for name, value in made.items() if name not in ("id", "made_at")} for made in plans]
    if any(one != shown[0] for one in shown) or shown[0]["method"] != "optimum":
        raise RuntimeError("the same backlog was planned differently, or not by the solver")
    made, worst = shown[0], max(times)
    say(
        f"{cases:,} cases, {lawyers:,} lawyers: {worst:.2f} s; {made['assigned']:,} assigned, {made['considered']:,} pairs"
    )
    names = ("assigned", "considered", "total_points", "least_points", "travel_metres", "longest_metres")
    details = {"cases": cases, "lawyers": lawyers, "seconds": [round(one, 2) for one in times]}
    return [
        Row(
            "backlog", round(worst, 2), "s", target="<= 5", details={**details, **{name: made[name] for name in names}}
        ),
        beside,
    ]
