"""The plans that a center can start: read from ``plans.yaml``, checked, and chosen by the day on which one starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from services.supervision.domain import recurrence
from services.supervision.domain.refusing import Unusable
from services.supervision.domain.sampling import BadSample, SampleRule

SHIPPED = Path(__file__).with_name("plans.yaml")
PER = {
    "monthly_report": "station",
    "inspection": "station",
    "interview": "sample",
    "sampled_visit": "sample",
    "file_check": "sample",
    "court_observation": "sample",
    "peer_review": "sample",
    "center_review": "organization",
    "joint_meeting": "center",
}
LOOKS_BACK = ("monthly_report",)  # about days gone by; every other kind happens at a station now
OF_STATIONS = ("monthly_report", "inspection", "interview")  # kinds that are about the station itself
MISFIRES = ("each", "latest", "skip")
MOVES = ("next", "previous", "stay")
VALUES = ("kind", "title_zh", "title_en", "rule", "moved", "opens", "due_days", "covers", "misfire", "sample")


UNKNOWN = ("没有此选项", "unknown")


class BadPlan(Unusable):
    """A plan cannot be; ``field`` is the one that is wrong."""

    def __init__(self, field: str, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.args = (f"{field}: {en}",)
        self.field = field


@dataclass(frozen=True)
class Template:
    """One row of the file: ``values`` are what a plan started from it has."""

    name: str
    since: date
    until: date | None
    values: Mapping[str, Any]
    article: str | None
    source: str
    verified: bool

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


def check(values: Mapping[str, Any], starts_on: date) -> None:
    """Raise BadPlan for values by which nothing can recur."""
    if values["kind"] not in PER:
        raise BadPlan("kind", *UNKNOWN)
    if values["moved"] not in MOVES or values["misfire"] not in MISFIRES:
        raise BadPlan("moved" if values["moved"] not in MOVES else "misfire", *UNKNOWN)
    try:
        recurrence.check(values["rule"], starts_on)
    except recurrence.BadRule as error:
        raise BadPlan("rule", **error.why) from None
    sample = values.get("sample")
    if (PER[values["kind"]] == "sample") != bool(sample):
        raise BadPlan(
            "sample", "抽样计划须有抽样规则，其他计划不得有", "a plan by sample needs its rule, and no other has one"
        )
    try:
        SampleRule.from_data(sample or {"of": "stations", "share": 1})
        time.fromisoformat(values["opens"])
    except BadSample as error:
        raise BadPlan("sample", **error.why) from None
    except (TypeError, ValueError):
        raise BadPlan("opens", "不是一天中的时刻", "no time of day") from None


def left_out(kind: str, state: str | None, suspended_since: date | None, first_day: date) -> str | None:
    """Why a plan asks nothing of a station: ``planned`` (it has not opened), ``closed``, ``suspended``; null: it asks.

    A suspended station is neither visited nor called; that it is looked at again has a limit of its own. It reports on
    days of which it worked a part. ``state`` null: it was registered without one, and works.
    """
    if state in ("planned", "closed"):
        return state
    if suspended_since is None or (kind in LOOKS_BACK and suspended_since > first_day):
        return None
    return "suspended"


def template(name: str, day: date, path: str = "") -> Template | None:
    """The row of a name that holds on a day."""
    return next((row for row in load(path) if row.name == name and row.holds_on(day)), None)


@lru_cache(maxsize=4)
def load(path: str = "") -> tuple[Template, ...]:
    """Read and check a file of plans (empty: the shipped one); raises BadPlan, KeyError."""
    rows = tuple(_template(dict(row)) for row in yaml.safe_load(Path(path or SHIPPED).read_text("utf-8")))
    for row in rows:
        check(row.values, row.since)
    return rows


def _template(row: dict[str, Any]) -> Template:
    values = {name: row.pop(name, None) if name == "sample" else row.pop(name) for name in VALUES}
    made = Template(
        name=row.pop("template"),
        since=row.pop("from"),
        until=row.pop("until", None),
        values=values,
        article=row.pop("article", None),
        source=row.pop("source"),
        verified=row.pop("verified"),
    )
    if row:
        raise BadPlan(made.name, f"含未知项 {sorted(row)}", f"unknown {sorted(row)}")
    return made
