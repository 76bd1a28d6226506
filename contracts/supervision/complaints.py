"""Complaints: what recipients and anybody else report, and what came of it."""

from __future__ import annotations

from marshmallow import Schema, fields

from contracts import terms
from contracts.fields import Choice, Choices, Code, Count, Fen, Instant, Text
from contracts.schema import ListAsked, MessageSchema, Page, optional


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


class HotlineReport(MessageSchema):
    """Anybody complains through a front end, without an account; whoever names nobody stays anonymous."""

    organization = Code(
        **optional(metadata={"description": "Whose work it is about; absent or unknown: the center finds out"})
    )
    station = Code(**optional())
    subject = Choice(terms.COMPLAINT_SUBJECTS, required=True)
    statement = Text(4000, required=True)
    amount_fen = Fen(**optional(metadata={"description": "The fee that was taken, where one is reported"}))
    complainant_name = Text(100, **optional(metadata={"description": "Absent: anonymous"}))
    complainant_phone = Text(40, **optional())


class ComplaintCommand(MessageSchema):
    """A step of one complaint; ``version``: of the complaint as the caller saw it."""

    complaint = fields.UUID(required=True)
    version = Count(1, **optional())


class AcceptComplaint(ComplaintCommand):
    """The center accepts a complaint; the days to conclude it run. Whom it is about may have become known meanwhile."""

    organization = Code(**optional(metadata={"description": "Absent: as the complaint says"}))
    station = Code(**optional())
    lawyer = fields.UUID(**optional())
    case = fields.UUID(**optional())


class ConcludeComplaint(ComplaintCommand):
    """The center concludes a complaint, with measures; a suspension takes effect at once."""

    conclusion = Choice(terms.COMPLAINT_CONCLUSIONS, required=True)
    measures = Choices(terms.COMPLAINT_MEASURES, load_default=list)
    reasons = Text(4000, required=True)


class AnswerComplaint(ComplaintCommand):
    """The complainant is answered in writing; an anonymous complaint is answered by a note of what was done."""

    answer = Text(4000, required=True)
    note = Text(
        1000, **optional(metadata={"description": "What whoever has the tracking code reads: no personal data"})
    )


class ComplaintAbout(MessageSchema):
    """Whose work a complaint is about."""

    number = Text(40, required=True)
    organization = Code(required=True)
    station = Code(**optional())
    lawyer = fields.UUID(**optional())
    subject = Choice(terms.COMPLAINT_SUBJECTS, required=True)


class ComplaintEvent(ComplaintAbout):
    """What every event about a complaint carries: never who complained, nor the words."""

    complaint = fields.UUID(required=True)


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


class ComplaintsAsked(ListAsked):
    """Which complaints are asked for, newest first."""

    state = Choice(terms.COMPLAINT_STATES, **optional())
    subject = Choice(terms.COMPLAINT_SUBJECTS, **optional())
    organization = Code(**optional())


class ComplaintAsked(MessageSchema):
    """One complaint."""

    complaint = fields.UUID(required=True)


class ComplaintItem(ComplaintAbout):
    """A complaint. Words, money and the complainant are shown to the center and auditors only, never to those it is about;
    in lists name and phone are masked and the words left out. A station reads what it reported itself about others."""

    id = fields.UUID(required=True)
    case = fields.UUID(**optional())
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
    note = fields.String(**optional())
    version = Count(1, required=True)


class ProgressAsked(MessageSchema):
    """How far a complaint is, for whoever has its tracking code."""

    code = Text(40, required=True)


class ComplaintProgress(MessageSchema):
    """How far a complaint is; no word of who complained, about whom, or what was said."""

    number = Text(40, required=True)
    state = Choice(terms.COMPLAINT_STATES, required=True)
    state_zh = fields.String(required=True)
    state_en = fields.String(required=True)
    conclusion = Choice(terms.COMPLAINT_CONCLUSIONS, **optional())
    opened_on = fields.Date(required=True)
    accepted_on = fields.Date(**optional())
    concluded_on = fields.Date(**optional())
    answered_on = fields.Date(**optional())
    due_on = fields.Date(**optional(metadata={"description": "By when the next step is due"}))
    note = fields.String(**optional(metadata={"description": "What the center lets the complainant know"}))


class ComplaintPage(Page):
    """A page of complaints."""

    items = fields.List(fields.Nested(ComplaintItem), required=True)


class TracesAsked(ListAsked):
    """Who opened, decided and looked at one complaint, newest first."""

    complaint = fields.UUID(required=True)


class ComplaintTraceItem(MessageSchema):
    """Somebody opened a complaint, took a step of it, or was shown it. ``shown``: names of what they saw, no values."""

    id = fields.UUID(required=True)
    at = Instant(required=True)
    act = Choice(terms.COMPLAINT_ACTS, required=True)
    shown = fields.List(fields.String(), required=True)
    by_role = fields.String(required=True)
    by_organization = Code(required=True)
    by_person = fields.UUID(**optional())
    by_key = fields.String(required=True)


class ComplaintTracePage(Page):
    """A page of the audit trail of a complaint."""

    items = fields.List(fields.Nested(ComplaintTraceItem), required=True)


COMMANDS = {
    "supervision.open_complaint.v1": OpenComplaint,
    "supervision.accept_complaint.v1": AcceptComplaint,
    "supervision.conclude_complaint.v1": ConcludeComplaint,
    "supervision.answer_complaint.v1": AnswerComplaint,
}


EVENTS = {
    # named for whoever wants to hear them: an event without a hearer is not sent
    "supervision.complaint_opened.v1": (ComplaintOpened, ("notification",)),
    "supervision.complaint_accepted.v1": (ComplaintAccepted, ()),
    "supervision.complaint_concluded.v1": (ComplaintConcluded, ()),
    "supervision.complaint_answered.v1": (ComplaintAnswered, ()),
}


QUERIES: dict[str, tuple[type[Schema], type[Schema]]] = {
    "supervision.complaints": (ComplaintsAsked, ComplaintPage),
    "supervision.complaint": (ComplaintAsked, ComplaintItem),
    "supervision.complaint_progress": (ProgressAsked, ComplaintProgress),
    "supervision.complaint_traces": (TracesAsked, ComplaintTracePage),
}
