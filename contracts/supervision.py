"""Commands and events of supervision: every clock, every check, every figure."""

from __future__ import annotations

import typing as t

from marshmallow import Schema, fields, validate

from contracts import terms
from contracts.fields import Choice, Choices, Code, Count, Fen, Instant, Text
from contracts.schema import MessageSchema, many, optional


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
    minutes = Count(0, 100_000, **optional(metadata={"description": "Time spent on it, in minutes"}))
    version = Count(1, **optional())


class TakeTask(MessageSchema):
    """One of those whom a task was given to, or who may see it, makes it their own alone."""

    task = fields.UUID(required=True)
    version = Count(1, **optional())


class HandOverTask(MessageSchema):
    """A task goes to other people of the center or of the same organization."""

    task = fields.UUID(required=True)
    to = fields.List(fields.UUID(), required=True, validate=validate.Length(1, 20))
    reason = Text(500, **optional())
    version = Count(1, **optional())


class ReopenTask(MessageSchema):
    """A task that was finished by hand is not done after all; its own due day stands."""

    task = fields.UUID(required=True)
    reason = Text(500, required=True)
    version = Count(1, **optional())


class SetStandIn(MessageSchema):
    """While a person is away, what is theirs goes to a colleague of the same organization as well."""

    person = fields.UUID(**optional(metadata={"description": "Absent: the caller; only the center may name another"}))
    stand_in = fields.UUID(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)


class ImportCalendar(MessageSchema):
    """The State Council published (or corrected) the working calendar of a year; open due days are counted anew."""

    year = Count(2000, 2200, required=True)
    rest_days = fields.List(fields.Date(), required=True, validate=validate.Length(5, 80))
    worked_days = fields.List(
        fields.Date(), required=True, validate=validate.Length(0, 40), metadata={"description": "Worked weekend days"}
    )
    source = Text(300, required=True)


class OpenComplaint(MessageSchema):
    """A recipient or anybody else complains; anonymous too. A report of a fee is told to the center's directors at once (LA 20)."""

    organization = Code(required=True, metadata={"description": "Whose work it is about"})
    station = Code(**optional())
    lawyer = fields.UUID(**optional())
    case = fields.UUID(**optional())
    subject = Choice(terms.COMPLAINT_SUBJECTS, required=True)
    channel = Choice(terms.COMPLAINT_CHANNELS, load_default="hotline")
    statement = Text(4000, required=True)
    amount_fen = Fen(**optional(metadata={"description": "The fee that was taken, where one is reported"}))
    complainant_name = Text(100, **optional(metadata={"description": "Absent: anonymous"}))
    complainant_phone = Text(40, **optional())


class AcceptComplaint(MessageSchema):
    """The center accepts a complaint; the days to conclude it run."""

    complaint = fields.UUID(required=True)
    version = Count(1, **optional())


class ConcludeComplaint(MessageSchema):
    """The center concludes a complaint, with measures; a suspension takes effect at once."""

    complaint = fields.UUID(required=True)
    conclusion = Choice(terms.COMPLAINT_CONCLUSIONS, required=True)
    measures = Choices(terms.COMPLAINT_MEASURES, load_default=list)
    reasons = Text(4000, required=True)
    version = Count(1, **optional())


class AnswerComplaint(MessageSchema):
    """The complainant is answered in writing; an anonymous complaint is answered by a note of what was done."""

    complaint = fields.UUID(required=True)
    answer = Text(4000, required=True)
    version = Count(1, **optional())


class Finding(MessageSchema):
    """Something that a station must put right until a day."""

    item = Choice(terms.STATION_STANDARD, **optional())
    words = Text(1000, required=True)
    put_right_by = fields.Date(required=True)


class RecordInspection(MessageSchema):
    """The center inspected a station against the station standard; every finding becomes a task."""

    organization = Code(required=True)
    station = Code(required=True)
    on = fields.Date(**optional(metadata={"description": "Absent: today"}))
    met = Choices(terms.STATION_STANDARD, required=True)
    findings = many(Finding, load_default=list)
    remarks = Text(4000, **optional())
    suspend = fields.Boolean(load_default=False, metadata={"description": "true: the station's work is suspended"})


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


class FeedbackRecorded(Reference):
    """What the recipient said at the return visit."""

    task = fields.UUID(required=True)
    satisfaction = Count(1, 5, **optional())
    gift = fields.Boolean(required=True)
    recorded_at = Instant(required=True)


class ComplaintEvent(MessageSchema):
    """What every event about a complaint carries: never who complained, nor the words."""

    complaint = fields.UUID(required=True)
    number = Text(40, required=True)
    organization = Code(required=True)
    station = Code(**optional())
    lawyer = fields.UUID(**optional())
    subject = Choice(terms.COMPLAINT_SUBJECTS, required=True)


class ComplaintOpened(ComplaintEvent):
    """A complaint is there; the days to decide on its acceptance run."""

    opened_at = Instant(required=True)


class ComplaintAccepted(ComplaintEvent):
    """A complaint is accepted; the days to conclude it run."""

    accepted_at = Instant(required=True)


class ComplaintConcluded(ComplaintEvent):
    """A complaint is concluded; the days to answer run."""

    conclusion = Choice(terms.COMPLAINT_CONCLUSIONS, required=True)
    measures = Choices(terms.COMPLAINT_MEASURES, required=True)
    concluded_at = Instant(required=True)


class ComplaintAnswered(ComplaintEvent):
    """The complainant is answered."""

    answered_at = Instant(required=True)


class WorkSuspended(MessageSchema):
    """The work of a station, or of a lawyer, is suspended by the center."""

    organization = Code(required=True)
    station = Code(**optional())
    lawyer = fields.UUID(**optional())
    because = fields.UUID(required=True, metadata={"description": "The complaint or inspection"})
    since = Instant(required=True)


class StationInspected(MessageSchema):
    """A station was inspected; ``missing``: what of the standard it does not meet."""

    inspection = fields.UUID(required=True)
    organization = Code(required=True)
    station = Code(required=True)
    on = fields.Date(required=True)
    missing = Choices(terms.STATION_STANDARD, required=True)
    recorded_at = Instant(required=True)


class FindingRecorded(MessageSchema):
    """A finding is to be put right until ``due_at``."""

    finding = fields.UUID(required=True)
    organization = Code(required=True)
    station = Code(required=True)
    due_at = Instant(required=True)
    recorded_at = Instant(required=True)


class DecisionRecorded(MessageSchema):
    """A decision of the joint meeting is to be carried out by its owner until ``due_at``."""

    decision = fields.UUID(required=True)
    organization = Code(required=True)
    owner = fields.UUID(required=True)
    due_at = Instant(required=True)
    recorded_at = Instant(required=True)


class FireDeadline(MessageSchema):
    """The scheduler's own command: one mark of one task is due; the handler checks that it is still needed."""

    task = fields.UUID(required=True)
    mark = Choice(("reminder", "overdue", "escalation"), required=True)
    due_at = Instant(required=True)
    fire_at = Instant(required=True)


COMMANDS = {
    "supervision.finish_task.v1": FinishTask,
    "supervision.take_task.v1": TakeTask,
    "supervision.hand_over_task.v1": HandOverTask,
    "supervision.reopen_task.v1": ReopenTask,
    "supervision.set_stand_in.v1": SetStandIn,
    "supervision.import_calendar.v1": ImportCalendar,
    "supervision.open_complaint.v1": OpenComplaint,
    "supervision.accept_complaint.v1": AcceptComplaint,
    "supervision.conclude_complaint.v1": ConcludeComplaint,
    "supervision.answer_complaint.v1": AnswerComplaint,
    "supervision.record_inspection.v1": RecordInspection,
    "supervision.record_meeting.v1": RecordMeeting,
    "supervision.fire_deadline.v1": FireDeadline,
}

EVENTS = {
    "supervision.task_opened.v1": (TaskOpened, ("notification",)),
    "supervision.task_finished.v1": (TaskFinished, ("notification",)),
    "supervision.deadline_reminded.v1": (DeadlineReminded, ("notification",)),
    "supervision.deadline_overdue.v1": (DeadlineOverdue, ("assignment", "notification")),
    "supervision.deadline_escalated.v1": (DeadlineEscalated, ("notification",)),
    "supervision.feedback_recorded.v1": (FeedbackRecorded, ("notification",)),
    # named for whoever wants to hear them: an event without a hearer is not sent
    "supervision.complaint_opened.v1": (ComplaintOpened, ()),
    "supervision.complaint_accepted.v1": (ComplaintAccepted, ()),
    "supervision.complaint_concluded.v1": (ComplaintConcluded, ()),
    "supervision.complaint_answered.v1": (ComplaintAnswered, ()),
    "supervision.work_suspended.v1": (WorkSuspended, ()),
    "supervision.station_inspected.v1": (StationInspected, ()),
    "supervision.finding_recorded.v1": (FindingRecorded, ()),
    "supervision.decision_recorded.v1": (DecisionRecorded, ()),
}


class TasksAsked(MessageSchema):
    """Which tasks are asked for, newest first: all in the caller's sight, or the caller's own."""

    mine = fields.Boolean(load_default=False, metadata={"description": "true: only tasks given to the caller"})
    state = Choice(terms.TASK_STATES, **optional())
    kind = Choice(terms.CLOCK_KINDS, **optional())
    overdue = fields.Boolean(**optional(metadata={"description": "true: open and past the due day; false: not"}))
    organization = Code(**optional())
    application = fields.UUID(**optional())
    limit = Count(1, 200, load_default=50)
    after = fields.UUID(**optional(metadata={"description": "The `next` of the page before"}))


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


class TaskPage(MessageSchema):
    """A page of tasks."""

    items = fields.List(fields.Nested(TaskItem), required=True)
    next = fields.UUID(**optional())


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
    recorded_at = Instant(required=True)


class TaskRead(TaskItem):
    """One task with its timers, its recomputed days and, for a return visit, what was said."""

    marks = many(TaskMark, maximum=1000, required=True)
    due_changes = many(DueChanged, maximum=1000, required=True)
    feedback = fields.Nested(FeedbackGiven, **optional())


class TimelineAsked(MessageSchema):
    """The timeline of one application, oldest first."""

    application = fields.UUID(required=True)
    limit = Count(1, 200, load_default=200)
    after = Text(120, **optional(metadata={"description": "The `next` of the page before"}))


class TimelineEntry(MessageSchema):
    """One line: when, what, whose act, in both languages."""

    id = fields.UUID(required=True)
    at = Instant(required=True)
    type = Text(120, required=True)
    actor = Code(required=True, metadata={"description": "The organization whose act it was"})
    zh = fields.String(required=True)
    en = fields.String(required=True)


class Timeline(MessageSchema):
    """What happened to an application, and where it stands."""

    application = fields.UUID(required=True)
    number = Text(40, required=True)
    case = fields.UUID(**optional())
    case_number = Text(40, **optional())
    organization = Code(required=True)
    station = Code(**optional())
    items = fields.List(fields.Nested(TimelineEntry), required=True)
    next = fields.String(**optional())


FiguresAsked = MessageSchema.from_dict(
    {
        "organization": Code(**optional(metadata={"description": "Absent: all that the caller may see"})),
        "station": Code(**optional()),
        "from": fields.Date(**optional(metadata={"description": "First day; absent: 1 January of this year"})),
        "to": fields.Date(**optional(metadata={"description": "Last day, inclusive; absent: today"})),
    },
    name="FiguresAsked",
)


def _sums(**kw: t.Any) -> fields.Dict:
    return fields.Dict(keys=fields.String(), values=fields.Integer(), required=True, **kw)


class StationFigures(MessageSchema):
    """Sums of one station; ``station`` is null for what came to no station."""

    organization = Code(required=True)
    station = Code(**optional())
    sums = _sums()


class MonthFigures(MessageSchema):
    """Sums of one month, named by its first day."""

    month = fields.Date(required=True)
    sums = _sums()


class GroupFigures(MessageSchema):
    """Sums of one recipient group."""

    recipient_group = fields.String(required=True)
    sums = _sums()


class Punctuality(MessageSchema):
    """How often a limit of one kind was met and missed, a met one on the day of the act, a missed one on its due day."""

    kind = Choice(terms.CLOCK_KINDS, required=True)
    met = Count(0, required=True)
    missed = Count(0, required=True)


_Figures = MessageSchema.from_dict({"from": fields.Date(required=True), "to": fields.Date(required=True)})


class Figures(_Figures):  # type: ignore[misc, valid-type]
    """What the network publishes, over a range of days; measures that nothing was counted for are 0."""

    organization = Code(**optional())
    station = Code(**optional())
    sums = _sums(metadata={"description": "Measure -> sum; money in fen"})
    satisfaction = fields.Float(**optional(metadata={"description": "Average mark, 1 to 5"}))
    stations = fields.List(fields.Nested(StationFigures), required=True)
    months = fields.List(fields.Nested(MonthFigures), required=True)
    groups = fields.List(fields.Nested(GroupFigures), required=True)
    deadlines = fields.List(fields.Nested(Punctuality), required=True)


FactsAsked = MessageSchema.from_dict(
    {
        "measure": Text(60, **optional(metadata={"description": "One measure of the figures; absent: all"})),
        "organization": Code(**optional()),
        "station": Code(**optional()),
        "recipient_group": Choice(terms.RECIPIENT_GROUPS, **optional()),
        "form_of_aid": Choice(terms.FORMS_OF_AID, **optional()),
        "matter": Choice(terms.MATTERS, **optional()),
        "from": fields.Date(**optional(metadata={"description": "First day; absent: 1 January of this year"})),
        "to": fields.Date(**optional(metadata={"description": "Last day, inclusive; absent: today"})),
        "limit": Count(1, 200, load_default=200),
        "after": Text(200, **optional(metadata={"description": "The `next` of the page before"})),
    },
    name="FactsAsked",
)


class FactItem(MessageSchema):
    """One thing that was counted: what a sum of the figures is made of."""

    source = fields.UUID(
        required=True, metadata={"description": "The service, application, case, task or complaint that was counted"}
    )
    measure = Text(60, required=True)
    value = fields.Integer(required=True)
    day = fields.Date(required=True)
    organization = Code(required=True)
    station = Code(**optional())
    recipient_group = fields.String(**optional())
    form_of_aid = fields.String(**optional())
    matter = fields.String(**optional())


class FactPage(MessageSchema):
    """A page of facts, by day."""

    items = fields.List(fields.Nested(FactItem), required=True)
    next = fields.String(**optional())


class DeadlinesAsked(MessageSchema):
    """Open deadlines, soonest first."""

    until = fields.Date(**optional(metadata={"description": "Only those due on or before this day"}))
    organization = Code(**optional())
    limit = Count(1, 200, load_default=50)
    after = Text(120, **optional(metadata={"description": "The `next` of the page before"}))


class DeadlinePage(MessageSchema):
    """A page of open deadlines."""

    items = fields.List(fields.Nested(TaskItem), required=True)
    next = fields.String(**optional())


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


class ComplaintsAsked(MessageSchema):
    """Which complaints are asked for, newest first."""

    state = Choice(terms.COMPLAINT_STATES, **optional())
    subject = Choice(terms.COMPLAINT_SUBJECTS, **optional())
    organization = Code(**optional())
    limit = Count(1, 200, load_default=50)
    after = fields.UUID(**optional(metadata={"description": "The `next` of the page before"}))


class ComplaintAsked(MessageSchema):
    """One complaint."""

    complaint = fields.UUID(required=True)


class ComplaintItem(MessageSchema):
    """A complaint. Words, money and the complainant are shown to the center and auditors only, never to those it is about."""

    id = fields.UUID(required=True)
    number = Text(40, required=True)
    organization = Code(required=True)
    station = Code(**optional())
    lawyer = fields.UUID(**optional())
    case = fields.UUID(**optional())
    subject = Choice(terms.COMPLAINT_SUBJECTS, required=True)
    channel = Choice(terms.COMPLAINT_CHANNELS, required=True)
    state = Choice(terms.COMPLAINT_STATES, required=True)
    conclusion = Choice(terms.COMPLAINT_CONCLUSIONS, **optional())
    measures = Choices(terms.COMPLAINT_MEASURES, required=True)
    opened_at = Instant(required=True)
    accepted_at = Instant(**optional())
    concluded_at = Instant(**optional())
    answered_at = Instant(**optional())
    statement = fields.String(**optional())
    amount_fen = Fen(**optional())
    complainant_name = fields.String(**optional())
    complainant_phone = fields.String(**optional())
    reasons = fields.String(**optional())
    answer = fields.String(**optional())
    version = Count(1, required=True)


class ComplaintPage(MessageSchema):
    """A page of complaints."""

    items = fields.List(fields.Nested(ComplaintItem), required=True)
    next = fields.UUID(**optional())


class ReadinessAsked(MessageSchema):
    """How stations stand against the standard, and whether they work."""

    organization = Code(**optional())
    idle = fields.Boolean(**optional(metadata={"description": "true: only those without real work (image projects)"}))


class StationReadiness(MessageSchema):
    """One station: what of the standard is met, its last real work, and whether it is an image project."""

    organization = Code(required=True)
    station = Code(required=True)
    name = fields.String(required=True)
    has_liaison = fields.Boolean(required=True)
    inspected_on = fields.Date(**optional())
    met = Choices(terms.STATION_STANDARD, required=True)
    missing = Choices(terms.STATION_STANDARD, required=True)
    last_work_on = fields.Date(**optional())
    idle_months = Count(0, required=True, metadata={"description": "Whole months without real work"})
    image_project = fields.Boolean(required=True)
    suspended = fields.Boolean(required=True)


class Readiness(MessageSchema):
    """All stations in the caller's sight."""

    items = fields.List(fields.Nested(StationReadiness), required=True)
    image_project_months = Count(1, required=True)


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


QUERIES: dict[str, tuple[type[Schema], type[Schema]]] = {
    "supervision.tasks": (TasksAsked, TaskPage),
    "supervision.task": (TaskAsked, TaskRead),
    "supervision.timeline": (TimelineAsked, Timeline),
    "supervision.figures": (FiguresAsked, Figures),
    "supervision.facts": (FactsAsked, FactPage),
    "supervision.deadlines": (DeadlinesAsked, DeadlinePage),
    "supervision.workload": (WorkloadAsked, Workload),
    "supervision.complaints": (ComplaintsAsked, ComplaintPage),
    "supervision.complaint": (ComplaintAsked, ComplaintItem),
    "supervision.readiness": (ReadinessAsked, Readiness),
    "supervision.meetings": (MeetingsAsked, Meetings),
    "supervision.clocks": (ClocksAsked, ClockRules),
}
