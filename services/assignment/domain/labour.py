"""The way of a labour dispute: mediation first, then arbitration, then court, with the dates that law sets.

Sources: Labour Dispute Mediation and Arbitration Law 14 (15 days of mediation), 15 (an agreement that is not kept),
27 (one year to apply), 43 (award in 45 days, 15 more if complex; a late award opens the court), 48 and 50 (15 days to
sue). That mediation comes first is the network's own rule; it may be waived with a reason. Days are calendar days;
whoever watches them rolls them over rest days.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from types import MappingProxyType

MEDIATION_DAYS = 15
AWARD_DAYS = 45
SUIT_DAYS = 15

#: step -> the steps that may follow; the empty step is the beginning.
AFTER = MappingProxyType(
    {
        "": ("mediation_requested", "mediation_waived"),
        "mediation_requested": ("mediation_agreed", "mediation_failed", "mediation_waived", "arbitration_filed"),
        "mediation_agreed": ("arbitration_filed",),  # an agreement that is not kept (law 15)
        "mediation_failed": ("arbitration_filed",),
        "mediation_waived": ("arbitration_filed",),
        "arbitration_filed": ("award_received", "suit_filed"),
        "award_received": ("suit_filed",),
        "suit_filed": (),
    }
)

#: Stages of progress that mediation must come before.
LATER_STAGES = frozenset({"arbitration", "first_instance", "second_instance"})


@dataclass(frozen=True)
class Step:
    """A step that was taken on a day."""

    step: str
    on: dt.date


@dataclass(frozen=True)
class Due:
    """What comes next, and its last calendar day."""

    next: str
    on: dt.date
    article: str


class OutOfOrder(Exception):
    """``step`` cannot follow ``after``; ``allowed`` can."""

    def __init__(self, step: str, after: str) -> None:
        self.step, self.after, self.allowed = step, after or "start", AFTER[after]
        super().__init__(f"{step} cannot follow {self.after}")


class MediationFirst(Exception):
    """Mediation is under way for less than 15 days, or was not tried."""


def check_step(steps: list[Step], step: str, on: dt.date) -> None:
    """Whether a step may be taken on a day; raises OutOfOrder, or MediationFirst for an early arbitration.

    Suing without an award is possible once the award is late (law 43).
    """
    last = steps[-1] if steps else None
    after = last.step if last else ""
    if step == "arbitration_filed" and after in ("", "mediation_requested") and not mediated(steps, on):
        raise MediationFirst
    if step not in AFTER[after]:
        raise OutOfOrder(step, after)
    if last and (after, step) == ("arbitration_filed", "suit_filed") and on <= last.on + dt.timedelta(days=AWARD_DAYS):
        raise OutOfOrder(step, after)


def mediated(steps: list[Step], on: dt.date) -> bool:
    """Whether mediation is behind us on a day: it ended, was waived, or had no result in 15 days (law 14)."""
    if any(one.step != "mediation_requested" for one in steps):
        return True
    return any(on > one.on + dt.timedelta(days=MEDIATION_DAYS) for one in steps)


def due_after(step: str, on: dt.date, knew_on: dt.date | None) -> Due | None:
    """The last day for what follows a step, where law sets one and the facts are known."""
    match step:
        case "mediation_requested":
            return Due("mediation_agreed", on + dt.timedelta(days=MEDIATION_DAYS), "劳动争议调解仲裁法第14条")
        case "mediation_failed" | "mediation_waived":
            return Due("arbitration_filed", limitation(knew_on), "劳动争议调解仲裁法第27条") if knew_on else None
        case "arbitration_filed":
            return Due("award_received", on + dt.timedelta(days=AWARD_DAYS), "劳动争议调解仲裁法第43条")
        case "award_received":
            return Due("suit_filed", on + dt.timedelta(days=SUIT_DAYS), "劳动争议调解仲裁法第48、50条")
        case _:
            return None


def limitation(knew_on: dt.date) -> dt.date:
    """The last day to apply for arbitration: one year from the day the worker knew (law 27)."""
    try:
        return knew_on.replace(year=knew_on.year + 1)
    except ValueError:  # 29 February
        return dt.date(knew_on.year + 1, 2, 28)
