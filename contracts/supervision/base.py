"""What several messages of supervision share: what they are about, pages, ranges of days."""

from __future__ import annotations

from marshmallow import fields

from contracts.fields import Code, Count, Text
from contracts.schema import MessageSchema, optional


class Reference(MessageSchema):
    """What a task, a deadline or a notification is about."""

    organization = Code(required=True)
    station = Code(**optional())
    application = fields.UUID(**optional())
    case = fields.UUID(**optional())
    number = Text(40, **optional(metadata={"description": "The case's or application's human number"}))


class OrderedPageAsked(MessageSchema):
    """A page of a list that is ordered by something else than ids: the place is an opaque text."""

    limit = Count(1, 200, load_default=50)
    after = Text(200, **optional(metadata={"description": "The `next` of the page before"}))


class OrderedPage(MessageSchema):
    """A page of such a list; ``next`` is null where that was all."""

    next = fields.String(**optional())


_Days = MessageSchema.from_dict(
    {
        "from": fields.Date(**optional(metadata={"description": "First day; absent: 1 January of this year"})),
        "to": fields.Date(**optional(metadata={"description": "Last day, inclusive; absent: today"})),
    }
)


class DaysAsked(_Days):  # type: ignore[misc, valid-type]
    """A range of days, of one organization and station or of all that the caller may see."""

    organization = Code(**optional(metadata={"description": "Absent: all that the caller may see"}))
    station = Code(**optional())
