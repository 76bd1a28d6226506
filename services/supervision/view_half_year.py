"""The half-year report for the joint meeting, as facts: figures beside earlier ones, and what is unsolved today.

Guarantee: as for the figures themselves, nobody reads beyond their own sight; no person is named.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.tables import organizations
from chassis.work import Read
from contracts import terms
from services.supervision import figures_reading as reading
from services.supervision import half_year_reading, oversight_reading
from services.supervision.asking import load
from services.supervision.domain import measures, periods
from services.supervision.figures_reading import Sums, Table
from services.supervision.view_figures import compared, on_time_of, period_of, satisfaction_of, scope_of

Names = Mapping[str, tuple[str, str]]  # code -> Chinese and English
OTHER = ("其他", "Other")


def report(read: Read, params: dict[str, Any]) -> dict[str, Any]:
    """Everything that the report says about a range of days; absent: the half-year that ended last."""
    asked = load("supervision.half_year_report", params)
    first, last = _half_year(read) if asked["from"] is None and asked["to"] is None else period_of(read, asked)
    scope, names = scope_of(read, asked), _names(read.session)
    before, year = periods.before(first, last), periods.year_before(first, last)
    now, earlier = (reading.table(read.session, scope, *days) for days in ((first, last), before))
    a_year_ago = reading.total(read.session, scope, *year)
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "center": _named(read.settings.center, names),
        "organization": _named(scope.organization, names) if scope.organization else None,
        "station": scope.narrow["station"],
        "drawn_up_on": read.today().isoformat(),
        "image_project_months": read.settings.image_project_months,
        "previous": {"from": before[0].isoformat(), "to": before[1].isoformat()},
        "year_before": {"from": year[0].isoformat(), "to": year[1].isoformat()},
        "figures": [
            compared(measure, now.total, earlier.total, a_year_ago)
            for measure in measures.MEASURES
            if any(sums.get(measure) for sums in (now.total, earlier.total, a_year_ago))
        ],
        "satisfaction": satisfaction_of(now.total),
        "previous_satisfaction": satisfaction_of(earlier.total),
        "organizations": _organizations(now, earlier, names),
        "months": [{"month": month.isoformat(), "sums": sums} for month, sums in now.months.items()],
        "groups": _shares(now, "recipient_group", terms.RECIPIENT_GROUPS),
        "forms": _shares(now, "form_of_aid", terms.FORMS_OF_AID),
        "matters": _shares(now, "matter", terms.MATTERS),
        "amounts": _amounts(now.total, earlier.total),
        "limits": _limits(now.total, earlier.total),
        "problems": _problems(read, scope.organization, names),
    }


def _half_year(read: Read) -> tuple[dt.date, dt.date]:
    return periods.half_year_of(periods.day_before(periods.half_year_of(read.today())[0]))


def _names(session: Session) -> Names:
    table = organizations.c
    rows = session.execute(select(table.code, table.name, table.name_en).order_by(table.code))
    return {code: (name, name_en or name) for code, name, name_en in rows}


def _named(code: str, names: Names) -> dict[str, str]:
    zh, en = names.get(code, (code, code))
    return {"key": code, "zh": zh, "en": en}


def _organizations(now: Table, earlier: Table, names: Names) -> list[dict[str, Any]]:
    """Every organization that anything was counted for, now or before, by the number of its cases."""
    sums, previous = _by_organization(now), _by_organization(earlier)
    rows = [
        {
            **_named(code, names),
            "sums": sums.get(code, {}),
            "previous": previous.get(code, {}),
            "satisfaction": satisfaction_of(sums.get(code, {})),
            "on_time": on_time_of(sums.get(code, {})),
        }
        for code in sorted({*sums, *previous})
    ]
    return sorted(rows, key=lambda row: (-row["sums"].get("cases", 0), -row["sums"].get("applications", 0), row["key"]))


def _by_organization(table: Table) -> dict[str, Sums]:
    found: dict[str, Sums] = {}
    for (organization, _), sums in table.stations.items():
        own = found.setdefault(organization, {})
        for measure, value in sums.items():
            own[measure] = own.get(measure, 0) + value
    return found


def _shares(table: Table, dimension: str, words: Mapping[str, str]) -> list[dict[str, Any]]:
    rows = [
        {
            "key": key,
            "zh": words.get(key, key),
            "en": key.replace("_", " "),
            "applications": sums.get("applications", 0),
            "cases": sums.get("cases", 0),
        }
        for key, sums in table.by[dimension].items()
    ]
    shown = [row for row in rows if row["applications"] or row["cases"]]
    return sorted(shown, key=lambda row: (-row["cases"], -row["applications"], row["key"]))


def _amounts(now: Sums, before: Sums) -> list[dict[str, Any]]:
    found = []
    for kind, zh in terms.AMOUNT_KINDS.items():
        fen, earlier = (sums.get(measures.amount_measure(kind), 0) for sums in (now, before))
        if fen or earlier:
            found.append({"key": kind, "zh": zh, "en": kind.replace("_", " "), "fen": fen, "previous_fen": earlier})
    return found


def _limits(now: Sums, before: Sums) -> list[dict[str, Any]]:
    found = []
    for kind, zh in terms.CLOCK_KINDS.items():
        met, missed = (now.get(measures.deadline_measure(kind, on_time=on_time), 0) for on_time in (True, False))
        rates = {"on_time": on_time_of(now, kind), "previous_on_time": on_time_of(before, kind)}
        if met or missed or rates["previous_on_time"] is not None:
            found.append({"key": kind, "zh": zh, "en": kind.replace("_", " "), "met": met, "missed": missed, **rates})
    return found


def _problems(read: Read, organization: str | None, names: Names) -> dict[str, Any]:
    """What is unsolved today; of complaints and lawyers, which are the center's, only the center's report knows."""

    def of(code: str) -> dict[str, str]:
        zh, en = names.get(code, (code, code))
        return {"organization_zh": zh, "organization_en": en}

    overdue = [
        {"key": kind, "zh": terms.CLOCK_KINDS[kind], "en": kind.replace("_", " "), "organization": code, **of(code)}
        | {"count": count}
        for code, kind, count in half_year_reading.overdue(read, organization)
    ]
    stations = [
        {**of(row["organization"]), "zh": row["name"], "en": row["name_en"] or row["name"]}
        | {"because": row["image_project_because"], "suspended": row["suspended"], "has_liaison": row["has_liaison"]}
        for row in oversight_reading.readiness(read, organization)
        if row["state"] not in ("planned", "closed")
        and (row["image_project"] or row["suspended"] or not row["has_liaison"])
    ]
    sees_all = read.principal.sees_all
    waiting = half_year_reading.open_complaints(read, organization) if sees_all else []
    open_words = {
        kind: [
            {**of(code), "words": words, "due_on": due.isoformat()}
            for code, words, due in half_year_reading.unfinished(read, organization, kind)
        ]
        for kind in ("follow_up", "decision")
    }
    return {
        "overdue": overdue,
        "stations": stations,
        "complaints": [
            {"key": subject, "zh": f"{terms.COMPLAINT_SUBJECTS[subject]}：{count} 件", "en": f"{subject}: {count}"}
            for subject, count in waiting
        ],
        "suspended_lawyers": half_year_reading.suspended_lawyers(read) if sees_all and organization is None else 0,
        "findings": open_words["follow_up"],
        "decisions": open_words["decision"],
    }


VIEWS: dict[str, Callable[[Read, dict[str, Any]], dict[str, Any]]] = {"supervision.half_year_report": report}
