"""Commands and events of assignment: from the grant to the closing file."""

from __future__ import annotations

import typing as t

from marshmallow import fields, validate

from contracts import terms
from contracts.fields import Choice, Code, Count, CreditCode, Fen, IdentityNumber, Instant, Text
from contracts.schema import (
    Amount,
    CaseEvent,
    Contact,
    Document,
    MessageSchema,
    Reason,
    Specialty,
    many,
    optional,
)

TERMINATION_GROUNDS = {
    "fraud": "以欺骗或者其他不正当手段获得法律援助",
    "false_evidence": "故意隐瞒重要事实或者提供虚假证据",
    "illegal_use": "利用法律援助从事违法活动",
    "means_changed": "经济状况发生变化，不再符合条件",
    "proceedings_ended": "案件终止审理或者已经被撤销",
    "own_lawyer": "自行委托律师或者其他代理人",
    "own_request": "有正当理由要求终止法律援助",
    "other": "法律法规规定的其他情形",
}
RELEASED_WHY = {
    "returned": "退回案件",
    "replaced": "受援人要求更换",
    "conflict": "利益冲突",
    "inactive": "律师离开或者停止执业",
}
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
    "award_received": "收到裁决",
    "suit_filed": "提起诉讼",
}
FOUND_WHEN = {"offered": "指派时", "accepted": "接受时", "party_added": "新增当事人时"}


def ClockTime(**kw: t.Any) -> fields.String:
    """A time of day in the network's zone: ``09:00``."""
    error = "A time of day such as 09:00; 时间格式如 09:00。"
    return fields.String(validate=validate.Regexp(r"\A([01][0-9]|2[0-3]):[0-5][0-9]\Z", error=error), **kw)


class RegisterFirm(MessageSchema):
    """A law firm joins the network."""

    name = Text(200, required=True)
    name_en = Text(200, **optional())
    district = Text(60, required=True)
    address = Text(300, **optional())
    latitude = fields.Float(validate=validate.Range(-90, 90), **optional())
    longitude = fields.Float(validate=validate.Range(-180, 180), **optional())


class RegisterLawyer(Contact):
    """A lawyer of a firm, with what the choice needs (LA 26; D148 24-26)."""

    firm = fields.UUID(required=True)
    name = Text(100, required=True)
    name_en = Text(100, **optional())
    licence = Text(40, required=True)
    gender = Choice(("female", "male"), **optional())
    specialties = many(Specialty, load_default=list)
    districts = fields.List(
        Text(60), load_default=list, metadata={"description": "Where the lawyer works; empty: everywhere"}
    )
    capacity = Count(0, 200, load_default=10, metadata={"description": "Open cases at the same time"})
    criminal_defence_years = Count(0, 70, load_default=0)
    trained_for_minors = fields.Boolean(load_default=False)
    standing_for = fields.List(
        Code(), load_default=list, metadata={"description": "Organizations whose standing lawyer this is"}
    )


class LawyerRegistered(Contact):
    """A lawyer is known to the network."""

    lawyer = fields.UUID(required=True)
    name = Text(100, required=True)
    name_en = Text(100, **optional())
    firm_name = Text(200, required=True)
    standing_for = fields.List(Code(), required=True)


class Candidate(MessageSchema):
    """One lawyer of a proposal with the reasons in words and points."""

    lawyer = fields.UUID(required=True)
    name = Text(100, required=True)
    firm_name = Text(200, required=True)
    rank = Count(1, required=True)
    score = fields.Float(required=True)
    reasons = many(Reason, required=True)


class LawyersProposed(CaseEvent):
    """A ranked proposal for a granted application."""

    candidates = many(Candidate, required=True)
    excluded = Count(0, required=True, metadata={"description": "Lawyers whom a hard rule ruled out"})


class OfferCase(MessageSchema):
    """The center confirms a lawyer, or leaves the choice to the rule."""

    case = fields.UUID(required=True)
    lawyer = fields.UUID(**optional(metadata={"description": "Absent: the best candidate not yet asked"}))
    answer_within_hours = Count(1, 240, load_default=24)
    reason = Text(1000, **optional(metadata={"description": "Needed when another than the first candidate is named"}))
    version = Count(1, **optional())


class OfferMade(CaseEvent):
    """A lawyer is asked to take a case until ``answer_by``."""

    offer = fields.UUID(required=True)
    lawyer = fields.UUID(required=True)
    offered_at = Instant(required=True)
    answer_by = Instant(required=True)


class AnswerOffer(MessageSchema):
    """The lawyer's answer."""

    offer = fields.UUID(required=True)
    answer = Choice(("accept", "decline"), required=True)
    reason = Text(1000, **optional())


class OfferAccepted(CaseEvent):
    """The lawyer took the case: it is assigned; the five days for the retainer run from ``assigned_at`` (D148 27)."""

    offer = fields.UUID(required=True)
    lawyer = fields.UUID(required=True)
    lawyer_name = Text(100, required=True)
    firm_name = Text(200, required=True)
    assigned_at = Instant(required=True)


class OfferDeclined(CaseEvent):
    """The lawyer declined, the time to answer passed in silence, the center took it back, or a conflict came up."""

    offer = fields.UUID(required=True)
    lawyer = fields.UUID(required=True)
    by = Choice(("lawyer", "silence", "center", "conflict"), required=True)
    reason = Text(1000, **optional())
    declined_at = Instant(required=True)


class CandidatesExhausted(CaseEvent):
    """Nobody is left who may be asked: the center must act."""

    asked = Count(0, required=True)
    exhausted_at = Instant(required=True)


class RecordRetainer(MessageSchema):
    """Retainer and power of attorney are signed (D148 27)."""

    case = fields.UUID(required=True)
    signed_on = fields.Date(**optional(metadata={"description": "Absent: today; never in the future"}))
    version = Count(1, **optional())


class RetainerRecorded(CaseEvent):
    """Retainer and power of attorney are signed."""

    lawyer = fields.UUID(required=True)
    signed_on = fields.Date(required=True)
    recorded_at = Instant(required=True)


class ReportProgress(MessageSchema):
    """The lawyer reports how the case goes (LA 46, 55)."""

    case = fields.UUID(required=True)
    stage = Choice(terms.STAGES, required=True)
    summary = Text(2000, required=True)
    on = fields.Date(**optional())


class ProgressReported(CaseEvent):
    """The lawyer reported progress; the words stay with the case."""

    lawyer = fields.UUID(required=True)
    stage = Choice(terms.STAGES, required=True)
    on = fields.Date(required=True)
    reported_at = Instant(required=True)


class EndCase(MessageSchema):
    """The case is over, with its outcome and the amounts it brought."""

    case = fields.UUID(required=True)
    outcome = Choice(terms.CASE_OUTCOMES, required=True)
    amounts = many(Amount, load_default=list)
    ended_on = fields.Date(**optional())
    version = Count(1, **optional())


class CaseEnded(CaseEvent):
    """The case is over; thirty days for the closing file run from ``ended_on``."""

    lawyer = fields.UUID(required=True)
    outcome = Choice(terms.CASE_OUTCOMES, required=True)
    amounts = many(Amount, required=True)
    recovered_fen = Fen(required=True)
    loss_avoided_fen = Fen(required=True)
    ended_on = fields.Date(required=True)
    ended_at = Instant(required=True)


class SubmitClosingFile(MessageSchema):
    """The lawyer hands in the closing file (LA 50)."""

    case = fields.UUID(required=True)
    summary = Text(4000, required=True)
    documents = many(Document, minimum=1, required=True)
    version = Count(1, **optional())


class ClosingFileSubmitted(CaseEvent):
    """The closing file is with the center; thirty days for its check run from ``submitted_at``."""

    lawyer = fields.UUID(required=True)
    submitted_at = Instant(required=True)


class CheckClosingFile(MessageSchema):
    """The center checks the closing file and grades the work (LA 57-59)."""

    case = fields.UUID(required=True)
    grade = Choice(terms.GRADES, required=True)
    remarks = Text(2000, **optional())
    version = Count(1, **optional())


class ClosingFileChecked(CaseEvent):
    """The closing file is checked and graded; the return visit comes next."""

    lawyer = fields.UUID(required=True)
    grade = Choice(terms.GRADES, required=True)
    checked_at = Instant(required=True)


class SubsidyDue(CaseEvent):
    """The subsidy that the center owes the lawyer (LA 52): the rate of the case type and the share of its grade."""

    lawyer = fields.UUID(required=True)
    amount_fen = Fen(required=True)
    rate_fen = Fen(required=True)
    grade = Choice(terms.GRADES, required=True)
    rate_source = Text(300, required=True)
    rate_verified = fields.Boolean(required=True)
    due_at = Instant(required=True)


class PaySubsidy(MessageSchema):
    """The center has paid the subsidy of a case; it is paid once."""

    case = fields.UUID(required=True)
    paid_on = fields.Date(**optional())


class SubsidyPaid(CaseEvent):
    """The subsidy is paid."""

    lawyer = fields.UUID(required=True)
    amount_fen = Fen(required=True)
    paid_on = fields.Date(required=True)
    paid_at = Instant(required=True)


class AddParty(MessageSchema):
    """A party becomes known after the grant; conflicts of interest are looked for again (Lawyers Law 39)."""

    case = fields.UUID(required=True)
    side = Choice(("aided", "opposing"), required=True)
    name = Text(200, required=True)
    kind = Choice(("person", "company"), load_default="person")
    identity_number = IdentityNumber(**optional())
    credit_code = CreditCode(**optional())
    version = Count(1, **optional())


class PartyAdded(CaseEvent):
    """A party was added; its name stays with the case. ``conflicts``: how many this brought to light."""

    party = fields.UUID(required=True)
    side = Choice(("aided", "opposing"), required=True)
    conflicts = Count(0, required=True)
    added_at = Instant(required=True)


class ConflictFound(CaseEvent):
    """Whoever handles the case, or their firm, stands or stood on the other side: the center must act."""

    conflict = fields.UUID(required=True)
    lawyer = fields.UUID(required=True)
    other_matter = Text(40, required=True)
    certainty = Choice(("exact", "likely"), required=True)
    found_when = Choice(FOUND_WHEN, required=True)
    found_at = Instant(required=True)


class DecideConflict(MessageSchema):
    """A named person of the center decides on a conflict, with a reason; an exact one cannot be cleared."""

    conflict = fields.UUID(required=True)
    decision = Choice(("clear", "replace"), required=True)
    reason = Text(1000, required=True)


class ConflictDecided(CaseEvent):
    """A named person decided on a conflict: cleared, or the lawyer is replaced."""

    conflict = fields.UUID(required=True)
    lawyer = fields.UUID(required=True)
    decision = Choice(("clear", "replace"), required=True)
    decided_by = fields.UUID(required=True)
    decided_at = Instant(required=True)


class RequestReplacement(MessageSchema):
    """The recipient asks for another lawyer (LA 55); the station or the center notes it."""

    case = fields.UUID(required=True)
    reason = Text(1000, required=True)


class ReplacementRequested(CaseEvent):
    """The recipient asked for another lawyer; five days to decide run from ``requested_at`` (LA 55; days not verified)."""

    request = fields.UUID(required=True)
    lawyer = fields.UUID(required=True)
    requested_at = Instant(required=True)


class DecideReplacement(MessageSchema):
    """The center agrees to replace the lawyer, or refuses with a reason."""

    request = fields.UUID(required=True)
    decision = Choice(("agree", "refuse"), required=True)
    reason = Text(1000, required=True)


class ReplacementDecided(CaseEvent):
    """The recipient's wish for another lawyer is decided."""

    request = fields.UUID(required=True)
    lawyer = fields.UUID(required=True)
    decision = Choice(("agree", "refuse"), required=True)
    decided_at = Instant(required=True)


class ReturnCase(MessageSchema):
    """The lawyer gives a case back, or the center takes it back; the next lawyer is looked for."""

    case = fields.UUID(required=True)
    reason = Text(1000, required=True)
    version = Count(1, **optional())


class LawyerReleased(CaseEvent):
    """A lawyer no longer handles the case; a new one is to be assigned, and no date of the case is lost."""

    lawyer = fields.UUID(required=True)
    why = Choice(RELEASED_WHY, required=True)
    released_at = Instant(required=True)


class ChangeLawyerState(MessageSchema):
    """A lawyer leaves the network or becomes inactive: every open case and offer goes on to others; or comes back."""

    lawyer = fields.UUID(required=True)
    state = Choice(("active", "inactive"), required=True)
    reason = Text(1000, required=True)
    version = Count(1, **optional())


class LawyerStateChanged(MessageSchema):
    """A lawyer became inactive or active; how many cases and offers went on to others."""

    lawyer = fields.UUID(required=True)
    state = Choice(("active", "inactive"), required=True)
    cases = Count(0, required=True)
    offers = Count(0, required=True)
    changed_at = Instant(required=True)


class TerminateCase(MessageSchema):
    """The center ends the aid on a ground of LA 48, in writing with reasons; the recipient may object (LA 49)."""

    case = fields.UUID(required=True)
    ground = Choice(TERMINATION_GROUNDS, required=True)
    reason = Text(1000, required=True)
    version = Count(1, **optional())


class CaseTerminated(CaseEvent):
    """Aid was ended before its time (LA 48); ``lawyer`` is absent where nobody had taken the case."""

    ground = Choice(TERMINATION_GROUNDS, required=True)
    lawyer = fields.UUID(**optional())
    terminated_at = Instant(required=True)


class RecordAbsence(MessageSchema):
    """A lawyer is away, both days included: not proposed, and duties without them are shown."""

    lawyer = fields.UUID(required=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True)
    note = Text(300, **optional())


class CancelAbsence(MessageSchema):
    """The lawyer is there after all."""

    absence = fields.UUID(required=True)


class SetDuty(MessageSchema):
    """A duty of an organization's standing lawyers; without a lawyer it is shown as open."""

    organization = Code(required=True)
    station = Code(**optional())
    on = fields.Date(required=True)
    begins = ClockTime(required=True)
    ends = ClockTime(required=True)
    lawyer = fields.UUID(**optional())


class StaffDuty(MessageSchema):
    """Another standing lawyer takes a duty, or nobody does."""

    duty = fields.UUID(required=True)
    lawyer = fields.UUID(**optional())


class SwapDuties(MessageSchema):
    """Two lawyers swap their duties."""

    one = fields.UUID(required=True)
    other = fields.UUID(required=True)


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
    """A hearing is set; its place stays with the case."""

    hearing = fields.UUID(required=True)
    lawyer = fields.UUID(required=True)
    stage = Choice(terms.STAGES, required=True)
    at = Instant(required=True)
    scheduled_at = Instant(required=True)


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


class CostRecorded(CaseEvent):
    """A direct cost was recorded."""

    cost = fields.UUID(required=True)
    lawyer = fields.UUID(required=True)
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

    lawyer = fields.UUID(required=True)
    step = Choice(LABOUR_STEPS, required=True)
    on = fields.Date(required=True)
    next = Text(40, **optional())
    due_on = fields.Date(**optional())
    recorded_at = Instant(required=True)


class PlanBacklog(MessageSchema):
    """Solve all cases that wait for a lawyer together; nothing is offered yet."""

    organization = Code(**optional(metadata={"description": "Absent: of the whole network"}))
    most = Count(1, 20_000, load_default=500, metadata={"description": "The longest waiting cases, urgent ones first"})


class OfferBacklog(MessageSchema):
    """Make the offers of a plan; what changed since is left out and counted."""

    plan = fields.UUID(required=True)
    answer_within_hours = Count(1, 240, load_default=24)


COMMANDS = {
    "assignment.register_firm.v1": RegisterFirm,
    "assignment.register_lawyer.v1": RegisterLawyer,
    "assignment.offer_case.v1": OfferCase,
    "assignment.answer_offer.v1": AnswerOffer,
    "assignment.record_retainer.v1": RecordRetainer,
    "assignment.report_progress.v1": ReportProgress,
    "assignment.end_case.v1": EndCase,
    "assignment.submit_closing_file.v1": SubmitClosingFile,
    "assignment.check_closing_file.v1": CheckClosingFile,
    "assignment.pay_subsidy.v1": PaySubsidy,
    "assignment.add_party.v1": AddParty,
    "assignment.decide_conflict.v1": DecideConflict,
    "assignment.request_replacement.v1": RequestReplacement,
    "assignment.decide_replacement.v1": DecideReplacement,
    "assignment.return_case.v1": ReturnCase,
    "assignment.change_lawyer_state.v1": ChangeLawyerState,
    "assignment.terminate_case.v1": TerminateCase,
    "assignment.record_absence.v1": RecordAbsence,
    "assignment.cancel_absence.v1": CancelAbsence,
    "assignment.set_duty.v1": SetDuty,
    "assignment.staff_duty.v1": StaffDuty,
    "assignment.swap_duties.v1": SwapDuties,
    "assignment.schedule_hearing.v1": ScheduleHearing,
    "assignment.cancel_hearing.v1": CancelHearing,
    "assignment.record_cost.v1": RecordCost,
    "assignment.record_labour_step.v1": RecordLabourStep,
    "assignment.plan_backlog.v1": PlanBacklog,
    "assignment.offer_backlog.v1": OfferBacklog,
}

EVENTS = {
    "assignment.lawyer_registered.v1": (LawyerRegistered, ("supervision", "notification")),
    "assignment.lawyers_proposed.v1": (LawyersProposed, ("supervision",)),
    "assignment.offer_made.v1": (OfferMade, ("supervision",)),
    "assignment.offer_accepted.v1": (OfferAccepted, ("supervision", "notification")),
    "assignment.offer_declined.v1": (OfferDeclined, ("supervision",)),
    "assignment.candidates_exhausted.v1": (CandidatesExhausted, ("supervision", "notification")),
    "assignment.retainer_recorded.v1": (RetainerRecorded, ("supervision",)),
    "assignment.progress_reported.v1": (ProgressReported, ("supervision",)),
    "assignment.case_ended.v1": (CaseEnded, ("supervision",)),
    "assignment.closing_file_submitted.v1": (ClosingFileSubmitted, ("supervision",)),
    "assignment.closing_file_checked.v1": (ClosingFileChecked, ("supervision", "notification")),
    "assignment.subsidy_due.v1": (SubsidyDue, ("supervision",)),
    "assignment.subsidy_paid.v1": (SubsidyPaid, ("supervision", "notification")),
    # an event that nobody hears yet is not sent
    "assignment.party_added.v1": (PartyAdded, ("supervision",)),
    "assignment.conflict_found.v1": (ConflictFound, ("supervision",)),
    "assignment.conflict_decided.v1": (ConflictDecided, ("supervision",)),
    "assignment.replacement_requested.v1": (ReplacementRequested, ("supervision",)),
    "assignment.replacement_decided.v1": (ReplacementDecided, ("supervision",)),
    "assignment.lawyer_released.v1": (LawyerReleased, ("supervision",)),
    "assignment.lawyer_state_changed.v1": (LawyerStateChanged, ()),
    "assignment.case_terminated.v1": (CaseTerminated, ("supervision",)),
    "assignment.hearing_scheduled.v1": (HearingScheduled, ()),
    "assignment.hearing_cancelled.v1": (HearingCancelled, ()),
    "assignment.cost_recorded.v1": (CostRecorded, ()),
    "assignment.labour_step_recorded.v1": (LabourStepRecorded, ()),
}


class ListAsked(MessageSchema):
    """Which page of a list is asked for."""

    limit = Count(1, 200, load_default=50)
    after = fields.UUID(**optional(metadata={"description": "The `next` of the page before"}))


class LawyersAsked(ListAsked):
    """Which lawyers are asked for, newest first."""

    firm = fields.UUID(**optional())
    standing_for = Code(**optional(metadata={"description": "Only the standing lawyers of this organization"}))


class CasesAsked(ListAsked):
    """Which cases are asked for, newest first; a lawyer sees their own, an organization its own."""

    state = Choice(terms.CASE_STATES, **optional())
    lawyer = fields.UUID(**optional())
    organization = Code(**optional())
    application = fields.UUID(**optional())


class CaseAsked(MessageSchema):
    """Which case is asked for."""

    case = fields.UUID(required=True)


class OffersAsked(ListAsked):
    """Which offers are asked for, newest first; a lawyer sees their own."""

    state = Choice(terms.OFFER_STATES, **optional())
    case = fields.UUID(**optional())


class FirmItem(MessageSchema):
    """A law firm."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    name_en = fields.String(**optional())
    district = fields.String(required=True)
    address = fields.String(**optional())
    latitude = fields.Float(**optional())
    longitude = fields.Float(**optional())


class FirmPage(MessageSchema):
    """A page of firms."""

    items = fields.List(fields.Nested(FirmItem), required=True)
    next = fields.UUID(**optional())


class LawyerItem(MessageSchema):
    """A lawyer; licence, contact, capacity and load are shown to the center and to the lawyer alone."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    name_en = fields.String(**optional())
    gender = fields.String(**optional())
    firm = fields.UUID(required=True)
    firm_name = fields.String(required=True)
    specialties = fields.List(fields.Nested(Specialty), required=True)
    districts = fields.List(fields.String(), required=True)
    standing_for = fields.List(fields.String(), required=True)
    trained_for_minors = fields.Boolean(required=True)
    criminal_defence_years = fields.Integer(required=True)
    state = fields.String(required=True)
    licence = fields.String()
    phone = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    capacity = fields.Integer()
    workload = fields.Integer(metadata={"description": "Open cases and unanswered offers"})
    last_assigned_at = Instant(allow_none=True)
    version = fields.Integer()


class LawyerPage(MessageSchema):
    """A page of lawyers."""

    items = fields.List(fields.Nested(LawyerItem), required=True)
    next = fields.UUID(**optional())


class CaseItem(MessageSchema):
    """A case in a list: no personal data of its parties."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    application = fields.UUID(required=True)
    application_number = fields.String(required=True)
    organization = Code(required=True)
    station = Code(**optional())
    recipient_group = Choice(terms.RECIPIENT_GROUPS, required=True)
    form_of_aid = Choice(terms.FORMS_OF_AID, required=True)
    matter = Choice(terms.MATTERS, required=True)
    urgency = Choice(terms.URGENCIES, required=True)
    state = Choice(terms.CASE_STATES, required=True)
    version = fields.Integer(required=True)
    granted_at = Instant(required=True)
    lawyer = fields.UUID(**optional())
    assigned_at = Instant(**optional())
    signed_on = fields.Date(**optional())
    outcome = Choice(terms.CASE_OUTCOMES, **optional())
    ended_on = fields.Date(**optional())
    recovered_fen = Fen(**optional())
    loss_avoided_fen = Fen(**optional())
    grade = Choice(terms.GRADES, **optional())
    checked_on = fields.Date(**optional())
    subsidy_fen = Fen(**optional())
    paid_on = fields.Date(**optional())
    termination_ground = Choice(TERMINATION_GROUNDS, **optional())


class CasePage(MessageSchema):
    """A page of cases."""

    items = fields.List(fields.Nested(CaseItem), required=True)
    next = fields.UUID(**optional())


class PartyItem(MessageSchema):
    """A party of a case."""

    id = fields.UUID(required=True)
    side = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)


class ProgressItem(MessageSchema):
    """One progress report in the lawyer's words."""

    id = fields.UUID(required=True)
    stage = Choice(terms.STAGES, required=True)
    summary = fields.String(required=True)
    on = fields.Date(required=True)
    lawyer = fields.UUID(required=True)
    reported_at = Instant(required=True)


class ActItem(MessageSchema):
    """One act of a case's history; ``by_role`` is ``rule`` where nobody decided."""

    act = fields.String(required=True)
    before = fields.String(required=True)
    after = fields.String(required=True)
    at = Instant(required=True)
    by_role = fields.String(required=True)
    by_person = fields.UUID(**optional())


class OfferItem(MessageSchema):
    """An offer, with what its lawyer needs to know to answer."""

    id = fields.UUID(required=True)
    case = fields.UUID(required=True)
    case_number = fields.String(required=True)
    case_state = Choice(terms.CASE_STATES, required=True)
    lawyer = fields.UUID(required=True)
    state = Choice(terms.OFFER_STATES, required=True)
    offered_at = Instant(required=True)
    answer_by = Instant(required=True)
    offered_by = fields.String(required=True, metadata={"description": "center or rule"})
    choice_reason = fields.String(**optional())
    answered_at = Instant(**optional())
    answer_reason = fields.String(**optional())
    organization = Code(required=True)
    recipient_group = Choice(terms.RECIPIENT_GROUPS, required=True)
    form_of_aid = Choice(terms.FORMS_OF_AID, required=True)
    matter = Choice(terms.MATTERS, required=True)
    urgency = Choice(terms.URGENCIES, required=True)
    district = fields.String(**optional())
    parties = fields.List(
        fields.Nested(PartyItem), metadata={"description": "For the lawyer's own look at conflicts, while it is open"}
    )


class OfferPage(MessageSchema):
    """A page of offers."""

    items = fields.List(fields.Nested(OfferItem), required=True)
    next = fields.UUID(**optional())


class FindingItem(MessageSchema):
    """A conflict of interest that was found, and what was decided about it."""

    id = fields.UUID(required=True)
    case = fields.UUID(required=True)
    lawyer = fields.UUID(required=True)
    other_matter = fields.String(required=True)
    certainty = Choice(("exact", "likely"), required=True)
    found_when = Choice(FOUND_WHEN, required=True)
    found_at = Instant(required=True)
    state = Choice(("open", "cleared", "replaced"), required=True)
    decided_by = fields.UUID(**optional())
    decided_at = Instant(**optional())
    reason = fields.String(**optional())


class FindingsAsked(ListAsked):
    """Which conflicts are asked for, newest first; for the center."""

    state = Choice(("open", "cleared", "replaced"), **optional())


class FindingPage(MessageSchema):
    """A page of conflicts."""

    items = fields.List(fields.Nested(FindingItem), required=True)
    next = fields.UUID(**optional())


class RequestItem(MessageSchema):
    """The recipient's wish for another lawyer, and the decision."""

    id = fields.UUID(required=True)
    case = fields.UUID(required=True)
    lawyer = fields.UUID(required=True)
    reason = fields.String(required=True)
    requested_at = Instant(required=True)
    state = Choice(("open", "agreed", "refused"), required=True)
    decided_by = fields.UUID(**optional())
    decided_at = Instant(**optional())
    decision_reason = fields.String(**optional())


class EngagementItem(MessageSchema):
    """A lawyer who handles or handled a case, and from when to when."""

    lawyer = fields.UUID(required=True)
    name = fields.String(required=True)
    since = fields.Date(required=True)
    until = fields.Date(**optional())
    signed_on = fields.Date(**optional())
    left_because = Choice(RELEASED_WHY, **optional())


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


class AbsenceItem(MessageSchema):
    """When a lawyer is away, both days included."""

    id = fields.UUID(required=True)
    lawyer = fields.UUID(required=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True)
    note = fields.String(**optional())


class AbsencesAsked(ListAsked):
    """Which absences are asked for, newest first; a lawyer sees their own."""

    lawyer = fields.UUID(**optional())
    on = fields.Date(**optional())


class AbsencePage(MessageSchema):
    """A page of absences."""

    items = fields.List(fields.Nested(AbsenceItem), required=True)
    next = fields.UUID(**optional())


class DutiesAsked(MessageSchema):
    """Who is on duty where: between two days (today if absent), at this moment, or only duties without anybody."""

    organization = Code(**optional())
    lawyer = fields.UUID(**optional())
    since = fields.Date(**optional())
    until = fields.Date(**optional())
    now = fields.Boolean(load_default=False)
    uncovered = fields.Boolean(load_default=False)
    limit = Count(1, 200, load_default=200)


class DutyItem(MessageSchema):
    """A duty; ``covered`` is false where nobody is named, or whoever is named is away or inactive."""

    id = fields.UUID(required=True)
    organization = Code(required=True)
    station = Code(**optional())
    on = fields.Date(required=True)
    begins = fields.String(required=True)
    ends = fields.String(required=True)
    lawyer = fields.UUID(**optional())
    lawyer_name = fields.String(**optional())
    covered = fields.Boolean(required=True)


class DutyRoster(MessageSchema):
    """Duties in the order in which they begin; narrow the days where ``more`` is true."""

    items = fields.List(fields.Nested(DutyItem), required=True)
    more = fields.Boolean(required=True)


class StatementAsked(MessageSchema):
    """Whose subsidies of which month; a lawyer's own where no lawyer is named."""

    lawyer = fields.UUID(**optional())
    month = fields.String(
        required=True,
        validate=validate.Regexp(
            r"\A[0-9]{4}-(0[1-9]|1[0-2])\Z", error="A month such as 2026-09; 月份格式如 2026-09。"
        ),
    )


class StatementLine(MessageSchema):
    """The subsidy of one case, in fen."""

    case = fields.UUID(required=True)
    number = fields.String(required=True)
    grade = Choice(terms.GRADES, required=True)
    checked_on = fields.Date(required=True)
    subsidy_fen = Fen(required=True)
    paid_on = fields.Date(**optional())


class Statement(MessageSchema):
    """What became due to a lawyer in a month (the day of the check counts), what of it is paid and what is open."""

    lawyer = fields.UUID(required=True)
    month = fields.String(required=True)
    lines = fields.List(fields.Nested(StatementLine), required=True)
    due_fen = Fen(required=True)
    paid_fen = Fen(required=True)
    open_fen = Fen(required=True)


class PlanAsked(MessageSchema):
    """Which plan is asked for."""

    plan = fields.UUID(required=True)


class Alternative(MessageSchema):
    """Another lawyer for a case, and how many points that would cost."""

    lawyer = fields.UUID(required=True)
    points_less = fields.Float(required=True)


class PlanLine(MessageSchema):
    """One case of a plan and its lawyer."""

    case = fields.UUID(required=True)
    number = fields.String(required=True)
    lawyer = fields.UUID(required=True)
    points = fields.Float(required=True)
    alternatives = fields.List(fields.Nested(Alternative), required=True)


class BacklogPlan(MessageSchema):
    """All waiting cases solved together. ``method``: optimum (minimum-cost flow) or greedy (not the optimum)."""

    id = fields.UUID(required=True)
    made_at = Instant(required=True)
    method = Choice(("optimum", "greedy"), required=True)
    state = Choice(("made", "offered"), required=True)
    assigned = Count(0, required=True)
    left = fields.List(fields.String(), required=True, metadata={"description": "Numbers of cases without a lawyer"})
    total_points = fields.Float(required=True)
    least_points = fields.Float(**optional(metadata={"description": "The worst served case"}))
    lawyers = Count(0, required=True, metadata={"description": "How many lawyers the plan asks"})
    most_per_lawyer = Count(0, required=True)
    lines = fields.List(fields.Nested(PlanLine), required=True)


class CaseDetail(CaseItem):
    """One case with all that is known; parties are shown to the center and to the case's lawyer alone."""

    district = fields.String(**optional())
    facts = fields.List(Choice(terms.FACTS), required=True)
    lawyer_name = fields.String(**optional())
    firm_name = fields.String(**optional())
    closing_summary = fields.String(**optional())
    remarks = fields.String(**optional())
    rate_fen = Fen(**optional())
    rate_source = fields.String(**optional())
    rate_verified = fields.Boolean(**optional())
    parties = fields.List(fields.Nested(PartyItem))
    progress = fields.List(fields.Nested(ProgressItem), required=True)
    amounts = fields.List(fields.Nested(Amount), required=True)
    documents = fields.List(fields.Nested(Document), required=True)
    offers = fields.List(fields.Nested(OfferItem), required=True)
    conflicts = fields.List(fields.Nested(FindingItem), required=True)
    replacements = fields.List(fields.Nested(RequestItem), required=True)
    lawyers = fields.List(fields.Nested(EngagementItem), required=True)
    hearings = fields.List(fields.Nested(HearingItem), required=True)
    costs = fields.List(fields.Nested(CostItem), required=True)
    labour_steps = fields.List(fields.Nested(LabourStepItem), required=True)
    missing_documents = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Kinds that the closing file of such a case should hold"},
    )
    termination_reason = fields.String(**optional())
    history = fields.List(fields.Nested(ActItem), required=True)


class ProposalCandidate(Candidate):
    """A lawyer of the proposal and what became of it: not_asked, or the state of the lawyer's offer."""

    asked = Choice(("not_asked", *terms.OFFER_STATES), required=True)


class Proposal(MessageSchema):
    """The ranked proposal of a case, as it was made."""

    case = fields.UUID(required=True)
    number = fields.String(required=True)
    state = Choice(terms.CASE_STATES, required=True)
    version = fields.Integer(required=True)
    excluded = Count(0, required=True)
    candidates = fields.List(fields.Nested(ProposalCandidate), required=True)


QUERIES = {
    "assignment.firms": (ListAsked, FirmPage),
    "assignment.lawyers": (LawyersAsked, LawyerPage),
    "assignment.cases": (CasesAsked, CasePage),
    "assignment.case": (CaseAsked, CaseDetail),
    "assignment.proposal": (CaseAsked, Proposal),
    "assignment.offers": (OffersAsked, OfferPage),
    "assignment.conflicts": (FindingsAsked, FindingPage),
    "assignment.hearings": (HearingsAsked, HearingPage),
    "assignment.absences": (AbsencesAsked, AbsencePage),
    "assignment.duties": (DutiesAsked, DutyRoster),
    "assignment.statement": (StatementAsked, Statement),
    "assignment.backlog_plan": (PlanAsked, BacklogPlan),
}
