"""The joint meeting of the center and the organizations, and what it decided."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from contracts.fields import Code, Count, Instant, Text
from contracts.schema import MessageSchema, many, optional
from contracts.supervision.tasks import TaskItem


class Decision(MessageSchema):
    """What the joint meeting decided: who does it by when."""

    words = Text(1000, required=True)
    owner = fields.UUID(required=True)
    due_on = fields.Date(required=True)


class RecordMeeting(MessageSchema):
    """A joint meeting took place (every six months); its decisions become tasks of their owners."""

    on = fields.Date(required=True)
    participants = fields.List(Code(), required=True, validate=validate.Length(1, 100))
    agenda = fields.List(Text(300), load_default=list, validate=validate.Length(max=50))
    minutes = Text(20_000, required=True)
    decisions = many(Decision, load_default=list)


class DecisionRecorded(MessageSchema):
    """A decision of the joint meeting is to be carried out by its owner until ``due_at``."""

    decision = fields.UUID(required=True)
    organization = Code(required=True)
    owner = fields.UUID(required=True)
    due_at = Instant(required=True)
    recorded_at = Instant(required=True)


class MeetingsAsked(MessageSchema):
    """Joint meetings, newest first."""

    limit = Count(1, 200, load_default=50)


class MeetingItem(MessageSchema):
    """A joint meeting with its decisions."""

    id = fields.UUID(required=True)
    on = fields.Date(required=True)
    participants = fields.List(Code(), required=True)
    agenda = fields.List(fields.String(), required=True)
    minutes = fields.String(required=True)
    decisions = fields.List(fields.Nested(TaskItem), required=True)


class Meetings(MessageSchema):
    """The joint meetings, and by when the next one is due."""

    items = fields.List(fields.Nested(MeetingItem), required=True)
    next_due_on = fields.Date(**optional())


COMMANDS = {
    "supervision.record_meeting.v1": RecordMeeting,
}


EVENTS = {
    # named for whoever wants to hear them: an event without a hearer is not sent
    "supervision.decision_recorded.v1": (DecisionRecorded, ()),
}


QUERIES: dict[str, tuple[type[Schema], type[Schema]]] = {
    "supervision.meetings": (MeetingsAsked, Meetings),
}
