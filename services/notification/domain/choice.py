"""Which way, and when: the steps of an urgency, a person's preferences, quiet hours, the morning list.

All times are aware; quiet hours and mornings are those of the network's zone.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from services.notification.domain.delivery import WAYS
from services.notification.domain.rules import URGENCIES, RuleError

CHANNELS_FILE = Path(__file__).with_name("channels.yaml")


@dataclass(frozen=True)
class Step:
    """One of these ways, the first that the person has, unless it was read ``after_minutes`` after it was said."""

    any_of: tuple[str, ...]
    after_minutes: int


@dataclass(frozen=True)
class Plan:
    """How one urgency is told: its steps in order; whether quiet hours hold it back; or only in the morning list."""

    steps: tuple[Step, ...] = ()
    waits_for_day: bool = True
    in_digest: bool = False


@dataclass(frozen=True)
class Preferences:
    """What a person wants; the inbox gets everything always.

    ``channels``: the ways in the order wanted (None: as the plan says; a way left out is never used).
    ``quiet``: from and until when nothing but the urgent is sent. ``digest``: whether the morning list is wanted.
    """

    language: str = "zh"
    channels: tuple[str, ...] | None = None
    quiet: tuple[dt.time, dt.time] | None = (dt.time(21, 30), dt.time(7, 30))
    working_days_only: bool = True
    digest: bool = True
    digest_at: dt.time = dt.time(8, 30)


@dataclass(frozen=True)
class Chosen:
    """A way, and from when."""

    channel: str
    due_at: dt.datetime
    in_digest: bool = False


def read_plans(text: str) -> dict[str, Plan]:
    """Read channels.yaml; raises RuleError."""
    raw = yaml.safe_load(text)
    if set(raw) != set(URGENCIES):
        raise RuleError(f"channels: one plan is needed for each of {', '.join(URGENCIES)}")
    return {urgency: _plan(urgency, plan) for urgency, plan in raw.items()}


def _plan(urgency: str, raw: Mapping[str, t.Any]) -> Plan:
    steps = tuple(Step(tuple(step["any_of"]), step["after_minutes"]) for step in raw.get("steps", ()))
    for step in steps:
        for channel in step.any_of:
            if channel not in WAYS or not WAYS[channel].personal:
                raise RuleError(f"channels: {urgency}: no such personal channel: {channel}")
    return Plan(steps, raw.get("waits_for_day", True), raw.get("in_digest", False))


def choose(
    plan: Plan,
    wants: Preferences,
    has: Collection[str],
    now: dt.datetime,
    zone: ZoneInfo,
    is_working_day: Callable[[dt.date], bool],
) -> list[Chosen]:
    """The ways on which a person is told, besides the inbox. ``has``: the ways on which they can be reached."""
    if plan.in_digest:
        if not wants.digest or "email" not in _usable(("email",), wants, has):
            return []
        return [Chosen("email", next_morning(now, wants, zone, is_working_day), in_digest=True)]
    chosen: list[Chosen] = []
    for step in plan.steps:
        taken = {one.channel for one in chosen}
        ways = [way for way in _usable(step.any_of, wants, has) if way not in taken]
        if ways:
            due_at = now + dt.timedelta(minutes=step.after_minutes)
            if plan.waits_for_day:
                due_at = after_quiet(due_at, wants, zone, is_working_day)
            chosen.append(Chosen(ways[0], due_at))
    return chosen


def _usable(ways: Collection[str], wants: Preferences, has: Collection[str]) -> list[str]:
    order = ways if wants.channels is None else [way for way in wants.channels if way in ways]
    return [way for way in order if way in has]


def after_quiet(
    moment: dt.datetime, wants: Preferences, zone: ZoneInfo, is_working_day: Callable[[dt.date], bool]
) -> dt.datetime:
    """The first moment from ``moment`` on that is not quiet for the person."""
    local = moment.astimezone(zone)
    for _ in range(40):  # the longest row of rest days is far shorter
        if wants.working_days_only and not is_working_day(local.date()):
            local = _at(local.date() + dt.timedelta(days=1), dt.time(0), zone)
        elif (end := _quiet_until(local, wants)) is not None:
            local = end
        else:
            break
    return local.astimezone(dt.UTC)


def _quiet_until(local: dt.datetime, wants: Preferences) -> dt.datetime | None:
    if wants.quiet is None or wants.quiet[0] == wants.quiet[1]:
        return None
    begin, end = wants.quiet
    clock = local.time().replace(tzinfo=None)
    is_quiet = begin <= clock < end if begin < end else clock >= begin or clock < end
    if not is_quiet:
        return None
    day = local.date() + dt.timedelta(days=1) if clock >= end else local.date()
    return _at(day, end, t.cast(ZoneInfo, local.tzinfo))


def next_morning(
    now: dt.datetime, wants: Preferences, zone: ZoneInfo, is_working_day: Callable[[dt.date], bool]
) -> dt.datetime:
    """When the person's next morning list goes out, strictly after ``now``."""
    local = now.astimezone(zone)
    day = local.date()
    if _at(day, wants.digest_at, zone) <= local:
        day += dt.timedelta(days=1)
    for _ in range(40):
        if not wants.working_days_only or is_working_day(day):
            break
        day += dt.timedelta(days=1)
    return _at(day, wants.digest_at, zone).astimezone(dt.UTC)


def next_week(
    now: dt.datetime, wants: Preferences, zone: ZoneInfo, is_working_day: Callable[[dt.date], bool]
) -> dt.datetime:
    """When the person's next weekly list goes out: the morning of the first (working) day from next Monday on."""
    today = now.astimezone(zone).date()
    sunday = today + dt.timedelta(days=6 - today.weekday())
    return next_morning(_at(sunday, dt.time(23, 59, 59), zone), wants, zone, is_working_day)


def _at(day: dt.date, clock: dt.time, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, clock, zone)
