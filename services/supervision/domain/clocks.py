"""Clocks as dated data: which event starts a limit, how long it is, which act fulfils it, who is reminded and when.

The rows stand in ``clocks.yaml``; a center may give a file of its own (setting ``clocks_file``), no code knows a
number of days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import yaml

from services.supervision.domain import counting
from services.supervision.domain.counting import Due
from services.supervision.domain.working_calendar import WorkingCalendar

SHIPPED = Path(__file__).with_name("clocks.yaml")
MarkKind = Literal["reminder", "overdue", "escalation", "plan"]
ASSIGNEE_RULES = frozenset(
    {"center_officers", "center_directors", "lawyer", "liaison_or_center", "organization_heads", "owner", "given"}
)
INFORMED_RULES = frozenset({None, "liaison"})


class BadClock(ValueError):
    """A row of the clock file cannot be true; the text says which and why."""


@dataclass(frozen=True)
class Reminder:
    """Before the due day: ``days_before`` at a local time, or when a ``share`` (0-1) of the whole time has run out."""

    days_before: int | None = None
    at: time | None = None
    share: float | None = None


@dataclass(frozen=True)
class Escalation:
    """After the due day: ``days_after`` at a local time, to the superiors on one line of authority."""

    line: Literal["center", "organization"]
    days_after: int
    at: time


@dataclass(frozen=True)
class Mark:
    """A moment at which a clock makes itself heard. ``fire_at``: UTC."""

    kind: MarkKind
    fire_at: datetime


@dataclass(frozen=True)
class Stop:
    """From when a clock stands still, and until when; None: it still does."""

    at: datetime
    until: datetime | None


@dataclass(frozen=True)
class Clock:
    """One limit as it holds from a day on (``since``) until a day (``until``, inclusive; None: still in force)."""

    kind: str
    since: date
    until: date | None
    triggers: tuple[str, ...]
    starts: str
    subject: str
    per: str | None
    again: tuple[str, ...]
    counting: str
    days: int
    hours: int
    due: str | None
    fulfilled_by: frozenset[str]
    cancelled_by: frozenset[str]
    stopped_by: frozenset[str]
    restarted_by: frozenset[str]
    stop_field: str | None
    restart_field: str | None
    by_hand: bool
    appointment: bool
    when: tuple[tuple[str, frozenset[str]], ...]
    assignees: str
    informed: str | None
    reminders: tuple[Reminder, ...]
    escalations: tuple[Escalation, ...]
    article: str | None
    source: str
    verified: bool

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)

    def is_about(self, event: Mapping[str, Any]) -> bool:
        """Whether an event of this clock's types means this clock: one type may tell of several kinds of dates.

        One that has no such field, as the end of a case, is meant for all.
        """
        return all(name not in event or event[name] in values for name, values in self.when)

    def start_of(self, event: Mapping[str, Any], zone: ZoneInfo) -> tuple[datetime, date]:
        """The instant and the local day on which an event starts this clock; a day starts at its local midnight."""
        value = event[self.starts]
        if isinstance(value, datetime):
            return value, counting.local_day(value, zone)
        return counting.local_instant(value, time.min, zone), value

    def given_by(self, event: Mapping[str, Any], zone: ZoneInfo) -> datetime | None:
        """The instant that an event names as this clock's end, if it is counted so; a day is over at local midnight."""
        value = event[self.due] if self.due else None
        return counting.end_of_day(value, zone) if value is not None and not isinstance(value, datetime) else value

    def subject_of(self, event: Mapping[str, Any]) -> UUID | None:
        """What the task is about; with ``per``, the engagement: an id made of the case and its lawyer.

        With ``again``, the same once more where the event carries one of its fields, the first counts: its own task.
        """
        subject: UUID | None = event.get(self.subject)
        if self.per is not None and subject is not None:
            subject = uuid5(subject, str(event[self.per])) if event[self.per] else None
        again = next((event[name] for name in self.again if event.get(name)), None)
        return uuid5(subject, str(again)) if subject is not None and again else subject

    def due_of(
        self,
        started_at: datetime,
        started_on: date,
        given: datetime | None,
        calendar: WorkingCalendar,
        zone: ZoneInfo,
        stops: Sequence[tuple[datetime, datetime]] = (),
    ) -> Due:
        """When it runs out; ``given``: the instant that the trigger names, for a clock that is counted so.

        ``stops``: from when to when it stood still; they lengthen a clock in days or hours, not a given instant.
        """
        if self.counting == "given":
            if given is None:
                raise BadClock(f"{self.kind}: the trigger names no instant")
            return counting.due_at_instant(given, zone)
        if self.counting == "hours":
            stood = sum((restart - stop for stop, restart in stops), timedelta())
            return counting.due_in_hours(started_at + stood, self.hours, zone)
        days = [(counting.local_day(stop, zone), counting.local_day(restart, zone)) for stop, restart in stops]
        return counting.due_in_days(started_on, self.days, self.counting, calendar, zone, days)

    def marks(self, started_at: datetime, due: Due, zone: ZoneInfo, now: datetime) -> list[Mark]:
        """The moments of one task, earliest first.

        A reminder whose moment is past, or that would fire with the opening or after the due instant, is left out: the
        opening itself has just told the assignee. Overdue and escalation are never left out, however late.
        """
        reminders = {self._reminder_at(r, started_at, due, zone) for r in self.reminders}
        escalations = {
            counting.local_instant(due.on + timedelta(e.days_after), e.at, zone): None for e in self.escalations
        }
        return [
            *(Mark("reminder", at) for at in sorted(reminders) if max(started_at, now) < at < due.at),
            Mark("overdue", due.at),
            *(Mark("escalation", max(at, due.at)) for at in sorted(escalations)),
        ]

    def lines_at(self, fire_at: datetime, due: Due, zone: ZoneInfo) -> list[str]:
        """The lines of authority whose escalation falls on this moment."""
        return [
            e.line
            for e in self.escalations
            if max(counting.local_instant(due.on + timedelta(e.days_after), e.at, zone), due.at) == fire_at
        ]

    def _reminder_at(self, reminder: Reminder, started_at: datetime, due: Due, zone: ZoneInfo) -> datetime:
        if reminder.share is not None:
            return started_at + (due.at - started_at) * reminder.share
        return counting.local_instant(due.on - timedelta(reminder.days_before or 0), reminder.at or time.min, zone)


@dataclass(frozen=True)
class Clocks:
    """All rows; the answers to "what does this event start, fulfil, cancel"."""

    rows: tuple[Clock, ...]

    def started_by(self, event_type: str, event: Mapping[str, Any], zone: ZoneInfo) -> list[Clock]:
        """The clocks in force on the day that the event names; one that names none starts nothing."""
        mine = (c for c in self.rows if event_type in c.triggers and c.is_about(event) and event[c.starts] is not None)
        return [c for c in mine if c.holds_on(c.start_of(event, zone)[1])]

    def settled_by(self, event_type: str, event: Mapping[str, Any]) -> dict[tuple[str, UUID], str]:
        """(kind, subject) -> ``done`` or ``not_needed``, for the clocks that an event fulfils or cancels."""
        found: dict[tuple[str, UUID], str] = {}
        for clock in self.rows:
            outcome = "done" if event_type in clock.fulfilled_by else "not_needed"
            if event_type not in clock.fulfilled_by | clock.cancelled_by or not clock.is_about(event):
                continue
            if event_type in clock.triggers and event.get(clock.starts) is None:
                continue  # an act that would start this clock as well, and names no start
            subject = clock.subject_of(event)
            if subject is not None:
                found[clock.kind, subject] = _outcome(event) or outcome
        return found

    def stops_of(self, event_type: str, event: Mapping[str, Any]) -> dict[tuple[str, UUID], Stop]:
        """(kind, subject) -> the stop that an event begins or ends; the end carries the beginning as well."""
        found: dict[tuple[str, UUID], Stop] = {}
        for clock in self.rows:
            if event_type not in clock.stopped_by | clock.restarted_by or event[clock.stop_field or ""] is None:
                continue
            subject = clock.subject_of(event)
            ended = event[clock.restart_field or ""] if event_type in clock.restarted_by else None
            if subject is not None:
                found[clock.kind, subject] = Stop(event[clock.stop_field or ""], ended)
        return found

    def of(self, kind: str, day: date) -> Clock:
        """The row of a kind that held on a day; raises LookupError."""
        for clock in self.rows:
            if clock.kind == kind and clock.holds_on(day):
                return clock
        raise LookupError(f"no clock {kind} on {day}")

    def messages(self) -> set[str]:
        """Every event type that starts, fulfils or cancels a clock."""
        acts = (c.fulfilled_by | c.cancelled_by | c.stopped_by | c.restarted_by for c in self.rows)
        return {trigger for c in self.rows for trigger in c.triggers}.union(*acts)


def _outcome(event: Mapping[str, Any]) -> str | None:
    """The event's own word for whether the act was done; most events are the act itself."""
    return "not_needed" if event.get("outcome") == "not_needed" else None


@lru_cache(maxsize=8)
def load(path: str = "") -> Clocks:
    """Read and check a clock file (empty: the shipped one); raises BadClock."""
    return parse(Path(path or SHIPPED).read_text("utf-8"))


def parse(text: str) -> Clocks:
    """Read and check clocks; raises BadClock."""
    rows = yaml.safe_load(text)
    if not isinstance(rows, list):
        raise BadClock("a clock file is a list of clocks")
    clocks = Clocks(tuple(_clock(row) for row in rows))
    _refuse_overlaps(clocks.rows)
    return clocks


def _clock(row: Mapping[str, Any]) -> Clock:
    row = dict(row)
    kind = row.get("kind", "?")
    try:
        clock = Clock(
            kind=row.pop("kind"),
            since=row.pop("from"),
            until=row.pop("until", None),
            triggers=_names(row.pop("trigger")),
            starts=row.pop("starts"),
            subject=row.pop("subject"),
            per=row.pop("per", None),
            again=_names(row.pop("again", [])),
            counting=row.pop("counting"),
            days=row.pop("days", 0),
            hours=row.pop("hours", 0),
            due=row.pop("due", None),
            fulfilled_by=frozenset(row.pop("fulfilled_by", ())),
            cancelled_by=frozenset(row.pop("cancelled_by", ())),
            stopped_by=frozenset(row.pop("stopped_by", ())),
            restarted_by=frozenset(row.pop("restarted_by", ())),
            stop_field=row.pop("stop_field", None),
            restart_field=row.pop("restart_field", None),
            by_hand=row.pop("by_hand", False),
            appointment=row.pop("appointment", False),
            when=tuple((name, frozenset(values)) for name, values in row.pop("when", {}).items()),
            assignees=row.pop("assignees"),
            informed=row.pop("informed", None),
            reminders=tuple(_reminder(r) for r in row.pop("reminders", ())),
            escalations=tuple(
                Escalation(e["line"], e["days_after"], time.fromisoformat(e["at"])) for e in row.pop("escalations", ())
            ),
            article=row.pop("article", None),
            source=row.pop("source"),
            verified=row.pop("verified"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadClock(f"{kind}: {error!r}") from None
    if row:
        raise BadClock(f"{kind}: unknown {sorted(row)}")
    _check(clock)
    return clock


def _names(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _reminder(row: Mapping[str, Any]) -> Reminder:
    if "share" in row:
        return Reminder(share=float(row["share"]))
    return Reminder(days_before=row["days_before"], at=time.fromisoformat(row["at"]))


def _check(clock: Clock) -> None:
    length_given = {
        "hours": clock.hours > 0,
        "given": clock.due is not None,
        **dict.fromkeys(counting.DAY_COUNTS, clock.days > 0),
    }
    if not length_given.get(clock.counting, False):
        raise BadClock(f"{clock.kind}: counting {clock.counting!r} without its length")
    if clock.assignees not in ASSIGNEE_RULES or clock.informed not in INFORMED_RULES:
        raise BadClock(f"{clock.kind}: unknown rule for people")
    if not (clock.fulfilled_by or clock.by_hand or clock.appointment):
        raise BadClock(f"{clock.kind}: nothing can ever fulfil it")
    if (clock.stopped_by or clock.restarted_by) and not (clock.stop_field and clock.restart_field):
        raise BadClock(f"{clock.kind}: a clock that stops needs stop_field and restart_field")
    if any(e.line not in ("center", "organization") or e.days_after < 0 for e in clock.escalations):
        raise BadClock(f"{clock.kind}: an escalation goes to the center or the organization, after the due day")


def _refuse_overlaps(rows: Iterable[Clock]) -> None:
    by_kind: dict[str, list[Clock]] = {}
    for clock in sorted(rows, key=lambda c: c.since):
        earlier = by_kind.setdefault(clock.kind, [])
        if earlier and (earlier[-1].until is None or earlier[-1].until >= clock.since):
            raise BadClock(f"{clock.kind}: two rows hold on {clock.since}")
        earlier.append(clock)
