"""Read-only queries about figures: sums, comparisons between periods, and the facts behind each sum.

Guarantee: nobody counts beyond their own sight; whoever may not see an organization is answered as if there were none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from chassis.errors import Rejected
from chassis.work import Read
from contracts import terms
from services.supervision import figures_reading as reading
from services.supervision.asking import load
from services.supervision.domain import measures, periods
from services.supervision.domain.periods import Change
from services.supervision.figures_reading import NARROW, Scope, Sums
from services.supervision.oversight_reading import own_station
from services.supervision.remarks import refuse_range

Days = tuple[dt.date, dt.date]


def figures(read: Read, params: dict[str, Any]) -> dict[str, Any]:
    """Sums over a range of days: in all, and by station, month, recipient group, form of aid, matter and result."""
    asked = load("supervision.figures", params)
    (first, last), scope = period_of(read, asked), scope_of(read, asked)
    found = reading.table(read.session, scope, first, last)
    total = found.total
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "organization": scope.organization,
        "station": scope.narrow["station"],
        "sums": {measure: total.get(measure, 0) for measure in measures.MEASURES},
        "satisfaction": satisfaction_of(total),
        "stations": [
            {"organization": organization, "station": station or None, "sums": sums}
            for (organization, station), sums in found.stations.items()
        ],
        "months": [{"month": month.isoformat(), "sums": sums} for month, sums in found.months.items()],
        "groups": _by(found, "recipient_group", terms.RECIPIENT_GROUPS),
        "forms": _by(found, "form_of_aid", terms.FORMS_OF_AID),
        "matters": _by(found, "matter", terms.MATTERS),
        "results": _by(found, "result", {}),
        "amounts": amounts_of(total),
        "deadlines": punctuality_of(total),
    }


def comparison(read: Read, params: dict[str, Any]) -> dict[str, Any]:
    """Every figure beside that of the period before and of the same period a year ago."""
    asked = load("supervision.comparison", params)
    (first, last), scope = period_of(read, asked), scope_of(read, asked)
    before, year = periods.before(first, last), periods.year_before(first, last)
    now, *others = (reading.total(read.session, scope, *days) for days in ((first, last), before, year))
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "organization": scope.organization,
        "station": scope.narrow["station"],
        "previous": _days(before),
        "year_before": _days(year),
        "items": [row for measure in _order(now, *others) for row in [compared(measure, now, *others)]],
    }


def facts(read: Read, params: dict[str, Any]) -> dict[str, Any]:
    """What the figures are made of, thing by thing: the drill-down of a sum."""
    asked = load("supervision.facts", params)
    first, last = period_of(read, asked)
    rows = reading.facts(read, scope_of(read, asked), asked, first, last)
    page = rows[: asked["limit"]]
    items = [
        {
            "source": str(row.source),
            "subject": str(row.subject),
            "number": case_number or number,
            "measure": row.measure,
            "value": row.value,
            "day": row.day.isoformat(),
            "organization": row.organization,
            **{name: getattr(row, name) or None for name in NARROW},
        }
        for row, number, case_number in page
    ]
    return {"items": items, "next": reading.cursor(page[-1][0]) if len(rows) > len(page) else None}


def period_of(read: Read, asked: Mapping[str, Any]) -> Days:
    """The days asked for; absent: this year so far."""
    first, last = asked["from"] or read.today().replace(month=1, day=1), asked["to"] or read.today()
    refuse_range(("from", "to"), first, last)
    return first, last


def scope_of(read: Read, asked: Mapping[str, Any]) -> Scope:
    """Whose figures the caller may count: the center all, an organization its own, a station's people the station's.

    A station's people count no complaints: a figure of one would tell them of a complaint about themselves.
    """
    principal = read.principal
    if principal.role in ("lawyer", "public"):
        raise Rejected("forbidden", role=principal.role)
    organization, narrow = asked["organization"], {name: asked.get(name) for name in NARROW}
    if organization and not principal.may_see(organization):
        raise Rejected("unknown-organization", code=organization)
    if not principal.sees_all:
        organization = principal.organization
        narrow["station"] = principal.station or narrow["station"]
    is_of_a_station = not principal.sees_all and own_station(read) is not None
    return Scope(organization, narrow, measures.ABOUT_COMPLAINTS if is_of_a_station else ())


def satisfaction_of(total: Sums) -> float | None:
    """The average mark, 1 to 5; None where nobody answered."""
    answers = total.get("satisfaction_count", 0)
    return round(total["satisfaction_sum"] / answers, 2) if answers else None


def on_time_of(total: Sums, kind: str | None = None) -> float | None:
    """The per cent of limits that were met, of one kind or of all; None where none came to its end."""
    kinds = [kind] if kind else terms.CLOCK_KINDS
    met, missed = (
        sum(total.get(measures.deadline_measure(one, on_time=on_time), 0) for one in kinds) for on_time in (True, False)
    )
    return round(100 * met / (met + missed), 1) if met + missed else None


def punctuality_of(total: Sums) -> list[dict[str, Any]]:
    """How often each limit was met and missed."""
    rows = []
    for kind in terms.CLOCK_KINDS:
        met = total.get(measures.deadline_measure(kind, on_time=True), 0)
        missed = total.get(measures.deadline_measure(kind, on_time=False), 0)
        if met or missed:
            rows.append({"kind": kind, "met": met, "missed": missed})
    return rows


def amounts_of(total: Sums) -> list[dict[str, Any]]:
    """Money by kind, in fen."""
    sums = {kind: total.get(measures.amount_measure(kind), 0) for kind in terms.AMOUNT_KINDS}
    return [{"kind": kind, "fen": fen} for kind, fen in sums.items() if fen]


def _by(found: reading.Table, dimension: str, order: Mapping[str, str]) -> list[dict[str, Any]]:
    rank = {key: place for place, key in enumerate(order)}
    keys = sorted(found.by[dimension], key=lambda key: (rank.get(key, len(rank)), key))
    return [{dimension: key, "sums": found.by[dimension][key]} for key in keys]


def _order(*totals: Sums) -> list[str]:
    """The published measures in their order, then the families that anything was counted for."""
    families = sorted({measure for total in totals for measure in total if ":" in measure})
    return [*measures.MEASURES, *families]


def compared(measure: str, now: Sums, before: Sums, year: Sums) -> dict[str, Any]:
    """A figure in words beside that of the period before and of a year ago."""
    zh, en = measures.words_of(measure)
    value = now.get(measure, 0)
    return {
        "measure": measure,
        "zh": zh,
        "en": en,
        "value": value,
        "previous": _change(Change(value, before.get(measure, 0))),
        "year_before": _change(Change(value, year.get(measure, 0))),
    }


def _change(change: Change) -> dict[str, Any]:
    return {"value": int(change.before), "change": int(change.absolute), "percent": change.percent}


def _days(days: Days) -> dict[str, str]:
    return {"from": days[0].isoformat(), "to": days[1].isoformat()}


VIEWS: dict[str, Callable[[Read, dict[str, Any]], dict[str, Any]]] = {
    "supervision.figures": figures,
    "supervision.comparison": comparison,
    "supervision.facts": facts,
}
