"""The driver of the soak: sends commands, and writes down what it knows of each: sent, not sent, or nobody knows."""

from __future__ import annotations

import datetime as dt
import random
import typing as t
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from chassis import outbox
from chassis.envelope import Envelope
from chassis.errors import DatabaseAway
from chassis.ids import new_id
from tests.toy.driver import CALLER, Toy
from tests.toy.platform import REGISTRY

MODES = {"ok": 88, "flaky": 8, "boom": 2, "nonsense": 2}
POISON = {"boom", "nonsense"}
Outcome = t.Literal["ok", "fail", "unknown"]


@dataclass
class Sent:
    """One command. ``outcome``: ``ok``: committed; ``fail``: certainly not; ``unknown``: the answer was lost."""

    n: int
    organization: str
    mode: str
    message: Envelope
    outcome: Outcome

    @property
    def is_poison(self) -> bool:
        return self.mode in POISON


class Driver:
    """Sends numbered commands to a toy platform; ``log`` is what the checker goes by."""

    def __init__(self, toy: Toy, chance: random.Random) -> None:
        self.toy, self.chance = toy, chance
        self.log: dict[int, Sent] = {}

    def send(self, count: int) -> None:
        """A transaction of new commands, some of them to be sent a little later than those that follow."""
        sent = [self._new(n) for n in range(len(self.log) + 1, len(self.log) + 1 + count)]
        # the driver is not told what became of it: of the first at least, however few there are on a slow machine
        lost = self.chance.random() < 0.2 or not self.log
        never = lost and self.chance.random() < 0.5
        outcome = "fail" if never else self._write(sent)
        for one in sent:
            one.outcome = "unknown" if lost else outcome
            self.log[one.n] = one

    def send_again(self, outcome: Outcome) -> list[int]:
        """What a caller does who was not told: send the very same once more. Returns the numbers that are ``ok`` now."""
        again = [one for one in self.log.values() if one.outcome == outcome]
        if again and self._write(again) == "ok":
            for one in again:
                one.outcome = "ok"
            return [one.n for one in again]
        return []

    def double(self) -> None:
        """Send some commands twice that were certainly sent before: same id, same body."""
        known = [one for one in self.log.values() if one.outcome == "ok"]
        self._write(self.chance.sample(known, min(len(known), 10)))

    def numbers(self, outcome: Outcome, *, poison: bool = False) -> set[int]:
        return {n for n, one in self.log.items() if one.outcome == outcome and one.is_poison == poison}

    def poison(self) -> dict[UUID, int]:
        """Message id -> number of what must end as a dead letter."""
        return {one.message.id: n for n, one in self.log.items() if one.is_poison and one.outcome == "ok"}

    def _new(self, n: int) -> Sent:
        mode = self.chance.choices(list(MODES), list(MODES.values()))[0]
        organization = self.chance.choice(self.toy.codes)
        message = Envelope(
            id=new_id(),
            type="alpha.deposit.v1",
            source="/test",
            organization=organization,
            time=self.toy.clock.now(),
            data={"n": "no number" if mode == "nonsense" else n, "mode": mode},
            principal=CALLER,
        )
        return Sent(n, organization, mode, message, "fail")

    def _write(self, sent: t.Sequence[Sent]) -> Outcome:
        now = self.toy.clock.now()
        late = dt.timedelta(seconds=0.6)
        rows = [
            outbox.row_for(one.message, REGISTRY, now, now + late if self.chance.random() < 0.2 else None)
            for one in sent
        ]
        begun = False
        try:
            with self.toy.databases["beta"].session() as session:
                session.execute(text("SELECT 1"))
                begun = True
                outbox.write(session, rows, None, None)
        except DatabaseAway:
            return "unknown" if begun else "fail"
        return "ok"
