"""The joint meeting of the center and the organizations: prepared from what is known, and what it decided."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from contracts import terms
from contracts.fields import Choice, Code, Count, Instant, Text
from contracts.schema import MessageSchema, many, optional
from contracts.supervision.reports import KnownFigure, OpenPoint
from contracts.supervision.tasks import TaskItem


class PrepareMeeting(MessageSchema):
    """The center calls the joint meeting: day, place, participants, and an agenda from figures and open problems.

    Named again with ``meeting`` it is moved or its agenda changed; whoever must come is told.
    """

    meeting = fields.UUID(**optional(metadata={"description": "A meeting that is prepared already"}))
    starts_at = Instant(required=True)
    place = Text(200, **optional())
    participants = fields.List(
        Code(), **optional(metadata={"description": "Absent: every organization"}), validate=validate.Length(1, 100)
    )
    agenda = fields.List(
        Text(300),
        **optional(metadata={"description": "Absent: drawn up from figures and open problems"}),
        validate=validate.Length(1, 50),
    )
    first_day = fields.Date(**optional(metadata={"description": "It is about; absent: the day after the last meeting"}))
    last_day = fields.Date(**optional(metadata={"description": "Absent: the last day of last month"}))


class MeetingCalled(MessageSchema):
    """An organization is asked to the joint meeting."""

    invitation = fields.UUID(required=True)
    meeting = fields.UUID(required=True)
    organization = Code(required=True)
    starts_at = Instant(required=True)
    recorded_at = Instant(required=True)


class Decision(MessageSchema):
    """What the joint meeting decided: who does it by when."""

    words = Text(1000, required=True)
    owner = fields.UUID(required=True)
    due_on = fields.Date(required=True)


class RecordMeeting(MessageSchema):
    """A joint meeting took place (every six months); its decisions become tasks of their owners."""

    meeting = fields.UUID(**optional(metadata={"description": "The meeting that was prepared, if it was"}))
    on = fields.Date(required=True)
    participants = fields.List(
        Code(),
        **optional(metadata={"description": "Who came; absent: those who were asked"}),
        validate=validate.Length(1, 100),
    )
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


class AgendaAsked(MessageSchema):
    """What a meeting would have to speak about, over a range of days."""

    first_day = fields.Date(**optional(metadata={"description": "Absent: the day after the last meeting"}))
    last_day = fields.Date(**optional(metadata={"description": "Absent: the last day of last month"}))


class AgendaLine(MessageSchema):
    """One point of the agenda."""

    zh = fields.String(required=True)
    en = fields.String(required=True)


class OrganizationReport(MessageSchema):
    """What the meeting hears of one organization's stations."""

    organization = Code(required=True)
    name = fields.String(required=True)
    figures = many(KnownFigure, maximum=200, required=True)
    reports_due = Count(0, required=True, metadata={"description": "Monthly reports that were asked for"})
    reports_missing = Count(0, required=True)
    image_projects = fields.List(Code(), required=True, metadata={"description": "Stations without real work"})
    problems = fields.List(fields.String(), required=True, metadata={"description": "Of the monthly reports"})


class MeetingReport(MessageSchema):
    """The report to the meeting: figures of the network and of each organization, and what is open."""

    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    figures = many(KnownFigure, maximum=200, required=True)
    organizations = many(OrganizationReport, maximum=500, required=True)
    open_points = many(OpenPoint, maximum=200, required=True)


class Agenda(MessageSchema):
    """Participants, agenda and report, drawn up from figures and open problems."""

    participants = fields.List(Code(), required=True)
    agenda = many(AgendaLine, required=True)
    report = fields.Nested(MeetingReport, required=True)


class MeetingItem(MessageSchema):
    """A joint meeting: prepared, or held, with its decisions."""

    id = fields.UUID(required=True)
    state = Choice(terms.MEETING_STATES, required=True)
    on = fields.Date(required=True)
    starts_at = Instant(**optional())
    place = fields.String(**optional())
    participants = fields.List(Code(), required=True)
    agenda = fields.List(fields.String(), required=True)
    report = fields.Nested(MeetingReport, **optional())
    minutes = fields.String(**optional())
    decisions = fields.List(fields.Nested(TaskItem), required=True)


class Meetings(MessageSchema):
    """The joint meetings, and by when the next one is due."""

    items = fields.List(fields.Nested(MeetingItem), required=True)
    next_due_on = fields.Date(**optional())


COMMANDS = {
    "supervision.prepare_meeting.v1": PrepareMeeting,
    "supervision.record_meeting.v1": RecordMeeting,
}


EVENTS = {
    # named for whoever wants to hear them: an event without a hearer is not sent
    "supervision.meeting_called.v1": (MeetingCalled, ()),
    "supervision.decision_recorded.v1": (DecisionRecorded, ()),
}


QUERIES: dict[str, tuple[type[Schema], type[Schema]]] = {
    "supervision.meetings": (MeetingsAsked, Meetings),
    "supervision.agenda": (AgendaAsked, Agenda),
}
