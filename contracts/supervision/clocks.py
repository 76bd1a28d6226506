"""Clocks: the limits as data, the working calendar, and the marks that a limit makes itself heard with."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from contracts import terms
from contracts.fields import Choice, Code, Count, Instant, Text
from contracts.schema import CaseReference, MessageSchema, optional
from contracts.supervision.base import OrderedPage, OrderedPageAsked, Reference
from contracts.supervision.tasks import TaskItem


class ImportCalendar(MessageSchema):
    """The State Council published (or corrected) the working calendar of a year; open due days are counted anew."""

    year = Count(2000, 2200, required=True)
    rest_days = fields.List(fields.Date(), required=True, validate=validate.Length(5, 80))
    worked_days = fields.List(
        fields.Date(), required=True, validate=validate.Length(0, 40), metadata={"description": "Worked weekend days"}
    )
    source = Text(300, required=True)


class FireDeadline(MessageSchema):
    """The scheduler's own command: one mark of one task is due; the handler checks that it is still needed."""

    task = fields.UUID(required=True)
    mark = Choice(("reminder", "overdue", "escalation"), required=True)
    due_at = Instant(required=True)
    fire_at = Instant(required=True)


class DeadlineEvent(Reference):
    """A clock that reached one of its marks."""

    task = fields.UUID(required=True)
    kind = Choice(terms.CLOCK_KINDS, required=True)
    subject = fields.UUID(
        required=True,
        metadata={"description": "What must be done: application, case, offer, or one lawyer's engagement"},
    )
    due_at = Instant(required=True)
    due_on = fields.Date(required=True)
    article = Text(80, **optional())
    fired_at = Instant(required=True)
    late_seconds = Count(0, 10_000_000_000, required=True, metadata={"description": "How late the mark itself fired"})


class DeadlineReminded(DeadlineEvent):
    """The due day is near and the act is missing."""

    recipients = fields.List(fields.UUID(), required=True)


class DeadlineOverdue(DeadlineEvent):
    """The due day has passed without the act."""

    recipients = fields.List(fields.UUID(), required=True)


class DeadlineEscalated(DeadlineEvent):
    """The superiors on one line of authority are told: the center's (professional) or the organization's (its own)."""

    line = Choice(("center", "organization"), required=True)
    recipients = fields.List(fields.UUID(), required=True)


class PapersDayMoved(CaseReference):
    """The last day for missing papers is a rest day: it is the next working day instead (Civil Code 203)."""

    supply_by = fields.Date(required=True)
    was = fields.Date(required=True)
    moved_at = Instant(required=True)


class DeadlinesAsked(OrderedPageAsked):
    """Open deadlines, soonest first."""

    until = fields.Date(**optional(metadata={"description": "Only those due on or before this day"}))
    organization = Code(**optional())


class DeadlinePage(OrderedPage):
    """A page of open deadlines."""

    items = fields.List(fields.Nested(TaskItem), required=True)


class ClocksAsked(MessageSchema):
    """The limits that hold on a day (absent: today)."""

    on = fields.Date(**optional())


class ClockRule(MessageSchema):
    """One limit as dated data, with its source; ``verified``: the text of the article was read."""

    kind = Choice(terms.CLOCK_KINDS, required=True)
    title_zh = fields.String(required=True)
    since = fields.Date(required=True)
    until = fields.Date(**optional())
    trigger = fields.String(required=True)
    counting = fields.String(required=True)
    days = fields.Integer(**optional())
    hours = fields.Integer(**optional())
    article = fields.String(**optional())
    source = fields.String(required=True)
    verified = fields.Boolean(required=True)


class ClockRules(MessageSchema):
    """The limits in force, and the years whose working calendar is published."""

    items = fields.List(fields.Nested(ClockRule), required=True)
    published_years = fields.List(fields.Integer(), required=True)


COMMANDS = {
    "supervision.import_calendar.v1": ImportCalendar,
    "supervision.fire_deadline.v1": FireDeadline,
}


EVENTS = {
    "supervision.deadline_reminded.v1": (DeadlineReminded, ("notification",)),
    "supervision.deadline_overdue.v1": (DeadlineOverdue, ("assignment", "notification")),
    "supervision.deadline_escalated.v1": (DeadlineEscalated, ("notification",)),
    "supervision.papers_day_moved.v1": (PapersDayMoved, ("intake",)),
}


QUERIES: dict[str, tuple[type[Schema], type[Schema]]] = {
    "supervision.deadlines": (DeadlinesAsked, DeadlinePage),
    "supervision.clocks": (ClocksAsked, ClockRules),
}
