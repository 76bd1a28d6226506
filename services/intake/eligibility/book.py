"""All rule sets of a folder, chosen by jurisdiction and by the day of the application."""

from __future__ import annotations

import datetime as dt
import typing as t
from bisect import bisect_right
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

from services.intake.eligibility.faults import Fault, RuleSetError
from services.intake.eligibility.judgement import Judgement, Rule, Step
from services.intake.eligibility.load import load_rule_set
from services.intake.eligibility.ruleset import RuleSet

SHIPPED = Path(__file__).parent / "rules"


class RuleBook:
    """Every rule set below one folder: ``<jurisdiction>/<first day>/rules.yaml``."""

    def __init__(self, sets: t.Iterable[RuleSet]) -> None:
        self.by_jurisdiction: dict[str, list[RuleSet]] = {}
        for rule_set in sorted(sets, key=lambda one: (one.jurisdiction, one.since)):
            self.by_jurisdiction.setdefault(rule_set.jurisdiction, []).append(rule_set)

    @classmethod
    def load(cls, folder: Path = SHIPPED, jurisdiction: str = "*") -> RuleBook:
        """Read and check every rule set, or those of one jurisdiction; raises RuleSetError with all that is wrong."""
        sets: list[RuleSet] = []
        files = sorted(folder.glob(f"{jurisdiction}/*/rules.yaml"))
        if not files:
            raise RuleSetError([Fault(folder, 1, "no rule set here: <jurisdiction>/<first day>/rules.yaml")])
        faults = [
            Fault(stray, 1, "not read here: a rule set is <jurisdiction>/<first day>/rules.yaml")
            for stray in sorted(folder.glob(f"{jurisdiction}/**/*.y*ml"))
            if stray.name.lower() in ("rules.yaml", "rules.yml") and stray not in files
        ]
        for empty in sorted({folder for file in files for folder in file.parent.parent.iterdir()}):
            if empty.is_dir() and not empty.name.startswith((".", "_")) and not list(empty.glob("[rR]ules.y*ml")):
                faults.append(Fault(empty, 1, "no rules.yaml here: the rules before it would go on"))
        for file in files:
            try:
                sets.append(load_rule_set(file.parent))
            except RuleSetError as error:
                faults += error.faults
        if faults:
            raise RuleSetError(faults)
        book = cls(sets)
        book._check_overlaps(folder)
        return book

    def find(self, jurisdiction: str, day: dt.date) -> RuleSet | None:
        """The rule set in force on a day: the last that began by then and has not ended."""
        sets = self.by_jurisdiction.get(jurisdiction, [])
        place = bisect_right([one.since for one in sets], day) - 1
        if place < 0 or (sets[place].until is not None and sets[place].until < day):  # type: ignore[operator]
            return None
        return sets[place]

    def judge(self, jurisdiction: str, day: dt.date, given: Mapping[str, t.Any]) -> Judgement:
        """Judge by the rules of that day; without any, the outcome is unknown."""
        rule_set = self.find(jurisdiction, day)
        if rule_set is None:
            return _without_rules(day)
        return rule_set.judge(given, day)

    def _check_overlaps(self, folder: Path) -> None:
        faults = []
        for sets in self.by_jurisdiction.values():
            for one, following in pairwise(sets):
                if one.until is not None and one.until >= following.since:
                    file = folder / one.key / "rules.yaml"
                    faults.append(
                        Fault(file, 1, f"overlap: until {one.until}, but the next set begins {following.since}")
                    )
        if faults:
            raise RuleSetError(faults)


def _without_rules(day: dt.date) -> Judgement:
    """Nothing is decided where no rules are in force."""
    title = {"zh": "该日适用的规则", "en": "Rules in force on that day"}
    rule = Rule("rule_set", "require", title, None, "", day, True)
    step = Step(rule, "unknown", missing=frozenset({"rule_set"}))
    return Judgement("unknown", "unknown", (step,), missing=("rule_set",), day=day, names={"rule_set": title})
