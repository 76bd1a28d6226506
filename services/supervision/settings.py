"""The options of supervision, each with what it is for; all are checked at start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from chassis.sealing import SealingSettings
from chassis.settings import between, option
from services.supervision.domain import clocks, plans

NOT_YAML = "cannot be used: it is not a list of rows in YAML"


def _clock_file(path: str) -> str | None:
    if path and not Path(path).is_file():
        return "is not a file"
    try:
        clocks.load(path)
    except clocks.BadClock as error:
        return f"cannot be used: {error}"
    except (OSError, ValueError, TypeError, yaml.YAMLError):
        return NOT_YAML
    return None


def _plan_file(path: str) -> str | None:
    if path and not Path(path).is_file():
        return "is not a file"
    try:
        plans.load(path)
    except plans.BadPlan as error:
        return f"cannot be used: {error}"
    except KeyError as error:
        return f"cannot be used: {error} is missing"
    except (OSError, ValueError, TypeError, AttributeError, yaml.YAMLError):
        return NOT_YAML
    return None


@dataclass(frozen=True)
class SupervisionSettings(SealingSettings):
    """What supervision needs to know beyond the platform."""

    service = "supervision"

    clocks_file: str = option("", "A clock file of the center's own (YAML); empty: the shipped one", check=_clock_file)
    plans_file: str = option(
        "", "A file of the center's own with plans to start (YAML); empty: the shipped one", check=_plan_file
    )
    tick_seconds: float = option(1.0, "How often the scheduler looks for timers that are due", check=between(0.05, 600))
    tick_limit: int = option(1000, "About so many timers are fired in one transaction", check=between(1, 5000))

    image_project_months: int = option(
        6, "A station without real work for so many months is shown as an image project", check=between(1, 120)
    )
    meeting_months: int = option(6, "The joint meeting takes place every so many months", check=between(1, 60))

    @property
    def clocks(self) -> clocks.Clocks:
        """The limits that hold in this network."""
        return clocks.load(self.clocks_file)

    @property
    def time_zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)
