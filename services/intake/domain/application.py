"""The life of an application: which act leads from which state to which, as data. Every other move is refused.

The diagram in ARCHITECTURE.md is drawn from ``MOVES``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

START = "received"
# (state, act) -> state; the article of the act stands beside it.
MOVES: dict[tuple[str, str], str] = {
    ("received", "grant"): "granted",  # LA 43
    ("received", "refuse"): "refused",  # LA 43: in writing, with reasons
    ("received", "appoint"): "granted",  # LA 25, 36: upon an office's notice, by law
    ("received", "amend"): "received",  # corrected before the decision, judged anew
    ("received", "withdraw"): "withdrawn",
    ("received", "request_papers"): "awaiting_papers",  # LA 43: told once, the time to decide stops
    ("received", "refer"): "received",  # LA 38: any door, the right organization
    ("awaiting_papers", "supply_papers"): "received",
    ("awaiting_papers", "lapse"): "withdrawn",  # LA 43: deemed withdrawn
    ("awaiting_papers", "withdraw"): "withdrawn",
    ("awaiting_papers", "amend"): "awaiting_papers",
    ("awaiting_papers", "refer"): "awaiting_papers",
    ("awaiting_papers", "grant"): "granted",  # LA 44: urgent cases only, the papers come later
    ("granted", "supply_papers"): "granted",  # LA 44
    ("refused", "object"): "objected",  # LA 49
    ("objected", "uphold"): "upheld",
    ("objected", "overturn"): "granted",
}
STATES = tuple(dict.fromkeys([START, *(state for state, _ in MOVES), *MOVES.values()]))
FINAL = frozenset(STATES) - {state for state, _ in MOVES}
UNDECIDED = frozenset({"received", "awaiting_papers", "objected"})

#: Nobody's acts: an appointment comes with the office's notice, a lapse with a day.
BY_RULE = frozenset({"appoint", "lapse"})

OF_AGE = 18
OLDEST_FILING = dt.timedelta(days=366)
FORWARD_WITHIN = dt.timedelta(hours=24)
URGENT_WITHIN = dt.timedelta(days=7)
TO_MONDAY = {6: dt.timedelta(days=2), 7: dt.timedelta(days=1)}
LONGEST_LIMITATION = dt.timedelta(days=20 * 366)


class WrongState(Exception):
    """``act`` is not possible in ``state``."""

    def __init__(self, state: str, act: str) -> None:
        super().__init__(f"{act} in state {state}")
        self.state, self.act = state, act


def move(state: str, act: str) -> str:
    """The state that ``act`` leads to; raises WrongState for every move that is not in MOVES."""
    try:
        return MOVES[state, act]
    except KeyError:
        raise WrongState(state, act) from None


def allowed(state: str) -> list[str]:
    """The acts of people that are possible in a state."""
    return [act for known, act in MOVES if known == state and act not in BY_RULE]


def possible_now(state: str, *, is_urgent: bool, told_once: bool, awaits_papers: bool, is_erased: bool) -> list[str]:
    """Those of ``allowed`` that would not be refused for what else is known of the application.

    ``told_once``: papers were asked for, now or before; ``awaits_papers``: and are not all there.
    """
    refused = {
        "grant": state == "awaiting_papers" and not is_urgent,
        "request_papers": told_once,
        "supply_papers": not awaits_papers or is_erased,
        "object": is_erased,
    }
    return [act for act in allowed(state) if not refused.get(act, False)]


def filing_days(today: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day that an application may bear: papers are entered late at times, never in advance."""
    return today - OLDEST_FILING, today


def limitation_days(today: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day on which a limitation may end: law knows none longer than twenty years (Civil Code 188)."""
    return today - LONGEST_LIMITATION, today + LONGEST_LIMITATION


def urgency(said: str, limitation_on: dt.date | None, facts: Collection[str], today: dt.date) -> str:
    """``urgent`` when said so, when a limitation ends within 7 days, or to preserve property (LA 44).

    What is past is not near: no haste saves it.
    """
    near = limitation_on is not None and limitation_on - today < URGENT_WITHIN and not is_past(limitation_on, today)
    return "urgent" if said == "urgent" or near or "preservation_needed" in facts else "normal"


def is_past(limitation_on: dt.date | None, today: dt.date) -> bool | None:
    """Whether a limitation has ended: its last day counts whole, and a Saturday or Sunday goes on to Monday."""
    if limitation_on is None:
        return None
    return today > limitation_on + TO_MONDAY.get(limitation_on.isoweekday(), dt.timedelta())


def forwarded_late(received_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether an office kept the application of a person in custody longer than 24 hours (LA 39); hours never roll."""
    return received_at is not None and now - received_at > FORWARD_WITHIN
