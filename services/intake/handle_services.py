"""Services short of a case: one, or a busy day's at once; and the pairs that are visited."""

from __future__ import annotations

import datetime as dt
import typing as t

from sqlalchemy import select

from chassis.errors import Rejected
from chassis.work import Work
from services.intake import entering, guards, people, repository
from services.intake import repository_network as network
from services.intake.domain import names
from services.intake.domain import stations as life
from services.intake.models import Pair, Station

Command = dict[str, t.Any]
OLDEST_SERVICE = dt.timedelta(days=366)
FOR_A_PAIR = ("pairing_visit", "tutoring", "counselling")


def record_service(work: Work, command: Command) -> Command:
    """Record advice, drafting, a lecture or another service short of a case; it counts in the figures."""
    station = _desk(work, command["station"])
    row = _enter_service(work, station, command, command["on"], "")
    return {**_place(station), "id": str(row["service"]), "on": row["on"].isoformat()}


def record_services(work: Work, command: Command) -> Command:
    """Record a busy day's services at once: all of them, or none; a refusal points at the entry."""
    station = _desk(work, command["station"])
    rows = [
        _enter_service(work, station, entry, entry["on"] or command["on"], f"entries/{number}/")
        for number, entry in enumerate(command["entries"])
    ]
    on = command["on"] or work.today()
    return {"ids": [str(row["service"]) for row in rows], **_place(station), "on": on.isoformat()}


def _place(station: Station) -> Command:
    return {"organization": station.organization, "station": station.code}


def _desk(work: Work, code: str) -> Station:
    organization, station = guards.desk(work, code)
    return t.cast(Station, repository.station(work.session, organization, t.cast(str, station)))


def _given_on(work: Work, station: Station, on: dt.date | None, field: str) -> dt.date:
    """The day of a service: not in the future, not years ago, and one on which the station worked."""
    today = work.today()
    day = guards.day_between(on or today, today - OLDEST_SERVICE, today, field)
    if not life.works_on(station.state, guards.local_day(work, station.state_since or station.registered_at), day):
        raise Rejected("station-not-open", pointer=f"/{field}", code=station.code, of="station", state=station.state)
    return day


def _enter_service(work: Work, station: Station, entry: Command, on: dt.date | None, where: str) -> Command:
    given_on = _given_on(work, station, on, f"{where}on")
    pair = _pair_of(work, station, entry, given_on, where)
    return entering.enter_service(work, {**entry, **_place(station), "on": given_on, "pair": pair})


def _pair_of(work: Work, station: Station, entry: Command, day: dt.date, where: str) -> t.Any:
    """The pair that a service is for: one of this station, together on that day."""
    if entry["pair"] is None:
        return None
    pair = work.session.get(Pair, entry["pair"])
    if pair is None or (pair.organization, pair.station) != (station.organization, station.code):
        raise Rejected("unknown-pair", pointer=f"/{where}pair")
    if entry["kind"] not in FOR_A_PAIR:
        raise Rejected("not-for-a-pair", pointer=f"/{where}kind", kind=entry["kind"])
    guards.day_between(day, pair.since, pair.ended_on or work.today(), f"{where}on")
    return pair.id


def register_pair(work: Work, command: Command) -> Command:
    """Pair a volunteer and a person one to one."""
    station, vault = _desk(work, command["station"]), work.settings.vault
    since = _given_on(work, station, command["since"], "since")
    _refuse_paired_already(work, station, command)
    row = Pair(
        id=work.new_id(),
        volunteer_sealed=vault.seal(command["volunteer_name"]),
        person_sealed=vault.seal(command["person_name"]),
        name_index=people.name_index(vault, command["person_name"]),
        recipient_group=command["recipient_group"],
        purpose=command["purpose"],
        since=since,
        version=1,
        registered_at=work.now,
        **_place(station),
    )
    work.session.add(row)
    work.emit("intake.pair_registered.v1", _reference(row, since), organization=row.organization, subject=row.id)
    return _pair_answer(row)


def _refuse_paired_already(work: Work, station: Station, command: Command) -> None:
    """The same two at the same station are one pair until it ends, however their names are written.

    The station's row is locked, so that of two who register them at the same moment one sees the other's pair.
    """
    network.station_to_change(work.session, station.organization, station.code)
    vault, volunteer = work.settings.vault, names.name_key(command["volunteer_name"])
    index = people.name_index(vault, command["person_name"])
    together = select(Pair).where(
        Pair.name_index == index,
        Pair.organization == station.organization,
        Pair.station == station.code,
        Pair.ended_on.is_(None),
    )
    for row in work.session.scalars(together):
        if names.name_key(vault.open(row.volunteer_sealed) or "") == volunteer:
            raise Rejected("duplicate", what="pair", key=row.id)


def end_pair(work: Work, command: Command) -> Command:
    """End a pair, with the reason; not before its last visit."""
    row = work.session.get(Pair, command["pair"], with_for_update=True, populate_existing=True)
    if row is None or not guards.caller(work).may_see(row.organization, row.station):
        raise Rejected("not-found", what="pair")
    guards.expect_version(command, row.version)
    if row.ended_on is not None:
        raise Rejected("wrong-state", of="pair", state="ended", act="end", allowed="")
    visits, last = network.visits(work.session, [row.id]).get(row.id, (0, None))
    today = work.today()
    row.ended_on = guards.day_between(command["on"] or today, max(row.since, last or row.since), today, "on")
    row.end_reason_sealed = work.settings.vault.seal(command["reason"])
    row.version += 1
    told = {**_reference(row, row.ended_on), "visits": visits}
    work.emit("intake.pair_ended.v1", told, organization=row.organization, subject=row.id)
    return _pair_answer(row)


def _reference(row: Pair, on: dt.date) -> Command:
    plain = ("organization", "station", "recipient_group")
    return {"pair": row.id, "on": on, **{name: getattr(row, name) for name in plain}}


def _pair_answer(row: Pair) -> Command:
    ended_on = row.ended_on.isoformat() if row.ended_on else None
    plain = {name: getattr(row, name) for name in ("organization", "station", "version")}
    return {"id": str(row.id), **plain, "since": row.since.isoformat(), "ended_on": ended_on}
