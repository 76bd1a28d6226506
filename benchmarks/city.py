"""A city's lawyers, matters and waiting cases on PostgreSQL: what ``conflict``, ``choice`` and ``backlog`` stand on.

Everything is drawn by one seeded generator, so that two runs have the same city. Names are drawn as they are borne: a
few surnames and given names very often, most of them rarely. Their keys are the product's own.
"""

from __future__ import annotations

import datetime as dt
import random
import typing as t
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from cryptography.fernet import Fernet
from sqlalchemy import Connection, insert, text
from sqlalchemy.orm import Session

from chassis.database import Database
from chassis.envelope import Envelope
from chassis.ids import new_id
from chassis.migrations import migrate
from chassis.principal import Principal
from chassis.work import Work
from contracts import terms
from contracts.registry import REGISTRY
from services.assignment import models as m
from services.assignment.domain.conflicts import keys_of
from services.assignment.domain.points import seconds
from services.assignment.repository import key_text
from services.assignment.settings import AssignmentSettings

NOW = dt.datetime(2026, 9, 1, 2, 0, tzinfo=dt.UTC)
SECRET = "bench"
KEY = Fernet.generate_key().decode()
FIRMS, STATIONS = 500, 71
DISTRICTS = tuple(f"第{number}区" for number in range(1, 13))
ORGANIZATIONS = ("womens-federation", "trade-union", "youth-league", "disabled", "aging", "sun-village", "garrison")
COMMON = ("marriage_family", "labour_or_pay", "injury_compensation", "maintenance_or_support", "criminal_defence")
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟"
)
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂芝文建国华玉梅红志玲春燕丹飞鹏辉海峰波林云龙宇浩轩子涵欣怡梓晨佳琪雨桐"
TRADES = ("建筑", "运输", "物流", "餐饮管理", "劳务派遣", "物业服务", "机械制造", "电子科技", "商贸", "家政服务")
MINORITY = ("阿迪力", "买买提", "古丽娜尔", "吐尔逊", "艾力", "热依汗", "库尔班", "帕提古丽")
CENTER = Principal("bench", "center_admin", "center", UUID(int=1))


def draw(chance: random.Random, letters: str) -> str:
    """A letter, the earlier the likelier: 王 for 6 in a hundred people, as in life."""
    return letters[int(len(letters) * chance.random() ** 1.5)]


def person(chance: random.Random) -> str:
    if chance.random() < 0.03:
        return "·".join(chance.sample(MINORITY, 2))
    return draw(chance, SURNAMES) + "".join(draw(chance, GIVEN) for _ in range(1 if chance.random() < 0.15 else 2))


def company(chance: random.Random) -> str:
    name = draw(chance, GIVEN) + draw(chance, GIVEN)
    return f"新乡市{name}{chance.choice(TRADES)}{chance.choice(('有限公司', '有限责任公司', '股份有限公司'))}"


def database_of(url: str) -> Database:
    """The service's own tables, as its migrations make them."""
    database = Database(url)
    migrate("services.assignment", database)
    return database


def empty(database: Database) -> None:
    """Before another city stands in the same tables."""
    names = ", ".join(table.name for table in m.Base.metadata.sorted_tables)
    with database.engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {names}"))


def keep_lawyers(session: Session, count: int) -> None:
    """``count`` lawyers of 500 firms in 12 districts, with specialties, languages and duties to organizations."""
    chance = random.Random(20260901)
    firms = [
        {
            "id": UUID(int=10_000 + one),
            **dict.fromkeys(("name", "name_key"), f"律师事务所{one}"),
            "district": chance.choice(DISTRICTS),
        }
        for one in range(FIRMS)
    ]
    session.execute(insert(m.Firm), [{**one, "registered_at": NOW, "version": 1} for one in firms])
    ways = [
        {"district": district, "firm_id": firm["id"], "metres": chance.randint(200, 70_000)}
        for district in DISTRICTS
        for firm in firms
    ]
    session.execute(insert(m.Distance), ways)
    session.execute(insert(m.Lawyer), [_lawyer(chance, number, firms) for number in range(count)])
    for model, rows in _lists(chance, count).items():
        session.execute(insert(model), rows)


def _lawyer(chance: random.Random, number: int, firms: list[dict[str, t.Any]]) -> dict[str, t.Any]:
    capacity = chance.randint(4, 14)
    last = NOW - dt.timedelta(days=chance.randint(1, 200)) if chance.random() < 0.8 else None
    return {
        "id": UUID(int=100_000 + number),
        "firm_id": chance.choice(firms)["id"],
        **dict.fromkeys(("name", "name_key"), person(chance)),
        "licence": f"L-{number}",
        "gender": chance.choice(("female", "male")),
        "capacity": capacity,
        "load": chance.randint(0, capacity // 2),
        "practice_years": chance.randint(1, 35),
        "criminal_defence_years": chance.randint(0, 12),
        "trained_for_minors": chance.random() < 0.4,
        "everywhere": chance.random() < 0.3,
        "state": "active",
        "last_assigned_at": last,
        "rested_from": seconds(last),
        "registered_at": NOW,
        "version": 1,
    }


def _lists(chance: random.Random, count: int) -> dict[t.Any, list[dict[str, t.Any]]]:
    rows: dict[t.Any, list[dict[str, t.Any]]] = {m.Specialty: [], m.LawyerDistrict: [], m.LawyerLanguage: []}
    rows |= {m.StandingLawyer: [], m.Absence: []}
    for number in range(count):
        one = {"lawyer_id": UUID(int=100_000 + number)}
        for matter in chance.sample(sorted(terms.MATTERS), chance.randint(1, 4)):
            rows[m.Specialty].append({**one, "matter": matter, "years": chance.randint(0, 20)})
        for district in chance.sample(DISTRICTS, chance.randint(1, 3)):
            rows[m.LawyerDistrict].append({**one, "district": district})
        if chance.random() < 0.1:
            rows[m.LawyerLanguage].append({**one, "language": "uyghur"})
        if chance.random() < 0.02:
            rows[m.StandingLawyer].append({**one, "organization": chance.choice(ORGANIZATIONS)})
        if chance.random() < 0.05:
            away = {"id": UUID(int=900_000 + number), "since": NOW.date(), "until": NOW.date()}
            rows[m.Absence].append({**one, **away})
    return rows


MATTERS = """
INSERT INTO engagements (id, matter_id, matter_number, lawyer_id, firm_id, since, until)
SELECT lpad(to_hex(:engagements + n), 32, '0')::uuid, lpad(to_hex(:matters + n), 32, '0')::uuid, 'P-' || n,
       l.id, l.firm_id, DATE '2016-01-01' + n % 3800, DATE '2016-06-01' + n % 3800
FROM generate_series(1, :count / 2) AS n
JOIN (SELECT id, firm_id, row_number() OVER (ORDER BY id) AS place FROM lawyers) AS l
  ON l.place = 1 + (n * 48271::bigint) % :lawyers
"""
PARTIES = """
INSERT INTO parties (id, matter_id, side, name, kind, former_names, number_hash)
SELECT lpad(to_hex(:parties + n), 32, '0')::uuid, lpad(to_hex(:matters + (n + 1) / 2), 32, '0')::uuid,
       CASE n % 2 WHEN 1 THEN 'aided' ELSE 'opposing' END, p.name, p.kind, '[]',
       CASE WHEN n % 5 < 3 THEN md5(n::text) || md5('b' || n) END
FROM generate_series(1, :count) AS n
JOIN bench_names AS p ON p.place = CASE n % 2 WHEN 1 THEN (n * 48271::bigint) % :people ELSE (n * 16807::bigint) % :names END
"""
KEYS = """
INSERT INTO party_keys (party_id, key, side, matter_id)
SELECT p.id, unnest(b.keys || CASE WHEN p.number_hash IS NULL THEN '{}' ELSE ARRAY['number:' || p.number_hash] END),
       p.side, p.matter_id
FROM parties AS p JOIN (SELECT DISTINCT ON (name, kind) * FROM bench_names) AS b USING (name, kind)
"""


FOREIGN, INDEX = "fk_party_keys_party_id_parties", "ix_party_keys_key"


@contextmanager
def _checked_afterwards(connection: Connection) -> t.Iterator[None]:
    """Millions of keys are checked and sorted together at the end, not one by one."""
    index = connection.execute(text(f"SELECT pg_get_indexdef('{INDEX}'::regclass)")).scalar_one()
    connection.execute(text(f"ALTER TABLE party_keys DROP CONSTRAINT {FOREIGN}"))
    connection.execute(text(f"DROP INDEX {INDEX}"))
    yield
    connection.execute(text(index))
    foreign = "FOREIGN KEY (party_id) REFERENCES parties (id)"
    connection.execute(text(f"ALTER TABLE party_keys ADD CONSTRAINT {FOREIGN} {foreign}"))


@dataclass(frozen=True)
class Names:
    """The names of the matters: people, then companies; one name stands as often as it was drawn."""

    people: list[str]
    companies: list[str]


def keep_matters(database: Database, count: int, lawyers: int) -> Names:
    """``count`` parties of half as many past matters, one person aided in each, a person or company against them."""
    chance = random.Random(7)
    pool = min(max(10_000, count // 2), 200_000)
    names = Names([person(chance) for _ in range(pool)], [company(chance) for _ in range(pool // 6)])
    keys: dict[tuple[str, str], list[str]] = {}
    rows = [*((one, "person") for one in names.people), *((one, "company") for one in names.companies)]
    for name, kind in rows:
        if (name, kind) not in keys:
            keys[name, kind] = sorted(key_text(key, SECRET) for key in keys_of(name, kind, None))
    sizes = {"count": count, "lawyers": lawyers, "people": len(names.people), "names": len(rows)}
    places = {"engagements": 0x50000000, "matters": 0x60000000, "parties": 0x70000000}
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TEMP TABLE bench_names (place bigint, name text, kind text, keys text[])"))
        raw = t.cast(t.Any, connection.connection.driver_connection)
        with raw.cursor() as cursor, cursor.copy("COPY bench_names FROM STDIN") as copy:
            for number, (name, kind) in enumerate(rows):
                copy.write_row((number, name, kind, keys[name, kind]))
        connection.execute(text("CREATE INDEX ON bench_names (place)"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        for statement in (MATTERS, PARTIES):
            connection.execute(text(statement), {**sizes, **places})
        with _checked_afterwards(connection):
            connection.execute(text(KEYS))
        connection.execute(text("DROP TABLE bench_names"))
    return names


def keep_parties(session: Session, cases: t.Sequence[UUID], names: Names) -> None:
    """Each waiting case has a person aided and somebody against them, whom the city knows."""
    chance = random.Random(3)
    parties, keys = [], []
    for place, case in enumerate(cases):
        for side, pool in (("aided", names.people), ("opposing", chance.choice((names.people, names.companies)))):
            name, kind = chance.choice(pool), "company" if pool is names.companies else "person"
            number = 2 * place + (side == "opposing")
            one = {"matter_id": case, "side": side}
            parties.append({**one, "id": UUID(int=0x40000000 + number), "name": name, "kind": kind, "former_names": []})
            texts = sorted({key_text(key, SECRET) for key in keys_of(name, kind, None)})
            keys += [{**one, "party_id": parties[-1]["id"], "key": key} for key in texts]
    session.execute(insert(m.Party), parties)
    session.execute(insert(m.PartyKey), keys)


def vacuum(database: Database) -> None:
    """What autovacuum does by and by: so that the planner knows the tables as it would know them in service."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def a_case(chance: random.Random, number: int) -> dict[str, t.Any]:
    """A case that waits for a lawyer: common matters are common, one in ten is urgent, one in twenty a minor's."""
    matter = chance.choice(COMMON) if chance.random() < 0.8 else chance.choice(sorted(terms.MATTERS))
    form = "criminal_defence" if matter == "criminal_defence" else "civil_litigation"
    grave = form == "criminal_defence" and chance.random() < 0.2
    return {
        "id": UUID(int=0x20000000 + number),
        "number": f"C2026-{number:05d}",
        "application_id": UUID(int=0x30000000 + number),
        "application_number": f"A2026-{number:05d}",
        "organization": chance.choice(ORGANIZATIONS),
        "recipient_group": "minor" if chance.random() < 0.05 else chance.choice(("woman", "migrant_worker", "elderly")),
        "form_of_aid": form,
        "matter": matter,
        "urgency": "urgent" if chance.random() < 0.1 else "normal",
        "district": chance.choice(DISTRICTS),
        "facts": ["life_or_death_sentence_possible"] if grave else [],
        "state": "proposed",
        "version": 1,
        "granted_at": NOW - dt.timedelta(minutes=chance.randint(1, 20_000)),
        "opened_at": NOW,
        "wished_gender": "female" if chance.random() < 0.05 else None,
        "wished_language": "uyghur" if chance.random() < 0.01 else None,
        "paid_fen": 0,
    }


def keep_cases(session: Session, count: int) -> list[UUID]:
    """``count`` cases that wait for a lawyer; returns their ids."""
    chance = random.Random(11)
    rows = [a_case(chance, number) for number in range(count)]
    session.execute(insert(m.Case), rows)
    return [row["id"] for row in rows]


def work_in(session: Session) -> Work:
    """A command of the center in a transaction of its own."""
    message = Envelope(new_id(), "assignment.plan_backlog.v1", "/bench", "center", NOW, {}, principal=CENTER)
    return Work("assignment", session, NOW, message, AssignmentSettings(party_secret=SECRET, data_keys=KEY), REGISTRY)
