"""The play as a readable timeline: who did what, under which number, in which mailbox, and who was told."""

from __future__ import annotations

import datetime as dt
import typing as t
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deploy.sample.record import Record


def yuan(fen: int) -> str:
    """Fen as yuan: 3005000 -> ``30,050.00``."""
    return f"{fen // 100:,}.{fen % 100:02d}"


class Story:
    """Prints lines and keeps them in the record."""

    def __init__(self, console: Console, record: Record, zone: ZoneInfo) -> None:
        self.console = console
        self.record = record
        self.zone = zone

    def act(self, who: str, what: str, number: str = "", mailbox: str = "") -> None:
        """One act of a person. ``mailbox``: where its command travelled, e.g. ``intake.womens-federation``."""
        parts = [f"[bold]{escape(who)}[/]", escape(what)]
        if number:
            parts.append(f"[cyan]{escape(number)}[/]")
        if mailbox:
            parts.append(f"[dim]→ {escape(mailbox)}[/]")
        self._tell("  ".join(parts))

    def detail(self, text: str) -> None:
        self._tell(f"    [dim]·[/] {escape(text)}")

    def told(self, names: t.Iterable[str], title: str) -> None:
        """A notification and its recipients."""
        self._tell(f"    [yellow]✉[/] {escape(', '.join(names))}: {escape(title)}")

    def again(self) -> None:
        """What was told before an interruption."""
        for line in self.record.data["lines"]:
            self._print(f"[dim]{line}[/]")

    def summary(self, summary: dict[str, t.Any]) -> None:
        """The figures and the people of the play, at its end and at every later start."""
        sums = summary["sums"]
        table = Table(
            title=f"{summary['organization']} · {summary['application']} · {summary['case']}", show_header=False
        )
        table.add_column(style="bold")
        table.add_column(justify="right")
        for label, value in (
            ("Advice · 咨询", sums["advice"]),
            ("Guided to apply · 引导申请", sums["guided"]),
            ("Applications · 申请", sums["applications"]),
            ("Cases · 案件", sums["cases"]),
            ("Recovered, yuan · 取得利益（元）", yuan(sums["recovered_fen"])),
            ("Gifts of thanks · 致谢", sums["gifts_of_thanks"]),
            ("Satisfaction · 满意度", summary["satisfaction"]),
        ):
            table.add_row(label, str(value))
        self.console.print(table)

    def credentials(self, url: str) -> None:
        """The keys that were made, for trying the API."""
        self.console.rule(f"API keys of the sample, kept in {self.record.path}")
        for label, key in self.record.data["keys"].items():
            self._print(f"[bold]{escape(key)}[/]  {escape(label)}")
        self._print(f"Documentation of the API: {url}/   ready: {url}/readyz")
        self._print(f"Try: curl -H 'Authorization: Bearer KEY' {url}/v1/tasks")

    def _tell(self, text: str) -> None:
        now = dt.datetime.now(self.zone).strftime("%H:%M:%S")
        line = f"[dim]{now}[/]  {text}"
        self.record.data["lines"].append(line)
        self._print(line)

    def _print(self, line: str) -> None:
        """The terminal wraps long lines itself, so that a key can be copied whole."""
        self.console.print(line, highlight=False, soft_wrap=True)
