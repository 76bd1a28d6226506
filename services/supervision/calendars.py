"""The working calendars that come with the product: 2004-2026, as the State Council published them.

The file was made from chinesecalendar 1.11 and is checked against it by a test; a later year is imported by command,
so that no release is needed when it is published.
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from services.supervision.models import WorkingException, WorkingYear

SHIPPED = Path(__file__).with_name("data") / "working_calendar.csv"
SOURCE = "State Council holiday notice / 国务院办公厅节假日安排通知 (chinesecalendar 1.11)"


def shipped(first: int, last: int) -> list[dict[str, Any]]:
    """The rows of some years: days that are worked, or not, against their weekday."""
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        rows = [(dt.date.fromisoformat(r["day"]), r["worked"] == "1", r["occasion"]) for r in csv.DictReader(file)]
    return [
        {"day": day, "year": day.year, "worked": worked, "occasion": occasion}
        for day, worked, occasion in rows
        if first <= day.year <= last
    ]


def seed(connection: Connection, first: int = 2004, last: int = 2026) -> None:
    """Fill the tables with the shipped years that are not there yet."""
    known = set(connection.scalars(select(WorkingYear.year)))
    years = [year for year in range(first, last + 1) if year not in known]
    if not years:
        return
    values = [{"year": year, "source": SOURCE, "imported_at": None} for year in years]
    connection.execute(insert(WorkingYear), values)
    connection.execute(insert(WorkingException), [row for row in shipped(first, last) if row["year"] in years])
