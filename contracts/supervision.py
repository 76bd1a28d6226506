"""Commands and events of supervision: every clock, every check, every figure."""

from __future__ import annotations

from marshmallow import fields, validate

from contracts import terms
from contracts.fields import Choice, Code, Count, Instant, Text
from contracts.schema import MessageSchema, optional


class FinishTask(MessageSchema):
    """A person finishes a task by hand, confirmed; a return visit brings satisfaction and words of thanks."""

    task = fields.UUID(required=True)
    outcome = Choice(terms.TASK_OUTCOMES, required=True)
    confirmed = fields.Boolean(
        required=True,
        validate=validate.Equal(True, error="Finishing must be confirmed; 须确认后方可完成。"),
        metadata={"description": "true: not by accident"},
    )
    satisfaction = Count(1, 5, **optional(metadata={"description": "Return visit: 1 (poor) to 5 (very good)"}))
    feedback = Text(2000, **optional())
    gift = Text(300, **optional(metadata={"description": "A gift of thanks, recorded and never money (LA 20)"}))
    version = Count(1, **optional())


class Reference(MessageSchema):
    """What a task, a deadline or a notification is about."""

    organization = Code(required=True)
    station = Code(**optional())
    application = fields.UUID(**optional())
    case = fields.UUID(**optional())
    number = Text(40, **optional(metadata={"description": "The case's or application's human number"}))


class TaskOpened(Reference):
    """A named person has something to do until a day."""

    task = fields.UUID(required=True)
    kind = Choice(terms.CLOCK_KINDS, required=True)
    assignees = fields.List(fields.UUID(), required=True)
    due_at = Instant(required=True)
    due_on = fields.Date(required=True)
    provisional = fields.Boolean(
        required=True, metadata={"description": "true: the working calendar of that year is not published yet"}
    )
    article = Text(80, **optional())
    opened_at = Instant(required=True)


class TaskFinished(Reference):
    """A task is done, by the act that it asked for or by a person."""

    task = fields.UUID(required=True)
    kind = Choice(terms.CLOCK_KINDS, required=True)
    by = Choice(("act", "person"), required=True)
    outcome = Choice(terms.TASK_OUTCOMES, required=True)
    on_time = fields.Boolean(required=True)
    finished_at = Instant(required=True)


class DeadlineEvent(Reference):
    """A clock that reached one of its marks."""

    task = fields.UUID(required=True)
    kind = Choice(terms.CLOCK_KINDS, required=True)
    subject = fields.UUID(required=True, metadata={"description": "What must be done: application, case or offer"})
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


class FeedbackRecorded(Reference):
    """What the recipient said at the return visit."""

    task = fields.UUID(required=True)
    satisfaction = Count(1, 5, **optional())
    gift = fields.Boolean(required=True)
    recorded_at = Instant(required=True)


class FireDeadline(MessageSchema):
    """The scheduler's own command: one mark of one task is due; the handler checks that it is still needed."""

    task = fields.UUID(required=True)
    mark = Choice(("reminder", "overdue", "escalation"), required=True)
    due_at = Instant(required=True)
    fire_at = Instant(required=True)


COMMANDS = {
    "supervision.finish_task.v1": FinishTask,
    "supervision.fire_deadline.v1": FireDeadline,
}

EVENTS = {
    "supervision.task_opened.v1": (TaskOpened, ("notification",)),
    "supervision.task_finished.v1": (TaskFinished, ("notification",)),
    "supervision.deadline_reminded.v1": (DeadlineReminded, ("notification",)),
    "supervision.deadline_overdue.v1": (DeadlineOverdue, ("assignment", "notification")),
    "supervision.deadline_escalated.v1": (DeadlineEscalated, ("notification",)),
    "supervision.feedback_recorded.v1": (FeedbackRecorded, ("notification",)),
}
