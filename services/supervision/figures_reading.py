"""What the queries about figures read: sums from rollups and loose days, and the facts that they are made of."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal, select, tuple_
from sqlalchemy.orm import Session

from chassis.errors import Rejected
from chassis.work import Read
from services.supervision.domain import periods
from services.supervision.ledger import BY
from services.supervision.models import Dossier, FactRow, Rollup

Sums = dict[str, int]
NARROW = ("station", *BY)


@dataclass(frozen=True)
class Scope:
    """Whose figures: an organization (None: all), and what narrows them: station, group, form, matter, result.

    ``hidden``: measures that are not for the caller.
    """

    organization: str | None
    narrow: Mapping[str, str | None]
    hidden: tuple[str, ...] = ()

    @property
    def narrowed(self) -> bool:
        return any(self.narrow.values())

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """What a fact must be to belong here."""
        if self.organization:
            yield FactRow.organization == self.organization
        for name, value in self.narrow.items():
            if value:
                yield getattr(FactRow, name) == value
        if self.hidden:
            yield FactRow.measure.not_in(self.hidden)


@dataclass(frozen=True)
class Table:
    """Sums over a period, in all and by each dimension; what nothing was counted for is left out."""

    months: dict[dt.date, Sums]
    stations: dict[tuple[str, str], Sums]
    by: dict[str, dict[str, Sums]]

    @property
    def total(self) -> Sums:
        found: Sums = {}
        for sums in self.months.values():
            for measure, value in sums.items():
                found[measure] = found.get(measure, 0) + value
        return found


def table(session: Session, scope: Scope, first: dt.date, last: dt.date) -> Table:
    """All sums of a scope and range of days: whole months from their rollups, the loose days from the facts.

    A scope narrower than an organization is summed from its facts, which are few.
    """
    months: dict[dt.date, Sums] = {}
    for (day,), measure, value in _sums(session, scope, first, last, ("month",)):
        _add(months.setdefault(periods.month_of(day), {}), measure, value)
    stations: dict[tuple[str, str], Sums] = {}
    for (organization, station), measure, value in _sums(session, scope, first, last, ("organization", "station")):
        _add(stations.setdefault((organization, station), {}), measure, value)
    by: dict[str, dict[str, Sums]] = {name: {} for name in BY}
    for dimension, key, measure, value in _by_dimension(session, scope, first, last):
        _add(by[dimension].setdefault(key, {}), measure, value)
    return Table(dict(sorted(months.items())), dict(sorted(stations.items())), by)


def total(session: Session, scope: Scope, first: dt.date, last: dt.date) -> Sums:
    """Measure -> sum."""
    found: Sums = {}
    for _, measure, value in _sums(session, scope, first, last, ()):
        _add(found, measure, value)
    return found


def _add(sums: Sums, measure: str, value: int) -> None:
    if value:
        sums[measure] = sums.get(measure, 0) + value


def _sums(
    session: Session, scope: Scope, first: dt.date, last: dt.date, keys: tuple[str, ...]
) -> Iterator[tuple[tuple[Any, ...], str, int]]:
    """(keys, measure, sum) by some of month, organization and station."""
    parts: list[Any] = []
    whole, loose = _cut(scope, first, last)
    if whole:
        columns = [*(getattr(Rollup, name) for name in keys), Rollup.measure]
        statement: Any = select(*columns, func.sum(Rollup.value)).group_by(*columns)
        dimension = "station" if "station" in keys else "organization"
        parts.append(statement.where(*_months(scope, *whole), Rollup.dimension == dimension))
    for one in loose:
        columns = [FactRow.day if name == "month" else getattr(FactRow, name) for name in keys]
        statement = select(*columns, FactRow.measure, func.sum(FactRow.value)).where(*_days(scope, *one))
        parts.append(statement.group_by(*columns, FactRow.measure))
    for part in parts:
        for *key, measure, value in session.execute(part):
            yield tuple(key), measure, int(value)


def _by_dimension(session: Session, scope: Scope, first: dt.date, last: dt.date) -> Iterator[tuple[str, str, str, int]]:
    """(dimension, key, measure, sum) for every dimension but place and time."""
    whole, loose = _cut(scope, first, last)
    if whole:
        columns = (Rollup.dimension, Rollup.key, Rollup.measure)
        statement: Any = select(*columns, func.sum(Rollup.value)).group_by(*columns)
        rows = session.execute(statement.where(*_months(scope, *whole), Rollup.dimension.in_(BY)))
        yield from ((dimension, key, measure, int(value)) for dimension, key, measure, value in rows)
    keys = [getattr(FactRow, name) for name in BY]
    for one in loose:  # gone through once, whatever the number of dimensions
        statement = select(*keys, FactRow.measure, func.sum(FactRow.value)).group_by(*keys, FactRow.measure)
        for *found, measure, value in session.execute(statement.where(*_days(scope, *one))):
            yield from ((name, key, measure, int(value)) for name, key in zip(BY, found, strict=True) if key)


def _cut(scope: Scope, first: dt.date, last: dt.date) -> tuple[tuple[dt.date, dt.date] | None, list[Any]]:
    """The whole months and the loose ranges of days; a narrowed scope has loose days only."""
    if scope.narrowed:
        return None, [(first, last)] if first <= last else []
    period = periods.split(first, last)
    return period.months, list(period.days)


def _months(scope: Scope, first: dt.date, last: dt.date) -> Iterator[ColumnElement[bool]]:
    yield Rollup.month.between(first, last)
    if scope.organization:
        yield Rollup.organization == scope.organization
    if scope.hidden:
        yield Rollup.measure.not_in(scope.hidden)


def _days(scope: Scope, first: dt.date, last: dt.date) -> Iterator[ColumnElement[bool]]:
    yield FactRow.day.between(first, last)
    yield from scope.conditions()


# what a sum is made of

PLACE = (FactRow.day, FactRow.source, FactRow.measure)


def facts(
    read: Read, scope: Scope, asked: Mapping[str, Any], first: dt.date, last: dt.date
) -> list[tuple[FactRow, str | None, str | None]]:
    """Facts with the numbers of their application and case, by day, one more than the page."""
    statement = (
        select(FactRow, Dossier.number, Dossier.case_number)
        .outerjoin(Dossier, Dossier.application == FactRow.subject)
        .where(*_days(scope, first, last))
    )
    if asked["measure"] is not None:
        statement = statement.where(FactRow.measure == asked["measure"])
    if asked["after"]:
        statement = statement.where(tuple_(*PLACE) > _position(asked["after"]))
    rows = read.session.execute(statement.order_by(*PLACE).limit(asked["limit"] + 1))
    return [(row[0], row[1], row[2]) for row in rows]


def cursor(row: FactRow) -> str:
    """The place of a fact in the order of facts, as an opaque text."""
    return base64.urlsafe_b64encode(f"{row.day.isoformat()}/{row.source}/{row.measure}".encode()).decode()


def _position(text: str) -> Any:
    try:
        day, source, measure = base64.urlsafe_b64decode(text).decode().split("/")
        values = dt.date.fromisoformat(day), UUID(source), measure
    except ValueError:
        raise Rejected("invalid", pointer="/after") from None
    return tuple_(*(literal(value, column.type) for value, column in zip(values, PLACE, strict=True)))
