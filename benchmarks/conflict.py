"""conflict: one name checked against 1,000,000 party names, as when a party is added to a case.

The product's own path: the party is kept with all its keys (equal, of the same sound, similar), then sides that cross
are looked for; the transaction is rolled back, so that each check meets the same city. Beside it the query that one
writes by hand: the name as it stands, on an index of its own, which finds what is written alike and nothing else.
"""

from __future__ import annotations

import random
import time
import typing as t
from uuid import UUID

from opencc import OpenCC
from sqlalchemy import text

from benchmarks import city
from benchmarks.environment import Environment
from benchmarks.percentiles import milliseconds
from benchmarks.results import Row
from chassis.database import Database
from services.assignment import repository

PARTIES, LAWYERS = 1_000_000, 5_000
STRAIGHT = (
    "SELECT e.lawyer_id, e.firm_id, e.matter_number FROM parties AS p JOIN engagements AS e USING (matter_id) "
    "WHERE p.name = :name AND p.side = 'aided'"
)


def asked(names: city.Names, count: int) -> list[tuple[str, str]]:
    """Names and kinds to look for: most as the city bears them, some written in another way, some that nobody bears."""
    chance, traditional = random.Random(5), OpenCC("s2t")
    found = []
    for _ in range(count):
        kind = "person" if chance.random() < 0.85 else "company"
        name = chance.choice(names.people if kind == "person" else names.companies)
        way = chance.random()
        if way < 0.2:
            name = traditional.convert(name)
        elif way < 0.3:
            name = name.replace("·", "．") + "　"
        elif way < 0.4:
            name = city.person(chance) if kind == "person" else city.company(chance)
        found.append((name, kind))
    return found


def check(database: Database, number: int, name: str, kind: str) -> int:
    """How many matters on the other side touch the party."""
    with database.session() as session:
        matter = UUID(int=0x10000000 + number)
        party = {"side": "opposing", "name": name, "kind": kind, "number": None, "former_names": []}
        repository.add_party(session, matter, party, city.SECRET)
        found = repository.conflicts(session, matter)
        session.rollback()
    return len({one.matter for one in found})


def straight(database: Database, name: str) -> int:
    with database.session() as session:
        return len({row.matter_number for row in session.execute(text(STRAIGHT), {"name": name})})


def timed(ask: t.Callable[[int, str, str], int], names: list[tuple[str, str]]) -> tuple[list[float], int]:
    """Seconds of each check after fifty to warm up, and how much was found in all."""
    times, total = [], 0
    for number, (name, kind) in enumerate(names):
        began = time.perf_counter()
        found = ask(number, name, kind)
        if number >= 50:
            times.append(time.perf_counter() - began)
            total += found
    return times, total


def run(environment: Environment, quick: bool, say: t.Callable[[str], None]) -> list[Row]:
    parties, checks = (50_000, 250) if quick else (PARTIES, 2_050)
    database = city.database_of(environment.place.database_url)
    with database.session() as session:
        city.keep_lawyers(session, LAWYERS)
    names = city.keep_matters(database, parties, LAWYERS)
    environment.db.execute("CREATE INDEX bench_parties_name ON parties (name, side)")
    city.vacuum(database)
    say(
        f"{parties:,} parties of {parties // 2:,} matters, {len(set(names.people + names.companies)):,} different names"
    )
    looked_for = asked(names, checks)
    ours, found = timed(lambda number, name, kind: check(database, number, name, kind), looked_for)
    theirs, alike = timed(lambda _, name, kind: straight(database, name), looked_for)
    database.close()
    if found < alike:
        raise RuntimeError("the check finds less than a query for the same name")
    mine, hand = milliseconds(ours), milliseconds(theirs)
    say(
        f"check: p50 {mine['p50']} ms, p99 {mine['p99']} ms; by hand p99 {hand['p99']} ms, which finds {alike / found:.0%}"
    )
    details = {"parties": parties, "checks": len(ours), **mine, "by_hand_ms": hand, "found": found, "by_hand": alike}
    return [
        Row("conflict", mine["p99"], "ms p99", target="<= 20", details=details),
        Row("conflict_found", found, "matters", "SQL equality on the name", alike, ">= 1"),
        Row("conflict_beside_sql", mine["p99"], "ms p99", "SQL equality on the name", hand["p99"]),
    ]
