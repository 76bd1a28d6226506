"""The way of a labour dispute: mediation first, then arbitration, then court, with the dates that law sets.

Sources: Labour Dispute Mediation and Arbitration Law 14 (15 days of mediation), 15 (an agreement that is not kept),
27 (one year to apply), 29 (arbitration not taken), 43 (award in 45 days, 15 more if complex; a late award opens the
court), 48 and 50 (15 days to sue); Civil Procedure Law 171 (15 days to appeal). That mediation comes first is the
network's own rule; it may be waived with a reason. Days are calendar days; whoever watches them rolls them over rest
days. The year of law 27 starts anew when rights are claimed (mediation too); it is watched as if it did not: the
earlier day is the safe one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

FIRST_DAY = dt.date(1995, 1, 1)  # the Labour Law is in force: no labour dispute of today is older
MEDIATION_DAYS = 15
AWARD_DAYS = 45
EXTENSION_DAYS = 15
SUIT_DAYS = 15
APPEAL_DAYS = 15

#: step -> the steps that may follow; the empty step is the beginning.
AFTER = MappingProxyType(
    {
        "": ("mediation_requested", "mediation_waived"),
        "mediation_requested": ("mediation_agreed", "mediation_failed", "mediation_waived", "arbitration_filed"),
        "mediation_agreed": ("arbitration_filed",),  # an agreement that is not kept (law 15)
        "mediation_failed": ("arbitration_filed",),
        "mediation_waived": ("arbitration_filed",),
        "arbitration_filed": ("award_received", "award_extended", "arbitration_refused", "suit_filed"),
        "award_extended": ("award_received", "suit_filed"),
        "arbitration_refused": ("suit_filed",),
        "award_received": ("suit_filed",),
        "suit_filed": ("judgment_received",),
        "judgment_received": ("appeal_filed",),
        "appeal_filed": ("final_judgment",),
        "final_judgment": (),
    }
)

#: Stages of progress that mediation must come before.
LATER_STAGES = frozenset({"arbitration", "first_instance", "second_instance"})

#: kind of date -> the steps that are the act which it waits for; any other step makes it needless.
FULFILS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "labour_mediation": frozenset({"mediation_agreed", "mediation_failed"}),
        "labour_arbitration": frozenset({"arbitration_filed"}),
        "labour_award": frozenset({"award_received", "arbitration_refused"}),
        "labour_suit": frozenset({"suit_filed"}),
        "labour_appeal": frozenset({"appeal_filed"}),
    }
)


@dataclass(frozen=True)
class Step:
    """A step that was taken on a day. ``knew_on``: since when the worker knew of the infringement, where known."""

    step: str
    on: dt.date
    knew_on: dt.date | None = None


@dataclass(frozen=True)
class Due:
    """Something that must be done: what kind of date it is, from when it runs, and its last calendar day."""

    kind: str
    next: str
    since: dt.date
    on: dt.date
    article: str


class OutOfOrder(Exception):
    """``step`` cannot follow ``after``; ``allowed`` can."""

    def __init__(self, step: str, after: str) -> None:
        self.step, self.after, self.allowed = step, after or "start", AFTER[after]
        super().__init__(f"{step} cannot follow {self.after}")


class MediationFirst(Exception):
    """Mediation is under way for less than 15 days, or was not tried."""


def check_step(steps: Sequence[Step], step: str, on: dt.date) -> None:
    """Whether a step may be taken on a day; raises OutOfOrder, or MediationFirst for an early arbitration.

    Suing without an award is possible once the award is late; its time can be extended only while it runs (law 43).
    """
    after = steps[-1].step if steps else ""
    if step == "arbitration_filed" and after in ("", "mediation_requested") and not mediated(steps, on):
        raise MediationFirst
    if step not in AFTER[after]:
        raise OutOfOrder(step, after)
    award = next((due for due in dates(steps) if due.kind == "labour_award"), None)
    if award and step == "suit_filed" and on <= award.on:
        raise OutOfOrder(step, after)
    if award and step == "award_extended" and on > award.on:
        raise OutOfOrder(step, after)


def mediated(steps: Sequence[Step], on: dt.date) -> bool:
    """Whether mediation is behind us on a day: it ended, was waived, or had no result in 15 days (law 14)."""
    if any(one.step != "mediation_requested" for one in steps):
        return True
    return any(on > one.on + dt.timedelta(days=MEDIATION_DAYS) for one in steps)


def dates(steps: Sequence[Step]) -> list[Due]:
    """What is to be done now and until when, the nearest act first; nothing is guessed where a fact is missing."""
    if not steps:
        return []
    last = steps[-1]
    match last.step:
        case "mediation_requested":
            return [_days("labour_mediation", "mediation_agreed", last.on, MEDIATION_DAYS, "14"), *_year(steps)]
        case "mediation_failed" | "mediation_waived":
            return _year(steps)
        case "arbitration_filed":
            return [_days("labour_award", "award_received", last.on, AWARD_DAYS, "43")]
        case "award_extended":
            filed = next(one.on for one in reversed(steps) if one.step == "arbitration_filed")
            return [_days("labour_award", "award_received", filed, AWARD_DAYS + EXTENSION_DAYS, "43")]
        case "award_received":
            return [_days("labour_suit", "suit_filed", last.on, SUIT_DAYS, "48, 50")]
        case "arbitration_refused":
            return [_days("labour_suit", "suit_filed", last.on, SUIT_DAYS, "29")]
        case "judgment_received":
            on = last.on + dt.timedelta(days=APPEAL_DAYS)
            return [Due("labour_appeal", "appeal_filed", last.on, on, "CPL 171")]
        case _:
            return []


def _days(kind: str, following: str, since: dt.date, days: int, article: str) -> Due:
    return Due(kind, following, since, since + dt.timedelta(days=days), f"LDM {article}")


def _year(steps: Sequence[Step]) -> list[Due]:
    knew_on = next((one.knew_on for one in reversed(steps) if one.knew_on), None)
    if knew_on is None:
        return []
    return [Due("labour_arbitration", "arbitration_filed", knew_on, limitation(knew_on), "LDM 27")]


def limitation(knew_on: dt.date) -> dt.date:
    """The last day to apply for arbitration: one year from the day the worker knew (law 27)."""
    try:
        return knew_on.replace(year=knew_on.year + 1)
    except ValueError:  # 29 February
        return dt.date(knew_on.year + 1, 2, 28)


def changes(before: Sequence[Step], step: Step) -> tuple[list[Due], list[tuple[Due, str]]]:
    """What one more step sets, and what it closes: ``done`` where it is the act waited for, else ``not_needed``."""
    old, new = dates(before), dates([*before, step])
    closed = [(due, "done" if step.step in FULFILS[due.kind] else "not_needed") for due in old if due not in new]
    return [due for due in new if due not in old], closed
