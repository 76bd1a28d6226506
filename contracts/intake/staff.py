"""The register of the people who work in the network."""

from __future__ import annotations

from marshmallow import fields

from contracts import terms
from contracts.fields import Choice, Code, Text
from contracts.schema import Contact, ListAsked, MessageSchema, optional


class RegisterStaff(Contact):
    """A person who works in the network: of the center, of an organization or of one station."""

    organization = Code(required=True)
    station = Code(**optional())
    name = Text(100, required=True)
    name_en = Text(100, **optional())
    role = Choice(terms.STAFF_ROLES, required=True)


class StaffRegistered(RegisterStaff):
    """A person is known to the network; services keep what they need to assign tasks and to tell people."""

    person = fields.UUID(required=True)


class StaffAsked(ListAsked):
    """Which colleagues are asked for; an organization sees its own."""

    organization = Code(**optional())


class StaffItem(Contact):
    """A colleague."""

    id = fields.UUID(required=True)
    organization = Code(required=True)
    station = Code(**optional())
    name = fields.String(required=True)
    name_en = fields.String(**optional())
    role = Choice(terms.STAFF_ROLES, required=True)


class StaffPage(MessageSchema):
    """A page of colleagues."""

    items = fields.List(fields.Nested(StaffItem), required=True)
    next = fields.UUID(**optional())


COMMANDS = {
    "intake.register_staff.v1": RegisterStaff,
}

EVENTS = {
    "intake.staff_registered.v1": (StaffRegistered, ("supervision", "notification")),
}

QUERIES = {
    "intake.staff": (StaffAsked, StaffPage),
}
