"""Tasks: who has what to do until when, and what people do with it by hand."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from contracts import terms
from contracts.fields import Choice, Code, Count, Instant, Text
from contracts.schema import ListAsked, MessageSchema, Page, many, optional
from contracts.supervision.base import OrderedPage, OrderedPageAsked, Reference


class TaskCommand(MessageSchema):
    """What a person does with one task; ``version``: of the task as they saw it."""

    task = fields.UUID(required=True)
    version = Count(1, **optional())


class FinishTask(TaskCommand):
    """A person finishes a task by hand, confirmed; a return visit brings satisfaction and words of thanks."""

    outcome = Choice(terms.TASK_OUTCOMES, required=True)
    confirmed = fields.Boolean(
        required=True,
        validate=validate.Equal(True, error="Finishing must be confirmed; 须确认后方可完成。"),
        metadata={"description": "true: not by accident"},
    )
    satisfaction = Count(1, 5, **optional(metadata={"description": "Return visit: 1 (poor) to 5 (very good)"}))
    feedback = Text(2000, **optional())
    gift = Text(300, **optional(metadata={"description": "A gift of thanks, recorded and never money (LA 20)"}))
    minutes = Count(0, 100_000, **optional(metadata={"description": "Time spent on it, in minutes"}))
    grade = Choice(terms.GRADES, **optional(metadata={"description": "Peer review: asked for; else as you like"}))


class GiveTask(MessageSchema):
    """Somebody has something to do until a day: named people, or those of a role in an organization or at a station."""

    words = Text(1000, required=True)
    due_on = fields.Date(required=True)
    to = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=20))
    role = Choice(("liaison", "organization_head", "officer", "director"), **optional())
    organization = Code(**optional(metadata={"description": "Whose task it is; absent: the caller's"}))
    station = Code(**optional())


class NoteTask(MessageSchema):
    """A word about a task, for whoever may see it."""

    task = fields.UUID(required=True)
    words = Text(500, required=True)


class TakeTask(TaskCommand):
    """One of those whom a task was given to, or who may see it, makes it their own alone."""


class HandOverTask(TaskCommand):
    """A task goes to other people of the center or of the same organization."""

    to = fields.List(fields.UUID(), required=True, validate=validate.Length(1, 20))
    reason = Text(500, **optional())


class ReopenTask(TaskCommand):
    """A task that was finished by hand is not done after all; its own due day stands."""

    reason = Text(500, required=True)


class SetStandIn(MessageSchema):
    """While a person is away, what is theirs goes to a colleague of the same organization as well."""

    person = fields.UUID(**optional(metadata={"description": "Absent: the caller; only the center may name another"}))
    stand_in = fields.UUID(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)


class TaskOpened(Reference):
    """A named person has something to do until a day."""

    task = fields.UUID(required=True)
    kind = Choice(terms.CLOCK_KINDS, required=True)
    assignees = fields.List(fields.UUID(), required=True)
    informed = fields.List(
        fields.UUID(), load_default=list, metadata={"description": "Told as well, without a task of their own"}
    )
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


class ErrandGiven(MessageSchema):
    """Somebody gave people something to do until ``due_at``."""

    errand = fields.UUID(required=True)
    organization = Code(required=True)
    station = Code(**optional())
    to = fields.List(fields.UUID(), required=True)
    due_at = Instant(required=True)
    recorded_at = Instant(required=True)


class FeedbackRecorded(Reference):
    """What the recipient said at the return visit."""

    task = fields.UUID(required=True)
    satisfaction = Count(1, 5, **optional())
    gift = fields.Boolean(required=True)
    recorded_at = Instant(required=True)


class TasksAsked(ListAsked):
    """Which tasks are asked for, newest first: all in the caller's sight, or the caller's own."""

    mine = fields.Boolean(load_default=False, metadata={"description": "true: only tasks given to the caller"})
    state = Choice(terms.TASK_STATES, **optional())
    kind = Choice(terms.CLOCK_KINDS, **optional())
    overdue = fields.Boolean(**optional(metadata={"description": "true: open and past the due day; false: not"}))
    organization = Code(**optional())
    station = Code(**optional())
    application = fields.UUID(**optional())
    person = fields.UUID(**optional(metadata={"description": "Only tasks given to this person"}))
    people = fields.Boolean(
        load_default=False,
        metadata={"description": "true: my people's: given to colleagues of the caller's organization, not the caller"},
    )


class TaskAsked(MessageSchema):
    """One task."""

    task = fields.UUID(required=True)


class TaskPerson(MessageSchema):
    """Somebody whose task it is."""

    person = fields.UUID(required=True)
    name = Text(100, **optional())
    role = Text(40, **optional())


class TaskMark(MessageSchema):
    """A moment at which the task's clock makes itself heard."""

    mark = Choice(("reminder", "overdue", "escalation"), required=True)
    fire_at = Instant(required=True)
    state = Choice(("pending", "fired", "cancelled"), required=True)


class TaskItem(Reference):
    """A task as a person reads it."""

    id = fields.UUID(required=True)
    kind = Choice(terms.CLOCK_KINDS, required=True)
    title_zh = fields.String(required=True)
    title_en = fields.String(required=True)
    words = fields.String(**optional(metadata={"description": "What exactly, where a person wrote it down"}))
    subject = fields.UUID(required=True)
    state = Choice(terms.TASK_STATES, required=True)
    outcome = Choice(terms.TASK_OUTCOMES, **optional())
    assignees = many(TaskPerson, maximum=1000, required=True)
    due_at = Instant(required=True)
    due_on = fields.Date(required=True)
    days_left = fields.Integer(
        required=True, metadata={"description": "Days from today to the due day; negative: it has passed"}
    )
    overdue = fields.Boolean(required=True)
    half_day = Choice(
        terms.PARTS_OF_DAY,
        **optional(metadata={"description": "When its organization does not work on the due day; no limit moves"}),
    )
    provisional = fields.Boolean(required=True)
    stopped_at = Instant(**optional(metadata={"description": "Since when its clock stands still"}))
    article = Text(80, **optional())
    opened_at = Instant(required=True)
    finished_at = Instant(**optional())
    minutes = Count(0, **optional(metadata={"description": "Time spent on it"}))
    by_hand = fields.Boolean(
        required=True, metadata={"description": "true: a person finishes it; false: only the act itself does"}
    )
    version = Count(1, required=True)


class TaskPage(Page):
    """A page of tasks."""

    items = fields.List(fields.Nested(TaskItem), required=True)


class DueChanged(MessageSchema):
    """A due day that was counted anew."""

    old_due_on = fields.Date(required=True)
    new_due_on = fields.Date(required=True)
    why = fields.String(required=True)
    at = Instant(required=True)


class FeedbackGiven(MessageSchema):
    """What the recipient said, in words."""

    satisfaction = Count(1, 5, **optional())
    words = fields.String(**optional())
    gift = fields.String(**optional())
    grade = Choice(terms.GRADES, **optional())
    recorded_at = Instant(required=True)


class TaskActItem(MessageSchema):
    """What somebody did with a task, or said about it."""

    act = Choice(terms.TASK_ACTS, required=True)
    by = fields.UUID(**optional())
    words = fields.String(**optional())
    at = Instant(required=True)


class TaskRead(TaskItem):
    """One task with its timers, its recomputed days and, for a return visit, what was said."""

    marks = many(TaskMark, maximum=1000, required=True)
    due_changes = many(DueChanged, maximum=1000, required=True)
    feedback = fields.Nested(FeedbackGiven, **optional())
    acts = many(TaskActItem, maximum=1000, required=True)


class WorkloadAsked(MessageSchema):
    """Who has how much to do, and did how much in a range of days."""

    organization = Code(**optional())
    first_day = fields.Date(**optional(metadata={"description": "Absent: the first day of this month"}))
    last_day = fields.Date(**optional(metadata={"description": "Inclusive; absent: today"}))


class PersonLoad(MessageSchema):
    """One person's tasks: open and overdue now, finished and minutes spent in the range of days."""

    person = fields.UUID(required=True)
    name = Text(100, **optional())
    role = Text(40, **optional())
    organization = Code(**optional())
    open = Count(0, required=True)
    overdue = Count(0, required=True)
    finished = Count(0, required=True)
    minutes = Count(0, required=True)


class Workload(MessageSchema):
    """Everybody who has or had a task, the most open ones first."""

    items = fields.List(fields.Nested(PersonLoad), required=True)


class UndatedAsked(OrderedPageAsked):
    """Cases under way in which nothing has a day."""

    organization = Code(**optional())


class UndatedCase(MessageSchema):
    """A case in which no task is open: nobody need act in it on any day."""

    case = fields.UUID(required=True)
    number = Text(40, required=True)
    application = fields.UUID(required=True)
    organization = Code(required=True)
    station = Code(**optional())
    lawyer = fields.UUID(**optional())
    assigned_at = Instant(**optional())
    last_at = Instant(**optional(metadata={"description": "When something was last heard of it"}))


class UndatedPage(OrderedPage):
    """A page of such cases, by number."""

    items = fields.List(fields.Nested(UndatedCase), required=True)


COMMANDS = {
    "supervision.give_task.v1": GiveTask,
    "supervision.note_task.v1": NoteTask,
    "supervision.finish_task.v1": FinishTask,
    "supervision.take_task.v1": TakeTask,
    "supervision.hand_over_task.v1": HandOverTask,
    "supervision.reopen_task.v1": ReopenTask,
    "supervision.set_stand_in.v1": SetStandIn,
}


EVENTS = {
    "supervision.task_opened.v1": (TaskOpened, ("notification",)),
    "supervision.task_finished.v1": (TaskFinished, ("notification",)),
    "supervision.feedback_recorded.v1": (FeedbackRecorded, ("notification",)),
    # named for whoever wants to hear it: an event without a hearer is not sent
    "supervision.errand_given.v1": (ErrandGiven, ()),
}


QUERIES: dict[str, tuple[type[Schema], type[Schema]]] = {
    "supervision.tasks": (TasksAsked, TaskPage),
    "supervision.task": (TaskAsked, TaskRead),
    "supervision.undated": (UndatedAsked, UndatedPage),
    "supervision.workload": (WorkloadAsked, Workload),
}
