"""import: a file of 100,000 services through `aidbus import` and the door, until every row is entered and told.

Each row is read, checked against its contract, the registers and the rows above, sealed, inserted, and said to the
figures: it lies in supervision's mailbox when the import is done. Only gateway and intake run; the others would take it
from there in their own time. Peer, in the same run: a loop with psycopg that inserts the same rows from the same file
and does nothing else.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import psycopg

from benchmarks.environment import ROOT, Environment
from benchmarks.network import ORGANIZATION, STATION, Network
from benchmarks.results import Row
from chassis.ids import new_id

ROWS = 100_000
HEADINGS = [
    "单位代码",
    "工作站代码",
    "登记编号",
    "日期",
    "服务类型",
    "方式",
    "服务对象",
    "事项",
    "姓名",
    "人次",
    "分钟",
    "引导申请",
]
KINDS, GROUPS = ("法律咨询", "代拟法律文书", "法治讲座"), ("妇女", "农民工", "老年人", "未成年人")
PROCESSES = (("gateway",), ("intake",))
INSERT = """
INSERT INTO services_by_hand (id, organization, station, number, given_on, kind, channel, recipient_group, topic, person,
                              persons, minutes, guided) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def write(file: Path, rows: int) -> None:
    """Some years of an older register."""
    with file.open("w", encoding="utf-8", newline="") as out:
        sheet = csv.writer(out)
        sheet.writerow(HEADINGS)
        for n in range(rows):
            day = f"{2022 + n % 4}-{1 + n % 12:02d}-{1 + n % 28:02d}"
            what = [KINDS[n % 3], "窗口", GROUPS[n % 4], "离婚与扶养", f"马秀{n}" if n % 3 else "", 1 + n % 5, 20, "否"]
            sheet.writerow([ORGANIZATION, STATION, f"{n:06d}", day, *what])


def by_platform(network: Network, file: Path) -> tuple[float, dict[str, t.Any]]:
    """Seconds of `aidbus import`, and what it says in the end."""
    key = network.http.headers["Authorization"]
    caller = {"AIDBUS_URL": network.url, "AIDBUS_API_KEY": str(key).partition(" ")[2]}
    command = [sys.executable, "-m", "chassis", "import", str(file), "--json"]
    began = time.perf_counter()
    done = subprocess.run(command, env={**os.environ, **caller}, cwd=ROOT, capture_output=True, text=True)
    seconds = time.perf_counter() - began
    if done.returncode:
        raise RuntimeError(f"aidbus import: {done.stderr[-1500:]}\n{network.tail()}")
    return seconds, json.loads(done.stdout)


def by_hand(database: psycopg.Connection[t.Any], file: Path) -> float:
    """Seconds of a loop: a row read, a row inserted, one commit."""
    names = "organization, station, number, given_on, kind, channel, recipient_group, topic, person, persons, minutes, guided"
    columns = ", ".join(f"{name} text" for name in names.split(", "))
    database.execute(f"CREATE TABLE services_by_hand (id uuid PRIMARY KEY, {columns})")
    began = time.perf_counter()
    with file.open(encoding="utf-8", newline="") as source, database.transaction(), database.cursor() as cursor:
        for row in list(csv.reader(source))[1:]:
            cursor.execute(INSERT, [new_id(), *row])
    return time.perf_counter() - began


def run(environment: Environment, quick: bool, say: t.Callable[[str], None]) -> list[Row]:
    rows = ROWS // 20 if quick else ROWS
    file = environment.folder / "services.csv"
    write(file, rows)
    with Network(environment, PROCESSES) as network:
        seconds, ended = by_platform(network, file)
        if (ended["state"], ended["entered"]) != ("done", rows):
            raise RuntimeError(f"not every row was entered: {ended}")
    peer = by_hand(environment.db, file)
    say(f"{rows:,} rows in {seconds:.1f} s ({rows / seconds:,.0f}/s); a psycopg loop {peer:.1f} s")
    details = {
        "rows": rows,
        "pieces": ended["batches"],
        "rows_per_second": round(rows / seconds),
        "running": ["gateway", "intake"],
    }
    return [
        Row("import", round(seconds, 1), f"s for {rows:,} rows", target="<= 60", details=details),
        Row("import_beside_loop", round(seconds, 1), "s", "psycopg loop, nothing checked or told", round(peer, 1)),
    ]
