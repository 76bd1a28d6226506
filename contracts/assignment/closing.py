"""The end of a case: outcome, closing file, check, subsidy."""

from __future__ import annotations

from marshmallow import fields, validate

from contracts import terms
from contracts.assignment.shapes import CaseAsked, CaseCommand, LawyerEvent
from contracts.fields import Choice, Count, Fen, Instant, Month, Text
from contracts.schema import Amount, Document, ListAsked, MessageSchema, Page, many, optional


class EndCase(CaseCommand):
    """The case is over, with its outcome and the amounts it brought."""

    outcome = Choice(terms.CASE_OUTCOMES, required=True)
    amounts = many(Amount, load_default=list)
    ended_on = fields.Date(**optional())


class CaseEnded(LawyerEvent):
    """The case is over; thirty days for the closing file run from ``ended_on``."""

    outcome = Choice(terms.CASE_OUTCOMES, required=True)
    amounts = many(Amount, required=True)
    recovered_fen = Fen(required=True)
    loss_avoided_fen = Fen(required=True)
    ended_on = fields.Date(required=True)
    ended_at = Instant(required=True)


class SubmitClosingFile(CaseCommand):
    """The lawyer hands in the closing file (LA 50)."""

    summary = Text(4000, required=True)
    documents = many(Document, minimum=1, required=True)


class ClosingFileSubmitted(LawyerEvent):
    """The closing file is with the center; thirty days for its check run from ``submitted_at``."""

    submitted_at = Instant(required=True)
    completion = fields.UUID(
        **optional(metadata={"description": "The return that this answers, if the file came back"})
    )
    returned_at = Instant(**optional())


class ReturnClosingFile(CaseCommand):
    """The closing file is not complete: it goes back to the lawyer, with what is missing."""

    missing = fields.List(Text(200), required=True, validate=validate.Length(1, 30))
    reason = Text(1000, required=True)


class ClosingFileReturned(LawyerEvent):
    """The closing file went back to be completed; the time to check it stands still until it is."""

    completion = fields.UUID(required=True)
    missing = Count(1, 30, required=True, metadata={"description": "How many documents or statements are missing"})
    items = fields.List(Text(200), **optional(metadata={"description": "Which, in the center's words"}))
    returned_at = Instant(required=True)


class ClosingReturnItem(MessageSchema):
    """A closing file that came back to be completed; for the center and the case's lawyer."""

    id = fields.UUID(required=True)
    missing = fields.List(fields.String(), required=True)
    reason = fields.String(required=True)
    returned_at = Instant(required=True)
    answered_at = Instant(**optional())


class DocumentNeeded(MessageSchema):
    """A kind of document with its words."""

    kind = fields.String(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)


class ChecklistItem(DocumentNeeded):
    """A kind of document that a closing file must hold, and whether it does."""

    there = fields.Boolean(required=True)


class ClosingChecklist(MessageSchema):
    """What the closing file of a case must hold, by the list of the day on which it ended (before that: of today)."""

    case = fields.UUID(required=True)
    number = fields.String(required=True)
    on = fields.Date(required=True)
    since = fields.Date(required=True)
    source = fields.String(required=True)
    verified = fields.Boolean(required=True)
    items = fields.List(fields.Nested(ChecklistItem), required=True)


class CorrectSubsidy(CaseCommand):
    """A grade or the direct costs were wrong: the subsidy is counted anew by the same table; what was paid stays paid."""

    grade = Choice(terms.GRADES, **optional(metadata={"description": "Absent: as it was"}))
    costs_fen = Fen(
        **optional(metadata={"description": "All direct costs of the case; absent: as they were counted last"})
    )
    reason = Text(1000, required=True)


class SubsidyCorrected(LawyerEvent):
    """A subsidy was counted anew."""

    correction = fields.UUID(required=True)
    old_fen = Fen(required=True)
    new_fen = Fen(required=True)
    grade = Choice(terms.GRADES, required=True)
    corrected_at = Instant(required=True)


class RunPayments(MessageSchema):
    """Pay all subsidies that became due until the end of a month and are still open; answers with the list."""

    month = Month(required=True)
    paid_on = fields.Date(**optional(metadata={"description": "Absent: today"}))


class RunAsked(MessageSchema):
    """Which payment run is asked for."""

    run = fields.UUID(required=True)


class RunsAsked(ListAsked):
    """Which payment runs are asked for, newest first; for the center."""

    month = Month(**optional())


class RunItem(MessageSchema):
    """A payment run in a list: how much to how many cases."""

    id = fields.UUID(required=True)
    month = fields.String(required=True)
    paid_on = fields.Date(required=True)
    made_at = Instant(required=True)
    total_fen = Fen(required=True)
    cases = Count(1, required=True)


class RunPage(Page):
    """A page of payment runs."""

    items = fields.List(fields.Nested(RunItem), required=True)


class RunLine(MessageSchema):
    """What a run paid for one case."""

    case = fields.UUID(required=True)
    number = fields.String(required=True)
    lawyer = fields.UUID(required=True)
    lawyer_name = fields.String(required=True)
    firm_name = fields.String(required=True)
    amount_fen = Fen(required=True)


class RunSum(MessageSchema):
    """What a run paid to one lawyer."""

    lawyer = fields.UUID(required=True)
    amount_fen = Fen(required=True)


class PaymentRun(MessageSchema):
    """A payment run: one line for each case, the sum of each lawyer, the sum of all."""

    id = fields.UUID(required=True)
    month = fields.String(required=True)
    paid_on = fields.Date(required=True)
    made_at = Instant(required=True)
    total_fen = Fen(required=True)
    lines = fields.List(fields.Nested(RunLine), required=True)
    lawyers = fields.List(fields.Nested(RunSum), required=True)


class CheckClosingFile(CaseCommand):
    """The center checks the closing file and grades the work (LA 57-59)."""

    grade = Choice(terms.GRADES, required=True)
    remarks = Text(2000, **optional())


class ClosingFileChecked(LawyerEvent):
    """The closing file is checked and graded; the return visit comes next."""

    grade = Choice(terms.GRADES, required=True)
    checked_at = Instant(required=True)


def _claim() -> fields.UUID:
    meaning = "Tells this payment from others of the case; absent: the first after a check of its file"
    return fields.UUID(**optional(metadata={"description": meaning}))


class SubsidyDue(LawyerEvent):
    """The subsidy that the center owes the lawyer (LA 52): the rate of the case type and the share of its grade.

    Or the direct costs alone that a former lawyer of the case bore.
    """

    amount_fen = Fen(required=True, metadata={"description": "What is to be paid: without what was paid before"})
    rate_fen = Fen(required=True)
    grade = Choice(
        terms.GRADES, **optional(metadata={"description": "Absent for costs of a case that was closed without a file"})
    )
    rate_source = Text(300, required=True)
    rate_verified = fields.Boolean(required=True)
    due_at = Instant(required=True)
    claim = _claim()


class SubsidyLapsed(LawyerEvent):
    """What was open of a subsidy is not due any more: it was corrected before it was paid."""

    lapsed_at = Instant(required=True)
    claim = _claim()


class PaySubsidy(MessageSchema):
    """The center has paid the subsidy of a case; it is paid once."""

    case = fields.UUID(required=True)
    lawyer = fields.UUID(
        **optional(metadata={"description": "A former lawyer of the case to whom some is still due; absent: the last"})
    )
    paid_on = fields.Date(**optional())


class SubsidyPaid(LawyerEvent):
    """The subsidy is paid."""

    amount_fen = Fen(required=True)
    paid_on = fields.Date(required=True)
    paid_at = Instant(required=True)
    payment = fields.UUID(**optional())
    total_fen = Fen(**optional(metadata={"description": "All that was paid for the case by now"}))
    nth = Count(1, **optional(metadata={"description": "2 and more: what became due later, or to another lawyer"}))
    month = Month(**optional(metadata={"description": "Of the statement in which it stands: when it became due"}))
    claim = _claim()


class StatementAsked(MessageSchema):
    """Whose subsidies of which month; a lawyer's own where no lawyer is named."""

    lawyer = fields.UUID(**optional())
    month = Month(**optional(metadata={"description": "Absent: that of now"}))


class StatementLine(MessageSchema):
    """What became due for one case at once, in fen: by the check of its file, or by a correction after that was paid."""

    case = fields.UUID(required=True)
    number = fields.String(required=True)
    grade = Choice(
        terms.GRADES,
        **optional(
            metadata={"description": "Absent for what was paid before it was kept, and for costs without a file"}
        ),
    )
    checked_on = fields.Date(required=True, metadata={"description": "The day on which it became due"})
    subsidy_fen = Fen(required=True)
    paid_fen = Fen(
        **optional(metadata={"description": "More than the subsidy where a correction lowered it afterwards"})
    )
    paid_on = fields.Date(**optional())


class ClaimItem(StatementLine):
    """What became due to one of a case's lawyers."""

    lawyer = fields.UUID(required=True)


class Statement(MessageSchema):
    """What became due to a lawyer in a month, what of it is paid and what is open.

    The day of the check counts; for a difference after a payment, that of the correction. Other months stay as they are.
    """

    lawyer = fields.UUID(required=True)
    month = fields.String(required=True)
    lines = fields.List(fields.Nested(StatementLine), required=True)
    due_fen = Fen(required=True)
    paid_fen = Fen(required=True)
    open_fen = Fen(required=True)
    overpaid_fen = Fen(**optional(metadata={"description": "Paid before a correction lowered what was due"}))


COMMANDS = {
    "assignment.end_case.v1": EndCase,
    "assignment.submit_closing_file.v1": SubmitClosingFile,
    "assignment.return_closing_file.v1": ReturnClosingFile,
    "assignment.check_closing_file.v1": CheckClosingFile,
    "assignment.correct_subsidy.v1": CorrectSubsidy,
    "assignment.run_payments.v1": RunPayments,
    "assignment.pay_subsidy.v1": PaySubsidy,
}

EVENTS = {
    "assignment.case_ended.v1": (CaseEnded, ("supervision",)),
    "assignment.closing_file_submitted.v1": (ClosingFileSubmitted, ("supervision",)),
    "assignment.closing_file_checked.v1": (ClosingFileChecked, ("intake", "supervision", "notification")),
    "assignment.closing_file_returned.v1": (ClosingFileReturned, ("supervision", "notification")),
    "assignment.subsidy_corrected.v1": (SubsidyCorrected, ("supervision",)),
    "assignment.subsidy_due.v1": (SubsidyDue, ("supervision",)),
    "assignment.subsidy_lapsed.v1": (SubsidyLapsed, ("supervision",)),
    "assignment.subsidy_paid.v1": (SubsidyPaid, ("supervision", "notification")),
}

QUERIES = {
    "assignment.closing_checklist": (CaseAsked, ClosingChecklist),
    "assignment.statement": (StatementAsked, Statement),
    "assignment.payment_run": (RunAsked, PaymentRun),
    "assignment.payment_runs": (RunsAsked, RunPage),
}
