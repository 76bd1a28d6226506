"""The register of the people who work in the network."""

from __future__ import annotations

from marshmallow import fields

from contracts import terms
from contracts.fields import Choice, Code, Count, Text
from contracts.schema import Contact, ListAsked, MessageSchema, changed, first_version, optional


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
    version = first_version()


class ChangeStaff(MessageSchema):
    """What is known of a colleague is changed; what is absent stays as it is."""

    person = fields.UUID(required=True)
    name = Text(100, **changed())
    name_en = Text(100, **changed(allow_none=True))
    role = Choice(terms.STAFF_ROLES, **changed())
    station = Code(**changed(allow_none=True))
    phone = Text(40, **changed(allow_none=True))
    email = fields.Email(**changed(allow_none=True))
    version = Count(1, **optional(metadata={"description": "The version that was seen; another one: refused"}))


class StaffChanged(RegisterStaff):
    """A colleague as they are known now; a lower ``version`` is older."""

    person = fields.UUID(required=True)
    version = Count(1, required=True)


class LeaveStaff(MessageSchema):
    """A colleague leaves the network: no more tasks, no more messages, and their keys end."""

    person = fields.UUID(required=True)
    on = fields.Date(**optional(metadata={"description": "The last day; absent: today; never in the future"}))
    version = Count(1, **optional())


class StaffLeft(MessageSchema):
    """A colleague has left the network."""

    person = fields.UUID(required=True)
    organization = Code(required=True)
    station = Code(**optional())
    role = Choice(terms.STAFF_ROLES, required=True)
    left_on = fields.Date(required=True)
    version = Count(1, required=True)


class StaffAsked(ListAsked):
    """Which colleagues are asked for; an organization sees its own."""

    organization = Code(**optional())
    station = Code(**optional())
    role = Choice(terms.STAFF_ROLES, **optional())
    with_left = fields.Boolean(load_default=False, metadata={"description": "Also those who have left"})


class StaffItem(Contact):
    """A colleague."""

    id = fields.UUID(required=True)
    organization = Code(required=True)
    station = Code(**optional())
    name = fields.String(required=True)
    name_en = fields.String(**optional())
    role = Choice(terms.STAFF_ROLES, required=True)
    left_on = fields.Date(**optional())
    version = Count(1, required=True)


class StaffPage(MessageSchema):
    """A page of colleagues."""

    items = fields.List(fields.Nested(StaffItem), required=True)
    next = fields.UUID(**optional())


COMMANDS = {
    "intake.register_staff.v1": RegisterStaff,
    "intake.change_staff.v1": ChangeStaff,
    "intake.leave_staff.v1": LeaveStaff,
}

EVENTS = {
    "intake.staff_registered.v1": (StaffRegistered, ("supervision", "notification")),
    "intake.staff_changed.v1": (StaffChanged, ("supervision", "notification")),
    "intake.staff_left.v1": (StaffLeft, ("supervision", "notification", "gateway")),
}

QUERIES = {
    "intake.staff": (StaffAsked, StaffPage),
}
