"""The timeline of one application."""

from __future__ import annotations

from marshmallow import Schema, fields

from contracts.fields import Code, Count, Instant, Text
from contracts.schema import MessageSchema, optional
from contracts.supervision.base import OrderedPage, OrderedPageAsked


class TimelineAsked(OrderedPageAsked):
    """The timeline of one application, oldest first."""

    application = fields.UUID(required=True)
    limit = Count(1, 200, load_default=200)


class TimelineEntry(MessageSchema):
    """One line: when, what, whose act, in both languages."""

    id = fields.UUID(required=True)
    at = Instant(required=True)
    type = Text(120, required=True)
    actor = Code(required=True, metadata={"description": "The organization whose act it was"})
    zh = fields.String(required=True)
    en = fields.String(required=True)


class Timeline(OrderedPage):
    """What happened to an application, and where it stands."""

    application = fields.UUID(required=True)
    number = Text(40, required=True)
    case = fields.UUID(**optional())
    case_number = Text(40, **optional())
    organization = Code(required=True)
    station = Code(**optional())
    items = fields.List(fields.Nested(TimelineEntry), required=True)


QUERIES: dict[str, tuple[type[Schema], type[Schema]]] = {
    "supervision.timeline": (TimelineAsked, Timeline),
}
