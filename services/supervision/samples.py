"""Samples: who may be drawn, the draw with its recorded seed, and a task for each who was drawn.

Guarantee: rule, seed and every candidate are kept, so that the draw can be repeated by anybody and gives the same.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import select

from chassis import organizations
from chassis.errors import Rejected
from chassis.work import Work
from services.supervision import asks
from services.supervision.domain import sampling
from services.supervision.domain.sampling import SampleRule
from services.supervision.models import Dossier, FactRow, Task
from services.supervision.models_plans import SampleRow
from services.supervision.remarks import center_only, refuse_outside

STATIONS = uuid5(NAMESPACE_URL, "urn:aidbus:supervision:stations")
COUNTED = {"closed_cases": "files_checked", "ended_cases": "cases_ended"}
WHY = {
    "lot": ("抽签", "by lot"),
    "always:result": ("结果属于必抽", "its result is always drawn"),
    "always:recipient_group": ("受援人群属于必抽", "its recipient group is always drawn"),
    "always:matter": ("事项属于必抽", "its matter is always drawn"),
    "always:organization": ("单位属于必抽", "its organization is always drawn"),
}


@dataclass(frozen=True)
class Scope:
    """From whom is drawn: what is of these days, of an organization or of all; of hearings, the coming ones."""

    kind: str
    first_day: dt.date
    last_day: dt.date
    organization: str | None


def draw_sample(work: Work, command: dict[str, Any]) -> dict[str, Any]:
    """Draw outside of any plan; by a seed that is given (drawn in public, say) or a new one."""
    center_only(work)
    refuse_outside("last_day", command["last_day"], command["first_day"])
    refuse_outside("due_on", command["due_on"], work.today())
    organization = command["organization"]
    if organization is not None and organization not in organizations.codes(work.session):
        raise Rejected("unknown-organization", pointer="/organization", code=organization)
    try:
        rule = SampleRule.from_data(command["sample"])
    except sampling.BadSample as error:
        raise Rejected("bad-plan", pointer="/sample", field="sample", why=error.why) from None
    scope = Scope(command["kind"], command["first_day"], command["last_day"], organization)
    row = draw(work, scope, rule, command["seed"] or new_seed(), None)
    opened = open_tasks(work, row, command["due_on"])
    return {"id": str(row.id), "seed": row.seed, "candidates": len(row.pool), "drawn": row.drawn, "tasks": opened}


def new_seed() -> str:
    """A seed that nobody can foresee; once it is written down, everybody can repeat the draw."""
    return secrets.token_hex(16)


def draw(work: Work, scope: Scope, rule: SampleRule, seed: str, plan: UUID | None) -> SampleRow:
    """Draw, and keep what is needed to do it again."""
    candidates = list(_candidates(work, scope, rule.of))
    lots = {lot.id: lot for lot in sampling.draw(candidates, rule, seed)}
    pool = [{**one, **_lot(lots[one["id"]])} for one in candidates]
    row = SampleRow(
        id=work.new_id(),
        kind=scope.kind,
        plan=plan,
        organization=scope.organization,
        first_day=scope.first_day,
        last_day=scope.last_day,
        rule=plain(rule),
        seed=seed,
        pool=sorted(pool, key=lambda one: (one["stratum"], one["place"])),
        drawn=sum(lot.why is not None for lot in lots.values()),
        drawn_at=work.now,
        drawn_by=work.principal.person if work.principal else None,
    )
    work.session.add(row)
    work.session.flush()
    return row


def open_tasks(work: Work, row: SampleRow, due_on: dt.date) -> int:
    """A task for each who was drawn; the words say why."""
    drawn = [one for one in row.pool if one["why"]]
    for one in drawn:
        zh, _ = WHY[one["why"]]
        names = ("organization", "station", "application", "application_number", "case", "case_number")
        dimensions = ("recipient_group", "form_of_aid", "matter")
        place = {name: one.get(name) for name in (*names, *dimensions)}
        for name in ("application", "case"):
            place[name] = UUID(place[name]) if place[name] else None
        words = f"抽样（{zh}，第 {one['place']}/{one['of']} 签）"
        asks.ask(work, row.kind, uuid5(row.id, one["id"]), due_on, place, row.id, words)
    return len(drawn)


def again(row: SampleRow) -> bool:
    """Whether the draw gives the same when it is repeated from what was kept."""
    lots = sampling.draw(row.pool, SampleRule.from_data(row.rule), row.seed)
    kept = {one["id"]: (one["stratum"], one["place"], one["of"], one["why"]) for one in row.pool}
    return {lot.id: (lot.stratum, lot.place, lot.of, lot.why) for lot in lots} == kept


def _lot(lot: sampling.Lot) -> dict[str, Any]:
    return {"stratum": lot.stratum, "place": lot.place, "of": lot.of, "why": lot.why}


def plain(rule: SampleRule) -> dict[str, Any]:
    """A rule as JSON values, whole."""
    names = ("of", "share", "at_least", "at_most", "per")
    always = {name: list(values) for name, values in rule.always.items()}
    return {**{name: getattr(rule, name) for name in names}, "always": always}


def _candidates(work: Work, scope: Scope, of: str) -> Iterator[dict[str, Any]]:
    if of == "stations":
        for station, why in asks.stations(work, scope.kind, scope.first_day, scope.organization):
            if why is not None:
                continue
            id_ = str(uuid5(STATIONS, f"{station.organization}/{station.code}"))
            yield {"id": id_, "organization": station.organization, "station": station.code}
    elif of == "hearings":
        yield from _hearings(work, scope)
    else:
        yield from _counted(work, scope, COUNTED[of])


def _counted(work: Work, scope: Scope, measure: str) -> Iterator[dict[str, Any]]:
    """Cases of which something was counted in these days."""
    found = (
        select(FactRow, Dossier)
        .join(Dossier, Dossier.application == FactRow.subject)
        .where(FactRow.measure == measure, FactRow.day.between(scope.first_day, scope.last_day))
        .where(Dossier.case_id.is_not(None))
        .order_by(FactRow.source)
    )
    if scope.organization:
        found = found.where(FactRow.organization == scope.organization)
    for fact, dossier in work.session.execute(found):
        names = ("organization", "station", "recipient_group", "form_of_aid", "matter", "result")
        yield _case(dossier, {name: getattr(fact, name) or None for name in names})


def _hearings(work: Work, scope: Scope) -> Iterator[dict[str, Any]]:
    """Cases with a hearing that is still to come."""
    found = (
        select(Task, Dossier)
        .join(Dossier, Dossier.application == Task.application)
        .where(Task.kind == "hearing", Task.state == "open", Task.due_at > work.now)
        .order_by(Task.id)
    )
    if scope.organization:
        found = found.where(Task.organization == scope.organization)
    for task, dossier in work.session.execute(found):
        names = ("organization", "station", "recipient_group", "form_of_aid", "matter")
        yield {**_case(dossier, {name: getattr(task, name) or None for name in names}), "id": str(task.subject)}


def _case(dossier: Dossier, dimensions: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": str(dossier.case_id),
        **dimensions,
        "application": str(dossier.application),
        "application_number": dossier.number,
        "case": str(dossier.case_id),
        "case_number": dossier.case_number,
        "lawyer": str(dossier.lawyer) if dossier.lawyer else None,
    }
