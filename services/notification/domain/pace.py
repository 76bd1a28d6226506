"""How fast a channel's provider may be asked: a token bucket for each channel, as pure arithmetic.

A bucket holds up to ``burst`` messages and fills at ``per_minute``. What an operator sets (``email=60/minute``) takes
the place of the file's row.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from services.notification.domain.delivery import WAYS
from services.notification.domain.rules import RuleError

RATES_FILE = Path(__file__).with_name("rates.yaml")
OVERRIDE = re.compile(r"([a-z]+)=([1-9][0-9]{0,6})/minute")


@dataclass(frozen=True)
class Rate:
    """Messages in a minute, and at once."""

    per_minute: int
    burst: int


def filled(rate: Rate, tokens: float, at: dt.datetime, now: dt.datetime) -> float:
    """What is in a bucket now that held ``tokens`` at ``at``; a clock that went back takes nothing away."""
    seconds = max((now - at).total_seconds(), 0.0)
    return min(float(rate.burst), tokens + seconds * rate.per_minute / 60)


def read_rates(text: str, overrides: str = "") -> dict[str, Rate]:
    """The rates of rates.yaml with an operator's own; raises RuleError that names the row."""
    rates: dict[str, Rate] = {}
    for number, row in enumerate(yaml.safe_load(text), 1):
        where = f"rates, row {number}"
        if not isinstance(row, Mapping) or not {"channel", "per_minute", "burst", "source", "verified"} == set(row):
            raise RuleError(f"{where}: channel, per_minute, burst, source and verified are needed")
        if row["channel"] not in WAYS or row["channel"] in rates:
            raise RuleError(f"{where}: no such channel, or a second time: {row['channel']}")
        if not all(isinstance(row[name], int) and row[name] >= 1 for name in ("per_minute", "burst")):
            raise RuleError(f"{where}: per_minute and burst are whole numbers from 1 on")
        rates[row["channel"]] = Rate(row["per_minute"], row["burst"])
    for part in filter(None, (part.strip() for part in overrides.split(","))):
        found = OVERRIDE.fullmatch(part)
        if found is None or found[1] not in WAYS:
            raise RuleError(f"{part} must be such as email=60/minute; known: {', '.join(WAYS)}")
        rates[found[1]] = Rate(int(found[2]), max(1, int(found[2]) // 6))
    return rates
