"""``aidbus figures``: make the figures anew from what was heard, or check that nothing differs."""

from __future__ import annotations

import json
import os
import sys

import click

from chassis import operations
from chassis.database import Database
from chassis.settings import load
from services.supervision import rebuild
from services.supervision.settings import SupervisionSettings

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def figures() -> None:
    """The figures that the network publishes."""


@figures.command(name="rebuild")
@click.option("--check", is_flag=True, help="Only compare; exit status 1 when something differs.")
@as_json
def rebuild_figures(check: bool, as_json: bool) -> None:
    """Make facts and sums anew from the ledger, in one transaction; the service may run meanwhile."""
    operations.check_migrated("supervision", os.environ)
    settings = load(SupervisionSettings)
    database = Database(settings.database_for("supervision"))
    try:
        with database.session() as session:
            found = rebuild.check(session, settings.time_zone)
            made = None if check else rebuild.rebuild(session, settings.time_zone)
    finally:
        database.close()
    _tell(found, made, as_json)
    if check and found:
        sys.exit(1)


def _tell(found: rebuild.Difference, made: tuple[int, int] | None, as_json: bool) -> None:
    """What differed, and what there is now."""
    counts = {"differing_facts": found.facts, "differing_sums": found.rollups}
    lines = {"missing": found.missing, "surplus": found.surplus}
    if as_json:
        now = {"facts": made[0], "sums": made[1]} if made else {}
        click.echo(json.dumps({**counts, **lines, **now}, ensure_ascii=False, indent=2))
        return
    for name, rows in lines.items():
        for row in rows:
            click.echo(f"{name}: {row}")
    was = "were as kept" if not found else f"differed in {found.facts} facts and {found.rollups} sums"
    click.echo(f"The figures {was}." + (f" Made anew: {made[0]} facts, {made[1]} sums." if made else ""))
