"""What happens while a case is handled: retainer, progress, hearings, costs, the steps of a labour dispute."""

from __future__ import annotations

from marshmallow import fields

from contracts import terms
from contracts.assignment.changes import TERMINATION_GROUNDS
from contracts.assignment.shapes import CaseCommand, LawyerEvent
from contracts.fields import Choice, Fen, Instant, Text
from contracts.schema import CaseEvent, ListAsked, MessageSchema, optional

COST_KINDS = {
    "travel": "交通费",
    "copying": "文印费",
    "translation": "翻译费",
    "appraisal": "鉴定费",
    "other": "其他直接费用",
}


LABOUR_STEPS = {
    "mediation_requested": "申请调解",
    "mediation_agreed": "调解成功",
    "mediation_failed": "调解不成",
    "mediation_waived": "说明理由不经调解",
    "arbitration_filed": "申请仲裁",
    "award_extended": "延长仲裁期限",
    "arbitration_refused": "仲裁委员会不予受理",
    "award_received": "收到裁决",
    "suit_filed": "提起诉讼",
    "judgment_received": "收到一审判决",
    "appeal_filed": "提起上诉",
    "final_judgment": "收到二审判决",
}


#: Kinds of dates of a case that law sets step by step; each is a clock of supervision.
CIVIL_DATES = {"civil_limitation": "诉讼时效届满", "civil_appeal": "上诉期届满"}
CASE_DATES = (
    "labour_mediation", "labour_arbitration", "labour_award", "labour_suit", "labour_appeal", *CIVIL_DATES,
)  # fmt: skip


class RecordRetainer(CaseCommand):
    """Retainer and power of attorney are signed (D148 27)."""

    signed_on = fields.Date(**optional(metadata={"description": "Absent: today; never in the future"}))


class RetainerRecorded(LawyerEvent):
    """Retainer and power of attorney are signed."""

    signed_on = fields.Date(required=True)
    recorded_at = Instant(required=True)


class ReportProgress(MessageSchema):
    """The lawyer reports how the case goes (LA 46, 55)."""

    case = fields.UUID(required=True)
    stage = Choice(terms.STAGES, required=True)
    summary = Text(2000, required=True)
    on = fields.Date(**optional())
    may_end = Choice(
        TERMINATION_GROUNDS,
        **optional(
            metadata={"description": "What the lawyer learned that may end the aid, to be reported at once (LA 48)"}
        ),
    )


class ProgressReported(LawyerEvent):
    """The lawyer reported progress; the words stay with the case."""

    stage = Choice(terms.STAGES, required=True)
    on = fields.Date(required=True)
    reported_at = Instant(required=True)
    may_end = Choice(TERMINATION_GROUNDS, **optional())


class ScheduleHearing(MessageSchema):
    """A hearing of a case, with date and place."""

    case = fields.UUID(required=True)
    stage = Choice(terms.STAGES, required=True)
    at = Instant(required=True)
    place = Text(300, required=True)
    note = Text(1000, **optional())


class CancelHearing(MessageSchema):
    """A hearing does not take place; another date is a hearing of its own."""

    hearing = fields.UUID(required=True)
    reason = Text(1000, required=True)


class HearingScheduled(CaseEvent):
    """A hearing is set; its lawyer is told and reminded, or the center while nobody has the case."""

    lawyer = fields.UUID(**optional())
    hearing = fields.UUID(required=True)
    stage = Choice(terms.STAGES, required=True)
    at = Instant(required=True)
    place = Text(300, **optional(metadata={"description": "Court and room"}))
    scheduled_at = Instant(required=True)


class MoveHearing(MessageSchema):
    """A hearing takes place at another time, or at another place too."""

    hearing = fields.UUID(required=True)
    at = Instant(required=True)
    place = Text(300, **optional(metadata={"description": "Absent: as it was"}))
    reason = Text(1000, required=True)


class HearingCancelled(CaseEvent):
    """A hearing does not take place."""

    hearing = fields.UUID(required=True)
    cancelled_at = Instant(required=True)


class RecordCost(MessageSchema):
    """A direct cost of a case, repaid with the subsidy, and alone where the file's check failed (LA 52)."""

    case = fields.UUID(required=True)
    kind = Choice(COST_KINDS, required=True)
    fen = Fen(required=True)
    on = fields.Date(**optional())
    note = Text(300, **optional())


class CostRecorded(LawyerEvent):
    """A direct cost was recorded."""

    cost = fields.UUID(required=True)
    kind = Choice(COST_KINDS, required=True)
    fen = Fen(required=True)
    recorded_at = Instant(required=True)


class RecordLabourStep(MessageSchema):
    """A step of a labour dispute: mediation, then arbitration, then court."""

    case = fields.UUID(required=True)
    step = Choice(LABOUR_STEPS, required=True)
    on = fields.Date(**optional())
    knew_on = fields.Date(
        **optional(
            metadata={"description": "First step: when the worker knew of the infringement; the year runs from it"}
        )
    )
    note = Text(1000, **optional(metadata={"description": "Needed when mediation is waived"}))


class LabourStepRecorded(CaseEvent):
    """A labour dispute has taken a step; ``due_on`` is the last calendar day for the next one, where law sets it."""

    lawyer = fields.UUID(**optional(metadata={"description": "Absent while nobody has the case"}))
    step = Choice(LABOUR_STEPS, required=True)
    on = fields.Date(required=True)
    next = Text(40, **optional())
    due_on = fields.Date(**optional())
    recorded_at = Instant(required=True)


class RecordCivilDate(CaseCommand):
    """A limit of a civil case runs: three years for the claim (Civil Code 188), or 15 days to appeal (CPL 171)."""

    kind = Choice(CIVIL_DATES, required=True)
    since = fields.Date(
        required=True,
        metadata={"description": "The day on which the recipient knew of it, or on which the judgment was served"},
    )


class CloseCivilDate(CaseCommand):
    """The claim was brought or the appeal filed, or the limit is not needed any more."""

    kind = Choice(CIVIL_DATES, required=True)
    outcome = Choice(("done", "not_needed"), load_default="done")


class CivilDateItem(MessageSchema):
    """A limit of a civil case with its last calendar day."""

    id = fields.UUID(required=True)
    kind = Choice(CIVIL_DATES, required=True)
    since = fields.Date(required=True)
    due_on = fields.Date(required=True)
    article = fields.String(required=True)
    state = Choice(("open", "done", "not_needed"), required=True)


class CaseDateSet(CaseEvent):
    """Law sets a day until which something must be done in a case: supervision watches it."""

    lawyer = fields.UUID(**optional(metadata={"description": "Absent while nobody has the case: the center watches"}))
    date = fields.UUID(required=True)
    kind = Choice(CASE_DATES, required=True)
    since = fields.Date(required=True)
    due_on = fields.Date(required=True, metadata={"description": "The last calendar day, before rest days are heeded"})
    due_at = Instant(required=True, metadata={"description": "The local midnight that ends it"})
    article = Text(80, required=True)
    set_at = Instant(required=True)


class CaseDateClosed(CaseEvent):
    """What a date waited for is done, or not needed any more."""

    date = fields.UUID(required=True)
    kind = Choice(CASE_DATES, required=True)
    outcome = Choice(("done", "not_needed"), required=True)
    closed_at = Instant(required=True)


class ProgressItem(MessageSchema):
    """One progress report in the lawyer's words, which are for the center and the case's lawyer."""

    id = fields.UUID(required=True)
    stage = Choice(terms.STAGES, required=True)
    summary = fields.String(**optional())
    on = fields.Date(required=True)
    lawyer = fields.UUID(required=True)
    may_end = Choice(TERMINATION_GROUNDS, **optional())
    reported_at = Instant(required=True)


class HearingItem(MessageSchema):
    """A hearing of a case."""

    id = fields.UUID(required=True)
    case = fields.UUID(required=True)
    case_number = fields.String(required=True)
    stage = Choice(terms.STAGES, required=True)
    at = Instant(required=True)
    place = fields.String(required=True)
    note = fields.String(**optional())
    state = Choice(("scheduled", "cancelled"), required=True)
    reason = fields.String(**optional())


class HearingsAsked(ListAsked):
    """Hearings in sight, in the order in which they take place; ``since`` and ``until`` are days, both included."""

    since = fields.Date(**optional())
    until = fields.Date(**optional())


class HearingPage(MessageSchema):
    """Hearings; narrow the days where ``more`` is true."""

    items = fields.List(fields.Nested(HearingItem), required=True)
    more = fields.Boolean(required=True)


class CostItem(MessageSchema):
    """A direct cost of a case."""

    id = fields.UUID(required=True)
    lawyer = fields.UUID(**optional(metadata={"description": "Who bore it and is repaid; absent: not known"}))
    kind = Choice(COST_KINDS, required=True)
    fen = Fen(required=True)
    on = fields.Date(required=True)
    note = fields.String(**optional())


class LabourStepItem(MessageSchema):
    """A step of a labour dispute, and until when the next one must be taken."""

    step = Choice(LABOUR_STEPS, required=True)
    on = fields.Date(required=True)
    note = fields.String(**optional())
    next = fields.String(**optional())
    due_on = fields.Date(**optional())
    article = fields.String(**optional())


COMMANDS = {
    "assignment.record_retainer.v1": RecordRetainer,
    "assignment.report_progress.v1": ReportProgress,
    "assignment.schedule_hearing.v1": ScheduleHearing,
    "assignment.move_hearing.v1": MoveHearing,
    "assignment.cancel_hearing.v1": CancelHearing,
    "assignment.record_cost.v1": RecordCost,
    "assignment.record_civil_date.v1": RecordCivilDate,
    "assignment.close_civil_date.v1": CloseCivilDate,
    "assignment.record_labour_step.v1": RecordLabourStep,
}

EVENTS = {
    "assignment.retainer_recorded.v1": (RetainerRecorded, ("supervision",)),
    "assignment.progress_reported.v1": (ProgressReported, ("supervision", "notification")),
    "assignment.hearing_scheduled.v1": (HearingScheduled, ("supervision", "notification")),
    "assignment.hearing_cancelled.v1": (HearingCancelled, ("supervision", "notification")),
    "assignment.cost_recorded.v1": (CostRecorded, ()),
    "assignment.labour_step_recorded.v1": (LabourStepRecorded, ("supervision",)),
    "assignment.case_date_set.v1": (CaseDateSet, ("supervision",)),
    "assignment.case_date_closed.v1": (CaseDateClosed, ("supervision",)),
}

QUERIES = {
    "assignment.hearings": (HearingsAsked, HearingPage),
}
