"""Suspensions: the work of a station or a lawyer stands still, until the center lifts it."""

from __future__ import annotations

from marshmallow import Schema, fields

from contracts.fields import Choice, Code, Instant, Text
from contracts.schema import ListAsked, MessageSchema, Page, optional


class Suspended(MessageSchema):
    """Whose work it is: a station's or a lawyer's."""

    organization = Code(required=True)
    station = Code(**optional())
    lawyer = fields.UUID(**optional())


class Halt(Suspended):
    """What an event about a suspension carries."""

    whom = Choice(("station", "lawyer"), **optional())
    suspension = fields.UUID(**optional())


class WorkSuspended(Halt):
    """The work of a station, or of a lawyer, is suspended by the center."""

    because = fields.UUID(required=True, metadata={"description": "The complaint or inspection"})
    since = Instant(required=True)


class WorkResumed(Halt):
    """The last suspension of a station or a lawyer is lifted: the work goes on."""

    since = Instant(required=True, metadata={"description": "Since when the work goes on"})


class LiftSuspension(MessageSchema):
    """The center lifts a suspension, with the reason."""

    suspension = fields.UUID(required=True)
    reason = Text(1000, required=True)


class SuspensionsAsked(ListAsked):
    """Which suspensions are asked for, newest first."""

    organization = Code(**optional())
    lawyer = fields.UUID(**optional())
    standing = fields.Boolean(**optional(metadata={"description": "true: not lifted yet; false: lifted"}))


class SuspensionItem(Suspended):
    """A suspension; the reason of its end is for the center."""

    id = fields.UUID(required=True)
    because = fields.UUID(**optional(metadata={"description": "The complaint or inspection; for the center"}))
    since = Instant(required=True)
    lifted_at = Instant(**optional())
    lifted_because = fields.String(**optional())


class SuspensionPage(Page):
    """A page of suspensions."""

    items = fields.List(fields.Nested(SuspensionItem), required=True)


COMMANDS = {
    "supervision.lift_suspension.v1": LiftSuspension,
}


EVENTS = {
    "supervision.work_suspended.v1": (WorkSuspended, ("intake", "assignment", "notification")),
    "supervision.work_resumed.v1": (WorkResumed, ("intake", "assignment", "notification")),
}


QUERIES: dict[str, tuple[type[Schema], type[Schema]]] = {
    "supervision.suspensions": (SuspensionsAsked, SuspensionPage),
}
