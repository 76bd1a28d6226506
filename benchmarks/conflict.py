"""conflict: one name checked against 1,000,000 party names, as when a party is added to a case.

The product's own path: the party is kept with all its keys (equal, of the same sound, similar), then sides that cross
are looked for. After the clock has stopped the party is taken away and the transaction committed, so that each check
meets the same city; a rollback would make the driver forget its prepared statements, which no service does between two
checks. Beside it the query that one writes by hand: the name as it stands, on an index of its own, which finds what is
written alike and nothing else.
"""

from __future__ import annotations

import random
import time
import typing as t
from uuid import UUID

from opencc import OpenCC
from sqlalchemy import delete, text

from benchmarks import city
from benchmarks.environment import Environment
from benchmarks.percentiles import milliseconds
from benchmarks.results import Row
from chassis.database import Database
from services.assignment import models as m
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


def check(database: Database, number: int, name: str, kind: str) -> tuple[float, int]:
    """In how many seconds how many matters on the other side are found that touch the party."""
    matter = UUID(int=0x10000000 + number)
    party: dict[str, t.Any] = {"side": "opposing", "name": name, "kind": kind, "number": None, "former_names": []}
    began = time.perf_counter()
    with database.session() as session:
        row = repository.add_party(session, matter, party, city.SECRET)
        found = repository.conflicts(session, matter)
        took = time.perf_counter() - began
        session.execute(delete(m.PartyKey).where(m.PartyKey.party_id == row.id))
        session.delete(row)
    return took, len({one.matter for one in found})


def straight(database: Database, name: str) -> tuple[float, int]:
    began = time.perf_counter()
    with database.session() as session:
        found = {row.matter_number for row in session.execute(text(STRAIGHT), {"name": name})}
        took = time.perf_counter() - began
    return took, len(found)


def timed(ask: t.Callable[[int, str, str], tuple[float, int]], names: list[tuple[str, str]]) -> tuple[list[float], int]:
    """Seconds of each check after fifty to warm up, and how much was found in all."""
    asked = [ask(number, name, kind) for number, (name, kind) in enumerate(names)][50:]
    return [took for took, _ in asked], sum(found for _, found in asked)


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
