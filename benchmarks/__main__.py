"""``python -m benchmarks``: every row, or those of ``--only``; a table on the screen and ``results/latest.json``."""

from __future__ import annotations

import importlib

import click
from rich.console import Console

from benchmarks import environment, results

ROWS = {
    "pipeline": "benchmarks.pipeline",
    "relay": "benchmarks.relay",
    "query": "benchmarks.query",
    "latency": "benchmarks.latency",
    "isolation": "benchmarks.isolation",
    "organizations": "benchmarks.organizations",
    "growth": "benchmarks.growth",
    "embedded": "benchmarks.embedded",
}


@click.command()
@click.option("--only", multiple=True, type=click.Choice(list(ROWS)), help="Measure this alone (may be repeated).")
@click.option("--quick", is_flag=True, help="Short runs: for a look, not for a record; nothing is written.")
def main(only: tuple[str, ...], quick: bool) -> None:
    """Measure the platform beside its peers, in the same run on the same broker and database."""
    console = Console()
    machine = environment.machine()
    console.print(
        f"{machine['cores']} x {machine['cpu']}, RabbitMQ {machine['rabbitmq']}, PostgreSQL {machine['postgresql']}"
    )
    rows: list[results.Row] = []
    for name in only or ROWS:
        console.rule(name)
        with environment.Environment() as place:
            found = importlib.import_module(ROWS[name]).run(place, quick, lambda text: console.print(f"  {text}"))
        rows += [row.judge() for row in found]
        if not quick:
            results.write(machine, list(rows))
    results.show(rows, console)
    if not quick:
        console.print(f"written to {results.LATEST.relative_to(environment.ROOT)}")


if __name__ == "__main__":
    main()
