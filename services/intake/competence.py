"""Where an application belongs (LA 38), said beside it: the competent district, and the doors there."""

from __future__ import annotations

import typing as t

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.principal import Principal
from services.intake import repository
from services.intake import repository_network as network
from services.intake.domain import competence as rules
from services.intake.models import Application, Station

MOST_DOORS = 5
WORDS = {
    "here": ("This district is competent ({article}).", "本区县有管辖权（{article}）。"),
    "anywhere": ("Any door may give it.", "任何工作站均可办理。"),
    "unknown": (
        "Not known: enter the district of the office that handles the matter, or where it arose ({article}).",
        "尚不能确定：请填写办案（处理）机关所在区县或者事由发生地（{article}）。",
    ),
    "elsewhere": ("{districts} is competent ({article}): refer it on.", "应由{districts}办理（{article}），请转送。"),
}


def of(session: Session, row: Application) -> dict[str, t.Any]:
    """What the rule of the application's day says: the outcome, the districts, and doors to refer to."""
    rule = rules.rule_for(row.form_of_aid, row.applied_on)
    districts = rules.competent(rule, row.office_district, row.arose_district)
    outcome = rules.outcome(rule, districts, here(session, row))
    names = {"article": rule.article if rule else "-", "districts": "、".join(districts)}
    en, zh = WORDS[outcome]
    return {
        "outcome": outcome,
        "basis": rule.basis if rule else None,
        "article": rule.article if rule else None,
        "districts": list(districts),
        "en": en.format(**names),
        "zh": zh.format(**names),
        "doors": _doors(session, row, districts) if outcome == "elsewhere" else [],
    }


def here(session: Session, at: Application | Principal) -> str | None:
    """The district of the door where an application lies, or a caller stands; None for a door of the whole city."""
    station = repository.station(session, at.organization, at.station) if at.station else None
    return station.district if station is not None and station.level != "city" else None


def _doors(session: Session, row: Application, districts: t.Sequence[str]) -> list[dict[str, t.Any]]:
    """Open stations there that serve the applicant's group, those of the same organization first."""
    there = select(Station).where(Station.district.in_(districts), Station.state == "ready").order_by(Station.id)
    found = list(session.scalars(there))
    standings = network.standings(session, {one.organization for one in found})

    def serves(one: Station) -> bool:
        groups = one.recipient_groups
        if groups is None:
            groups = standings[one.organization]["recipient_groups"]
        return not groups or row.recipient_group in groups

    fitting = sorted((one for one in found if serves(one)), key=lambda one: one.organization != row.organization)
    return [
        {"organization": one.organization, "station": one.code, "name": one.name, "district": one.district}
        for one in fitting[:MOST_DOORS]
    ]
