"""figures: the figures of a year with 1,000,000 events, asked through the view, beside the same sums straight from the facts."""

from __future__ import annotations

import datetime as dt
import time
import typing as t

from sqlalchemy import func, insert, select, text

from benchmarks.environment import Environment
from benchmarks.results import Row
from chassis.database import Database
from chassis.migrations import migrate
from chassis.principal import Principal
from chassis.work import Read
from contracts import terms
from services.supervision.ledger import BY
from services.supervision.models import Rollup
from services.supervision.rebuild import CELL, sums_of_facts
from services.supervision.settings import SupervisionSettings
from services.supervision.views import VIEWS

EVENTS = 1_000_000
PORTION = 50_000  # facts in one statement, so that none lasts longer than the platform lets statements last
YEAR = 2026
CENTER = Principal("bench", "center_staff", "center", None, None)
STRAIGHT = (
    "SELECT date_trunc('month', day), measure, sum(value) FROM facts WHERE day BETWEEN :first AND :last GROUP BY 1, 2",
    "SELECT organization, station, measure, sum(value) FROM facts WHERE day BETWEEN :first AND :last GROUP BY 1, 2, 3",
    *(
        f"SELECT {name}, measure, sum(value) FROM facts WHERE day BETWEEN :first AND :last AND {name} <> '' GROUP BY 1, 2"
        for name in BY
    ),
)
# 17 of 20 events are services, as in the model city; the rest is cases with their form, matter and result
FILL = """
INSERT INTO facts (source, measure, subject, value, day, organization, station, recipient_group, form_of_aid, matter, result)
SELECT id, measures[1 + n % cardinality(measures)], id, 1 + n % 5, DATE '2026-01-01' + n % 365,
       'organization-' || n % 71 % 7, 'station-' || n % 71, groups[1 + n / 7 % cardinality(groups)],
       CASE WHEN is_case THEN forms[1 + n / 3 % cardinality(forms)] ELSE '' END,
       CASE WHEN is_case THEN matters[1 + n / 11 % cardinality(matters)] ELSE '' END,
       CASE WHEN is_case THEN results[1 + n / 5 % cardinality(results)] ELSE '' END
FROM (SELECT n, gen_random_uuid() AS id, n % 20 >= 17 AS is_case,
             CASE WHEN n % 20 >= 17 THEN :case_measures ELSE :service_measures END AS measures,
             CAST(:groups AS text[]) AS groups, CAST(:forms AS text[]) AS forms,
             CAST(:matters AS text[]) AS matters, CAST(:results AS text[]) AS results
      FROM generate_series(CAST(:first AS int), :last) AS n) AS numbered
"""
LISTS = {
    "service_measures": ["advice", "drafting", "guided", "lectures", "lecture_audience", "counselling", "tutoring"],
    "case_measures": ["applications", "granted", "refused", "cases", "cases_ended", "recovered_fen", "files_checked"],
    "groups": list(terms.RECIPIENT_GROUPS),
    "forms": list(terms.FORMS_OF_AID),
    "matters": list(terms.MATTERS),
    "results": list(terms.CASE_OUTCOMES),
}


def fill(database: Database, count: int) -> int:
    """A year of facts spread over stations, months, groups, forms, matters and results, and their sums; how many sums."""
    statement = FILL.replace(":case_measures", "CAST(:case_measures AS text[])")
    statement = statement.replace(":service_measures", "CAST(:service_measures AS text[])")
    for first in range(1, count + 1, PORTION):
        with database.session() as session:
            session.execute(text(statement), {**LISTS, "first": first, "last": min(first + PORTION - 1, count)})
    with database.session() as session:
        session.execute(insert(Rollup.__table__).from_select([*CELL, "value"], sums_of_facts(session)))
        sums = session.scalar(select(func.count()).select_from(Rollup)) or 0
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE facts"))
        connection.execute(text("VACUUM ANALYZE rollups"))
    return sums


def seconds(ask: t.Callable[[], t.Any], rounds: int) -> list[float]:
    """Each round's time, shortest first; two rounds to warm up."""
    found = []
    for number in range(rounds + 2):
        began = time.perf_counter()
        ask()
        if number >= 2:
            found.append(time.perf_counter() - began)
    return sorted(found)


def p99(times: list[float]) -> float:
    return times[min(len(times) - 1, int(len(times) * 0.99))]


def run(environment: Environment, quick: bool, say: t.Callable[[str], None]) -> list[Row]:
    rounds = 30 if quick else 200
    database = Database(environment.place.database_url)
    migrate("services.supervision", database)
    sums = fill(database, EVENTS)
    say(f"{EVENTS:,} facts of a year in {sums:,} sums")
    asked = {"from": f"{YEAR}-01-01", "to": f"{YEAR}-12-31"}
    now = dt.datetime(YEAR, 12, 31, 4, tzinfo=dt.UTC)
    settings = SupervisionSettings()

    def figures() -> dict[str, t.Any]:
        with database.session() as session:
            return VIEWS["supervision.figures"](Read(session, now, CENTER, settings), asked)

    def straight() -> int:
        days = {"first": dt.date(YEAR, 1, 1), "last": dt.date(YEAR, 12, 31)}
        with database.session() as session:
            found = [[tuple(row) for row in session.execute(text(one), days)] for one in STRAIGHT]
            return sum(int(row[-1]) for row in found[0])

    total = sum(value for month in figures()["months"] for value in month["sums"].values())
    if total != straight():
        raise RuntimeError("the figures and the sums straight from the facts differ")
    ours, theirs = seconds(figures, rounds), seconds(straight, max(5, rounds // 20))
    database.close()
    say(
        f"figures: p50 {1000 * ours[len(ours) // 2]:.0f} ms, p99 {1000 * p99(ours):.0f} ms; straight {1000 * p99(theirs):.0f} ms"
    )
    details = {"events": EVENTS, "sums": sums, "rounds": rounds, "p50_ms": round(1000 * ours[len(ours) // 2], 1)}
    peer = round(1000 * p99(theirs), 1)
    return [
        Row("figures", round(1000 * p99(ours), 1), "ms p99", target="<= 100", details={**details, "straight_ms": peer}),
        Row("figures_of_straight", round(1000 * p99(ours), 1), "ms p99", "GROUP BY on the facts", peer, "<= 0.5"),
    ]
