"""The sample: its network loaded, the golden case played once, and at every later start what it came to."""

from __future__ import annotations

import typing as t
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from deploy.sample.cast import Cast, MakeKey
from deploy.sample.journey import ACTS, Journey, is_known
from deploy.sample.record import Record
from deploy.sample.seed import seed
from deploy.sample.story import Story


def play(url: str, make_key: MakeKey, folder: Path, settings: t.Any, console: Console | None = None) -> None:
    """Load the sample network into the platform at ``url`` and play the golden case on it.

    ``make_key(role, organization, person, station, label)`` returns a whole API key; ``folder`` keeps the record
    ``sample.json``; ``settings`` has ``center`` and ``zone``. Raises ApiError or Unfinished; called again, it goes on.
    """
    console = console or Console()
    record = Record(Path(folder) / "sample.json")
    story = Story(console, record, ZoneInfo(settings.zone))
    cast = Cast(url, make_key, record, settings.center)
    if record.data["keys"] and not is_known(cast.administrator()):
        record.forget()
    if record.data["summary"] is None:
        _perform(cast, record, story)
    else:
        console.print("The golden case was played before; its record:")
    story.summary(record.data["summary"])
    story.credentials(url)


def _perform(cast: Cast, record: Record, story: Story) -> None:
    story.console.rule("The sample network · 示例网络")
    seed(cast.administrator(), story.console)
    story.console.rule("The golden case · 马某的案件")
    if record.data["steps"]:
        story.again()
        story.console.print(f"(goes on after step {len(record.data['steps'])} of {len(ACTS)})")
    record.data["summary"] = Journey(cast, record, story).play()
    record.save()
