"""The register of stations: where they are, when they are open, how they stand against the station standard."""

from __future__ import annotations

import typing as t
from itertools import pairwise

from marshmallow import ValidationError, fields, validate, validates_schema

from contracts import terms
from contracts.fields import Choice, Choices, Code, Count, Instant, Text, TimeOfDay
from contracts.schema import Contact, LiaisonOfficer, ListAsked, MessageSchema, changed, first_version, many, optional


class OpeningHours(MessageSchema):
    """When a station is open on a weekday (1: Monday); a day with a noon break has two of these."""

    weekday = Count(1, 7, required=True)
    opens = TimeOfDay(required=True)
    closes = TimeOfDay(required=True)

    @validates_schema
    def _in_order(self, data: dict[str, t.Any], **_: t.Any) -> None:
        if data.get("opens", "") >= data.get("closes", "~"):
            raise ValidationError("It closes before it opens; 关门时间早于开门时间。", "closes")


def _apart(hours: list[dict[str, t.Any]]) -> None:
    """Hours of one weekday do not overlap: one of the two would be a slip of the pen."""
    days = sorted((one["weekday"], one["opens"], one["closes"]) for one in hours)
    if any(before[0] == after[0] and before[2] > after[1] for before, after in pairwise(days)):
        raise ValidationError("Hours of one weekday overlap; 同一天的开放时间相互重叠。")


def week(**kw: t.Any) -> fields.List:
    """The opening hours of a station."""
    return fields.List(fields.Nested(OpeningHours), validate=[validate.Length(0, 28), _apart], **kw)


class StationHead(Contact):
    """Who leads a station, and when the center trained them."""

    name = Text(100, required=True)
    name_en = Text(100, **optional())
    trained_on = fields.Date(**optional())


class StationNames(MessageSchema):
    """Which station it is."""

    organization = Code(required=True)
    code = Code(required=True)
    name = Text(100, required=True)
    name_en = Text(100, **optional())
    level = Choice(terms.STATION_LEVELS, required=True)
    district = Text(60, required=True)
    latitude = fields.Float(validate=validate.Range(-90, 90), **optional())
    longitude = fields.Float(validate=validate.Range(-180, 180), **optional())


class StationRegistered(StationNames):
    """A station is known: planned, or open at once."""

    station = fields.UUID(**optional())
    kind = Choice(terms.STATION_KINDS, **optional())
    state = Choice(terms.STATION_STATES, **optional())
    version = first_version()


class RegisterStation(StationNames):
    """The center opens or plans a station of an organization, with its liaison officer."""

    kind = Choice(terms.STATION_KINDS, load_default="workstation")
    state = Choice(
        ("planned", "ready"),
        load_default="ready",
        metadata={
            "description": "`ready`: it works already, by the center's word; `planned`: the standard comes first"
        },
    )
    address = Text(300, **optional())
    phone = Text(40, **optional())
    opening_hours = week(**optional())
    recipient_groups = Choices(
        terms.RECIPIENT_GROUPS, **optional(metadata={"description": "Whom it serves; absent: as its organization"})
    )
    head = fields.Nested(StationHead, **optional())
    liaison = fields.Nested(LiaisonOfficer, **optional())


class StationVersioned(MessageSchema):
    """A station, and the version of it that was seen."""

    station = fields.UUID(required=True)
    version = Count(1, **optional(metadata={"description": "The version that was seen; another one: refused"}))


class ChangeStation(StationVersioned):
    """What is known of a station is changed; what is absent stays as it is."""

    name = Text(100, **changed())
    name_en = Text(100, **changed(allow_none=True))
    kind = Choice(terms.STATION_KINDS, **changed())
    level = Choice(terms.STATION_LEVELS, **changed())
    district = Text(60, **changed())
    address = Text(300, **changed(allow_none=True))
    latitude = fields.Float(validate=validate.Range(-90, 90), **changed(allow_none=True))
    longitude = fields.Float(validate=validate.Range(-180, 180), **changed(allow_none=True))
    phone = Text(40, **changed(allow_none=True))
    opening_hours = week(**changed())
    recipient_groups = Choices(terms.RECIPIENT_GROUPS, **changed(allow_none=True))
    head = fields.UUID(**changed(allow_none=True, metadata={"description": "A colleague of the station"}))
    liaison = fields.UUID(**changed(allow_none=True, metadata={"description": "A colleague of the station"}))


class StandardMark(MessageSchema):
    """Whether an item of the station standard is met, and since when."""

    item = Choice(terms.STATION_STANDARD, required=True)
    met = fields.Boolean(required=True)
    on = fields.Date(**optional(metadata={"description": "Since when; absent: today"}))
    note = Text(300, **optional())


class AssessStation(StationVersioned):
    """The center looked at items of the station standard: room, nameplate, training of the head."""

    marks = many(StandardMark, minimum=1, maximum=20, required=True)


class ChangeStationState(StationVersioned):
    """The center opens a planned station, suspends or resumes its work, or closes it."""

    act = Choice(terms.STATION_ACTS, required=True)
    reason = Text(1000, required=True)


class StationChanged(StationNames):
    """A station as it is now; a lower ``version`` is older. ``missing``: what of the standard it lacks."""

    station = fields.UUID(required=True)
    kind = Choice(terms.STATION_KINDS, required=True)
    state = Choice(terms.STATION_STATES, required=True)
    state_since = Instant(required=True)
    missing = Choices(terms.STATION_STANDARD, required=True)
    version = Count(1, required=True)


class StationsAsked(ListAsked):
    """Which stations are asked for."""

    organization = Code(**optional())
    code = Code(**optional(metadata={"description": "The station of this code, with `organization`"}))
    district = Text(60, **optional())
    state = Choice(terms.STATION_STATES, **optional())
    level = Choice(terms.STATION_LEVELS, **optional())
    kind = Choice(terms.STATION_KINDS, **optional())


class StationItem(MessageSchema):
    """A station."""

    id = fields.UUID(required=True)
    organization = Code(required=True)
    code = Code(required=True)
    name = fields.String(required=True)
    name_en = fields.String(**optional())
    kind = Choice(terms.STATION_KINDS, required=True)
    level = Choice(terms.STATION_LEVELS, required=True)
    state = Choice(terms.STATION_STATES, required=True)
    district = fields.String(required=True)
    address = fields.String(**optional())
    latitude = fields.Float(**optional())
    longitude = fields.Float(**optional())
    phone = fields.String(**optional())
    opening_hours = many(OpeningHours, required=True)
    recipient_groups = fields.List(Choice(terms.RECIPIENT_GROUPS), required=True)
    head = fields.UUID(**optional())
    liaison = fields.UUID(**optional())
    version = Count(1, required=True)


class StationPage(MessageSchema):
    """A page of stations."""

    items = fields.List(fields.Nested(StationItem), required=True)
    next = fields.UUID(**optional())


class StationAsked(MessageSchema):
    """One station."""

    station = fields.UUID(required=True)


class StandardItem(MessageSchema):
    """An item of the station standard, and how the station stands against it."""

    item = Choice(terms.STATION_STANDARD, required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)
    needed_to_open = fields.Boolean(required=True)
    met = fields.Boolean(required=True)
    on = fields.Date(**optional())
    note = fields.String(**optional())
    by = fields.String(**optional(metadata={"description": "`assessment` or `inspection`"}))
    source = fields.String(required=True)
    verified = fields.Boolean(required=True)


class StationActItem(MessageSchema):
    """One act upon a station: who moved it into which state, and why."""

    act = Choice({**terms.STATION_ACTS, "register": "登记"}, required=True)
    state = Choice(terms.STATION_STATES, required=True)
    at = Instant(required=True)
    by_role = fields.String(required=True)
    by_organization = Code(required=True)
    by_person = fields.UUID(**optional())
    reason = fields.String(**optional())


class StationDetail(StationItem):
    """One station with its standing; its history is shown to the center and to its own organization."""

    state_since = Instant(required=True)
    acts = fields.List(fields.String(), required=True, metadata={"description": "What the center may do with it now"})
    standard = fields.List(fields.Nested(StandardItem), required=True)
    missing = fields.List(Choice(terms.STATION_STANDARD), required=True)
    history = fields.List(fields.Nested(StationActItem), required=True)


class NearestAsked(MessageSchema):
    """Stations near a place: its coordinates, or else the middle of a district."""

    latitude = fields.Float(validate=validate.Range(-90, 90), **optional())
    longitude = fields.Float(validate=validate.Range(-180, 180), **optional())
    district = Text(60, **optional())
    group = Choice(terms.RECIPIENT_GROUPS, **optional(metadata={"description": "Only stations that serve it"}))
    open_now = fields.Boolean(load_default=False)
    open_at = Instant(**optional(metadata={"description": "Only stations that are open at this moment"}))
    within_circle = fields.Boolean(
        load_default=False,
        metadata={"description": "Only within the travel circle: half an hour, or one in the country"},
    )
    limit = Count(1, 50, load_default=5)

    @validates_schema
    def _names_a_place(self, data: dict[str, t.Any], **_: t.Any) -> None:
        both = data.get("latitude") is not None and data.get("longitude") is not None
        if not both and not data.get("district"):
            raise ValidationError(
                "Name a place: latitude and longitude, or a district; 请给出经纬度或者区县。", "latitude"
            )


class NearStation(StationItem):
    """A station, how far it is, and whether one may go there now."""

    km = fields.Float(required=True, metadata={"description": "As the crow flies"})
    minutes = Count(0, required=True, metadata={"description": "Estimated travel time"})
    area = Choice(terms.AREAS, required=True)
    in_circle = fields.Boolean(required=True)
    open = fields.Boolean(
        **optional(metadata={"description": "At the moment asked for; null: its hours are not known"})
    )


class NearestStations(MessageSchema):
    """The nearest first. Public holidays are not considered: call before a holiday."""

    items = fields.List(fields.Nested(NearStation), required=True)


COMMANDS = {
    "intake.register_station.v1": RegisterStation,
    "intake.change_station.v1": ChangeStation,
    "intake.assess_station.v1": AssessStation,
    "intake.change_station_state.v1": ChangeStationState,
}

EVENTS = {
    "intake.station_registered.v1": (StationRegistered, ("assignment", "supervision", "notification")),
    "intake.station_changed.v1": (StationChanged, ("assignment", "supervision", "notification")),
}

QUERIES = {
    "intake.stations": (StationsAsked, StationPage),
    "intake.station": (StationAsked, StationDetail),
    "intake.nearest_stations": (NearestAsked, NearestStations),
}
