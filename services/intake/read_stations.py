"""What is asked about stations: the list, one with its standing, and the nearest door for a place."""

from __future__ import annotations

import datetime as dt
import typing as t
from zoneinfo import ZoneInfo

from sqlalchemy import select

from chassis.errors import Rejected
from chassis.work import Read
from services.intake import repository_network as network
from services.intake.domain import doors
from services.intake.domain import stations as life
from services.intake.models import Station, StationAct
from services.intake.pages import Answer, Params, as_uuid, page

PLAIN = ("organization", "code", "name", "name_en", "kind", "level", "state", "district", "address", "latitude",
         "longitude", "phone", "version")  # fmt: skip
WIDER_KM = (50.0, 300.0, 30_000.0)  # where the travel circle holds too few doors, further away is looked


def list_stations(read: Read, params: Params) -> Answer:
    """Stations of the network, newest first: public, so that any door may send people to another."""
    statement = select(Station)
    for name in ("organization", "code", "district", "state", "level", "kind"):
        if params.get(name):
            statement = statement.where(getattr(Station, name) == params[name])
    found = page(read, statement, Station, params, lambda _, row: {"row": row})
    rows = [item["row"] for item in found["items"]]
    standings = network.standings(read.session, {row.organization for row in rows})
    return {**found, "items": [_item(row, standings) for row in rows]}


def station(read: Read, params: Params) -> Answer:
    """One station with its standing; why it was moved into its state is for the center and its own organization."""
    row = read.session.get(Station, as_uuid(params["station"]))
    if row is None:
        raise Rejected("not-found", what="station")
    marks = network.mark_rows(read.session, row.id)
    standings = network.standings(read.session, {row.organization})
    is_own = read.principal.may_see(row.organization, row.code)
    acts = network.station_acts(read.session, row.id) if is_own else []
    met = {item: mark.met for item, mark in marks.items()}
    return _item(row, standings) | {
        "state_since": (row.state_since or row.registered_at).isoformat(),
        "acts": life.possible_now(row.state, met),
        "standard": [_standard(one, marks.get(one.item)) for one in life.standard()],
        "missing": life.missing(met),
        "history": [_act(read, act) for act in acts],
    }


def _item(row: Station, standings: t.Mapping[str, t.Mapping[str, t.Any]]) -> Answer:
    groups = row.recipient_groups
    if groups is None:
        groups = standings[row.organization]["recipient_groups"]
    return {
        **{name: getattr(row, name) for name in PLAIN},
        "id": str(row.id),
        "opening_hours": row.opening_hours or [],
        "recipient_groups": groups,
        "head": str(row.head) if row.head else None,
        "liaison": str(row.liaison) if row.liaison else None,
    }


def _standard(one: life.Item, mark: t.Any) -> Answer:
    plain = ("item", "zh", "en", "needed_to_open", "source", "verified")
    return {
        **{name: getattr(one, name) for name in plain},
        "met": bool(mark and mark.met),
        "on": mark.on.isoformat() if mark else None,
        "note": mark.note if mark else None,
        "by": mark.by if mark else None,
    }


def _act(read: Read, act: StationAct) -> Answer:
    return {
        **{name: getattr(act, name) for name in ("act", "state", "by_role", "by_organization")},
        "at": act.at.isoformat(),
        "by_person": str(act.by_person) if act.by_person else None,
        "reason": read.settings.vault.open(act.reason_sealed),
    }


def nearest_stations(read: Read, params: Params) -> Answer:
    """Open doors near a place, the shortest way first; any of them may be knocked at."""
    place = _place(read, params)
    if place is None:
        return {"items": []}
    limit = params.get("limit") or 5
    circle = max(one.reach_km for one in doors.travel().values())
    items: list[Answer] = []
    for km in (circle,) if params.get("within_circle") else (circle, *WIDER_KM):
        items = _within(read, params, place, km)
        if len(items) >= limit:
            break
    return {"items": items[:limit]}


def _place(read: Read, params: Params) -> tuple[float, float] | None:
    if params.get("latitude") is not None and params.get("longitude") is not None:
        return params["latitude"], params["longitude"]
    return network.middle_of(read.session, params["district"])


def _within(read: Read, params: Params, place: tuple[float, float], km: float) -> list[Answer]:
    rows = network.open_stations_in(read.session, doors.box(*place, km))
    standings = network.standings(read.session, {row.organization for row in rows})
    moment = _moment(read, params)
    must_be_open = params.get("open_now") or params.get("open_at")
    found = []
    for row in rows:
        item = _near(row, standings, place, moment)
        group = params.get("group")
        fits = not group or not item["recipient_groups"] or group in item["recipient_groups"]
        is_near = item["in_circle"] if params.get("within_circle") else item["km"] <= km
        if fits and is_near and (item["open"] or not must_be_open):
            found.append(item)
    return sorted(found, key=lambda item: (item["minutes"], item["km"], item["id"]))


def _near(
    row: Station, standings: t.Mapping[str, t.Mapping[str, t.Any]], place: tuple[float, float], moment: dt.datetime
) -> Answer:
    km = doors.distance_km(*place, t.cast(float, row.latitude), t.cast(float, row.longitude))
    way = doors.travel()[doors.area_of(row.district, row.level)]
    minutes = way.minutes_for(km)
    return _item(row, standings) | {
        "km": round(km, 2),
        "minutes": minutes,
        "area": way.area,
        "in_circle": minutes <= way.minutes,
        "open": doors.is_open(row.opening_hours, standings[row.organization]["half_days"], moment),
    }


def _moment(read: Read, params: Params) -> dt.datetime:
    """The moment asked for, or now, as the clock on the wall shows it."""
    asked = params.get("open_at") or read.now
    moment = dt.datetime.fromisoformat(asked) if isinstance(asked, str) else asked
    return moment.astimezone(ZoneInfo(read.settings.zone))
