"""dead_channel: what people whom a chat bot reaches notice of a mail server, or of another platform's bots, that is dead.

Dead is the worst way of being dead: it accepts connections and is silent. Something urgent for
15 people every 0.4 s: five by DingTalk, whose p99 from commit to arrival is measured, five by mail, five by WeCom. Both
are alive before and after.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import time
import typing as t
from uuid import UUID, uuid4

import psycopg
from sqlalchemy.orm import Session

from benchmarks import told
from benchmarks.environment import ROOT, Environment, connect
from benchmarks.network import Network
from benchmarks.percentiles import milliseconds
from benchmarks.results import Row
from chassis.database import Database
from chassis.ids import new_id
from chassis.vault import Vault
from services.notification.models import Endpoint

HEALTHY = "dingtalk"
CHANNELS = (HEALTHY, "email", "wecom")
PEOPLE, AT_ONCE, PAUSE = 100, 5, 0.4  # each bot is asked every eight seconds, for its own pace is three
PATIENCE = 60.0
ARRIVED = "SELECT id, person, about FROM notifications"


class FarSides:
    """Their process."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.far_sides"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.ports: dict[str, int] = self._line()

    def came(self) -> dict[str, list[float]]:
        """What the bot was sent since the last time."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return t.cast(dict[str, list[float]], self._line())

    def _line(self) -> t.Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(10)


def options(ports: dict[str, int], dead: str | None) -> dict[str, str]:
    """The platform's options with all far sides alive, or one of them dead."""
    mail, wecom = (ports["silent" if dead == one else alive] for one, alive in (("email", "mail"), ("wecom", "bot")))
    return {
        "AIDBUS_CHANNELS": ",".join(CHANNELS),
        "AIDBUS_CHANNEL_RATES": ",".join(f"{one}=60000/minute" for one in CHANNELS),
        "AIDBUS_LANE_SWEEP_SECONDS": "0.05",  # so that what is measured is not the pause between two looks
        "AIDBUS_SMTP_SECURITY": "none",
        "AIDBUS_SMTP_PORT": str(mail),
        "AIDBUS_DINGTALK_URL": f"http://127.0.0.1:{ports['bot']}",
        "AIDBUS_WECOM_URL": f"http://127.0.0.1:{wecom}",
    }


def reachable(network: Network, channel: str) -> list[UUID]:
    """People of the center, each with an address on this channel alone."""
    database = Database(network.database.format(service="notification").replace("postgresql:", "postgresql+psycopg:"))
    people = [uuid4() for _ in range(PEOPLE)]
    common = {"organization": told.CENTER, "channel": channel, "state": "active", "created_at": dt.datetime.now(dt.UTC)}
    vault = Vault([network.settings["AIDBUS_DATA_KEYS"]])
    with Session(database.engine) as session, session.begin():
        for person in people:
            address = vault.seal(f"{person}@bench.example" if channel == "email" else str(person))
            session.add(Endpoint(id=new_id(), person=person, address_sealed=address, **common))
    database.close()
    return people


def measure(environment: Environment, sides: FarSides, dead: str | None, events: int) -> list[float]:
    """Seconds from the commit of each notification to its arrival at the healthy channel's bot."""
    alone = Network(environment, [["notification"], ["gateway"]], settled=False, more=options(sides.ports, dead))
    with alone as network, network.notifications() as db:
        db.execute(told.COMMITTED)
        people = {channel: reachable(network, channel) for channel in CHANNELS}
        queue = f"{environment.place.namespace}.notification.{told.CENTER}"
        broker = connect(environment.place.amqp_url)
        channel = broker.channel()
        begin = time.perf_counter()
        for number in range(events):
            first = number * AT_ONCE % PEOPLE
            some = [person for ones in people.values() for person in ones[first : first + AT_ONCE]]
            channel.basic_publish(told.overdue(some), routing_key=queue)
            if (left := begin + PAUSE * (number + 1) - time.perf_counter()) > 0:
                time.sleep(left)
        broker.close()
        return arrived(db, sides, set(people[HEALTHY]), events * AT_ONCE)


def arrived(db: psycopg.Connection[t.Any], sides: FarSides, people: set[UUID], count: int) -> list[float]:
    """Waits until everything is there, once; raises RuntimeError."""
    came: dict[str, list[float]] = {}
    sent: list[tuple[UUID, str]] = []
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        for name, times in sides.came().items():
            came.setdefault(name, []).extend(times)
        committed = told.committed(db)
        sent = [(one, f"{person} {task}") for one, person, task in db.execute(ARRIVED).fetchall() if person in people]
        if len(sent) == count and all(name in came for _, name in sent):
            if any(len(came[name]) > 1 for _, name in sent):
                raise RuntimeError("dead_channel: something came twice")
            return [came[name][0] - committed[one] for one, name in sent[AT_ONCE * 4 :]]  # the first ones warm up
        time.sleep(0.2)
    missing = sum(name not in came for _, name in sent)
    raise RuntimeError(
        f"dead_channel: of {count} for the healthy channel {len(sent)} were written, {missing} never came"
    )


def run(environment: Environment, quick: bool, say: t.Callable[[str], None]) -> list[Row]:
    events = 20 if quick else 100
    found: dict[str, list[float]] = {}
    sides = FarSides()
    try:
        for name, dead in (("alive", None), ("mail dead", "email"), ("bots dead", "wecom"), ("alive again", None)):
            found[name] = measure(environment, sides, dead, events)
            say(f"{name}: {milliseconds(found[name])} ms")
    finally:
        sides.close()
    details = {name: milliseconds(seconds) for name, seconds in found.items()}
    alive = milliseconds(found["alive"] + found["alive again"])["p99"]
    rows = (("dead_channel_mail", "mail dead"), ("dead_channel_bots", "bots dead"))
    return [
        Row(name, details[state]["p99"], "ms p99", "the same, all alive", alive, "<= 1.2", details=details)
        for name, state in rows
    ]
