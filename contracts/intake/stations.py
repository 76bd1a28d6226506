"""The register of stations."""

from __future__ import annotations

from marshmallow import fields, validate

from contracts import terms
from contracts.fields import Choice, Code, Text
from contracts.schema import LiaisonOfficer, ListAsked, MessageSchema, optional


class StationRegistered(MessageSchema):
    """A station is open."""

    organization = Code(required=True)
    code = Code(required=True)
    name = Text(100, required=True)
    name_en = Text(100, **optional())
    level = Choice(terms.STATION_LEVELS, required=True)
    district = Text(60, required=True)


class RegisterStation(StationRegistered):
    """The center opens a station of an organization, with its liaison officer."""

    address = Text(300, **optional())
    latitude = fields.Float(validate=validate.Range(-90, 90), **optional())
    longitude = fields.Float(validate=validate.Range(-180, 180), **optional())
    liaison = fields.Nested(LiaisonOfficer, **optional())


class StationsAsked(ListAsked):
    """Which stations are asked for."""

    organization = Code(**optional())
    district = Text(60, **optional())


class StationItem(MessageSchema):
    """A station."""

    id = fields.UUID(required=True)
    organization = Code(required=True)
    code = Code(required=True)
    name = fields.String(required=True)
    name_en = fields.String(**optional())
    level = Choice(terms.STATION_LEVELS, required=True)
    district = fields.String(required=True)
    address = fields.String(**optional())
    latitude = fields.Float(**optional())
    longitude = fields.Float(**optional())
    liaison = fields.UUID(**optional())


class StationPage(MessageSchema):
    """A page of stations."""

    items = fields.List(fields.Nested(StationItem), required=True)
    next = fields.UUID(**optional())


COMMANDS = {
    "intake.register_station.v1": RegisterStation,
}

EVENTS = {
    "intake.station_registered.v1": (StationRegistered, ("supervision", "notification")),
}

QUERIES = {
    "intake.stations": (StationsAsked, StationPage),
}
