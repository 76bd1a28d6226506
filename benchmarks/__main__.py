"""``python -m benchmarks``: every row, or those of ``--only``; a table on the screen and ``results/latest.json``."""

from __future__ import annotations

import importlib
import signal
import sys

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
    "figures": "benchmarks.figures",
    "eligibility": "benchmarks.eligibility",
    "import": "benchmarks.importing",
    "conflict": "benchmarks.conflict",
    "choice": "benchmarks.choice",
    "backlog": "benchmarks.backlog",
    "timers": "benchmarks.timers",
    "fanout": "benchmarks.fanout",
    "sse": "benchmarks.sse",
    "dead_channel": "benchmarks.dead_channel",
}


@click.command()
@click.option("--only", multiple=True, type=click.Choice(list(ROWS)), help="Measure this alone (may be repeated).")
@click.option("--quick", is_flag=True, help="Short runs: for a look, not for a record; nothing is written.")
def main(only: tuple[str, ...], quick: bool) -> None:
    """Measure the platform beside its peers, in the same run on the same broker and database."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that a run that is ended cleans up as well
    console = Console()
    rows: list[results.Row] = []
    with environment.broker() as amqp_url:
        machine = environment.machine(amqp_url)
        servers = f"RabbitMQ {machine['rabbitmq']}, PostgreSQL {machine['postgresql']}"
        console.print(f"{machine['cores']} x {machine['cpu']}, {servers}")
        for name in only or ROWS:
            console.rule(name)
            pace, pauses = environment.pace(), environment.pauses()
            console.print(f"  ten million additions: {pace} s; pauses of the machine in 2 s: {pauses or 'none'} ms")
            with environment.Environment(amqp_url) as place:
                found = importlib.import_module(ROWS[name]).run(place, quick, lambda text: console.print(f"  {text}"))
            for row in found:
                row.details |= {"loop_seconds": pace, "pauses_ms": pauses}
            rows += [row.judge() for row in found]
            if not quick:
                results.write(machine, rows)
    results.show(rows, console)
    if not quick:
        console.print(f"written to {results.LATEST.relative_to(environment.ROOT)}")


if __name__ == "__main__":
    main()
