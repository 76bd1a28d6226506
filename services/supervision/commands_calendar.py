"""``aidbus calendar``: import the working calendar of a year when the State Council has published it, and show one.

The import is one transaction with the recount of every open due day; the service may run meanwhile, or not at all.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import chinese_calendar
import click
import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import operations, outbox
from chassis.cli import as_json
from chassis.clock import clock_for
from chassis.database import Database
from chassis.envelope import Envelope
from chassis.errors import Rejected, StartError
from chassis.ids import new_id
from chassis.principal import Principal
from chassis.settings import load
from chassis.work import Work
from contracts.registry import REGISTRY, ContractError
from contracts.wording import readable
from services.supervision import by_hand, calendars, repository
from services.supervision.models import WorkingException, WorkingYear
from services.supervision.models_plans import HalfDayRow
from services.supervision.settings import SupervisionSettings

IMPORT = "supervision.import_calendar.v1"


@click.group()
def calendar() -> None:
    """Working calendars: which days of a year are worked."""


@calendar.command(name="import")
@click.argument("what", metavar="FILE|YEAR")
@click.option("--source", default=None, help="Where it was published; a file may say it itself.")
@as_json
def import_year(what: str, source: str | None, as_json: bool) -> None:
    """Import a year: of a file (YAML or JSON with year, rest_days, worked_days, source; CSV with day, worked), or of
    the library chinesecalendar, if that knows the year. Open due days that depend on it are counted anew."""
    data = _of_library(int(what)) if what.isdigit() else _of_file(Path(what))
    data["source"] = source or data.get("source") or f"file {Path(what).name}"
    with _session() as (session, settings):
        result = _import(session, settings, data)
    if as_json:
        click.echo(json.dumps(result))
        return
    words = "{year}: {working_days} working days; {due_days_moved} open due days are other ones now."
    click.echo(words.format(**result))


@calendar.command(name="show")
@click.argument("year", type=int)
@as_json
def show_year(year: int, as_json: bool) -> None:
    """What is known of a year: its working days, what differs from the weekday, and half-days of organizations."""
    with _session() as (session, _):
        row = session.get(WorkingYear, year)
        if row is None:
            raise StartError(f"the working calendar of {year} is not there; aidbus calendar import FILE")
        days = repository.calendar(session, [year]).working_days(year)
        found = select(WorkingException).where(WorkingException.year == year).order_by(WorkingException.day)
        exceptions = [(one.day.isoformat(), one.worked, one.occasion) for one in session.scalars(found)]
        order = (HalfDayRow.month, HalfDayRow.day, HalfDayRow.organization)
        half = [
            (f"{year}-{one.month:02d}-{one.day:02d}", one.organization, one.part, one.name)
            for one in session.scalars(select(HalfDayRow).order_by(*order))
        ]
        shown: dict[str, Any] = {"year": year, "working_days": days, "source": row.source}
    if as_json:
        named = [dict(zip(("day", "worked", "occasion"), one, strict=True)) for one in exceptions]
        parts = [dict(zip(("day", "organization", "part", "name"), one, strict=True)) for one in half]
        click.echo(json.dumps({**shown, "exceptions": named, "half_days": parts}, ensure_ascii=False, indent=2))
        return
    click.echo(f"{year}: {days} working days ({shown['source']})")
    for day, worked, occasion in exceptions:
        click.echo(f"{day}  {'worked' if worked else 'rest  '}  {occasion or ''}".rstrip())
    for day, organization, part, name in half:
        click.echo(f"{day}  half-day of {organization}: {part}, {name} (limits run on)")


def _of_library(year: int) -> dict[str, Any]:
    days = [dt.date(year, 1, 1) + dt.timedelta(n) for n in range((dt.date(year + 1, 1, 1) - dt.date(year, 1, 1)).days)]
    try:
        worked = {day: bool(chinese_calendar.is_workday(day)) for day in days}
    except NotImplementedError:
        raise StartError(f"the installed chinesecalendar does not know {year} yet: give a file") from None
    return {
        "year": year,
        "rest_days": [day.isoformat() for day in days if day.weekday() < 5 and not worked[day]],
        "worked_days": [day.isoformat() for day in days if day.weekday() >= 5 and worked[day]],
        "source": calendars.SOURCE,
    }


def _of_file(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text("utf-8")
        data = _of_csv(text) if path.suffix.lower() == ".csv" else yaml.load(text, yaml.BaseLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, ValueError) as error:
        raise StartError(f"{path} cannot be read: {error}") from None
    if not isinstance(data, dict) or not str(data.get("year", "")).isdigit():
        raise StartError(f"{path} does not say which year it is of")
    return {**data, "year": int(data["year"])}


def _of_csv(text: str) -> dict[str, Any]:
    rows = [(row["day"], row["worked"] == "1") for row in csv.DictReader(text.splitlines())]
    rest, worked = ([day for day, is_worked in rows if is_worked == which] for which in (False, True))
    return {"year": rows[0][0][:4] if rows else "", "rest_days": rest, "worked_days": worked}


def _import(session: Session, settings: SupervisionSettings, data: dict[str, Any]) -> dict[str, Any]:
    """Do what the command of that name does, with its events, in this transaction."""
    now = clock_for(settings.clock_file).now()
    caller = Principal("command-line", "center_admin", settings.center, None, None)
    try:
        loaded = REGISTRY.load(IMPORT, data)
        message = Envelope(
            id=new_id(),
            type=IMPORT,
            source="/aidbus/supervision/command-line",
            organization=settings.center,
            time=now,
            data=data,
            principal=caller,
        )
        work = Work("supervision", session, now, message, settings, REGISTRY)
        result = by_hand.import_calendar(work, loaded)
    except (ContractError, Rejected) as error:
        why = readable(error.params, "en").get("why") if isinstance(error, Rejected) else error
        raise StartError(f"the calendar of {data['year']} cannot be used: {why}") from None
    outbox.write(session, work.rows, None, None)
    return result


@contextmanager
def _session() -> Iterator[tuple[Session, SupervisionSettings]]:
    operations.check_migrated("supervision", os.environ)
    settings = load(SupervisionSettings)
    database = Database(settings.database_for("supervision"))
    try:
        with database.session() as session:
            yield session, settings
    finally:
        database.close()
