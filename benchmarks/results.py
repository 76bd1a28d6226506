"""Rows of the result: printed as a table, written as JSON."""

from __future__ import annotations

import json
import operator
import typing as t
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

LATEST = Path(__file__).resolve().parent / "results" / "latest.json"
COMPARE = {">=": operator.ge, "<=": operator.le}


@dataclass
class Row:
    """One measurement. ``ratio``: value over the peer's; ``target``: what is asked of the ratio or, without a peer, of the value."""

    name: str
    value: float
    unit: str
    peer: str | None = None
    peer_value: float | None = None
    target: str | None = None
    ratio: float | None = None
    holds: bool | None = None
    details: dict[str, t.Any] = field(default_factory=dict)

    def judge(self) -> Row:
        """Fill in ratio and holds. A target reads ``>= 2``; it is of the ratio where there is a peer."""
        if self.peer_value:
            self.ratio = round(self.value / self.peer_value, 3)
        judged = self.ratio if self.peer is not None else self.value
        if self.target is not None and judged is not None:
            sign, limit = self.target.split()[:2]
            self.holds = COMPARE[sign](judged, float(limit))
        return self


def show(rows: list[Row], console: Console) -> None:
    table = Table(title="aidbus benchmarks", show_lines=False)
    for column in ("name", "value", "unit", "peer", "peer value", "ratio", "target", "holds"):
        table.add_column(column, justify="right" if column in ("value", "peer value", "ratio") else "left")
    for row in rows:
        table.add_row(
            row.name,
            _number(row.value),
            row.unit,
            row.peer or "",
            _number(row.peer_value),
            _number(row.ratio),
            row.target or "",
            {True: "[green]yes", False: "[red]no", None: ""}[row.holds],
        )
    console.print(table)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def write(machine: dict[str, t.Any], rows: list[Row], path: Path = LATEST) -> None:
    """Replace the rows that were measured, keep the others of the last run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kept: dict[str, dict[str, t.Any]] = {}
    if path.exists():
        kept = {row["name"]: row for row in json.loads(path.read_text())["rows"]}
    kept.update({row.name: asdict(row) for row in rows})
    path.write_text(json.dumps({"machine": machine, "rows": list(kept.values())}, indent=2, ensure_ascii=False) + "\n")
