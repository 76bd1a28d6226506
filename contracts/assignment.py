"""Commands and events of assignment: from the grant to the closing file."""

from __future__ import annotations

from marshmallow import fields, validate

from contracts import terms
from contracts.fields import Choice, Code, Count, Fen, Instant, Text
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
    """The lawyer declined, or the time to answer passed in silence."""

    offer = fields.UUID(required=True)
    lawyer = fields.UUID(required=True)
    by = Choice(("lawyer", "silence"), required=True)
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
}
