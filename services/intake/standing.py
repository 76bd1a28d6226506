"""How a station stands: its marks against the standard, its history, and what the network is told of it."""

from __future__ import annotations

import datetime as dt
import typing as t

from chassis.errors import Rejected
from chassis.work import Work
from services.intake import repository_network as network
from services.intake.domain import stations as life
from services.intake.models import Station, StationAct, StationMark

NAMES = ("organization", "code", "name", "name_en", "level", "district")


def move(work: Work, row: Station, act: str, reason: str | None, *, by_supervision: bool = False) -> None:
    """Move a station by ``act`` and write it into its history; refuses what its state does not allow."""
    try:
        row.state = life.move(row.state, act)
    except life.WrongMove as wrong:
        possible = ", ".join(wrong.allowed)
        raise Rejected("wrong-state", of="station", state=wrong.state, act=wrong.act, allowed=possible) from None
    row.state_since = work.now
    work.session.add(line(work, row, act, reason, by_supervision=by_supervision))


def line(work: Work, row: Station, act: str, reason: str | None, *, by_supervision: bool = False) -> StationAct:
    """One line of a station's history: who, when, why."""
    principal = None if by_supervision else work.principal
    return StationAct(
        id=work.new_id(),
        station=row.id,
        act=act,
        state=row.state,
        by_role=principal.role if principal else "supervision",
        by_organization=principal.organization if principal else work.settings.center,
        by_person=principal.person if principal else None,
        at=work.now,
        reason_sealed=work.settings.vault.seal(reason),
    )


def mark(
    work: Work, row: Station, item: str, met: bool, *, on: dt.date, note: str | None = None, by: str = "assessment"
) -> None:
    """The latest word by its day stands; of one day, the last that was said."""
    known = work.session.get(StationMark, (row.id, item))
    if known is None:
        work.session.add(StationMark(station=row.id, item=item, met=met, on=on, note=note, by=by))
        work.session.flush()
    elif on >= known.on:
        known.met, known.on, known.note, known.by = met, on, note, by


def changed(work: Work, row: Station) -> dict[str, t.Any]:
    """Another version of a station: the whole of it is told; returns what the caller is answered with."""
    row.version += 1
    work.session.flush()
    answer = shown(work, row)
    known = {name: value for name, value in answer.items() if name != "id"}
    place = {"latitude": row.latitude, "longitude": row.longitude}
    told = {**known, **place, "station": row.id, "state_since": row.state_since or row.registered_at}
    work.emit("intake.station_changed.v1", told, organization=row.organization, subject=row.id)
    return answer


def shown(work: Work, row: Station) -> dict[str, t.Any]:
    """A station as whoever wrote is answered."""
    missing = life.missing(network.marks(work.session, row.id))
    plain = {name: getattr(row, name) for name in (*NAMES, "kind", "state", "version")}
    return {"id": str(row.id), **plain, "missing": missing}
