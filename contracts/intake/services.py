"""Services short of a case."""

from __future__ import annotations

from marshmallow import fields

from contracts import terms
from contracts.fields import Choice, Code, Count, Text
from contracts.schema import ListAsked, MessageSchema, many, optional


class ServiceEntry(MessageSchema):
    """One line of a busy day's list."""

    kind = Choice(terms.SERVICE_KINDS, required=True)
    channel = Choice(terms.SERVICE_CHANNELS, load_default="window")
    recipient_group = Choice(terms.RECIPIENT_GROUPS, required=True)
    topic = Text(200, required=True)
    person_name = Text(100, **optional(metadata={"description": "Absent: anonymous"}))
    persons = Count(1, 100_000, load_default=1, metadata={"description": "Person-times or head-count"})
    minutes = Count(0, 6_000, **optional())
    guided_to_apply = fields.Boolean(load_default=False)


class RecordService(ServiceEntry):
    """A service short of a case: advice, drafting, guidance, lecture and others. Nothing of it may ever cost a fee (LA 20)."""

    station = Code(required=True)
    on = fields.Date(**optional(metadata={"description": "The day it was given; absent: today"}))


class RecordServices(MessageSchema):
    """A busy day's services at once: all are recorded, or none."""

    station = Code(required=True)
    on = fields.Date(**optional(metadata={"description": "The day they were given; absent: today"}))
    entries = many(ServiceEntry, minimum=1, maximum=200, required=True)


class ServiceRecorded(MessageSchema):
    """A service short of a case was given."""

    service = fields.UUID(required=True)
    organization = Code(required=True)
    station = Code(required=True)
    kind = Choice(terms.SERVICE_KINDS, required=True)
    channel = Choice(terms.SERVICE_CHANNELS, required=True)
    recipient_group = Choice(terms.RECIPIENT_GROUPS, required=True)
    persons = Count(1, 100_000, required=True)
    guided_to_apply = fields.Boolean(required=True)
    on = fields.Date(required=True)


class ServicesAsked(ListAsked):
    """Which services short of a case are asked for."""

    station = Code(**optional())
    kind = Choice(terms.SERVICE_KINDS, **optional())


class ServiceItem(MessageSchema):
    """A service short of a case; the person advised is not shown."""

    id = fields.UUID(required=True)
    organization = Code(required=True)
    station = Code(required=True)
    kind = Choice(terms.SERVICE_KINDS, required=True)
    channel = Choice(terms.SERVICE_CHANNELS, required=True)
    recipient_group = Choice(terms.RECIPIENT_GROUPS, required=True)
    topic = fields.String(required=True)
    persons = fields.Integer(required=True)
    minutes = fields.Integer(**optional())
    guided_to_apply = fields.Boolean(required=True)
    on = fields.Date(required=True)


class ServicePage(MessageSchema):
    """A page of services."""

    items = fields.List(fields.Nested(ServiceItem), required=True)
    next = fields.UUID(**optional())


COMMANDS = {
    "intake.record_service.v1": RecordService,
    "intake.record_services.v1": RecordServices,
}

EVENTS = {
    "intake.service_recorded.v1": (ServiceRecorded, ("supervision",)),
}

QUERIES = {
    "intake.services": (ServicesAsked, ServicePage),
}
