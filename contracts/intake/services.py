"""Services short of a case."""

from __future__ import annotations

from marshmallow import fields

from contracts import terms
from contracts.fields import Choice, Code, Count, Text
from contracts.schema import ListAsked, MessageSchema, many, optional

MOST_TOGETHER = 500  # services in a message about those of a file


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
    pair = fields.UUID(**optional(metadata={"description": "The pair that is visited, tutored or counselled"}))
    on = fields.Date(
        **optional(metadata={"description": "The day it was given; absent: the day of the list, or today"})
    )


class RecordService(ServiceEntry):
    """A service short of a case: advice, drafting, guidance, lecture and others. Nothing of it may ever cost a fee (LA 20)."""

    station = Code(required=True)


class RecordServices(MessageSchema):
    """A busy day's services at once: all are recorded, or none."""

    station = Code(required=True)
    on = fields.Date(**optional(metadata={"description": "The day they were given; absent: today"}))
    entries = many(ServiceEntry, minimum=1, maximum=200, required=True)


class ServiceOfFile(MessageSchema):
    """A service in a file of many: what the figures count of it."""

    service = fields.UUID(required=True)
    station = Code(required=True)
    kind = Choice(terms.SERVICE_KINDS, required=True)
    channel = Choice(terms.SERVICE_CHANNELS, required=True)
    recipient_group = Choice(terms.RECIPIENT_GROUPS, required=True)
    persons = Count(1, 100_000, required=True)
    guided_to_apply = fields.Boolean(required=True)
    on = fields.Date(required=True)


class ServiceRecorded(ServiceOfFile):
    """A service short of a case was given."""

    organization = Code(required=True)
    pair = fields.UUID(**optional())


class ServicesRecorded(MessageSchema):
    """Services short of a case of one organization were entered from a file."""

    organization = Code(required=True)
    services = many(ServiceOfFile, 1, MOST_TOGETHER, required=True)


class RegisterPair(MessageSchema):
    """A volunteer and a person are paired one to one, for visits, tutoring or counselling."""

    station = Code(required=True)
    volunteer_name = Text(100, required=True)
    person_name = Text(100, required=True)
    recipient_group = Choice(terms.RECIPIENT_GROUPS, load_default="prisoner_child")
    purpose = Text(200, **optional())
    since = fields.Date(**optional(metadata={"description": "Absent: today"}))


class EndPair(MessageSchema):
    """A pair ends; its visits stay."""

    pair = fields.UUID(required=True)
    on = fields.Date(**optional(metadata={"description": "Its last day; absent: today"}))
    reason = Text(1000, required=True)
    version = Count(1, **optional(metadata={"description": "The version that was seen; another one: refused"}))


class PairReference(MessageSchema):
    """What every event about a pair carries: no names."""

    pair = fields.UUID(required=True)
    organization = Code(required=True)
    station = Code(required=True)
    recipient_group = Choice(terms.RECIPIENT_GROUPS, required=True)
    on = fields.Date(required=True)


class PairRegistered(PairReference):
    """Two people are paired one to one, since the day ``on``."""


class PairEnded(PairReference):
    """A pair ended on the day ``on``."""

    visits = Count(0, required=True)


class PairsAsked(ListAsked):
    """Which pairs are asked for; an organization sees its own."""

    station = Code(**optional())
    state = Choice(terms.PAIR_STATES, **optional())


class PairItem(MessageSchema):
    """A pair and its visits; the person's name is masked."""

    id = fields.UUID(required=True)
    organization = Code(required=True)
    station = Code(required=True)
    state = Choice(terms.PAIR_STATES, required=True)
    volunteer_name = fields.String(required=True)
    person_name = fields.String(required=True)
    recipient_group = Choice(terms.RECIPIENT_GROUPS, required=True)
    purpose = fields.String(**optional())
    since = fields.Date(required=True)
    ended_on = fields.Date(**optional())
    visits = Count(0, required=True)
    last_visit_on = fields.Date(**optional())
    version = Count(1, required=True)


class PairPage(MessageSchema):
    """A page of pairs."""

    items = fields.List(fields.Nested(PairItem), required=True)
    next = fields.UUID(**optional())


class ServicesAsked(ListAsked):
    """Which services short of a case are asked for."""

    station = Code(**optional())
    kind = Choice(terms.SERVICE_KINDS, **optional())
    pair = fields.UUID(**optional())
    since = fields.Date(**optional(metadata={"description": "Given on this day or later"}))
    until = fields.Date(**optional(metadata={"description": "Given on this day or before"}))


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
    anonymous = fields.Boolean(required=True)
    pair = fields.UUID(**optional())


class ServicePage(MessageSchema):
    """A page of services."""

    items = fields.List(fields.Nested(ServiceItem), required=True)
    next = fields.UUID(**optional())


COMMANDS = {
    "intake.record_service.v1": RecordService,
    "intake.record_services.v1": RecordServices,
    "intake.register_pair.v1": RegisterPair,
    "intake.end_pair.v1": EndPair,
}

EVENTS = {
    "intake.service_recorded.v1": (ServiceRecorded, ("supervision",)),
    "intake.services_recorded.v1": (ServicesRecorded, ("supervision",)),
    "intake.pair_registered.v1": (PairRegistered, ("supervision",)),
    "intake.pair_ended.v1": (PairEnded, ("supervision",)),
}

QUERIES = {
    "intake.services": (ServicesAsked, ServicePage),
    "intake.pairs": (PairsAsked, PairPage),
}
